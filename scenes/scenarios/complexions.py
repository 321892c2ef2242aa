"""Skin and hair for people of ours, every tone as likely as any other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from longtail.scenes.assets.asset import Asset
from longtail.scenes.assets.people.complexions import SKIN_TONES, hair_of
from longtail.scenes.scene import Placed


def with_looks(placed: Placed, asset: Asset, rng: np.random.Generator) -> Placed:
    """Somebody of ours with skin and hair, and what labels say of them; anything else as it is."""
    if asset.category != "person" or "build" not in asset.attributes:
        return placed
    tone = tuple(SKIN_TONES)[int(rng.integers(len(SKIN_TONES)))]
    hair = hair_of(rng, tone, str(asset.attributes["age_group"]))
    return replace(placed, skin=SKIN_TONES[tone], hair=hair, attributes={**placed.attributes, "skin_tone": tone})
