"""A clip, end to end: its pictures are the same bytes when made alone, and records say how all moves."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import longtail
from longtail.annotate import Dataset
from longtail.annotate.check.check import check
from tests.runs import contents, render_command, run

pytestmark = pytest.mark.blender

PINS = ("clip={frames: 3, rate_hz: 2}", "weather=rain", "objects.pedestrian.count=12", "road.tunnel=false",
        "outputs=[coco, semantic, instance, depth, keypoints, flow, scene_flow]")  # fmt: skip
SET = tuple(word for pin in PINS for word in ("--set", pin))


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("clip")
    run(render_command(out, *SET, "--workers", 1, frames=3))
    return out


def test_a_picture_made_alone_is_that_of_the_clip(clip: Path, tmp_path: Path) -> None:
    run(render_command(tmp_path / "alone", *SET, "--frame", 2, frames=3))
    whole, alone = contents(clip), contents(tmp_path / "alone")
    own = {path for path in alone if "000002" in path}
    assert len(own) >= 5
    assert {path: alone[path] for path in own} == {path: whole[path] for path in own}


def test_records_have_one_scene_in_three_moments(clip: Path) -> None:
    records = list(Dataset.open(clip).records())
    assert [record.shown.clip_frame for record in records] == [0, 1, 2]
    assert [record.shown.time_s for record in records] == [0.0, 0.5, 1.0]
    assert {record.shown.scene for record in records} == {0}
    names = [[(item.id, item.asset) for item in record.objects] for record in records]
    assert names[0] == names[1] == names[2]
    walked = 0
    for before, after in pairwise(records):
        for was, item in zip(before.objects, after.objects, strict=True):
            assert was.velocity_m_s is not None
            assert item.velocity_m_s is not None
            way = item.world_from_object.matrix[:3, 3] - was.world_from_object.matrix[:3, 3]
            mean = (np.array(was.velocity_m_s) + item.velocity_m_s) / 2
            assert np.abs(way - mean * 0.5).max() < 0.8
            if item.phase is not None:
                walked += 1
                assert item.box_size_m != was.box_size_m
                assert not item.joints_m or item.joints_m != was.joints_m
    assert walked


def test_flow_leads_to_the_same_things(clip: Path) -> None:
    """Ids are looked up in the other frame at the pixel that the flow leads to: they differ at edges alone."""
    frames = longtail.open(clip)
    for here, there, flow, occluded in (
        (frames[0], frames[1], frames[0].flow, frames[0].occluded),
        (frames[2], frames[1], frames[2].flow_backward, frames[2].occluded_backward),
    ):
        seen = np.isfinite(flow).all(axis=-1) & ~occluded
        columns, rows = np.moveaxis((here.camera.pixel_centres() + flow)[seen].astype(int), -1, 0)
        own, found = here.instance_mask[seen], there.instance_mask[rows, columns]
        assert seen.mean() > 0.3
        assert (own == found).mean() > 0.97
        assert (own == found)[own > 0].mean() > 0.8
        walkers = [item.id for item in here.record.objects if item.phase is not None]
        assert np.isfinite(flow[np.isin(here.instance_mask, walkers)]).any()


def test_the_dataset_is_sound(clip: Path) -> None:
    assert check(clip) == []
