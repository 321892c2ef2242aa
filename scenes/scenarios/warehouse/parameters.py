"""What varies in a warehouse, and which rules of the world bind it.

Aisles (EN 15620): 1.6 m for trucks in very narrow ones, 2.7 m for reach trucks, from 3.5 m on for others.
Illuminance: EN 12464-1 asks for 20 lx in aisles without people, 150 lx where they are manned, 300 lx where goods are
packed. Robots carry their cameras 0.3 to 0.6 m above the floor, forklifts on the mast or the guard at about 2 m.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from longtail.distributions import Beta, Choice, Distribution, Integers, LogUniform, Normal, Poisson, Uniform
from longtail.distributions.scalar import Scalar
from longtail.scenes.camera import lenses, sensor, soiling
from longtail.scenes.camera.lenses import FIELD
from longtail.scenes.camera.soiling import OnGlass
from longtail.scenes.scenarios import laying
from longtail.scenes.space.parameters import Parameter, Rule, option
from longtail.scenes.weather.combinations import WeatherParameter
from longtail.scenes.weather.dust import Dust
from longtail.scenes.weather.smoke import Smoke

EDGE_CASES = ("none", "dark", "strobe", "spill", "fallen_load", "blocked")


# Machine vision: chips with a global shutter, an open lens, long exposures and gain where it is dim.
_SENSOR: Mapping[str, Scalar | Distribution] = {
    sensor.SPEED: Uniform(0, 1.8),
    "sensor.metering": "average",
    "sensor.f_number": Choice({1.8: 1, 2.0: 2, 2.4: 2, 2.8: 1}),
    "sensor.max_shutter_s": LogUniform(1 / 120, 1 / 30),
    "sensor.max_iso": LogUniform(3200, 12800),
    "sensor.glare": LogUniform(0.003, 0.02),
    "sensor.white_balance_share": Uniform(0.7, 1.0),
}

# A hall is smaller than a street: what one sees through there would not be told from clean air.
_AIR: Mapping[str, Scalar | Distribution] = {
    "weather.dust.visibility_m": LogUniform(20, 200),
    "weather.smoke.visibility_m": LogUniform(30, 200),
    "weather.smoke.optical_depth": 0.5,
}

PARAMETERS: tuple[Parameter, ...] = (
    option(
        "edge_case",
        {"none": 0.7, "dark": 0.06, "strobe": 0.06, "spill": 0.06, "fallen_load": 0.06, "blocked": 0.06},
        "most lamps out, lamps that strobe, a spill ahead, a load that fell, or pallets in the way",
    ),
    option("camera.mount", {"robot": 6, "forklift": 2.5, "overview": 1.5}, "what carries the camera"),
    option("camera.view", {"aisle": 6, "docks": 2, "cross": 2},
            "along an aisle, towards the docks, or along the racks' ends"),
    Parameter(FIELD, Uniform(50, 110), "deg", 1, 170,
              "between the rays at the picture's left and right border; a fisheye has its own"),
    *lenses.PARAMETERS,
    Parameter("camera.height_m", Uniform(0.25, 6.0), "m", 0.05, 20, "above the floor"),
    Parameter("camera.along", Uniform(0, 1), "", 0, 1, "how far along its way the camera is"),
    Parameter("camera.lateral_offset_m", Normal(0, 0.3, low=-0.7, high=0.7), "m", -3, 3, "left of its way's middle"),
    Parameter("camera.heading_deg", Normal(0, 9, low=-35, high=35), "deg", -180, 180, "left of its way"),
    Parameter("camera.pitch_deg", Uniform(-40, 10), "deg", -90, 90, "positive looks up"),
    Parameter("camera.roll_deg", Normal(0, 0.7, low=-3, high=3), "deg", -180, 180, "positive leans right"),
    Parameter("hall.aisle_width_m", Uniform(2.7, 4.2), "m", 1.5, 8, "between the racks of an aisle"),
    Parameter("hall.aisles", Integers(2, 4), "", 1, 8, "aisles side by side"),
    Parameter("hall.bays", Integers(6, 13), "", 2, 40, "bays of 2.8 m along an aisle"),
    Parameter("hall.levels", Integers(2, 4), "", 1, 8, "levels of beams over the floor"),
    Parameter("hall.level_m", Uniform(1.55, 1.95), "m", 0.8, 3, "from beam to beam"),
    Parameter("hall.clear_m", Uniform(0.9, 2.8), "m", 0.5, 10, "from the racks to the roof"),
    Parameter("hall.docks_m", Uniform(8, 16), "m", 4, 60, "depth of the area before the docks"),
    Parameter("hall.cross_m", Uniform(3.2, 5.5), "m", 2, 20, "width of the way at the racks' other ends"),
    Parameter("hall.shine", Uniform(0, 1), "", 0, 1, "of the floor, from dusty (0) to sealed and polished (1)"),
    Parameter("hall.wear", Uniform(0.1, 1), "", 0, 1, "tyre marks, stains, and lines that are worn off"),
    option("hall.walls", {"white": 4, "grey": 3, "blue": 1, "green": 1}, "the paint of walls and doors"),
    option("hall.roof_windows", {True: 0.55, False: 0.45}, "whether the roof has windows"),
    option("hall.posts", {"blue": 4, "grey": 3, "green": 1}, "the paint of the racks' posts"),
    option("hall.beams", {"orange": 5, "yellow": 2, "grey": 2}, "the paint of the racks' beams"),
    Parameter("objects.load.share", Beta(3.0, 1.3), "", 0, 1, "share of the racks' places that are taken"),
    Parameter("objects.load.loose", Uniform(0, 0.5), "", 0, 1, "share of loads of single cartons among them"),
    Parameter("objects.staged.count", Poisson(8), "", 0, 60, "pallets, with loads or empty, that stand on the floor"),
    Parameter("objects.vehicle.count", Poisson(2.2), "", 0, 20, "forklifts, pallet trucks and robots"),
    Parameter("objects.person.count", Poisson(2.2), "", 0, 30, "people"),
    Parameter("objects.clutter", Uniform(0, 1), "", 0, 1, "how much else stands and lies about"),
    Parameter("objects.spill.count", Choice({0: 0.9, 1: 0.08, 2: 0.02}), "", 0, 10, "spills on the camera's way"),
    Parameter("objects.fallen.count", Choice({0: 0.92, 6: 0.05, 14: 0.03}), "", 0, 60, "cartons of a load that fell"),
    Parameter("lighting.floor_lux", LogUniform(0.5, 600), "lx", 0.2, 20000, "mean illuminance of the aisle's floor"),
    option("lighting.fixtures", {"linear": 3, "bay": 2}, "rows of linear lamps, or high bays"),
    Parameter("lighting.lamp_k", Choice({3000: 1, 4000: 4, 5000: 3, 6500: 2}), "K", 1800, 10000, "colour of the lamps"),
    Parameter("lighting.daylight", Beta(0.8, 1.6), "", 0, 1, "share that roof windows give, where there are some"),
    Parameter("lighting.daylight_k", LogUniform(4800, 9000), "K", 3000, 15000, "colour of the light of roof windows"),
    Parameter("lighting.failed", Beta(0.4, 9.0), "", 0, 1, "share of dead lamps"),
    Parameter("lighting.strobing", Beta(0.15, 6.0), "", 0, 1, "share of the others that strobe, each caught somewhere"),
    Parameter("lighting.exposure_ev", Normal(0, 0.3, low=-1, high=1), "EV", -6, 6, "error of the auto-exposure"),
    Parameter("air.temperature_c", Normal(16, 7, low=-24, high=34), "C", -40, 50, "air temperature"),
    WeatherParameter(
        "weather", Choice({"clear": 0.88, "dust": 0.07, "smoke": 0.05}), "", None, None,
        "clean air, or dust or smoke that fills the hall", choices=("clear", "dust", "smoke"),
    ),
    *(replace(p, default=_AIR.get(p.path, p.default)) for kind in (Dust, Smoke) for p in kind.PARAMETERS),
    *soiling.PARAMETERS,
    *(replace(p, default=_SENSOR.get(p.path, p.default)) for p in sensor.PARAMETERS),
    *laying.parameters("floor"),
)  # fmt: skip


def _mount(name: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda values: bool(values["camera.mount"] == name)


def _case(name: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda values: bool(values["edge_case"] == name)


def _dry(_values: Mapping[str, Any]) -> OnGlass:
    """Nothing rains in a hall."""
    return OnGlass()


def _overhead(values: Mapping[str, Any]) -> float:
    """Where a camera hangs that looks over a hall: under the roof, and no higher than 6 m."""
    return float(min(6.0, values["hall.levels"] * values["hall.level_m"] + 1.0))


RULES: tuple[Rule, ...] = (
    *soiling.rules(_dry),
    Rule("camera.height_m", when=_mount("robot"), low=0.3, high=0.55, because="a mobile robot is low"),
    Rule("camera.height_m", when=_mount("forklift"), low=1.9, high=2.3, because="it is under a forklift's guard"),
    Rule("camera.height_m", when=_mount("overview"), low=3.6, high=_overhead, because="it hangs where it sees far"),
    Rule("camera.pitch_deg", when=_mount("robot"), low=-5, high=9, because="a low camera looks ahead"),
    Rule("camera.pitch_deg", when=_mount("forklift"), low=-14, high=0, because="the driver looks down at the forks"),
    Rule("camera.pitch_deg", when=_mount("overview"), low=-38, high=-16, because="it looks down on the hall"),
    Rule(sensor.SPEED, when=_mount("overview"), low=0, high=0, because="it hangs still"),
    Rule("camera.view", when=lambda v: v["edge_case"] in ("spill", "fallen_load", "blocked"), choices=("aisle",),
         because="it happened in the camera's aisle"),
    Rule("objects.spill.count", when=_case("spill"), low=1, because="something ran out"),
    Rule("objects.fallen.count", when=_case("fallen_load"), low=6, because="a load fell"),
    Rule("lighting.floor_lux", when=_case("dark"), low=0.5, high=12, because="few lamps burn"),
    Rule("lighting.floor_lux", when=lambda v: v["edge_case"] != "dark", low=25, because="people work here"),
    Rule("lighting.failed", when=_case("dark"), low=0.55, high=0.9, because="few lamps burn"),
    Rule("lighting.daylight", when=_case("dark"), low=0, high=0, because="a dark hall is one by night"),
    Rule("lighting.strobing", when=_case("strobe"), low=0.5, because="lamps strobe"),
)  # fmt: skip
