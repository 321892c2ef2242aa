"""Light panels and windows: what they give to what stands before them, and that they shine once."""

from __future__ import annotations

import math

import bpy
import numpy as np
import pytest

from longtail.render.blender.session import Session
from longtail.scenes.assets.asset import Lamp
from longtail.scenes.blender.lamps import Lamplight
from longtail.scenes.geometry.materials import LampGlass, Principled
from longtail.scenes.geometry.solids import box
from longtail.scenes.lamps.kinds import panel
from tests.blender.stage import at, darkened, expose, looking_along_x
from tests.blender.stage import session as new_session

pytestmark = pytest.mark.blender

WALL_M, ALBEDO = 3.0, 0.8
# On a wall at 3 m, by the law of the inverse square, 100 lx.
KIND = panel("window", (1.0, 1.0, 1.0), 0.9, (0.2, 0.1))


@pytest.fixture(scope="module")
def session() -> Session:
    return new_session(samples=64)


@pytest.mark.parametrize("glass", [False, True])
def test_a_panel_lights_a_wall_by_its_intensity_with_or_without_its_glass(session: Session, glass: bool) -> None:
    def lit(scene: bpy.types.Scene) -> None:
        darkened(scene)
        Lamplight(scene, {}).add([Lamp(KIND, (0.0, 0.0, 0.0), (1.0, 0.0, 0.0))], np.eye(4), "ground")

    # The camera looks through the panel, which it does not see, at the wall.
    things = [("wall", "wall", box((0.02, 40, 40), Principled((ALBEDO,) * 3, roughness=1.0)), at(WALL_M + 0.01))]
    if glass:
        pane = box((0.001, 0.2, 0.1), LampGlass(KIND, (1.0, 1.0, 1.0)), (0.0, 0.0, 0.0))
        things.append(("window", "wall", pane, at(-0.5)))
    shown = expose(session, looking_along_x(16, 12, 4.0), things, lit)
    lux = 1000 * float(shown.radiance.mean()) * math.pi / ALBEDO
    assert lux == pytest.approx(100.0, rel=0.06)
