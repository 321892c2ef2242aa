"""The tabletop scenario: how one draw becomes a room, a table, things at rest, light, and a camera."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from longtail.annotate.camera import Camera, Lens
from longtail.colour import luminance
from longtail.scenes.assets.asset import Asset, Vector
from longtail.scenes.assets.household.gripper import GRIPPER
from longtail.scenes.assets.household.pendant import BULB_M
from longtail.scenes.assets.library.model import LibraryAsset
from longtail.scenes.atmosphere.light import Light
from longtail.scenes.camera import lenses
from longtail.scenes.camera.sensor import Sensor
from longtail.scenes.drawing.sampling import Draw
from longtail.scenes.scenarios import laying
from longtail.scenes.scenarios.recorded import recorded
from longtail.scenes.scenarios.scenario import Scenario
from longtail.scenes.scenarios.tabletop.along_walls import Free, fitted_out
from longtail.scenes.scenarios.tabletop.cameras import aimed, clear_of, half_view_m, sees
from longtail.scenes.scenarios.tabletop.dimensions import DIMENSIONS
from longtail.scenes.scenarios.tabletop.fittings import PENDANT, emitters
from longtail.scenes.scenarios.tabletop.furnishing import furniture_of, room_of
from longtail.scenes.scenarios.tabletop.gripping import beside, clear_of_boxes, furniture_boxes, walls_of
from longtail.scenes.scenarios.tabletop.ground import Interior
from longtail.scenes.scenarios.tabletop.lighting import Lit, balanced, colour_of
from longtail.scenes.scenarios.tabletop.parameters import PARAMETERS, RULES
from longtail.scenes.scenarios.tabletop.room import Room
from longtail.scenes.scenarios.tabletop.support import Furniture
from longtail.scenes.scenarios.tabletop.swinging import set_in_motion
from longtail.scenes.scenarios.tabletop.things import Resting, Wanted, at_rest, chosen, let_go
from longtail.scenes.scene import Placed, Scene
from longtail.scenes.space.space import Space

Rng = np.random.Generator

_CLEAR_M = 0.09
_TRIES = 16
_WINDOW_BY_NIGHT = 0.004


def compose(draw: Draw, lens: Lens, assets: Mapping[str, Asset]) -> Scene:
    """The tabletop of a draw."""
    values, placing = draw.values, draw.placing
    furniture = furniture_of(placing, draw.stream("support"))
    clutter = float(placing["objects.clutter"])
    wanted = Wanted(
        int(placing["objects.count"]),
        clutter,
        placing["objects.distractors"],
        placing["objects.transparent"],
        placing["objects.shiny"],
    )
    rng = draw.stream("objects")
    things = chosen(assets, wanted, furniture, rng)
    dropped, missed = let_go(things, furniture, clutter, rng)
    resting = at_rest(dropped, furniture, rng)
    if furniture.kind == "shelf":
        furniture = _tall_enough(furniture, resting)
    # A cloth hides the table, and a shelf is none.
    covered = ("table",) if furniture.kind == "shelf" or furniture.stuff == "cloth" else ()
    surfaces = laying.textures(assets, placing, draw.stream, without=covered)
    room = _papered(room_of(placing, furniture, draw.stream("room")), assets, surfaces)
    camera, focus_m = _camera(lens, room, furniture, resting, placing, draw.stream("camera"))
    held, missed_hand = _held(camera, assets, furniture, resting, placing, draw.stream("camera.gripper"))
    pendant = _pendant(furniture, placing)
    lit = _lit(room, furniture, pendant, values, draw.stream("lighting"))
    free = Free(room, furniture, camera, placing["camera.mount"] == "wrist", (pendant,))
    fitments = fitted_out(free, room, float(placing["room.furnished"]), draw.stream("room.furnished"))
    return Scene(
        number=draw.scene,
        parameters=recorded(values, lens),
        ground=Interior(room, furniture, lit, fitments),
        cameras={str(placing["camera.mount"]): camera},
        light=Light(sky=False, exposure_ev=values["lighting.exposure_ev"]),
        objects=(*resting.placed, *_hung(assets, pendant, lit), *held),
        indoor_lux=float(values["lighting.table_lux"]),
        departures=replace(draw.departures, misfits=_misfits(missed + resting.lost, missed_hand)),
        sensor=_sensor(values, focus_m),
        surfaces=surfaces,
    )


def _papered(room: Room, assets: Mapping[str, Asset], surfaces: Mapping[str, str]) -> Room:
    """The room with what textures of its walls and floor throw back, by which lamps are scaled."""
    if (wall := laying.reflected(assets, surfaces.get("wall"))) is not None:
        room = replace(room, wall_rgb=wall)
    if (ground := laying.reflected(assets, surfaces.get("floor"))) is not None:
        room = replace(room, floor_rgb=ground, floor_reflects=round(float(luminance(ground)), 6))
    return room


def _misfits(objects: int, gripper: int) -> dict[str, int]:
    return {what: count for what, count in (("objects", objects), ("gripper", gripper)) if count}


def _held(
    camera: Camera,
    assets: Mapping[str, Asset],
    furniture: Furniture,
    resting: Resting,
    placing: Mapping[str, Any],
    rng: Rng,
) -> tuple[tuple[Placed, ...], int]:
    """The gripper beside a wrist's camera, by its chance, and 1 where it would be in a thing."""
    roll, pick, reach = (float(value) for value in rng.random(3))
    hands = [asset for asset in assets.values() if GRIPPER in (asset.category, asset.serves)]
    if placing["camera.mount"] != "wrist" or roll >= float(placing["camera.gripper"]) or not hands:
        return (), 0
    # The user's own take the place of ours.
    hands = [hand for hand in hands if isinstance(hand, LibraryAsset)] or hands
    hand = hands[int(pick * len(hands))]
    placed = beside(camera, hand, reach)
    boxes = np.concatenate([resting.boxes_m, furniture_boxes(furniture), walls_of(furniture)])
    return ((placed,), 0) if clear_of_boxes(placed, hand, boxes) else ((), 1)


def _sensor(values: Mapping[str, Any], focus_m: float) -> Sensor:
    """Focused on what the camera looks at, unless the distance is given."""
    drawn = Sensor.drawn(values)
    return drawn if drawn.focus_m else replace(drawn, focus_m=round(focus_m * (1 + values["camera.focus_error"]), 4))


def _tall_enough(furniture: Furniture, resting: Resting) -> Furniture:
    """The next board is above all that lies on this one."""
    if not len(resting.boxes_m):
        return furniture
    tallest = float(resting.boxes_m[:, 1, 2].max()) - furniture.top_m
    return replace(furniture, clear_m=max(furniture.clear_m, round(tallest + 0.04, 2)))


def _camera(
    lens: Lens, room: Room, furniture: Furniture, resting: Resting, placing: Mapping[str, Any], rng: Rng
) -> tuple[Camera, float]:
    """The camera and the distance to what it looks at; one that would be within or behind a thing looks at
    another, or is raised."""
    elevation, azimuth = placing["camera.elevation_deg"], placing["camera.azimuth_deg"]
    shows_m = half_view_m(lens, placing["camera.distance_m"])
    wrist = placing["camera.mount"] == "wrist"
    pick, shift = rng.random(), rng.normal(0, 0.02, 2)
    found = _in_reach(furniture, resting, shows_m, pick) if wrist else [_amid(furniture, resting, shows_m)]
    # Not quite: nobody aims at the very middle of a thing.
    targets = [(x + float(shift[0]), y + float(shift[1]), z) for x, y, z in found] if len(resting.boxes_m) else found
    boxes = np.concatenate([resting.boxes_m, furniture_boxes(furniture)])
    steepest = 0.25 if furniture.kind == "shelf" else 1.0
    clear: list[tuple[Camera, Vector]] = []
    for attempt, target in itertools.product(range(_TRIES), targets):
        raised = elevation + (90 - elevation) * attempt / _TRIES * steepest
        camera = aimed(lens, room, target, azimuth, raised, placing["camera.distance_m"], placing["camera.roll_deg"])
        if clear_of(camera, boxes, _CLEAR_M):
            clear.append((camera, target))
            # Others may have things before what they look at; a robot's hand goes where it can see.
            if not wrist or sees(camera, target, resting.boxes_m):
                break
    else:
        camera, target = clear[0] if clear else (camera, target)
    eye = camera.world_from_camera.matrix[:3, 3]
    return camera, math.sqrt(float(((eye - np.array(target)) ** 2).sum()))


def _in_reach(furniture: Furniture, resting: Resting, shows_m: float, pick: float) -> list[Vector]:
    """What a wrist may look at: things that fit into the picture, if any do, from the one at `pick`, 0..1, on."""
    if not len(resting.boxes_m):
        return [(0.0, 0.0, furniture.top_m)]
    wide = (resting.boxes_m[:, 1] - resting.boxes_m[:, 0]).max(axis=1)
    fitting = np.flatnonzero(wide < 2 * shows_m) if (wide < 2 * shows_m).any() else np.argsort(wide)[:1]
    middles = resting.boxes_m.mean(axis=1)[np.roll(fitting, -int(pick * len(fitting)))]
    return [(x, y, z) for x, y, z in middles.tolist()]


def _amid(furniture: Furniture, resting: Resting, shows_m: float) -> Vector:
    """The middle of all things, or where more are within `shows_m`, half of the picture's height, one thing."""
    top = furniture.top_m
    if not len(resting.boxes_m):
        return 0.0, 0.0, top
    if furniture.kind == "bin":
        return 0.0, 0.0, top + 0.05
    middles = resting.boxes_m.mean(axis=1)
    low, high = resting.boxes_m[:, 0].min(axis=0), resting.boxes_m[:, 1].max(axis=0)
    places = np.concatenate([[(low + high)[:2] / 2], middles[:, :2]])
    seen = (((places[:, None] - middles[None, :, :2]) ** 2).sum(axis=2) < shows_m**2).sum(axis=1)
    x, y = (float(v) for v in places[int(np.argmax(seen))])
    return x, y, min(top + 0.06, float(high[2]))


def _pendant(furniture: Furniture, placing: Mapping[str, Any]) -> Vector:
    """Where the pendant's bulb is: over the table, to the side where it hides nothing from above."""
    heading = math.radians(placing["lighting.lamp_azimuth_deg"] - 90)
    beside = 0.62 if furniture.kind == "shelf" else 0.48
    x, y = math.cos(heading) * beside, math.sin(heading) * beside
    if furniture.kind == "shelf":
        y = -abs(y) - furniture.size_m[1]
    return round(x, 6), round(y, 6), round(furniture.size_m[2] + 0.82, 6)


def _hung(assets: Mapping[str, Asset], at_m: Vector, lit: tuple[Lit, ...]) -> tuple[Placed, ...]:
    """The pendant with its bulb as bright as it burns."""
    if PENDANT not in assets:
        return ()
    glass = next((source.glass_rgb for source in lit if source.name == "lamp"), None)
    if glass is None:
        return ()
    x, y, z = at_m
    return (Placed(PENDANT, x, y, z - BULB_M, 0.0, tint=glass, lamps_on=True),)


def _lit(room: Room, furniture: Furniture, pendant: Vector, values: Mapping[str, Any], rng: Rng) -> tuple[Lit, ...]:
    """The sources, each with its share of the light on the table."""
    second = "ceiling" if rng.random() < 0.5 else "lamp"
    faint = float(rng.uniform(0.01, 0.05)) if rng.random() < 0.6 else _WINDOW_BY_NIGHT
    shares = {"window": 0.0, "ceiling": 0.0, "lamp": 0.0}
    source = values["lighting.source"]
    if source == "mixed":
        shares |= {"window": values["lighting.window_share"], second: 1 - values["lighting.window_share"]}
    elif source == "window":
        shares["window"] = 1.0
    else:
        shares |= {"window": faint, source: 1 - faint}
    found = emitters(room, pendant)
    if not shares["lamp"]:
        found.pop("lamp")
        shares.pop("lamp")
    lamp = colour_of(values["lighting.lamp_k"])
    rgbs = {"window": colour_of(values["lighting.daylight_k"]), "ceiling": lamp, "lamp": lamp}
    length, width = room.size_m
    area = 2 * (length * width + (length + width) * room.height_m)
    return balanced(
        found, shares, rgbs, values["lighting.table_lux"], (0.0, 0.0, furniture.top_m), area, room.reflectance
    )


TABLETOP = Scenario(
    name="tabletop",
    summary="things on a table, in a bin or on a shelf, seen by a robot's camera",
    space=Space(PARAMETERS, RULES, DIMENSIONS),
    compose=compose,
    impossible=(lenses.FOLDED, lenses.FOLDED_MATRIX),
    families=("household",),
    grounds=(Interior,),
    scenery=(
        "table",
        "bin",
        "shelf",
        "floor",
        "wall",
        "ceiling",
        "window",
        "door",
        "cabinet",
        "curtain",
        "rug",
        "poster",
        "radiator",
    ),
    background="wall",
    animate=set_in_motion,
    expected_objects=lambda draw: float(draw.placing["objects.count"]),
)
