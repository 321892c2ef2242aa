"""Lanes, drivable area and paint under snow: damages with valid seals, and what the check says of each."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from longtail.annotate.check.check import check
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.labels.antenna import ANTENNA, with_antenna, without_antenna
from longtail.annotate.labels.cover import COVERED
from longtail.annotate.labels.frame import SceneObject
from longtail.annotate.labels.lanes import LANES
from tests.annotate.damages import Damage, frame, frames, its_objects, layer, record
from tests.annotate.lined import (
    LINED,
    all_visible,
    called_own,
    fewer_covered,
    lined,
    moved_pixels,
    moved_points,
    none_visible,
    of_line,
    over_things,
    swapped_codes,
    under_the_car,
    without_lanes,
)
from tests.annotate.yard import KNOWN, Yard


def findings(root: Path) -> list[str]:
    return [str(finding) for finding in check(root, known=KNOWN)]


def test_a_sound_yard_with_lanes_and_snow_has_no_findings(tmp_path: Path) -> None:
    assert findings(lined().write(tmp_path)) == []
    dataset = Dataset.open(tmp_path)
    bare, snowed = (dataset.read("semantic", index) == LINED.ids["lane marking"] for index in (0, 1))
    hidden = dataset.record(1).extra[COVERED]
    assert hidden == np.count_nonzero(bare & ~snowed) > 0
    assert snowed.any()
    assert not (snowed & ~bare).any()


def test_points_of_paint_that_snow_hides_are_not_seen_and_those_of_the_road_are(tmp_path: Path) -> None:
    dataset = Dataset.open(lined().write(tmp_path))
    bare, snowed = (dataset.record(index).extra[LANES]["lines"] for index in (0, 1))
    for line, other in zip(bare, snowed, strict=True):
        seen, then = (np.concatenate([part["visible"] for part in row["seen"]]) for row in (line, other))
        assert not (then > seen).any()
        assert (then.sum() < seen.sum()) == bool(line["colour"])


def antenna(over_m: float) -> Damage:
    """A truck whose box ends so far below its roof, as if that were its antenna."""

    def lowered(item: SceneObject) -> SceneObject:
        return without_antenna(replace(item, attributes={**item.attributes, ANTENNA: over_m}))

    return frames(its_objects(lowered, 2))


DAMAGES: list[tuple[str, Damage, str]] = [
    (
        "points moved",
        record(of_line(0, moved_points)),
        "lane line 0 .*: points where the road has it, got some 0.200 m",
    ),
    ("pixels moved", record(of_line(1, moved_pixels)), "lane line 1 .*: points_px as the camera sees points_m"),
    ("all points seen", record(of_line(2, all_visible)), "lane line 2 .*: points visible where the depth shows the ro"),
    ("no point seen", record(of_line(2, none_visible)), "lane line 2 .*: points visible where the depth shows the roa"),
    ("paint seen under a flood", record(of_line(0, all_visible), 2), "lane line 0 .*: points visible where the depth"),
    (
        "a stretch less",
        record(lambda r: r["extra"][LANES]["lines"][0]["seen"].pop()),
        r"lane line 0 .*: stretches in the picture of \[\d+\] points, got \[\]",
    ),
    (
        "a slope that is none",
        record(lambda r: r["extra"][LANES].update(relief={"grades": [[0.0, 0.02]]})),
        "lane line 0 .*: points where the road has it, got some",
    ),
    (
        "ground on another slope",
        record(lambda r: r["extra"]["ground"].update(relief={"grades": [[0.0, 0.02]]})),
        "lanes on the relief of the ground, got another",
    ),
    (
        "a category",
        record(lambda r: r["extra"][LANES]["lines"][0].update(category=2)),
        r"lane line 0 \(centre line\): category 1, got 2",
    ),
    (
        "codes swapped",
        layer("drivable", swapped_codes),
        "a drivable area of [12] at row .*, by lanes and depth, got",
    ),
    ("drivable mirrored", layer("drivable", np.fliplr), "a drivable area"),
    ("things drivable", layer("drivable", over_things), r"a drivable area on road and paint alone, got \d+ pixels of"),
    ("another code", layer("drivable", lambda area: area * 3), "a drivable area of 0, 1 and 2, got [36]"),
    ("oncoming traffic's lane", record(called_own), "a drivable area of 1 at row .*, got 0, and"),
    ("no lanes", record(without_lanes), "lanes in the record of a frame with a drivable area, got none"),
    ("paint gone without snow", frame(under_the_car, 0), "covered_px and pixels of paint in (semantic|panoptic)"),
    ("less hidden than is", record(fewer_covered, 1), "covered_px and pixels of paint in (semantic|panoptic) that add"),
    (
        "snow on more than paint",
        layer("semantic", lambda s: np.where(s == LINED.ids["sidewalk"], LINED.ids["wall"], s).astype(np.uint8), 1),
        "the same semantic as frame 0, which shows the same scene, but for paint that is covered, got another",
    ),
    ("an antenna as wide as a truck", antenna(0.8), "object 2: above its 3D box an antenna, at most 0.12 m across"),
    (
        "an antenna that no model has",
        frames(its_objects(lambda item: replace(item, attributes={**item.attributes, ANTENNA: 0.4}), 1, 5, 7, 8)),
        r"car/estate: a 3D box of \[4.5, 1.8, 1.5\] m, .*, got \[4.5, 1.8, 1.5\] under an antenna of 0.4 m",
    ),
    (
        "a state in the annotation",
        record(lambda r: r["annotations"][0]["attributes"].update(state="parked")),
        "annotation of object 1: attributes .*'driving'.*, as its object has them, got .*'parked'",
    ),
]


@pytest.mark.parametrize(("damage", "message"), [row[1:] for row in DAMAGES], ids=[row[0] for row in DAMAGES])
def test_a_damage_with_valid_seals_is_found(tmp_path: Path, damage: Damage, message: str) -> None:
    yard: Yard = lined()
    damage(yard)
    found = findings(yard.write(tmp_path))
    assert any(re.search(message, line) for line in found), "\n".join(found)


def test_boxes_lose_antennas_and_get_them_back() -> None:
    whole = replace(lined().shots[0].frame.objects[0], attributes={ANTENNA: 0.3})
    body = without_antenna(whole)
    assert body.box_size_m[2] == pytest.approx(whole.box_size_m[2] - 0.3)
    assert body.box_centre_m[2] - body.box_size_m[2] / 2 == pytest.approx(0.0)
    again = with_antenna(body)
    np.testing.assert_allclose([again.box_size_m, again.box_centre_m], [whole.box_size_m, whole.box_centre_m])


@pytest.mark.parametrize("number", [2, 6, 8])
def test_silhouettes_reach_as_high_as_antennas(tmp_path: Path, number: int) -> None:
    def lowered(item: SceneObject) -> SceneObject:
        return without_antenna(replace(item, attributes={**item.attributes, ANTENNA: 0.6 * item.box_size_m[2]}))

    yard = Yard()
    frames(its_objects(lowered, number))(yard)
    assert not any("silhouette" in line for line in findings(yard.write(tmp_path)))
