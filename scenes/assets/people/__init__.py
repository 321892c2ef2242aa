"""Procedural people on foot; their body also rides the bikes of `scenes.assets.vehicles.riders`."""

from __future__ import annotations

from longtail.scenes.assets.people.walkers import ASSETS

__all__ = ["ASSETS"]
