"""What a person or a log collector reads while frames are made."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from longtail.render.watching.events import (
    Event,
    FrameBegan,
    FrameDone,
    FrameFailed,
    FrameQuarantined,
    Note,
    RunBegan,
    WorkerState,
)
from longtail.render.watching.progress import JsonLines, PlainLines, Tally, shown
from longtail.render.watching.screen import Screen

EVENTS: tuple[Event, ...] = (
    Note("rendering"),
    RunBegan(6, 2, ("cpu",), "0", 1),
    FrameBegan(2, 1, 0),
    FrameDone(2, 1, 0, "rain, day", {"build": 0.5, "beauty": 1.0}, 900.0),
    FrameFailed(3, 3, 0, "timeout", "no frame within 5 s [why]", counted=True),
    FrameQuarantined(3, "no frame within 5 s", "failed"),
)


def test_plain_lines_tell_the_start_the_pace_and_every_trouble(capsys: pytest.CaptureFixture[str]) -> None:
    with PlainLines() as plain:
        for event in EVENTS:
            plain.see(event)
    lines = capsys.readouterr().err.splitlines()
    assert lines[:2] == ["rendering", "2 of 6 frames are there already; rendering the rest"]
    assert lines[2].startswith("3/6 frames, ")
    assert lines[3:] == ["frame 3, try 3 on worker 0: no frame within 5 s [why]", "frame 3 is given up; see failed/"]


def test_json_lines_are_every_event(capsys: pytest.CaptureFixture[str]) -> None:
    with JsonLines() as log:
        for event in EVENTS:
            log.see(event)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["event"] for line in lines] == [
        "note", "run_began", "frame_began", "frame_done", "frame_failed", "frame_quarantined"
    ]  # fmt: skip
    assert lines[3]["seconds"] == {"build": 0.5, "beauty": 1.0}


def test_a_terminal_shows_every_worker_until_there_are_too_many() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=100, color_system=None)
    screen = Screen(console)
    for event in EVENTS:
        screen.see(event)
    states = [WorkerState(n, "cuda Card", 100 + n, 40 + n if n else None, 3.0, 512.0) for n in range(20)]
    screen.look(states)
    with console.capture() as captured:
        console.print(screen.drawing())
    drawn = captured.get()
    assert "idle" in drawn
    assert "55" in drawn
    assert "4 more" in drawn
    assert "4 busy" in drawn
    assert "3/6" in drawn
    assert "1 failed" in drawn


def test_who_watches_is_shown_what_they_can_see(monkeypatch: pytest.MonkeyPatch) -> None:
    """What draws on a terminal is not even imported elsewhere."""
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    assert isinstance(shown(), PlainLines)
    assert isinstance(shown("json"), JsonLines)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert isinstance(shown(), Screen)
    assert isinstance(shown("plain"), PlainLines)
    monkeypatch.setenv("TTY_COMPATIBLE", "0")
    assert isinstance(shown(), PlainLines)


def test_the_pace_does_not_count_what_was_there_before() -> None:
    tally = Tally()
    tally.count(RunBegan(1_000_000, 999_000, (), "0", 1))
    assert tally.finished == 999_000
    assert tally.per_minute == 0
    assert tally.left == ""
