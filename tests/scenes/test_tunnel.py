"""Streets that run through a hill: what is in the tunnel, what is not, and where the portals stand."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from longtail.scenes.assets import catalogue
from longtail.scenes.composing import scene_of
from longtail.scenes.config.loading import load
from longtail.scenes.drawing.sampling import draw
from longtail.scenes.scenarios.street.surfaces import surfaces
from longtail.scenes.scenarios.street.tunnel import tunnel_lamps, tunnel_meshes
from longtail.scenes.scene import Scene
from tests.scenes.streets import beam_of, street_of

ASSETS = catalogue(packs=False)
INSIDE = {"car", "van", "truck", "bus", "motorcycle", "bicycle", "rider"}


@pytest.fixture(scope="module")
def streets() -> list[Scene]:
    config = load("street", ["assets.packs=false", "road.tunnel=true", "weather=clear"], seed=5)
    return [scene_of(config, i, ASSETS) for i in range(30)]


def test_only_traffic_is_in_the_tunnel(streets: list[Scene]) -> None:
    for scene in streets:
        street = street_of(scene)
        tunnel = street.tunnel
        assert tunnel is not None
        bore = street.course.strip(tunnel.s0_m, tunnel.s1_m, -45.0, 45.0)
        for item in scene.objects:
            if bore.contains(shapely.Point(item.x_m, item.y_m)):
                assert ASSETS[item.asset].category in INSIDE, item.asset
                assert item.attributes.get("state") in ("driving", "waiting", "riding", "ridden")


def test_portals_keep_clear_of_junctions_and_crossings(streets: list[Scene]) -> None:
    for scene in streets:
        street = street_of(scene)
        tunnel = street.tunnel
        assert tunnel is not None
        assert tunnel.s1_m - tunnel.s0_m > 30
        assert not any(tunnel.covers(s, 5.0) for s in street.crossings_m)
        for end in (tunnel.s0_m, tunnel.s1_m):
            assert street.clear_of_junction(end, 8.0)
        if street.junction is not None:
            assert not tunnel.covers(street.junction.s_m)


def test_the_bore_is_open(streets: list[Scene]) -> None:
    """No part of the lining, the portals or the hill stands in the carriageway lower than 4.5 m."""
    for scene in streets[:6]:
        street = street_of(scene)
        tunnel = street.tunnel
        assert tunnel is not None
        road = street.course.strip(tunnel.s0_m - 1, tunnel.s1_m + 1, street.right_edge_m, street.left_edge_m)
        for mesh in tunnel_meshes(street).values():
            low = mesh.vertices_m[mesh.vertices_m[:, 2] < 4.5]
            assert not shapely.contains_xy(road, low[:, 0], low[:, 1]).any()
        assert {"tunnel", "terrain"} <= {piece.category for piece in surfaces(street)}


def test_lamps_hang_inside(streets: list[Scene]) -> None:
    for scene in streets:
        street = street_of(scene)
        tunnel = street.tunnel
        assert tunnel is not None
        bore = street.course.strip(tunnel.s0_m, tunnel.s1_m, -30.0, 30.0)
        lamps = tunnel_lamps(street)
        assert len(lamps) >= 6
        assert all(bore.contains(shapely.Point(lamp.position_m[:2])) and lamp.position_m[2] > 4.5 for lamp in lamps)


def test_headlights_are_on(streets: list[Scene]) -> None:
    for scene in streets:
        assert beam_of(scene) == ("main" if scene.parameters.get("lighting.high_beam") else "dipped")


def test_a_few_streets_have_one() -> None:
    config = load("street", ["assets.packs=false"], seed=5)
    share = np.mean([bool(draw(config.asked, i).values["road.tunnel"]) for i in range(3000)])
    assert 0.005 < share < 0.035
    for index in range(2000):
        values = draw(config.asked, index).values
        if values["road.tunnel"]:
            assert not set(str(values["weather"]).split("+")) & {"rain", "snow", "snow_cover", "hail", "flood"}
