"""Shapes that mean nothing: flying distractors of randomised domains, and the backdrops before which all is seen."""

from __future__ import annotations

from longtail.scenes.assets.asset import Asset
from longtail.scenes.assets.shapes import backdrops, solids

ASSETS: tuple[Asset, ...] = (*solids.ASSETS, *backdrops.ASSETS)
