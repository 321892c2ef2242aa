"""A dataset beside a real one, as the section `against` of stats.json."""

from __future__ import annotations

from typing import Any

from longtail.annotate.against.boxes_apart import boxes_apart, matches
from longtail.annotate.against.looking import Seen, look
from longtail.annotate.against.ranking import ranked
from longtail.annotate.against.real import RealDataset
from longtail.annotate.against.samples import two_samples
from longtail.annotate.against.told_apart import told_apart
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.statistics.boxes import Boxes
from longtail.annotate.statistics.brightness import evenly
from longtail.annotate.statistics.histogram import json_safe

_MOST_NAMED = 50


def against(
    dataset: Dataset, boxes: Boxes, real: RealDataset, *, pictures: int = 256, workers: int = 1
) -> dict[str, Any]:
    """The comparison as JSON values, of at most so many `pictures` of each side, evenly spread.

    `boxes` are the dataset's. Real pictures that cannot be read are left out, counted and named, as rows are.
    """
    there = [picture for picture in real.pictures if picture.path is not None]
    chosen = [there[place] for place in evenly(list(range(len(there))), pictures)]
    ours, theirs, longest = look(dataset, evenly(dataset.frames(), pictures), chosen, workers)
    matched = matches(real.categories, dataset.info.taxonomy)
    labelled = real.labelled and len(real.boxes) > 0
    left_out = [*real.left_out, *(seen.problem for seen in theirs if seen.problem)]
    found = {
        "name": real.name,
        "images": len(real.pictures),
        "instances": len(real.boxes),
        "left_out": {"rows": len(left_out), "named": left_out[:_MOST_NAMED]},
        "pictures": {"ours": _usable(ours), "theirs": _usable(theirs), "longest_px": longest},
        "properties": ranked(ours, theirs, (boxes, real.boxes) if labelled else None, matched, dataset.info.config),
        "told_apart": told_apart(ours, theirs, matched),
        "labelled": labelled,
        **boxes_apart(boxes, real, dataset.info.taxonomy),
        "brightness": two_samples(*([seen.brightness for seen in side if not seen.problem] for side in (ours, theirs))),
    }
    safe: dict[str, Any] = json_safe(found)
    return safe


def _usable(side: list[Seen]) -> int:
    return sum(not seen.problem for seen in side)
