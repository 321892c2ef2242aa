"""Headlight beams on a wall, and moonlight on a grey card."""

from __future__ import annotations

import math

import bpy
import numpy as np
import pytest

from longtail.annotate.camera import Camera
from longtail.render.blender.session import Session
from longtail.scenes.assets.asset import Lamp
from longtail.scenes.atmosphere.light import Light
from longtail.scenes.atmosphere.moon import Moon
from longtail.scenes.blender.lamps import Lamplight
from longtail.scenes.blender.light import build_light
from longtail.scenes.blender.shader_inputs import ShaderInputs
from longtail.scenes.geometry.materials import Asphalt, Principled, RoadPaint
from longtail.scenes.geometry.solids import box
from longtail.scenes.lamps.headlamps import dipped_cd
from longtail.scenes.lamps.kinds import ALL_SIDES_DEG, LampKind
from tests.blender.stage import at, darkened, expose, headlights, looking_along_x
from tests.blender.stage import session as new_session

pytestmark = pytest.mark.blender

LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
MATT = Principled((0.5, 0.5, 0.5), roughness=1.0)
WALL_M = 12.0
LAMP_M, ASIDE_M, HEIGHT_M = 1.9 + 0.12, 0.62, 0.66


@pytest.fixture(scope="module")
def session() -> Session:
    return new_session(samples=16)


def wall(session: Session, *, high_beam: bool = False) -> tuple[Camera, np.ndarray]:  # type: ignore[type-arg]
    def beams(scene: bpy.types.Scene) -> None:
        darkened(scene)
        headlights(scene, "main" if high_beam else "dipped")

    camera = looking_along_x(160, 80, 40.0, height_m=HEIGHT_M)
    shown = expose(session, camera, [("wall", "wall", box((0.02, 40, 40), MATT), at(WALL_M + 0.01))], beams)
    return camera, shown.radiance @ LUMINANCE


def luminance(image: np.ndarray, right_deg: float, up_deg: float) -> float:  # type: ignore[type-arg]
    """Mean around the pixel that shows the wall in a direction as seen from between the lamps."""
    focal = 80 / math.tan(math.radians(20))
    reach = (WALL_M - LAMP_M) / WALL_M
    column = 80 + focal * reach * math.tan(math.radians(right_deg))
    row = 40 - focal * reach * math.tan(math.radians(up_deg))
    return float(image[int(row) - 1 : int(row) + 2, int(column) - 1 : int(column) + 2].mean())


def test_the_wall_is_dark_above_the_cut_off_and_bright_below(session: Session) -> None:
    _, image = wall(session)
    for right in (-4.0, -8.0):
        assert luminance(image, right, -1.8) > 5 * luminance(image, right, 0.9)
    # The beam rises to the right: there the wall is lit where it is dark on the left.
    assert luminance(image, 6.5, 0.0) > 5 * luminance(image, -6.5, 0.0)
    _, high = wall(session, high_beam=True)
    assert luminance(high, -3.0, 1.0) > 20 * luminance(image, -3.0, 1.0)


@pytest.mark.parametrize(("right", "up"), [(-9.0, -2.5), (10.0, -2.5), (0.0, -3.0)])
def test_the_wall_has_the_luminance_of_the_photometry(session: Session, right: float, up: float) -> None:
    """Lambert's law: L = albedo / pi * sum of I cos / r^2 over both lamps; a rough principled wall loses some."""
    _, image = wall(session)
    ahead = WALL_M - LAMP_M
    aside, high = ahead * math.tan(math.radians(right)), ahead * math.tan(math.radians(up))
    lux = 0.0
    for side in (-ASIDE_M, ASIDE_M):
        r, u = (math.degrees(math.atan2(v, ahead)) for v in (aside - side, high))
        far = math.sqrt(ahead**2 + (aside - side) ** 2 + high**2)
        lux += float(dipped_cd(r, u)) * ahead / far**3
    assert luminance(image, right, up) * 1000 == pytest.approx(0.5 / math.pi * lux, rel=0.15)


def road_mcd_m2_lx(session: Session, wetness: float) -> tuple[float, float]:
    """What asphalt and paint return at 30 m of the light of one's own dipped beams, for each lux across them."""
    camera = looking_along_x(160, 80, 12.0, height_m=1.2)
    halves = [
        ("road", "road", box((200, 20, 0.02), Asphalt(0.5)), at(0.0, 10.0)),
        ("line", "lane marking", box((200, 20, 0.02), RoadPaint(wear=0.1)), at(0.0, -10.0)),
    ]

    def beams(scene: bpy.types.Scene) -> None:
        darkened(scene)
        headlights(scene)

    image = expose(session, camera, halves, beams, inputs=ShaderInputs(wetness=wetness)).radiance @ LUMINANCE * 1e6
    row = int(40 + 80 / math.tan(math.radians(6)) * (1.2 - 0.01) / 30)
    ahead, down = 30 - LAMP_M, -math.degrees(math.atan2(HEIGHT_M, 30 - LAMP_M))
    found = []
    for right, columns in ((-0.4, slice(66, 76)), (0.4, slice(85, 95))):
        lux = 2 * float(dipped_cd(right, down)) / ahead**2
        found.append(float(image[row - 1 : row + 2, columns].mean()) / lux)
    return found[0], found[1]


def test_roads_return_light_to_who_drives(session: Session) -> None:
    """Dry roads are lit by one's own beams as far as these reach: asphalt returns some mcd/m2 for each lux, paint more
    than class R1 of EN 1436 asks of worn paint (80, from memory), both far less under water."""
    asphalt, paint = road_mcd_m2_lx(session, 0.0)
    assert 3 < asphalt < 30
    assert 50 < paint < 300
    under_water = road_mcd_m2_lx(session, 1.0)
    assert under_water[0] < asphalt / 5
    assert under_water[1] < paint / 3


def test_a_bare_bulb_shines_to_all_sides_alike(session: Session) -> None:
    """A wall at 3 m has I / 9 lux before it and behind it, wherever the lamp is said to aim."""
    bulb = LampKind("bulb", kcd=0.9, cone_deg=ALL_SIDES_DEG, radius_m=0.02)
    for aim in ((1.0, 0.0, 0.0), (-1.0, 0.0, 0.0)):

        def lit(scene: bpy.types.Scene, aim: tuple[float, float, float] = aim) -> None:
            darkened(scene)
            Lamplight(scene, {}).add([Lamp(bulb, (0.0, 0.0, 0.0), aim)], np.eye(4), "ground")

        shown = expose(
            session, looking_along_x(16, 12, 4.0), [("wall", "wall", box((0.02, 40, 40), MATT), at(3.01))], lit
        )
        assert float((shown.radiance @ LUMINANCE).mean()) * 1000 * math.pi / 0.5 == pytest.approx(100.0, rel=0.06)


def test_moonlight_on_a_grey_card(session: Session) -> None:
    """A level matt card under moon and night sky has the luminance albedo * lux / pi."""
    light = Light(-30.0, 0.0, 0.0, 0.2, 0.0, moon=Moon(55.0, 40.0, 1.0), skyglow=0.0)
    camera = looking_along_x(32, 24, 30.0, height_m=1.0)

    def night(scene: bpy.types.Scene) -> None:
        build_light(scene, light)

    card = box((200, 200, 0.02), MATT)
    shown = expose(session, camera, [("card", "road", card, at(0.0))], night)
    below = float((shown.radiance[-4:] @ LUMINANCE).mean()) * 1000
    assert below == pytest.approx(0.5 / math.pi * light.horizontal_lux, rel=0.12)
