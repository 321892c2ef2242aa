"""What a search would know of a frame that is not stored yet, also before its picture is taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy as np

from longtail.annotate.choosing.frame_values import LIGHT, Thing
from longtail.annotate.labels.ignore import IgnoreRule
from longtail.annotate.labels.taxonomy import Taxonomy
from longtail.statements.grammar import IGNORED, SHARES, THINGS

OF_PICTURES = frozenset({"transmission", "contrast", "lens"})
"""What is known of a thing only when its picture is there."""


class RecordValues(Mapping[str, Any]):
    """The values of a `record_of`, as `FrameValues` has those of a stored one.

    With `pictured` false the record's picture is none: of things `OF_PICTURES` are not known, and whether they are
    ignored only where size and visibility alone say so, or nothing else can.
    """

    def __init__(self, record: Mapping[str, Any], taxonomy: Taxonomy, *, pictured: bool = True) -> None:
        self._record = record
        self._names = {number: category.name for number, category in taxonomy}
        self._pictured = pictured

    def __getitem__(self, path: str) -> Any:
        if path == THINGS:
            return self._things
        return self._shares if path == SHARES else self._said[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._said)

    def __len__(self) -> int:
        return len(self._said)

    @cached_property
    def _said(self) -> dict[str, Any]:
        image = {key: value for key, value in self._record["image"].items() if value is not None}
        light = str(image.get("condition", "")).rpartition(", ")[2]
        return {**image, LIGHT: light, **self._record["parameters"]}

    @cached_property
    def _things(self) -> list[Mapping[str, Any]]:
        rows = enumerate(self._record["annotations"])
        known = (Thing(row, self._names[row["category_id"]], self, place) for place, row in rows)
        if self._pictured:
            return list(known)
        rule = IgnoreRule.from_json(self._record["ignore_rule"])
        return [_Unpictured(thing, rule) for thing in known]

    @cached_property
    def _shares(self) -> dict[str, float]:
        shares: dict[str, float] = {}
        pixels = self._record["image"]["width"] * self._record["image"]["height"]
        for row in self._record["segments_info"]:
            name = self._names[row["category_id"]]
            shares[name] = shares.get(name, 0.0) + row["area"] / pixels
        return shares

    @cached_property
    def distances_m(self) -> list[float]:
        """From the camera to the middle of each thing's 3D box, in the order of the annotations."""
        camera_m = np.array(self._record["camera"]["world_from_camera"], dtype=np.float64)[:3, 3]
        middles = {row["id"]: row["box_centre_world_m"] for row in self._record["objects"]}
        found = [middles[row["instance_id"]] for row in self._record["annotations"]]
        return [float(np.linalg.norm(np.array(middle) - camera_m)) for middle in found]


class _Unpictured(Mapping[str, Any]):
    """A thing whose picture is not taken yet."""

    def __init__(self, thing: Mapping[str, Any], rule: IgnoreRule) -> None:
        self._thing = thing
        unseen = bool(rule.reasons_of_shape(thing["area_px"], thing["visible"]))
        self._ignored = True if unseen else None if rule.asks_the_picture else False

    def __getitem__(self, word: str) -> Any:
        if word == "unknown":
            return OF_PICTURES if self._ignored is not None else OF_PICTURES | {IGNORED}
        return self._ignored if word == IGNORED else self._thing[word]

    def __iter__(self) -> Iterator[str]:
        return iter(self._thing)

    def __len__(self) -> int:
        return len(self._thing)
