"""The transmission raster and the sun's disc against what can be worked out on paper."""

from __future__ import annotations

import math

import numpy as np
import pytest

from longtail.annotate.camera import Camera, Pinhole
from longtail.annotate.camera.transform import Transform
from longtail.render.picture.sun_disc import RADIUS_RAD, with_sun
from longtail.render.view.seeing import transmission_raster
from longtail.scenes.atmosphere.air import AirLayer, extinction, transmission
from longtail.scenes.atmosphere.airlight import dense, thin
from longtail.scenes.atmosphere.light import Light
from longtail.scenes.weather import Fog, Mist, Overcast

EYE_M = 1.5


def camera(width: int = 320, height: int = 240, fov_deg: float = 60.0) -> Camera:
    """At (0, 0, 1.5), looking along X."""
    matrix = np.array([[0, 0, 1, 0], [-1, 0, 0, 0], [0, -1, 0, EYE_M], [0, 0, 0, 1]], dtype=float)
    return Camera(Pinhole.from_fov(width, height, fov_deg), Transform("world", "camera", matrix))


def test_a_wall_in_fog_sends_what_koschmieder_says() -> None:
    depth = np.full((240, 320), 50.0, dtype=np.float32)
    seen = transmission_raster(camera(), depth, Fog(100.0).air)
    assert seen[120, 160] == pytest.approx(0.05**0.5, rel=1e-3)
    # At the picture's edge the same wall is farther by the ray's slant.
    slant = 1 / math.cos(math.radians(30))
    assert seen[120, 319] == pytest.approx(0.05 ** (0.5 * slant), rel=0.02)
    assert seen.dtype == np.float32


def test_clear_air_takes_nothing_and_the_sky_is_lost_in_fog() -> None:
    depth = np.full((240, 320), np.inf, dtype=np.float32)
    assert (transmission_raster(camera(), depth, ()) == 1).all()
    assert transmission_raster(camera(), depth, Fog(100.0).air)[120].max() < 1e-6


def test_mist_hides_the_road_and_not_the_roofs() -> None:
    depth = np.full((240, 320), 60.0, dtype=np.float32)
    seen = transmission_raster(camera(), depth, Mist(40.0, 2.0).air)
    assert seen[10, 160] > 5 * seen[200, 160]


@pytest.mark.parametrize("width", [320, 1920])
def test_the_disc_has_the_suns_light_and_place(width: int) -> None:
    view = camera(width, width * 3 // 4)
    light = Light(10.0, -8.0, 0.0, 0.3, 0.0)
    dark = np.zeros((width * 3 // 4, width, 3), dtype=np.float32)
    shown = with_sun(dark, view, light, np.ones(dark.shape[:2], dtype=bool))
    luminance = shown @ np.array([0.2126, 0.7152, 0.0722])
    # Each pixel's solid angle is cos^3 over the squared focal length.
    v, u = np.mgrid[: dark.shape[0], :width] + 0.5
    focal = view.lens.fx_px
    cosine = 1 / np.sqrt(1 + ((u - width / 2) ** 2 + (v - dark.shape[0] / 2) ** 2) / focal**2)
    lux = float((luminance * cosine**3 / focal**2).sum())
    assert lux == pytest.approx(light.sun_klx, rel=0.12 if width < 1000 else 0.03)
    rows, columns = np.nonzero(luminance)
    up, left = math.radians(10), math.radians(-8)
    at_u = width / 2 - focal * math.tan(left)
    at_v = dark.shape[0] / 2 - focal * math.tan(up) / math.cos(left)
    assert columns.mean() + 0.5 == pytest.approx(at_u, abs=1)
    assert rows.mean() + 0.5 == pytest.approx(at_v, abs=1)
    assert np.ptp(columns) < 2 * RADIUS_RAD * focal / math.cos(up) ** 2 + 3


def test_houses_and_horizon_hide_the_sun() -> None:
    view = camera()
    dark = np.zeros((240, 320, 3), dtype=np.float32)
    light = Light(10.0, -8.0, 0.0, 0.3, 0.0)
    assert with_sun(dark, view, light, np.zeros((240, 320), dtype=bool)) is dark
    assert with_sun(dark, view, Light(-3.0, 0.0, 0.0, 0.3, 0.0), np.ones((240, 320), dtype=bool)) is dark
    assert with_sun(dark, view, Light(10.0, 180.0, 0.0, 0.3, 0.0), np.ones((240, 320), dtype=bool)) is dark


def test_every_layer_is_either_traced_or_laid_over_and_thin_ones_hide_little() -> None:
    layers = (
        *Fog(100.0).air,
        *Mist(40.0, 2.0).air,
        *Fog(5000.0).air,
        *Overcast().air,
        AirLayer(extinction(8000), 300.0),
    )
    assert {*dense(layers), *thin(layers)} == set(layers)
    assert not set(dense(layers)) & set(thin(layers))
    assert all(transmission([layer], 1.5, 1.5, 100.0) > 0.95 for layer in thin(layers))
