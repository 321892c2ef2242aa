"""What Blender gives back with a pixel spoilt: one is mended before anything is made of it, a lost pass is an error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bpy
import numpy as np
import pytest

from longtail.annotate.errors import RenderError
from longtail.render.blender.session import Session
from longtail.render.view.exposing import Exposed
from longtail.scenes.config.settings import RenderSettings
from longtail.scenes.geometry.materials import Principled
from longtail.scenes.geometry.solids import box
from tests.blender.stage import CPU, at, expose, looking_along_x

pytestmark = pytest.mark.blender

CAMERA = looking_along_x(96, 64, height_m=1.5)
STAGE = [
    ("road", "road", box((60.0, 60.0, 0.1), Principled((0.2, 0.2, 0.2))), at(20, z_m=-0.05)),
    ("cube", "car", box((1.5, 1.5, 1.5), Principled((0.6, 0.1, 0.1))), at(6, z_m=0.75)),
]
ROW, COLUMN = 34, 50
"""On the cube."""
PICTURE, LABELS = 0, 1

Passes = dict[str, Any]


class Spoilt(Session):
    """A session whose renders come back as `spoil(number of the render, passes)` leaves them."""

    def __init__(self, spoil: Callable[[int, Passes], None] = lambda *_: None) -> None:
        super().__init__(RenderSettings(samples=4, denoise=False), CPU, threads=2)
        self._spoil = spoil
        self._renders = 0

    def _render(self, target: bpy.types.Scene) -> Passes:
        passes = super()._render(target)
        self._spoil(self._renders, passes)
        self._renders += 1
        return passes


def planted(render: int, name: str, place: Any, value: float) -> Callable[[int, Passes], None]:
    """Writes `value` at a place of the channels whose names begin with `name`."""

    def spoil(number: int, passes: Passes) -> None:
        if number == render:
            channels = [channel for key, channel in passes.items() if key.startswith(f"ViewLayer.{name}")]
            assert channels
            for channel in channels:
                channel.pixels[place] = value

    return spoil


@pytest.fixture(scope="module")
def sound() -> Exposed:
    shown = expose(Spoilt(), CAMERA, STAGE)
    assert shown.mended_px == {"picture": 0, "labels": 0}
    assert shown.object_ids[ROW, COLUMN] == 2
    return shown


@pytest.mark.parametrize(
    ("spoil", "mended"),
    [
        (planted(PICTURE, "Combined", (ROW, COLUMN), np.nan), {"picture": 1, "labels": 0}),
        (planted(PICTURE, "Combined", (ROW, COLUMN), np.inf), {"picture": 1, "labels": 0}),
        (planted(LABELS, "Object Index", (ROW, COLUMN), np.nan), {"picture": 0, "labels": 1}),
        (planted(LABELS, "Depth", (ROW, COLUMN), np.nan), {"picture": 0, "labels": 1}),
        (planted(LABELS, "Normal", (ROW, COLUMN), np.nan), {"picture": 0, "labels": 1}),
    ],
)
def test_one_bad_pixel_is_mended(sound: Exposed, spoil: Callable[[int, Passes], None], mended: dict[str, int]) -> None:
    shown = expose(Spoilt(spoil), CAMERA, STAGE)
    assert shown.mended_px == mended
    np.testing.assert_array_equal(shown.object_ids, sound.object_ids)
    np.testing.assert_allclose(shown.depth_m, sound.depth_m, rtol=1e-5)
    assert shown.normals is not None
    assert sound.normals is not None
    np.testing.assert_allclose(shown.normals, sound.normals, atol=1e-5)
    differing = (shown.radiance != sound.radiance).any(axis=-1)
    differing[ROW, COLUMN] = False
    assert not differing.any()
    around = sound.radiance[ROW - 1 : ROW + 2, COLUMN - 1 : COLUMN + 2].reshape(9, 3)
    assert (shown.radiance[ROW, COLUMN] >= around.min(axis=0) * 0.999).all()
    assert (shown.radiance[ROW, COLUMN] <= around.max(axis=0) * 1.001).all()


ALL = np.s_[:]


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (planted(PICTURE, "Combined", ALL, np.nan), r"the picture: .* 6144 bad ones of 6144 \(6144 not finite"),
        (planted(PICTURE, "Combined", ALL, 0.0), r"the picture: .* \(6144 never traced\)"),
        (planted(LABELS, "Combined", ALL, 0.0), r"the label pass: .* \(6144 never traced\)"),
        (planted(LABELS, "Object Index", ALL, 0.0), r"the label pass: .* a depth without an id\)"),
        (planted(LABELS, "Object Index", ALL, 9.0), r"ids of the scene's objects, got \[9\] as well"),
        (planted(LABELS, "Depth", ALL, 0.0), r"the label pass: .* an id without a depth"),
        (planted(LABELS, "Normal", ALL, 0.0), r"the label pass: .* no unit normal\)"),
    ],
)
def test_a_lost_pass_is_an_error(spoil: Callable[[int, Passes], None], message: str) -> None:
    with pytest.raises(RenderError, match=message):
        expose(Spoilt(spoil), CAMERA, STAGE)


def test_a_scene_that_lost_its_ground_is_an_error() -> None:
    def hide(scene: bpy.types.Scene) -> None:
        next(item for item in scene.objects if item.name.startswith("road")).hide_render = True

    with pytest.raises(RenderError, match=r"expected ground at \d+ pixels that look down at it, got nothing at"):
        expose(Spoilt(), CAMERA, STAGE, hide)


def test_a_render_that_was_called_off_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def cancelled(**_: Any) -> set[str]:
        return {"CANCELLED"}

    monkeypatch.setattr("longtail.render.blender.session._rendered", cancelled)
    with pytest.raises(RenderError, match="expected CYCLES to finish the picture, got CANCELLED"):
        expose(Spoilt(), CAMERA, STAGE)
