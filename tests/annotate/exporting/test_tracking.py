"""Formats of trackers, by their documented rules, on boards that move: two cameras, two scenes, three moments."""

from __future__ import annotations

import configparser
import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pycocotools import mask as coco_mask

from longtail.annotate.check.check import check
from longtail.annotate.choosing.chosen import Wanted, choose
from longtail.annotate.choosing.splits import Splits
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.merge import merge
from longtail.annotate.errors import DatasetError
from longtail.annotate.exporters.selection import Selection
from longtail.annotate.exporters.table import EXPORTERS
from longtail.annotate.exporters.write import export
from longtail.annotate.labels.frame import Frame
from longtail.annotate.labels.ignore import IgnoreRule
from longtail.annotate.labels.shown import Shown
from longtail.scenes.drawing.plan import Plan
from longtail.scenes.drawing.videos import video_frame
from tests.annotate.pictures import Board, info, picture, with_silhouettes
from tests.annotate.stage import dataset, store

PLAN = Plan(times_s=(0.0, 0.1, 0.2), cameras=("left", "right"))
FRAMES = 12


def boards(index: int) -> tuple[Board, ...]:
    """A car that drives to the right, behind a person who stands; in the second scene a dog comes in at the last
    moment. The right camera sees all of them three pixels farther to the left."""
    shown, video = PLAN.picture(index), video_frame(PLAN, index)
    assert video is not None
    aside = 3 * (shown.camera == "right")
    car = Board(1, "car", 6 * video.frame_id - aside, 20, 24, 12, 20.0)
    person = Board(2, "person", 30 - aside, 18, 5, 16, 10.0)
    dog = [Board(5, "dog", 50 - aside, 30, 6, 6, 8.0)] if shown.scene and video.frame_id == 2 else []
    return car, person, *dog


def frame(index: int) -> Frame:
    seen, shown = boards(index), PLAN.picture(index)
    others = tuple(other for other in shown.siblings if other != index)
    when = shown.time_s, shown.clip_frame, video_frame(PLAN, index)
    there = Shown(shown.scene, "", {}, others, shown.camera, *when)
    made = dataclasses.replace(with_silhouettes(picture(seen, index), seen), shown=there)
    hidden = tuple(item for item in picture((Board(5, "dog", -40, 30, 6, 6, 8.0),), index).objects if item.id == 5)
    return made if len(seen) == 3 else dataclasses.replace(made, objects=(*made.objects, *hidden))


@pytest.fixture(scope="module")
def moving(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("moving") / "data"
    outputs = ("coco", "panoptic", "semantic", "depth", "amodal")
    store(root, map(frame, range(FRAMES)), info(FRAMES, outputs=outputs), rule=IgnoreRule.nothing())
    merge(root)
    return root


def written(root: Path, name: str) -> Path:
    place = root.parent / name
    if not place.exists():
        export(Selection.of(Dataset.open(root), Splits(1, 0, 0)), EXPORTERS[name], place)
    return place


def test_cocos_files_have_videos_and_tracks(moving: Path) -> None:
    for place in (moving / "annotations/instances.json", written(moving, "coco") / "annotations/instances_train.json"):
        coco = json.loads(place.read_bytes())
        frames = {image["id"]: (image["video_id"], image["frame_id"]) for image in coco["images"]}
        # Cameras take turns; each of the two scenes has two videos of three frames.
        assert list(frames.values()) == [(2 * s + c, t) for s in range(2) for t in range(3) for c in (1, 2)]
        assert [(row["id"], row["frames"], row["camera"]) for row in coco["videos"]] == [
            *((1, 3, "left"), (2, 3, "right"), (3, 3, "left"), (4, 3, "right")),
        ]
        tracks = {row["id"]: row for row in coco["tracks"]}
        assert len(tracks) == 4 * 2 + 2
        for row in coco["annotations"]:
            track = tracks[row["track_id"]]
            assert (track["category_id"], track["video_id"]) == (row["category_id"], row["video_id"])
            assert frames[row["image_id"]][0] == row["video_id"]
            assert row["track_id"] == 32768 * (row["video_id"] - 1) + row["instance_id"]


def test_the_check_knows_their_tracks(moving: Path) -> None:
    told = "\n".join(map(str, check(moving)))
    assert "track" not in told
    assert "video" not in told


def test_mot_has_whole_boxes_that_count_from_one(moving: Path) -> None:
    root = written(moving, "mot")
    assert (root / "seqmaps/longtail-train.txt").read_text().split() == ["name", "000001", "000002", "000003", "000004"]
    about = configparser.ConfigParser()
    about.read(root / "train/000004/seqinfo.ini")
    assert dict(about["Sequence"]) == {
        "name": "000004",
        "imdir": "img1",
        "framerate": "10",
        "seqlength": "3",
        "imwidth": "64",
        "imheight": "48",
        "imext": ".png",
    }
    rows = np.loadtxt(root / "train/000004/gt/gt.txt", delimiter=",")
    # Frame, id, left, top, width, height, counts, class, visible: of the car and the person; MOT has no dogs.
    assert rows[:, :2].tolist() == [[1, 1], [1, 2], [2, 1], [2, 2], [3, 1], [3, 2]]
    assert rows[1::2, 2:].tolist() == [[28, 19, 5, 16, 1, 1, 1]] * 3
    # The car leaves the picture by three columns at first, and the person covers five.
    assert rows[::2, 2:6].tolist() == [[-2, 21, 24, 12], [4, 21, 24, 12], [10, 21, 24, 12]]
    assert rows[::2, 6:8].tolist() == [[1, 3]] * 3
    assert rows[::2, 8].tolist() == [1.0, 1.0, pytest.approx(19 / 24)]
    assert sorted(path.name for path in (root / "train/000004/img1").iterdir()) == [f"00000{n}.png" for n in (1, 2, 3)]


def test_a_video_of_which_one_picture_is_left_has_the_rate_of_its_clip(moving: Path, tmp_path: Path) -> None:
    whole = Dataset.open(moving)
    config = {**whole.info.config, "clip": {"frames": 3, "rate_hz": 12.5}}
    asked = dataclasses.replace(whole, info=dataclasses.replace(whole.info, config=config))
    chosen = choose(asked, Wanted("frame_id == 1"))
    export(Selection.of(chosen, Splits(1, 0, 0)), EXPORTERS["mot"], tmp_path / "mot")
    about = [path.read_text() for path in sorted((tmp_path / "mot").glob("train/*/seqinfo.ini"))]
    assert ["frameRate=12.5\nseqLength=1\n" in text for text in about] == [True] * 4


def test_nuscenes_has_a_scene_for_each_clip(moving: Path) -> None:
    root = written(moving, "nuscenes") / "v1.0-train"
    found = {path.stem: {row["token"]: row for row in json.loads(path.read_bytes())} for path in root.glob("*.json")}
    assert [row["nbr_samples"] for row in found["scene"].values()] == [3, 3]
    for scene in found["scene"].values():
        chain = _followed(found["sample"], scene["first_sample_token"])
        assert chain[-1]["token"] == scene["last_sample_token"]
        assert {row["scene_token"] for row in chain} == {scene["token"]}
        assert np.diff([row["timestamp"] for row in chain]).tolist() == [100_000, 100_000]
    firsts = [row for row in found["sample_data"].values() if not row["prev"]]
    assert [len(_followed(found["sample_data"], row["token"])) for row in firsts] == [3] * 4
    # Two scenes with a car and a person, and a dog at the last moment of the second.
    assert sorted(row["nbr_annotations"] for row in found["instance"].values()) == [1, 3, 3, 3, 3]
    for row in found["instance"].values():
        boxes = _followed(found["sample_annotation"], row["first_annotation_token"])
        assert len(boxes) == row["nbr_annotations"]
        assert boxes[-1]["token"] == row["last_annotation_token"]
        assert {box["instance_token"] for box in boxes} == {row["token"]}


def _followed(table: dict[str, dict[str, Any]], token: str) -> list[dict[str, Any]]:
    """The rows from one without a row before it on, each of which names the one before."""
    rows = [table[token]]
    assert not rows[0]["prev"]
    while rows[-1]["next"]:
        rows.append(table[rows[-1]["next"]])
        assert rows[-1]["prev"] == rows[-2]["token"]
    return rows


def test_kitti_has_a_file_for_each_video(moving: Path) -> None:
    root = written(moving, "kitti-tracking") / "training"
    assert (root / "evaluate_tracking.seqmap.train").read_text().splitlines() == [
        f"000{number} empty 000000 000003" for number in (1, 2, 3, 4)
    ]
    rows = [line.split() for line in (root / "label_02/0003.txt").read_text().splitlines()]
    assert {len(row) for row in rows} == {17}
    assert [row[:3] for row in rows] == [
        *(["0", "1", "Car"], ["0", "2", "Pedestrian"], ["1", "1", "Car"], ["1", "2", "Pedestrian"]),
        *(["2", "1", "Car"], ["2", "2", "Pedestrian"], ["2", "5", "Misc"]),
    ]
    # Levels of truncation and occlusion are whole; boxes hold their last pixel.
    assert rows[0][3:5] == ["0", "0"]
    assert rows[4][6:10] == ["12.00", "20.00", "35.00", "31.00"]
    height, width, length, x, y, z, turn = map(float, rows[0][10:])
    assert (width, height, length) == (15.0, 7.5, 0.0)
    assert [x, y, z] == pytest.approx([(12 - 32) / 32 * 20, (32 - 24) / 32 * 20, 20.0])
    assert turn == pytest.approx(-np.pi / 2)
    calibration = dict(line.split(" ", 1) for line in (root / "calib/0003.txt").read_text().splitlines())
    assert set(calibration) == {"P0:", "P1:", "P2:", "P3:", "R_rect", "Tr_velo_cam", "Tr_imu_velo"}
    with Image.open(root / "image_02/0003/000002.png") as image:
        assert image.size == (64, 48)


def test_youtube_vis_has_a_mask_or_none_for_each_picture(moving: Path) -> None:
    root = written(moving, "youtube-vis") / "train"
    found = json.loads((root / "instances.json").read_bytes())
    assert [row["length"] for row in found["videos"]] == [3] * 4
    for row in found["videos"]:
        assert row["file_names"] == [f"{row['id']:06d}/0000{n}.jpg" for n in range(3)]
        assert all((root / "JPEGImages" / name).exists() for name in row["file_names"])
    assert [row["id"] for row in found["annotations"]] == list(range(1, 11))
    owners = {n: Dataset.open(moving).read("instance", n) for n in range(FRAMES)}
    for row in found["annotations"]:
        for moment, code in enumerate(row["segmentations"]):
            scene, camera = divmod(row["video_id"] - 1, 2)
            own = owners[6 * scene + 2 * moment + camera] == row["instance_id"]
            if not own.any():
                assert (code, row["bboxes"][moment], row["areas"][moment]) == (None, None, None)
                continue
            mask = coco_mask.decode(coco_mask.frPyObjects(code, row["height"], row["width"]))
            assert np.array_equal(mask, own)
            assert row["areas"][moment] == own.sum()
    dogs = [row for row in found["annotations"] if row["instance_id"] == 5]
    assert [[code is None for code in row["segmentations"]] for row in dogs] == [[True, True, False]] * 2


@pytest.mark.parametrize("name", ["mot", "kitti-tracking", "youtube-vis"])
def test_what_is_no_clip_is_refused(name: str, tmp_path: Path) -> None:
    selection = Selection.of(Dataset.open(dataset(tmp_path / "data")), Splits(1, 0, 0))
    with pytest.raises(DatasetError, match=rf"{name}: expected a dataset of clips, got frame 0.*render with `clip`"):
        export(selection, EXPORTERS[name], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def _of(root: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((root / "annotations/instances.json").read_bytes())
    return found


def test_what_is_no_clip_says_nothing_of_videos(tmp_path: Path) -> None:
    plain = _of(dataset(tmp_path / "data"))
    assert not {"videos", "tracks"} & plain.keys()
    assert not any("track_id" in row for row in plain["annotations"])
    assert not any("video_id" in row for row in plain["images"])
