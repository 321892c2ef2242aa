"""What is attached to things is an object of its own, which no picture shows; paint gives way to snow on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import bpy
import numpy as np
import pytest

from longtail.annotate.camera import Equirectangular
from longtail.annotate.labels.frame import SceneObject
from longtail.render.blender.session import Session
from longtail.scenes.assets import ASSETS, catalogue
from longtail.scenes.assets.asset import Procedural, each_of
from longtail.scenes.blender.scene import MOUNTED_WITH, SUPPORTS, build_scene, clear_scene
from longtail.scenes.blender.shader_inputs import ShaderInputs
from longtail.scenes.composing import scene_of
from longtail.scenes.config.loading import load
from longtail.scenes.geometry.materials import Asphalt, RoadPaint
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box
from tests.blender.stage import at, expose, looking_along_x, session

pytestmark = pytest.mark.blender


@pytest.fixture(scope="module")
def renderer() -> Iterator[Session]:
    made = session(samples=2)
    yield made
    made.clear()


def parts_of(name: str) -> list[tuple[str, str, Mesh]]:
    found = []
    for asset in each_of([ASSETS[name]]):
        assert isinstance(asset, Procedural)
        found.append((asset.name, asset.category, asset.mesh()))
    return found


@pytest.mark.parametrize(("name", "away_m", "turn_rad"), [
    ("sign/roundabout", 5.0, 2.9),
    ("sign/limit-30-children", 6.0, 0.3),
    ("traffic-light/arm-red", 11.0, 2.7),
])  # fmt: skip
def test_the_picture_is_that_of_one_mesh(renderer: Session, name: str, away_m: float, turn_rad: float) -> None:
    camera, pose = looking_along_x(72, 72, 70, 2.6), at(away_m, -1.0, 0.0, turn_rad)
    parts = parts_of(name)
    one = expose(renderer, camera, [(name, "pole", join([mesh for _, _, mesh in parts]), pose)])
    many = expose(renderer, camera, [(*part, pose) for part in parts])
    assert one.radiance.tobytes() == many.radiance.tobytes()
    assert one.depth_m.tobytes() == many.depth_m.tobytes()
    assert one.normals is not None
    assert many.normals is not None
    assert one.normals.tobytes() == many.normals.tobytes()
    assert np.array_equal(one.object_ids > 0, many.object_ids > 0)
    assert len(np.unique(many.object_ids[many.object_ids > 0])) > 1


def test_a_sign_is_seen_from_the_front_and_hardly_from_behind(renderer: Session) -> None:
    camera, parts = looking_along_x(96, 96, 60, 2.4), parts_of("sign/stop")
    (front, back, _), seen = (number + 1 for number in range(3)), {}
    for turn_rad in (np.pi, 0.0):
        shown = expose(renderer, camera, [(*part, at(4.0, 0.0, 0.0, turn_rad)) for part in parts])
        seen[turn_rad] = shown
    ahead, behind = (np.bincount(seen[turn].object_ids.ravel(), minlength=4) for turn in (np.pi, 0.0))
    sign: SceneObject = seen[np.pi].objects[0]
    assert ahead[front] == sign.amodal_px
    assert ahead[front] > 100
    assert ahead[back] == 0
    # From behind the post stands before it.
    assert ahead[front] > behind[back] > 0.7 * ahead[front] > 30 * behind[front]


@pytest.mark.parametrize("blackout", [False, True])
def test_numbers_and_attributes_of_a_street(blackout: bool) -> None:
    assets = catalogue(packs=False)
    changes = ["assets.packs=false", "road.junction=true", f"lighting.blackout={str(blackout).lower()}"]
    config = load("street", [*changes, "lighting.sun_elevation_deg=-8", "weather=flood"], seed=7)
    scene = scene_of(config, 0, assets)
    bpy.ops.wm.read_factory_settings(use_empty=True)
    built = build_scene(scene, assets)
    try:
        objects = {item.id: item for item in built.objects}
        assert list(objects) == list(range(1, len(objects) + 1))
        assert [objects[n].asset for n in range(1, len(scene.objects) + 1)] == [p.asset for p in scene.objects]
        attached = [item for item in built.objects if {SUPPORTS, MOUNTED_WITH} & item.attributes.keys()]
        first = built.objects.index(attached[0])
        assert attached == built.objects[first : first + len(attached)]
        assert [item.category for item in built.objects[first + len(attached) :]] == ["water"]
        for item in attached:
            carried = objects[int(item.attributes.get(SUPPORTS, item.attributes.get(MOUNTED_WITH, 0)))]
            assert item.asset in {asset.name for asset in assets[carried.asset].attached}
            assert item.world_from_object.matrix.tolist() == carried.world_from_object.matrix.tolist()
            assert (item.category == "pole") == (SUPPORTS in item.attributes)
        states = {item.attributes["state"] for item in built.objects if item.category == "traffic light"}
        assert states == {"off"} if blackout else states > {"red"}
    finally:
        clear_scene(built)


def road(paint: float = 0.02) -> list[tuple[str, str, Mesh]]:
    stripes = [box((0.5, 8.0, 0.01), RoadPaint((paint,) * 3, 0.0), (x, 0.0, 0.0)) for x in np.arange(2.5, 12, 1.0)]
    return [
        ("road", "road", box((400.0, 400.0, 0.01), Asphalt(), (0.0, 0.0, -0.01))),
        ("markings", "lane marking", join(stripes)),
    ]


def under(renderer: Session, **inputs: float) -> tuple[np.ndarray, np.ndarray, int | None]:  # type: ignore[type-arg]
    """(ids, luminance, hidden pixels of paint) of a road with paint as black as asphalt is not."""
    wide = {"road_left_m": 20.0, "road_right_m": -20.0}
    things = [(*piece, at(0.0)) for piece in road()]
    camera = looking_along_x(96, 48, 80, 1.4)
    shown = expose(renderer, camera, things, inputs=ShaderInputs(**wide, **inputs), beneath={2: 1})
    return shown.object_ids, shown.radiance.mean(axis=-1), shown.cover.paint_px if shown.cover else None


def test_paint_gives_way_to_snow_where_that_is_what_one_sees(renderer: Session) -> None:
    bare, _, nothing = under(renderer)
    assert nothing is None
    painted = bare == 2
    assert np.count_nonzero(painted) > 300
    whole, _, hidden = under(renderer, snow_lies=1.0, snow=1.0)
    assert not (whole == 2).any()
    assert hidden == np.count_nonzero(painted)
    assert np.array_equal(whole > 0, bare > 0)
    patchy, light, some = under(renderer, snow_lies=1.0, snow=0.3)
    assert some is not None
    assert 0 < some < np.count_nonzero(painted)
    assert np.count_nonzero(painted & (patchy == 1)) == some
    covered, seen = light[painted & (patchy == 1)], light[painted & (patchy == 2)]
    # Snow is white, this paint black; at the borders of patches a pixel's own area has both.
    assert np.median(covered) > 3 * np.median(seen)
    threshold = np.sqrt(np.median(covered) * np.median(seen))
    assert (covered > threshold).mean() > 0.75
    assert (seen < threshold).mean() > 0.75


def test_snow_hides_paint_on_all_sides_of_a_panorama(renderer: Session) -> None:
    """Behind the camera, too, where depth along its axis is negative."""
    (_, _, asphalt), (_, _, stripes) = road()
    both = join([stripes, stripes.moved(-15.0)])
    things = [("road", "road", asphalt, at(0.0)), ("markings", "lane marking", both, at(0.0))]
    camera = replace(looking_along_x(96, 48, 80, 1.4), lens=Equirectangular.from_fov(96, 48, 360))
    wide = {"road_left_m": 20.0, "road_right_m": -20.0}
    bare, whole = (
        expose(renderer, camera, things, inputs=ShaderInputs(**wide, snow_lies=1.0, snow=snow), beneath={2: 1})
        for snow in (0.0, 1.0)
    )
    painted = bare.object_ids == 2
    behind = bare.depth_m < 0
    assert (painted & behind).sum() > 10
    assert (painted & ~behind).sum() > 10
    left = whole.object_ids == 2
    # Snow does not lie on the sides of the stripes.
    assert (np.abs(whole.facets[left][:, 1]) < 0.1).all()
    assert left.sum() < 0.1 * painted.sum()


def test_wheels_bring_paint_back(renderer: Session) -> None:
    _, _, untouched = under(renderer, snow_lies=1.0, snow=1.0)
    _, _, worn = under(renderer, snow_lies=1.0, snow=1.0, snow_tracks=1.0)
    assert untouched is not None
    assert worn is not None
    assert 0 < worn < 0.95 * untouched


def test_labels_look_for_snow_without_a_picture_before(renderer: Session) -> None:
    """Of two calls in a row the second has another scene's snow in the shaders, which it must not keep."""
    under(renderer, snow_lies=1.0, snow=1.0)
    ids, _, nothing = under(renderer)
    assert nothing is None
    assert (ids == 2).any()
