"""Commands that are told to stop, as process 1 of a PID namespace, which gets no signal that it does not handle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from longtail.render.machine.stopping import GRACE_S, StoppedError, asked_gently, stoppable, tidying_s
from longtail.render.machine.time_limit import OutOfTimeError, time_limit
from tests.annotate.stage import dataset

# What a command is doing when the signal comes: the function that never ends, and the command. The signal is sent when
# a line says that it was entered; OUT is an empty folder, SET a finished dataset.
PHASES = {
    "reading the config": ("longtail.render.commands.run.load", "render street -o OUT"),
    "asking for devices": ("longtail.render.workers.request.probe_devices", "render street -o OUT"),
    "looking at what is there": ("longtail.render.storage.place.Store.heal", "render street -o OUT --device cpu"),
    "hiring workers": ("longtail.render.commands.run.local_crew", "render street -o OUT --device cpu"),
    "merging": ("longtail.render.commands.finish.merge_datasets", "merge SET -o OUT"),
    "reporting": ("longtail.render.commands.finish.write_of", "stats SET"),
    "checking": ("longtail.render.commands.finish.check", "check SET"),
    "listing": ("longtail.render.commands.listing.listing", "list"),
    "examining": ("longtail.render.commands.doctor.probe_devices", "doctor"),
    "previewing": ("longtail.render.commands.preview.describe", "preview street -o OUT.png --device cpu"),
}
_HANGING = """
import importlib, pkgutil, sys, time
from longtail.command_line import main

def hang(*_, **__):
    print("entered", flush=True)
    time.sleep(3600)

where, _, name = sys.argv[1].rpartition(".")
setattr(pkgutil.resolve_name(where), name, hang)
main(sys.argv[2:])
"""
_AS_PROCESS_1 = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child", "--mount-proc"]


@pytest.fixture(autouse=True)
def _no_nohup() -> Iterator[None]:
    """Tests that are begun with nohup ignore SIGHUP, and so would all that they start."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.fixture(scope="module")
def process_1() -> list[str]:
    """What runs a command as process 1 of a namespace."""
    probe = subprocess.run([*_AS_PROCESS_1, "true"], capture_output=True, text=True, check=False)
    if probe.returncode:
        pytest.skip(f"this kernel lets nobody make a PID namespace: {probe.stderr.strip()}")
    return _AS_PROCESS_1


def begun(words: list[str]) -> tuple[subprocess.Popen[str], psutil.Process]:
    """A command as process 1, once it says that it is where it never ends; and that process as it is called here."""
    outer = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert outer.stdout is not None
    if not any("entered" in line for line in outer.stdout):
        raise AssertionError(outer.communicate()[1])
    (first,) = psutil.Process(outer.pid).children()
    return outer, first


@pytest.mark.parametrize("phase", PHASES)
def test_every_command_ends_when_it_is_told_to(phase: str, process_1: list[str], tmp_path: Path) -> None:
    hung, command = PHASES[phase]
    words = command.replace("OUT", str(tmp_path / "out")).replace("SET", str(dataset(tmp_path / "set"))).split()
    outer, first = begun([*process_1, sys.executable, "-c", _HANGING, hung, *words])
    number = list(PHASES).index(phase) % 3
    first.send_signal((signal.SIGTERM, signal.SIGHUP, signal.SIGINT)[number])
    _, said = outer.communicate(timeout=60)
    assert outer.returncode == 1
    assert "Traceback" not in said
    assert said.splitlines()[-1].startswith("longtail: stopped by SIG")


def test_what_hangs_in_a_library_is_left_in_time(process_1: list[str]) -> None:
    program = """
import ctypes
from longtail.render.machine import stopping
stopping.GRACE_S = 0.5
with stopping.stoppable():
    print("entered", flush=True)
    while True:
        try:
            ctypes.PyDLL(None).poll(None, 0, 3_600_000)  # no other thread of Python's runs meanwhile
        except BaseException:
            pass
"""
    outer, first = begun([*process_1, sys.executable, "-c", program])
    first.send_signal(signal.SIGTERM)
    outer.communicate(timeout=60)
    assert outer.returncode == 1
    assert GRACE_S < 10, "container engines kill after that"


def test_the_first_signal_is_heeded_and_the_second_obeyed() -> None:
    with asked_gently() as stop:
        os.kill(os.getpid(), signal.SIGHUP)
        assert stop.is_set()
        with pytest.raises(StoppedError, match="SIGTERM"):
            os.kill(os.getpid(), signal.SIGTERM)


def test_what_nohup_ignores_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stoppable(), asked_gently() as stop:
            os.kill(os.getpid(), signal.SIGHUP)
            assert not stop.is_set()
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_time_to_tidy_up_counts_from_the_signal(monkeypatch: pytest.MonkeyPatch) -> None:
    assert tidying_s() == 7
    with asked_gently():
        os.kill(os.getpid(), signal.SIGTERM)
        now = time.monotonic()
        monkeypatch.setattr(time, "monotonic", lambda: now + 5)
        assert 1.9 < tidying_s() <= 2
        monkeypatch.setattr(time, "monotonic", lambda: now + 60)
        assert tidying_s() == 0.1


def test_no_library_keeps_a_time_limit_in() -> None:
    def deaf() -> None:
        with time_limit(0.01), suppress(Exception):
            signal.pause()

    with pytest.raises(OutOfTimeError):
        deaf()
