"""Sentences for people: nothing in them drives a terminal, none runs on for pages, and one is no plural.

All that a command says passes `fitted`: errors by themselves (`annotate.errors`), notes and results by
`render.watching.say`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

LONGEST = 1000
"""A message has fewer characters."""
_FITTED = 900
_LONGEST_LINE = 400
_LEAST_END = 120

# Joiners make one picture of several, as in emoji and in Persian; they move no cursor.
_JOINERS = "\u200c\u200d"


def visible(text: str) -> str:
    """Text whose control characters are spelled as Python spells them: `\\x1b`. Lines stay lines.

    So are marks that turn the writing direction, and halves of characters, which no terminal can write.

    Examples:
        >>> print(visible("red\\x1b[0m"))
        red\\x1b[0m
    """
    if text.isprintable():
        return text
    return "".join(_spelled(letter) if _is_control(letter) else letter for letter in text)


def _is_control(letter: str) -> bool:
    return letter not in _JOINERS and letter != "\n" and unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _spelled(letter: str) -> str:
    return letter.encode("unicode_escape", "surrogatepass").decode("ascii")


def fitted(text: str) -> str:
    """Visible text of fewer than `LONGEST` characters: long lines lose their middle, and lines too many are counted.

    What is fitted stays as it is when it is fitted again.

    Examples:
        >>> print(fitted("nothing is cut here"))
        nothing is cut here
        >>> len(fitted("x" * 5000)) < LONGEST
        True
    """
    # The middle of what is huge is never looked at.
    lines = [visible(_cut(line, 2 * LONGEST)) for line in text.split("\n")]
    if sum(map(len, lines)) + len(lines) <= LONGEST:
        return "\n".join(lines)
    kept, length = [], 0
    for line in lines:
        cut = _cut(line, _LONGEST_LINE if len(lines) > 1 else _FITTED)
        if length + len(cut) > _FITTED:
            break
        kept.append(cut)
        length += len(cut) + 1
    if len(kept) < len(lines):
        kept.append(f"and {len(lines) - len(kept)} more")
    return "\n".join(kept)


def _cut(line: str, most: int) -> str:
    if len(line) <= most:
        return line
    end = max(most // 3, _LEAST_END)
    return f"{line[: most - end - 5]} ... {line[-end:]}"


def counted(count: int, noun: str, plural: str = "") -> str:
    """A number of things: `1 frame`, `0 frames`, `10,000 frames`.

    Examples:
        >>> counted(1, "frame"), counted(10_000, "frame"), counted(2, "box", "boxes")
        ('1 frame', '10,000 frames', '2 boxes')
    """
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def listed(items: Iterable[object], most: int = 8) -> str:
    """The first of some things and the number of the others: `1, 2, 3 and 4 more`.

    Examples:
        >>> listed(range(1, 8), most=3)
        '1, 2, 3 and 4 more'
    """
    words = [str(item) for item in items]
    rest = len(words) - most
    return ", ".join(words[:most]) + (f" and {rest} more" if rest > 0 else "")
