"""How people walk: feet that carry stay where they are, and the cycle closes."""

from __future__ import annotations

import numpy as np
import pytest

from longtail.scenes.assets.asset import Procedural
from longtail.scenes.assets.people import ASSETS

WALKERS = {asset.name: asset for asset in ASSETS if isinstance(asset, Procedural) and asset.gait is not None}
NAMES = (
    "person/man-walking-strike",
    "person/woman-walking-dress",
    "person/child-running",
    "person/old-man-walking-stick",
)
STEPS = 16
LEFT_ANKLE, RIGHT_ANKLE = 15, 16


def joints(name: str, phase: float) -> np.ndarray:  # type: ignore[type-arg]
    gait = WALKERS[name].gait
    assert gait is not None
    return np.array(gait(phase)[1])[:, :3]


def test_whoever_walks_in_a_street_can_walk_in_a_clip() -> None:
    assert all((asset.name in WALKERS) is ("walking" in asset.tags) for asset in ASSETS)
    assert all(0.4 < asset.stride_m * asset.strides_s < 4.0 for asset in WALKERS.values())


@pytest.mark.parametrize("name", NAMES)
def test_no_foot_slides(name: str) -> None:
    """With the way that a stride makes added, whatever of the shoes is on the ground stays there."""
    asset = WALKERS[name]
    assert asset.gait is not None
    meshes = [asset.gait(number / STEPS)[0] for number in range(STEPS)]
    assert len({len(mesh.triangles) for mesh in meshes}) == 1
    feet = joints(name, 0.0)[[LEFT_ANKLE, RIGHT_ANKLE]]
    places = np.array([mesh.vertices_m for mesh in meshes], dtype=float)
    near = np.zeros(places.shape[1], dtype=bool)
    for foot in feet:
        near |= np.hypot(*(places[0, :, :2] - foot[:2]).T) < 0.3 * asset.size_m[2] / 1.75
    places[:, :, 0] += (np.arange(STEPS) / STEPS * asset.stride_m)[:, None]
    step = np.linalg.norm(np.diff(places[:, near, :2], axis=0), axis=2)
    low = places[:, near, 2] < 0.002
    held = step[low[:-1] & low[1:]]
    assert len(held) > 50
    assert np.percentile(held, 90) < 0.12 * asset.stride_m / STEPS


def test_who_comes_to_a_stand_sets_a_foot_down_beside_the_other_one_which_stays() -> None:
    for name in ("person/man-walking-strike", "person/woman-walking-dress", "person/old-man-walking-stick"):
        asset = WALKERS[name]
        assert asset.gait is not None
        assert asset.stand_phase is not None
        for phase, carries, comes in ((0.0, LEFT_ANKLE, RIGHT_ANKLE), (0.5, RIGHT_ANKLE, LEFT_ANKLE)):
            at = asset.stand_phase + phase
            on, off = (np.array(asset.gait(at, settled)[1])[:, :3] for settled in (0.0, 1.0))
            assert off[carries] == pytest.approx(on[carries], abs=1e-9)
            assert off[comes][2] == pytest.approx(off[carries][2], abs=2e-3)
            assert off[comes][0] == pytest.approx(off[carries][0], abs=0.02)
            assert on[comes][2] > on[carries][2] + 0.02
            mesh, still = (asset.gait(at, settled)[0] for settled in (1.0, 0.0))
            assert len(mesh.triangles) == len(still.triangles)
            assert abs(mesh.vertices_m[:, 2].min()) < 2e-3
    assert WALKERS["person/child-running"].stand_phase is None


@pytest.mark.parametrize("name", NAMES)
def test_a_step_on_either_side_is_the_other_ones_mirror(name: str) -> None:
    left, right = joints(name, 0.2), joints(name, 0.7)
    for ours, theirs in ((LEFT_ANKLE, RIGHT_ANKLE), (13, 14), (11, 12)):
        assert left[ours] == pytest.approx(right[theirs] * (1, -1, 1), abs=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_limbs_move_without_a_jump_and_keep_their_length(name: str) -> None:
    # The cycle closes: the last step leads back to the first.
    cycle = np.array([joints(name, number / STEPS) for number in range(STEPS)])
    ways = np.linalg.norm(np.roll(cycle, -1, axis=0) - cycle, axis=2)
    assert ways.max() < 0.3 * WALKERS[name].stride_m
    for hip, knee, ankle in ((11, 13, 15), (12, 14, 16)):
        for one, other in ((hip, knee), (knee, ankle)):
            lengths = np.linalg.norm(cycle[:, one] - cycle[:, other], axis=1)
            assert np.ptp(lengths) < 1e-6
