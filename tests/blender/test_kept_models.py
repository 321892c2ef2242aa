"""Models that were kept are those that are made: to the last bit, or they are made anew."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import bpy
import grimp
import numpy as np
import pytest

from longtail.annotate.labels.antenna import ANTENNA
from longtail.scenes.assets import ASSETS, catalogue
from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.assets.packs.asset import PackAsset
from longtail.scenes.assets.packs.locate import find_packs
from longtail.scenes.blender import assets, kept_models, packs
from longtail.scenes.blender.assets import build, joints_on
from longtail.scenes.blender.kept_models import maker_files, ready
from longtail.scenes.blender.meshes import as_given, parted_to_blender, to_blender, triangles_of
from longtail.scenes.geometry.antenna import antenna_m
from longtail.scenes.geometry.materials import Stone
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.ready import Ready
from longtail.scenes.geometry.solids import box
from longtail.scenes.kept import generations
from longtail.scenes.kept.generations import source_files
from longtail.scenes.scenarios.tabletop import kept_shapes

pytestmark = pytest.mark.blender

needs_packs = pytest.mark.skipif(not find_packs(), reason="no model packs (apt-get install sweethome3d-furniture)")
# Ours with texture coordinates and without; a pack's with images and lamps drawn on them, and one whose leaves are cut.
OURS = [name for name in ("building/town_house-6x2-b", "tree/oak-1") if name in ASSETS] or list(ASSETS)[:2]
THEIRS = ("sh3f/scopia/suv", "sh3f/scopia/bush")
EVERY = [*OURS, *(pytest.param(name, marks=needs_packs) for name in THEIRS)]


@pytest.fixture(autouse=True)
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    bpy.ops.wm.read_factory_settings(use_empty=True)
    yield
    bpy.ops.wm.read_factory_settings(use_empty=True)


_READ = {
    "FLOAT_VECTOR": ("vector", 3, np.float32),
    "FLOAT2": ("vector", 2, np.float32),
    "INT32_2D": ("value", 2, np.int32),
    "INT": ("value", 1, np.int32),
    "BOOLEAN": ("value", 1, np.bool_),
}


def content(data: bpy.types.Mesh) -> dict[str, Any]:
    """All that a render reads of a mesh, of its materials, and of the images that they name."""
    found: dict[str, Any] = {}
    for layer in data.attributes:
        if not layer.name.startswith(".select"):
            field, width, dtype = _READ[layer.data_type]
            values = np.empty(len(layer.data) * width, dtype=dtype)
            layer.data.foreach_get(field, values)
            found[layer.name] = layer.domain, layer.data_type, values.tobytes()
    normals = np.empty(len(data.loops) * 3, dtype=np.float32)
    data.corner_normals.foreach_get("vector", normals)
    found["normals"] = normals.tobytes()
    found["materials"] = [made.name for made in data.materials]
    nodes = [node for made in data.materials for node in made.node_tree.nodes if node.type == "TEX_IMAGE"]
    found["images"] = [(node.image.name, bytes(node.image.packed_file.data)) for node in nodes]
    return found


def fresh(asset: Asset) -> dict[str, Any]:
    """The asset's mesh in a Blender that knew none."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    return content(build(asset))


def refuse(*_: object) -> Mesh:
    raise AssertionError("made again")


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", EVERY)
def test_a_kept_model_is_the_one_that_is_made(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asset = catalogue()[name]
    with monkeypatch.context() as patch:
        patch.setenv("LONGTAIL_CACHE", "off")
        made = fresh(asset)
    assert not files(tmp_path)
    assert fresh(asset) == made
    assert len(files(tmp_path / "longtail/models")) == 1
    monkeypatch.setattr(packs, "read_model", refuse)
    if isinstance(asset, Procedural):
        recipe = asset.recipe
        object.__setattr__(asset, "recipe", refuse)
    try:
        assert fresh(asset) == made
    finally:
        if isinstance(asset, Procedural):
            object.__setattr__(asset, "recipe", recipe)
    assert made["materials"]
    if isinstance(asset, PackAsset):
        assert made["images"]


@pytest.mark.parametrize("name", ["bicycle/city", *OURS[:1]])
def test_what_blender_is_given_at_once_is_what_it_would_make(name: str) -> None:
    """All but the numbers of edges, which it counts in another order, and which nothing asks for."""
    mesh = ASSETS[name].recipe()  # type: ignore[attr-defined]
    made, (parted, edges) = to_blender(mesh, "made"), as_given(mesh)
    given = parted_to_blender(parted, edges, "given")
    first, second = content(made), content(given)
    for found in (first, second):
        ends = np.frombuffer(found.pop(".edge_verts")[2], np.int32).reshape(-1, 2)
        corners = np.frombuffer(found.pop(".corner_edge")[2], np.int32)
        found["edges of corners"] = np.sort(ends[corners], axis=1).tolist()
        found["edges"] = sorted(map(tuple, np.sort(ends, axis=1).tolist()))
    assert first == second
    assert not given.validate()


def test_antennas_are_kept_with_their_vehicle(monkeypatch: pytest.MonkeyPatch) -> None:
    """To the last bit; of what is no vehicle nobody asks for one."""
    car = next(asset for name, asset in ASSETS.items() if name.startswith("car/"))
    found = build(car)[ANTENNA]
    monkeypatch.setattr(assets, "antenna_m", refuse)
    data = build(car)
    assert data[ANTENNA] == found == round(antenna_m(*triangles_of(data)), 6)
    assert ANTENNA not in build(ASSETS["person/man-walking-strike"])


def test_joints_are_kept_with_their_body(monkeypatch: pytest.MonkeyPatch) -> None:
    """To the last bit; a body is not worked out for them, of which they take nearly all."""
    walker, rider = ASSETS["person/man-walking-strike"], ASSETS["rider/cyclist-road"]
    for asset in (walker, rider):
        made = fresh(asset)
        with monkeypatch.context() as patch:
            patch.setattr(Procedural, "joints", refuse)
            assert fresh(asset) == made
            kept = joints_on(asset, build(asset))
        assert kept == asset.joints()
        assert len(kept) == 17


def test_who_is_not_kept_is_asked_for_joints(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LONGTAIL_CACHE", "off")
    walker = ASSETS["person/man-walking-strike"]
    assert joints_on(walker, build(walker)) == walker.joints()
    assert joints_on(walker, bpy.data.meshes.new("somebody else's")) == walker.joints()
    assert joints_on(THING, bpy.data.meshes.new("nobody's")) == ()
    assert not files(tmp_path)


def grid(faces: int = 900) -> Mesh:
    """Boxes enough to be worth keeping."""
    return join(box((1.0, 1.0, 1.0), Stone(), (2.0 * number, 0.0, 0.0)) for number in range(faces // 12))


THING = Asset("thing", "car", (1.0, 1.0, 1.0))


def made_by(count: list[int]) -> Callable[[], Ready]:
    def make() -> Ready:
        count.append(1)
        return Ready(
            grid(), {"a/b.png": b"pixels"}, joints=((0.1, 0.2, 0.3, 0.04), (1 / 3, 0.0, 1.7, 0.1)), antenna_m=0.1 + 0.2
        )

    return make


def test_what_is_damaged_is_made_anew(tmp_path: Path) -> None:
    times: list[int] = []
    first = ready(THING, "x", made_by(times))
    (path,) = files(tmp_path)
    sound = path.read_bytes()
    half = len(sound) // 2
    for broken in (b"", sound[:half], sound[:-30], sound[:half] + b"\xff\x00\xff" + sound[half + 3 :]):
        path.write_bytes(broken)
        times.clear()
        again = ready(THING, "x", made_by(times))
        assert times == [1]
        assert again.mesh.vertices_m.tobytes() == first.mesh.vertices_m.tobytes()
        assert len(path.read_bytes()) == len(sound)
    times.clear()
    back = ready(THING, "x", made_by(times))
    assert not times
    assert back.images == first.images
    assert back.mesh.materials == first.mesh.materials
    assert back.joints == first.joints
    assert back.antenna_m == first.antenna_m


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("triangles", np.full((900, 3), 10**6, np.int32)),
        ("slots", np.full(900, 1, np.int32)),
        ("smooth", np.zeros(5, np.bool_)),
        ("vertices_m", np.zeros((4, 3))),
        ("materials", np.frombuffer(b"[1]", np.uint8)),
        ("images", np.frombuffer(b"a\nb", np.uint8)),
        ("joints", np.full((2, 4), np.nan)),
        ("joints", np.zeros((2, 3))),
        ("antenna_m", np.array([-1.0])),
    ],
)
def test_what_would_lead_blender_astray_is_made_anew(tmp_path: Path, name: str, value: Any) -> None:
    """A file with true checksums, that somebody else has written."""
    ready(THING, "x", made_by([]))
    (path,) = files(tmp_path)
    with np.load(path) as kept:
        arrays = {key: kept[key] for key in kept.files}
    assert name in arrays
    np.savez(path, **(arrays | {name: value}))
    times: list[int] = []
    ready(THING, "x", made_by(times))
    assert times == [1]


def test_another_content_another_code_is_another_model(monkeypatch: pytest.MonkeyPatch) -> None:
    times: list[int] = []
    ready(THING, "x", made_by(times))
    ready(THING, "x", made_by(times))
    assert len(times) == 1
    ready(THING, "y", made_by(times))
    ready(Asset("thing", "car", (1.0, 1.0, 2.0)), "x", made_by(times))
    monkeypatch.setattr(kept_models, "makers_digest", lambda: "other code")
    ready(THING, "x", made_by(times))
    assert len(times) == 4
    monkeypatch.setattr(kept_models, "makers_digest", lambda: None)
    ready(THING, "x", made_by(times))
    ready(THING, "x", made_by(times))
    assert len(times) == 6


def test_generations_that_were_used_longest_ago_make_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is room for two and a half; who has two checkouts keeps what both of them use."""
    home, size = tmp_path / "longtail/models", 0
    for number in (0, 1, 2, 0, 3):
        monkeypatch.setattr(kept_models, "makers_digest", lambda number=number: f"code {number}")
        generations.note_use.cache_clear()
        ready(THING, "x", made_by([]))
        size = size or sum(file.stat().st_size for file in files(home))
        monkeypatch.setattr(generations, "MOST_BYTES", 5 * size // 2)
        # Where a file system's clock is coarse, what comes later has to be later.
        for place in home.iterdir():
            os.utime(place, ns=(place.stat().st_atime_ns, place.stat().st_mtime_ns - 10**9))
    assert sorted(place.name for place in home.iterdir()) == ["code 0", "code 2", "code 3"]


def test_a_cache_that_cannot_be_used_costs_time_alone() -> None:
    times: list[int] = []
    for home in ({}, {"XDG_CACHE_HOME": "/proc/none"}, {"HOME": "/h", "LONGTAIL_CACHE": "off"}):
        assert len(ready(THING, "x", made_by(times), home).mesh.triangles) == 900
    assert len(times) == 3


def test_somebody_elses_asset_is_not_kept(tmp_path: Path) -> None:
    """Nothing is known of the code that makes it."""
    build(Procedural("bollard/theirs", "pole", (1.0, 1.0, 1.0), recipe=grid))
    assert not files(tmp_path)


def test_the_digest_is_of_all_code_that_makes_meshes() -> None:
    """Every module that assets import, but those that only check, word and store things."""
    graph = grimp.build_graph("longtail", cache_dir=None)
    rooms = [name for name in graph.modules if name.startswith("longtail.scenes.assets")]
    for files, begun in ((maker_files(), rooms), (source_files(kept_shapes.MAKERS), [*rooms, kept_shapes.__name__])):
        used = {*begun, *(module for name in begun for module in graph.find_upstream_modules(name))}
        names = {path.as_posix().removesuffix("/__init__.py").removesuffix(".py") for path in files}
        covered = {module for module in used if any(name.endswith(module.replace(".", "/")) for name in names)}
        assert used - covered <= BESIDE
        assert len(covered) > 100


# `Transform` is where a body starts, which is no part of its shape.
BESIDE = {
    "longtail.annotate.camera.transform",
    "longtail.annotate.dataset.atomic",
    "longtail.annotate.dataset.clutter",
    "longtail.annotate.dataset.layout",
    "longtail.annotate.dataset.looking",
    "longtail.annotate.errors",
    "longtail.annotate.labels.joints",
    "longtail.annotate.labels.links",
    "longtail.annotate.labels.parts",
    "longtail.annotate.labels.surfaces",
    "longtail.annotate.labels.taxonomy",
    "longtail.annotate.wording",
    "longtail.distributions.scalar",
    "longtail.plug_ins",
    "longtail.scenes.kept.arrays",
    "longtail.scenes.kept.folder",
    "longtail.scenes.kept.generations",
}
