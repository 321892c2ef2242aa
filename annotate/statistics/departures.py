"""How often frames are not as declared, and why: clamps, rejected draws, misfits, constants against the rules."""

from __future__ import annotations

from collections import Counter
from typing import Any

from longtail.annotate.dataset.stored import StoredFrame


class DepartureCounts:
    """Takes records one at a time, in ascending order; keeps a few numbers for each path and statement."""

    def __init__(self) -> None:
        self._frames: dict[str, Counter[str]] = {name: Counter() for name in _NAMES}
        self._rejected: Counter[str] = Counter()
        self._misfits: Counter[str] = Counter()
        self._reasons: dict[str, str] = {}
        self._scene = -1

    def add(self, record: StoredFrame) -> None:
        found = record.departures
        for name in _NAMES:
            self._frames[name].update(getattr(found, name).keys())
        self._reasons.update(found.overridden)
        # Pictures of one scene share its draws and places: what was tried once counts once.
        if record.shown.scene != self._scene:
            self._rejected.update(found.rejected)
            self._misfits.update(found.misfits)
        self._scene = record.shown.scene

    def to_json(self) -> dict[str, dict[str, dict[str, Any]]]:
        """By kind of departure, then by path or statement, in how many frames it was, and how often in all."""
        more: dict[str, dict[str, dict[str, Any]]] = {
            "clamped": {},
            "rejected": {text: {"draws": n} for text, n in self._rejected.items()},
            "misfits": {path: {"places": n} for path, n in self._misfits.items()},
            "overridden": {path: {"because": reason} for path, reason in self._reasons.items()},
        }
        return {
            name: {key: {"frames": frames[key], **more[name].get(key, {})} for key in sorted(frames)}
            for name, frames in self._frames.items()
        }


_NAMES = ("clamped", "rejected", "misfits", "overridden")
