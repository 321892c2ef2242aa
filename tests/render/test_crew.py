"""Which worker renders on which device, and what it may take."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path

import pytest

from longtail.annotate.errors import ConfigError, DeviceError, DeviceFaultError
from longtail.render.machine.devices import Device
from longtail.render.machine.limits import cores
from longtail.render.storage.store import Store
from longtail.render.workers import request
from longtail.render.workers.local_crew import local_crew
from longtail.render.workers.request import default_workers, engine_note, limits_for, memory_note, worker_memory_mb
from longtail.render.workers.slot import Limits, Slot
from longtail.render.workers.worker import Done
from longtail.scenes.config.loading import load

CARDS = tuple(Device("optix", f"Card {letter}", letter) for letter in "ABCD")
CPU = Device("cpu", "CPU")


@pytest.mark.parametrize(("size_px", "beside"), [("[1920, 1080]", True), ("[2048, 1080]", False)])
def test_large_pictures_are_finished_before_the_next_is_begun(
    size_px: str, *, beside: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, bool]] = []

    def begun(_: Slot, index: int, *, beside: bool) -> Future[Done]:
        asked.append((index, beside))
        return Future()

    monkeypatch.setattr(Slot, "begin", begun)
    config = load("street", [f"camera.size_px={size_px}"])
    with local_crew(config, Store(tmp_path), (CPU,), 1, Limits(10, 1000), lambda _: None) as crew:
        crew.begin(3, alone=False)
        crew.begin(4, alone=True)
    assert asked == [(3, beside), (4, False)]


def test_each_worker_is_pinned_to_one_of_the_cards_in_turn(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with local_crew(load("street"), store, CARDS, 8, Limits(10, 1000), lambda _: None) as crew:
        slots = crew.slots
        assert [slot.order.device.id for slot in slots] == list("ABCDABCD")
        assert {slot.order.threads for slot in slots} == {max(1, cores() // 8)}
        assert len({slot.order.log for slot in slots} | {slot.order.desk for slot in slots}) == 16
        assert [state.device for state in crew.workers()][:2] == ["optix Card A", "optix Card B"]


def test_one_worker_for_each_gpu_unless_more_are_asked_for() -> None:
    assert default_workers(CARDS) == 4
    assert default_workers(CARDS[:1], 3) == 3


@pytest.mark.parametrize(("machine_cores", "memory_gb", "workers"), [(2, 64, 1), (16, 64, 4), (64, 8, 2), (64, 1, 1)])
def test_workers_of_a_cpu_need_cores_and_memory(
    machine_cores: int, memory_gb: int, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request, "cores", lambda: machine_cores)
    monkeypatch.setattr(request, "memory_bytes", lambda: memory_gb * 10**9)
    assert default_workers((CPU,)) == workers


@pytest.mark.parametrize(
    ("size_px", "workers"), [((640, 360), 4), ((1920, 1080), 4), ((3840, 2160), 2), ((8192, 8192), 1)]
)
def test_large_pictures_need_memory_of_their_own(
    size_px: tuple[int, int], workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request, "cores", lambda: 16)
    monkeypatch.setattr(request, "memory_bytes", lambda: 20 * 10**9)
    assert default_workers((CPU,), needed_mb=worker_memory_mb(size_px)) == workers


def test_a_worker_may_take_its_share_of_the_memory_or_what_was_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request, "memory_bytes", lambda: 20 * 10**9)
    assert limits_for(4, 60) == Limits(60, 4500)
    assert limits_for(4, 60, 2.5) == Limits(60, 2500)


def test_too_little_memory_for_so_many_workers_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request, "memory_bytes", lambda: 16 * 10**9)
    assert memory_note(2) is None
    assert "8 workers leave 1.8 GB of memory for each, and one takes up to 3.0 GB" in (memory_note(8) or "")
    assert "there is 14.4 GB of memory for a worker" in (memory_note(1, worker_memory_mb((8192, 8192))) or "")


def test_gpus_that_eevee_leaves_idle_are_said() -> None:
    assert "first of the 4 GPUs" in (engine_note("eevee", CARDS) or "")
    assert engine_note("eevee", CARDS[:1]) is engine_note("cycles", CARDS) is None


def test_a_run_on_the_cpu_has_no_gpus_to_share() -> None:
    from longtail.render.commands.run import Request, render_dataset

    with pytest.raises(ConfigError, match=r"--workers-per-gpu: expected GPUs to share"):
        render_dataset(Request("street", Path("out"), workers_per_gpu=2, device="cpu"))
    with pytest.raises(ConfigError, match="expected one of the two, got both"):
        render_dataset(Request("street", Path("out"), workers=2, workers_per_gpu=2, device="cpu"))
    with pytest.raises(ConfigError, match=r"--frame: expected frames of this run, 0 to 99, got 100"):
        render_dataset(Request("street", Path("out"), only=[3, 100], device="cpu"))


def test_lenses_that_only_some_devices_know() -> None:
    from longtail.render.machine.devices import require_lens

    require_lens("kannala_brandt", CARDS[0])
    with pytest.raises(
        DeviceError, match=r"expected pinhole or equirectangular or orthographic on cuda, got kannala_brandt"
    ):
        require_lens("kannala_brandt", Device("cuda", "Card"))


def test_a_device_that_fails_rests_and_one_that_always_fails_is_gone(tmp_path: Path) -> None:
    with local_crew(load("street"), Store(tmp_path), CARDS[:1], 1, Limits(10, 1000), lambda _: None) as crew:
        slot = crew.slots[0]
        for _ in range(4):
            slot.end(0, DeviceFaultError("the device failed: out of GPU memory"))
            assert (slot.retired, slot.idle, crew.next_worker()) == (False, False, None)
        slot.end(0, DeviceFaultError("the device failed: out of GPU memory"))
        assert slot.retired
        assert crew.blameless(DeviceFaultError("x"))
