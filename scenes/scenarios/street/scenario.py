"""The street scenario: what is drawn, which rules of the world bind it, and how one draw becomes a scene."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from longtail.annotate.camera import Lens
from longtail.distributions import Choice, LogUniform, NegativeBinomial, Normal, Poisson, Uniform
from longtail.scenes.assets.asset import Asset
from longtail.scenes.atmosphere import light as lights
from longtail.scenes.atmosphere.light import HEADLIGHTS_ON_DEG, Light
from longtail.scenes.atmosphere.wind import town_wind_m_s
from longtail.scenes.camera import lenses, sensor, soiling
from longtail.scenes.camera.sensor import Sensor
from longtail.scenes.camera.soiling import Soiling
from longtail.scenes.drawing.sampling import Draw
from longtail.scenes.lamps.kinds import Circuit
from longtail.scenes.scenarios import laying, skies
from longtail.scenes.scenarios.recorded import recorded
from longtail.scenes.scenarios.scenario import Scenario
from longtail.scenes.scenarios.street import above_water, groups, presence, queues, traffic, tunnel, whom
from longtail.scenes.scenarios.street.debris import strew
from longtail.scenes.scenarios.street.dimensions import DIMENSIONS
from longtail.scenes.scenarios.street.furniture import furnish
from longtail.scenes.scenarios.street.gables import dress_gables
from longtail.scenes.scenarios.street.ground import Street
from longtail.scenes.scenarios.street.groups import GROUPED
from longtail.scenes.scenarios.street.hills import drawing as hills
from longtail.scenes.scenarios.street.hills.drawing import with_drawn_relief
from longtail.scenes.scenarios.street.hills.standing import carried_on, on_slope, plinths
from longtail.scenes.scenarios.street.houses import build_houses
from longtail.scenes.scenarios.street.layout import draw_street
from longtail.scenes.scenarios.street.lots import drawing as lots
from longtail.scenes.scenarios.street.lots.drawing import fill_lot, reserve_lot, with_drawn_lot
from longtail.scenes.scenarios.street.lots.lot import LotStreet
from longtail.scenes.scenarios.street.moving.clip import set_in_motion
from longtail.scenes.scenarios.street.outside import drawing as outside
from longtail.scenes.scenarios.street.outside.drawing import KIND, TOWN, draw_open_road
from longtail.scenes.scenarios.street.outside.ground import OpenRoad
from longtail.scenes.scenarios.street.outside.populating import OpenSite, populate_outside
from longtail.scenes.scenarios.street.people import walk
from longtail.scenes.scenarios.street.queues import QUEUED, queue
from longtail.scenes.scenarios.street.rarities import add_rarities
from longtail.scenes.scenarios.street.road import KERB_HEIGHT_M
from longtail.scenes.scenarios.street.roundabouts import drawing as roundabouts
from longtail.scenes.scenarios.street.roundabouts.furnishing import cross_arms, furnish_ring
from longtail.scenes.scenarios.street.roundabouts.street import RoundaboutStreet
from longtail.scenes.scenarios.street.roundabouts.traffic import circulate
from longtail.scenes.scenarios.street.shared import drawing as sharing
from longtail.scenes.scenarios.street.shared.drawing import CYCLE_LANE, reserve_masts, run_trams, shared
from longtail.scenes.scenarios.street.shared.street import SharedStreet
from longtail.scenes.scenarios.street.signalling import with_signals
from longtail.scenes.scenarios.street.site import Rng, Site
from longtail.scenes.scenarios.street.traffic import (
    DRIVING_MIX,
    DRIVING_WEIGHTS,
    PARKED_MIX,
    PARKED_WEIGHTS,
    cycle,
    drive,
    mixed,
    park,
    reserve_ego,
)
from longtail.scenes.scenarios.street.vehicle import CAMERA, vehicle, windscreen_camera
from longtail.scenes.scenarios.street.weathering import weathered
from longtail.scenes.scenarios.street.whom import Whom
from longtail.scenes.scene import Scene
from longtail.scenes.space.parameters import Parameter, Rule
from longtail.scenes.space.space import Space
from longtail.scenes.weather import Weather
from longtail.scenes.weather.combinations import drawn_weather, on_glass, outdoor_weather
from longtail.scenes.weather.table import WEATHERS

PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "camera.horizontal_fov_deg",
        Uniform(50, 90),
        "deg",
        1,
        170,
        "between the rays at the picture's left and right border, distortion included; a fisheye has its own",
    ),
    *lenses.PARAMETERS,
    Parameter("camera.height_m", Normal(1.45, 0.15, low=1.1, high=2.2), "m", 0.5, 4.0, "height over the road"),
    Parameter("camera.pitch_deg", Normal(-1.5, 1.2, low=-5, high=3), "deg", -30, 30, "positive looks up"),
    Parameter("camera.roll_deg", Normal(0, 0.5, low=-2, high=2), "deg", -30, 30, "positive leans right"),
    Parameter("camera.yaw_deg", Normal(0, 2.5, low=-10, high=10), "deg", -180, 180, "to the left of the lane"),
    Parameter("camera.lateral_offset_m", Normal(0, 0.2, low=-0.6, high=0.6), "m", -1, 1, "left of the lane's middle"),
    Parameter("lighting.sun_elevation_deg", Uniform(-14, 62), "deg", -90, 90, "below 0 the sun has set"),
    Parameter("lighting.sun_azimuth_deg", Uniform(-180, 180), "deg", -360, 360, "left of the street's heading"),
    Parameter("lighting.cloud_cover", Uniform(0, 1), "", 0, 1, "share of the sky behind clouds"),
    Parameter("lighting.haze", Uniform(0.1, 0.8), "", 0, 1, "aerosol between clean (0) and turbid (1) air"),
    # Real pictures of streets are half a stop and more darker than their meter's mid grey (docs/usefulness.md).
    Parameter(
        "lighting.exposure_ev",
        Normal(-0.5, 0.35, low=-1.7, high=0.7),
        "EV",
        -6,
        6,
        "how much lighter than its meter says the camera exposes, errors of the auto-exposure included",
    ),
    outdoor_weather(),
    Parameter("air.temperature_c", Normal(11, 8, low=-25, high=42), "C", -40, 50, "air temperature"),
    Parameter("air.wind_speed_m_s", LogUniform(0.5, 22), "m/s", 0, 60, "mean wind at 10 m"),
    Parameter(
        "air.wind_direction_deg", Uniform(-180, 180), "deg", -360, 360, "where it blows to, left of the street's course"
    ),
    *(parameter for kind in WEATHERS.values() for parameter in kind.PARAMETERS),
    *soiling.PARAMETERS,
    # What others follow is drawn before them.
    *roundabouts.PARAMETERS,
    Parameter(
        "road.district",
        Choice({"city": 3, "suburb": 1.4}),
        "",
        None,
        None,
        "houses wall to wall, or in gardens, or halls and garages",
        choices=("city", "suburb", "industrial"),
    ),
    Parameter("road.lanes", Choice({2: 5, 3: 1, 4: 2.5, 6: 0.7}), "", 2, 6, "lanes of both directions together"),
    Parameter("road.lane_width_m", Uniform(2.9, 3.6), "m", 2.5, 4.0, "width of a lane"),
    Parameter(
        "road.curvature_1_m", Normal(0, 0.0025, low=-0.006, high=0.006), "1/m", -0.01, 0.01, "positive bends left"
    ),
    Parameter("road.pavement_m", Uniform(2.2, 5.0), "m", 1.5, 8, "width of the pavements"),
    Parameter(
        "road.parking",
        Choice({"none": 2, "right": 2, "left": 1, "both": 3}),
        "",
        None,
        None,
        "sides with parking bays",
        choices=("none", "right", "left", "both"),
    ),
    Parameter(
        "road.junction",
        Choice({True: 0.5, False: 0.5}),
        "",
        None,
        None,
        "whether a road crosses ahead",
        choices=(True, False),
    ),
    Parameter(
        "road.crossing",
        Choice({True: 0.45, False: 0.55}),
        "",
        None,
        None,
        "whether there is a zebra crossing",
        choices=(True, False),
    ),
    Parameter("objects.vehicle.count", NegativeBinomial(11, 3), "", 0, 60, "vehicles on the lanes"),
    *traffic.PARAMETERS,
    Parameter("objects.parked.share", Uniform(0.3, 1.0), "", 0, 1, "share of parking slots that are taken"),
    Parameter("objects.pedestrian.count", NegativeBinomial(18, 2), "", 0, 80, "people on foot, in fair weather"),
    *whom.PARAMETERS,
    Parameter("objects.cyclist.count", Poisson(1.5), "", 0, 30, "riders on bicycles and motorcycles"),
    Parameter("objects.furniture.density", Uniform(0.2, 1.0), "", 0, 1, "how much stands on the pavements"),
    Parameter(
        "objects.rarities", 1.0, "", 0, 20, "times how often what is seldom seen is there: dogs, sitters, chevrons, ..."
    ),
    *presence.PARAMETERS,
    *lights.PARAMETERS,
    *outside.PARAMETERS,
    *sharing.PARAMETERS,
    *queues.PARAMETERS,
    *groups.PARAMETERS,
    *lots.PARAMETERS,
    *tunnel.PARAMETERS,
    *sensor.PARAMETERS,
    skies.PARAMETER,
    *laying.parameters("road", "sidewalk"),
    *hills.PARAMETERS,
)

RULES: tuple[Rule, ...] = (
    *(rule for kind in WEATHERS.values() for rule in kind.RULES),
    *lights.RULES,
    *tunnel.RULES,
    *soiling.rules(on_glass),
    *above_water.RULES,
    *outside.RULES,
    *sharing.RULES,
    *lots.RULES,
    *hills.RULES,
    *roundabouts.RULES,
)


def compose(draw: Draw, lens: Lens, assets: Mapping[str, Asset]) -> Scene:
    """The street of a draw."""
    values, placing, named = draw.values, draw.placing, draw.stream

    street = _street(placing, named)
    # Drawn directions count from the street's heading, a scene's from world X.
    heading = float(street.course.heading_at(0.0))
    weather = drawn_weather(values).turned(heading)
    drawn = Light.drawn(values, weather.sun_filter, weather.sky_filter)
    light = skies.under_panorama(drawn, weather, assets, values, named(skies.PATH)).turned(heading)
    # Variants of a scene have other weather and light, but nothing may stand elsewhere in them.
    placing_weather = drawn_weather(placing).turned(heading)
    headlights = _headlights(values, weather, named("lighting.headlights"))
    site = (OpenSite if isinstance(street, OpenRoad) else Site)(
        street,
        presence.allowed(assets, placing),
        named,
        light.street_lamps_on,
        headlights,
        placing_weather.walkers,
        placing_weather.umbrellas,
        values["lighting.lamps_failed"],
        Whom.drawn(placing),
    )
    forward, _ = street.lane_centres_m()
    ego_t = forward[int(named("camera.lane").integers(len(forward)))] + placing["camera.lateral_offset_m"]
    reserve_ego(site, ego_t)
    if isinstance(street, OpenRoad):
        populate_outside(site, street, placing, placing_weather)
    else:
        _populate(site, placing, placing_weather)
    objects = weathered(site.objects, assets, placing_weather, named("weathering"), street.relief)
    objects = on_slope(objects, assets, street.relief)
    street = replace(street, plinths=plinths(objects, assets, street.relief))
    cameras = {CAMERA: windscreen_camera(lens, street, ego_t, values)}
    carrier, cameras = carried_on(vehicle(street, ego_t, values, headlights), cameras, street.relief)
    return Scene(
        number=draw.scene,
        parameters=recorded(values, lens),
        ground=street,
        cameras=cameras,
        light=light,
        weather=weather,
        objects=tuple(with_signals(objects, assets, named("signals"))),
        carrier=carrier,
        wind_m_s=town_wind_m_s(values["air.wind_speed_m_s"], heading + math.radians(values["air.wind_direction_deg"])),
        circuits=_circuits(light),
        departures=replace(draw.departures, misfits=site.misfits),
        sensor=Sensor.drawn(values),
        soiling=Soiling.drawn(values),
        surfaces=laying.textures(assets, placing, named),
    )


def _street(placing: Mapping[str, Any], named: Callable[[str], Rng]) -> Street:
    """The road of what decides where things stand."""
    if placing[KIND] != TOWN:
        return with_drawn_relief(draw_open_road(placing, named("outside")), placing, named("hills"))
    if roundabouts.possible(placing):
        ring = roundabouts.draw_roundabout(placing, named("road"), named("roundabout"))
        return with_drawn_relief(ring, placing, named("hills"))
    street = shared(draw_street(placing, named("road")), placing, named("shared"))
    return with_drawn_relief(with_drawn_lot(street, placing, named("lots")), placing, named("hills"))


def _populate(site: Site, placing: Mapping[str, Any], weather: Weather) -> None:
    """All that stands, lies, walks and drives in a street of a town."""
    tunnel.reserve_tunnel(site)
    reserve_masts(site)
    reserve_lot(site, placing["road.district"])
    build_houses(site, placing["road.district"])
    furnish_ring(site)
    furnish(site, placing["road.district"], placing["objects.furniture.density"])
    presence.ensure(site, placing)
    run_trams(site)
    vehicles, mix = int(placing["objects.vehicle.count"]), mixed(DRIVING_MIX, placing, DRIVING_WEIGHTS)
    vehicles -= circulate(site, vehicles, mix)
    drive(site, vehicles - queue(site, round(placing[QUEUED] * vehicles), mix), mix)
    parked = mixed(PARKED_MIX, placing, PARKED_WEIGHTS)
    park(site, placing["objects.parked.share"], parked)
    fill_lot(site, placing["objects.parked.share"], parked)
    # Where they have a lane more of them ride (our estimate).
    cycle(site, int(placing["objects.cyclist.count"]) * (1 if placing[CYCLE_LANE] == "none" else 2))
    walk(site, int(placing["objects.pedestrian.count"]), placing[GROUPED])
    cross_arms(site, round(0.4 * placing["objects.pedestrian.count"] * site.walkers))
    presence.ensure_beside(site, placing, flooded=(weather.water_level_m or 0.0) > KERB_HEIGHT_M)
    strew(site, weather)
    dress_gables(site)
    add_rarities(site, placing["objects.rarities"], weather.water_level_m or 0.0)


def _headlights(values: Mapping[str, Any], weather: Weather, rng: Rng) -> bool:
    """On in the dark, for a tunnel and where the weather hides the road; else in a third of the scenes."""
    dark = values["lighting.sun_elevation_deg"] < HEADLIGHTS_ON_DEG
    return bool(dark or weather.headlights_on or rng.random() < 0.35 or values["road.tunnel"])


def _circuits(light: Light) -> dict[Circuit, float]:
    return {
        "mains": 0.0 if light.blackout else 1.0,
        "dusk": 1.0 if light.street_lamps_on else 0.0,
        "tunnel": tunnel.lit_share(light),
    }


STREET = Scenario(
    name="street",
    summary="a street of a town, or a road outside of one, seen from behind a windscreen",
    space=Space(PARAMETERS, RULES, DIMENSIONS),
    compose=compose,
    impossible=(
        lenses.FOLDED,
        lenses.FOLDED_MATRIX,
        above_water.UNDER_WATER,
        *whom.IMPOSSIBLE,
        *roundabouts.IMPOSSIBLE,
    ),
    has_carrier=True,
    families=("animals", "buildings", "debris", "furniture", "people", "vegetation", "vehicles"),
    grounds=(Street, OpenRoad, SharedStreet, LotStreet, RoundaboutStreet),
    animate=set_in_motion,
    scenery=(
        "road",
        "sidewalk",
        "lane marking",
        "crosswalk",
        "parking",
        "curb",
        "terrain",
        "tunnel",
        "sky",
        "water",
        "tornado",
        "bike lane",
        "wire",
    ),
)
