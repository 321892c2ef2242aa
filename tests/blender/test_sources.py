"""Which glass knows that light sources do its work; what it shows then is in `test_panels`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

import bpy
import numpy as np
import pytest
from mathutils import Matrix

from longtail.annotate.camera import Pinhole
from longtail.scenes.assets import catalogue
from longtail.scenes.assets.asset import Lamp, Vector
from longtail.scenes.assets.logistics.lamps import BAY
from longtail.scenes.atmosphere.light import Light
from longtail.scenes.blender.for_eevee import suited
from longtail.scenes.blender.lamps import Lamplight
from longtail.scenes.blender.materials.lamp_glow import MIRRORED, SOURCE
from longtail.scenes.blender.scene import Built, build_scene, clear_scene
from longtail.scenes.camera.looking import looking
from longtail.scenes.geometry.interior_materials import Glow
from longtail.scenes.geometry.mesh import join
from longtail.scenes.geometry.solids import box
from longtail.scenes.geometry.surface import Surface
from longtail.scenes.lamps.kinds import panel
from longtail.scenes.scene import Ground, Placed, Scene

pytestmark = pytest.mark.blender

ASSETS = catalogue(packs=False)
DOWN = (0.0, 0.0, -1.0)
BRIGHT = panel("bright", (1.0, 1.0, 1.0), 0.4, (0.34, 0.34))
OUTSIDE = replace(BRIGHT, name="outside", mirrored=False)
STREET_LAMP = next(name for name, asset in ASSETS.items() if asset.category == "street light" and asset.lamps)


def _glass(name: str, *middles: Vector) -> Surface:
    return Surface(name, "ceiling", join(box((0.34, 0.34, 0.002), Glow(), middle) for middle in middles))


@dataclass(frozen=True)
class Ceiling(Ground):
    """Glass with its lamps, with one that surfaces do not mirror, and with none."""

    kind: ClassVar[str] = "ceiling"

    def pieces(self) -> tuple[Surface, ...]:
        return (
            _glass("lit", (0.0, 5.0, 3.0), (0.0, 7.0, 3.0)),
            _glass("lit from outside", (0.0, -5.0, 3.0)),
            _glass("dead", (5.0, 0.0, 3.0)),
        )

    def lamps(self) -> tuple[Lamp, ...]:
        bright = ((0.0, 5.0, 2.99), (0.0, 7.0, 2.99), (2.0, 2.0, 4.0))
        return (*(Lamp(BRIGHT, at, DOWN) for at in bright), Lamp(OUTSIDE, (0.0, -5.0, 2.99), DOWN))


@pytest.fixture
def built() -> Iterator[Built]:
    scene = Scene(
        number=0,
        parameters={},
        ground=Ceiling(),
        cameras={"front": looking(Pinhole.from_fov(64, 48, 60.0), (0.0, 0.0, 1.5), 0.0)},
        light=Light.drawn({}, (1.0, 1.0, 1.0), (1.0, 1.0, 1.0)),
        objects=(
            Placed(STREET_LAMP, 30.0, 0.0, 0.0, 0.0, lamps_on=True),
            Placed(STREET_LAMP, 30.0, 5.0, 0.0, 0.0),
            Placed(STREET_LAMP, 80.0, 0.0, 0.0, 0.0, lamps_on=True),
            # Turned, and its lamp is of the ground; the other is dead.
            Placed(BAY.name, 2.0, 2.0, 4.0, 1.0, lamps_on=True),
            Placed(BAY.name, 4.0, 2.0, 4.0, 1.0),
        ),
        indoor_lux=100.0,
    )
    made = build_scene(scene, ASSETS)
    yield made
    clear_scene(made)


def test_glass_knows_of_the_sources_that_were_built(built: Built) -> None:
    said = [(item.get(SOURCE, 0.0), item.get(MIRRORED, 0.0)) for item in built.shapes.values()]
    near, off, far, bay, dead_bay = said[:5]
    assert (near, off, far) == ((1, 0), (0, 0), (0, 0))
    assert (bay, dead_bay) == ((1, 1), (0, 0))
    lit, outside, dead = said[5:]
    assert (lit, outside, dead) == ((1, 1), (1, 0), (0, 0))


@pytest.mark.parametrize(
    ("lens", "lamp_m", "once"),
    [
        ("PERSP", (5.0, 0.0, 1.0), True),
        ("PERSP", (5.0, 2.95, 1.0), True),
        ("PERSP", (5.0, 3.3, 1.0), False),
        ("PERSP", (-5.0, 0.0, 1.0), False),
        ("ORTHO", (5.0, 2.1, 1.0), True),
        ("ORTHO", (5.0, 2.3, 1.0), False),
        ("ORTHO", (-5.0, 0.0, 1.0), False),
    ],
    ids=["in view", "in part", "beside it", "behind", "flat in part", "flat beside it", "flat behind"],
)
def test_eevee_mirrors_a_lamp_in_view_as_what_is_in_view(
    lens: Literal["PERSP", "ORTHO"], lamp_m: Vector, once: bool
) -> None:
    """Its image of the screen has the glass, and the source would be mirrored beside it; 60 degrees reach 2.89 m, an
    orthographic camera 2 m at any distance."""
    scene = bpy.data.scenes.new("eevee")
    camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    # Along X, upright.
    camera.matrix_world = Matrix(((0, 0, -1, 0), (-1, 0, 0, 0), (0, 1, 0, 1), (0, 0, 0, 1)))
    camera.data.angle = np.radians(60.0)
    camera.data.type, camera.data.ortho_scale = lens, 4.0
    scene.camera = camera
    scene.collection.objects.link(camera)
    ((source, _),) = Lamplight(scene, {}).add([Lamp(BRIGHT, lamp_m, (-1.0, 0.0, 0.0))], np.eye(4), "ground")
    with suited(scene):
        assert source.visible_glossy is not once
    assert source.visible_glossy
    data = source.data
    bpy.data.scenes.remove(scene)
    bpy.data.batch_remove([source, data, camera])
