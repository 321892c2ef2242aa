"""What frames show, counted by what could be more even: classes, sizes, groups of people."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from longtail.annotate.dataset.glance import Glance
from longtail.annotate.dataset.people import NAMES
from longtail.annotate.labels.taxonomy import Taxonomy
from longtail.annotate.statistics.content import COCO_AREAS_PX


@dataclass(frozen=True)
class Shown:
    """One frame.

    Attributes:
        values: what was drawn, by path
        classes: those of which it shows something that a human could annotate
        placed: how many things of each category its scene has, seen or not
        sizes: its things by COCO's size classes
        people: its people by attribute and word
    """

    values: Mapping[str, object]
    classes: frozenset[str]
    placed: Mapping[str, int]
    sizes: Mapping[str, int]
    people: Mapping[str, Mapping[str, int]]
    scene: int = 0


def shown(glance: Glance, taxonomy: Taxonomy) -> Shown:
    """What a frame's record says."""
    rows = [row for row in glance.annotations if not row["iscrowd"]]
    people: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        for name in NAMES:
            word = (row.get("attributes") or {}).get(name)
            if word is not None and name != "state":
                people[name][str(word)] += 1
    names = [taxonomy.categories[row["category_id"]].name for row in rows]
    return Shown(
        glance.parameters,
        frozenset(names),
        dict(glance.in_scene),
        Counter(_size(float(row["area"])) for row in rows),
        people,
        glance.scene,
    )


def _size(area_px: float) -> str:
    return next(name for name, end in COCO_AREAS_PX.items() if area_px < end)
