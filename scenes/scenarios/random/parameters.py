"""What varies where nothing is as in the world, after J. Tremblay et al., "Training deep networks with synthetic data:
bridging the reality gap by domain randomization" (CVPR workshops, 2018): number, kinds and poses of things, flying
distractors, patterns behind all, number, place, colour and strength of lights, and the camera's turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from longtail.distributions import Distribution, Integers, LogUniform, Normal, Uniform
from longtail.distributions.scalar import Scalar
from longtail.scenes.camera import lenses, sensor, soiling
from longtail.scenes.camera.lenses import FIELD
from longtail.scenes.camera.soiling import OnGlass
from longtail.scenes.geometry.pattern_materials import KINDS
from longtail.scenes.space.parameters import Parameter, Rule, option

FAMILIES = ("animals", "furniture", "household", "logistics", "people", "vehicles")
"""Whose assets may be the things; "any" takes each thing from any of them."""
_ANY = "any"


_SENSOR: Mapping[str, Scalar | Distribution] = {
    "sensor.metering": "average",
    "sensor.blur_px": Uniform(0, 1.0),
    "sensor.white_balance_share": Uniform(0, 1.0),
    "sensor.white_balance_error_mired": Normal(0, 25, low=-80, high=80),
}
# Nothing moves.
_MOVING = (sensor.SPEED, "sensor.motion_blur")

PARAMETERS: tuple[Parameter, ...] = (
    Parameter(FIELD, Uniform(35, 100), "deg", 1, 170,
              "between the rays at the picture's left and right border; a fisheye has its own"),
    *lenses.PARAMETERS,
    Parameter("camera.pitch_deg", Uniform(-35, 35), "deg", -90, 90, "positive looks up"),
    Parameter("camera.roll_deg", Uniform(-90, 90), "deg", -90, 90, "positive leans right"),
    option("objects.family", {**dict.fromkeys(FAMILIES, 1.0), _ANY: 2.0}, "which family of assets the things are of"),
    Parameter("objects.count", Integers(1, 12), "", 0, 200, "things"),
    Parameter("objects.extent", LogUniform(0.08, 0.5), "", 0.01, 2,
              "median of the things' half diagonals over their distances"),
    Parameter("objects.upright", Uniform(0, 0.7), "", 0, 1, "chance of each thing to be turned about Z alone"),
    Parameter("distractors.count", Integers(0, 20), "", 0, 200, "solids that fly about"),
    Parameter("distractors.extent", LogUniform(0.03, 0.2), "", 0.01, 2, "the same of the solids"),
    option("background.pattern", dict.fromkeys(KINDS, 1.0), "what is behind all"),
    Parameter("background.saturation", Uniform(0, 1), "", 0, 1, "of its colours, from grey (0) on"),
    Parameter("lighting.ambient_lux", LogUniform(30, 3000), "lx", 0.1, 100000, "of the background's light"),
    Parameter("lighting.lamps.count", Integers(1, 12), "", 0, 60, "lamps around the things"),
    Parameter("lighting.lamps.share", LogUniform(0.2, 8.0), "", 0, 100, "light of all lamps against the background's"),
    Parameter("lighting.lamps.saturation", Uniform(0, 0.7), "", 0, 1, "of their colours, from white (0) on"),
    Parameter("lighting.exposure_ev", Normal(0, 0.7, low=-2, high=2), "EV", -6, 6, "error of the auto-exposure"),
    *soiling.PARAMETERS,
    Parameter("background.panorama", 0.5, "", 0, 1, "chance of a panorama of your own, where there are some"),
    *(replace(p, default=_SENSOR.get(p.path, p.default)) for p in sensor.PARAMETERS if p.path not in _MOVING),
)  # fmt: skip


def _anything(_values: Mapping[str, Any]) -> OnGlass:
    """Where nothing is as in the world anything may be on the glass."""
    return OnGlass(most_drops=float("inf"), freezes=True, damp=True)


RULES: tuple[Rule, ...] = tuple(rule for rule in soiling.rules(_anything) if rule.path != "lens.dust.cover")
