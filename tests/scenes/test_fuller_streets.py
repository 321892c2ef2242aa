"""Who waits before red lights, who stands together, and how far apart those drive who drive."""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import pairwise

import numpy as np
import pytest

from longtail.annotate.errors import ConfigError
from longtail.scenes.assets import catalogue
from longtail.scenes.composing import scene_of
from longtail.scenes.config.loading import load
from longtail.scenes.moment import scene_at
from longtail.scenes.scenarios.street.moving.drivers import line_station_m, road_of
from longtail.scenes.scenarios.street.road import Road
from longtail.scenes.scene import Placed, Scene
from tests.scenes.streets import street_of

ASSETS = catalogue(packs=False)
VEHICLES = {"car", "van", "truck", "bus", "tram"}
BUSY = (
    "assets.packs=false",
    "road.junction=true",
    "road.roundabout=none",
    "road.tunnel=false",
    "objects.vehicle.count=14",
)
SCENES = 14


def scenes(*changes: str, count: int = SCENES, seed: int = 3) -> list[Scene]:
    config = load("street", [*BUSY, *changes], seed=seed)
    return [scene_of(config, index, ASSETS) for index in range(count)]


def red(scene: Scene) -> bool:
    lights = [item for item in scene.objects if ASSETS[item.asset].phase and road_of(item, street_of(scene)) == "main"]
    return bool(lights) and all(ASSETS[item.asset].phase == "red" for item in lights)


def queued(scene: Scene) -> dict[int, list[tuple[float, Placed]]]:
    """Who waits on the main street: by direction, each with the way from its front to the line."""
    street, found = street_of(scene), defaultdict(list)
    for item in scene.objects:
        s, t = (float(v) for v in street.course.beside((item.x_m, item.y_m)))
        turned = math.cos(item.heading_rad - float(street.course.heading_at(s)))
        if item.attributes.get("state") == "waiting" and abs(turned) > 0.9:
            direction = 1 if turned > 0 else -1
            assert street.right_edge_m < t < 0 if direction == 1 else 0 < t < street.left_edge_m
            front = s + direction * ASSETS[item.asset].size_m[0] / 2
            found[direction].append((direction * (line_station_m(street, direction) - front), item))
    return found


def test_queues_stand_before_red_lights_and_nowhere_else() -> None:
    made = scenes("objects.vehicle.queued=0.9")
    held = [scene for scene in made if red(scene)]
    assert 0 < len(held) < len(made)
    for scene in made:
        waiting = queued(scene)
        assert bool(waiting) == red(scene)
        for ways in waiting.values():
            assert min(way for way, _ in ways) >= 0.19
            assert all(item.attributes["speed_m_s"] == 0.0 for _, item in ways)
    # The first of one queue at least is at its line.
    assert all(min(way for ways in queued(scene).values() for way, _ in ways) < 1.3 for scene in held)


def test_queues_drive_on_when_it_is_green() -> None:
    """In 30 s every program has shown the main street green; the first of a queue has left its line by then."""
    changes = ("objects.vehicle.queued=0.9", "lighting.blackout=false", "clip={frames: 4, rate_hz: 0.1}")
    config = load("street", [*BUSY, *changes], seed=3)
    made = (scene_of(config, index, ASSETS) for index in range(0, 80, 4))
    scene = next(scene for scene in made if red(scene) and len(queued(scene)) == 2)
    later = scene_at(scene, 30.0)
    for ways in queued(scene).values():
        _, first = min(ways, key=lambda pair: pair[0])
        now = later.objects[scene.objects.index(first)]
        assert first.attributes["speed_m_s"] == 0.0
        assert math.dist((first.x_m, first.y_m), (now.x_m, now.y_m)) > 3.0


def test_who_waits_is_one_of_those_that_were_asked_for() -> None:
    """No more vehicles are on the lanes than `objects.vehicle.count`, however many of them wait."""
    for share in ("0", "1"):
        for scene in scenes(f"objects.vehicle.queued={share}", "objects.presence.bus=none", count=4):
            street = street_of(scene)
            on_lanes = [
                item
                for item in scene.objects
                if ASSETS[item.asset].category in VEHICLES and item.attributes["state"] in ("driving", "waiting")
                and street.right_edge_m < float(street.course.beside((item.x_m, item.y_m))[1]) < street.left_edge_m
            ]  # fmt: skip
            assert len(on_lanes) <= 14
            assert share == "1" or not queued(scene)


def test_who_drives_on_a_lane_keeps_a_distance() -> None:
    for scene in scenes("road.junction=false", "objects.vehicle.count=40", count=4):
        street: Road = street_of(scene)
        forward, oncoming = street.lane_centres_m()
        by_lane = defaultdict(list)
        for item in scene.objects:
            if ASSETS[item.asset].category in VEHICLES and item.attributes.get("state") == "driving":
                s, t = (float(v) for v in street.course.beside((item.x_m, item.y_m)))
                lane = min((*forward, *oncoming), key=lambda middle: abs(middle - t))
                half = ASSETS[item.asset].size_m[0] / 2
                by_lane[lane].append((s - half, s + half))
        assert by_lane
        for spans in by_lane.values():
            spans.sort()
            # In a bend a box and the course differ by a little.
            assert all(low - high > 2.5 for (_, high), (low, _) in pairwise(spans))


def test_groups_stand_together_on_the_pavement() -> None:
    people = ("objects.pedestrian.count=30", "weather=clear", "objects.rarities=0")
    alone, together = (scenes(*people, f"objects.pedestrian.grouped={share}", count=5) for share in ("0", "0.9"))

    def near(made: list[Scene]) -> float:
        """The share of those who stand with two others within 2.5 m."""
        found = []
        for scene in made:
            stood = [item for item in scene.objects if item.attributes.get("state") == "standing"]
            places = np.array([(i.x_m, i.y_m) for i in stood if ASSETS[i.asset].category == "person"]).reshape(-1, 2)
            apart = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
            found += ((apart < 2.5).sum(axis=1) >= 3).tolist()
        return float(np.mean(found))

    assert near(alone) < 0.2
    assert near(together) > 0.7


def test_a_share_is_a_share() -> None:
    for path in ("objects.vehicle.queued", "objects.pedestrian.grouped"):
        with pytest.raises(ConfigError, match=f"{path}.*0..1"):
            load("street", [f"{path}=1.5"])
