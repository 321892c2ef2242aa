"""The exposure of a clip: it follows the light without a jump, and no picture needs more than two others for it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

import numpy as np
import pytest

from longtail.annotate.camera import Camera
from longtail.render.frame import make_frame
from longtail.render.frame.exposure_control import control_of
from longtail.render.view.exposing import Pictured
from longtail.scenes.assets.asset import Asset
from longtail.scenes.composing import catalogue_of
from longtail.scenes.config.config import Config
from longtail.scenes.config.loading import load
from longtail.scenes.drawing.plan import Plan
from longtail.scenes.scene import Scene
from tests.render.renderers import FakeRenderer

TINY = ("camera.size_px=[48, 32]", "assets.packs=false", "outputs=[coco]", "weather=clear", "sensor.max_iso=102400")
CLIP = "clip={frames: 16, rate_hz: 10}"
JUMP_S = 0.45


class Lit(FakeRenderer):
    """Four times as much light from half a second on."""

    def picture(self, built: Scene, camera: Camera, lux: float, noise_seed: int) -> Pictured:
        self._level = 4.0 if built.time_s > JUMP_S else 1.0
        return super().picture(built, camera, lux, noise_seed)


def config_of(*changes: str) -> Config:
    return load("street", (*TINY, *changes))


@pytest.fixture(scope="module")
def assets() -> Mapping[str, Asset]:
    return catalogue_of(config_of())


def ev100(renderer: FakeRenderer, config: Config, index: int, assets: Mapping[str, Asset]) -> float:
    made = make_frame(renderer, config, index, assets)
    record = made.record.decode()
    return float(record.partition('"ev100":')[2].partition(",")[0])


def test_exposure_goes_evenly_from_reading_to_reading(assets: Mapping[str, Asset]) -> None:
    config, renderer = config_of(CLIP), Lit()
    found = [ev100(renderer, config, index, assets) for index in range(16)]
    # Two stops more light are read in picture 5, and have been followed half a second later.
    first = found[0]
    assert found[:6] == [first] * 6
    assert found[5:11] == pytest.approx([first + 0.4 * number for number in range(6)], abs=2e-4)
    assert found[10:] == pytest.approx([first + 2.0] * 6, abs=2e-4)
    # In turn each picture is rendered once.
    assert renderer.asked.calls.count("picture") == 16


def test_a_picture_by_itself_is_exposed_as_in_its_clip(assets: Mapping[str, Asset]) -> None:
    config, every = config_of(CLIP), Lit()
    found = [ev100(every, config, index, assets) for index in range(16)]
    for index, rendered in ((3, 2), (5, 2), (8, 3), (10, 2), (15, 2)):
        renderer = Lit()
        assert ev100(renderer, config, index, assets) == found[index]
        assert renderer.asked.calls.count("picture") == rendered
        assert len(set(renderer.asked.noise_seeds)) == rendered


def test_cameras_of_a_rig_have_a_control_each() -> None:
    config = config_of(CLIP, "cameras={left: {y_m: 0.2}, right: {y_m: -0.2}}")
    for camera, index in itertools.product((0, 1), (4, 14, 20)):
        found = control_of(config.plan, index + camera)
        assert found is not None
        assert {config.plan.picture(frame).camera for frame in found.frames} == {("left", "right")[camera]}


@pytest.mark.parametrize(
    "changes",
    [(), ("clip={frames: 4, rate_hz: 0.5}",), (CLIP, "sensor.exposure=manual", "sensor.ev100=9")],
    ids=["single", "slow", "manual"],
)
def test_pictures_far_apart_or_set_by_hand_need_no_other(changes: tuple[str, ...], assets: Mapping[str, Asset]) -> None:
    renderer = Lit()
    ev100(renderer, config_of(*changes), 3, assets)
    assert renderer.asked.calls.count("picture") == 1


def steps(plan: Plan, light: Mapping[int, float]) -> Iterator[float]:
    """How far the exposure moves from picture to picture, of readings by frame."""
    found = []
    for index in range(len(plan.times_s)):
        control = control_of(plan, index)
        assert control is not None
        earlier, later = light[control.earlier], light[control.later]
        found.append(earlier + control.share * (later - earlier))
    yield from np.abs(np.diff(found))


@pytest.mark.parametrize("rate_hz", [4, 10, 30])
def test_no_step_is_more_than_its_share_of_a_change(rate_hz: int) -> None:
    plan = Plan(times_s=tuple(number / rate_hz for number in range(90)))
    rng = np.random.default_rng(1)
    light = {index: float(rng.uniform(-1, 1)) for index in range(90)}
    most = max(light.values()) - min(light.values())
    assert max(steps(plan, light)) <= most / round(0.5 * rate_hz) + 1e-12
