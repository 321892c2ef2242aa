"""The tabletop scenario without Blender: what rests, what is lit, where cameras are, what edge cases promise."""

from __future__ import annotations

import itertools
import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from longtail.annotate.camera.pinhole import Pinhole
from longtail.annotate.camera.transform import Transform
from longtail.annotate.labels.taxonomy import BY_NAME
from longtail.scenes.assets import FAMILIES, catalogue
from longtail.scenes.assets.asset import Asset, Lamp, Vector
from longtail.scenes.assets.exact import mesh_of
from longtail.scenes.assets.household import stuff_of
from longtail.scenes.camera.looking import looking
from longtail.scenes.composing import scene_of
from longtail.scenes.drawing.sampling import draw
from longtail.scenes.lamps.black_body import planckian_rgb
from longtail.scenes.lamps.kinds import LampKind
from longtail.scenes.physics import distances
from longtail.scenes.physics.body import Body
from longtail.scenes.scenarios.tabletop import things as things_of
from longtail.scenes.scenarios.tabletop.cameras import sees
from longtail.scenes.scenarios.tabletop.ground import Interior
from longtail.scenes.scenarios.tabletop.lighting import Emitter, colour_of
from longtail.scenes.scenarios.tabletop.room import WALLS, wall_towards
from longtail.scenes.scenarios.tabletop.scenario import TABLETOP
from longtail.scenes.scenarios.tabletop.things import shape
from longtail.scenes.scene import Placed, Scene
from tests.scenes.tabletops import composed, simple_assets, tabletop

FEW = {"objects__count": 5}


def interior(scene: Scene) -> Interior:
    assert isinstance(scene.ground, Interior)
    return scene.ground


def things(scene: Scene) -> list[Placed]:
    return [placed for placed in scene.objects if stuff_of(simple_assets()[placed.asset])]


@pytest.mark.parametrize("kind", ["table", "bin", "shelf"])
@pytest.mark.parametrize("clutter", [0.1, 0.5, 0.95])
def test_nothing_floats_and_nothing_lies_in_another(kind: str, clutter: float) -> None:
    """By exact meshes: within 2 mm or 1 % of the size."""
    scene = composed(support__kind=kind, objects__clutter=clutter, objects__count=7)
    placed = things(scene)
    items = [distances.Placed(shape(simple_assets()[p.asset]), p.world_from_object) for p in placed]
    fixed = [distances.Placed(support.shape) for support in interior(scene).furniture.supports()]
    assert len(items) >= 3
    for one, other in (*itertools.combinations(items, 2), *itertools.product(items, fixed)):
        assert distances.parting_m(one, other, max(0.002, 0.01 * one.shape.size_m)) is not None
    for one in items:
        others = [*fixed, *(other for other in items if other is not one)]
        assert distances.clearance_m(one, others, 0.004) < max(0.002, 0.01 * one.shape.size_m)
    top = interior(scene).furniture.top_m
    assert all(item.bounds_m[0][2] > top - 0.002 for item in items)


def test_of_a_heap_that_cannot_be_computed_the_rest_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """What flies apart is let go again, and at last left out and counted; nothing lies at infinity."""
    furniture = interior(composed(support__kind="table", edge_case="none", **FEW)).furniture
    names = sorted(name for name in simple_assets() if name.startswith("household/block"))[:3]
    starts = [np.eye(4) for _ in names]
    for start, x in zip(starts, (-0.2, 0.0, 0.2), strict=True):
        start[:3, 3] = x, 0.0, furniture.top_m + 0.05
    dropped = [
        things_of.Dropped(simple_assets()[name], Transform("world", "object", start), (1, 1, 1))
        for name, start in zip(names, starts, strict=True)
    ]
    body = things_of.body

    def slippery(asset: Asset, start: Transform) -> Body:
        found = body(asset, start)
        return replace(found, friction=1e200) if asset.name == names[1] else found

    monkeypatch.setattr(things_of, "body", slippery)
    rest = things_of.at_rest(dropped, furniture, np.random.default_rng(0))
    assert rest.lost == 1
    assert [placed.asset for placed in rest.placed] == [names[0], names[2]]
    middles = [(placed.x_m, placed.y_m) for placed in rest.placed]
    assert middles == [pytest.approx((-0.2, 0), abs=0.01), pytest.approx((0.2, 0), abs=0.01)]


def test_a_scene_is_a_function_of_its_config_and_index() -> None:
    config = tabletop(2, **FEW)
    first, second = (scene_of(config, 1, simple_assets()) for _ in range(2))
    assert (first.objects, first.ground, first.sensor) == (second.objects, second.ground, second.sensor)
    assert first.camera.to_json() == second.camera.to_json()
    assert first.objects != scene_of(config, 0, simple_assets()).objects


def test_a_scene_is_read_back_from_json() -> None:
    scene = composed(**FEW)
    text = json.dumps(scene.to_json())
    assert Scene.from_json(json.loads(text), {"interior": Interior}).to_json() == scene.to_json()
    assert Scene.from_json(json.loads(text), {"interior": Interior}).ground == scene.ground


def test_nothing_moves_between_the_lights_of_a_scene() -> None:
    dim, bright = (
        scene_of(tabletop(1, **FEW, lighting__table_lux=lux, lighting__source=source), 0, simple_assets())
        for lux, source in ((6, "lamp"), (1500, "window"))
    )
    assert things(dim) == things(bright)
    assert dim.camera.to_json() == bright.camera.to_json()
    assert (dim.indoor_lux, bright.indoor_lux) == (6, 1500)
    assert interior(dim).room == interior(bright).room


def test_neat_things_stand_upright_and_apart_and_heaped_ones_lie_anyhow() -> None:
    assert _standing(table="table", clutter=0.0) > 0.9
    assert _standing(table="bin", clutter=1.0) < 0.6


def _standing(table: str, clutter: float) -> float:
    """The share of things upright; what is round may roll."""
    scenes = [composed(n, support__kind=table, objects__clutter=clutter, **FEW) for n in range(3)]
    flat = [p for scene in scenes for p in things(scene) if not p.asset.startswith(("household/ball", "household/peb"))]
    return float(np.mean([math.cos(p.tilt_rad) > 0.999 for p in flat]))


def test_any_pose_can_be_placed() -> None:
    for turn in Rotation.random(50, rng=np.random.default_rng(1)).as_matrix():
        matrix = np.eye(4)
        matrix[:3, :3], matrix[:3, 3] = turn, (0.1, -2.0, 0.7)
        placed = Placed.posed("household/mug", Transform("world", "object", matrix), tint=(0.5, 0.5, 0.5))
        assert placed.world_from_object.matrix == pytest.approx(matrix, abs=1e-12)


def test_distractors_are_drawn_and_can_be_kept_out() -> None:
    def share(chance: float) -> float:
        scenes = [composed(n, objects__distractors=chance, objects__count=8, support__kind="bin") for n in range(2)]
        kinds = [simple_assets()[p.asset].category for scene in scenes for p in things(scene)]
        return kinds.count("distractor") / len(kinds)

    assert share(0.0) == 0.0
    assert share(1.0) == 1.0


@pytest.mark.parametrize(
    ("mount", "near_m", "far_m"), [("wrist", 0.2, 0.6), ("tripod", 0.5, 1.7), ("overhead", 0.5, 1.3)]
)
def test_cameras_stand_in_the_room_and_look_at_the_things(mount: str, near_m: float, far_m: float) -> None:
    for index in range(4):
        scene = composed(index, camera__mount=mount, support__kind="table", edge_case="none", **FEW)
        assert set(scene.cameras) == {mount}
        room, camera = interior(scene).room, scene.camera
        eye, ahead = camera.world_from_camera.matrix[:3, 3], camera.world_from_camera.matrix[:3, 2]
        assert (eye[:2] > room.low_m).all()
        assert (eye[:2] < room.high_m).all()
        assert 0 < eye[2] < room.height_m
        middles = np.array([[p.x_m, p.y_m, p.z_m] for p in things(scene)])
        assert (((middles - eye) / np.linalg.norm(middles - eye, axis=1)[:, None] @ ahead) > 0.5).any()
        assert near_m * 0.8 < scene.sensor.focus_m < far_m * 1.3


@pytest.mark.parametrize(
    ("case", "holds"),
    [
        ("dark", lambda v: v["lighting.table_lux"] <= 15),
        ("one_lamp", lambda v: v["lighting.source"] == "lamp"),
        ("backlight", lambda v: abs(v["room.window_azimuth_deg"]) <= 12 and v["lighting.source"] == "window"),
        ("reflections", lambda v: v["support.polish"] >= 0.85 and v["support.material"] != "cloth"),
        ("transparent", lambda v: v["objects.transparent"] >= 0.6),
    ],
)
def test_edge_cases_are_what_they_say(case: str, holds: object) -> None:
    config = tabletop(40, edge_case=case)
    assert callable(holds)
    drawn = [draw(config.asked, index) for index in range(40)]
    assert all(holds(d.values) for d in drawn)
    assert not any(d.departures.clamped for d in drawn)


def test_few_things_far_apart_are_in_view() -> None:
    """Of three at the ends of a long table the middle shows none to a camera that is near by."""
    near: dict[str, Any] = {"camera__mount": "overhead", "camera__distance_m": 0.7, "camera__horizontal_fov_deg": 38}
    long: dict[str, Any] = {
        "support__kind": "table",
        "support__length_m": 3.0,
        "support__width_m": 1.5,
        "edge_case": "none",
    }
    for index in range(6):
        scene = composed(index, objects__count=3, objects__clutter=0.1, **long, **near)
        width, height = scene.camera.size_px
        seen = [scene.camera.project(placed.world_from_object.matrix[:3, 3]) for placed in things(scene)]
        assert any(0 < u < width and 0 < v < height for u, v in seen)


def test_what_a_wrist_looks_at_fits_into_its_picture() -> None:
    """What it looks at, the thing nearest to its axis, is seen as a whole where any thing could be."""
    near: dict[str, Any] = {"camera__mount": "wrist", "camera__distance_m": 0.2, "camera__horizontal_fov_deg": 58}
    for index in range(4):
        scene = composed(index, objects__count=9, edge_case="none", **near)
        high_m = 0.2 * scene.camera.size_px[1] / scene.camera.lens.fy_px
        pose = scene.camera.world_from_camera.inverse()
        wide, off = [], []
        for placed in things(scene):
            corners = placed.world_from_object.points(mesh_of(simple_assets()[placed.asset]).vertices_m)
            low, high = corners.min(axis=0), corners.max(axis=0)
            wide.append(float((high - low).max()))
            off.append(float(np.linalg.norm(pose.points((low + high) / 2)[:2])))
        assert wide[int(np.argmin(off))] < max(high_m, min(wide) + 1e-9)


def test_a_bin_is_not_of_the_table_s_colour() -> None:
    for index in range(3):
        furniture = interior(composed(index, support__kind="bin", support__material="plastic", **FEW)).furniture
        table, container = furniture.surfaces()
        assert (table.tint, container.tint) == (furniture.rgb, furniture.bin_rgb)
        assert furniture.rgb != furniture.bin_rgb


def test_a_tablecloth_lies_on_its_table() -> None:
    """A millimetre above it: of two faces in one plane each would shade the other, and the cloth would be black."""
    furniture = interior(composed(support__kind="table", support__material="cloth", edge_case="none", **FEW)).furniture
    wood, cloth = (piece.mesh.bounds_m[1][2] for piece in furniture.surfaces())
    assert cloth == pytest.approx(furniture.top_m, abs=1e-6)
    assert 0.001 < cloth - wood < 0.002


def test_the_bin_that_is_seen_is_the_bin_that_is_felt() -> None:
    """Its collar, too, on which a hammer may lean."""
    furniture = interior(composed(support__kind="bin", edge_case="none", **FEW)).furniture
    seen = furniture.surfaces()[1].mesh.bounds_m
    felt = np.concatenate([support.shape.vertices_m for support in furniture.supports()])
    assert np.array(seen) == pytest.approx(np.array([felt.min(axis=0), felt.max(axis=0)]), abs=1e-6)


@pytest.mark.parametrize(
    ("low", "high", "seen"),
    [
        ((-0.1, -0.6, -0.1), (0.1, -0.4, 0.1), False),  # halfway
        ((-0.1, -1.6, -0.1), (0.1, -1.4, 0.1), True),  # behind the camera
        ((-0.1, 0.4, -0.1), (0.1, 0.6, 0.1), True),  # behind the place
        ((0.2, -0.6, -0.1), (0.4, -0.4, 0.1), True),  # beside the way
        ((-0.1, -0.1, -0.1), (0.1, 0.1, 0.1), True),  # what it looks at
    ],
)
def test_what_is_between_a_camera_and_a_place_hides_it(low: Vector, high: Vector, seen: bool) -> None:
    camera = looking(Pinhole.from_fov(64, 36, 60.0), (0.0, -1.0, 0.0), math.radians(90), 0.0, 0.0)
    assert sees(camera, (0.0, 0.0, 0.0), np.array([[low, high]])) is seen


def test_cameras_look_over_the_wall_of_a_bin() -> None:
    """At its middle at least its floor is to be seen over the nearer wall, 214 mm high and 194 mm away."""
    config = tabletop(100, support__kind="bin", edge_case="none")
    for index in range(100):
        values = draw(config.asked, index).values
        assert math.tan(math.radians(values["camera.elevation_deg"])) > 0.214 / 0.194


def test_cameras_can_expose_for_the_light_that_there_is() -> None:
    """To within two stops of what a light meter asks for: EV 100 = log2(E / 2.5 lx), ISO 2720 with C = 250."""
    config = tabletop(300)
    for index in range(300):
        values = draw(config.asked, index).values
        square, seconds = values["sensor.f_number"] ** 2, values["sensor.max_shutter_s"]
        least = math.log2(square / seconds * 100 / values["sensor.max_iso"])
        assert least < math.log2(values["lighting.table_lux"] / 2.5) + 2


def test_the_window_is_behind_the_things_in_backlight() -> None:
    scene = composed(edge_case="backlight", **FEW)
    room, camera = interior(scene).room, scene.camera
    window = room.frame(room.window.wall)
    at = window[:3, 3] + window[:3, 0] * room.window.along_m
    eye, ahead = camera.world_from_camera.matrix[:3, 3], camera.world_from_camera.matrix[:3, 2]
    towards = (at - eye)[:2] / np.linalg.norm((at - eye)[:2])
    assert towards @ (ahead[:2] / np.linalg.norm(ahead[:2])) > math.cos(math.radians(25))


def test_a_small_source_far_away_obeys_the_inverse_square() -> None:
    spot = Emitter("lamp", Lamp(LampKind("bulb", kcd=1.0, cone_deg=140.0), (0, 0, 2.0), (0, 0, -1.0)), 1.0)
    panel = Emitter("ceiling", Lamp(LampKind("panel", kcd=1.0, panel_m=(0.01, 0.01)), (0, 0, 2.0), (0, 0, -1.0)), 1.0)
    assert spot.klx_at((0, 0, 0)) == pytest.approx(0.25)
    assert panel.klx_at((0, 0, 0)) == pytest.approx(0.25, rel=1e-3)
    # Lambert's cosine twice, and the longer way: cos^4.
    assert panel.klx_at((2.0, 0, 0)) == pytest.approx(0.25 * math.cos(math.pi / 4) ** 4, rel=1e-3)
    assert panel.flux_klm == pytest.approx(math.pi)


@pytest.mark.parametrize("source", ["window", "ceiling", "lamp", "mixed"])
def test_sources_give_what_is_asked_for(source: str) -> None:
    """Twice the light asked for is twice the intensity of every source; and the main one gives most."""
    one, two = (
        interior(composed(lighting__source=source, lighting__table_lux=lux, edge_case="none", **FEW))
        for lux in (100, 200)
    )
    for first, second in zip(one.lit, two.lit, strict=True):
        assert second.lamp.kind.kcd == pytest.approx(2 * first.lamp.kind.kcd)
    shares = {lit.name: lit.lamp.kind.kcd for lit in one.lit}
    assert source == "mixed" or shares[source] > 0


def test_colours_of_lamps() -> None:
    """A warm lamp is red, daylight of 6504 K is white, and none changes the luminance."""
    red, _, blue = colour_of(2700)
    assert red > 1.3 > 0.6 > blue
    assert colour_of(6504) == pytest.approx((1, 1, 1), abs=1e-3)
    assert np.asarray(planckian_rgb(4000)) @ [0.2126, 0.7152, 0.0722] == pytest.approx(1, abs=1e-6)


def test_a_level_ray_finds_its_wall() -> None:
    room = interior(composed(**FEW)).room
    for wall in range(WALLS):
        heading = wall * math.pi / 2
        found, along_m = wall_towards(room, room.middle_m, heading)
        assert (found, round(along_m, 9)) == (wall, 0.0)


HOUSEHOLD = FAMILIES["household"]


@pytest.mark.parametrize("asset", HOUSEHOLD, ids=lambda asset: str(asset.name))
def test_household_things_are_as_large_as_their_meshes(asset: object) -> None:
    assert asset in HOUSEHOLD
    (found,) = [a for a in HOUSEHOLD if a is asset]
    mesh = mesh_of(found)
    assert BY_NAME[found.category].is_thing
    assert mesh.size_m == pytest.approx(found.size_m, abs=6e-3)
    if stuff_of(found):
        low, high = mesh.bounds_m
        assert low[2] == pytest.approx(0.0, abs=2e-3)
        assert np.abs((low + high)[:2]).max() < 0.12
        assert 0.01 < max(found.size_m) < 0.42


def test_every_thing_of_the_packs_has_its_stuff_and_every_category_an_own_model() -> None:
    every = catalogue(TABLETOP.families)
    assert [a.name for a in every.values() if stuff_of(a) is None and a.category != "gripper"] == [
        "household/pendant_lamp"
    ]
    own = {a.category for a in HOUSEHOLD}
    assert own >= {"cup", "bowl", "bottle", "box", "book", "can", "apple", "block", "distractor", "wine glass"}
    assert set(TABLETOP.categories) >= own | {"table", "wall", "floor", "window"}
