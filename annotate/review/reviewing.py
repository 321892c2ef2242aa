"""A review as it goes on: what is shown, what was decided. Several requests may come at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Any

from longtail.annotate.choosing.decisions import UNDECIDED, Decision, DecisionLog, decisions_of
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.review.queue import Queue
from longtail.annotate.review.shown import labels, layers_shown, picture


class DecidedElsewhereError(Exception):
    """Another page, or another review of the dataset, has decided on a frame since it was shown: `now` holds."""

    def __init__(self, frame: int, now: Mapping[str, str]) -> None:
        self.now = now
        comment = f' ("{now["comment"]}")' if now["comment"] else ""
        super().__init__(
            f"frame {frame} is {now['decision']}{comment} meanwhile, from elsewhere; decide again to change that"
        )


class Reviewing:
    """A dataset in review; `now` gives the time as ISO 8601 has it. `made` counts the decisions of this review.

    DatasetError where the decisions of before cannot be read.
    """

    def __init__(self, dataset: Dataset, queue: Queue, now: Callable[[], str]) -> None:
        self._dataset, self._queue, self._now = dataset, queue, now
        self._log, self._lock = DecisionLog(dataset), Lock()
        decisions_of(dataset)  # says in words what ails a file that cannot be read
        self._decisions = self._log.holding()
        self._frames = frozenset(row.frame for row in queue.rows)
        self._layers = layers_shown(dataset)
        self.made = 0

    def overview(self) -> dict[str, Any]:
        """All frames to look at, with flags and decisions."""
        self._catch_up()
        return {
            "name": self._dataset.root.resolve().name,
            "layers": self._layers,
            "rows": [
                {
                    "frame": row.frame,
                    "flags": [flag.to_json() for flag in row.flags],
                    **self._decided(row.frame),
                }
                for row in self._queue.rows
            ],
        }

    def labels(self, frame: int) -> dict[str, Any]:
        """What is known of a frame, and what was decided on it; KeyError for one that is not shown, DatasetError for a
        damaged one."""
        self._require(frame)
        self._catch_up()
        return labels(self._dataset, frame) | self._decided(frame)

    def picture(self, frame: int, layer: str) -> tuple[str, bytes]:
        """A media type and bytes; KeyError for what is not shown, DatasetError for what is damaged."""
        self._require(frame)
        if layer not in self._layers:
            raise KeyError(layer)
        return picture(self._dataset, frame, layer)

    def decide(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Keep a decision; what holds of the frame now. `was` is what the page took to hold of it:

            {"frame": 12, "decision": "rejected", "comment": "...", "was": {"decision": "undecided", "comment": ""}}

        ValueError for anything else, DecidedElsewhereError where another has decided, OSError where it cannot be
        written.
        """
        if not isinstance(asked, Mapping) or asked.keys() != {"frame", "decision", "comment", "was"}:
            raise ValueError("expected the keys frame, decision, comment and was")
        decision = Decision(asked["frame"], asked["decision"], asked["comment"], self._now())
        if decision.frame not in self._frames:
            raise ValueError(f"frame: expected one that is shown, got {decision.frame}")

        def new(holding: Mapping[int, Decision]) -> Sequence[Decision]:
            self._decisions = holding
            now = self._decided(decision.frame)
            if now == {"decision": decision.decision, "comment": decision.comment}:
                return ()
            if now != asked["was"]:
                raise DecidedElsewhereError(decision.frame, now)
            return (decision,)

        with self._lock:
            self.made += len(self._log.choose(new))
            self._decisions = self._log.holding()
            return {"frame": decision.frame, **self._decided(decision.frame)}

    def _catch_up(self) -> None:
        """Take what others have decided."""
        with self._lock:
            self._decisions = self._log.holding()

    def _decided(self, frame: int) -> dict[str, str]:
        last = self._decisions.get(frame)
        return {"decision": last.decision if last else UNDECIDED, "comment": last.comment if last else ""}

    def _require(self, frame: int) -> None:
        if frame not in self._frames:
            raise KeyError(frame)
