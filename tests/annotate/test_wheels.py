"""Where points on wheels are after some way."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from longtail.annotate.labels.wheels import Wheels

WHEELS = Wheels(((1.3, 0.3, 0.3), (-1.2, 0.3, 0.3)), 2.0)


def test_a_point_on_a_wheel_turns_ahead_and_one_beside_it_is_nowhere() -> None:
    points = np.array([[1.3, 0.7, 0.6], [1.6, 0.7, 0.3], [-1.2, -0.7, 0.3], [0.0, 0.7, 0.3]])
    quarter = 2.0 + 0.3 * math.pi / 2
    turned = WHEELS.turned(points, Wheels(WHEELS.axles, quarter))
    assert turned[0] == pytest.approx([1.6, 0.7, 0.3])
    assert turned[1] == pytest.approx([1.3, 0.7, 0.0], abs=1e-12)
    assert turned[2] == pytest.approx(points[2])
    assert np.isnan(turned[3]).all()
    assert WHEELS.turned(points[:3], WHEELS) == pytest.approx(points[:3])


def test_the_way_back_leads_to_the_same_point() -> None:
    points = np.array([[1.45, 0.7, 0.4], [-1.3, 0.6, 0.1]])
    after = Wheels(WHEELS.axles, 3.7)
    there = WHEELS.turned(points, after)
    assert after.turned(there, WHEELS) == pytest.approx(points)


def test_wheels_come_back_from_json() -> None:
    assert Wheels.from_json(json.loads(json.dumps(WHEELS.to_json(6)))) == WHEELS


def test_a_steered_wheel_rolls_about_its_own_axle() -> None:
    """A left front wheel that is turned a quarter to the left: what was ahead of its middle is to the left of it."""
    straight, steered = Wheels(WHEELS.axles, 2.0, ((0.7, 0.0),)), Wheels(WHEELS.axles, 2.0, ((0.7, math.pi / 2),))
    assert straight.turned(np.array([[1.5, 0.7, 0.3]]), steered)[0] == pytest.approx([1.3, 0.9, 0.3])
    rolled = Wheels(WHEELS.axles, 2.0 + 0.3 * math.pi / 2, ((0.7, math.pi / 2),))
    points = np.array([[1.3, 0.7, 0.6], [1.3, 1.0, 0.3], [1.4, 0.7, 0.3], [-1.2, 0.7, 0.6]])
    turned = steered.turned(points, rolled)
    assert turned[0] == pytest.approx([1.3, 1.0, 0.3])
    assert turned[1] == pytest.approx([1.3, 0.7, 0.0], abs=1e-12)
    # What lies beside its middle goes round nothing: it is on the axle, 0.1 m ahead once that has been turned.
    assert turned[2] == pytest.approx(points[2])
    assert turned[3] == pytest.approx([-0.9, 0.7, 0.3])
    assert rolled.turned(turned, steered) == pytest.approx(points)


def test_steered_wheels_come_back_from_json() -> None:
    wheels = Wheels(WHEELS.axles, 2.0, ((0.7, 0.25), (-0.7, 0.2)))
    assert Wheels.from_json(json.loads(json.dumps(wheels.to_json(6)))) == wheels
    assert "steered" not in WHEELS.to_json(6)
