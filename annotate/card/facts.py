"""What a card counts: frames, conditions, things; from statistics that are there, or from records one at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from longtail.annotate.dataset.glance import Glance
from longtail.annotate.dataset.people import People
from longtail.annotate.labels.taxonomy import Taxonomy


@dataclass(frozen=True)
class Shown:
    """One category: in how many frames it is seen, how many things of it count, and how many are ignored."""

    name: str
    is_thing: bool
    frames: int
    things: int = 0
    ignored: int = 0


@dataclass(frozen=True)
class Facts:
    """How many frames there are, of which sizes ("640x360"), under which conditions, from which machines, of what.

    `people` are counts by attribute and word (`annotate.dataset.people`), empty where nobody is seen.
    """

    frames: int
    sizes: Mapping[str, int]
    conditions: Mapping[str, int]
    machines: Mapping[str, int]
    categories: tuple[Shown, ...]
    people: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @classmethod
    def of_statistics(cls, stats: Mapping[str, Any]) -> Facts:
        """Those of a stats.json, parsed (`annotate.statistics.statistics`)."""
        rows = [
            Shown(row["name"], row["is_thing"], row["images"], row.get("instances", 0), row.get("ignored", 0))
            for row in stats["categories"]
        ]
        conditions = {name: row["frames"] for name, row in stats["conditions"].items()}
        people = stats.get("people", {})
        return cls(stats["frames"], stats["image_sizes"], conditions, stats["rendered_on"], tuple(rows), people)


class Tally:
    """Counts the facts of records, one at a time."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy
        self._frames = 0
        self._sizes: Counter[str] = Counter()
        self._conditions: Counter[str] = Counter()
        self._machines: Counter[str] = Counter()
        self._seen: Counter[int] = Counter()
        self._things: Counter[int] = Counter()
        self._ignored: Counter[int] = Counter()
        self._people = People(taxonomy)

    def add(self, glance: Glance) -> None:
        """One more record."""
        width, height = glance.camera["size_px"]
        self._frames += 1
        self._sizes[f"{width}x{height}"] += 1
        self._conditions[glance.condition] += 1
        if glance.rendered_on:
            self._machines[glance.rendered_on.title] += 1
        self._seen.update({segment["category_id"] for segment in glance.segments_info})
        for row in glance.annotations:
            (self._ignored if row["iscrowd"] else self._things)[row["category_id"]] += 1
        self._people.add(glance)

    def facts(self) -> Facts:
        """What was counted so far."""
        rows = [
            Shown(category.name, category.is_thing, self._seen[number], self._things[number], self._ignored[number])
            for number, category in self._taxonomy
        ]
        people = self._people.to_json().get("people", {})
        return Facts(self._frames, self._sizes, self._conditions, self._machines, tuple(rows), people)
