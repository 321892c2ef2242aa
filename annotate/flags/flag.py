"""What a flag is, and what a frame is scored with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from longtail.annotate.flags.look import Look

Score = tuple[float, str]
"""A score, and a sentence why it is not lower."""
Scorer = Callable[[Look], Score | None]
"""Scores a frame; None where its dataset has not what that takes."""


@dataclass(frozen=True)
class Flag:
    """One way in which a frame can be wrong.

    Attributes:
        name: by which it is found
        says: what is wrong with a frame that has it
        unit: of the score
        threshold: above which it is raised
        source: where the threshold is from
        score: scores one frame by itself; None where it takes all frames together
    """

    name: str
    says: str
    unit: str
    threshold: float
    source: str
    score: Scorer | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "says": self.says,
            "unit": self.unit,
            "threshold": self.threshold,
            "source": self.source,
        }
