"""How far a command is, on a terminal and in a log."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from longtail.render.watching.counting import counting


def test_a_log_gets_a_line_now_and_then(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 3.0, 11.0, 11.0, 12.0, 30.0, 30.0])
    monkeypatch.setattr("longtail.render.watching.counting.time.monotonic", lambda: next(clock))
    with counting("checking", 2000, Console(file=io.StringIO())) as tell:
        for done in (100, 400, 500, 1200):
            tell(done)
    assert capsys.readouterr().err.splitlines() == ["checking: 400 of 2,000 frames", "checking: 1,200 of 2,000 frames"]


def test_a_terminal_gets_a_bar_that_leaves_nothing_behind() -> None:
    shown = io.StringIO()
    with counting("checking", 20, Console(file=shown, force_terminal=True, width=80)) as tell:
        tell(20)
    assert "checking" in shown.getvalue()
    assert "20/20" in shown.getvalue()
    assert shown.getvalue().rstrip().endswith("\x1b[2K")
