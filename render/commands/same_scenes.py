"""A warning where a new dataset would show the scenes of one beside it: no set to validate on."""

from __future__ import annotations

from contextlib import suppress
from itertools import islice
from pathlib import Path

from longtail.annotate.dataset.dataset import Dataset, DatasetInfo
from longtail.annotate.dataset.layout import DATASET
from longtail.annotate.errors import DatasetError
from longtail.annotate.wording import counted
from longtail.render.storage.place import Place

# Where a folder has more neighbours than this, it is no place where somebody keeps a few sets side by side.
_MOST_NEIGHBOURS = 100


def same_scenes_note(output: Place, info: DatasetInfo) -> str | None:
    """What to say where a folder beside a new `output` holds frames of the same config and seed; None where none does.

    Frames are a function of config, seed and index: of two such runs the shorter one is the beginning of the longer.
    """
    if not isinstance(output, Path) or (output / DATASET).exists():
        return None
    for neighbour in _neighbours(output):
        with suppress(DatasetError):
            there = Dataset.open(neighbour).info
            if there.digest == info.digest and there.versions.get("draws") == info.versions.get("draws"):
                both = counted(min(there.frames, info.frames), "frame")
                return (
                    f"{neighbour} is of the same config and seed, so {both} will be in both; "
                    "a set to validate or test on takes another --seed"
                )
    return None


def _neighbours(output: Path) -> list[Path]:
    with suppress(OSError):
        return sorted(islice((path for path in output.absolute().parent.iterdir() if path != output.absolute()),
                             _MOST_NEIGHBOURS))  # fmt: skip
    return []
