"""Drawn lenses: every model can be drawn, and no draw of the defaults folds its picture."""

from __future__ import annotations

import numpy as np
import pytest

from longtail.annotate.camera import LENSES
from longtail.annotate.errors import ConfigError
from longtail.distributions import Distribution
from longtail.scenes.camera.lenses import FIELD, INTRINSICS, PARAMETERS, PATHS, lens_of, unused
from longtail.scenes.space.impossible import LensRequest

SIZE_PX = (960, 540)


def drawn(u: dict[str, float], field_deg: float) -> dict[str, object]:
    values: dict[str, object] = {FIELD: field_deg}
    for parameter in PARAMETERS:
        default = parameter.default
        values[parameter.path] = default.ppf(u[parameter.path]) if isinstance(default, Distribution) else default
    return values


def test_every_lens_can_be_drawn() -> None:
    assert PATHS.keys() == LENSES.keys()
    declared = {FIELD, *(parameter.path for parameter in PARAMETERS)}
    assert {*INTRINSICS, *(path for paths in PATHS.values() for path in paths)} == declared


@pytest.mark.parametrize("model", LENSES)
def test_no_default_draw_folds_within_the_picture(model: str) -> None:
    rng = np.random.default_rng(5)
    # A panorama is no higher than half its width.
    size = (960, 480) if model == "equirectangular" else SIZE_PX
    corners = [[x + 1e-3, y + 1e-3] for x in (0.0, 479.0, 959.0) for y in (0.0, size[1] / 2, size[1] - 1.0)]
    for _ in range(200):
        # The ends of the ranges are the hardest cases.
        u = {p.path: float(rng.choice([1e-9, 1 - 1e-9, rng.random()])) for p in PARAMETERS}
        lens = lens_of(LensRequest(model, size), drawn(u, float(rng.uniform(50, 90))))
        assert lens.name == model
        assert (lens.width_px, lens.height_px) == size
        np.testing.assert_allclose(lens.project(lens.rays(corners) + lens.origins(corners)), corners, atol=1e-6)


def test_the_field_of_a_draw_is_the_lenss() -> None:
    values = drawn({p.path: 0.5 for p in PARAMETERS}, 71.0)
    assert lens_of(LensRequest("pinhole", SIZE_PX), values).horizontal_fov_deg == pytest.approx(71)
    assert lens_of(LensRequest("brown_conrady", SIZE_PX), values).horizontal_fov_deg == pytest.approx(71, abs=0.01)
    assert lens_of(LensRequest("kannala_brandt", SIZE_PX), values).horizontal_fov_deg == pytest.approx(160)


def test_a_pinned_distortion_that_folds_names_the_field() -> None:
    values = {**drawn({p.path: 0.5 for p in PARAMETERS}, 120.0), "camera.brown_conrady.k1": -0.5}
    values["camera.brown_conrady.k2"] = 0.0
    with pytest.raises(
        ConfigError, match=r"camera\.horizontal_fov_deg: expected a horizontal field under .* got 120 deg"
    ):
        lens_of(LensRequest("brown_conrady", SIZE_PX), values)


def test_a_record_can_leave_out_other_lenses() -> None:
    values = drawn({p.path: 0.5 for p in PARAMETERS}, 71.0)
    others = {path for model in LENSES if model != "kannala_brandt" for path in PATHS[model]}
    assert unused("kannala_brandt", values) == {*INTRINSICS, *others}
    assert unused("pinhole", values).isdisjoint({FIELD})
    # The rational terms stand in a record where there are any, and so does a matrix, in place of the field.
    assert "camera.brown_conrady.k4" in unused("brown_conrady", values)
    assert "camera.brown_conrady.k4" not in unused("brown_conrady", {**values, "camera.brown_conrady.k4": 0.1})
    given = {**values, "camera.intrinsics.fx_px": 800.0}
    assert FIELD in unused("pinhole", given)
    assert unused("pinhole", given).isdisjoint(INTRINSICS)
