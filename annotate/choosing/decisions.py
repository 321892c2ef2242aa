"""What a person decided on frames: `review.jsonl` beside a dataset, which only grows.

The first line says whose it is, each later one what was decided on one frame; a frame's last line holds. A line that a
kill has cut short is none, and the next one begins anew.

    {"format": "longtail.review.1", "digest": "...", "seed": 7}
    {"frame": 12, "decision": "rejected", "comment": "the bus floats", "time": "2026-11-27T13:20:58Z"}
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from longtail.annotate.dataset.atomic import sync_file, sync_folder, wait_for_others
from longtail.annotate.dataset.dataset import Dataset, DatasetInfo
from longtail.annotate.errors import DatasetError

REVIEW = "review.jsonl"
FORMAT = "longtail.review.1"
ACCEPTED, REJECTED, UNDECIDED = DECISIONS = ("accepted", "rejected", "undecided")
_WAYS = {False: "take that line out", True: "move the file away: without its first line none of the others counts"}
MOST_COMMENT = 2000
"""Characters of a comment."""


@dataclass(frozen=True)
class Decision:
    """On one frame: one of `DECISIONS`, a comment or "", and when that was, as ISO 8601 has it in UTC.

    ValueError for any other decision, and for a comment of more than `MOST_COMMENT` characters.
    """

    frame: int
    decision: str
    comment: str = ""
    time: str = ""

    def __post_init__(self) -> None:
        if isinstance(self.frame, bool) or not isinstance(self.frame, int) or self.frame < 0:
            raise ValueError(f"frame: expected a number from 0 on, got {self.frame!r}")
        if self.decision not in DECISIONS:
            raise ValueError(f"decision: expected one of {', '.join(DECISIONS)}, got {self.decision!r}")
        if not isinstance(self.comment, str) or len(self.comment) > MOST_COMMENT:
            raise ValueError(f"comment: expected at most {MOST_COMMENT} characters of text")

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def decisions_of(dataset: Dataset) -> Mapping[int, Decision]:
    """What holds of each frame that somebody has decided on, or commented; DatasetError where the file is another."""
    data = dataset.beside(REVIEW)
    return {} if data is None else _loads(data, dataset.files.at(REVIEW), dataset.info)


def rejected(dataset: Dataset) -> frozenset[int]:
    """The frames that are rejected."""
    return frozenset(frame for frame, last in decisions_of(dataset).items() if last.decision == REJECTED)


def joined_decisions(parts: Sequence[Dataset]) -> Mapping[int, Decision]:
    """What holds of each frame by any of the parts of one run: of several decisions on one the latest, and of those of
    one time the last part's. DatasetError where a part's file is another."""
    found: dict[int, Decision] = {}
    for part in parts:
        for frame, decision in decisions_of(part).items():
            if frame not in found or decision.time >= found[frame].time:
                found[frame] = decision
    return found


def keep_decisions(dataset: Dataset, decided: Mapping[int, Decision]) -> int:
    """Add to a dataset's own file what it does not say yet; how many decisions that were."""

    def new(there: Mapping[int, Decision]) -> Sequence[Decision]:
        return [decided[frame] for frame in sorted(decided) if there.get(frame) != decided[frame]]

    # Where there is nothing to add, no file is begun.
    return len(DecisionLog(dataset).choose(new)) if new(decisions_of(dataset)) else 0


def _loads(data: bytes, where: str, info: DatasetInfo, first: int = 1) -> dict[int, Decision]:
    """What lines say, of which the first one has this number in the file. What follows the last line break was cut
    short."""
    found: dict[int, Decision] = {}
    for number, line in enumerate(data[: data.rfind(b"\n") + 1].splitlines(), start=first):
        try:
            row = json.loads(line)
            if number == 1:
                _require_ours(row, info)
                continue
            found[row["frame"]] = Decision(**row)
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise DatasetError(f"{where}, line {number}: expected what was decided on a frame, got another line "
                               f"({error}); {_WAYS[number == 1]}") from error  # fmt: skip
    return found


def _require_ours(row: Mapping[str, Any], info: DatasetInfo) -> None:
    if row["format"] != FORMAT:
        raise ValueError(f"format: expected {FORMAT}, got {row['format']!r}")
    if (row["digest"], row["seed"]) != (info.digest, info.seed):
        raise ValueError("expected decisions on this dataset, got those on one of another config or seed")


class DecisionLog:
    """The file of a dataset in a folder, to add decisions to. Several may add to it side by side."""

    def __init__(self, dataset: Dataset) -> None:
        self.path: Path = dataset.root / REVIEW
        self._info = dataset.info
        self._known, self._lines = b"", 0
        self._decisions: dict[int, Decision] = {}

    def holding(self) -> Mapping[int, Decision]:
        """What holds of each frame now, whoever wrote it; DatasetError as `decisions_of`, and OSError."""
        try:
            return self._learnt(self.path.read_bytes())
        except FileNotFoundError:
            return self._learnt(b"")

    def add(self, *decisions: Decision) -> None:
        """Write decisions behind the others, and to disk; DatasetError as `decisions_of`, OSError where that cannot
        be."""
        self.choose(lambda _: decisions)

    def choose(self, chosen: Callable[[Mapping[int, Decision]], Sequence[Decision]]) -> Sequence[Decision]:
        """Add what is chosen by what holds, and give it back. Nobody else writes in between.

        DatasetError as `decisions_of`, OSError where it cannot be written.
        """
        with self._alone() as file:
            file.seek(0)
            data = file.read()
            if new := chosen(self._learnt(data)):
                # Those that are in the middle of what a kill has cut short begin anew.
                file.truncate(len(self._known))
                head = {"format": FORMAT, "digest": self._info.digest, "seed": self._info.seed}
                rows = [*([] if self._known else [head]), *(decision.to_json() for decision in new)]
                file.write(b"".join(json.dumps(row).encode("ascii") + b"\n" for row in rows))
                sync_file(file)
        if new:
            sync_folder(self.path.parent)
        return new

    @contextmanager
    def _alone(self) -> Iterator[BinaryIO]:
        """The file to read and add to, which nobody else writes to meanwhile: two that begin it would both write a
        head, or one take another's unfinished line for one that was cut short."""
        while True:
            with self.path.open("ab+") as file:
                wait_for_others(file)
                # An editor may have put another in its place while this one was waited for.
                with suppress(FileNotFoundError):
                    if os.path.samestat(os.fstat(file.fileno()), self.path.stat()):
                        yield file
                        return

    def _learnt(self, data: bytes) -> Mapping[int, Decision]:
        """What a whole file says. Of one that begins as it did, only what is new is parsed; any other was edited."""
        whole = data[: data.rfind(b"\n") + 1]
        grown = whole.startswith(self._known)
        new = whole[len(self._known) :] if grown else whole
        lines, before = (self._lines, self._decisions) if grown else (0, {})
        if new or not grown:
            self._decisions = before | _loads(new, str(self.path), self._info, lines + 1)
            self._known, self._lines = whole, lines + len(new.splitlines())
        return self._decisions
