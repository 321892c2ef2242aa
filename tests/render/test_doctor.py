"""What doctor says and how it ends, by what processes of Blender answer; and the measure of a device's speed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from longtail.annotate.errors import DeviceError
from longtail.render.commands import doctor
from longtail.render.machine import probe
from longtail.render.machine.answers import ANSWER
from longtail.render.machine.devices import Device
from longtail.render.machine.probe import Answer, Graphics, ask, first_picture, probe_devices, probe_eevee
from longtail.render.machine.throughput import samples_per_second

CARD = {"kind": "cuda", "name": "Card", "id": "c"}
CPU = {"kind": "cpu", "name": "CPU", "id": ""}
SOFTWARE = {"name": "llvmpipe", "software": True}
HARDWARE = {"name": "Card/PCIe", "software": False}


class Machine:
    """Stands in for the processes: `answers` by their first word, or by the device for "cycles".

    A device's first picture comes to what its name says with "_first" behind it, and goes well where nothing does.
    """

    def __init__(self, **answers: Answer | Exception) -> None:
        self.answers = answers
        self.asked: list[tuple[str, ...]] = []
        self.limits: dict[str, float] = {}

    def ask(self, *question: str, limit_s: float = 0.0, **_: object) -> Answer:
        self.asked.append(question)
        what, *device = question
        name = f"{device[0]}_first" if what == "first" else device[0] if what == "cycles" else what
        self.limits[name] = limit_s
        answer = self.answers.get(name, Answer(0.3)) if what == "first" else self.answers[name]
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def examined(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    def run(machine: Machine, **options: bool) -> tuple[int, str]:
        for module in (doctor, probe):
            monkeypatch.setattr(module, "ask", machine.ask)
        monkeypatch.setattr(doctor, "find_packs", tuple)
        return doctor.examine(**options), capsys.readouterr().out

    return run


def devices(*found: dict[str, str]) -> Answer:
    return Answer(list(found))


def test_a_machine_without_a_gpu_works_and_eevee_is_not_made_to_compile(
    examined: Callable[..., tuple[int, str]],
) -> None:
    machine = Machine(devices=devices(CPU), cpu=Answer(2.5e6), graphics=Answer(SOFTWARE))
    status, said = examined(machine)
    assert status == 0
    assert "CPU: works, 2.50 million samples/s" in said
    assert "llvmpipe: OpenGL renders; `longtail doctor --eevee`" in said
    assert "No GPU was found" in said
    assert [question[0] for question in machine.asked] == ["devices", "cycles", "graphics"]


@pytest.mark.parametrize(("graphics", "options"), [(HARDWARE, {}), (SOFTWARE, {"eevee": True})])
def test_eevee_is_proven_where_a_gpu_renders_it_or_one_asks(
    graphics: dict[str, Any], options: dict[str, bool], examined: Callable[..., tuple[int, str]]
) -> None:
    machine = Machine(devices=devices(CPU), cpu=Answer(1e6), graphics=Answer(graphics), eevee=Answer(3e5))
    status, said = examined(machine, **options)
    assert status == 0
    assert "works, 0.30 million samples/s" in said.splitlines()[-2]


def test_every_device_is_tried_and_one_that_fails_is_the_status(examined: Callable[..., tuple[int, str]]) -> None:
    broken = Answer(None, "starting\nIllegal address in CUDA queue", -6)
    machine = Machine(devices=devices(CARD, CPU), cuda=broken, cpu=Answer(1e6), graphics=Answer(None, "libEGL.so.1"))
    status, said = examined(machine)
    assert status == 1
    assert "Card: failed with exit status -6 (Illegal address in CUDA queue)" in said
    assert "libegl1" in said
    assert "No GPU was found" not in said


def test_a_gpu_is_given_the_time_to_compile_kernels(examined: Callable[..., tuple[int, str]]) -> None:
    slow = TimeoutError("no answer within 1800 s")
    machine = Machine(devices=devices(CARD, CPU), cuda_first=slow, cpu=Answer(1e6), graphics=Answer(HARDWARE))
    machine.answers["eevee"] = Answer(1e8)
    status, said = examined(machine)
    assert status == 1
    # One such compilation was seen to take 449 s.
    assert machine.limits["cuda_first"] > 2 * 449
    assert "Card: no answer within 1800 s" in said


def test_a_gpu_without_its_egl_is_named(examined: Callable[..., tuple[int, str]]) -> None:
    machine = Machine(devices=devices(CARD, CPU), cuda=Answer(1e9), cpu=Answer(1e6), graphics=Answer(SOFTWARE))
    status, said = examined(machine)
    assert status == 0
    assert "not on the GPU: the GPU's driver lacks its part for EGL" in said


def test_each_step_is_told_before_it_is_done(
    examined: Callable[..., tuple[int, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    heard: list[str] = []

    class Listening(Machine):
        def ask(self, *question: str, limit_s: float = 0.0, **_: object) -> Answer:
            heard.append(capsys.readouterr().out.splitlines()[-1])
            return super().ask(*question, limit_s=limit_s)

    examined(Listening(devices=devices(CARD, CPU), cuda=Answer(1e9), cpu=Answer(1e6), graphics=Answer(SOFTWARE)))
    assert [line.split()[:2] for line in heard] == [
        ["devices", "..."],
        ["cuda", "..."],
        ["cuda", "..."],
        ["cpu", "..."],
        ["eevee", "..."],
    ]
    assert "compile" in heard[1]


def test_blender_that_does_not_start_ends_it(examined: Callable[..., tuple[int, str]]) -> None:
    status, said = examined(Machine(devices=Answer(None, "No module named 'bpy'", 1)))
    assert status == 1
    assert "expected Blender to start, got exit status 1 (No module named 'bpy')" in said


@pytest.fixture
def trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts a program in the place of `render.blender.trial`."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(probe, "_TRIAL", "stand_in")

    def write(text: str) -> None:
        (tmp_path / "stand_in.py").write_text(f"import sys, time\n{text}\n")

    return write


def test_what_blender_says_beside_its_answer_is_no_answer(trial: Callable[[str], None]) -> None:
    trial(
        f"print('Fra:1 Mem:9M', 'ANSWERED', sep='\\n')\n"
        f'print(\'{ANSWER} [{{"kind": "cpu", "name": "CPU", "id": ""}}]\')\n'
        "print('Blender quit')"
    )
    assert probe_devices() == (Device("cpu", "CPU"),)


def test_what_a_process_says_before_it_dies_is_heard(trial: Callable[[str], None]) -> None:
    trial("import os\nprint('GPU fell off the bus', file=sys.stderr, flush=True)\nos.kill(os.getpid(), 9)")
    answer = ask("cycles")
    assert (answer.value, answer.status, answer.last_words) == (None, -9, "GPU fell off the bus")


@pytest.mark.parametrize("question", [probe_devices, probe_eevee])
def test_a_hanging_blender_is_a_message(
    question: Callable[[], object], trial: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    trial("time.sleep(600)")
    limited = partial(ask, limit_s=0.2)
    monkeypatch.setattr(probe, "ask", limited)
    with pytest.raises(DeviceError, match=r"120 s.*try --"):
        question()


def test_what_takes_long_is_told_once_and_waited_for(
    trial: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    trial(f"time.sleep(1)\nprint('{ANSWER}', [sys.argv[1:]].__len__())")
    monkeypatch.setattr(probe, "_SOON_S", 0.1)
    told: list[str] = []
    assert first_picture(Device("optix", "Card", "c"), "pinhole", told.append).value == 1
    (text,) = told
    assert text.startswith("optix Card: no first picture after 0.1 s")
    assert "449 s" in text
    with pytest.raises(TimeoutError, match=r"no answer within 0\.3 s"):
        ask("first", limit_s=0.3, slow=lambda: told.append("slow"))
    assert told[1:] == ["slow"]


@pytest.mark.blender
def test_blender_answers() -> None:
    cpu = probe_devices()[-1]
    assert cpu.kind == "cpu"
    assert ask("cycles", cpu.kind, cpu.name, cpu.id).value > 1e3
    assert 0 < first_picture(cpu, "brown_conrady").value < 60
    ghost = first_picture(Device("cuda", "Ghost", "g"), "pinhole")
    assert (ghost.value, ghost.status) == (None, 1)
    assert ghost.last_words == "expected the cuda device Ghost (g), but Blender finds none"
    assert ask("moon").value is None
    assert isinstance(probe_eevee(), Graphics)


@pytest.mark.parametrize("rate", [3e4, 2e6, 5e8, 1e11])
@pytest.mark.parametrize("overhead_s", [0.0, 0.3])
def test_speed_is_told_from_what_a_picture_takes_anyway(rate: float, overhead_s: float) -> None:
    pixels, spent, kernels = 256**2, 0.0, 5.0

    def seconds(samples: int) -> float:
        nonlocal kernels, spent
        took = kernels + overhead_s + samples * pixels / rate
        kernels = 0.0
        spent += took
        return took

    assert samples_per_second(seconds, pixels) == pytest.approx(rate, rel=1e-6)
    # Kernels, two pictures of one sample, and a few that grow fourfold to 0.4 s; the slowest takes its one step.
    assert spent < 5.0 + 11 * overhead_s + max(3.0, 6 * pixels / rate) + 1e-9


def test_doctor_writes_lines_over_each_other_on_a_terminal_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with doctor._Doing("cpu", "renders"):
        pass
    assert capsys.readouterr().out == "cpu            ... renders\n"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    with doctor._Doing("cpu", "renders"):
        assert capsys.readouterr().out == "cpu            ... renders"
    assert capsys.readouterr().out == "\r\x1b[2K"


def test_the_cache_is_weighed(
    examined: Callable[..., tuple[int, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine(devices=DeviceError("no"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "longtail/models").mkdir(parents=True)
    (tmp_path / "longtail/models/a.npz").write_bytes(bytes(2_900_000))
    assert f"cache          3 MB in {tmp_path}/longtail\n" in examined(machine)[1]
    monkeypatch.setenv("LONGTAIL_CACHE", "off")
    assert "cache          none: LONGTAIL_CACHE=off" in examined(machine)[1]
