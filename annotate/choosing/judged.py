"""What is known of the quality of frames, for a search that asks for it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from longtail.annotate.choosing.decisions import UNDECIDED, decisions_of
from longtail.annotate.choosing.stored_flags import StoredFlags
from longtail.annotate.dataset.dataset import Dataset
from longtail.statements.grammar import FLAG


@dataclass(frozen=True)
class Judged:
    """Flags, where they were scored and are asked for, and decisions other than undecided, by frame."""

    flags: StoredFlags | None = None
    decisions: Mapping[int, str] | None = None

    @classmethod
    def of(cls, dataset: Dataset, statement: str) -> Judged:
        """As much as a statement speaks of."""
        calls = (node for node in ast.walk(ast.parse(statement, mode="eval")) if isinstance(node, ast.Call))
        flags = StoredFlags.among(dataset) if any(ast.unparse(call.func) == FLAG for call in calls) else None
        decided = decisions_of(dataset) if "decision" in statement else {}
        return cls(flags, {frame: last.decision for frame, last in decided.items()})

    def raised(self, frame: int) -> frozenset[str]:
        """The names of a frame's flags; DatasetError where it was not scored."""
        return frozenset(flag.name for flag in self.flags.of(frame)) if self.flags else frozenset()

    def decision(self, frame: int) -> str:
        """What was decided on a frame."""
        return (self.decisions or {}).get(frame, UNDECIDED)
