"""What air, light and lens leave of the pictures: conditions by frame, appearance by thing, and what is ignored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from longtail.annotate.dataset.glance import Glance
from longtail.annotate.dataset.shelf import Shelf
from longtail.annotate.statistics.column import Column
from longtail.annotate.statistics.histogram import even_edges, histogram, summary

VISIBILITIES_M = even_edges(10.0, 1e5, 16, logarithmic=True)
"""Edges for visibilities: four bins a decade, from dense fog to clean air."""

ILLUMINANCES_LUX = even_edges(1e-3, 1e6, 18, logarithmic=True)
"""Edges for illuminances: two bins a decade, from starlight (about 1e-3 lux) to beyond full sunlight (1e5 lux)."""

_SHARES = even_edges(0.0, 1.0, 20)
_CONTRASTS = even_edges(0.0, 100.0, 25)

_FRAME = {"visibility_m": VISIBILITIES_M, "illuminance_lux": ILLUMINANCES_LUX}
_THING = {"transmission": _SHARES, "contrast": _CONTRASTS, "submerged_fraction": _SHARES}


class Appearances:
    """Takes records one at a time, in ascending order; keeps 24 bytes per visible thing and 16 per frame."""

    def __init__(self, shelf: Shelf | None = None) -> None:
        shelf = Shelf() if shelf is None else shelf
        self._values = {name: Column("d", shelf) for name in (*_FRAME, *_THING)}
        self._reasons: Counter[str] = Counter()
        self._things = self._ignored = 0

    def add(self, glance: Glance) -> None:
        for name in _FRAME:
            self._take(name, [glance.conditions[name]])
        for name in _THING:
            self._take(name, [row[name] for row in glance.annotations])
        self._things += len(glance.annotations)
        for row in glance.annotations:
            self._ignored += int(row["iscrowd"])
            for reason in row["ignored_for"]:
                self._reasons[reason] += 1

    def _take(self, name: str, values: Iterable[float | None]) -> None:
        self._values[name].extend([value for value in values if value is not None])

    def join(self, later: Appearances) -> None:
        """Add the records that others were taken from behind these."""
        for name, values in later._values.items():
            self._values[name].take(values.array())
        self._things += later._things
        self._ignored += later._ignored
        self._reasons.update(later._reasons)

    def to_json(self) -> dict[str, Any]:
        scales = {name: "log" if name in _FRAME else "linear" for name in self._values}
        return {
            **{
                name: summary(column) | histogram(column, edges, scales[name])
                for name, edges in (_FRAME | _THING).items()
                for column in [self._values[name].array()]
            },
            "ignored": {
                "things": self._ignored,
                "share": self._ignored / self._things if self._things else None,
                # One thing may be ignored for several reasons.
                "reasons": dict(sorted(self._reasons.items())),
            },
        }
