"""How often frames are not as declared, and why: clamps, rejected draws, misfits, constants against the rules."""

from __future__ import annotations

from collections import Counter
from typing import Any

from longtail.annotate.labels.departures import Departures


class DepartureCounts:
    """Takes frames one at a time, in ascending order; keeps a few numbers for each path and statement."""

    def __init__(self) -> None:
        self._frames: dict[str, Counter[str]] = {name: Counter() for name in _NAMES}
        self._tried: dict[str, Counter[str]] = {name: Counter() for name in _TRIED}
        self._reasons: dict[str, str] = {}
        self._first: tuple[int, Departures] | None = None
        self._scene: int | None = None

    def add(self, scene: int, found: Departures) -> None:
        """What one frame of that scene departs in."""
        self._first = self._first or (scene, found)
        for name in _NAMES:
            self._frames[name].update(getattr(found, name).keys())
        self._reasons.update(found.overridden)
        # Pictures of one scene share its draws and places: what was tried once counts once.
        if scene != self._scene:
            for name in _TRIED:
                self._tried[name].update(getattr(found, name))
        self._scene = scene

    def join(self, later: DepartureCounts) -> None:
        """Add the frames that others were taken from behind these."""
        if later._first is None:
            return
        for name in _NAMES:
            self._frames[name].update(later._frames[name])
        scene, found = later._first
        for name in _TRIED:
            self._tried[name].update(later._tried[name])
            if scene == self._scene:
                self._tried[name].subtract(getattr(found, name))
        self._reasons.update(later._reasons)
        self._first, self._scene = self._first or later._first, later._scene

    def to_json(self) -> dict[str, dict[str, dict[str, Any]]]:
        """By kind of departure, then by path or statement, in how many frames it was, and how often in all."""
        more: dict[str, dict[str, dict[str, Any]]] = {
            "clamped": {},
            "rejected": {text: {"draws": n} for text, n in self._tried["rejected"].items()},
            "misfits": {path: {"places": n} for path, n in self._tried["misfits"].items()},
            "overridden": {path: {"because": reason} for path, reason in self._reasons.items()},
        }
        return {
            name: {key: {"frames": frames[key], **more[name].get(key, {})} for key in sorted(frames)}
            for name, frames in self._frames.items()
        }


_TRIED = ("rejected", "misfits")
_NAMES = ("clamped", *_TRIED, "overridden")
