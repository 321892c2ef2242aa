"""Messages that nobody can be given: a closed pipe, a full disk, no stream at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.runs import command

_TALKS = """
import sys
from rich.console import Console
from longtail.render.machine.streams import outliving_readers
with outliving_readers():
    for number in range(300):
        print("a line of some length " * 20, file=sys.stderr, flush=True)
        Console(stderr=True).print("and one more")
open(sys.argv[1], "w").write("all was done")
"""


@pytest.mark.parametrize("reader", ["left", "full", "closed"])
def test_messages_that_nobody_takes_stop_nothing(reader: str, tmp_path: Path) -> None:
    if reader == "left":
        read, write = os.pipe()
        os.close(read)
    else:
        write = os.open("/dev/full", os.O_WRONLY)
    words = [sys.executable, "-c", _TALKS, str(tmp_path / "done")]
    if reader == "closed":
        words = ["sh", "-c", 'exec "$@" 2>&-', "sh", *words]
    try:
        assert subprocess.run(words, stderr=write, check=False).returncode == 0
    finally:
        os.close(write)
    assert (tmp_path / "done").read_text() == "all was done"


def test_a_closed_stream_lends_its_number_to_no_file(tmp_path: Path) -> None:
    program = """
import os, sys
from longtail.render.machine.streams import outliving_readers
with outliving_readers():
    with open(sys.argv[1], "w") as file:
        assert file.fileno() > 2
        os.write(1, b"said by a library")
        os.write(2, b"said by a library")
        print("said by us", file=sys.stderr)
        print("said by us")
"""
    words = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", sys.executable, "-c", program, str(tmp_path / "file")]
    assert subprocess.run(words, check=False).returncode == 0
    assert (tmp_path / "file").read_text() == ""


@pytest.mark.parametrize(
    ("words", "unbuffered"),
    [(["list"], ""), (["list"], "1"), (["--help"], ""), (["stats", "--help"], ""), (["stats", "--schema"], "")],
)
def test_results_that_nobody_takes_are_an_error(words: list[str], unbuffered: str) -> None:
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command(*words), stdout=full, stderr=subprocess.PIPE, text=True, check=False, env=environment
        )
    assert done.returncode == 1
    assert done.stderr == "longtail: [Errno 28] No space left on device\n"
