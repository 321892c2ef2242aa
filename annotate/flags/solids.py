"""The objects of a scene as boxes in the world, all of them in arrays."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic_core import from_json

from longtail.annotate.labels.relief import Relief
from longtail.annotate.labels.taxonomy import Taxonomy

Array = NDArray[np.float64]

# A row of objects as `annotate.dataset.record` writes it: no other value reads like a key, and attributes come last.
_STRING = rb'("[^"\\]*(?:\\.[^"\\]*)*")'
_ROW = re.compile(
    rb'\n\{"id": ([0-9]+), "category": ' + _STRING + rb', "category_id": [0-9]+, "asset": ' + _STRING
    + rb', "world_from_object": (\[\[[^"]*\]\]), "box_centre_m": [^"]*"box_size_m": (\[[^"]*\]), '
    rb'"box_centre_world_m": (\[[^"]*\]), ".*?"visible_px": ([0-9]+), .*"attributes": (\{.*\})\},?(?=\n)'
)  # fmt: skip


_NEAR_M = 1.0
"""So far before and behind a box's middle the grade is taken that it leans by."""


@dataclass(frozen=True, eq=False)
class Solids:
    """N boxes.

    Attributes:
        ids: of the objects
        categories: their names
        kinds: the names of their supercategories
        assets: the names of their models
        attributes: as records have them
        seen: (N,), whether a pixel shows it
        middles_m: (N, 3), in the world
        axes: (N, 3, 3), their X, Y and Z in the world as columns
        sizes_m: (N, 3), along these axes
    """

    ids: Sequence[int]
    categories: Sequence[str]
    kinds: Sequence[str]
    assets: Sequence[str]
    attributes: Sequence[Mapping[str, Any]]
    seen: NDArray[np.bool_]
    middles_m: Array
    axes: Array
    sizes_m: Array

    @classmethod
    def of(cls, objects: Sequence[Mapping[str, Any]], taxonomy: Taxonomy) -> Solids:
        """Those of a record's objects."""
        poses = np.array([row["world_from_object"] for row in objects], dtype=np.float64).reshape(-1, 4, 4)
        names = [str(row["category"]) for row in objects]
        middles = np.array([row["box_centre_world_m"] for row in objects], dtype=np.float64).reshape(-1, 3)
        return cls(
            [int(row["id"]) for row in objects],
            names,
            [taxonomy[name].supercategory for name in names],
            [str(row["asset"]) for row in objects],
            [row.get("attributes", {}) for row in objects],
            np.array([bool(row["visible_px"]) for row in objects], dtype=np.bool_),
            middles,
            poses[:, :3, :3],
            np.array([row["box_size_m"] for row in objects], dtype=np.float64).reshape(-1, 3),
        )

    @classmethod
    def of_text(cls, rows: bytes, taxonomy: Taxonomy) -> Solids:
        """Those of the text of a record's objects (`RecordText.without_objects`), in a third of the time that parsing
        all of it takes. ValueError for rows that are no JSON objects; KeyError for one without what is asked of it.
        """
        found = _ROW.findall(rows)
        if rows and len(found) != rows.count(b"\n") - 1:  # somebody wrote them differently
            return cls.of(from_json(b"[" + rows + b"]"), taxonomy)
        ids, categories, assets, poses, sizes, middles, seen, attributes = (
            zip(*found, strict=True) if found else ((),) * 8
        )
        names, numbers = _listed(categories), len(found)
        # Flat lists of numbers become arrays in half the time of nested ones.
        flat = b",".join((*poses, *sizes, *middles)).translate(None, b"[]")
        values = np.array(_listed([flat]), dtype=np.float64)
        if len(values) != 22 * numbers:
            raise ValueError(f"objects: expected 22 numbers of pose and box for each, got {len(values)} of {numbers}")
        kinds = {name: taxonomy[name].supercategory for name in set(names)}
        return cls(
            [int(number) for number in ids],
            names,
            [kinds[name] for name in names],
            _listed(assets),
            _listed(attributes),
            np.array([count != b"0" for count in seen], dtype=np.bool_),
            values[19 * numbers :].reshape(-1, 3),
            values[: 16 * numbers].reshape(-1, 4, 4)[:, :3, :3],
            values[16 * numbers : 19 * numbers].reshape(-1, 3),
        )

    @cached_property
    def reach_m(self) -> Array:
        """(N, 3): half the extent of each box along the world's axes."""
        return np.asarray((np.abs(self.axes) * (self.sizes_m / 2)[:, None, :]).sum(axis=2))

    @cached_property
    def low_m(self) -> Array:
        """(N, 3): the least coordinates of each box in the world."""
        return self.middles_m - self.reach_m

    @cached_property
    def high_m(self) -> Array:
        """(N, 3): the largest ones."""
        return self.middles_m + self.reach_m

    @cached_property
    def standing(self) -> NDArray[np.bool_]:
        """(N,): which of them stand on the ground, whatever the scene: vehicles, people and animals."""
        return np.array([kind in ("vehicle", "human", "animal") for kind in self.kinds], dtype=np.bool_)

    def is_room(self, place: int) -> bool:
        """Whether a box, seen from above, is around others, three or more and a tenth of all, as that of a room's four
        walls is, and that of all plinths along a street."""
        low, high, middles = self.low_m[place, :2], self.high_m[place, :2], self.middles_m[:, :2]
        around = ((low < middles) & (middles < high)).all(axis=1)
        # It is around its own middle.
        return bool(np.count_nonzero(around) - 1 >= max(3, 0.1 * len(self.ids)))

    def levelled(self, relief: Relief, stuff: Collection[str]) -> Solids:
        """The same with the ground laid flat: heights count from what the relief has there, and no box leans with it.

        Pieces of `stuff` that lie along the world's axes are ground which follows the relief from end to end: what
        that has in its box is taken off its top and its bottom.
        """
        if relief.is_level:
            return self
        x, reach = self.middles_m[:, 0], self.reach_m[:, 0]
        grades = (relief.height_m(x + _NEAR_M) - relief.height_m(x - _NEAR_M)) / (2 * _NEAR_M)
        axes, middles, sizes = self.axes.copy(), self.middles_m.copy(), self.sizes_m.copy()
        axes[:, 2] -= grades[:, None] * axes[:, 0]
        middles[:, 2] -= relief.height_m(x)
        for place in np.flatnonzero((self.axes == np.eye(3)).all(axis=(1, 2))).tolist():
            if self.categories[place] not in stuff:
                continue
            ends = np.array([x[place] - reach[place], x[place] + reach[place]])
            within = relief.knots_m[(relief.knots_m > ends[0]) & (relief.knots_m < ends[1])]
            under = relief.height_m(np.concatenate([ends, within]))
            low, high = self.low_m[place, 2] - under.min(), self.high_m[place, 2] - under.max()
            axes[place] = np.eye(3)
            middles[place, 2], sizes[place, 2] = (low + high) / 2, max(high - low, 0.0)
        return replace(self, axes=axes, middles_m=middles, sizes_m=sizes)

    def over(self, places: NDArray[np.int64]) -> NDArray[np.bool_]:
        """(K, N): which boxes are above, below or in those of K places, themselves too: seen from above, they meet."""
        low, high = self._low_m, self._high_m
        return np.asarray(
            (low[0] < high[0, places, None]) & (low[1] < high[1, places, None])
            & (high[0] > low[0, places, None]) & (high[1] > low[1, places, None])
        )  # fmt: skip

    def meeting(self, places: NDArray[np.int64]) -> NDArray[np.bool_]:
        """(K, N): which boxes, along the world's axes, meet those of K places, themselves too."""
        low, high = self._low_m[2], self._high_m[2]
        return np.asarray(self.over(places) & (low < high[places, None]) & (high > low[places, None]))

    # Axis by axis numpy compares ten times as fast as row by row.
    @cached_property
    def _low_m(self) -> Array:
        return np.ascontiguousarray(self.low_m.T)

    @cached_property
    def _high_m(self) -> Array:
        return np.ascontiguousarray(self.high_m.T)

    @cached_property
    def supporting(self) -> NDArray[np.bool_]:
        """(N,): which of them things can stand on. Boxes of crowns reach far around them."""
        return np.array([name not in ("vegetation", "sky", "ceiling") for name in self.categories], dtype=np.bool_)

    def inside_m(self, point_m: Array) -> Array:
        """(N,): how deep a point of the world is inside of each box, to the nearest side; negative outside."""
        local = np.einsum("nji,nj->ni", self.axes, point_m - self.middles_m)
        return np.asarray((self.sizes_m / 2 - np.abs(local)).min(axis=1))

    def place_of(self, number: int) -> int:
        """Where the object of an id is."""
        return list(self.ids).index(number)


def overlap_m(solids: Solids, one: int, other: int) -> float:
    """How far two boxes would have to be moved apart, along the axis where that is least; negative where they are
    apart: the separating axis theorem (Gottschalk, Lin and Manocha, OBBTree, SIGGRAPH 1996)."""
    a, b = solids.axes[one], solids.axes[other]
    crossed = np.cross(a.T[:, None, :], b.T[None, :, :]).reshape(9, 3)
    lengths = np.linalg.norm(crossed, axis=1)
    axes = np.vstack([a.T, b.T, crossed[lengths > 1e-6] / lengths[lengths > 1e-6, None]])
    reach = (np.abs(axes @ a) * solids.sizes_m[one] / 2).sum(axis=1)
    reach += (np.abs(axes @ b) * solids.sizes_m[other] / 2).sum(axis=1)
    return float((reach - np.abs(axes @ (solids.middles_m[one] - solids.middles_m[other]))).min())


def _listed(values: Sequence[bytes]) -> list[Any]:
    """JSON values."""
    found: list[Any] = from_json(b"[" + b",".join(values) + b"]")
    return found
