"""Antennas: what is thin above a roof is told from the roof."""

from __future__ import annotations

import numpy as np
import pytest

from longtail.scenes.assets import catalogue
from longtail.scenes.assets.asset import Procedural
from longtail.scenes.assets.packs.asset import PackAsset
from longtail.scenes.assets.packs.geometry import geometry
from longtail.scenes.geometry.antenna import antenna_m
from longtail.scenes.geometry.materials import RUBBER
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, ellipsoid, tube

BODY = box((4.0, 1.8, 1.4), RUBBER, (0, 0, 0.7))


def measured(*parts: Mesh) -> float:
    mesh = join([BODY, *parts])
    return antenna_m(mesh.vertices_m, mesh.triangles)


def test_a_body_by_itself_has_none() -> None:
    assert measured() == 0.0


def test_an_aerial_that_leans_back_is_one() -> None:
    aerial = tube([(-1.0, 0.3, 1.38), (-1.3, 0.3, 1.75)], 0.004, RUBBER)
    top = float(join([aerial]).bounds_m[1][2])
    assert measured(aerial) == pytest.approx(top - 1.4, abs=1e-5)


def test_rails_bars_and_two_aerials_far_apart_are_body() -> None:
    for y in (0.1, 0.7):
        poles = [tube([(-1.0, side * y, 1.38), (-1.0, side * y, 1.7)], 0.004, RUBBER) for side in (-1, 1)]
        assert measured(*poles) == 0.0
    assert measured(box((0.1, 1.2, 0.1), RUBBER, (0, 0, 1.45))) == 0.0


def test_the_top_of_a_bent_roof_is_no_antenna() -> None:
    assert measured(ellipsoid((1.8, 0.9, 0.2), RUBBER, (0, 0, 1.4), sides=64)) == 0.0


def test_a_mesh_that_is_thin_all_over_is_no_antenna() -> None:
    pole = tube([(0, 0, 0), (0, 0, 2.0)], 0.03, RUBBER)
    assert antenna_m(pole.vertices_m, pole.triangles) == 0.0


VEHICLES = [asset for asset in catalogue().values() if asset.category in ("car", "van")]


@pytest.mark.parametrize("asset", VEHICLES, ids=lambda asset: asset.name)
def test_no_car_is_taller_than_its_body(asset: Procedural | PackAsset) -> None:
    """The tallest cars of the road are 1.9 m; one model's antenna reaches to 1.96 m."""
    mesh = asset.mesh() if isinstance(asset, Procedural) else geometry(asset)
    over_m = antenna_m(mesh.vertices_m, mesh.triangles)
    assert over_m == (pytest.approx(0.302, abs=1e-3) if asset.name == "sh3f/scopia/renault-scenic" else 0.0)
    assert asset.category == "van" or 1.1 < mesh.size_m[2] - over_m < 1.9
    edges = mesh.vertices_m[mesh.triangles]
    high = edges[edges[..., 2].min(axis=1) > mesh.bounds_m[1][2] - over_m]
    assert not over_m or np.ptp(high[..., 1]) < 0.12
