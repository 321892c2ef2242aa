"""What a search would know of a frame that is not stored yet, also before its picture is taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from longtail.annotate.choosing.frame_values import LabelledValues
from longtail.annotate.labels.ignore import IgnoreRule
from longtail.annotate.labels.taxonomy import Taxonomy
from longtail.statements.grammar import IGNORED, THINGS

OF_PICTURES = frozenset({"transmission", "contrast", "lens"})
"""What is known of a thing only when its picture is there."""


class RecordValues(LabelledValues):
    """The values of a `record_of`, as `FrameValues` has those of a stored one.

    With `pictured` false the record's picture is none: of things `OF_PICTURES` are not known, and whether they are
    ignored only where size and visibility alone say so, or nothing else can.
    """

    def __init__(self, record: Mapping[str, Any], taxonomy: Taxonomy, *, pictured: bool = True) -> None:
        self._record = record
        self._names = {number: category.name for number, category in taxonomy}
        self._pictured = pictured

    def __getitem__(self, path: str) -> Any:
        return self._unpictured if path == THINGS and not self._pictured else super().__getitem__(path)

    def _line(self, key: str) -> Mapping[str, Any]:
        line: Mapping[str, Any] = self._record[key]
        return line

    def _rows(self, key: str) -> Sequence[Any]:
        rows: Sequence[Any] = self._record[key]
        return rows

    @cached_property
    def _unpictured(self) -> list[Mapping[str, Any]]:
        rule = IgnoreRule.from_json(self._record["ignore_rule"])
        return [_Unpictured(thing, rule) for thing in self._things]

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
