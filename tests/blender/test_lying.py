"""How much of a road snow covers where: what labels work out, and where it is asked for."""

from __future__ import annotations

import numpy as np
import pytest

from longtail.render.blender.array_pen import ArrayPen
from longtail.scenes.blender.materials.road_snow import road_snow
from longtail.scenes.blender.shader_inputs import ShaderInputs

WIDE = {"road_left_m": 6.0, "road_right_m": -6.0, "lane_width_m": 3.0}


def amount(offset_m: np.ndarray, up: float = 1.0, **inputs: float) -> np.ndarray:  # type: ignore[type-arg]
    """Of places so far left of a straight street's middle, all along it, on ground that faces up so far."""
    places = np.column_stack([np.linspace(0, 400, len(offset_m)), offset_m, 0 * offset_m])
    normals = np.tile([np.sqrt(1 - up**2), 0.0, up], (len(offset_m), 1))
    asked = ShaderInputs(snow_lies=1.0, **WIDE, **inputs)
    return np.broadcast_to(
        road_snow(ArrayPen(places, normals), lambda name: float(getattr(asked, name))).amount, len(places)
    )


EVERYWHERE = np.linspace(-9, 9, 5000)


def test_where_there_is_no_snow_nothing_is_covered() -> None:
    assert not amount(EVERYWHERE, snow=0.0).any()


def test_whole_snow_covers_all_that_faces_up_and_nothing_that_does_not() -> None:
    assert amount(EVERYWHERE, snow=1.0).min() > 0.9
    assert not amount(EVERYWHERE, up=0.3, snow=1.0).any()


def test_more_snow_covers_more_of_the_road() -> None:
    shares = [float((amount(EVERYWHERE, snow=snow) > 0.5).mean()) for snow in (0.1, 0.3, 0.5, 0.9)]
    assert shares == sorted(shares)
    assert shares[0] < 0.2 < 0.8 < shares[-1]


def test_wheels_clear_two_tracks_of_each_lane_and_nothing_beside_the_road() -> None:
    """Lanes are 3 m wide from the middle of the street on; wheels run 0.74 m from the middle of theirs, and sway."""
    for middle_m in (-4.5, -1.5, 1.5, 4.5):
        left, between, right, line = (
            float(amount(np.full(3000, middle_m + aside_m), snow=1.0, snow_tracks=1.0).mean())
            for aside_m in (0.74, 0.0, -0.74, 1.5)
        )
        assert max(left, right) + 0.15 < min(between, line)
    assert amount(np.full(3000, 7.0), snow=1.0, snow_tracks=1.0).min() > 0.9


def test_solid_noise_is_refused() -> None:
    with pytest.raises(ValueError, match="expected flat noise of whole octaves, got solid noise"):
        ArrayPen(np.zeros((1, 3)), np.zeros((1, 3))).noise(np.zeros((1, 3)), 1.0)
