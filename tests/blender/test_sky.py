"""The sky as it is rendered: under a closed layer of clouds it is graded as CIE's overcast sky is, and a panorama is
turned and stretched to show its sun where the scene has it."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from longtail.annotate.camera import Camera, Pinhole
from longtail.annotate.camera.transform import Transform
from longtail.colour import REC_709
from longtail.scenes.assets.library.description import SkySeen
from longtail.scenes.assets.library.store import Library
from longtail.scenes.atmosphere.direction import towards
from longtail.scenes.atmosphere.light import Light
from longtail.scenes.atmosphere.moon import Moon
from longtail.scenes.blender.light import build_light
from longtail.scenes.geometry.materials import Principled
from longtail.scenes.geometry.solids import box
from tests.blender.stage import at, expose
from tests.blender.stage import session as new_session
from tests.own_skies import keep_panorama

pytestmark = pytest.mark.blender

SIZE_PX = 96
LIGHT = Light(40.0, 0.0, 1.0, 0.3, 0.0)


def looking_up(heading_rad: float) -> Camera:
    """A camera that sees a quarter of a circle upwards from the horizon."""
    forward = np.array([math.cos(heading_rad), math.sin(heading_rad), 1.0]) / math.sqrt(2)
    right = np.array([math.sin(heading_rad), -math.cos(heading_rad), 0.0])
    matrix = np.eye(4)
    matrix[:3, 0], matrix[:3, 1], matrix[:3, 2] = right, np.cross(forward, right), forward
    return Camera(Pinhole.from_fov(SIZE_PX, SIZE_PX, 88.0), Transform("world", "camera", matrix))


def test_an_overcast_sky_is_three_times_as_bright_overhead_as_at_the_horizon() -> None:
    """CIE standard overcast sky (S 011, type 1 in Moon & Spencer's form): L = Lz (1 + 2 sin h) / 3, which lights level
    ground with 7 pi / 9 Lz. Thick clouds dim it here and there by up to two fifths."""
    sines, luminances = [], []
    session = new_session(samples=2)
    for heading_rad in (0.5, 2.6, 4.7):
        camera = looking_up(heading_rad)
        behind = [("box", "wall", box((0.1, 0.1, 0.1), Principled()), at(0.0, 0.0, -5.0))]
        shown = expose(session, camera, behind, lambda scene: build_light(scene, LIGHT))
        row, column = np.mgrid[:SIZE_PX, :SIZE_PX] + 0.5
        rays = camera.lens.rays(np.stack([column, row], axis=-1)) @ camera.world_from_camera.matrix[:3, :3].T
        sines.append(rays[..., 2].ravel())
        luminances.append((shown.radiance @ np.array(REC_709)).ravel())
    sine, luminance = np.concatenate(sines), np.concatenate(luminances) / LIGHT.sky_klx
    graded = 9 / (7 * math.pi) * (1 + 2 * sine) / 3
    share = luminance / graded
    bands = [share[(low <= sine) & (sine < low + 0.15)] for low in (0.2, 0.35, 0.5, 0.65, 0.8)]
    means = [float(band.mean()) for band in bands]
    assert max(means) / min(means) < 1.15
    assert 0.6 < min(means) <= max(means) < 1.05


def test_a_panorama_shows_its_sun_where_the_scene_has_it(tmp_path: Path) -> None:
    """A spot of 2 degrees at 50 degrees up, a quarter turn to the left of the middle, on an even sky: it is seen 40
    degrees up and 30 to the right of X, where the light has its sun, and the rest is as bright as the sky's
    illuminance asks for, whatever the number of the picture's own units."""
    pixels = np.full((180, 360, 3), 5.0, np.float32)
    pixels[39:41, 89:91] = 500.0
    library = Library(tmp_path)
    sky = SkySeen(sun_elevation_deg=50.0, sun_azimuth_deg=90.0, level=5 * math.pi)
    keep_panorama(library, "spot", pixels, sky)
    (panorama,), _ = library.models()
    light = Light(40.0, -30.0, 0.2)
    camera = looking_up(math.radians(-30.0))
    behind = [("box", "wall", box((0.1, 0.1, 0.1), Principled()), at(0.0, 0.0, -5.0))]
    shown = expose(new_session(samples=4), camera, behind, lambda scene: build_light(scene, light, None, panorama))
    luminance = shown.radiance @ np.array(REC_709) / light.sky_klx * math.pi
    spot = luminance > 30
    row, column = (values[spot].mean() + 0.5 for values in np.mgrid[:SIZE_PX, :SIZE_PX])
    sun = camera.world_from_camera.inverse().directions(np.array(towards(40.0, -30.0)))
    assert np.hypot(*(camera.lens.project(sun) - (column, row))) < 0.7
    assert float(np.median(luminance)) == pytest.approx(1.0, rel=0.01)


def test_a_moonlit_sky_glows_around_the_moon() -> None:
    """Of two views 70 degrees to the left and to the right of the sun, the one that has the moon is the brighter."""
    behind = [("box", "wall", box((0.1, 0.1, 0.1), Principled()), at(0.0, 0.0, -5.0))]
    session = new_session(samples=1)
    light = Light(-25.0, 0.0, 0.0, 0.2, 0.0, moon=Moon(35.0, 70.0, 1.0))
    left, right = (
        expose(session, looking_up(math.radians(heading)), behind, lambda scene: build_light(scene, light)).radiance
        for heading in (70.0, -70.0)
    )
    assert np.median(left @ np.array(REC_709)) > 1.05 * np.median(right @ np.array(REC_709))
