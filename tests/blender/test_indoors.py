"""A scene without street, sky, weather and carrier: a floor under a lamp, through the whole way to the picture."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from longtail.annotate.camera import Pinhole
from longtail.render.blender.cycles import least_light
from longtail.render.picture.photograph import photograph
from longtail.render.view.exposing import expose
from longtail.scenes.assets.asset import Lamp
from longtail.scenes.atmosphere.light import Light
from longtail.scenes.camera.looking import looking
from longtail.scenes.camera.sensor import Sensor
from longtail.scenes.drawing.chance import Chance
from longtail.scenes.drawing.plan import FIRST
from longtail.scenes.geometry.materials import Principled
from longtail.scenes.geometry.solids import box
from longtail.scenes.geometry.surface import Surface
from longtail.scenes.lamps.kinds import panel
from longtail.scenes.scene import Ground, Scene
from tests.blender.stage import session as new_session

pytestmark = pytest.mark.blender

# 100 lx on the floor, by the law of the inverse square.
KCD, HEIGHT_M, ALBEDO = 0.4, 2.0, 0.5


@dataclass(frozen=True)
class Floor(Ground):
    """A floor, and a light panel over its middle."""

    kcd: float = KCD

    kind: ClassVar[str] = "floor"

    def pieces(self) -> tuple[Surface, ...]:
        return (Surface("floor", "terrain", box((8, 8, 0.1), Principled((ALBEDO,) * 3, 1.0), (0, 0, -0.05))),)

    def lamps(self) -> tuple[Lamp, ...]:
        return (Lamp(panel("ceiling", (1.0, 1.0, 1.0), self.kcd, (0.2, 0.2)), (0.0, 0.0, HEIGHT_M), (0.0, 0.0, -1.0)),)


# Straight down.
CAMERA = looking(Pinhole.from_fov(64, 48, 20.0), (0.0, 0.0, 1.2), 0.0, pitch_deg=-90.0)


def room(lux: float) -> Scene:
    return Scene(
        number=0,
        parameters={},
        ground=Floor(KCD * lux / 100),
        cameras={"above": CAMERA},
        light=Light.drawn({}, (1.0, 1.0, 1.0), (1.0, 1.0, 1.0)),
        indoor_lux=lux,
        sensor=Sensor(metering="average"),
    )


def test_a_room_with_one_lamp() -> None:
    camera, scene = CAMERA, room(100.0)
    assert scene.condition == "indoors"
    exposed = expose(new_session(samples=64), scene, camera, {}, noise_seed=1)
    assert (exposed.object_ids == 1).all()
    np.testing.assert_allclose(exposed.depth_m, 1.2, rtol=1e-3)
    lux = 1000 * float(exposed.radiance[20:28, 28:36].mean()) * math.pi / ALBEDO
    assert lux == pytest.approx(100.0, rel=0.1)
    taken = photograph(exposed, scene, Chance(0, FIRST))
    assert taken.rgb.mean() > 60
    assert taken.transmission.min() > 0.99


def test_a_dim_lamp_leaves_no_more_grain_than_a_bright_one() -> None:
    """What Cycles skips at random it counts for more elsewhere: by its own threshold pixels of four samples varied at
    1 lx by 3.9 times their mean."""
    renderer = new_session(samples=4)
    middle = expose(renderer, room(1.0), CAMERA, {}, noise_seed=1).radiance[20:28, 28:36].mean(axis=-1)
    assert 1000 * middle.mean() * math.pi / ALBEDO == pytest.approx(1.0, rel=0.1)
    assert middle.std() < 0.1 * middle.mean()
    assert [least_light(lux) for lux in (0.0, 1e5)] == [0.0, 0.01]
