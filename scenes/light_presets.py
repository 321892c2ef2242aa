"""Words for the light of a scene: what a variant named `night` lays over it."""

from __future__ import annotations

from collections.abc import Mapping

from longtail.scenes.distributions import Distribution, Uniform

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
