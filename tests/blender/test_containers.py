"""The real command as a container engine starts it: see tests/docker/container.py for what that means."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

import pytest

from longtail.annotate import Dataset
from tests.docker.container import OUT, UID, contained, first_process, require_namespaces
from tests.runs import command, quick_command, run_here

pytestmark = pytest.mark.blender

# What a container engine has: no account, no home, one place to write to.
_CONDITIONS = f"""
import os, pathlib, pwd, socket
assert os.getpid() == 1 and os.getuid() == {UID} and "HOME" not in os.environ
assert os.statvfs("/dev/shm").f_blocks * os.statvfs("/dev/shm").f_frsize == 64 << 20
for attempt in (
    lambda: pwd.getpwuid(os.getuid()),
    lambda: pathlib.Path("/made").touch(),
    lambda: pathlib.Path({str(Path(__file__).parents[2])!r}, "made").touch(),
    lambda: socket.create_connection(("127.0.0.1", 9), 1),
):
    try:
        attempt()
    except (KeyError, OSError):
        continue
    raise SystemExit("a condition does not hold")
pathlib.Path("/tmp/made").touch()
pathlib.Path({str(OUT)!r}, "made").touch()
"""


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """The folder that the container sees as OUT."""
    folder = tmp_path / "out"
    folder.mkdir()
    require_namespaces(folder)
    return folder


def ended(container: subprocess.Popen[str]) -> tuple[int, str]:
    said, complained = container.communicate(timeout=600)
    assert "Traceback" not in complained
    return container.returncode, said + complained


def test_the_conditions_are_those_of_a_container(out: Path) -> None:
    status, said = ended(contained(out, [*command()[:1], "-c", _CONDITIONS]))
    assert status == 0, said
    assert (out / "made").exists()


def test_frames_are_made_though_nobody_reads_what_is_said(out: Path) -> None:
    container = contained(out, quick_command(OUT / "set", "--workers", 1, frames=2))
    assert container.stderr is not None
    assert any("rendering 2 frames" in line for line in container.stderr)
    container.stderr.close()
    assert container.wait(timeout=600) == 0
    assert container.stdout is not None
    container.stdout.close()
    assert Dataset.open(out / "set").frames() == [0, 1]
    run_here("check", out / "set")
    status, said = ended(contained(out, command("check", OUT / "set")))
    assert (status, "no findings" in said) == (0, True), said


def test_sigterm_to_process_1_ends_a_run_with_a_merged_dataset(out: Path) -> None:
    container = contained(out, quick_command(OUT / "set", "--workers", 1, frames=200))
    while container.poll() is None and not list(out.glob("set/frames/*.json")):
        time.sleep(0.02)
    first_process(container).send_signal(signal.SIGTERM)
    status, said = ended(container)
    assert status == 1
    assert "run the same command again to go on" in said
    findings = run_here("check", out / "set", status=1).splitlines()
    assert all("none for frame" in finding for finding in findings[:-1])
