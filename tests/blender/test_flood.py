"""A flooded cube against what can be worked out on paper: where its mask ends, how much is under water."""

from __future__ import annotations

import bpy
import numpy as np
import pytest

from longtail.annotate.labels.relief import LEVEL, Relief
from longtail.render.blender.session import Session
from longtail.scenes.atmosphere.light import Light
from longtail.scenes.blender.flood import build_flood, seen_through
from longtail.scenes.geometry.materials import Principled
from longtail.scenes.geometry.solids import box
from longtail.scenes.weather import Flood, Weather
from tests.blender.stage import at, expose, looking_along_x
from tests.blender.stage import session as new_session

pytestmark = pytest.mark.blender

EYE_M, FRONT_M, SIDE_M = 1.5, 7.0, 2.0
CAMERA = looking_along_x(320, 240, 40.0, height_m=EYE_M)
CUBE = ("cube", "car", box((SIDE_M, SIDE_M, SIDE_M), Principled()), at(FRONT_M + SIDE_M / 2, 0.0, SIDE_M / 2))


@pytest.fixture(scope="module")
def session() -> Session:
    return new_session()


def flooded(depth_m: float, turbidity_ntu: float = 400.0) -> Weather:
    return Weather((Flood(depth_m, 0.3, turbidity_ntu),))


@pytest.mark.parametrize("turbidity_ntu", [1.0, 400.0])
@pytest.mark.parametrize("depth_m", [0.25, 0.7, 1.2])
def test_a_mask_ends_at_the_water(session: Session, depth_m: float, turbidity_ntu: float) -> None:
    shown = expose(session, CAMERA, [CUBE], weather=flooded(depth_m, turbidity_ntu))
    # The front face meets the water along a level line at this row.
    _, row = CAMERA.project([FRONT_M, 0.0, depth_m])
    mask = shown.object_ids == 1
    middle = mask[:, 120:200]
    assert middle.any()
    last = middle.shape[0] - 1 - np.argmax(middle[::-1], axis=0)
    assert np.abs(last + 1 - row).max() <= 1.0
    below = shown.object_ids[int(row) + 2 :, 120:200]
    assert (below == 2).all()
    assert shown.objects[1].category == "water"


@pytest.mark.parametrize("depth_m", [0.25, 0.7, 1.2])
def test_what_is_submerged_is_what_lies_below(session: Session, depth_m: float) -> None:
    dry = expose(session, CAMERA, [CUBE])
    wet = expose(session, CAMERA, [CUBE], weather=flooded(depth_m))
    cube = wet.objects[0]
    assert dry.objects[0].submerged_px is None
    assert cube.amodal_px == dry.objects[0].amodal_px
    # Seen from the front, the part under water is the face below the line.
    _, top = CAMERA.project([FRONT_M, 0.0, SIDE_M])
    _, line = CAMERA.project([FRONT_M, 0.0, depth_m])
    _, foot = CAMERA.project([FRONT_M, 0.0, 0.0])
    assert cube.submerged_px is not None
    assert cube.amodal_px
    visible = int((wet.object_ids == 1).sum())
    assert visible + cube.submerged_px == pytest.approx(cube.amodal_px, abs=80)
    assert cube.submerged_px / cube.amodal_px == pytest.approx((foot - line) / (foot - top), abs=0.02)


def test_water_hides_more_the_deeper_and_the_dirtier_it_is() -> None:
    clear, brown = Flood(0.3, 0.0, 3.0), Flood(0.3, 0.0, 500.0)
    assert seen_through(clear, 0.1) > seen_through(clear, 0.5) > seen_through(brown, 0.1)
    assert seen_through(brown, 0.1) < 1e-6
    assert seen_through(clear, 0.0) == 1


def test_turbid_water_shows_its_silt_and_clear_water_the_bed(session: Session) -> None:
    floor = ("floor", "road", box((40, 40, 0.02), Principled((0.9, 0.05, 0.05), roughness=1.0)), at(10.0, 0.0, -0.01))
    # Steeply down, where little is mirrored.
    camera = looking_along_x(64, 48, 60.0, height_m=4.0)
    lowest = {}
    for name, turbidity in (("clear", 1.0), ("brown", 900.0)):
        shown = expose(session, camera, [floor], weather=flooded(0.08, turbidity))
        lowest[name] = shown.radiance[-6:].mean(axis=(0, 1))
    redness = {name: float(rgb[0] / rgb[1]) for name, rgb in lowest.items()}
    assert redness["clear"] > 1.5 * redness["brown"]


@pytest.mark.usefixtures("session")
def test_on_a_slope_each_corner_of_the_water_knows_its_bed() -> None:
    """A dip: the sheet stays level, is cut where the ground bends, and says how high that is there."""
    dip = Relief(((-20.0, -0.05), (20.0, 0.05)))
    light = Light(35.0, 0.0, 1.0, 0.3, 0.0)
    items = [build_flood(Flood(0.3, 0.1, 6.0), Weather(), light, (0.0, 0.0), relief).item for relief in (dip, LEVEL)]
    water, even = (item.data for item in items)
    places = np.zeros(len(water.vertices) * 3, dtype=np.float32)
    water.vertices.foreach_get("co", places)
    bed = np.zeros(len(water.vertices), dtype=np.float32)
    water.attributes["bed_m"].data.foreach_get("value", bed)
    x, _, z = places.reshape(-1, 3).T
    assert not z.any()
    assert set(dip.knots_m.tolist()) <= set(x.tolist())
    assert bed == pytest.approx(dip.height_m(x), abs=1e-5)
    assert bed.min() == 0
    assert "bed_m" not in even.attributes
    bpy.data.batch_remove([*items, water, even])
