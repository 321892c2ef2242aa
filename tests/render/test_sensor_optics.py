"""The optics' flaws against their laws on paper."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longtail.annotate.camera import Equirectangular, KannalaBrandt, Lens, Pinhole
from longtail.render import sensor
from longtail.render.sensor import Array
from longtail.render.sensor.defocus import confusion_px
from longtail.render.sensor.light_sources import light_sources
from longtail.render.sensor.motion import image_flow, motion_blurred
from longtail.scenes.camera.sensor import Sensor
from tests.render.shots import IDEAL, card, shot_of, view_of

MOVING = replace(IDEAL, motion_blur=True)


def edge(size: tuple[int, int], column: int) -> Array:
    """Black left of a column, white from it on."""
    picture = np.zeros((*size, 3), dtype=np.float32)
    picture[:, column:] = 1.0
    return picture


def width_and_middle(row: Array) -> tuple[float, float]:
    """Of a smeared edge: sqrt(12) times the deviation of its derivative, which a box has for a width, and its place."""
    slope = np.diff(row.astype(np.float64))
    at = np.arange(1, len(row))
    middle = float((slope * at).sum() / slope.sum())
    return math.sqrt(12 * float((slope * (at - middle) ** 2).sum() / slope.sum())), middle


@pytest.mark.parametrize(("velocity", "width_px"), [((6.0, 0.0, 0.0), 12.0), ((0.0, 0.0, 10.0), 10.0)])
def test_motion_blur_of_a_vertical_edge(velocity: tuple[float, float, float], width_px: float) -> None:
    """f = 400 px, wall 4 m away, shutter 1/50 s. Sideways at 6 m/s: 400 * 6 / 50 / 4 = 12 px. Forward at 10 m/s, 200 px
    from the axis: 200 * 10 / 50 / 4 = 10 px. Either way the middle stays where the label's edge is."""
    size, column = (9, 640), 520
    view = view_of(size, lens=Pinhole(640, 9, 400.0, 400.0, 320.0, 4.5), depth_m=4.0, velocity_m_s=velocity)
    exposure = sensor.Exposure(5.0, 100.0, 1 / 50, 1.8, 1.0)
    blurred = motion_blurred(edge(size, column), view, MOVING, exposure)
    width, middle = width_and_middle(blurred[4, :, 1])
    assert width == pytest.approx(width_px, rel=0.03)
    assert middle == pytest.approx(column, abs=0.15)


def test_what_does_not_move_is_not_blurred() -> None:
    picture = edge((20, 40), 25)
    exposure = sensor.Exposure(5.0, 100.0, 1 / 50, 1.8, 1.0)
    sky = view_of((20, 40), velocity_m_s=(5.0, 0.0, 0.0))
    assert motion_blurred(picture, sky, MOVING, exposure) is picture
    wall = view_of((20, 40), depth_m=2.0, velocity_m_s=(5.0, 0.0, 0.0))
    assert motion_blurred(picture, wall, IDEAL, exposure) is picture
    assert motion_blurred(picture, view_of((20, 40), depth_m=2.0), MOVING, exposure) is picture


@pytest.mark.parametrize(
    "lens", [Pinhole.from_fov(160, 96, 80), KannalaBrandt.from_fov(160, 96, 170)], ids=lambda lens: lens.name
)
def test_the_flow_is_what_the_lens_shows(lens: Lens) -> None:
    """Points seen before and after a short path of the camera, projected by the lens itself."""
    path = np.array([0.02, -0.01, 0.12])
    rows, columns = np.mgrid[10:90:7, 10:150:7]
    rays = lens.rays(np.stack([columns + 0.5, rows + 0.5], axis=-1))
    points = rays / rays[..., 2:] * 5.0
    moved = lens.project(points - path / 2) - lens.project(points + path / 2)
    np.testing.assert_allclose(
        image_flow(lens, np.full((96, 160), 5.0, np.float32), path)[rows, columns], moved, atol=0.02, rtol=0.02
    )


def test_a_near_edge_is_smeared_over_the_sky() -> None:
    """A post before the sky loses and covers half of the smear on either side of its edge."""
    size = (20, 200)
    depth = np.full(size, np.inf, dtype=np.float32)
    depth[:, 90:130] = 2.0
    picture = np.ones((*size, 3), dtype=np.float32)
    picture[:, 90:130] = 0.0
    view = view_of(size, lens=Pinhole(200, 20, 200.0, 200.0, 100.0, 10.0), depth_m=depth, velocity_m_s=(5.0, 0.0, 0.0))
    blurred = motion_blurred(picture, view, MOVING, sensor.Exposure(5.0, 100.0, 1 / 50, 1.8, 1.0))
    width, middle = width_and_middle(1 - blurred[10, 60:110, 1])
    assert width == pytest.approx(10.0, rel=0.05)
    assert middle == pytest.approx(30.0, abs=0.3)


def test_blur_has_the_width_that_is_asked() -> None:
    linear = np.zeros((41, 41, 3), dtype=np.float32)
    linear[20, 20] = 1.0
    spot = sensor.TERMS["defocus"](linear, shot_of(replace(IDEAL, blur_px=1.5), linear))[..., 1].astype(np.float64)
    assert spot.sum() == pytest.approx(1.0, rel=1e-4)
    away = np.arange(41) - 20
    assert math.sqrt((spot * away[:, None] ** 2).sum()) == pytest.approx(1.5, rel=0.03)


def test_circle_of_confusion() -> None:
    """f = 4 mm at f/2 focused at 2 m, chip 5 mm and 500 px wide: at 1 m f^2 |z - s| / (N z (s - f)) = 4.008 um =
    0.4008 px, and at infinity the same; at 2 m nothing."""
    focal_px = 400.0
    depth = np.array([[1.0, 2.0, np.inf] * 100 + [2.0] * 200], dtype=np.float32).repeat(2, axis=0)
    view = view_of((2, 500), lens=Pinhole(500, 2, focal_px, focal_px, 250.0, 1.0), depth_m=depth)
    settings = replace(IDEAL, focus_m=2.0, f_number=2.0, width_mm=5.0)
    diameter = confusion_px(shot_of(settings, card(0.0, (2, 500)), view=view))
    np.testing.assert_allclose(diameter[0, :3], [0.4008, 0.0, 0.4008], atol=1e-4)


def test_the_pupil_is_the_focal_length_over_the_f_number() -> None:
    """400 px on a chip of 5 mm and 500 px are 4 mm; at f/2 the pupil is 2 mm wide, for a fisheye as well."""
    settings = replace(IDEAL, f_number=2.0, width_mm=5.0)
    for lens in (Pinhole(500, 2, 400.0, 400.0, 250.0, 1.0), KannalaBrandt.centred(500, 2, 400.0)):
        assert settings.focal_m(lens) == pytest.approx(0.004)
        assert settings.pupil_m(lens) == pytest.approx(0.002)


def test_chromatic_aberration_moves_red_out_and_blue_in() -> None:
    """A share of 0.002 at 250 px from the axis is half a pixel, in opposite directions; green stays."""
    size, column = (8, 640), 570
    view = view_of(size)
    settings = replace(IDEAL, chromatic_aberration=0.002)
    picture = edge(size, column)
    seen = sensor.TERMS["chromatic_aberration"](picture, shot_of(settings, picture, view=view))
    places = [width_and_middle(seen[4, :, channel])[1] for channel in range(3)]
    assert places == pytest.approx([column + 0.5, column, column - 0.5], abs=0.02)


@pytest.mark.parametrize("share", [0.3, 1.0])
def test_vignetting_is_cos4_to_the_power_asked(share: float) -> None:
    linear = card(1.0, (180, 320))
    view = view_of((180, 320), fov_deg=90)
    seen = sensor.TERMS["vignetting"](linear, shot_of(replace(IDEAL, vignetting=share), linear, view=view))
    rows, columns = np.mgrid[:180, :320]
    cosine = view.camera.lens.rays(np.stack([columns + 0.5, rows + 0.5], axis=-1))[..., 2]
    np.testing.assert_allclose(seen[..., 1], cosine ** (4 * share), rtol=0.01)


def test_vignetting_of_an_equidistant_fisheye() -> None:
    """r = f theta: a pixel's solid angle falls as sin(theta) / theta."""
    lens = KannalaBrandt.from_fov(320, 320, 180)
    linear = card(1.0, (320, 320))
    view = view_of((320, 320), lens=lens)
    seen = sensor.TERMS["vignetting"](linear, shot_of(replace(IDEAL, vignetting=1.0), linear, view=view))
    angle = np.abs(np.arange(320) + 0.5 - 160) / lens.fx_px
    np.testing.assert_allclose(seen[160, :, 0], np.sin(angle) / angle, rtol=0.01)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), share=st.floats(0.001, 0.1))
def test_glare_keeps_the_light(seed: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    linear = rng.gamma(0.3, 1.0, (96, 160, 3)).astype(np.float32)
    linear[int(rng.integers(96)), int(rng.integers(160))] = 1e4
    seen = sensor.TERMS["glare"](linear, shot_of(replace(IDEAL, glare=share), linear))
    np.testing.assert_allclose(seen.sum(axis=(0, 1)), linear.sum(axis=(0, 1)), rtol=2e-3)


def test_glare_leaves_an_even_card_even() -> None:
    linear = card(0.7, (101, 171))
    seen = sensor.TERMS["glare"](linear, shot_of(replace(IDEAL, glare=0.1), linear))
    np.testing.assert_allclose(seen, 0.7, rtol=1e-4)


def test_scattered_light_falls_as_the_inverse_square() -> None:
    """The glare of a light, times the squared angle, is the same within a fifth either way from 0.5 to 8 deg."""
    size = (512, 512)
    linear = np.zeros((*size, 3), dtype=np.float32)
    linear[255:257, 255:257] = 1e5
    view = view_of(size, lens=Pinhole(512, 512, 1000.0, 1000.0, 256.0, 256.0))
    seen = sensor.TERMS["glare"](linear, shot_of(replace(IDEAL, glare=0.05), linear, view=view))
    away = np.array([9, 17, 35, 70, 140])
    even = seen[256, 256 + away, 1] * (away + 0.5) ** 2
    assert even.max() / even.min() < 1.5


def test_lights_are_found_where_they_are() -> None:
    linear = card(0.3, (90, 160))
    linear[20:22, 30:34] = 50.0
    linear[60, 100] = 500.0
    lights = light_sources(linear)
    assert [(light.x_px, light.y_px) for light in lights] == [pytest.approx((100.5, 60.5)), pytest.approx((32.0, 21.0))]
    assert lights[1].flux == pytest.approx([400.0] * 3)


def test_a_bright_sky_is_no_light() -> None:
    linear = card(0.3, (90, 160))
    linear[:30] = 40.0
    assert light_sources(linear) == ()


@pytest.mark.parametrize(
    "settings_", [replace(IDEAL, flare=1e-3), replace(IDEAL, starburst=1e-3)], ids=["ghosts", "rays"]
)
def test_flare_adds_about_the_share_asked(settings_: Sensor) -> None:
    """Faint ends are cut off, and ghosts may lie outside of the picture: no more than asked, and no less than half."""
    linear = card(0.0, (360, 640))
    linear[150:154, 290:294] = 1e5
    seen = sensor.TERMS["flare"](linear, shot_of(settings_, linear))
    added = float((seen - linear)[..., 1].astype(np.float64).sum()) / float(linear[..., 1].astype(np.float64).sum())
    assert 0.5e-3 < added < 1.25e-3
    assert (seen >= linear).all()


def test_ghosts_lie_on_the_line_through_the_axis() -> None:
    """A light above and to the right of the middle: the light's weight below and to the left lies on the same line."""
    linear = card(0.0, (360, 640))
    linear[128:132, 418:422] = 1e6
    seen = sensor.TERMS["flare"](linear, shot_of(replace(IDEAL, flare=1e-3), linear))[..., 1].astype(np.float64)
    rows, columns = np.mgrid[:360, :640] + 0.5
    across = (columns < 320) & (rows > 180)
    weight = seen[across] / seen[across].sum()
    x, y = (weight * columns[across]).sum() - 320, (weight * rows[across]).sum() - 180
    assert y / x == pytest.approx(-50 / 100, rel=0.1)


def test_a_wide_light_has_no_sharp_ghosts() -> None:
    """A window's ghosts overlap, one for each of its points, however the same light in one spot draws them."""
    rows, columns = np.mgrid[:360, :640] + 0.5
    window = (columns - 160) ** 2 + (rows - 90) ** 2 < 20**2
    wide, spot = card(0.0, (360, 640)), card(0.0, (360, 640))
    wide[window] = 1e4
    spot[88:92, 158:162] = 1e4 * window.sum() / 16
    (light,) = light_sources(wide)
    assert light.radius_px == pytest.approx(20, abs=0.2)

    def steepest(linear: Array) -> float:
        seen = sensor.TERMS["flare"](linear, shot_of(replace(IDEAL, flare=1e-3), linear))[..., 1]
        return float(np.abs(np.diff(seen[:, 320:], axis=1)).max())

    assert steepest(wide) < steepest(spot) / 3


def test_flare_of_a_default_camera_is_modest() -> None:
    linear = card(0.3, (360, 640))
    linear[180, 320] = 30.0
    seen = sensor.TERMS["flare"](linear, shot_of(Sensor(), linear))
    assert float(np.abs(seen - linear).max()) < 0.02


def test_a_panorama_has_no_fall_off() -> None:
    """Its pixels near the poles cover little of the sphere, and are as bright as the others."""
    lens = Equirectangular.from_fov(64, 32, 360)
    linear = card(1.0, (32, 64))
    view = view_of((32, 64), lens=lens)
    seen = sensor.TERMS["vignetting"](linear, shot_of(replace(IDEAL, vignetting=1.0), linear, view=view))
    np.testing.assert_array_equal(seen, linear)
