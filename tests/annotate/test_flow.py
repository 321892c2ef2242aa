"""Flow against what is known on paper, its files against KITTI's rules, and what the check says of wrong ones."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

import longtail
from longtail.annotate.camera import Camera, Pinhole
from longtail.annotate.camera.transform import Transform
from longtail.annotate.check import flow as flow_check
from longtail.annotate.check.check import check
from longtail.annotate.dataset.flow_png import FLOW_RANGE_PX, decode_flow, encode_flow
from longtail.annotate.labels import frame as frames_of_labels
from longtail.annotate.labels.flow import Moment, carried_m, places_m, targets_px
from longtail.annotate.labels.video import VideoFrame
from tests.annotate.damages import Damage, frame, layer, record
from tests.annotate.pictures import FORWARD
from tests.annotate.reel import FRAMES, clip, reel
from tests.annotate.yard import Array

SIZE = (64, 48)
LENS = Pinhole.from_fov(*SIZE, 60.0)
CENTRES = Camera(LENS, FORWARD).pixel_centres()


def moved(x_m: float = 0.0, y_m: float = 0.0, turn_rad: float = 0.0) -> Camera:
    """A camera that has gone from the origin, where it looks along X, and turned to the left."""
    pose = Transform.upright("world", "world before", (x_m, y_m, 0.0), turn_rad)
    return Camera(LENS, Transform("world", "camera", pose.matrix @ FORWARD.matrix))


def flow_of(depth_m: float, then: Camera, ids: int = 1) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Of a wall at a depth, or of the sky (`ids` 0)."""
    depth = np.full(SIZE[::-1], depth_m, dtype=np.float32)
    raster = np.full(depth.shape, ids, dtype=np.int32)
    here = moved()
    carried = carried_m(places_m(here, depth), raster, (), Moment(then, {}))
    return targets_px(carried, raster, here, then) - CENTRES


def test_what_is_approached_grows_from_the_middle() -> None:
    middle = np.array([LENS.cx_px, LENS.cy_px])
    assert np.allclose(flow_of(10.0, moved(x_m=2.0)), (CENTRES - middle) * (10.0 / 8.0 - 1), atol=1e-6)


def test_what_is_passed_moves_by_its_disparity() -> None:
    assert np.allclose(flow_of(10.0, moved(y_m=-0.5)), [-LENS.fx_px * 0.5 / 10.0, 0.0], atol=1e-6)


def test_the_sky_turns_and_does_not_come_nearer() -> None:
    turn = 0.03
    flow = flow_of(np.inf, moved(x_m=30.0, turn_rad=turn), ids=0)
    across = (CENTRES - (LENS.cx_px, LENS.cy_px)) / LENS.fx_px
    # Turned to the left, all directions turn to the right.
    x, z = across[..., 0] * np.cos(turn) + np.sin(turn), np.cos(turn) - across[..., 0] * np.sin(turn)
    assert np.allclose(flow[..., 0] + CENTRES[..., 0], LENS.cx_px + LENS.fx_px * x / z)
    assert np.allclose(flow[..., 1] + CENTRES[..., 1], LENS.cy_px + LENS.fy_px * across[..., 1] / z)


def test_a_file_has_kittis_numbers() -> None:
    flow = np.array([[[0.0, 0.0], [1.0, -2.5], [np.nan, np.nan], [600.0, 0.0], [-511.984375, 511.984375]]], np.float32)
    codes = cv2.imdecode(np.frombuffer(encode_flow(flow), np.uint8), cv2.IMREAD_UNCHANGED)[..., ::-1]
    assert codes.tolist() == [
        [[32768, 32768, 1], [32832, 32608, 1], [0, 0, 0], [0, 0, 0], [1, 65535, 1]],
    ]
    assert FLOW_RANGE_PX == (-511.984375, 511.984375)


def test_a_file_is_right_to_half_a_step() -> None:
    flow = np.random.default_rng(3).uniform(-500, 500, (24, 32, 2)).astype(np.float32)
    assert np.abs(decode_flow(encode_flow(flow)) - flow).max() <= 1 / 128


GREY = cv2.imencode(".png", np.zeros((8, 8), np.uint8))[1].tobytes()
SOUND = encode_flow(np.zeros((8, 8, 2), np.float32))


@pytest.mark.parametrize("data", [b"", GREY, SOUND[:-30], SOUND[:60] + b"\0\1" + SOUND[62:]], ids=range(4))
def test_a_damaged_file_is_no_flow(data: bytes) -> None:
    with pytest.raises(ValueError, match="expected a picture of flow"):
        decode_flow(data)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dataset of the clip."""
    return clip().write(tmp_path_factory.mktemp("reel"))


def test_the_clip_is_sound(written: Path) -> None:
    assert check(written) == []


def test_categories_are_those_of_the_dataset(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record does not say again of what kind a category of the user's own is."""
    monkeypatch.setattr(frames_of_labels, "BY_NAME", {})
    assert check(written) == []


def test_walls_that_stand_are_near_where_what_is_endless_is_called_wall(written: Path, tmp_path: Path) -> None:
    """As in a hall: what no ray meets has a flow of no distance, and walls that have a depth have theirs."""
    copy = tmp_path / "hall"
    shutil.copytree(written, copy)
    about = json.loads((copy / "dataset.json").read_bytes())
    (copy / "dataset.json").write_text(json.dumps({**about, "background": "wall"}))
    assert check(copy) == []


def test_a_frame_has_what_was_written(written: Path) -> None:
    frames = longtail.open(written)
    for read, made in zip(frames, reel(), strict=True):
        assert made.motion is not None
        for name, flow in (("", made.motion.forward), ("_backward", made.motion.backward)):
            found = getattr(read, f"flow{name}")
            known = np.isfinite(found)
            assert np.abs(found - flow.pixels)[known].max(initial=0) <= 1 / 128
            assert np.array_equal(getattr(read, f"occluded{name}"), flow.occluded)
        assert np.array_equal(read.scene_flow_m, made.motion.forward.motion_m, equal_nan=True)


def test_what_does_not_move_has_no_scene_flow(written: Path) -> None:
    first = longtail.open(written)[0]
    still = (first.instance_mask == 0) & np.isfinite(first.depth_m)
    assert not first.scene_flow_m[still].any()
    car = first.scene_flow_m[first.instance_mask == 1]
    assert 1.5 < np.linalg.norm(car, axis=-1).min() < np.linalg.norm(car, axis=-1).max() < 2.2
    assert np.isnan(longtail.open(written)[FRAMES - 1].scene_flow_m).all()


def test_the_next_frame_comes_back_by_its_flow(written: Path) -> None:
    """Ids are looked up, which do not blend: what is seen there is itself, but for the edges of pixels."""
    frames = longtail.open(written)
    for one, other in pairwise(frames):
        seen = np.isfinite(one.flow).all(axis=-1) & ~one.occluded
        target = np.floor(one.camera.pixel_centres() + np.nan_to_num(one.flow)).astype(int)
        columns, rows = (np.clip(target[..., axis], 0, side - 1) for axis, side in ((0, 96), (1, 60)))
        back = other.semantic[rows, columns]
        assert (back == one.semantic)[seen].mean() > 0.97
        # What is hidden there is hardly ever itself.
        inside = one.occluded & (target >= 0).all(axis=-1) & (target < (96, 60)).all(axis=-1)
        assert (other.instance_mask[rows, columns] == one.instance_mask)[inside].mean() < 0.5


def aside(flow: Array) -> Array:
    flow[20:40, :, 0] += 0.4
    return flow


def limbs_aside(flow: Array) -> Array:
    frame = reel()[1]
    flow[frame.object_ids == 3, 1] -= 9
    return flow


def inverted(mask: Array) -> Array:
    return (255 - mask).astype(np.uint8)


def holey(flow: Array) -> Array:
    flow[30:50] = np.nan
    return flow


def _video(name: str, value: int | None) -> Damage:
    return record(lambda data: data["shown"]["video"].__setitem__(name, value), 1)


# Each row is done to one dataset, and each damage to a file of its own.
WRONG: dict[str, tuple[tuple[Damage, str], ...]] = {
    "flow": (
        (layer("flow", aside), r"flow/forward/000000.png: expected by depth, poses and cameras"),
        (layer("flow", holey, 1), r"flow/forward/000001.png: expected a flow wherever it is known"),
        (layer("flow", np.zeros_like, 3), r"flow/forward/000003.png: expected nothing where the video"),
        (layer("flow_backward", aside, 2), r"flow/backward/000002.png: expected by depth, poses and cameras"),
        (layer("flow_backward", limbs_aside, 1), r"flow/backward/000001.png: expected a flow of object 3 into its box"),
        (layer("scene_flow", lambda m: m - np.float32(1.4)), r"scene_flow/000000.exr: expected by depth and poses"),
    ),
    "masks": (
        (layer("occluded", inverted), r"forward_occluded/000000.png: expected what leaves the picture"),
        (
            layer("occluded", lambda mask: mask | 255, 1),
            r"forward_occluded/000001.png: expected what is hidden in frame 2",
        ),
        (layer("occluded", np.zeros_like, 2), r"forward_occluded/000002.png: expected what leaves the picture"),
        (layer("occluded_backward", inverted), r"backward_occluded/000000.png: expected nothing where the video"),
    ),
    "places": (
        (_video("id", 2), r"frames/000001.json: expected image video_id and frame_id \(2, 1\)"),
        (_video("id", 2), r"frames/000001.json: expected object 1: track_id and video_id \(32769, 2\)"),
        (_video("id", 2), r"frames/000002.json: expected frame 1 to be the one before"),
    ),
    "tracks": (
        (_video("previous", 2), r"frames/000001.json: expected frame 2 to be the one before"),
        (record(lambda data: data["annotations"][0].update(track_id=9)), "expected object 1: track_id and video_id"),
        (frame(lambda f: replace(f, objects=(*f.objects[:6], *f.objects[7:])), 3), r"expected the same objects as in"),
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_found(name: str, tmp_path: Path) -> None:
    yard = clip()
    for damage, _ in WRONG[name]:
        damage(yard)
    found = [str(finding) for finding in check(yard.write(tmp_path))]
    for _, said in WRONG[name]:
        assert any(re.search(said, line) for line in found), (said, found)


def test_on_wheels_a_flow_is_missed_where_wheel_and_sheet_could_both_be_said() -> None:
    """Of three pixels the first is on no wheel; of the second a wheel goes too far to say, of the third it does not."""
    camera = Camera(LENS, FORWARD)
    pixels, nowhere = (slice(0, 1), slice(0, 3)), np.full((2, 1, 3, 3), np.nan)
    ways_px = np.array([[[np.nan, np.nan], [5000.0, 0.0], [50.0, 0.0]]])
    centres = camera.pixel_centres()[pixels]
    truth = flow_check._Truth(
        stored=SimpleNamespace(camera=camera),  # type: ignore[arg-type]
        other=SimpleNamespace(),  # type: ignore[arg-type]
        places=nowhere,
        carried=nowhere,
        targets=np.stack([centres + 100.0] * 2),
        rigid=np.zeros((1, 3), dtype=np.bool_),
        sure=np.ones((1, 3), dtype=np.bool_),
        pixels=pixels,
        ids=np.ones((1, 3), dtype=np.int32),
        limbs=(),
        turned=np.where(np.isnan(ways_px[..., :1]), np.nan, np.zeros((2, 1, 3, 3))),
        turned_targets=np.stack([centres + ways_px] * 2),
    )
    lies = list(flow_check._flow(truth, np.full((1, 3, 2), np.nan), flow_check._FORWARD))
    assert [came for _, _, came in lies] == ["none at 2 pixels"]


def test_a_track_has_a_number_of_its_own() -> None:
    numbers = {VideoFrame(video, 0).track_id(number) for video in (1, 2, 3) for number in (1, 2, 32_767)}
    assert len(numbers) == 9
    with pytest.raises(ValueError, match="expected an id of 1 or more"):
        VideoFrame(0, 0)
