"""What a rig says of itself, and disparities, are found where they are not so: two boards before a rectified pair."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import longtail
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.encoders import decode_disparity, encode_disparity
from longtail.annotate.dataset.merge import merge
from tests.annotate.paired import BASELINE_M, OUTPUTS, pair, paired
from tests.annotate.pictures import info
from tests.annotate.stage import messages, repaint, reseal, store

Record = dict[str, Any]


def test_a_pair_is_sound_and_known_of_itself(tmp_path: Path) -> None:
    root = paired(tmp_path)
    assert messages(root) == ""
    left, right = longtail.open(root)
    assert left.rig is not None
    assert left.rig.frames == right.rig.frames == {"left": 0, "right": 1}  # type: ignore[union-attr]
    assert left.rig.stereo is not None
    assert (left.rig.stereo.partner, left.rig.stereo.baseline_m) == ("right", BASELINE_M)
    assert [image["sample"] for image in (left.record.image, right.record.image)] == [0, 0]
    # What the left one shows at (u, v), the right one shows at (u - d, v).
    v, u = np.nonzero(left.instance_mask)
    there = u - left.disparity_px[v, u].astype(int)
    assert (right.instance_mask[v, there] == left.instance_mask[v, u]).all()
    assert (left.disparity_px[np.isinf(left.depth_m)] == 0).all()


def test_what_a_file_of_disparities_cannot_say_is_none() -> None:
    given = np.array([[0.0, 0.001, 1.5, 255.9961, 256.0, 1e6]], np.float32)
    np.testing.assert_allclose(
        decode_disparity(encode_disparity(given)), [[0.0, 1 / 256, 1.5, 255.99609, 0.0, 0.0]], atol=1e-5
    )


def of_rig(**changes: Any) -> Callable[[Record], object]:
    return lambda record: record["rig"].update(changes)


def of_pair(**changes: Any) -> Callable[[Record], object]:
    return lambda record: record["rig"]["stereo"].update(changes)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (of_rig(sample=3), "rig frames from 6 on, as sample 3 of 2 cameras"),
        (of_rig(frames={"left": 1, "right": 0}), "rig frames with this frame as left's"),
        (of_rig(reference_from_camera=np.eye(4).tolist()), "rig reference_from_camera as the cameras' poses are"),
        (of_rig(overlaps={}), "rig overlap with left 1.0000, as the cameras look, got 0.0000"),
        (of_pair(baseline_m=0.4), "rig stereo baseline_m 0.500000, as the cameras stand"),
        (of_pair(side="left"), "rig stereo side 'right'"),
        (of_pair(rectified=False), "rig stereo rectified True"),
        (of_pair(projection=np.eye(4)[:3].tolist()), "rig stereo projection"),
        (lambda record: record["rig"].pop("stereo"), "rig stereo in a pair with left, got in no pair"),
        (lambda record: record["image"].update(sample=1), "image sample 0, got 1"),
    ],
    ids=["sample", "frames", "reference", "overlaps", "baseline", "side", "rectified", "projection", "pair", "image"],
)  # fmt: skip
def test_a_rig_that_is_not_so_is_found(tmp_path: Path, change: Callable[[Record], object], words: str) -> None:
    root = paired(tmp_path)
    reseal(root, 0 if "as left" in words else 1, change)
    assert words in messages(root)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda px: np.where(px > 0, px * 1.1, 0), "as depth and baseline have it"),
        (lambda px: np.where(px == 2.0, 0.0, px), "expected a disparity wherever there is a depth"),
    ],
    ids=["larger", "gone"],
)
def test_a_disparity_that_does_not_follow_is_found(tmp_path: Path, change: Callable[[Any], Any], words: str) -> None:
    root = paired(tmp_path)
    path = "disparity/000000.png"
    repaint(root, 0, path, encode_disparity(change(Dataset.open(root).read("disparity", 0)).astype(np.float32)))
    assert words in messages(root)


def test_without_a_pair_there_is_no_disparity(tmp_path: Path) -> None:
    store(tmp_path, [replace(frame, rig=None, shown=None) for frame in pair()], info(2, outputs=OUTPUTS))
    merge(tmp_path)
    assert not Dataset.open(tmp_path).read("disparity", 0).any()
    path = "disparity/000001.png"
    repaint(tmp_path, 1, path, encode_disparity(np.full((48, 64), 2.0, np.float32)))
    assert "no disparity without a rectified partner" in messages(tmp_path)


def test_mounts_that_the_config_has_elsewhere_are_found(tmp_path: Path) -> None:
    place = dict.fromkeys(("x_m", "z_m", "yaw_deg", "pitch_deg", "roll_deg"), 0.0)
    mounts = [{"name": "left", "y_m": 0.25, **place}, {"name": "right", "y_m": -0.25, **place}]
    about = info(2, outputs=OUTPUTS)
    for y_m, found in ((-0.25, False), (-0.15, True)):
        mounts[1]["y_m"] = y_m
        root = tmp_path / str(found)
        store(root, pair(), replace(about, config={**about.config, "cameras": mounts}))
        merge(root)
        assert ("as the config mounts it" in messages(root)) == found
