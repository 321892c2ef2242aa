"""What varies on a tabletop, and which rules of the world bind it.

Table heights: EN 527-1 (desks 740 mm), kitchen and dining tables 720 to 780 mm. Illuminance: EN 12464-1 asks for 100 lx
in corridors, 300 to 500 lx where people write and work with machines, 750 to 1,000 lx where they inspect small parts;
living rooms have 50 to 150 lx in the evening, and a table at a window 2,000 lx and more. Colour temperatures: lamps of
2,700 K (warm white) to 5,000 K, daylight of 4,500 K to 9,000 K under overcast and clear skies (CIE 15). Wrist cameras
work from 7 to 50 cm (Intel RealSense D405) or from 28 cm on (D435, whose colour camera sees 69 degrees).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from longtail.distributions import Beta, Choice, Distribution, Integers, LogUniform, Normal, Uniform
from longtail.distributions.scalar import Scalar
from longtail.scenes.camera import lenses, sensor
from longtail.scenes.camera.lenses import FIELD
from longtail.scenes.scenarios import laying
from longtail.scenes.space.parameters import Parameter, Rule, option

EDGE_CASES = ("none", "dark", "one_lamp", "backlight", "reflections", "transparent")


def _sensor() -> tuple[Parameter, ...]:
    """The sensor's parameters with what machine vision and depth cameras have. Nothing carries the camera, and nothing
    moves, so the shutter may stay open for long."""
    defaults: dict[str, Scalar | Distribution] = {
        "sensor.metering": "centre",
        "sensor.f_number": Choice({1.8: 1, 2.0: 2, 2.8: 2, 4.0: 2, 5.6: 1}),
        "sensor.max_shutter_s": LogUniform(1 / 30, 1 / 10),
        "sensor.max_iso": LogUniform(3200, 12800),
        "sensor.denoise": Uniform(0.3, 0.75),
        "sensor.glare": LogUniform(0.003, 0.015),
        "sensor.flare": LogUniform(2e-5, 2e-4),
        "sensor.starburst": LogUniform(1e-4, 1e-3),
        "sensor.white_balance_share": Uniform(0.8, 1.0),
    }
    moving = (sensor.SPEED, "sensor.motion_blur")
    return tuple(replace(p, default=defaults.get(p.path, p.default)) for p in sensor.PARAMETERS if p.path not in moving)


PARAMETERS: tuple[Parameter, ...] = (
    option(
        "edge_case",
        {"none": 0.7, "dark": 0.06, "one_lamp": 0.06, "backlight": 0.06, "reflections": 0.06, "transparent": 0.06},
        "a dark room, one lamp alone, the window behind the things, mirrors, or things of glass",
    ),
    option("support.kind", {"table": 6, "bin": 2.5, "shelf": 1.5}, "what the things lie on or in"),
    option("support.material", {"wood": 5, "stone": 1.4, "plastic": 1.6, "cloth": 1.3, "steel": 0.7},
            "what the table or the shelf is made of"),
    Parameter("support.polish", Uniform(0, 1), "", 0, 1, "from matt (0) to a mirror at low angles (1)"),
    Parameter("support.length_m", Uniform(0.9, 1.7), "m", 0.5, 3, "of the table, along X"),
    Parameter("support.width_m", Uniform(0.6, 0.95), "m", 0.3, 1.5, "of the table, along Y; a shelf is half as deep"),
    Parameter("support.height_m", Uniform(0.71, 0.78), "m", 0.3, 1.3, "of the table's top; a shelf's board is higher"),
    option("camera.mount", {"wrist": 4, "tripod": 3, "overhead": 3}, "what carries the camera"),
    Parameter(
        FIELD, Uniform(30, 90), "deg", 1, 170,
                  "between the rays at the picture's left and right border; a fisheye has its own"
    ),
    *lenses.PARAMETERS,
    Parameter("camera.distance_m", Uniform(0.2, 1.8), "m", 0.1, 3.0,
              "from what it looks at, as far as the room allows"),
    Parameter("camera.elevation_deg", Uniform(0, 90), "deg", 0, 90,
              "over the horizon of what it looks at; 90 from above"),
    Parameter("camera.azimuth_deg", Uniform(-180, 180), "deg", -360, 360,
              "around the table, counter-clockwise from its front"),
    Parameter("camera.roll_deg", Normal(0, 3, low=-12, high=12), "deg", -180, 180, "positive leans right"),
    Parameter("camera.focus_error", Normal(0, 0.05, low=-0.2, high=0.25), "", -0.5, 1.0,
              "by which share the focus lies behind what it looks at, where sensor.focus_m is 0"),
    Parameter("room.width_m", Uniform(3.2, 6.0), "m", 2.5, 12, "of the room along the table"),
    Parameter("room.depth_m", Uniform(3.2, 5.5), "m", 2.5, 12, "of the room across the table"),
    Parameter("room.height_m", Uniform(2.4, 2.9), "m", 2.2, 5, "to the ceiling"),
    option("room.floor", {"parquet": 4, "tiles": 2, "carpet": 2, "concrete": 1}, "what the floor is made of"),
    Parameter("room.wall_lightness", Uniform(0.35, 0.85), "", 0.03, 0.9, "share of light that the walls throw back"),
    Parameter("room.window_azimuth_deg", Uniform(-180, 180), "deg", -360, 360,
              "where the window is, left of where the camera looks; 0: behind the things"),
    Parameter("room.window_width_m", Uniform(0.9, 2.2), "m", 0.3, 4, "of the window"),
    Parameter("objects.count", Integers(3, 30), "", 1, 150, "things that are laid down; what falls off is gone"),
    Parameter("objects.clutter", Uniform(0, 1), "", 0, 1, "from upright, aligned and apart (0) to one heap (1)"),
    Parameter("objects.distractors", Beta(1.0, 5.0), "", 0, 1, "chance of each thing to be a distractor"),
    Parameter("objects.transparent", Beta(0.8, 6.0), "", 0, 1, "chance of each other thing to be of glass"),
    Parameter("objects.shiny", Beta(0.8, 6.0), "", 0, 1, "chance of each other thing to be of polished metal"),
    Parameter("lighting.table_lux", LogUniform(5, 2000), "lx", 0.5, 20000, "illuminance of the table's middle"),
    option("lighting.source", {"window": 3, "ceiling": 2, "lamp": 2, "mixed": 3},
              "where most of the light comes from"),
    Parameter("lighting.lamp_k", Choice({2700: 3, 3000: 3, 4000: 3, 5000: 1}), "K", 1800, 8000, "colour of the lamps"),
    Parameter("lighting.daylight_k", LogUniform(4500, 9000), "K", 3000, 15000, "colour of the light of the window"),
    Parameter("lighting.window_share", Uniform(0.25, 0.75), "", 0, 1, "of mixed light, what the window gives"),
    Parameter("lighting.lamp_azimuth_deg", Uniform(-180, 180), "deg", -360, 360,
              "where the pendant lamp hangs, about the table"),
    Parameter("lighting.exposure_ev", Normal(0, 0.3, low=-1, high=1), "EV", -6, 6, "error of the auto-exposure"),
    *_sensor(),
    *laying.parameters("floor", "wall", "table"),
    Parameter("camera.gripper", 0.5, "", 0, 1, "chance of a gripper in the view of a wrist's camera"),
    Parameter("room.furnished", Uniform(0, 1), "", 0, 1,
              "how much stands at the walls and hangs on them; 0: they are bare"),
)  # fmt: skip


def _mount(name: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda values: bool(values["camera.mount"] == name)


def _free(name: str) -> Callable[[Mapping[str, Any]], bool]:
    """On this mount, and free to look down."""
    return lambda values: _mount(name)(values) and not _shelf(values) and values["edge_case"] != "backlight"


def _case(name: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda values: bool(values["edge_case"] == name)


def _shelf(values: Mapping[str, Any]) -> bool:
    return bool(values["support.kind"] == "shelf")


def _over_the_wall(values: Mapping[str, Any]) -> bool:
    """Into a bin from its side."""
    return bool(values["support.kind"] == "bin" and values["camera.mount"] != "overhead")


def _beside(name: str) -> Callable[[Mapping[str, Any]], bool]:
    """On this mount, free to look down, and nothing in the way of a level look."""
    return lambda values: _free(name)(values) and not _over_the_wall(values)


def _dim(values: Mapping[str, Any]) -> bool:
    return bool(values["lighting.table_lux"] < 60)


_SHELF_FACES = "a shelf is open at its front"

RULES: tuple[Rule, ...] = (
    Rule("camera.mount", when=_shelf, choices=("wrist", "tripod"), because="the next board hides a shelf from above"),
    Rule("camera.mount", when=_case("backlight"), choices=("tripod", "wrist"), because="no window is below the things"),
    Rule("support.kind", when=_case("backlight"), choices=("table",), because="a bin or a shelf hides the window"),
    Rule("support.kind", when=_case("reflections"), choices=("table",), because="the table is the mirror"),
    Rule(FIELD, when=_mount("wrist"), low=58, high=90, because="cameras on wrists are wide: D405 87, D435 69 degrees"),
    Rule(FIELD, when=_mount("tripod"), low=34, high=60, because="a tripod's lens shows the table"),
    Rule(FIELD, when=_mount("overhead"), low=38, high=65, because="an overhead lens shows the bin"),
    Rule("camera.distance_m", when=_mount("wrist"), low=0.2, high=0.6, because="a wrist's camera works near by"),
    Rule("camera.distance_m", when=_mount("tripod"), low=0.7, high=1.6, because="a tripod stands beside the table"),
    Rule("camera.distance_m", when=_mount("overhead"), low=0.7, high=1.2, because="it hangs over the arm's reach"),
    Rule("camera.elevation_deg", when=_shelf, low=2, high=28, because=_SHELF_FACES),
    Rule("camera.elevation_deg", when=_case("backlight"), low=1, high=7, because="the window has to be in view"),
    Rule("camera.elevation_deg", when=_beside("wrist"), low=25, high=85, because="it looks down at what it grasps"),
    Rule("camera.elevation_deg", when=_beside("tripod"), low=14, high=50, because="a tripod stands beside the table"),
    Rule("camera.elevation_deg", when=_free("overhead"), low=80, high=90, because="it hangs overhead"),
    Rule("camera.elevation_deg", when=_over_the_wall, low=48, high=75, because="a bin's wall hides what lies in it"),
    Rule("camera.azimuth_deg", when=_shelf, low=-40, high=40, because=_SHELF_FACES),
    Rule("room.window_azimuth_deg", when=_shelf, low=70, high=290, because="the shelf stands at the wall"),
    Rule("room.window_azimuth_deg", when=_case("backlight"), low=-12, high=12,
         because="the light is behind the things"),
    Rule("support.material", when=_case("reflections"), choices=("stone", "steel", "plastic", "wood"),
         because="cloth is no mirror"),
    Rule("support.material", when=_shelf, choices=("wood", "plastic", "steel"),
         because="shelves are of boards or sheet"),
    Rule("support.polish", when=_case("reflections"), low=0.85, because="a polished table mirrors"),
    Rule("objects.shiny", when=_case("reflections"), low=0.5, because="mirror-like things"),
    Rule("objects.transparent", when=_case("transparent"), low=0.6, because="things of glass"),
    Rule("lighting.table_lux", when=_case("dark"), high=15, because="a dark room"),
    Rule("lighting.table_lux", when=_case("one_lamp"), low=20, high=400,
         because="one lamp over the table gives no more"),
    Rule("lighting.table_lux", when=_case("backlight"), low=80, because="the day is bright"),
    Rule("lighting.source", when=_case("one_lamp"), choices=("lamp",), because="one lamp alone"),
    Rule("lighting.source", when=_case("backlight"), choices=("window",), because="the light is behind the things"),
    Rule("sensor.f_number", when=_dim, choices=(1.8, 2.0, 2.8), because="nobody stops down where it is dim"),
    Rule("sensor.max_shutter_s", when=_case("dark"), high=1 / 25, because="who may wait has no dark pictures"),
)  # fmt: skip
