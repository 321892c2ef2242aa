"""The tornado: its parameters, where it stands, and the shape of its funnel, dust and debris."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longtail.scenes.weather.tornado import Tornado
from longtail.scenes.weather.tornado_shape import (
    DEBRIS,
    DUST,
    FUNNEL,
    Axis,
    dust_size_m,
    funnel_radius_m,
    tip_height_m,
    tornado_mesh,
)

SAMPLE = Tornado(
    distance_m=1200.0,
    azimuth_deg=5.0,
    width_m=80.0,
    cloud_base_m=800.0,
    lean_deg=10.0,
    lean_towards_deg=90.0,
    sinuosity=0.5,
    swirl=0.6,
    condensed=1.1,
    dust=0.6,
    redness=0.4,
    visibility_m=12_000.0,
)

tornadoes = st.builds(
    Tornado,
    distance_m=st.floats(150, 3000),
    azimuth_deg=st.floats(-35, 35),
    width_m=st.floats(5, 1500),
    cloud_base_m=st.floats(200, 2500),
    lean_deg=st.floats(0, 60),
    lean_towards_deg=st.floats(-180, 180),
    sinuosity=st.floats(0, 1),
    swirl=st.floats(0, 5),
    condensed=st.floats(0.2, 1.5),
    dust=st.floats(0, 1),
    redness=st.floats(0, 1),
    visibility_m=st.floats(500, 30_000),
)


def test_every_parameter_fills_its_field() -> None:
    values = {parameter.path: float(number) for number, parameter in enumerate(Tornado.PARAMETERS, start=1)}
    drawn = Tornado.drawn(values)
    assert drawn.distance_m == values["weather.tornado.distance_m"]
    assert drawn.visibility_m == values["weather.tornado.visibility_m"]
    assert len({*vars(drawn).values()}) == len(Tornado.PARAMETERS)


def test_it_stands_where_its_distance_and_azimuth_say() -> None:
    """90 degrees to the left of a street that heads along +Y is -X."""
    x, y = replace(SAMPLE, distance_m=500.0, azimuth_deg=90.0).turned(math.pi / 2).foot_m((10.0, 20.0))
    assert (x, y) == pytest.approx((-490.0, 20.0))


def test_only_equal_tornadoes_share_their_small_scale_shape() -> None:
    assert replace(SAMPLE).seed == SAMPLE.seed
    assert replace(SAMPLE, width_m=80.5).seed != SAMPLE.seed


def test_the_haze_below_the_storm_has_the_range_that_it_states() -> None:
    (layer,) = SAMPLE.air
    assert math.exp(-layer.extinction_1_m * SAMPLE.visibility_m) == pytest.approx(0.05)
    assert layer.top_m == SAMPLE.cloud_base_m


@given(tornadoes)
def test_a_funnel_has_its_width_at_the_ground_and_widens_into_the_cloud(tornado: Tornado) -> None:
    heights = np.linspace(0, tornado.cloud_base_m, 50)
    radii = funnel_radius_m(tornado, heights)
    assert (np.diff(radii) >= -1e-9).all()
    touches = tornado.condensed >= 1
    assert radii[0] == pytest.approx(tornado.width_m / 2 if touches else 0.0)
    assert (radii[heights < tip_height_m(tornado)] == 0).all()


@given(tornadoes)
def test_its_dust_is_wider_than_the_funnel_and_stays_below_the_cloud(tornado: Tornado) -> None:
    radius, height = dust_size_m(tornado)
    assert radius > tornado.width_m / 2
    assert 0 < height < tornado.cloud_base_m


@given(tornadoes)
def test_its_axis_starts_at_the_foot_and_leans_as_stated(tornado: Tornado) -> None:
    straight = Axis.of(replace(tornado, sinuosity=0.0))
    foot, top = straight.at([0.0, tornado.cloud_base_m])
    assert foot == pytest.approx([0.0, 0.0], abs=1e-9)
    assert np.hypot(*top) == pytest.approx(tornado.cloud_base_m * math.tan(math.radians(tornado.lean_deg)), abs=1e-6)
    assert Axis.of(tornado).at([0.0])[0] == pytest.approx([0.0, 0.0], abs=1e-9)


@settings(max_examples=8, deadline=None)
@given(tornadoes)
def test_its_mesh_is_sound(tornado: Tornado) -> None:
    mesh = tornado_mesh(tornado, np.random.default_rng(1))
    assert mesh.materials == (FUNNEL, DUST, DEBRIS)
    assert np.isfinite(mesh.vertices_m).all()
    low, high = mesh.bounds_m
    assert low[2] > -5
    assert high[2] >= tornado.cloud_base_m * 0.999
    assert mesh.triangles.max() < len(mesh.vertices_m)
    assert mesh.uv is not None
    assert np.isfinite(mesh.uv).all()


def test_its_funnel_faces_outwards() -> None:
    mesh = tornado_mesh(replace(SAMPLE, sinuosity=0.0, lean_deg=0.0), np.random.default_rng(1))
    funnel = mesh.vertices_m[mesh.triangles[mesh.slots == 0]].astype(float)
    normals = np.cross(funnel[:, 1] - funnel[:, 0], funnel[:, 2] - funnel[:, 0])
    outwards = funnel.mean(axis=1) * (1, 1, 0)
    assert (np.einsum("ij,ij->i", normals, outwards) > 0).mean() > 0.99


def test_the_same_generator_makes_the_same_mesh() -> None:
    one, other = (tornado_mesh(SAMPLE, np.random.default_rng(9)).vertices_m for _ in range(2))
    assert np.array_equal(one, other)
    assert not np.array_equal(one, tornado_mesh(SAMPLE, np.random.default_rng(10)).vertices_m)
