"""Light panels and windows: what they give to what stands before them, and that they shine once."""

from __future__ import annotations

import math
from dataclasses import replace

import bpy
import numpy as np
import pytest
from numpy.typing import NDArray

from longtail.annotate.camera.transform import Transform
from longtail.render.blender.session import Session
from longtail.scenes.assets.asset import Lamp
from longtail.scenes.blender.lamps import Lamplight
from longtail.scenes.blender.shader_inputs import ShaderInputs
from longtail.scenes.blender.sources import tell_glass
from longtail.scenes.geometry.interior_materials import Glow
from longtail.scenes.geometry.materials import LampGlass, Principled, WindowPane
from longtail.scenes.geometry.mesh import Mesh
from longtail.scenes.geometry.solids import box
from longtail.scenes.lamps.kinds import LampKind, panel
from tests.blender.stage import at, darkened, expose, looking_along_x
from tests.blender.stage import session as new_session

pytestmark = pytest.mark.blender

WALL_M, ALBEDO = 3.0, 0.8
# On a wall at 3 m, by the law of the inverse square, 100 lx.
KIND = panel("window", (1.0, 1.0, 1.0), 0.9, (0.2, 0.1))
ROUND = panel("round", (1.0, 1.0, 1.0), 0.9, (0.2, 0.2), is_round=True)
SPOT = LampKind("street", kcd=0.9, cone_deg=140.0, glass_kcd_m2=12.0)
GLASS_KCD_M2 = 1.0
LARGE = panel("panel", (1.0, 1.0, 1.0), 4 * GLASS_KCD_M2, (2.0, 2.0))

Pixels = NDArray[np.float32]


@pytest.fixture(scope="module")
def session() -> Session:
    return new_session(samples=64)


@pytest.mark.parametrize(
    ("kind", "glass"),
    [(KIND, None), (KIND, (0.2, 0.1)), (ROUND, None), (SPOT, (0.5, 0.5))],
    ids=["its light alone", "with its glass", "a round one", "a street lamp with its glass"],
)
def test_a_lamp_lights_a_wall_by_its_intensity_with_or_without_its_glass(
    session: Session, kind: LampKind, glass: tuple[float, float] | None
) -> None:
    def lit(scene: bpy.types.Scene) -> None:
        shine(scene, Lamp(kind, (-kind.clear_m, 0.0, 0.0), (1.0, 0.0, 0.0)))

    # The camera looks through the lamp, which it does not see, at the wall.
    things = [("wall", "wall", box((0.02, 40, 40), Principled((ALBEDO,) * 3, roughness=1.0)), at(WALL_M + 0.01))]
    if glass:
        pane = box((0.001, *glass), LampGlass(kind, (1.0, 1.0, 1.0)), (0.0, 0.0, 0.0))
        things.append(("window", "wall", pane, at(-0.5)))
    shown = expose(session, looking_along_x(16, 12, 4.0), things, lit)
    lux = 1000 * float(shown.radiance.mean()) * math.pi / ALBEDO
    assert lux == pytest.approx(100.0, rel=0.06)


def test_a_street_lamp_without_a_source_lights_a_wall_by_its_glass(session: Session) -> None:
    """By Lambert's law: a square of 1 m of 0.9 kcd/m2 gives 100 lx at 3 m, a little less as it is not small."""
    kind = replace(SPOT, glass_kcd_m2=0.9)
    things = [
        ("wall", "wall", box((0.02, 40, 40), Principled((ALBEDO,) * 3, roughness=1.0)), at(WALL_M + 0.01)),
        ("lamp", "wall", box((0.001, 1.0, 1.0), LampGlass(kind, (1.0, 1.0, 1.0), (0.0, 0.0, 0.0))), at(-0.001)),
    ]
    shown = expose(session, looking_along_x(16, 12, 4.0), things, darkened)
    y, z = np.meshgrid(*[(np.arange(50) + 0.5) / 50 - 0.5] * 2)
    expected = 900.0 * float((WALL_M**2 / (WALL_M**2 + y**2 + z**2) ** 2).mean())
    assert 1000 * float(shown.radiance.mean()) * math.pi / ALBEDO == pytest.approx(expected, rel=0.15)


def shine(scene: bpy.types.Scene, lamp: Lamp) -> None:
    """The lamp's source alone lights the stage, and all glass knows of it."""
    darkened(scene)
    Lamplight(scene, {}).add([lamp], np.eye(4), "ground")
    for item in scene.collection.objects:
        tell_glass(item, [lamp])


def metal(roughness: float) -> Principled:
    return Principled((ALBEDO,) * 3, roughness=roughness, metallic=1.0)


def board(
    session: Session,
    surface: Principled,
    kind: LampKind = LARGE,
    *,
    shown: bool = False,
    fov_deg: float = 4.0,
    size_px: tuple[int, int] = (16, 12),
) -> Pixels:
    """Radiance (height, width, 3) of a board at 3 m, lit from behind the camera, with `LARGE`'s glass if `shown`."""

    def lit(scene: bpy.types.Scene) -> None:
        shine(scene, Lamp(kind, (-1.0, 0.0, 0.0), (1.0, 0.0, 0.0)))

    things = [("wall", "wall", box((0.02, 40, 40), surface), at(WALL_M + 0.01))]
    if shown:
        # Its tint, which is how bright it is, is white.
        things.append(("panel", "wall", box((0.001, 2.0, 2.0), Glow(), (0.0, 0.0, 0.0)), at(-1.001)))
    return expose(session, looking_along_x(*size_px, fov_deg), things, lit).radiance


@pytest.mark.parametrize("shown", [False, True], ids=["its light alone", "with its glass"])
@pytest.mark.parametrize("roughness", [0.05, 0.1])
def test_glossy_surfaces_show_a_panel_once(session: Session, roughness: float, shown: bool) -> None:
    """A metal's mirror image of it is as bright as its glass, times what the metal reflects."""
    assert float(board(session, metal(roughness), shown=shown).mean()) == pytest.approx(ALBEDO * GLASS_KCD_M2, rel=0.03)


def test_glossy_surfaces_show_a_round_panel_round(session: Session) -> None:
    """As bright as its glass where it is, and dark where only a rectangle would reach."""
    large = panel("round", (1.0, 1.0, 1.0), GLASS_KCD_M2 * math.pi, (2.0, 2.0), is_round=True)
    assert large.glass_kcd_m2 == pytest.approx(GLASS_KCD_M2)
    # The mirror image of the panel, 1 m behind the camera and 3 m before the board, is 7 m away: 8 pixels in radius.
    shown = board(session, metal(0.02), large, fov_deg=24.0, size_px=(24, 24))
    assert float(shown[11:13, 11:13].mean()) == pytest.approx(ALBEDO * GLASS_KCD_M2, rel=0.03)
    assert float(shown[11:13, 5:7].mean()) == pytest.approx(ALBEDO * GLASS_KCD_M2, rel=0.05)
    assert float(shown[4:6, 4:6].max()) < 0.05 * ALBEDO * GLASS_KCD_M2


def test_glossy_surfaces_show_glass_once_whose_source_they_do_not_mirror(session: Session) -> None:
    """As of kinds that were written before sources were mirrored, and of glass that glows without a source."""
    older = replace(LARGE, mirrored=False)
    glass = float(board(session, metal(0.05), older, shown=True).mean())
    assert glass == pytest.approx(ALBEDO * GLASS_KCD_M2, rel=0.03)


def test_glossy_surfaces_show_a_mirrored_lamp(session: Session) -> None:
    """As a disc of its radius, which has its intensity along its aim over the disc's area as luminance."""
    bulb = LampKind("bulb", kcd=GLASS_KCD_M2 * math.pi * 0.7**2, cone_deg=140.0, radius_m=0.7, mirrored=True)
    assert float(board(session, metal(0.05), bulb).mean()) == pytest.approx(ALBEDO * GLASS_KCD_M2, rel=0.05)


def test_a_satin_board_has_its_light_once_and_without_fireflies() -> None:
    """Glass that rays met by chance, on their way to what is glossy, made pixels that were ten times as light."""
    few = new_session(samples=4)
    satin = Principled((ALBEDO,) * 3, roughness=0.35)
    bare, glazed = (board(few, satin, shown=shown).mean(axis=2) for shown in (False, True))
    assert glazed.mean() == pytest.approx(bare.mean(), rel=1e-3)
    assert glazed.max() < 1.3 * glazed.mean()


@pytest.mark.parametrize("curtains", [False, True], ids=["office", "home"])
def test_a_lit_window_lights_a_wall_by_its_luminance(session: Session, curtains: bool) -> None:
    """No ray is sent to it: what light it gives is found by chance, and is all there.

    By Lambert's law a patch has albedo / pi times the illuminance, the pane's luminance times the sum of cos^2 / r^2.
    """
    lit = ShaderInputs(windows_lit=1.0, window=0.06)
    front, side = looking_along_x(16, 12, 4.0), WALL_M

    def pane(x_m: float) -> tuple[str, str, Mesh, Transform]:
        sheet = box((0.001, side, side), WindowPane(curtains=curtains), (0.0, 0.0, 0.0))
        assert sheet.uv is not None
        # A UV of 1 is a window: of many rooms the mean varies little.
        return "window", "building", replace(sheet, uv=4 * sheet.uv), at(x_m)

    # So fine that the pixels at the border, half of which the filter takes from beyond it, hardly count.
    wide = looking_along_x(96, 96, math.degrees(2 * math.atan(0.5)))
    seen = expose(session, wide, [pane(WALL_M)], darkened, inputs=lit)
    wall = "wall", "wall", box((0.02, 40, 40), Principled((ALBEDO,) * 3, roughness=1.0)), at(WALL_M + 0.01)
    lights = expose(session, front, [wall, pane(-0.01)], darkened, inputs=lit)
    dark = expose(session, front, [wall, pane(-0.01)], darkened)
    y, z = np.meshgrid(*[(np.arange(100) + 0.5) / 100 * side - side / 2] * 2)
    # cos = WALL_M / r, at the patch as at the pane.
    solid_angle = float((WALL_M**2 / (WALL_M**2 + y**2 + z**2) ** 2).sum()) * (side / 100) ** 2
    luminance = float(seen.radiance.mean())
    assert luminance > 0.003
    assert float(lights.radiance.mean()) == pytest.approx(ALBEDO / math.pi * luminance * solid_angle, rel=0.1)
    assert float(dark.radiance.max()) == 0.0
