"""Whole silhouettes as values, what hides them, and which of two things is in front."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pycocotools import mask as coco_mask

from longtail.annotate.errors import RenderError
from longtail.annotate.labels.instances import label
from longtail.annotate.labels.occlusion import Amodal, Cover, Order, hidden_by, nearer
from longtail.annotate.labels.silhouette import Silhouette
from tests.annotate.pictures import Board, picture

MASKS = arrays(np.bool_, st.tuples(st.integers(1, 12), st.integers(1, 12)))


def whole(mask: Any, x: int = 0, y: int = 0) -> Silhouette:
    found = Silhouette.of(np.asarray(mask, dtype=np.bool_), x, y)
    assert found is not None
    return found


@given(mask=MASKS, x=st.integers(-20, 20), y=st.integers(-20, 20))
def test_a_silhouette_is_its_mask_wherever_it_lies(mask: Any, x: int, y: int) -> None:
    found = Silhouette.of(mask, x, y)
    if found is None:
        assert not mask.any()
        return
    rows, columns = np.nonzero(mask)
    left, top, width, height = found.bbox
    assert (left, top) == (columns.min() + x, rows.min() + y)
    assert (left + width, top + height) == (columns.max() + x + 1, rows.max() + y + 1)
    assert found.area == mask.sum()
    canvas = np.zeros((60, 60), dtype=np.bool_)
    canvas[rows + y + 20, columns + x + 20] = True
    np.testing.assert_array_equal(found.in_picture(9, 7), canvas[20:27, 20:29])
    assert Silhouette.from_json(json.loads(json.dumps(found.to_json()))) == found
    # Others read it, too.
    np.testing.assert_array_equal(coco_mask.decode(found.to_json()), found.mask())


def test_covers_are_counted_by_what_is_seen() -> None:
    owners = np.array([[7, 8, 8, 0], [7, 9, 0, 0]], dtype=np.uint16)
    kinds = np.array([[1, 1, 1, 30], [1, 2, 31, 30]], dtype=np.uint8)
    found = hidden_by({7: whole(np.ones((2, 6)), -2, 0)}, owners, kinds)
    assert found == {7: (Cover(0, 30, 2), Cover(8, 1, 2), Cover(0, 31, 1), Cover(9, 2, 1))}


def test_of_interleaved_things_each_is_in_front_somewhere() -> None:
    """Two bars that are woven through each other twice, and a third that is as near as the first."""
    pixels = np.tile(np.arange(4), 3)
    owners = np.repeat([1, 2, 3], 4)
    away = np.array([1, 5, 1, 5, 3, 3, 3, 3, 1, 5, 9, 9], dtype=np.float32)
    assert nearer(pixels, owners, away) == {1: {2: 2, 3: 4}, 2: {1: 2, 3: 3}, 3: {2: 1}}
    # What is seen is in front of all that is not, which stuff (0) is none of.
    shown = np.array([[9, 9, 0, 0]])
    assert nearer(pixels, owners, away, shown)[9] == {1: 2, 2: 2, 3: 2}
    assert nearer(pixels, owners, away, shown)[1] == {2: 2, 3: 4}


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(1, 4), st.integers(0, 3)), unique_by=lambda hit: hit[:2]),
)
def test_orders_add_up_to_overlaps(hits: list[tuple[int, int, int]]) -> None:
    pixels, owners, away = (np.array([hit[place] for hit in hits], dtype=np.int64) for place in range(3))
    found = nearer(pixels, owners, away.astype(np.float32))
    for one in range(1, 5):
        for other in range(one + 1, 5):
            shared = len(set(pixels[owners == one].tolist()) & set(pixels[owners == other].tolist()))
            assert found.get(one, {}).get(other, 0) + found.get(other, {}).get(one, 0) == shared


def hiding() -> Any:
    """A person before a car, which reaches four columns beyond the left border."""
    frame = picture([Board(1, "car", -4, 10, 20, 8, 20.0), Board(2, "person", 6, 8, 4, 12, 10.0)])
    shapes = {1: whole(np.ones((8, 20)), -4, 10), 2: whole(np.ones((12, 4)), 6, 8)}
    return replace(
        frame,
        objects=tuple(
            replace(item, silhouette=shapes.get(item.id), nearer_px={1: 32} if item.id == 2 else {})
            for item in frame.objects
        ),
    )


def test_labels_say_what_hides_a_thing() -> None:
    labels = label(hiding())
    person = labels.taxonomy.ids["person"]
    assert labels.amodal[1].bbox == (-4, 10, 20, 8)
    assert labels.amodal[1].area == 160
    assert labels.amodal[1].occluded_by == (Cover(2, person, 32),)
    assert labels.amodal[1].order == (Order(2, 0, 32),)
    assert labels.amodal[2].occluded_by == ()
    assert labels.amodal[2].order == (Order(1, 32, 0),)
    for amodal in labels.amodal.values():
        assert Amodal.from_json(json.loads(json.dumps(amodal.to_json()))) == amodal


@pytest.mark.parametrize(("shape", "shift"), [((8, 19), 0), ((8, 20), 1), ((9, 20), 0)])
def test_a_silhouette_that_is_not_the_things_is_refused(shape: tuple[int, int], shift: int) -> None:
    frame = hiding()
    wrong = whole(np.ones(shape), -4 + shift, 10)
    objects = tuple(replace(item, silhouette=wrong) if item.id == 1 else item for item in frame.objects)
    with pytest.raises(RenderError, match="object 1: expected a silhouette of 128 pixels in the picture"):
        label(replace(frame, objects=objects))


def test_without_silhouettes_rows_say_nothing() -> None:
    assert label(picture([Board(1, "car", 3, 10, 20, 8)])).amodal == {}
    assert Amodal.from_json({"bbox": [0, 0, 1, 1]}) is None


@pytest.mark.parametrize(
    "change",
    [
        {"amodal_area": 1.5},
        {"amodal_bbox": [0, 0, 1]},
        {"amodal_segmentation": {"origin": [0, 0.5], "size": [1, 1], "counts": "01"}},
        {"occluded_by": [{"instance_id": 1, "category_id": True, "px": 1}]},
        {"occlusion_order": [{"instance_id": 1}]},
    ],
)
def test_rows_that_say_something_else_are_refused(change: dict[str, Any]) -> None:
    row = label(hiding()).amodal[1].to_json() | change
    with pytest.raises((ValueError, TypeError)):
        Amodal.from_json(row)
