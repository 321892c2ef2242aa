"""The streets that tests of clips set in motion: a few seeds, every second one with a junction."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

from longtail.scenes.assets.asset import Asset
from longtail.scenes.composing import catalogue_of, scene_of
from longtail.scenes.config.config import Config
from longtail.scenes.config.resolving import resolve
from longtail.scenes.scene import Scene

SECONDS, RATE_HZ = 5.0, 10.0
SEEDS = range(4)


@cache
def clip_config(seed: int, seconds: float = SECONDS) -> Config:
    frames = round(seconds * RATE_HZ) + 1
    return resolve(
        {
            "scenario": "street",
            "seed": seed,
            "clip": {"frames": frames, "rate_hz": RATE_HZ},
            "assets": {"packs": False},
            "road": {
                "junction": bool(seed % 2),
                "roundabout": "none",
                "grade_percent": 0,
                "grade_change_percent": 0,
            },
            "objects": {"furniture": {"density": 0.4}},
        }
    )


@cache
def assets() -> Mapping[str, Asset]:
    return catalogue_of(clip_config(0))


@cache
def clip(seed: int) -> Scene:
    """The scene of a seed at its own moment."""
    return scene_of(clip_config(seed), 0, assets())


def times() -> list[float]:
    return [round(float(t), 6) for t in np.arange(0.0, SECONDS + 0.05, 0.125)]
