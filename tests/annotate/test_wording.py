"""What people read: visible, short, and in the right number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longtail.annotate.check.finding import Finding
from longtail.annotate.errors import ConfigError, LongtailError
from longtail.annotate.wording import LONGEST, counted, fitted, listed, visible

ANY = st.text(st.characters(), max_size=3000)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain \u00e9\u65e5\u672c, two\nlines", "plain \u00e9\u65e5\u672c, two\nlines"),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f468\u200d\U0001f469\u200d\U0001f467"),
        ("\x1b[2Jred\x1b[31m", "\\x1b[2Jred\\x1b[31m"),
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("back\x08\r\t\x00\x7f\x9b", "back\\x08\\r\\t\\x00\\x7f\\x9b"),
        ("\u202egpj.exe\u2066", "\\u202egpj.exe\\u2066"),
        ("\u2028\ufeff\udcff", "\\u2028\\ufeff\\udcff"),
    ],
)
def test_what_drives_a_terminal_is_spelled_out(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert str(ConfigError(text)) == shown


@given(ANY)
def test_any_text_is_safe_to_write_and_short(text: str) -> None:
    shown = fitted(text)
    shown.encode()
    assert len(shown) < LONGEST + 1
    assert not set(shown) & {chr(code) for code in (*range(10), *range(11, 32), 127, *range(128, 160))}
    assert fitted(shown) == shown


def test_long_lines_lose_their_middle_and_many_lines_their_end() -> None:
    line = fitted(f"my.yaml: {'k' * 200_000}: expected a known key, got 3")
    assert line.startswith("my.yaml: kkk")
    assert line.endswith("expected a known key, got 3")
    lines = fitted("\n".join(f"line {i}" for i in range(1000))).splitlines()
    assert lines[0] == "line 0"
    assert lines[-1] == f"and {1000 - len(lines) + 1} more"
    assert len("\n".join(lines)) < LONGEST


def test_every_error_and_finding_is_fitted() -> None:
    assert len(str(LongtailError("x\x1b" * 10_000))) < LONGEST
    assert "\x1b" not in str(Finding("images/\x1b.png", None, "x" * 9000, "\x1b"))
    assert len(str(Finding("a", None, "x" * 9000, "y"))) < LONGEST


def test_numbers_of_things() -> None:
    assert [counted(n, "frame") for n in (0, 1, 2)] == ["0 frames", "1 frame", "2 frames"]
    assert counted(2, "point of a grid", "points of a grid") == "2 points of a grid"
    assert listed(range(3), 3) == "0, 1, 2"
    assert listed(range(10), 3) == "0, 1, 2 and 7 more"
