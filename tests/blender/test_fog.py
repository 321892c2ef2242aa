"""Fog against Koschmieder's law, and the labels against fog."""

from __future__ import annotations

import math

import bpy
import numpy as np
import pytest

from longtail.render.blender.session import Session
from longtail.scenes.atmosphere.airlight import airlight
from longtail.scenes.atmosphere.light import Light
from longtail.scenes.blender.haze import build_haze
from longtail.scenes.geometry.materials import Principled
from longtail.scenes.geometry.solids import box
from longtail.scenes.weather import Fog
from tests.blender.stage import at, expose, looking_along_x
from tests.blender.stage import session as new_session

pytestmark = pytest.mark.blender

LIGHT = Light(30.0, 0.0, cloud_cover=1.0, haze=0.3, exposure_ev=0.0)
BLACK = Principled((0.0, 0.0, 0.0), roughness=1.0)


@pytest.fixture(scope="module")
def session() -> Session:
    return new_session(samples=4)


@pytest.mark.parametrize("visibility_m", [60.0, 400.0])
@pytest.mark.parametrize("distance_m", [10.0, 30.0, 60.0])
def test_a_black_plate_takes_the_airlight_of_its_distance(
    session: Session, visibility_m: float, distance_m: float
) -> None:
    def fog(scene: bpy.types.Scene) -> None:
        build_haze(scene, LIGHT, Fog(visibility_m).air, (0.0, 0.0))

    camera = looking_along_x(64, 48, 20.0, height_m=1.5)
    plate = box((0.01, 40, 40), Principled((0.0, 0.0, 0.0), roughness=1.0))
    shown = expose(session, camera, [("plate", "car", plate, at(distance_m))], fog)
    middle = shown.radiance[20:28, 28:36].mean(axis=(0, 1))
    # The dielectric coat of even a black plate mirrors a few percent of the fog in front of it.
    expected = np.asarray(airlight(LIGHT)) * (1 - math.exp(-math.log(20) * distance_m / visibility_m))
    mirrored = 0.05 * np.asarray(airlight(LIGHT))
    assert (middle > expected * 0.97).all()
    assert (middle < expected * 1.05 + mirrored).all()


def test_fog_changes_no_label(session: Session) -> None:
    camera = looking_along_x(64, 48, 40.0, height_m=1.5)
    things = [("plate", "car", box((0.5, 3, 3), BLACK), at(30.0))]

    def fog(scene: bpy.types.Scene) -> None:
        build_haze(scene, LIGHT, Fog(25.0).air, (0.0, 0.0))

    clear, foggy = expose(session, camera, things), expose(session, camera, things, fog)
    np.testing.assert_array_equal(foggy.object_ids, clear.object_ids)
    np.testing.assert_array_equal(foggy.depth_m, clear.depth_m)
