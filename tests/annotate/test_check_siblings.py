"""Frames of one scene under several conditions: the check finds labels that differ and should not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from longtail.annotate.check.check import check
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.merge import merge
from longtail.annotate.dataset.rendered_on import RenderedOn
from longtail.annotate.labels.conditions import Conditions
from longtail.annotate.labels.frame import Frame
from longtail.annotate.labels.shown import Shown
from longtail.annotate.statistics import statistics
from tests.annotate.pictures import Board, info, picture
from tests.annotate.stage import messages, store

CAR = (Board(1, "car", 10, 20, 30, 12, 20.0),)
# Another picture of objects that stand in the very same places.
MOVED = (Board(1, "car", 12, 20, 28, 12, 20.0),)


def sibling(boards: tuple[Board, ...], index: int, variant: str, water_level_m: float | None = None) -> Frame:
    frame, scene = picture(boards, index), index // 2
    others = tuple(other for other in (2 * scene, 2 * scene + 1) if other != index)
    shown = Shown(scene, variant, {}, others)
    return replace(
        frame, objects=picture(CAR, 0).objects, conditions=Conditions(water_level_m=water_level_m), shown=shown
    )


def dataset(root: Path, second: Frame) -> Path:
    store(root, [sibling(CAR, 0, "clear"), second], info(2))
    merge(root)
    return root


def test_pairs_with_equal_labels_are_sound_and_linked(tmp_path: Path) -> None:
    root = dataset(tmp_path, sibling(CAR, 1, "fog"))
    assert check(root) == []
    records = list(Dataset.open(root).records())
    assert [record.shown.siblings for record in records] == [(1,), (0,)]
    assert [record.image["variant"] for record in records] == ["clear", "fog"]
    assert [record.image["scene"] for record in records] == [0, 0]


def test_labels_that_differ_without_reason_are_found(tmp_path: Path) -> None:
    found = messages(dataset(tmp_path, sibling(MOVED, 1, "fog")))
    assert "the same instance as frame 0, which shows the same scene" in found


MEASURES = ("instance", "depth", "distance", "world", "normals")


def measured(root: Path, off_m: float, pixels: int) -> str:
    """What the check says of two siblings whose depths differ by so much in so many pixels of a car's row."""
    second = sibling(CAR, 1, "fog")
    second.depth_m[24, 12 : 12 + pixels] += np.float32(off_m)
    store(root, [sibling(CAR, 0, "clear"), second], replace(info(2), outputs=MEASURES))
    merge(root)
    return messages(root)


# A float32 of 20 m has a last bit of 2e-6 m.
@pytest.mark.parametrize("off_m", [2e-6, -2e-6])
def test_rounding_of_a_pixel_is_no_other_scene(tmp_path: Path, off_m: float) -> None:
    assert measured(tmp_path, off_m, 1) == ""


@pytest.mark.parametrize(("off_m", "pixels"), [(0.001, 1), (2e-6, 20)], ids=["a millimetre", "many pixels"])
def test_more_than_rounding_is_another_scene(tmp_path: Path, off_m: float, pixels: int) -> None:
    assert "the same world as frame 0, which shows the same scene" in measured(tmp_path, off_m, pixels)


def test_siblings_of_two_machines_are_not_compared(tmp_path: Path) -> None:
    store(tmp_path, [sibling(CAR, 0, "clear")], info(2), RenderedOn("cpu", "x86-64-v3"))
    store(tmp_path, [sibling(MOVED, 1, "fog")], info(2), RenderedOn("optix NVIDIA L4", "x86-64-v3"))
    merge(tmp_path)
    assert "same scene" not in messages(tmp_path)


def test_a_flood_may_change_the_labels(tmp_path: Path) -> None:
    root = dataset(tmp_path, sibling(MOVED, 1, "flood", water_level_m=0.4))
    assert "same scene" not in messages(root)


def test_other_scenes_may_look_otherwise(tmp_path: Path) -> None:
    lone = replace(sibling(MOVED, 1, "fog"), shown=Shown(1, "fog", {}, (2, 3)))
    root = dataset(tmp_path, lone)
    assert "same scene" not in messages(root)


def test_a_frame_is_not_its_own_sibling(tmp_path: Path) -> None:
    wrong = replace(sibling(CAR, 1, "fog"), shown=Shown(0, "fog", {}, (0, 1)))
    assert "siblings other than itself" in messages(dataset(tmp_path, wrong))


def test_a_record_keeps_what_it_shows() -> None:
    shown = Shown(7, "night", {"weather.fog.visibility_m": 40.0}, (14, 16))
    assert Shown.from_json(shown.to_json()) == shown
    with pytest.raises(KeyError):
        Shown.from_json({"scene": 1})


def test_statistics_count_what_was_drawn_once_for_all_siblings_once(tmp_path: Path) -> None:
    root = dataset(tmp_path, sibling(CAR, 1, "fog"))
    rows = {row["path"]: row for row in statistics(Dataset.open(root))["parameters"]}
    # The stage draws the same weather for both pictures and another sun for each.
    assert rows["weather"]["frames"] == 2
    assert sum(rows["weather"]["options"]["counts"]) == 1
    assert rows["lighting.sun_elevation_deg"]["realised"]["n"] == 2
