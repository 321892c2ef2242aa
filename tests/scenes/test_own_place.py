"""A place of the user's as plain values: what its draws put where, and what is refused of it."""

from __future__ import annotations

import hashlib
import json
import math
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from longtail.annotate.errors import ConfigError
from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.composing import catalogue_of, require_assets, scene_file, scene_of, taxonomy_of
from longtail.scenes.config.config import Config
from longtail.scenes.config.loading import load, load_scene
from longtail.scenes.config.resolving import resolve
from longtail.scenes.geometry.materials import Principled
from longtail.scenes.geometry.ready import Ready
from longtail.scenes.geometry.solids import box
from longtail.scenes.moment import scene_at
from longtail.scenes.scenarios.occupancy import footprint
from longtail.scenes.scenarios.own_place.place import Bulb, Fixed, Mark, Region, Viewpoint, packed, told_of, unpacked
from longtail.scenes.scenarios.own_place.place_file import PlaceFile
from longtail.scenes.scene import Placed, Scene

PLAIN = ("assets.packs=false", "assets.models=false")
# Looks along +Y from the south, level, 1.5 m over the ground.
NORTHWARD = (1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, -12.0, 0.0, -1.0, 0.0, 1.5, 0.0, 0.0, 0.0, 1.0)
SQUARE = np.array([[[-6, -6, 0], [6, -6, 0], [6, 6, 0]], [[-6, -6, 0], [6, 6, 0], [-6, 6, 0]]], dtype=np.float64)


def pose(x: float, y: float, z: float) -> tuple[float, ...]:
    matrix = np.eye(4)
    matrix[:3, 3] = x, y, z
    return tuple(matrix.ravel().tolist())


def place_file(**changes: Any) -> PlaceFile:
    """A slab with a block on it, where a car is swapped and people stand."""
    parts: dict[str, Any] = {
        "fixed": [
            Fixed("Slab", "terrain", "collection 'fixed: terrain'", pose(0, 0, -0.2), 0),
            Fixed("Block", "box", "collection 'fixed: box'", pose(3, 3, 0), 1),
            Fixed("Block.001", "box", "collection 'fixed: box'", pose(-3, 3, 0), 1),
        ],
        "marks": [Mark("Car", ("car",), "collection 'swap: car'", (0.0, 9.0, 0.0), 0.5, (4.5, 1.9, 1.5))],
        "viewpoints": [Viewpoint("Mast", NORTHWARD, 60.0)],
        "bulbs": [Bulb("Lamp", (1.0, 1.0, 1.0), 0.1, 360.0, 0.05, None, (0.0, 0.0, 3.0), (0.0, 0.0, -1.0))],
    }
    regions = changes.pop("areas", [(("person",), 5.0, SQUARE)])
    rest: dict[str, Any] = {
        "regions": [{"categories": words, "where": "a region", "count": count} for words, count, _ in regions],
        "sky": True, "creator": "Jane", "licence": "CC0-1.0", "notes": [],
    }  # fmt: skip
    given: dict[str, Any] = parts | {key: value for key, value in changes.items() if key in parts}
    rest |= {key: value for key, value in changes.items() if key not in parts}
    blocks = [Ready(box((30, 30, 0.2), Principled(), (0, 0, 0.1))), Ready(box((2, 1, 1.5), Principled(), (0, 0, 0.75)))]
    data = packed(told_of(**given, **rest), blocks, [triangles for _, _, triangles in regions])
    return PlaceFile("yard.blend", hashlib.sha256(data).hexdigest(), data)


def config_of(file: PlaceFile, *changes: str) -> Config:
    return load("yard.blend", [*PLAIN, *changes], seed=5, read_place=lambda _path, _where: file)


def shape_of(item: Placed, asset: Asset) -> shapely.Polygon:
    return footprint(item.x_m, item.y_m, item.heading_rad, *asset.size_m[:2])


def test_what_is_packed_is_what_is_unpacked() -> None:
    place = place_file().place
    assert [item.name for item in place.fixed] == ["Slab", "Block", "Block.001"]
    assert place.marks[0].size_m == (4.5, 1.9, 1.5)
    assert place.regions[0].count == 5.0
    assert np.array_equal(place.regions[0].triangles_m, SQUARE)
    assert place.bulbs[0].panel_m is None
    assert np.allclose(place.meshes[1].mesh.size_m, (2, 1, 1.5))
    assert unpacked(b"no file of arrays") is None
    assert unpacked(place_file().data[:-40]) is None


def test_what_stays_stays_and_what_is_put_is_where_it_may_be() -> None:
    config = config_of(place_file(), "objects.person.count=8")
    assets = catalogue_of(config)
    seen = set()
    for index in range(20):
        scene = scene_of(config, index, assets)
        slab, first, second, car, *people = scene.objects
        assert (slab.z_m, first.x_m, second.x_m) == (-0.2, 3.0, -3.0)
        # One mesh of one category is one asset.
        assert first.asset == second.asset == "yard/block"
        assert assets[car.asset].category == "car"
        assert (car.x_m, car.y_m, car.z_m, car.heading_rad) == (0.0, 9.0, 0.0, 0.5)
        assert {assets[item.asset].category for item in people} == {"person"}
        assert len(people) + scene.departures.misfits.get("region person", 0) == 8
        taken = [shape_of(item, assets[item.asset]) for item in people]
        square = shapely.box(-6.01, -6.01, 6.01, 6.01)
        blocks = [shape_of(item, assets[item.asset]) for item in (first, second)]
        for number, shape in enumerate(taken):
            assert square.covers(shape)
            assert not any(shape.intersects(other) for other in (*taken[:number], *blocks))
        seen |= {item.asset for item in people}
    assert len(seen) > 10


def test_things_stand_on_a_table_and_under_it() -> None:
    board = SQUARE / 6 * 0.4 + (3.0, 3.0, 1.5)
    floor = SQUARE / 6 * 0.3 + (3.0, 3.0, 0.0)
    config = config_of(place_file(areas=[(("cup", "bowl"), 3.0, board), (("apple",), 2.0, floor)]))
    assets = catalogue_of(config)
    scenes = [scene_of(config, index, assets) for index in range(8)]
    heights = {assets[item.asset].category: item.z_m for scene in scenes for item in scene.objects[4:]}
    assert heights == {"cup": 1.5, "bowl": 1.5}
    # Within the block there is no room.
    asked = [scene for scene in scenes if scene.parameters["objects.apple.count"]]
    assert asked
    assert all(scene.departures.misfits["region apple"] == scene.parameters["objects.apple.count"] for scene in asked)


def test_a_share_leaves_marks_empty_and_moves_no_others() -> None:
    marks = [Mark(f"Car {k}", ("car",), "", (12.0 * k, 0.0, 0.0), 0.0, (4.5, 1.9, 1.5)) for k in range(40)]
    scenes = []
    for share in (1, 0.5):
        config = config_of(place_file(marks=marks, areas=[]), f"objects.car.share={share}")
        assets = catalogue_of(config)
        scenes.append({item.x_m: item.asset for item in scene_of(config, 0, assets).objects[3:]})
    assert len(scenes[0]) == 40
    assert 10 < len(scenes[1]) < 30
    assert scenes[1].keys() <= scenes[0].keys()


def test_an_asset_is_hardly_longer_than_what_it_stands_for() -> None:
    small = Mark("Plant", ("vegetation", "potted plant"), "", (0.0, 9.0, 0.0), 0.0, (0.3, 0.3, 0.4))
    config = config_of(place_file(marks=[small], areas=[]))
    assets = catalogue_of(config)
    for index in range(12):
        for item in scene_of(config, index, assets).objects[3:]:
            if assets[item.asset].category == "potted plant":
                assert max(assets[item.asset].size_m) <= 0.5


STILL = ("camera.shift_m=0", "camera.turn_deg=0", "camera.tilt_deg=0")


@pytest.mark.parametrize("angles", [(0.3, -20.0, 0.0), (-2.9, 40.0, 12.0), (1.0, -90.0, 0.0)], ids=str)
def test_a_camera_of_the_file_is_where_the_file_has_it(angles: tuple[float, float, float]) -> None:
    from longtail.annotate.camera.seat import seated

    matrix = seated((1.0, 2.0, 3.0), *angles)
    view = Viewpoint("Mast", tuple(matrix.ravel().tolist()), 60.0)
    config = config_of(place_file(viewpoints=[view]), *STILL)
    camera = scene_of(config, 0, catalogue_of(config)).camera
    assert np.allclose(camera.world_from_camera.matrix, matrix, atol=1e-6)
    assert math.isclose(camera.lens.horizontal_fov_deg, 60.0)


def test_cameras_are_drawn_and_moved_a_little() -> None:
    other = Viewpoint("Door", (*NORTHWARD[:3], 5.0, *NORTHWARD[4:]), 80.0)
    areas = [(("viewpoint",), None, SQUARE)]
    config = config_of(place_file(viewpoints=[Viewpoint("Mast", NORTHWARD, 60.0), other], areas=areas))
    assets = catalogue_of(config)
    seen = set()
    for index in range(24):
        scene = scene_of(config, index, assets)
        name, at = scene.parameters["camera.viewpoint"], scene.camera.world_from_camera.matrix[:3, 3]
        seen.add(name)
        if name == "anywhere":
            assert 1.1 < at[2] < 1.9
            assert abs(at[:2]).max() < 6.1
        else:
            assert np.linalg.norm(at - ((0.0 if name == "Mast" else 5.0), -12.0, 1.5)) <= 0.051
    assert seen == {"Mast", "Door", "anywhere"}


def test_a_place_without_a_sky_has_its_lamps_alone() -> None:
    config = config_of(place_file(sky=False), "lighting.lamps=0.5")
    scene = scene_of(config, 0, catalogue_of(config))
    assert not scene.light.sky
    assert scene.weather.name == ""
    (lamp,) = scene.ground.lamps()
    assert (lamp.kind.kcd, lamp.kind.cone_deg, lamp.position_m) == (0.05, 360.0, (0.0, 0.0, 3.0))
    assert (scene.indoor_lux or 0) > 0
    assert "weather" not in config.parameters
    assert taxonomy_of(config.scenario, catalogue_of(config)).background == "terrain"


def test_there_is_every_weather_but_floods() -> None:
    config = config_of(place_file(), "weather={choice: {rain: 1, fog: 1, snow+snow_cover: 1}}")
    assets = catalogue_of(config)
    assert len({scene_of(config, index, assets).weather.name for index in range(12)}) == 3
    with pytest.raises(ConfigError, match=r"weather: expected one of .*, got 'rain\+flood'"):
        config_of(place_file(), "weather=rain+flood")


def test_floods_stand_over_the_height_that_the_file_says_and_under_the_camera() -> None:
    config = config_of(place_file(floods=True), "weather=flood", "weather.flood.depth_m={uniform: [0.1, 1.4]}")
    assets = catalogue_of(config)
    assert "camera.height_m" not in config.parameters
    assert "water" in taxonomy_of(config.scenario, assets)
    depths = []
    for index in range(24):
        scene = scene_of(config, index, assets)
        depths.append(float(scene.weather.water_level_m or 0.0))
        eye = float(scene.camera.world_from_camera.matrix[2, 3])
        assert 0.1 <= depths[-1] <= 1.5 - 0.1
        assert depths[-1] < eye - 0.099
    assert max(depths) > 1.2
    shifted = ("camera.shift_m=0.5", "weather.flood.depth_m={uniform: [0.5, 1.4]}")
    deep = config_of(place_file(floods=True), "weather=flood", *shifted)
    levels = [float(scene_of(deep, index, assets).weather.water_level_m or 0.0) for index in range(12)]
    assert 0.8 < max(levels) <= 0.9
    with pytest.raises(ConfigError, match=r"expected the camera at least 0\.1 m above the water, got 'Mast' with room"):
        config_of(place_file(floods=True), "weather=flood", "weather.flood.depth_m=1.4", "camera.shift_m=0.2")
    anywhere = place_file(floods=True, viewpoints=[], areas=[(("viewpoint",), None, SQUARE)])
    config = config_of(anywhere, "weather=flood", "camera.height_m=0.5", "camera.shift_m=0")
    scenes = [scene_of(config, index, catalogue_of(config)) for index in range(12)]
    assert max(float(scene.weather.water_level_m or 0.0) for scene in scenes) <= 0.4
    low = replace(place_file().place.viewpoints[0], world_from_camera=(*NORTHWARD[:11], 0.1, *NORTHWARD[12:]))
    with pytest.raises(ConfigError, match=r"camera 'Mast': expected it at least 0\.23 m above the height that floods"):
        config_of(place_file(floods=True, viewpoints=[low]))


def test_a_category_of_ones_own_is_a_thing_of_the_dataset() -> None:
    charger = Fixed("Charger", "robot charger", "collection 'fixed: robot charger'", pose(5, 0, 0), 1, "machine")
    slab = Fixed("Slab", "terrain", "collection 'fixed: terrain'", pose(0, 0, -0.2), 0)
    config = config_of(place_file(fixed=[slab, charger]))
    assets = catalogue_of(config)
    taxonomy = taxonomy_of(config.scenario, assets)
    kind = taxonomy["robot charger"]
    assert (kind.supercategory, kind.is_thing) == ("machine", True)
    assert [category.is_thing for _, category in taxonomy] == sorted((c.is_thing for _, c in taxonomy), reverse=True)
    assert sum(assets[item.asset].category == "robot charger" for item in scene_of(config, 0, assets).objects) == 1
    without = replace(charger, supercategory="")
    with pytest.raises(ConfigError, match=r"got 'robot charger'.* for one of your own state its supercategory"):
        config_of(place_file(fixed=[slab, without]))
    with pytest.raises(ConfigError, match="in small letters and digits, got 'robot charger' and 'ma/chine'"):
        config_of(place_file(fixed=[slab, replace(charger, supercategory="ma/chine")]))


def test_who_walks_in_a_clip_walks_on_and_meets_nothing() -> None:
    config = config_of(place_file(), "objects.person.count=8", "clip.frames=21", "clip.rate_hz=10", "weather=rain")
    assets = catalogue_of(config)
    walked = stood = 0
    square = shapely.box(-6.01, -6.01, 6.01, 6.01)
    still = config_of(place_file(), "objects.person.count=8", "weather=rain")
    for first in range(0, 21 * 6, 21):
        scene = scene_of(config, first, assets)
        alone = scene_of(still, first // 21, assets)
        for item, was in zip(scene.objects, alone.objects, strict=True):
            assert (item.asset, item.x_m, item.y_m, item.z_m) == (was.asset, was.x_m, was.y_m, was.z_m)
        walkers = [item for item in scene.objects if item.motion is not None]
        walked += len(walkers)
        stood += scene.departures.misfits.get("walking", 0)
        for item in walkers:
            asset = assets[item.asset]
            assert isinstance(asset, Procedural)
            assert item.motion is not None
            assert np.hypot(*item.velocity_m_s[:2]) == pytest.approx(asset.stride_m * asset.strides_s)
        for time_s in (0.0, 0.7, 1.4, 2.0):
            now = scene_at(scene, time_s)
            shapes = [shape_of(item, assets[item.asset]) for item in now.objects[1:]]
            assert all(square.covers(shapes[k - 1]) for k, item in enumerate(now.objects) if item.motion is not None)
            for number, item in enumerate(now.objects[1:]):
                if item.motion is not None:
                    assert item.z_m == 0.0
                    assert not any(shapes[number].intersects(o) for k, o in enumerate(shapes) if k != number)
            assert scene_at(now, 0.0) == scene_at(scene, 0.0)
    assert walked > 8
    assert walked + stood > 10


def test_only_what_is_there_is_in_its_taxonomy() -> None:
    config = config_of(place_file())
    names = set(taxonomy_of(config.scenario, catalogue_of(config)).ids)
    assert {"terrain", "box", "car", "person", "sky"} <= names
    assert not {"bus", "traffic light", "cup", "water"} & names


def test_it_is_sent_written_and_read_again(tmp_path: Path) -> None:
    file = place_file()
    config = config_of(file)
    assets = catalogue_of(config)
    require_assets(config, assets)
    again = pickle.loads(pickle.dumps(config))
    assert again.digest == config.digest
    assert [scene_of(again, i, catalogue_of(again)) for i in range(3)] == [
        scene_of(config, i, assets) for i in range(3)
    ]
    scene = scene_of(config, 1, assets)
    grounds = {ground.kind: ground for ground in config.scenario.grounds}
    assert Scene.from_json(json.loads(json.dumps(scene.to_json())), grounds) == scene
    (tmp_path / "scene.json").write_text(json.dumps(scene_file(config, 1, assets)))
    given = load_scene(tmp_path / "scene.json", read_place=lambda _path, _where: file)
    assert scene_of(given, 0, assets) == scene
    assert config.to_json()["scenario_sha256"] == file.sha256
    changed = replace(file, sha256="1" * 64)
    (tmp_path / "whole.yaml").write_text(json.dumps(config.to_json()))
    with pytest.raises(ConfigError, match=r"expected yard.blend as it was when this was written"):
        load(tmp_path / "whole.yaml", read_place=lambda _path, _where: changed)
    with pytest.raises(ConfigError, match="is run by commands that are given it"):
        resolve(config.to_json())


def test_a_variant_moves_nothing() -> None:
    config = config_of(place_file(), "variants=[clear+day, fog, rain+night]")
    assets = catalogue_of(config)
    clear, fog, rain = (scene_of(config, index, assets) for index in range(3))
    assert clear.objects == fog.objects == rain.objects
    assert clear.cameras == rain.cameras


_STRANGE = Fixed("Hut", "bulding", "collection 'fixed: bulding'", pose(0, 0, 0), 1)
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "category": ({"fixed": [_STRANGE]}, "'fixed: bulding': expected a category of `longtail list categories`, "
                                        "got 'bulding'; did you mean building"),
    "sky": ({"fixed": [replace(_STRANGE, category="sky")]}, "got 'sky'"),
    "swap": ({"marks": [Mark("X", ("carr",), "collection 'swap: carr'", (0, 0, 0), 0, (0, 0, 0))]}, "did you mean car"),
    "no asset": ({"areas": [(("tunnel",), None, SQUARE)]}, "expected categories of which there are assets"),
    "no camera": ({"viewpoints": []}, "expected a perspective camera, or a collection called 'region: viewpoint'"),
    "dark": ({"sky": False, "bulbs": []}, "expected lamps in a place that states sky = False, got none"),
    "units": ({"fixed": [Fixed(f"Slab {x}", "terrain", "", pose(x, 0, 0), 0) for x in (0, 5, 9000)]},
              "expected a place of 0.3 to 5,000 m, got one of 9,000 m, in which 'Slab 9000' reaches farthest; hide"),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_is_one_sentence_with_the_file(wrong: str) -> None:
    changes, said = WRONG[wrong]
    with pytest.raises(ConfigError) as caught:
        config_of(place_file(**changes))
    assert str(caught.value).startswith("yard.blend: ")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_who_reads_no_blend_says_who_does() -> None:
    with pytest.raises(ConfigError, match=r"got a .blend; load it by longtail.render.importing.loading"):
        load("yard.blend")


def test_a_region_is_as_likely_as_it_is_large() -> None:
    from longtail.scenes.scenarios.own_place.composing import _Spread

    small, large = SQUARE / 12, SQUARE + (20, 0, 0)
    spread = _Spread.over([Region(("a",), "", None, small), Region(("b",), "", None, large)])
    rng = np.random.default_rng(1)
    points = [spread.point(rng) for _ in range(4000)]
    share = sum(number == 0 for number, _ in points) / 4000
    assert abs(share - 1 / 145) < 0.005
    within = np.array([at for number, at in points if number == 1])
    assert abs(within[:, 0].mean() - 20) < 0.25
    assert within.min(axis=0)[1] > -6
