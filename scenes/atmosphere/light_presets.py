"""Words for the light of a scene: what a variant named `night` lays over it, and what records call it.

The sun's elevation alone decides. Each word has one meaning: a scene that was asked for by a word is called by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from longtail.distributions import Distribution, Uniform
from longtail.distributions.grammar import shown
from longtail.scenes.space.strengths import Pins, Strengths, three

ELEVATION = "lighting.sun_elevation_deg"

# Civil twilight ends with the sun 6 degrees below the horizon, nautical at 12, astronomical at 18 (US Naval
# Observatory, "Rise, Set, and Twilight Definitions"). Drivers call a sun within some ten degrees low.
LOW_SUN_DEG, HORIZON_DEG, CIVIL_DEG = 10.0, 0.0, -6.0

LIGHT_PRESETS: Mapping[str, Mapping[str, Distribution]] = {
    "day": {ELEVATION: Uniform(15, 60)},
    "low_sun": {ELEVATION: Uniform(1, LOW_SUN_DEG)},
    "dusk": {ELEVATION: Uniform(CIVIL_DEG, HORIZON_DEG)},
    "night": {ELEVATION: Uniform(-18, -7)},
    # The same as dusk, for configs that have the word; what records call twilight goes on to 18 degrees.
    "twilight": {ELEVATION: Uniform(CIVIL_DEG, HORIZON_DEG)},
}


LIGHT_STATEMENTS: Mapping[str, str] = {
    "day": f"{ELEVATION} > {LOW_SUN_DEG}",
    "low_sun": f"{HORIZON_DEG} < {ELEVATION} <= {LOW_SUN_DEG}",
    "dusk": f"{CIVIL_DEG} <= {ELEVATION} <= {HORIZON_DEG}",
    "night": f"{ELEVATION} < {CIVIL_DEG}",
}
"""What `part_of_day` says, as statements of `require`."""


def part_of_day(sun_elevation_deg: float) -> str:
    """ "day" (the sun above 10 degrees), "low_sun" (up to there), "dusk" (down to 6 below the horizon) or "night"."""
    if sun_elevation_deg > LOW_SUN_DEG:
        return "day"
    if sun_elevation_deg > HORIZON_DEG:
        return "low_sun"
    return "dusk" if sun_elevation_deg >= CIVIL_DEG else "night"


def light_hint(word: Any) -> str:
    """ "; night is a light: ..." for a word that names one where none can stand, and how to ask for it; else ""."""
    if not isinstance(word, str) or word not in LIGHT_PRESETS:
        return ""
    setting = f"{ELEVATION}: {shown(LIGHT_PRESETS[word][ELEVATION])}"
    return f"; {word} is a light: write {setting}, or let variants say it: [{word}], [rain+{word}]"


_DARK: Pins = {"weather": "clear", "lighting.cloud_cover": 0.0, ELEVATION: -25, "lighting.blackout": False}
_MOONLESS: Pins = {**_DARK, "lighting.moon_elevation_deg": -20}

STRENGTHS: Mapping[str, Strengths] = {
    # Towards the lens, ever lower.
    "low_sun": three(
        ELEVATION, (10, 6, 2.5), {"weather": "clear", "lighting.cloud_cover": 0.1, "lighting.sun_azimuth_deg": 4}
    ),
    # Civil, nautical and astronomical.
    "twilight": three(
        ELEVATION,
        (-3, -9, -15),
        {
            "weather": "clear",
            "lighting.cloud_cover": 0.2,
            "lighting.moon_elevation_deg": -20,
            "lighting.blackout": False,
        },
    ),
    # All lamps burn, half of them have failed, the mains are out.
    "night": (
        {**_MOONLESS, "lighting.lamps_failed": 0.0},
        {**_MOONLESS, "lighting.lamps_failed": 0.5},
        {**_MOONLESS, "lighting.blackout": True},
    ),
    # Without lamps: a thin crescent, the half and the full moon.
    "moon": three(
        "lighting.moon_phase",
        (0.1, 0.5, 1.0),
        {**_DARK, "lighting.blackout": True, "lighting.moon_elevation_deg": 45, "lighting.moon_azimuth_deg": 60},
    ),
}
"""Kinds of light at three strengths."""
