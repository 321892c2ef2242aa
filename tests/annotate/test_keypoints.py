"""Keypoints: where joints project, and which of them one sees. Figures are drawn triangle by triangle."""

from __future__ import annotations

import dataclasses
import math
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import longtail
from longtail.annotate.camera import BrownConrady, Camera, KannalaBrandt, Lens, Pinhole
from longtail.annotate.camera.transform import Transform
from longtail.annotate.check.check import check
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.merge import merge
from longtail.annotate.labels.frame import SceneObject
from longtail.annotate.labels.keypoints import MIRRORED, NAMES, SKELETON, UNKNOWN, Keypoints, keypoints, keypoints_of
from longtail.annotate.statistics import statistics
from tests.annotate.figures import Stand, camera, described, drawn
from tests.annotate.pictures import FORWARD, info
from tests.annotate.stage import reseal, store

MAN = "person/man-standing"
FACE = NAMES[:5]
OUTPUTS = ("coco", "instance", "depth", "keypoints")


def flags(found: Keypoints) -> dict[str, int]:
    return {name: flag for name, (*_, flag) in zip(NAMES, found, strict=True)}


def dot(ahead_m: float, left_m: float, up_m: float) -> SceneObject:
    """Somebody all of whose joints are at one place, a hand wide."""
    pose = Transform.upright("world", "object", (ahead_m, left_m, up_m), 0.0)
    return SceneObject(1, "person", "dot", pose, (0, 0, 0), (1, 1, 1), 9, joints_m=((0.0, 0.0, 0.0, 0.1),) * 17)


def test_names_lines_and_mirror_are_cocos() -> None:
    assert len(NAMES) == len(MIRRORED) == 17
    assert len(SKELETON) == 19
    for place, name in enumerate(NAMES):
        other = name.replace("left", "!").replace("right", "left").replace("!", "right")
        assert NAMES[MIRRORED[place]] == other
    assert {(NAMES[a - 1], NAMES[b - 1]) for a, b in SKELETON} >= {
        ("left_shoulder", "left_elbow"),
        ("nose", "left_eye"),
    }


@pytest.mark.parametrize("turn_deg", [0.0, 90.0, 180.0, 250.0])
def test_a_figure_falls_on_its_analytic_projection(turn_deg: float) -> None:
    """Turned by hand about Z, shifted, and divided by what is ahead."""
    found = keypoints(drawn((Stand(MAN, 4.0, 0.1, turn_deg),)))[1]
    turn, lens = math.radians(turn_deg), camera().lens
    for (x, y, z, _), (column, row, flag) in zip(described(1, Stand(MAN)).joints_m, found, strict=True):
        ahead = 4.0 + x * math.cos(turn) - y * math.sin(turn)
        left = 0.1 + x * math.sin(turn) + y * math.cos(turn)
        up = z - 1.2
        assert flag > 0
        assert column == pytest.approx(lens.cx_px - lens.fx_px * left / ahead, abs=1e-2)
        assert row == pytest.approx(lens.cy_px - lens.fy_px * up / ahead, abs=1e-2)


@pytest.mark.parametrize(
    ("lens", "column"),
    [
        # 45 degrees to the left: one focal length by a pinhole, a quarter of pi by an equidistant fisheye.
        (Pinhole(200, 100, 60.0, 60.0, 100.0, 50.0), 100 - 60.0),
        (KannalaBrandt(200, 100, 60.0, 60.0, 100.0, 50.0), 100 - 60 * math.pi / 4),
        (BrownConrady(200, 100, 60.0, 60.0, 100.0, 50.0, k1=0.1), 100 - 60 * 1.1),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_any_lens(lens: Lens, column: float) -> None:
    ids, depth = np.ones((100, 200), dtype=np.int32), np.full((100, 200), 5.0)
    found = keypoints_of(Camera(lens, FORWARD), ids, depth, dot(5.0, 5.0, 0.0))
    assert list(found[0][:2]) == pytest.approx([column, 50.0], abs=2e-3)


def test_flags_by_the_rule() -> None:
    """The pixel shows somebody else, oneself before the joint by more than its reach, by less, and behind it."""
    view = camera(40, 30, 30.0)
    ids, depth = np.ones((30, 40), dtype=np.int32), np.full((30, 40), 3.0)
    for surface_m, flag in ((2.85, 1), (2.95, 2), (3.3, 2)):
        assert keypoints_of(view, ids, depth * 0 + surface_m, dot(3.0, 0.001, 0.001))[0][2] == flag
    assert keypoints_of(view, ids + 1, depth, dot(3.0, 0.001, 0.001))[0][2] == 1
    assert keypoints_of(view, ids, depth, dot(-3.0, 0.0, 0.0)) == UNKNOWN  # behind the camera
    assert keypoints_of(view, ids, depth, dot(3.0, 9.0, 0.0)) == UNKNOWN  # beside the picture
    assert keypoints_of(view, ids, depth, dataclasses.replace(dot(3.0, 0.0, 0.0), joints_m=())) == UNKNOWN


def test_a_fisheye_sees_what_is_behind_it() -> None:
    """Depth along the axis is negative there, as the surface's is."""
    lens = KannalaBrandt(400, 100, 60.0, 60.0, 200.0, 50.0)
    ids, depth = np.ones((100, 400), dtype=np.int32), np.full((100, 400), -5.0)
    found = keypoints_of(Camera(lens, FORWARD), ids, depth, dot(-5.0, 0.5, 0.0))[0]
    assert list(found) == pytest.approx([200 - 60 * (math.pi - math.atan(0.1)), 50.0, 2], abs=2e-3)


def test_somebody_who_faces_the_camera_shows_all_joints() -> None:
    assert set(flags(keypoints(drawn((Stand(MAN, 4.0),)))[1]).values()) == {2}


def test_ones_own_back_hides_the_face_and_no_limbs() -> None:
    found = flags(keypoints(drawn((Stand(MAN, 4.0, 0.0, 0.0),)))[1])
    assert [found[name] for name in ("nose", "left_eye", "right_eye")] == [1, 1, 1]
    limbs = [name for name in NAMES if name.split("_")[-1] in ("shoulder", "elbow", "knee", "ankle", "hip")]
    assert {found[name] for name in limbs} == {2}


def test_an_arm_behind_ones_own_trunk_is_hidden() -> None:
    """A telephone is held before the chest: seen from behind, its wrist is not."""
    behind = flags(keypoints(drawn((Stand("person/man-standing-phone", 4.0, 0.0, 0.0),)))[1])
    before = flags(keypoints(drawn((Stand("person/man-standing-phone", 4.0),)))[1])
    assert (before["right_wrist"], behind["right_wrist"]) == (2, 1)
    assert (behind["right_shoulder"], behind["left_wrist"]) == (2, 2)


def test_from_the_side_one_sees_one_side() -> None:
    """Who walks to the left shows the left half, if the camera is on that side."""
    found = flags(keypoints(drawn((Stand(MAN, 4.0, 0.0, -90.0),)))[1])
    assert [found[f"left_{name}"] for name in ("shoulder", "ear", "elbow", "knee")] == [1, 1, 1, 1]
    assert [found[f"right_{name}"] for name in ("shoulder", "ear", "elbow", "knee")] == [2, 2, 2, 2]


def test_a_wall_hides_half_a_figure() -> None:
    """It covers what is left of the figure's middle; the figure faces the camera, so that is its right half."""
    frame = drawn((Stand(MAN, 4.0),), (0.0, 3.0, 1.5))
    found = keypoints(frame)[1]
    for name, (column, _, flag) in zip(NAMES, found, strict=True):
        assert flag == (2 if column > 60 else 1), name
    halves = [flags(found)[f"{side}_{joint}"] for side in ("left", "right") for joint in ("shoulder", "wrist", "ankle")]
    assert halves == [2, 2, 2, 1, 1, 1]


@pytest.fixture(scope="module")
def stood(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One behind a wall, one cut by the border beside one whose joints nobody knows, and a rider."""
    frames = [
        drawn((Stand(MAN, 4.0),), (0.0, 3.0, 1.5), 0),
        drawn((Stand("person/woman-standing", 3.0, 0.75), Stand(MAN, 4.5, -0.4, 30.0, joints=False)), None, 1),
        drawn((Stand("rider/cyclist-city", 4.0, 0.0, 140.0),), None, 2),
    ]
    root = tmp_path_factory.mktemp("stood")
    taxonomy = frames[0].taxonomy
    store(root, frames, info(3, outputs=OUTPUTS, taxonomy=taxonomy, assets=()))
    merge(root)
    return root


def of_keypoints(root: Path) -> str:
    found = [str(finding) for finding in check(root)]
    return "\n".join(line for line in found if any(word in line for word in (*NAMES, "keypoints", "joints")))


def test_what_was_written_is_read_and_checked(stood: Path) -> None:
    assert of_keypoints(stood) == ""
    frames = longtail.open(stood)
    assert frames[0].instances.keypoints.shape == (1, 17, 3)
    truth = keypoints(drawn((Stand(MAN, 4.0),), (0.0, 3.0, 1.5), 0))[1]
    assert np.array_equal(frames[0].instances.keypoints[0], truth)
    cut, unknown = frames[1].instances.keypoints[..., 2]
    assert set(cut) >= {0.0, 2.0}
    assert not unknown.any()


def test_statistics_count_who_is_seen(stood: Path) -> None:
    """Two men, a woman and a cyclist, of whom none says in what skin."""
    people = statistics(Dataset.open(stood))["people"]
    assert people["age_group"] == {"adult": 4}
    assert people["clothing"] == {"casual": 3, "smart": 1}
    assert people["skin_tone"] == {"unknown": 4}


def first(change: Any) -> Any:
    return lambda record: change(record["annotations"][0])


def shift(row: dict[str, Any]) -> None:
    row["keypoints"][0] += 1.0


def swap(row: dict[str, Any]) -> None:
    """Left for right."""
    three = [row["keypoints"][3 * place : 3 * place + 3] for place in MIRRORED]
    row["keypoints"] = [value for point in three for value in point]


def show_all(row: dict[str, Any]) -> None:
    row["keypoints"][2::3] = [2] * 17


def hide_all(row: dict[str, Any]) -> None:
    row["keypoints"][2::3] = [1] * 17


def told(row: dict[str, Any]) -> None:
    """Before the flags, which stand last."""
    flags = {key: row.pop(key) for key in ("iscrowd", "ignored_for")}
    row.update(keypoints=[0] * 51, num_keypoints=0, **flags)


def forget(row: dict[str, Any]) -> None:
    row["keypoints"] = [0] * 51
    row["num_keypoints"] = 0


@pytest.mark.parametrize(
    ("index", "damage", "said"),
    [
        (0, first(shift), r"annotation of object 1: nose at \["),
        (0, first(swap), "left_shoulder at"),
        (0, first(show_all), "right_wrist hidden, as mask and depth say, got flag 2"),
        (0, first(hide_all), "left_wrist visible, as mask and depth say, got flag 1"),
        (0, first(forget), "nose in the picture, got flag 0"),
        (0, first(lambda row: row.update(num_keypoints=3)), "expected 17, as many as have a flag, got 3"),
        (0, first(lambda row: row["attributes"].update(age_group="child")), "attributes .*as the object has them"),
        (0, first(lambda row: row.pop("keypoints")), "annotation of object 1: keypoints, got none"),
        (0, lambda record: record["objects"][0].pop("joints_m"), "17 times 0, as its joints are not known"),
        (0, lambda record: record["objects"][0]["joints_m"][0].__setitem__(2, 2.5), "its nose inside its 3D box"),
        (1, lambda record: record["annotations"][1].update(keypoints=[9.0, 9.0, 2] * 17, num_keypoints=17), "17 times"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_found(stood: Path, tmp_path: Path, index: int, damage: Any, said: str) -> None:
    root = shutil.copytree(stood, tmp_path / "damaged")
    reseal(root, index, damage)
    found = "\n".join(map(str, check(root)))
    assert re.search(said, found), found


def test_keypoints_unasked_are_found(tmp_path: Path) -> None:
    frame = drawn((Stand(MAN, 4.0),), (0.0, 3.0, 1.5), 0)
    store(tmp_path, [frame], info(1, outputs=("coco", "depth"), taxonomy=frame.taxonomy, assets=()))
    merge(tmp_path)
    assert "keypoints" not in (tmp_path / "annotations/instances.json").read_text()
    assert of_keypoints(tmp_path) == ""
    reseal(tmp_path, 0, first(told))
    assert "no keypoints, got some" in of_keypoints(tmp_path)
