"""The warehouse scenario: how one draw becomes a hall, loads, trucks and people, light, and a camera."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from longtail.annotate.camera import Lens
from longtail.annotate.camera.transform import Transform
from longtail.scenes.assets.asset import Asset
from longtail.scenes.atmosphere.light import Light
from longtail.scenes.camera import lenses, sensor
from longtail.scenes.camera.looking import looking
from longtail.scenes.camera.sensor import Sensor
from longtail.scenes.camera.soiling import Soiling
from longtail.scenes.drawing.sampling import Draw
from longtail.scenes.geometry.materials import Rgb
from longtail.scenes.scenarios import laying
from longtail.scenes.scenarios.recorded import recorded
from longtail.scenes.scenarios.render_defaults import RenderDefaults
from longtail.scenes.scenarios.scenario import Scenario
from longtail.scenes.scenarios.warehouse import accidents, floor
from longtail.scenes.scenarios.warehouse.dimensions import DIMENSIONS
from longtail.scenes.scenarios.warehouse.dressing import dressed
from longtail.scenes.scenarios.warehouse.driving import set_in_motion
from longtail.scenes.scenarios.warehouse.ground import Warehouse
from longtail.scenes.scenarios.warehouse.hall import SLAB_REFLECTS
from longtail.scenes.scenarios.warehouse.layout import POSTS, Layout, layout_of
from longtail.scenes.scenarios.warehouse.lighting import Aisle, Lighting, levels_of, lit
from longtail.scenes.scenarios.warehouse.loads import Loader, fill, load_trailers
from longtail.scenes.scenarios.warehouse.parameters import PARAMETERS, RULES
from longtail.scenes.scenarios.warehouse.racks import DEPTH_M
from longtail.scenes.scenarios.warehouse.standing import Standing
from longtail.scenes.scene import Carrier, Scene
from longtail.scenes.space.space import Space
from longtail.scenes.weather.combinations import drawn_weather

_IN_THE_AIR = 0.5
"""Of the floor's illuminance, what a body in the air has on the mean of its sides: lamps are above (our estimate)."""

Eye = tuple[float, float, float]
"""Where the camera is along X and Y, and which way it drives."""


def compose(draw: Draw, lens: Lens, assets: Mapping[str, Asset]) -> Scene:
    """The warehouse of a draw."""
    values, placing, named = draw.values, draw.placing, draw.stream
    surfaces = laying.textures(assets, placing, named)
    layout = _floored(layout_of(placing, named("hall")), laying.reflected(assets, surfaces.get("floor")))
    x, y, way = _eye(layout, placing)
    standing = Standing(assets)
    loader = Loader(standing, float(placing["objects.load.loose"]))
    floor.reserve(standing, layout, (x, y), way)
    layout = dressed(layout, standing.occupied, named("dressing"))
    floor.fixtures(standing, layout, named("fixtures"))
    fill(
        loader, layout, float(placing["objects.load.share"]), (x, y),
        [named(f"racks.{k}") for k in range(len(layout.racks))],
    )  # fmt: skip
    load_trailers(loader, layout, named("trailers"))
    accidents.fall(standing, layout, int(placing["objects.fallen.count"]), (x, y), named("objects.fallen"))
    accidents.spill(standing, layout, int(placing["objects.spill.count"]), (x, y), named("objects.spill"))
    if placing["edge_case"] == "blocked":
        accidents.block(standing, loader, (x, y), named("blocked"))
    floor.stage(standing, loader, layout, int(placing["objects.staged.count"]), (x, y), named("objects.staged"))
    floor.drive(standing, loader, layout, int(placing["objects.vehicle.count"]), named("objects.vehicle"))
    floor.people(standing, layout, int(placing["objects.person.count"]), named("objects.person"))
    floor.litter(standing, layout, float(placing["objects.clutter"]), named("objects.clutter"))
    lighting = _lighting(layout, values, named("lighting"))
    heading = way + math.radians(placing["camera.heading_deg"])
    position, lux = (x, y, float(placing["camera.height_m"])), float(values["lighting.floor_lux"])
    return Scene(
        number=draw.scene,
        parameters=recorded(values, lens),
        ground=Warehouse(
            layout.hall, layout.racks, POSTS[placing["hall.posts"]], lighting.lamps, lighting.sky_rgb
        ),
        cameras={
            str(placing["camera.mount"]): looking(
                lens, position, heading, placing["camera.pitch_deg"], placing["camera.roll_deg"]
            )
        },
        light=Light(sky=False, exposure_ev=values["lighting.exposure_ev"], lamps_lux=_IN_THE_AIR * lux),
        weather=drawn_weather(values),
        objects=(*standing.objects, *lighting.shown),
        carrier=_carrier(position, way, float(values[sensor.SPEED])),
        indoor_lux=lux,
        departures=replace(draw.departures, misfits=standing.misfits),
        sensor=Sensor.drawn(values),
        soiling=Soiling.drawn(values),
        surfaces=surfaces,
    )  # fmt: skip


def _floored(layout: Layout, rgb: Rgb | None) -> Layout:
    """The layout on a floor of that reflectance, where there is a texture: lamps are scaled by what it throws back."""
    if rgb is None:
        return layout
    red, green, blue = (round(channel / SLAB_REFLECTS, 6) for channel in rgb)
    return replace(layout, hall=replace(layout.hall, floor_rgb=(red, green, blue)))


def _eye(layout: Layout, placing: Mapping[str, Any]) -> Eye:
    """In an aisle, in the area of the docks and looking at them, or on the way along the racks' ends."""
    share, aside = float(placing["camera.along"]), float(placing["camera.lateral_offset_m"])
    low, high = layout.hall.low_m, layout.hall.high_m
    if placing["camera.view"] == "aisle":
        first = low[0] + 0.8
        return first + share * (0.55 * layout.run_m - first), aside, 0.0
    room = (low[1] + 1.6, high[1] - 1.6)
    if placing["camera.view"] == "docks":
        return layout.run_m + 0.8 + 0.25 * (high[0] - layout.run_m), room[0] + share * (room[1] - room[0]) + aside, 0.0
    return layout.run_m + 1.9 + aside, room[0] + 0.5 * share * (room[1] - room[0]), math.pi / 2


def _carrier(position: tuple[float, float, float], way: float, speed_m_s: float) -> Carrier:
    x, y, _ = position
    velocity = (speed_m_s * math.cos(way), speed_m_s * math.sin(way), 0.0)
    return Carrier(Transform.upright("world", "carrier", (x, y, 0.0), way), velocity)


def _lighting(layout: Layout, values: Mapping[str, Any], rng: np.random.Generator) -> Lighting:
    """The lamps as they burn. One over the camera's aisle does whatever happens, else none could be scaled."""
    every = layout.luminaires(values["lighting.fixtures"] == "linear")
    levels = levels_of(len(every), values["lighting.failed"], values["lighting.strobing"], rng)
    own = [k for k, item in enumerate(every) if item.at_m[1] == 0.0 and item.at_m[0] < layout.run_m]
    if not any(levels[k] > 0 for k in own):
        levels[own[int(rng.integers(len(own)))]] = 1.0
    burning = [replace(item, level=level) for item, level in zip(every, levels, strict=True)]
    hall = layout.hall
    length, width = hall.size_m
    places = np.array([(x, 0.0, 0.0) for x in np.linspace(0.5, layout.run_m - 0.5, 12)])
    aisle = Aisle(
        places,
        (layout.aisle_m + DEPTH_M) / 2,
        2 * (length * width + (length + width) * hall.height_m),
        hall.reflectance,
    )
    return lit(
        burning, hall.roof_windows_m, hall.height_m, values["lighting.floor_lux"], values["lighting.daylight"],
        values["lighting.lamp_k"], values["lighting.daylight_k"], aisle,
    )  # fmt: skip


WAREHOUSE = Scenario(
    name="warehouse",
    summary="racks, loads, forklifts and people in a hall, seen by a mobile robot",
    space=Space(PARAMETERS, RULES, DIMENSIONS),
    compose=compose,
    impossible=(lenses.FOLDED, lenses.FOLDED_MATRIX),
    families=("logistics",),
    grounds=(Warehouse,),
    scenery=("rack", "column", "floor", "floor marking", "wall", "ceiling", "window", "door", "cabinet", "poster"),
    background="wall",
    has_carrier=True,
    animate=set_in_motion,
    render=RenderDefaults(samples=27),
)
