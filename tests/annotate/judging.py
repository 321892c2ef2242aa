"""What a finished run does not leave: flags and decisions beside a dataset."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from longtail.annotate.choosing.decisions import Decision, DecisionLog
from longtail.annotate.choosing.stored_flags import FLAGS as FILE
from longtail.annotate.choosing.stored_flags import Raised, dumps
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.flags.table import FLAGS

NOW = "2026-11-27T13:20:58Z"


def flagged(root: Path, raised: Mapping[int, str]) -> Path:
    """Give some frames a flag each, and say that all others have none."""
    dataset = Dataset.open(root)
    rows = [flag.to_json() for flag in FLAGS.values()]
    frames = (
        (index, {"floating": 0.0}, [Raised(raised[index], 2.0, 4.0, "it is odd")] if index in raised else [])
        for index in dataset.frames()
    )
    (root / FILE).write_bytes(b"".join(dumps(dataset.info, rows, frames)))
    return root


def decided(root: Path, decisions: Mapping[int, str]) -> Path:
    """Decide on some frames."""
    log = DecisionLog(Dataset.open(root))
    for frame, decision in decisions.items():
        log.add(Decision(frame, decision, "", NOW))
    return root


def judged(root: Path) -> Path:
    """Frame 1 floats and is rejected, all others are accepted."""
    others = dict.fromkeys(Dataset.open(root).frames(), "accepted")
    return decided(flagged(root, {1: "floating"}), {**others, 1: "rejected"})
