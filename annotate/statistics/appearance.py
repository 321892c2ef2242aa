"""What air, light and lens leave of the pictures: conditions by frame, appearance by thing, and what is ignored."""

from __future__ import annotations

from array import array
from collections import Counter
from typing import Any

import numpy as np

from longtail.annotate.dataset.stored import StoredFrame
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
    """Takes records one at a time; keeps 24 bytes per visible thing and 16 per frame."""

    def __init__(self) -> None:
        self._values = {name: array("d") for name in (*_FRAME, *_THING)}
        self._reasons: Counter[str] = Counter()
        self._things = self._ignored = 0

    def add(self, record: StoredFrame) -> None:
        conditions = record.conditions.to_json()
        self._take("visibility_m", conditions["visibility_m"])
        self._take("illuminance_lux", conditions["illuminance_lux"])
        for thing in record.instances:
            self._take("transmission", thing.appearance.transmission)
            self._take("contrast", thing.appearance.contrast)
            self._take("submerged_fraction", thing.submerged_fraction)
            self._things += 1
            self._ignored += thing.ignore
            self._reasons.update(thing.ignored_for)

    def _take(self, name: str, value: float | None) -> None:
        if value is not None:
            self._values[name].append(value)

    def to_json(self) -> dict[str, Any]:
        scales = {name: "log" if name in _FRAME else "linear" for name in self._values}
        return {
            **{
                name: summary(np.array(self._values[name]))
                | histogram(np.array(self._values[name]), edges, scales[name])
                for name, edges in (_FRAME | _THING).items()
            },
            "ignored": {
                "things": self._ignored,
                "share": self._ignored / self._things if self._things else None,
                # One thing may be ignored for several reasons.
                "reasons": dict(sorted(self._reasons.items())),
            },
        }
