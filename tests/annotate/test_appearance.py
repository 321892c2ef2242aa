"""Conditions, transmission, contrast, lens and the ignore rule, against what paper says."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longtail.annotate.errors import RenderError
from longtail.annotate.labels.appearance import Appearance, appearances, contrasts
from longtail.annotate.labels.conditions import Conditions
from longtail.annotate.labels.ignore import IgnoreRule
from longtail.annotate.labels.instances import label
from tests.annotate.flood import flooded
from tests.annotate.pictures import TAXONOMY, Board, picture

BOX = {1: (20, 15, 10, 8)}


def scene(thing: tuple[int, int, int], around: tuple[int, int, int]) -> tuple[Any, Any]:
    """A picture of one colour with a rectangle of another, and its instance mask."""
    instance = np.zeros((40, 60), dtype=np.uint16)
    instance[15:23, 20:30] = 1
    rgb = np.full((40, 60, 3), around, dtype=np.uint8)
    rgb[instance == 1] = thing
    return rgb, instance


def lab(rgb: tuple[int, int, int]) -> Any:
    """CIELAB (D65, 2 degrees) of an sRGB colour, by IEC 61966-2-1 and CIE 15."""
    coded = np.array(rgb) / 255
    linear = np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ linear
    t = xyz / (0.9505, 1.0, 1.089)
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize(
    ("thing", "around"),
    [
        ((0, 0, 0), (255, 255, 255)),
        ((200, 30, 30), (30, 200, 30)),
        ((90, 90, 90), (100, 100, 100)),
        ((20, 20, 40), (20, 20, 20)),
        ((128, 128, 128), (128, 128, 128)),
    ],
    ids=str,
)
def test_contrast_of_plain_colours_is_their_cielab_difference(thing: Any, around: Any) -> None:
    found = contrasts(*scene(thing, around), BOX)[1]
    assert found == pytest.approx(np.linalg.norm(lab(thing) - lab(around)), abs=1.5)  # 8-bit steps of each colour
    assert (found == 0) == (thing == around)


def test_a_thing_of_two_halves_stands_out_though_its_mean_is_the_streets() -> None:
    rgb, instance = scene((0, 0, 0), (119, 119, 119))  # L* of 119 is 50
    instance[5:35, 5:55] = 1
    rgb[5:35, 5:30], rgb[5:35, 30:55] = 0, 255
    # Both halves are 50 off; only 12 columns of border around the seam at the top and at the bottom mix them.
    found = contrasts(rgb, instance, {1: (5, 5, 50, 30)})[1]
    assert found is not None
    assert 45 < found < 50.5


def test_noise_on_both_sides_is_no_contrast() -> None:
    rgb, instance = scene((100, 100, 100), (100, 100, 100))
    noise = np.random.default_rng(0).normal(0, 12, rgb.shape)
    noisy = np.clip(rgb + noise, 0, 255).astype(np.uint8)
    found, clear = contrasts(noisy, instance, BOX)[1], contrasts(*scene((160, 100, 100), (100, 100, 100)), BOX)[1]
    assert found is not None
    assert clear is not None
    # The mean of a quarter of a window and more, 40 pixels, holds a sixth of the noise.
    assert found < 5 < clear


def test_what_mixes_at_the_edge_and_what_is_far_away_do_not_count() -> None:
    rgb, instance = scene((100, 100, 100), (100, 100, 100))
    rgb[:9] = rgb[29:] = rgb[:, :14] = rgb[:, 36:] = 255  # more than six pixels away
    rgb[14, 19:31] = rgb[23, 19:31] = rgb[14:24, 19] = rgb[14:24, 30] = 0  # the gap
    assert contrasts(rgb, instance, BOX)[1] == 0
    rgb[9, 20] = 255  # six pixels away
    assert contrasts(rgb, instance, BOX)[1] != 0


def test_half_an_outline_counts_by_its_square() -> None:
    rgb, instance = scene((119, 119, 119), (119, 119, 119))
    instance[:, :] = 0
    instance[:, 20:40] = 1  # a band from top to bottom has two borders, left and right
    rgb[:, :20] = 0
    # 50 along one of two equal sides, and nothing along the other.
    assert contrasts(rgb, instance, {1: (20, 0, 20, 40)})[1] == pytest.approx(50 / math.sqrt(2), abs=0.5)


def test_a_thing_that_fills_the_picture_has_no_contrast() -> None:
    rgb = np.zeros((10, 12, 3), dtype=np.uint8)
    assert contrasts(rgb, np.ones((10, 12), dtype=np.uint16), {1: (0, 0, 12, 10)}) == {1: None}


def test_transmission_and_lens_are_means_over_visible_pixels() -> None:
    rgb, instance = scene((0, 0, 0), (9, 9, 9))
    transmission = np.ones(instance.shape, dtype=np.float32)
    transmission[:, :25] = 0.5
    lens = np.zeros(instance.shape, dtype=np.bool_)
    lens[:17] = True
    (found,) = appearances(rgb, instance, BOX, transmission, lens).values()
    assert (found.transmission, found.lens_fraction) == (0.75, 0.25)
    (bare,) = appearances(rgb, instance, BOX).values()
    assert (bare.transmission, bare.lens_fraction) == (None, 0.0)
    assert bare.contrast == found.contrast


@given(left=st.floats(0, 1, width=32))
def test_the_mean_of_an_even_fog_is_the_fog(left: float) -> None:
    frame = dataclasses.replace(
        picture([Board(1, "car", 10, 10, 8, 8)]), transmission=np.full((48, 64), left, dtype=np.float32)
    )
    (car,) = label(frame).things
    assert car.appearance.transmission == pytest.approx(left, abs=1e-6)
    assert 0 <= (car.appearance.transmission or 0) <= 1


CLEAR = Appearance(1.0, 40.0, 0.0)
VERDICTS: list[tuple[int, float | None, Appearance, tuple[str, ...]]] = [
    (16, 0.1, Appearance(0.05, 1.0, 0.8), ()),
    (15, 1.0, CLEAR, ("area",)),
    (400, 0.09, CLEAR, ("visible_fraction",)),
    (400, 1.0, Appearance(0.049, 40.0, 0.0), ("transmission",)),
    (400, 1.0, Appearance(1.0, 0.99, 0.0), ("contrast",)),
    (400, 1.0, Appearance(1.0, 40.0, 0.81), ("lens_fraction",)),
    (400, None, Appearance(None, None, 0.0), ()),
    (1, 0.0, Appearance(0.0, 0.0, 1.0), ("area", "visible_fraction", "transmission", "contrast", "lens_fraction")),
]


@pytest.mark.parametrize(("area", "fraction", "seen", "reasons"), VERDICTS, ids=lambda value: str(value))
def test_the_rule_names_every_number_beyond_its_threshold(
    area: int, fraction: float | None, seen: Appearance, reasons: tuple[str, ...]
) -> None:
    assert IgnoreRule().reasons(area, fraction, seen) == reasons
    assert IgnoreRule.nothing().reasons(area, fraction, seen) == ()
    assert IgnoreRule.from_json(IgnoreRule().to_json()).reasons(area, fraction, seen) == reasons


def test_the_rule_of_the_caller_decides() -> None:
    frame = picture([Board(200, "car", 10, 10, 8, 8)])
    assert not label(frame).things[0].ignore
    strict = IgnoreRule(min_area_px=100)
    (car,) = label(frame, strict).things
    assert (car.ignore, car.ignored_for) == (True, ("area",))
    assert label(frame, strict).rule == strict


def test_fog_ignores_what_stands_in_it() -> None:
    things = {thing.id: thing for thing in label(flooded()).things}
    assert things[1].ignored_for == ()
    assert "transmission" in things[2].ignored_for
    assert things[1].appearance.transmission == 0.75
    assert things[2].appearance.transmission == pytest.approx(0.02)
    # Drops cover columns 8 to 12, of the car's 8 to 27.
    assert things[1].appearance.lens_fraction == 0.25


@pytest.mark.parametrize(
    "changes", [{"min_visible_fraction": 1.5}, {"min_transmission": math.nan}, {"min_area_px": -1}], ids=str
)
def test_a_rule_out_of_range_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="ignore rule"):
        IgnoreRule(**changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"visibility_m": math.inf}, "visibility_m: expected a finite number"),
        ({"illuminance_lux": -1.0}, "illuminance_lux: expected 0 or more"),
        ({"water_level_m": math.nan}, "water_level_m: expected a finite number"),
    ],
    ids=str,
)
def test_conditions_that_cannot_be_are_refused(changes: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Conditions(**changes)  # type: ignore[arg-type]


def test_conditions_read_back() -> None:
    for conditions in (Conditions(), Conditions("flood", 80.0, 1.0, -0.25, {"rain": 2.0, "hail": 0.0})):
        assert Conditions.from_json(conditions.to_json()) == conditions


@pytest.mark.parametrize("value", [-0.01, 1.01, math.nan])
def test_a_transmission_that_is_no_share_is_refused(value: float) -> None:
    frame = flooded()
    transmission = np.full((48, 64), 0.5, dtype=np.float32)
    transmission[3, 3] = value
    with pytest.raises(RenderError, match="a transmission from 0 to 1 at every pixel"):
        label(dataclasses.replace(frame, transmission=transmission))


@pytest.mark.parametrize(
    "changes",
    [{"transmission": np.ones((48, 64))}, {"lens": np.zeros((48, 63), dtype=bool)}, {"lens": np.zeros((48, 64))}],
    ids=["float64", "size", "no truth values"],
)
def test_arrays_of_another_shape_or_kind_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"(transmission|lens): expected"):
        dataclasses.replace(flooded(), **changes)


def test_a_tornado_is_labelled_as_any_thing() -> None:
    labels = label(picture([Board(5, "tornado", 20, 2, 12, 30, 90.0)]))
    (tornado,) = labels.things
    assert tornado.category.supercategory == "weather"
    assert (labels.semantic[5, 25], labels.panoptic[5, 25]) == (
        TAXONOMY.ids["tornado"],
        (TAXONOMY.ids["tornado"] << 16) + 5,
    )
