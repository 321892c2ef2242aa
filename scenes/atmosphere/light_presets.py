"""Words for the light of a scene: what a variant named `night` lays over it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from longtail.distributions import Distribution, Uniform
from longtail.distributions.grammar import shown

ELEVATION = "lighting.sun_elevation_deg"

# Civil twilight ends with the sun 6 degrees below the horizon, nautical at 12, astronomical at 18 (US Naval
# Observatory, "Rise, Set, and Twilight Definitions"). Drivers call a sun within some ten degrees low.
LIGHT_PRESETS: Mapping[str, Mapping[str, Distribution]] = {
    "day": {ELEVATION: Uniform(15, 60)},
    "low_sun": {ELEVATION: Uniform(1, 10)},
    "twilight": {ELEVATION: Uniform(-6, 0)},
    "dusk": {ELEVATION: Uniform(-6, 0)},
    "night": {ELEVATION: Uniform(-18, -7)},
}


def light_hint(word: Any) -> str:
    """ "; night is a light: ..." for a word that names one where none can stand, and how to ask for it; else ""."""
    if not isinstance(word, str) or word not in LIGHT_PRESETS:
        return ""
    setting = f"{ELEVATION}: {shown(LIGHT_PRESETS[word][ELEVATION])}"
    return f"; {word} is a light: write {setting}, or let variants say it: [{word}], [rain+{word}]"
