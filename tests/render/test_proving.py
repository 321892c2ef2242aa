"""Which devices a run takes when they have been tried: the best that work, and what is said of the others."""

from __future__ import annotations

import multiprocessing
import re
from collections.abc import Callable
from multiprocessing.synchronize import Event

import pytest

from longtail.annotate.errors import DeviceError
from longtail.render.machine import probe, proving
from longtail.render.machine.devices import Device, ranked
from longtail.render.machine.one_at_a_time import one_at_a_time
from longtail.render.machine.probe import Answer, Graphics, check_engine
from longtail.render.machine.proving import proven

CPU = Device("cpu", "CPU")
TWO = (Device("optix", "Card", "a"), Device("optix", "Card", "b"))
OLD = Device("cuda", "Old card", "c")
FOUND = (*TWO, Device("cuda", "Card", "a"), Device("cuda", "Card", "b"), OLD, CPU)
TOO_OLD = Answer(None, "starting\nFailed to load OptiX kernel (OPTIX_ERROR_INVALID_PTX)", 1)


class Tried:
    """First pictures that fail as `fails` says, by the device's title; what was tried, and what was said."""

    def __init__(self, fails: dict[str, Answer | Exception]) -> None:
        self.fails = fails
        self.devices: list[str] = []
        self.said: list[str] = []

    def first_picture(self, device: Device, _lens: str, _tell: Callable[[str], None]) -> Answer:
        self.devices.append(device.title)
        outcome = self.fails.get(device.title, Answer(0.3))
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def proven(self, asked: str, lens: str = "pinhole") -> tuple[Device, ...]:
        return proven(ranked(asked, FOUND), asked, lens, self.said.append)


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Tried]:
    def trying(**fails: Answer | Exception) -> Tried:
        machine = Tried({title.replace("_", " "): outcome for title, outcome in fails.items()})
        monkeypatch.setattr(proving, "first_picture", machine.first_picture)
        return machine

    return trying


def test_the_best_kind_that_works_is_taken_and_tried_once_for_each_name(tried: Callable[..., Tried]) -> None:
    machine = tried()
    assert machine.proven("auto") == TWO
    assert (machine.devices, machine.said) == (["optix Card"], [])


def test_auto_falls_back_and_says_why(tried: Callable[..., Tried]) -> None:
    machine = tried(optix_Card=TOO_OLD, cuda_Old_card=TimeoutError("no answer within 1800 s"))
    assert machine.proven("auto") == FOUND[2:4]
    (said,) = machine.said
    assert "optix Card (Failed to load OptiX kernel (OPTIX_ERROR_INVALID_PTX) (exit status 1))" in said
    assert "cuda Old card (no answer within 1800 s)" in said
    assert "rendering on cuda Card" in said


def test_a_cpu_is_the_last_resort_and_never_tried(tried: Callable[..., Tried]) -> None:
    machine = tried(optix_Card=TOO_OLD, cuda_Card=TOO_OLD, cuda_Old_card=TOO_OLD)
    assert machine.proven("auto") == (CPU,)
    assert "cpu" not in machine.devices
    assert "rendering on cpu, which is slow" in machine.said[0]
    assert tried(optix_Card=TOO_OLD).proven("cpu") == (CPU,)


def test_what_is_asked_for_by_name_is_never_replaced(tried: Callable[..., Tried]) -> None:
    with pytest.raises(DeviceError, match=r"expected optix to make a picture.*OPTIX_ERROR_INVALID_PTX.*--device auto"):
        tried(optix_Card=TOO_OLD).proven("optix")
    assert tried(cuda_Old_card=TOO_OLD).proven("cuda") == FOUND[2:4]


def test_a_lens_falls_back_to_devices_that_know_it(tried: Callable[..., Tried]) -> None:
    machine = tried(optix_Card=TOO_OLD)
    assert machine.proven("auto", "kannala_brandt") == (CPU,)
    assert machine.devices == ["optix Card"]


def test_numbers_hold_for_whatever_kind_is_taken(tried: Callable[..., Tried]) -> None:
    assert tried().proven("auto:1") == (TWO[1],)
    assert tried(optix_Card=TOO_OLD).proven("auto:1") == (FOUND[3],)
    assert ranked("auto:1", FOUND)[-1] == (CPU,)


@pytest.mark.parametrize(
    ("software", "asked", "device", "said"),
    [
        (False, "optix", TWO[0], None),
        (True, "cpu", CPU, "meant for GPUs"),
        (True, "auto", CPU, "meant for GPUs"),
        (True, "auto", TWO[0], "without the optix device Card, slowly: .*egl_vendor"),
    ],
)
def test_eevee_on_software_is_said(
    software: bool, asked: str, device: Device, said: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probe, "probe_eevee", lambda: Graphics("llvmpipe", software))
    note = check_engine("eevee", asked, device)
    assert (note is None) == (said is None)
    assert re.search(said or "", note or "")


@pytest.mark.parametrize("asked", ["optix", "optix:0"])
def test_eevee_on_software_is_refused_where_a_gpu_was_chosen(asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "probe_eevee", lambda: Graphics("llvmpipe", software=True))
    with pytest.raises(DeviceError, match=rf"GPU that --device {asked} asks for.*llvmpipe.*egl_vendor.*--engine"):
        check_engine("eevee", asked, TWO[0])
    assert check_engine("cycles", asked, TWO[0]) is None


def _hold(held: Event, done: Event) -> None:
    with one_at_a_time("test", lambda: None):
        held.set()
        done.wait(60)


def test_one_process_waits_for_another() -> None:
    processes = multiprocessing.get_context("spawn")
    held, done = processes.Event(), processes.Event()
    other = processes.Process(target=_hold, args=(held, done))
    other.start()
    assert held.wait(60)
    # The other one goes on only once this one has said that it waits.
    with one_at_a_time("test", done.set):
        assert done.is_set()
    other.join(60)
    assert other.exitcode == 0


@pytest.mark.parametrize("home", ["/proc/none", "relative"])
def test_nobody_waits_where_no_lock_can_be_kept(home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", home)
    monkeypatch.delenv("HOME", raising=False)
    with one_at_a_time("test", lambda: pytest.fail("waited")):
        pass
