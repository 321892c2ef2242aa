"""Deadlines and locks."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from longtail.annotate.errors import StorageError
from longtail.render.machine.time_limit import OutOfTimeError, time_limit
from longtail.render.storage.lock import locked

_HOLD = """
import sys
from pathlib import Path
from longtail.render.storage.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_folder_is_one_runs_until_its_process_is_gone(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with (
            pytest.raises(StorageError, match=rf"another run is at work there \(process {other.pid} on"),
            locked(tmp_path),
        ):
            pass
        other.kill()
    with locked(tmp_path):
        pass


def test_work_past_its_deadline_is_left() -> None:
    with pytest.raises(OutOfTimeError), time_limit(0.05):
        time.sleep(3600)


def test_work_within_its_deadline_is_done() -> None:
    with time_limit(60):
        done = True
    assert done
