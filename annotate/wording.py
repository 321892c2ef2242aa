"""Words of messages that depend on numbers."""

from __future__ import annotations


def counted(count: int, noun: str) -> str:
    """ "1 frame", "3 frames"."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
