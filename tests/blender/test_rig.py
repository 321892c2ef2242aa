"""Two cameras of a rig, end to end: what one sees at a depth, the other sees where the baseline puts it."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest

import longtail
from longtail.annotate import Dataset
from longtail.annotate.check.check import check
from longtail.render.blender import standing
from longtail.scenes.blender.scene import Built
from longtail.scenes.composing import catalogue_of, scene_of
from longtail.scenes.config.loading import load
from longtail.scenes.scene import Scene
from tests.blender.stage import session as new_session
from tests.runs import render_command, run

pytestmark = pytest.mark.blender

BASELINE_M = 0.5
PINS = (f"cameras={{left: {{y_m: {BASELINE_M / 2}}}, right: {{y_m: {-BASELINE_M / 2}}}}}", "variants=[clear+day, rain]",
        "camera.pitch_deg=-4", "camera.roll_deg=2", "outputs=[coco, semantic, instance, depth, disparity]")  # fmt: skip


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("rig")
    run(render_command(out, *(word for pin in PINS for word in ("--set", pin)), "--workers", 1, frames=4))
    return out


def test_a_baseline_shifts_what_is_seen_by_its_depth(pairs: Path) -> None:
    """Left (u, v) at depth z is right (u - f b / z, v) at the same depth, unless one camera sees past an edge."""
    dataset = Dataset.open(pairs)
    left, right = (dataset.read("depth", index).astype(float) for index in (0, 1))
    ids = [dataset.read("instance", index) for index in (0, 1)]
    f_px = dataset.record(0).camera.lens.fx_px
    v, u = np.nonzero((left > 3) & (left < 60))
    there = np.rint(u - f_px * BASELINE_M / left[v, u]).astype(int)
    inside = there >= 0
    v, u, there = v[inside], u[inside], there[inside]
    assert len(v) > 500
    agree = np.abs(right[v, there] / left[v, u] - 1) < 0.05
    assert agree.mean() > 0.85
    # Without the shift, near things do not meet.
    assert agree.mean() > (np.abs(right[v, u] / left[v, u] - 1) < 0.05).mean() + 0.1
    same = ids[0][v, u] == ids[1][v, there]
    assert same[agree].mean() > 0.97


def test_disparity_leads_from_one_picture_to_the_other(pairs: Path) -> None:
    left, right = (longtail.open(pairs)[index] for index in (0, 1))
    v, u = np.nonzero((left.disparity_px > 0) & (left.depth_m > 3))
    there = np.rint(u - left.disparity_px[v, u]).astype(int)
    v, u, there = v[there >= 0], u[there >= 0], there[there >= 0]
    agree = np.abs(right.disparity_px[v, there] / left.disparity_px[v, u] - 1) < 0.05
    assert agree.mean() > 0.85
    same = left.instance_mask[v, u] == right.instance_mask[v, there]
    assert same[agree].mean() > 0.97


def test_six_pictures_of_a_scene_build_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What builders read of a description decides; here they read all but what was drawn for each camera."""
    built: list[int] = []

    def build(scene: Scene, _: object) -> Built:
        for name in Scene.__dataclass_fields__:
            if name != "parameters":
                getattr(scene, name)
        built.append(scene.number)
        return Built(bpy.data.scenes.new("stage"))

    monkeypatch.setattr(standing, "build_scene", build)
    config = load("street", ["cameras=surround", "assets.packs=false"], seed=3)
    assets, session = catalogue_of(config), new_session()
    for index in range(8):
        session.build(scene_of(config, index, assets), assets)
    assert built == [0, 1]
    session.clear()


def test_records_say_which_camera_it_is(pairs: Path) -> None:
    records = list(Dataset.open(pairs).records())
    assert [(record.shown.variant, record.shown.camera) for record in records] == [
        ("clear+day", "left"), ("clear+day", "right"), ("rain", "left"), ("rain", "right"),
    ]  # fmt: skip
    assert {record.shown.scene for record in records} == {0}
    ends = [record.camera.world_from_camera for record in records]
    np.testing.assert_allclose(ends[0].inverse().points(ends[1].points([0, 0, 0])), [BASELINE_M, 0, 0], atol=1e-6)
    assert (ends[0].matrix == ends[2].matrix).all()


def test_the_dataset_is_sound(pairs: Path) -> None:
    assert check(pairs) == []
