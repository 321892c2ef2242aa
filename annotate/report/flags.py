"""What is marked on frames: named flags, by which the report filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def flags_of(stats: Mapping[str, Any]) -> dict[int, Sequence[str]]:
    """The names of each flagged frame's flags, by the frame's index; frames without any are left out.

    They stand in the section `flags` of statistics, {"frames": {index: [name, ...]}}, where there is one.
    """
    frames = stats.get("flags", {}).get("frames", {})
    return {int(index): [str(name) for name in names] for index, names in frames.items() if names}
