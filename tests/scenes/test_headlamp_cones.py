"""The cones that stand for headlamps against the intensity tables that they were fitted to."""

from __future__ import annotations

import numpy as np
import pytest

from longtail.scenes.lamps import headlamps
from longtail.scenes.lamps.headlamp_cones import CONES, Cone
from tests.scenes.flux import flux_lm

TABLES = {"dipped": headlamps.dipped_cd, "main": headlamps.main_cd, "bicycle": headlamps.bicycle_cd}


def summed(beam: str, right_deg: object, up_deg: object) -> headlamps.Array:
    right, up = np.broadcast_arrays(np.asarray(right_deg, float), np.asarray(up_deg, float))
    return np.asarray(sum(cone.intensity_kcd(right, up) for cone in CONES[beam]))


def test_a_round_cone_fades_from_its_axis_to_its_edge() -> None:
    cone = Cone(2.0, 0.0, 0.0, 20.0, 20.0)
    assert cone.intensity_kcd(0.0, 0.0) == pytest.approx(2.0)
    assert cone.intensity_kcd([0.0, 20.01, 170.0], [20.01, 0.0, 0.0]).max() == 0.0
    # Half way between the cosines of axis and edge a smooth step is at its middle.
    middle = np.degrees(np.arccos((1 + np.cos(np.radians(20.0))) / 2))
    np.testing.assert_allclose(cone.intensity_kcd([middle, 0.0], [0.0, -middle]), 1.0)


def test_a_flat_cone_ends_at_its_half_angles_and_looks_where_it_should() -> None:
    cone = Cone(1.0, 10.0, -3.0, 20.0, 2.0)
    assert cone.intensity_kcd(10.0, -3.0) == pytest.approx(1.0)
    assert cone.intensity_kcd(10.0, -4.9) > 0
    assert cone.intensity_kcd(10.0, [-5.1, -0.9]).max() == 0
    assert cone.intensity_kcd(-9.0, -3.0) > 0


@pytest.mark.parametrize("beam", CONES)
def test_the_light_of_a_beam_is_kept(beam: str) -> None:
    right, up = headlamps.grid()
    flux, truth = flux_lm(1000 * summed(beam, right, up)), flux_lm(TABLES[beam](right, up))
    assert flux == pytest.approx(truth, rel=0.2)


def test_a_dipped_beam_does_not_dazzle() -> None:
    """UN R112 class B: 350 cd at B50L (0.57 degrees up, 3.43 left), 5,100 cd at 50R, 1.72 right and 0.86 down."""
    assert summed("dipped", -3.43, 0.57) <= 0.40
    assert summed("dipped", 1.72, -0.86) >= 5.1
