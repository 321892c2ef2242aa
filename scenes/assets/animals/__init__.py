"""Animals that come upon roads: dogs, deer, horses and wild boars."""

from __future__ import annotations

from longtail.scenes.assets.animals.herd import ASSETS

__all__ = ["ASSETS"]
