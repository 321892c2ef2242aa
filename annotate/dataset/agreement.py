"""Whether two records tell of one frame, made twice: what must be equal, and what may differ.

The scene must be the same wherever it was drawn. Labels must be, where the same kind of device and processor made them.
The picture need not be, nor what is measured in it (exposure, contrast, what is ignored for it): on a GPU it differs
from run to run, as samples are added up in any order.
"""

from __future__ import annotations

from typing import Any

from longtail.annotate.dataset.stored import StoredFrame, loads
from longtail.annotate.labels.taxonomy import Taxonomy


def disagreement(one: bytes, other: bytes, where: str, taxonomy: Taxonomy) -> str | None:
    """What keeps two records of frame `where` from being of one frame, in a few words; None where nothing does.

    DatasetError where one of them is damaged.
    """
    if one == other:
        return None
    first, second = loads(one, where, taxonomy), loads(other, where, taxonomy)
    here, there = _scene(first), _scene(second)
    if first.rendered_on == second.rendered_on:
        here |= _labels(first)
        there |= _labels(second)
    return next((name for name in here if here[name] != there[name]), None)


def _scene(stored: StoredFrame) -> dict[str, Any]:
    return {
        "frame": stored.index,
        "parameters": dict(stored.parameters),
        "condition": stored.condition,
        "variant or sweep point": stored.shown,
        "camera": stored.camera.to_json(),
        "objects": [(item.id, item.asset) for item in stored.objects],
        "files": sorted(stored.files),
    }


def _labels(stored: StoredFrame) -> dict[str, Any]:
    files = {path: entry for path, entry in stored.files.items() if not path.startswith("images/")}
    return {
        "poses": [item.world_from_object.matrix.tolist() for item in stored.objects],
        "3D boxes": [(item.box_centre_m, item.box_size_m) for item in stored.objects],
        "labels": {path: entry.sha256 for path, entry in files.items()},
        "visibility": dict(stored.visibility),
    }
