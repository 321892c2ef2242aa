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
    turned = WHEELS.turned(points, quarter)
    assert turned[0] == pytest.approx([1.6, 0.7, 0.3])
    assert turned[1] == pytest.approx([1.3, 0.7, 0.0], abs=1e-12)
    assert turned[2] == pytest.approx(points[2])
    assert np.isnan(turned[3]).all()
    assert WHEELS.turned(points[:3], 2.0) == pytest.approx(points[:3])


def test_the_way_back_leads_to_the_same_point() -> None:
    points = np.array([[1.45, 0.7, 0.4], [-1.3, 0.6, 0.1]])
    there = WHEELS.turned(points, 3.7)
    assert Wheels(WHEELS.axles, 3.7).turned(there, 2.0) == pytest.approx(points)


def test_wheels_come_back_from_json() -> None:
    assert Wheels.from_json(json.loads(json.dumps(WHEELS.to_json(6)))) == WHEELS
