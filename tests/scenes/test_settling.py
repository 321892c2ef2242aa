"""Things that fall come to rest where paper says they must, and whatever does not is reported."""

from __future__ import annotations

import hashlib
import itertools
import os
import subprocess
import sys
from pathlib import Path

import mujoco
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from longtail.annotate.camera.transform import Transform
from longtail.scenes.physics.body import Body, Shape, Support, box, convex, joined
from longtail.scenes.physics.distances import Placed, clearance_m, holds, parting_m, sinks
from longtail.scenes.physics.settling import Order, Settled, settle

TABLE = Support(box((1.2, 0.8, 0.03), (0, 0, -0.015)))
CUBE = box((0.05, 0.05, 0.05))
WITHIN_M = 1e-4


def at(x: float = 0, y: float = 0, z: float = 0, turn: Rotation | None = None) -> Transform:
    matrix = np.eye(4)
    matrix[:3, :3] = (turn or Rotation.identity()).as_matrix()
    matrix[:3, 3] = x, y, z
    return Transform("world", "object", matrix)


def ring(radius_m: float, z_m: float, sides: int = 64) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    angle = 2 * np.pi * np.arange(sides) / sides
    return np.column_stack([radius_m * np.cos(angle), radius_m * np.sin(angle), np.full(sides, z_m)])


def ball(radius_m: float, rings: int = 24) -> Shape:
    angles = np.pi * (np.arange(rings) + 0.5) / rings
    return convex(np.concatenate([ring(radius_m * np.sin(a), radius_m * np.cos(a), 48) for a in angles]))


def bowl(sides: int = 16, thickness_m: float = 0.006) -> Shape:
    """A cone of 45 degrees, 6 cm wide at the bottom, 18 cm at the top, of one wedge for each side."""
    low, high = ring(0.03, 0.0, sides), ring(0.09, 0.06, sides)
    out = np.array([0, 0, -thickness_m])
    wedges = []
    for k in range(sides):
        edge = np.concatenate([low[[k, (k + 1) % sides]], high[[k, (k + 1) % sides]]])
        wedges.append(convex(np.concatenate([edge, edge + out])))
    return joined([convex(np.concatenate([low, low + out])), *wedges])


def only(body: Body, order: Order = "in turn") -> Transform:
    settled = settle([body], [TABLE], order)
    assert settled.fates == ("rests",)
    return settled.poses[0]


def placed(bodies: list[Body], settled: Settled) -> list[Placed]:
    return [Placed(body.shape, pose) for body, pose in zip(bodies, settled.poses, strict=True)]


def worst_m(bodies: list[Body], settled: Settled, supports: list[Support]) -> tuple[float, float]:
    """(deepest interpenetration, widest gap below) of all exact meshes; 5 mm stands for more."""
    items, fixed = placed(bodies, settled), [Placed(support.shape) for support in supports]
    shifts = [parting_m(a, b, 0.005) for a, b in itertools.combinations(items, 2)]
    shifts += [parting_m(a, b, 0.005) for a in items for b in fixed]
    depth = max(0.005 if shift is None else float(np.linalg.norm(shift)) for shift in shifts)
    gaps = [clearance_m(a, [*fixed, *(b for b in items if b is not a)], 0.005) for a in items]
    return depth, max(gaps)


def test_a_cube_lies_on_its_face() -> None:
    turn = Rotation.from_euler("xyz", [20, 30, 40], degrees=True)
    pose = only(Body(CUBE, 0.1, 0.5, at(turn=turn)))
    assert pose.matrix[2, 3] == pytest.approx(0.025, abs=WITHIN_M)
    # One of its axes points up.
    assert np.abs(pose.matrix[2, :3]).max() == pytest.approx(1, abs=1e-5)


def test_a_standing_cylinder_stands_and_a_lying_one_lies() -> None:
    shape = convex(np.concatenate([ring(0.03, 0.0), ring(0.03, 0.1)]))
    standing = only(Body(shape, 0.2, 0.5, at(0.1, 0.2)))
    assert standing.matrix[:3, 3] == pytest.approx([0.1, 0.2, 0], abs=WITHIN_M)
    lying = only(Body(shape, 0.2, 0.5, at(turn=Rotation.from_euler("y", 90, degrees=True))))
    # The middle of a side of the 64 is this far from the axis.
    assert lying.matrix[2, 3] == pytest.approx(0.03 * np.cos(np.pi / 64), abs=WITHIN_M)


def test_a_ball_stops_rolling() -> None:
    pose = only(Body(ball(0.04), 0.1, 0.5, at(turn=Rotation.from_euler("x", 33, degrees=True))))
    assert 0.04 * np.cos(np.pi / 24) - WITHIN_M < pose.matrix[2, 3] < 0.04 + WITHIN_M


@pytest.mark.parametrize("order", ["in turn", "together"])
def test_a_tower_of_cubes_stands(order: Order) -> None:
    bodies = [Body(CUBE, 0.1, 0.5, at(0.004 * (k % 2))) for k in range(5)]
    settled = settle(bodies, [TABLE], order)
    assert settled.rest
    heights = [pose.matrix[2, 3] for pose in settled.poses]
    assert heights == pytest.approx([0.025 + 0.05 * k for k in range(5)], abs=3 * WITHIN_M)
    assert max(worst_m(bodies, settled, [TABLE])) <= 2e-5


def test_things_stay_in_a_bowl() -> None:
    bowl_body = Body(bowl(), 0.4, 0.5, at())
    bodies = [bowl_body, *(Body(ball(0.015, 12), 0.02, 0.3, at(0.02 * x, 0.02 * y)) for x in (-1, 1) for y in (-1, 1))]
    settled = settle(bodies, [TABLE])
    assert settled.rest
    middle = settled.poses[0].matrix[:3, 3]
    for pose in settled.poses[1:]:
        x, y, z = pose.matrix[:3, 3] - middle
        assert np.hypot(x, y) < 0.075
        assert 0.01 < z < 0.06
    assert max(worst_m(bodies, settled, [TABLE])) < 2e-5


def test_what_misses_the_table_has_fallen() -> None:
    beside, over_the_edge = at(0.7), at(0.61)
    settled = settle([Body(CUBE, 0.1, 0.5, start) for start in (at(), beside, over_the_edge)], [TABLE])
    assert settled.fates == ("rests", "fell", "fell")
    assert not settled.rest


def test_nothing_comes_through_the_walls_of_a_bin() -> None:
    floor = box((0.3, 0.2, 0.01), (0, 0, 0.005))
    sides = [box((0.3, 0.005, 0.15), (0, y, 0.075)) for y in (-0.1, 0.1)]
    ends = [box((0.005, 0.2, 0.15), (x, 0, 0.075)) for x in (-0.15, 0.15)]
    supports = [Support(joined([floor, *sides, *ends]))]
    rng = np.random.default_rng(3)
    bodies = [
        Body(
            box(rng.uniform(0.02, 0.06, 3).tolist()), 0.05, 0.5,
            at(rng.uniform(-0.08, 0.08), rng.uniform(-0.08, 0.08), 0.1, Rotation.from_quat(rng.normal(size=4))),
        )
        for _ in range(12)
    ]  # fmt: skip
    settled = settle(bodies, supports, "together")
    assert settled.rest
    for pose in settled.poses:
        assert (np.abs(pose.matrix[:3, 3]) < [0.15, 0.1, 0.5]).all()
        assert pose.matrix[2, 3] > 0.01
    assert max(worst_m(bodies, settled, supports)) < 2e-5


def test_a_hundred_in_a_bin_neither_float_nor_cut_each_other() -> None:
    floor = box((0.5, 0.4, 0.01), (0, 0, 0.005))
    walls = [box((0.5, 0.01, 0.3), (0, y, 0.15)) for y in (-0.2, 0.2)]
    walls += [box((0.01, 0.4, 0.3), (x, 0, 0.15)) for x in (-0.25, 0.25)]
    supports = [Support(joined([floor, *walls]))]
    rng = np.random.default_rng(5)
    bodies = [
        Body(
            box(rng.uniform(0.02, 0.08, 3).tolist()), 0.05, 0.5,
            at(rng.uniform(-0.18, 0.18), rng.uniform(-0.13, 0.13), 0.1, Rotation.from_quat(rng.normal(size=4))),
        )
        for _ in range(100)
    ]  # fmt: skip
    settled = settle(bodies, supports)
    kept = [k for k, fate in enumerate(settled.fates) if fate == "rests"]
    assert len(kept) >= 95
    items, fixed = placed(bodies, settled), [Placed(support.shape) for support in supports]
    for k in kept:
        others = [*fixed, *(items[other] for other in kept if other != k and items[k].near(items[other], 0.002))]
        assert items[k].free_at(np.zeros(3), others)
        assert clearance_m(items[k], others, 0.002) < 0.002


@pytest.mark.parametrize("order", ["in turn", "together"])
def test_what_lies_there_already_stays_and_carries_what_comes(order: Order) -> None:
    bodies = [Body(CUBE, 0.1, 0.5, at()) for _ in range(2)]
    lying = at(0.1, 0.1, 0.025005)
    settled = settle(bodies, [TABLE], order, {0: lying})
    assert (settled.poses[0].matrix == lying.matrix).all()
    assert settled.poses[1].matrix[:3, 3] == pytest.approx([0, 0, 0.025], abs=WITHIN_M)
    above = settle([bodies[0], Body(CUBE, 0.1, 0.5, at(0.1, 0.1))], [TABLE], order, {0: lying})
    assert above.rest
    assert above.poses[1].matrix[:3, 3] == pytest.approx([0.1, 0.1, 0.075], abs=2 * WITHIN_M)


sides = st.floats(0.01, 0.12)
turns = st.integers(0, 2**32 - 1).map(lambda seed: Rotation.from_quat(np.random.default_rng(seed).normal(size=4)))
starts = st.builds(at, st.floats(-0.1, 0.1), st.floats(-0.1, 0.1), st.just(0.05), turns)
boxes = st.builds(
    lambda size, start: Body(box(size), 500 * float(np.prod(size)), 0.5, start), st.tuples(sides, sides, sides), starts
)


@settings(max_examples=12)
@given(st.lists(boxes, min_size=2, max_size=6), st.sampled_from(["in turn", "together"]))
def test_boxes_neither_float_nor_cut_each_other(bodies: list[Body], order: Order) -> None:
    settled = settle(bodies, [TABLE], order)
    kept = [k for k, fate in enumerate(settled.fates) if fate == "rests"]
    chosen = Settled(tuple(settled.poses[k] for k in kept), tuple(settled.fates[k] for k in kept))
    if kept:
        assert max(worst_m([bodies[k] for k in kept], chosen, [TABLE])) < 1e-4


@pytest.mark.parametrize("order", ["in turn", "together"])
def test_what_cannot_be_computed_is_given_up_and_nobody_else_hears_of_it(
    order: Order, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A friction whose square is beyond all numbers: MuJoCo's accelerations are none."""
    monkeypatch.chdir(tmp_path)
    heard: list[str] = []
    mujoco.set_mju_user_warning(heard.append)
    try:
        bodies = [Body(CUBE, 0.1, friction, at(x)) for friction, x in ((0.5, 0.2), (1e200, -0.2), (0.5, -0.18))]
        settled = settle(bodies, [TABLE], order)
        # Whoever took warnings before takes them again.
        assert mujoco.get_mju_user_warning() == heard.append
    finally:
        mujoco.set_mju_user_warning(None)
    assert settled.fates[:2] == ("rests", "moves")
    assert settled.poses[0].matrix[:3, 3] == pytest.approx([0.2, 0, 0.025], abs=WITHIN_M)
    assert settled.fates[2] == "rests"
    assert settled.poses[2].matrix[:3, 3] == pytest.approx([-0.18, 0, 0.025], abs=WITHIN_M)
    assert heard == []
    assert list(tmp_path.iterdir()) == []


def test_a_crowd_falls_on_those_of_it_that_lie_and_does_so_again() -> None:
    """Forty cubes, the first twenty of which lie; each of the others comes down on one of them. The model that is kept
    of a crowd is not what somebody has simulated with."""
    places = [(0.1 * (k % 5) - 0.2, 0.1 * (k // 5 % 4) - 0.15) for k in range(40)]
    bodies = [Body(CUBE, 0.1, 0.5, at(*place)) for place in places]
    lying = {k: at(*places[k], 0.025) for k in range(20)}
    first, again = (settle(bodies, [TABLE], lying=lying) for _ in range(2))
    assert first.rest
    assert [pose.matrix.tobytes() for pose in first.poses] == [pose.matrix.tobytes() for pose in again.poses]
    for number, pose in enumerate(first.poses):
        height_m = 0.025 if number in lying else 0.075
        assert pose.matrix[:3, 3] == pytest.approx((*places[number], height_m), abs=WITHIN_M)


def digest() -> str:
    """Of the poses of a small heap, to the last bit."""
    rng = np.random.default_rng(1)
    bodies = [
        Body(convex(rng.normal(size=(12, 3)) * 0.02), 0.1, 0.4, at(rng.uniform(-0.05, 0.05), rng.uniform(-0.05, 0.05)))
        for _ in range(8)
    ]
    settled = settle(bodies, [TABLE], "together")
    return hashlib.sha256(b"".join(pose.matrix.tobytes() for pose in settled.poses)).hexdigest()


def test_the_same_bytes_in_every_process() -> None:
    here = digest()
    assert digest() == here
    show = "from tests.scenes.test_settling import digest; print(digest())"
    other = {"OMP_NUM_THREADS": "7", "OPENBLAS_NUM_THREADS": "7", "PYTHONHASHSEED": "5"}
    # glibc has other sines for processors that multiply and add at once, and OpenBLAS other products.
    older = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4", "OPENBLAS_CORETYPE": "Nehalem"}
    done = subprocess.run(
        [sys.executable, "-c", show],
        env={**os.environ, **other, **older, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split()[-1] == here


def test_nothing_to_fall_on_is_an_error() -> None:
    with pytest.raises(ValueError, match="expected a support, got none"):
        settle([Body(CUBE, 0.1, 0.5, at())], [])
    assert settle([], [TABLE]).rest


@pytest.mark.parametrize(("mass_kg", "friction"), [(0, 0.5), (-1, 0.5), (np.nan, 0.5), (1, -0.1), (1, np.inf)])
def test_impossible_bodies_are_refused(mass_kg: float, friction: float) -> None:
    with pytest.raises(ValueError, match="expected a mass above 0 kg"):
        Body(CUBE, mass_kg, friction, at())


def test_distances_of_cubes_are_those_on_paper() -> None:
    cube = Placed(CUBE)
    assert cube.distance_m(Placed(CUBE, at(0.08))) == pytest.approx(0.03)
    assert cube.distance_m(Placed(CUBE, at(0.05 + 0.03, 0.05 + 0.04))) == pytest.approx(0.05)
    assert cube.distance_m(Placed(CUBE, at(0.04))) == 0
    shift = parting_m(cube, Placed(CUBE, at(0.048, 0.01)), 0.005)
    assert shift is not None
    assert shift == pytest.approx([-0.002, 0, 0], abs=2e-5)
    assert parting_m(cube, Placed(CUBE, at(0.02)), 0.005) is None
    assert clearance_m(Placed(CUBE, at(z=0.053)), [cube], 0.005) == pytest.approx(0.003, abs=2e-5)
    assert clearance_m(Placed(CUBE, at(z=0.07)), [cube], 0.005) == 0.005
    assert not sinks(Placed(CUBE, at(z=0.053)), [cube], 0.005, 4)
    assert sinks(Placed(CUBE, at(z=0.053)), [cube], 0.0025, 4)


def test_what_lies_within_a_mesh_is_known() -> None:
    turned = Placed(CUBE, at(1, 2, 3, Rotation.from_euler("z", 45, degrees=True)))
    assert holds(turned, (1, 2, 3))
    assert holds(turned, (1.03, 2, 3))
    assert not holds(turned, (1.03, 2.03, 3))


@pytest.mark.parametrize("size_m", [(1.0, 1.0, 1.0), (40.0, 30.0, 0.1), (0.004, 0.38, 0.12), (0.02, 2.2, 1.9)])
def test_a_box_is_the_hull_of_its_corners(size_m: tuple[float, float, float]) -> None:
    """To the last number, though nothing looks for it."""
    made = box(size_m, (0.3, -0.7, 1.1))
    hull = convex(made.vertices_m)
    assert made.triangles.tolist() == hull.triangles.tolist()
    assert made.vertices_m.tolist() == hull.vertices_m.tolist() == made.parts_m[0].tolist() == hull.parts_m[0].tolist()
    assert made.volume_m3 == pytest.approx(np.prod(size_m))


@pytest.mark.parametrize("size_m", [(1.0, 0.0, 1.0), (1.0, 1.0, -1.0), (np.nan, 1.0, 1.0)])
def test_a_box_has_a_length_a_width_and_a_height(size_m: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="a box: expected a length, width and height above 0 m"):
        box(size_m)
