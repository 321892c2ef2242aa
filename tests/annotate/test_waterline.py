"""Where water stands against things, and how much of them it hides."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longtail.annotate.errors import RenderError
from longtail.annotate.labels.instances import label
from tests.annotate.flood import CAR, FAR, SIGN, WATER, flooded
from tests.annotate.pictures import TAXONOMY, Board, picture


def thing(boards: Any, number: int = 1, **changes: Any) -> Any:
    labels = label(dataclasses.replace(flooded(boards), **changes))
    return next(thing for thing in labels.things if thing.id == number)


def test_a_car_in_the_flood_ends_where_the_water_does() -> None:
    car = thing([CAR])
    # Rows 29 to 31 of its ten lie under water; the line runs along row 28, the lowest one seen.
    assert car.bbox == (8, 22, 20, 7)
    assert car.visibility.submerged_fraction == pytest.approx(0.3)
    assert car.visibility.visible_fraction == pytest.approx(0.7)
    (line,) = car.waterline
    assert {line[0], line[-1]} == {(8.5, 28.5), (27.5, 28.5)}
    assert len(line) == 2


def test_what_hides_far_water_has_no_waterline() -> None:
    sign = thing([SIGN], 2)
    assert np.any(label(flooded([SIGN])).semantic[26, 40:48] == TAXONOMY.ids["water"])
    assert sign.waterline == ()
    assert sign.visibility.submerged_fraction == 0.0


def test_a_car_behind_another_meets_water_only_beside_it() -> None:
    nearer = Board(2, "person", 14, 10, 4, 40, 5.0)
    lines = thing([CAR, nearer]).waterline
    assert [sorted((line[0][0], line[-1][0])) for line in lines] == [[8.5, 13.5], [18.5, 27.5]]


def test_without_water_there_is_no_line_and_nothing_is_submerged() -> None:
    (car,) = label(picture([CAR])).things
    assert (car.waterline, car.visibility.submerged_fraction) == ((), None)


@given(
    x=st.integers(-10, 63), y=st.integers(0, 40), width=st.integers(1, 30), height=st.integers(1, 30),
    depth_m=st.floats(1, 90),
)  # fmt: skip
def test_lines_stay_on_the_mask_beside_the_water(x: int, y: int, width: int, height: int, depth_m: float) -> None:
    labels = label(flooded([Board(1, "car", x, y, width, height, depth_m)]))
    water = np.pad(labels.semantic == TAXONOMY.ids["water"], 1)
    for car in labels.things:
        for line in car.waterline:
            assert len(line) >= 2
            for column, row in line:
                assert (column % 1, row % 1) == (0.5, 0.5)
                at = int(row), int(column)
                assert labels.instance[at] == 1
                assert water[at[0] + 1, at[1]] or water[at[0] + 1, at[1] + 2] or water[at[0] + 2, at[1] + 1]
        if car.visibility.submerged_fraction == 0:
            assert car.visibility.visible_fraction == 1


def test_water_all_around_closes_the_line() -> None:
    # A roof just above the flood, seen from above: rows 30 to 33 of a plate that lies on the water.
    frame = flooded([])
    ids = frame.object_ids.copy()
    ids[30:34, 20:26] = 1
    pose = frame.objects[0].world_from_object
    plate = dataclasses.replace(
        frame.objects[0], id=1, category="car", world_from_object=pose, amodal_px=24, submerged_px=0
    )
    frame = dataclasses.replace(frame, object_ids=ids, objects=(*frame.objects, plate))
    (car,) = label(frame).things
    (line,) = car.waterline
    assert line[0] == line[-1]
    assert {*line} == {(20.5, 30.5), (25.5, 30.5), (25.5, 33.5), (20.5, 33.5)}


def test_contradictions_about_water_are_refused() -> None:
    frame = flooded()
    dry = dataclasses.replace(frame.conditions, water_level_m=None)
    with pytest.raises(RenderError, match="expected a water level in the conditions of what is submerged, got none"):
        label(dataclasses.replace(frame, conditions=dry))
    for number in (-1, CAR.width * CAR.height + 1):
        objects = tuple(
            dataclasses.replace(item, submerged_px=number) if item.id == CAR.id else item for item in frame.objects
        )
        with pytest.raises(RenderError, match="expected at most 200 submerged pixels, its amodal count, got"):
            label(dataclasses.replace(frame, objects=objects))


def test_water_is_one_segment_of_stuff() -> None:
    labels = label(flooded())
    water = TAXONOMY.ids["water"]
    assert not TAXONOMY["water"].is_thing
    (segment,) = [segment for segment in labels.segments if segment.category_id == water]
    assert (segment.id, labels.visibility[WATER].submerged_fraction) == (water << 16, None)
    assert not np.any(labels.instance[labels.semantic == water])
    assert FAR.id in {thing.id for thing in labels.things}
