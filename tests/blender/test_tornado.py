"""The tornado in Blender: which pixels it owns, and that every part wears its own material."""

from __future__ import annotations

import math
from dataclasses import replace

import bpy
import numpy as np
import pytest

from longtail.render.blender.session import Session
from longtail.scenes.atmosphere.light import Light
from longtail.scenes.blender.effects import build_effect
from longtail.scenes.blender.tornado import build_tornado
from longtail.scenes.weather import Clear, Weather
from longtail.scenes.weather.tornado import Tornado
from tests.blender.stage import expose, looking_along_x
from tests.blender.stage import session as new_session

pytestmark = pytest.mark.blender

LIGHT = Light(20.0, 120.0, cloud_cover=1.0, haze=0.3, exposure_ev=0.0)
TORNADO = Tornado(1000.0, 0.0, 60.0, 500.0, 0.0, 0.0, 0.0, 0.5, 1.1, 0.6, 0.4, 12_000.0)
EYE = (0.0, 0.0)


@pytest.fixture(scope="module")
def session() -> Session:
    return new_session(samples=1)


def seen(session: Session, tornado: Tornado) -> np.ndarray:  # type: ignore[type-arg]
    """(H, W) bool, the tornado's pixels for a level camera with a field of view of 60 degrees."""

    camera = looking_along_x(160, 120, 60.0, height_m=1.5)
    return np.asarray(expose(session, camera, [], weather=Weather((tornado,))).object_ids == 1)


@pytest.mark.usefixtures("session")
def test_without_a_tornado_nothing_is_built() -> None:
    assert build_effect(Clear(), Weather((Clear(),)), LIGHT, EYE) is None


@pytest.mark.usefixtures("session")
def test_every_part_wears_a_material_of_its_own() -> None:
    item = build_tornado(TORNADO, Weather((TORNADO,)), LIGHT, EYE).item
    slots = np.zeros(len(item.data.polygons), dtype=np.int32)
    item.data.polygons.foreach_get("material_index", slots)
    assert set(slots.tolist()) == {0, 1, 2}
    assert len({made.name for made in item.data.materials}) == 3
    bpy.data.batch_remove([item, item.data])


@pytest.mark.usefixtures("session")
def test_it_is_no_asset_that_a_dataset_would_have_to_credit() -> None:
    assert "/" not in build_tornado(TORNADO, Weather((TORNADO,)), LIGHT, EYE).name


def test_its_label_is_as_wide_as_its_funnel(session: Session) -> None:
    """60 m at 1000 m are 3.44 degrees; half-way up it is a third wider, and its edges fray."""
    owned = seen(session, TORNADO)
    focal = 80 / math.tan(math.radians(30))
    row = round(60 - focal * 0.22)
    width_px = int(owned[row].sum())
    assert owned[row, 79:81].all()
    assert 0.8 * 60 / 1000 * focal < width_px < 1.6 * 60 / 1000 * focal


def test_its_label_stands_where_it_does_and_below_the_cloud(session: Session) -> None:
    """Ten degrees to the left of a camera along X is left of the middle; a base of 500 m at 1000 m is 27 degrees up."""
    left = seen(session, replace(TORNADO, azimuth_deg=10.0))
    columns = np.flatnonzero(left.any(axis=0))
    focal = 80 / math.tan(math.radians(30))
    assert abs(columns.mean() - (80 - focal * math.tan(math.radians(10)))) < 4
    high = seen(session, replace(TORNADO, distance_m=2500.0))
    top = np.flatnonzero(high.any(axis=1)).min()
    assert top >= 60 - focal * 500 / 2500 / 0.98 - 1


def test_a_funnel_that_hangs_free_leaves_a_gap(session: Session) -> None:
    owned = seen(session, replace(TORNADO, condensed=0.55, dust=0.2))
    middle = owned[:, 78:82].any(axis=1)
    rows = np.flatnonzero(middle)
    assert not middle[rows.min() : rows.max()].all()
