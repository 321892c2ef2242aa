"""Pixels that no ray reaches are void in every mask, in COCO's panoptic files, in the statistics and for the check."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path

import numpy as np
import pytest

from longtail.annotate.camera import BrownConrady, Camera, KannalaBrandt, Pinhole, in_image_circle
from longtail.annotate.camera.transform import Transform
from longtail.annotate.check.check import check
from longtail.annotate.dataset import encoders
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.layers import LAYERS
from longtail.annotate.dataset.merge import merge
from longtail.annotate.errors import RenderError
from longtail.annotate.labels.appearance import contrasts
from longtail.annotate.labels.frame import Frame
from longtail.annotate.labels.instances import label
from longtail.annotate.statistics import statistics
from tests.annotate.pictures import FORWARD, ROAD, ROAD_BELOW_M, TAXONOMY, Board, info, picture
from tests.annotate.stage import messages, repaint, reseal, store

SKY, CAR = TAXONOMY.ids["sky"], TAXONOMY.ids["car"]
LENS = KannalaBrandt(64, 48, 6.0, 6.0, 32.0, 24.0)
"""An equidistant fisheye, r = f theta: its picture ends at theta = pi, 18.85 px from the middle."""


def round_frame(index: int = 0) -> Frame:
    """Sky, road and a car seen through a lens whose picture is a circle within the raster."""
    flat = picture([Board(1, "car", 28, 20, 8, 8, 20.0)], index)
    circle, camera, ids = on_paper(LENS), Camera(LENS, FORWARD), flat.object_ids
    y, x = np.mgrid[: LENS.height_px, : LENS.width_px] + 0.5
    rays = LENS.rays(np.stack([x, y], axis=-1))
    with np.errstate(divide="ignore", invalid="ignore"):
        road_m = ROAD_BELOW_M * rays[..., 2] / rays[..., 1]
        seen_m = np.where(ids == ROAD, road_m, np.where(ids > 0, 20.0, np.inf))
    across_m = 2 * np.abs(20.0 * rays[ids == 1][:, :2] / rays[ids == 1][:, 2:]).max() + 1e-6
    road, car = flat.objects
    assert flat.normals is not None
    pose = Transform.upright("world", "object", (20.0, 0.0, 0.0), 0.0)
    car = dataclasses.replace(car, world_from_object=pose, box_size_m=(0.0, across_m, across_m))
    return dataclasses.replace(
        flat,
        camera=camera,
        object_ids=np.where(circle, ids, 0),
        depth_m=np.where(circle, seen_m, np.inf).astype(np.float32),
        normals=np.where(circle[..., None], flat.normals, np.float32(0)),
        rgb=np.where(circle[..., None], np.maximum(flat.rgb, 1), 0).astype(np.uint8),
        objects=(road, car),
    )


def on_paper(lens: KannalaBrandt) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Pixels whose centre is no farther from the middle than f pi, counted without the lens's own code."""
    y, x = np.mgrid[: lens.height_px, : lens.width_px] + 0.5
    inside: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] = (x - 32) ** 2 + (y - 24) ** 2 <= (6 * math.pi) ** 2
    return inside


def test_an_equidistant_fisheye_of_220_degrees_ends_in_a_circle() -> None:
    """In a picture 540 wide and 960 high f is 270 / 110 deg, and the circle's radius f pi = 270 * 180 / 110 px."""
    lens = KannalaBrandt.from_fov(540, 960, 220.0)
    radius = 270 * 180 / 110
    y, x = np.mgrid[:960, :540] + 0.5
    np.testing.assert_array_equal(in_image_circle(lens), np.hypot(x - 270, y - 480) < radius)
    # The circle is cut off left and right: two segments of it, of half angle acos(270 / radius), lie outside.
    half = math.acos(270 / radius)
    area = math.pi * radius**2 - 2 * radius**2 * (half - math.sin(half) * math.cos(half))
    assert 1 - in_image_circle(lens).mean() == pytest.approx(1 - area / (540 * 960), abs=1e-4)
    assert 1 - in_image_circle(lens).mean() == pytest.approx(0.141, abs=5e-4)


def test_a_barrel_ends_where_it_folds_and_a_pinhole_nowhere() -> None:
    """r (1 - r^2 / 4) rises up to r = 1.155, to 0.77 of the focal length."""
    barrel = BrownConrady(200, 200, 100.0, 100.0, 100.0, 100.0, k1=-0.25)
    y, x = np.mgrid[:200, :200] + 0.5
    distance = np.hypot(x - 100, y - 100)
    np.testing.assert_array_equal(in_image_circle(barrel), distance < 100 * math.sqrt(4 / 3) * 2 / 3)
    assert in_image_circle(Pinhole.from_fov(64, 48, 120.0)).all()


def test_void_is_no_sky_and_no_segment() -> None:
    labels = label(round_frame())
    outside = ~on_paper(LENS)
    assert (labels.semantic[outside] == 0).all()
    assert (labels.panoptic[outside] == 0).all()
    assert not labels.instance[outside].any()
    assert (labels.semantic[~outside] > 0).all()
    assert {segment.category_id for segment in labels.segments} == {TAXONOMY.ids["road"], SKY, CAR}
    assert sum(segment.area for segment in labels.segments) == np.count_nonzero(~outside)
    assert next(s for s in labels.segments if s.category_id == SKY).area == (labels.semantic == SKY).sum()


def test_a_circle_without_sky_has_none() -> None:
    frame = round_frame()
    circle = on_paper(LENS)
    all_road = dataclasses.replace(
        frame,
        object_ids=np.where(circle, ROAD, 0).astype(np.int32),
        depth_m=np.where(circle, 9.0, np.inf).astype(np.float32),
    )
    assert [segment.category_id for segment in label(all_road).segments] == [TAXONOMY.ids["road"]]


def test_an_id_that_no_ray_can_have_seen_is_refused() -> None:
    frame = round_frame()
    ids, depth_m = frame.object_ids.copy(), frame.depth_m.copy()
    ids[0, 0], depth_m[0, 0] = ROAD, 5.0
    with pytest.raises(RenderError, match="expected no id where the lens has no ray, got 1 pixels"):
        label(dataclasses.replace(frame, object_ids=ids, depth_m=depth_m))


def test_nothing_stands_out_against_void() -> None:
    """A grey thing before grey has no contrast, though black void cuts it off."""
    instance = np.zeros((40, 60), dtype=np.uint16)
    instance[10:30, 20:40] = 1
    rgb = np.full((40, 60, 3), 120, dtype=np.uint8)
    circle = np.ones((40, 60), dtype=np.bool_)
    circle[:, 40:] = False
    rgb[~circle] = 0
    assert contrasts(rgb, instance, {1: (20, 10, 20, 20)}, circle) == {1: 0}
    assert (contrasts(rgb, instance, {1: (20, 10, 20, 20)})[1] or 0) > 10


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A dataset of two frames through the fisheye."""
    store(tmp_path, [round_frame(0), round_frame(1)], info(2))
    merge(tmp_path)
    return tmp_path


def test_a_sound_fisheye_has_no_findings(root: Path) -> None:
    assert check(root) == []
    panoptic = json.loads((root / "panoptic/panoptic.json").read_bytes())
    assert all(segment["id"] > 0 for row in panoptic["annotations"] for segment in row["segments_info"])


def test_statistics_count_no_void(root: Path) -> None:
    found = statistics(Dataset.open(root))
    assert sum(row["pixel_share"] for row in found["categories"]) == pytest.approx(1)
    frame, circle = round_frame(), on_paper(LENS)
    luma = frame.rgb[circle].mean(axis=0) @ [0.2126, 0.7152, 0.0722] / 255
    assert found["brightness"]["mean"] == pytest.approx(luma)


@pytest.mark.parametrize(
    ("name", "place", "value", "message"),
    [
        ("semantic", (0, 0), SKY, "void wherever the lens has no ray, got a category at 1 pixels"),
        ("semantic", (24, 20), 0, "a category wherever the lens has a ray, got void at 1 pixels"),
        ("panoptic", (0, 0), SKY << 16, "void wherever the lens has no ray, got a category at 1 pixels"),
        ("panoptic", (10, 32), 0, "a category wherever the lens has a ray, got void at 1 pixels"),
        ("instance", (0, 0), 1, "nothing where the lens has no ray, got something at 1 pixels"),
        ("depth", (0, 0), 9.0, "nothing where the lens has no ray, got something at 1 pixels"),
        ("normals", (0, 0), 0.57735, "nothing where the lens has no ray, got something at 1 pixels"),
    ],
)
def test_the_check_knows_where_void_is(
    root: Path, name: str, place: tuple[int, int], value: float, message: str
) -> None:
    layer = LAYERS[name]
    array = layer.decode((root / layer.path(1)).read_bytes()).copy()
    array[place] = value
    repaint(root, 1, layer.path(1), layer.encode(array))
    assert f"{layer.path(1)}: expected {message}" in messages(root)


def paint(root: Path, level: int) -> str:
    """What the check says once the second picture is even; contrasts follow it."""
    grey = np.full((48, 64, 3), level, dtype=np.uint8)

    def even(record: dict[str, object]) -> None:
        record["objects"][0].update(contrast=0.0, ignore=1)  # type: ignore[index]
        record["annotations"][0].update(contrast=0.0, iscrowd=1, ignored_for=["contrast"])  # type: ignore[index]
        for segment in record["segments_info"]:  # type: ignore[attr-defined]
            segment["iscrowd"] = int(segment["category_id"] == CAR)

    reseal(root, 1, even)
    repaint(root, 1, "images/000001.png", encoders.encode_png(grey))
    return messages(root)


@pytest.mark.parametrize("level", [0, 97, 255])
def test_a_picture_of_one_colour_under_full_labels_is_found(root: Path, level: int) -> None:
    assert paint(root, level) == (
        "images/000001.png: expected a picture of the 3 segments that are labelled, got one colour, "
        f"({level}, {level}, {level}), all over it"
    )


@pytest.mark.parametrize(
    ("level", "lux", "ev100", "sound"),
    [
        # A white card in 1e-3 lux has 3e-4 cd/m2; at EV 12 it gives 0.18 * 3e-4 / 512, which no 8 bits show.
        (0, 1e-3, 12.0, True),
        (0, 1e4, 12.0, False),
        # Soot in full sun at EV -6 is 700 times white.
        (255, 4e3, -6.0, True),
        (255, 1e4, 12.0, False),
        (97, 1e-3, 12.0, False),
    ],
)
def test_night_may_be_black_and_overexposure_white(
    root: Path, level: int, lux: float, ev100: float, sound: bool
) -> None:
    def expose(record: dict[str, object]) -> None:
        record["extra"].update(exposure={"ev100": ev100})  # type: ignore[attr-defined]
        for key in ("conditions", "image"):
            record[key].update(illuminance_lux=lux)  # type: ignore[attr-defined]

    reseal(root, 1, expose)
    assert (paint(root, level) == "") == sound


def test_air_that_hides_all_may_leave_one_colour(root: Path) -> None:
    def thicken(record: dict[str, object]) -> None:
        for key in ("conditions", "image"):
            record[key].update(visibility_m=3.0)  # type: ignore[attr-defined]

    reseal(root, 1, thicken)
    assert paint(root, 97) == ""
