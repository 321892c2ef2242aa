"""What stands along the walls of rooms and halls: in nobody's way, in nothing else, and as large as it says."""

from __future__ import annotations

import itertools
import math
from typing import Any, get_args

import numpy as np
import pytest

from longtail.annotate.labels.taxonomy import BY_NAME
from longtail.scenes.geometry.mesh import join
from longtail.scenes.moment import scene_at
from longtail.scenes.scenarios.fitments.fitment import Fitment, Kind
from longtail.scenes.scenarios.tabletop.ground import Interior
from longtail.scenes.scenarios.tabletop.scenario import TABLETOP
from longtail.scenes.scenarios.warehouse.scenario import WAREHOUSE
from longtail.scenes.scene import Scene
from tests.scenes.tabletops import composed

FULL: dict[str, Any] = {"objects__count": 3, "room__furnished": 1.0}
SEEDS = range(6)


def room_of(scene: Scene) -> Interior:
    assert isinstance(scene.ground, Interior)
    return scene.ground


def solid(scene: Scene) -> list[Fitment]:
    return [one for one in room_of(scene).fitments if one.kind != "rug"]


@pytest.mark.parametrize("kind", get_args(Kind))
@pytest.mark.parametrize("wall", range(4))
def test_a_fitment_fills_its_box_and_no_more(kind: Kind, wall: int) -> None:
    """Handles, taps and pipes reach out of it, by no more than the gap that is left beside others."""
    size = {
        "curtain": (0.4, 0.13, 1.6),
        "radiator": (1.2, 0.11, 0.7),
        "rug": (2.0, 1.4, 0.007),
        "pipe": (0.12, 0.16, 5.0),
        "post": (0.2, 0.2, 5.0),
        "cable tray": (7.0, 0.2, 0.09),
    }.get(kind, (1.2, 0.62, 1.9))
    one = Fitment(kind, wall, (0.5, -2.0, 0.3), size, 7)
    surfaces = one.surfaces(3)
    low, high = (corner.astype(np.float64) for corner in join(surface.mesh for surface in surfaces).bounds_m)
    assert (low > one.box_m[0] - 0.07).all()
    assert (high < one.box_m[1] + 0.07).all()
    across = 1 if wall % 2 == 0 else 0
    assert high[across] - low[across] == pytest.approx(size[0], abs=0.11)
    assert surfaces[0].name == f"{kind} 3"
    assert len({surface.name for surface in surfaces}) == len(surfaces)
    assert not any(BY_NAME[surface.category].is_thing for surface in surfaces)
    assert {surface.category for surface in surfaces} <= {*TABLETOP.scenery, *WAREHOUSE.scenery}


def test_fitments_are_in_the_room_and_neither_in_each_other_nor_in_the_way() -> None:
    kinds = set()
    for seed in SEEDS:
        for mount in ("wrist", "tripod"):
            scene = composed(seed, camera__mount=mount, support__kind="table", edge_case="none", **FULL)
            room, found = room_of(scene).room, solid(scene)
            kinds |= {one.kind for one in found}
            low, high = np.array((*room.low_m, 0.0)), np.array((*room.high_m, room.height_m))
            for one in found:
                assert (one.box_m[0] >= low - 1e-3).all()
                assert (one.box_m[1] <= high + 1e-3).all()
                eye = scene.camera.world_from_camera.matrix[:3, 3]
                assert one.nearest_m(eye) >= 0.3
                assert not one.hides(eye, np.array((0.0, 0.0, room_of(scene).furniture.top_m + 0.02)))
            for one, other in itertools.combinations(found, 2):
                gap = np.maximum(one.box_m[0] - other.box_m[1], other.box_m[0] - one.box_m[1]).max()
                assert gap >= 0.03 - 1e-9
            window = room.window
            pane = [
                (window.along_m + share * window.width_m / 2, -0.1, window.sill_m + 0.5, 1.0)
                for share in (-0.6, 0, 0.6)
            ]
            shown = [(room.frame(window.wall) @ place)[:3] for place in pane]
            assert all(one.nearest_m(place) > 0.05 for one in found if one.kind != "curtain" for place in shown)
            door = room.frame(room.door_wall)
            before = (door @ (0.0, -0.45, 1.0, 1.0))[:3]
            assert all(one.nearest_m(before) > 0.4 for one in found)
    assert kinds >= {"kitchen", "wardrobe", "sideboard", "binders", "poster", "radiator"}


def test_a_wrist_swings_past_what_stands_about() -> None:
    for seed in SEEDS:
        scene = composed(seed, camera__mount="wrist", clip={"frames": 5, "rate_hz": 1.0}, **FULL)
        for time_s in (0.0, 2.0, 4.0):
            eye = scene_at(scene, time_s).camera.world_from_camera.matrix[:3, 3]
            assert all(one.nearest_m(eye) >= 0.29 for one in solid(scene))


def test_nothing_that_is_furnished_moves_what_was_there() -> None:
    bare, full = (composed(1, room__furnished=share, objects__count=3) for share in (0.0, 1.0))
    assert room_of(bare).fitments == ()
    assert room_of(full).fitments
    assert bare.objects == full.objects
    assert bare.camera.to_json() == full.camera.to_json()
    assert room_of(bare).room == room_of(full).room
    assert room_of(bare).lit == room_of(full).lit


def test_boxes_hide_what_is_behind_them() -> None:
    one = Fitment("wardrobe", 1, (0.0, 2.0, 0.0), (1.0, 0.5, 2.0), 0)
    np.testing.assert_allclose(one.box_m, [(-0.5, 1.5, 0.0), (0.5, 2.0, 2.0)], atol=1e-12)
    eye = np.array((0.0, 0.0, 1.0))
    assert one.hides(eye, np.array((0.0, 3.0, 1.0)))
    assert not one.hides(eye, np.array((0.0, 1.0, 1.0)))
    assert not one.hides(eye, np.array((3.0, 3.0, 1.0)))
    assert one.nearest_m(eye) == pytest.approx(1.5)
    assert one.nearest_m(np.array((1.5, 2.5, 1.0))) == pytest.approx(math.hypot(1.0, 0.5))


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match=r"kitchen.*got 'fridge'"):
        Fitment("fridge", 0, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), 0)  # type: ignore[arg-type]
