"""The way from a rendered view to a picture: nothing turns black unseen, and nothing is painted where no ray comes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from longtail.annotate.camera import KannalaBrandt, in_image_circle
from longtail.annotate.errors import RenderError
from longtail.annotate.labels.frame import SceneObject
from longtail.render import sensor as sensor_steps
from longtail.render.particles.table import OF_WEATHER, OF_WET_GROUND
from longtail.render.picture import photograph as steps
from longtail.render.picture.photograph import photograph
from longtail.render.sensor import TERMS, meter
from longtail.render.soiling.table import KINDS as SOILS
from longtail.scenes.camera.looking import looking
from longtail.scenes.camera.sensor import Sensor
from longtail.scenes.camera.soiling import Soiling
from longtail.scenes.drawing.chance import Chance
from longtail.scenes.drawing.plan import FIRST
from longtail.scenes.scene import Scene
from longtail.scenes.weather import Rain
from tests.render.skies import EYE_M, SIZE_PX, grey, road, scene

WIDTH, HEIGHT = SIZE_PX
FISHEYE = KannalaBrandt(WIDTH, HEIGHT, 16.0, 16.0, WIDTH / 2, HEIGHT / 2)
"""Its image circle has a radius of 16 pi = 50.3 px, less than half the width of 160."""


@dataclass(frozen=True, eq=False)
class View:
    """As `render.blender.session.Exposed`, which needs Blender."""

    radiance: Any
    object_ids: Any
    depth_m: Any
    facets: Any
    objects: tuple[SceneObject, ...] = ()
    thick_air: bool = True
    mended_px: Mapping[str, int] | None = None


def exposed() -> View:
    """A level road under the sky, lit unevenly."""
    seen = road()
    shade = np.linspace(0.2, 0.6, WIDTH, dtype=np.float32)[None, :, None]
    ids = np.isfinite(seen.depth_m).astype(np.int32)
    return View(grey(1.0) * shade, ids, seen.depth_m, seen.normals)


def wet(sensor: Sensor | None = None) -> Scene:
    """Rain, dirt on the lens, and a car that moves: every step of the way has work."""
    rain = Rain.drawn({"weather.rain.rate_mm_h": 20.0, **RAIN})
    world = scene(rain, speed_m_s=12.0, wind_m_s=3.0, wind_towards_deg=20.0)
    return replace(world, sensor=sensor or Sensor(), soiling=DIRT)


RAIN = {
    parameter.path: parameter.default.ppf(0.5) if hasattr(parameter.default, "ppf") else parameter.default
    for parameter in Rain.PARAMETERS
}
DIRT = Soiling(dirt=0.3, dust=0.3)
CHANCE = Chance(0, FIRST)


def test_the_way_has_numbers_all_along() -> None:
    taken = photograph(exposed(), wet(), CHANCE)  # type: ignore[arg-type]
    assert taken.rgb.std() > 1


def broken(*_: Any) -> Any:
    picture = grey()
    picture[30, 40, 1] = np.nan
    return picture


Planted = Callable[[pytest.MonkeyPatch], None]


def in_table(table: dict[str, Any], name: str) -> Planted:
    return lambda patch: patch.setitem(table, name, broken)


def in_soil(patch: pytest.MonkeyPatch) -> None:
    layer = type("Layer", (), {"radiance": broken(), "kept": np.ones((HEIGHT, WIDTH), np.float32)})
    kind = type("Kind", (), {"amount": lambda *_: 1.0, "put": lambda *_: layer})
    patch.setitem(SOILS, "dirt", kind())


@pytest.mark.parametrize(
    ("plant", "stage"),
    [
        (lambda patch: patch.setattr(steps, "through_the_air", broken), "the air"),
        (lambda patch: patch.setattr(steps, "with_aureoles", broken), "the glow of lamps"),
        (lambda patch: patch.setattr(steps, "with_sun", broken), "the sun's disc"),
        (lambda patch: patch.setattr(sensor_steps, "motion_blurred", broken), "the motion blur"),
        (in_soil, "dirt on the lens"),
        *((in_table(OF_WET_GROUND, name), f"the particles of {name}") for name in OF_WET_GROUND),
        (in_table(OF_WEATHER, "rain"), "the particles of rain"),
        *((in_table(TERMS, name), f"the sensor's {name.replace('_', ' ')}") for name in TERMS),
    ],
)
def test_what_is_no_number_is_named_where_it_is_born(
    monkeypatch: pytest.MonkeyPatch, plant: Planted, stage: str
) -> None:
    plant(monkeypatch)
    with pytest.raises(RenderError, match=rf"the picture after {stage}: expected finite numbers, got 1 values"):
        photograph(exposed(), wet(), CHANCE)  # type: ignore[arg-type]


def test_a_black_view_is_an_error() -> None:
    view = exposed()
    with pytest.raises(RenderError, match="expected different surfaces, got the same radiance all over"):
        photograph(replace(view, radiance=view.radiance * 0), wet(), CHANCE)  # type: ignore[arg-type]


def fisheye(sensor: Sensor) -> tuple[View, Scene]:
    """The wet road through a lens whose picture ends in a circle, black outside it."""
    world = wet(sensor)
    camera = looking(FISHEYE, (0.0, 0.0, EYE_M))
    circle = in_image_circle(FISHEYE)
    view = exposed()
    return (
        View(
            np.where(circle[..., None], view.radiance, np.float32(0)),
            np.where(circle, view.object_ids, 0),
            np.where(circle, np.float32(10) * (view.object_ids > 0), np.float32(np.inf)),
            view.facets,
        ),
        replace(world, cameras={"camera": camera}),
    )


def test_nothing_is_painted_outside_the_image_circle() -> None:
    dull = Sensor(glare=0.0, noise=False, blur_px=0.0, flare=0.0, starburst=0.0, chromatic_aberration=0.0)
    view, world = fisheye(replace(dull, motion_blur=False))
    taken = photograph(view, world, CHANCE)  # type: ignore[arg-type]
    circle = in_image_circle(FISHEYE)
    assert (taken.rgb[~circle] == 0).all()
    assert (taken.rgb[circle].max(axis=-1) > 0).mean() > 0.9
    assert taken.lens is not None
    assert not taken.lens[~circle].any()


def test_what_no_ray_reaches_is_not_metered_as_dark() -> None:
    """A grey card behind a fisheye is exposed as behind any lens: EV 15 is 4096 cd/m2 (ISO 2720)."""
    circle = in_image_circle(FISHEYE)
    assert circle.mean() == pytest.approx(math.pi * (16 * math.pi) ** 2 / (WIDTH * HEIGHT), abs=0.15)
    card = np.where(circle[..., None], np.float32(4.096), np.float32(0)).repeat(3, axis=-1)
    assert meter(card, Sensor(), 0.0, circle).ev100 == pytest.approx(15.0, abs=1e-3)
    assert meter(card, Sensor(), 0.0).ev100 < 10
