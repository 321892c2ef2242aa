"""Labels against what paper says, against pycocotools, and against every raster hypothesis can think of."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from pycocotools import mask as coco_mask

from longtail.annotate.errors import RenderError
from longtail.annotate.labels import rle
from longtail.annotate.labels.boxes import tight_box
from longtail.annotate.labels.instances import label
from tests.annotate.pictures import ROAD, TAXONOMY, Board, picture, raster_frame
from tests.annotate.stage import without_objects


def test_an_empty_street_has_sky_and_road_and_no_things() -> None:
    labels = label(picture())
    assert labels.things == ()
    sky, road = TAXONOMY.ids["sky"], TAXONOMY.ids["road"]
    assert [(s.id, s.category_id, s.area, s.bbox) for s in labels.segments] == [
        (road << 16, road, 64 * 24, (0, 24, 64, 24)),
        (sky << 16, sky, 64 * 24, (0, 0, 64, 24)),
    ]
    assert not labels.instance.any()
    assert labels.visibility[ROAD].visible_fraction is None


def test_a_person_before_a_car_takes_the_pixels_it_covers() -> None:
    labels = label(picture([Board(1, "car", 10, 20, 30, 12, 20.0), Board(2, "person", 20, 18, 4, 16, 10.0)]))
    car, person = labels.things
    assert (car.bbox, car.area) == ((10, 20, 30, 12), 30 * 12 - 4 * 12)
    assert car.visibility.visible_fraction == pytest.approx(312 / 360)
    assert (person.bbox, person.area, person.visibility.visible_fraction) == ((20, 18, 4, 16), 64, 1.0)
    assert labels.semantic[21, 21] == TAXONOMY.ids["person"]
    assert labels.panoptic[21, 11] == (TAXONOMY.ids["car"] << 16) + 1


def test_a_hidden_thing_has_visibility_and_no_instance() -> None:
    labels = label(picture([Board(1, "bus", 0, 0, 40, 40, 9.0), Board(2, "dog", 10, 30, 5, 5, 30.0)]))
    assert [thing.id for thing in labels.things] == [1]
    assert (labels.visibility[2].visible_px, labels.visibility[2].visible_fraction) == (0, 0.0)


@pytest.mark.parametrize(
    ("board", "share"),
    [
        (Board(1, "car", 10, 10, 8, 8), 0.0),
        (Board(1, "car", -5, 10, 10, 4), 0.5),
        (Board(1, "car", -5, -5, 10, 10), 0.75),
        (Board(1, "car", 60, 0, 16, 4), 0.75),
        (Board(1, "car", 0, 40, 10, 32), 0.75),
        (Board(1, "car", 70, 10, 8, 8), 1.0),
    ],
)
def test_truncation_is_the_share_of_the_box_outside(board: Board, share: float) -> None:
    seen = label(picture([board])).visibility[1]
    assert seen.truncation == pytest.approx(share, abs=0.01)
    assert seen.projected_box_px == pytest.approx((board.x, board.y, board.width, board.height), abs=1e-9)


def test_the_rle_of_a_ring_keeps_its_hole() -> None:
    ids = np.zeros((9, 9), dtype=np.int32)
    ids[2:7, 2:7] = 1
    ids[4, 4] = 2
    frame = raster_frame(ids, [1])
    (ring,) = label(frame).things
    assert ring.area == 24
    assert not rle.decode({"size": [9, 9], "counts": ring.counts})[4, 4]


_RASTERS = hnp.arrays(np.int32, hnp.array_shapes(min_dims=2, max_dims=2, max_side=12), elements=st.integers(0, 6))


@given(ids=_RASTERS)
@settings(deadline=None)
def test_every_pixel_has_exactly_one_owner(ids: Any) -> None:
    labels = label(raster_frame(ids, things=[1, 2, 3, 6]))
    total = np.zeros(ids.shape, dtype=np.int64)
    for thing in labels.things:
        mask = coco_mask.decode({"size": list(ids.shape), "counts": thing.counts.encode()})
        assert np.array_equal(mask, ids == thing.id)
        assert coco_mask.area({"size": list(ids.shape), "counts": thing.counts.encode()}) == thing.area
        assert tuple(coco_mask.toBbox({"size": list(ids.shape), "counts": thing.counts.encode()})) == thing.bbox
        total += mask
    assert total.max(initial=0) <= 1
    assert np.array_equal(total > 0, labels.instance > 0)
    assert sum(segment.area for segment in labels.segments) == ids.size
    assert sorted(segment.id for segment in labels.segments) == np.unique(labels.panoptic).tolist()
    assert np.array_equal(labels.panoptic & 0xFFFF, labels.instance)
    assert np.array_equal(labels.panoptic >> 16, labels.semantic)


@given(ids=_RASTERS)
@settings(deadline=None)
def test_run_lengths_equal_those_of_pycocotools(ids: Any) -> None:
    counts = rle.encode_ids(ids)
    assert list(counts) == [number for number in np.unique(ids).tolist() if number]
    for number, text in counts.items():
        whole = np.asfortranarray((ids == number).astype(np.uint8))
        assert coco_mask.encode(whole)["counts"].decode() == text
        code = {"size": list(ids.shape), "counts": text}
        assert np.array_equal(rle.decode(code), whole)
        runs = rle.runs_of(code)
        assert np.array_equal(rle.pixels_of(runs), np.flatnonzero(whole.ravel(order="F")))
        assert rle.box_of(runs, len(ids)) == tight_box(ids == number)


def test_long_runs_survive_the_string() -> None:
    ids = np.zeros((700, 900), dtype=np.int32)
    ids[:, 300:600] = 3
    ids[0, 0] = 3
    assert np.array_equal(rle.decode({"size": [700, 900], "counts": rle.encode_ids(ids)[3]}), ids == 3)


@pytest.mark.parametrize("counts", ["", "0", "Q", "0d", "0~", "\x01", "é", None, 4, "0e00", "o", "o" * 9])
def test_a_damaged_rle_is_refused(counts: Any) -> None:
    with pytest.raises(ValueError, match="segmentation counts"):
        rle.decode({"size": [10, 10], "counts": counts})


@pytest.mark.parametrize("size", [None, [10], [10, -10], ["10", 10], [0, 0]])
def test_a_damaged_rle_size_is_refused(size: Any) -> None:
    with pytest.raises(ValueError, match="segmentation size"):
        rle.decode({"size": size, "counts": "d3"})


def test_frames_that_contradict_themselves_are_refused() -> None:
    boards = [Board(1, "car", 10, 10, 8, 8)]
    frame = picture(boards)
    with pytest.raises(RenderError, match=r"frame 0: the id raster has ids that no object has: \[1\]"):
        label(without_objects(frame, 1))
    car = frame.objects[1]
    for change, message in (
        ({"amodal_px": 63}, "expected at most 63 visible pixels, its amodal count, got 64"),
        ({"amodal_px": None}, "expected amodal pixels for a car, got none"),
        ({"category": "unicorn"}, "expected a category of the taxonomy, got 'unicorn'"),
        ({"id": 70000}, "expected an id of at most 65535"),
        ({"box_size_m": (1.0, -1.0, 1.0)}, "expected a box size of 0 m or more"),
    ):
        other = dataclasses.replace(car, **change)
        with pytest.raises(RenderError, match=message):
            label(dataclasses.replace(frame, objects=(frame.objects[0], other)))


@pytest.mark.parametrize("value", [np.inf, np.nan, 0.0, -1.0])
def test_an_id_without_a_surface_is_refused(value: float) -> None:
    frame = picture([Board(1, "car", 10, 10, 8, 8)])
    depth_m = frame.depth_m.copy()
    depth_m[12, 12] = value
    with pytest.raises(RenderError, match="1 with an id and no depth"):
        label(dataclasses.replace(frame, depth_m=depth_m))


@pytest.mark.parametrize("value", [3.0, np.nan])
def test_a_surface_without_an_id_never_passes_for_sky(value: float) -> None:
    frame = picture()
    depth_m = frame.depth_m.copy()
    depth_m[0, 0] = value
    with pytest.raises(RenderError, match="1 pixels with a depth and no id"):
        label(dataclasses.replace(frame, depth_m=depth_m))


def test_normals_that_are_no_numbers_are_refused() -> None:
    frame = picture()
    assert frame.normals is not None
    normals = frame.normals.copy()
    normals[3, 4, 1] = np.nan
    with pytest.raises(RenderError, match="expected finite normals, got 1 pixels without"):
        label(dataclasses.replace(frame, normals=normals))


def test_negative_ids_are_refused() -> None:
    frame = picture()
    ids = frame.object_ids.copy()
    ids[0, 0] = -1
    with pytest.raises(RenderError, match="expected object ids from 0 to 65535, got -1"):
        label(dataclasses.replace(frame, object_ids=ids))
