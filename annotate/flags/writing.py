"""Flags as others find them: `flags.jsonl`, the section `flags` of stats.json, and lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from longtail.annotate.choosing.stored_flags import FLAGS as FILE
from longtail.annotate.choosing.stored_flags import dumps
from longtail.annotate.dataset.atomic import into, replacing
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.flags.scoring import FrameScores
from longtail.annotate.flags.table import FLAGS
from longtail.annotate.wording import counted

_WORST = 5
_MOST_LINES = 8


def write_flags(dataset: Dataset, found: Sequence[FrameScores], folder: Path) -> None:
    """Write flags.jsonl of a dataset into a folder; DatasetError or StorageError where that cannot be written to."""
    rows = [flag.to_json() for flag in FLAGS.values()]
    lines = dumps(dataset.info, rows, ((one.index, one.scores, list(one.raised)) for one in found))
    with into(folder), replacing(folder / FILE) as file:
        file.writelines(lines)


def section(found: Sequence[FrameScores]) -> dict[str, Any]:
    """The section `flags` of stats.json: how many frames have each flag, and the five worst of them."""
    kinds = [_kind(name, found) for name in FLAGS]
    return {"frames": len(found), "flagged": sum(bool(one.raised) for one in found), "kinds": kinds}


def _kind(name: str, found: Sequence[FrameScores]) -> dict[str, Any]:
    known = [one.scores[name] for one in found if name in one.scores]
    raised = [(flag, one.index) for one in found for flag in one.raised if flag.name == name]
    worst = sorted(raised, key=lambda pair: (-pair[0].score, pair[1]))[:_WORST]
    return {
        **FLAGS[name].to_json(),
        "scored": len(known),
        "frames": len(raised),
        "share": len(raised) / len(known) if known else None,
        "highest": max(known, default=None),
        "worst": [{"frame": index, "score": flag.score, "said": flag.said} for flag, index in worst],
    }


def told(flags: Mapping[str, Any]) -> Iterator[str]:
    """Lines of what is flagged, most serious first: of each kind how many frames, and why the worst of them."""
    kinds = [kind for kind in flags["kinds"] if kind["frames"]]
    if not kinds:
        return
    for kind in kinds[:_MOST_LINES]:
        worst = kind["worst"][0]
        yield f"{kind['name']}: {counted(kind['frames'], 'frame')}; frame {worst['frame']}: {worst['said']}"
    if len(kinds) > _MOST_LINES:
        yield f"... and {len(kinds) - _MOST_LINES} more kinds of flags, in stats.json"
    yield (f"flagged: {flags['flagged']:,} of {counted(flags['frames'], 'frame')}; longtail review shows them, "
           "longtail find 'flag()' lists them")  # fmt: skip
