"""A user's files of models: the good are used, the broken named, the hostile do nothing."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import bpy
import numpy as np
import pytest
from click.testing import CliRunner, Result
from numpy.typing import NDArray
from PIL import Image

import longtail.scenes.blender.library  # noqa: F401  (registers its builder)
from longtail.command_line import main
from longtail.render.importing.adding import looked_at
from longtail.render.importing.reader import read_all
from longtail.render.importing.sources import source_of
from longtail.scenes.assets.exact import mesh_of
from longtail.scenes.assets.library.store import Library
from longtail.scenes.assets.library.surface import Textured
from longtail.scenes.blender.assets import build
from longtail.scenes.blender.images import image_of
from longtail.scenes.blender.meshes import to_blender
from longtail.scenes.geometry.materials import CarPaint, Glass, LampGlass
from longtail.scenes.geometry.mesh import Mesh
from longtail.scenes.geometry.ready import ready_of
from longtail.scenes.geometry.solids import box
from tests.own_models import WRITERS, cube, gltf, ours, write_broken, write_glb, write_obj, write_ply

pytestmark = pytest.mark.blender

OURS = "car/hatchback"


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    yield
    bpy.ops.wm.read_factory_settings(use_empty=True)


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["assets", *words])


def write_by_blender(path: Path, source: Path) -> None:
    """A model in one of the formats that are Blender's to write."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.wm.obj_import(filepath=str(source))
    match path.suffix:
        case ".fbx":
            bpy.ops.export_scene.fbx(filepath=str(path))
        case ".blend":
            bpy.ops.wm.save_as_mainfile(filepath=str(path), check_existing=False)
        case _:
            bpy.ops.wm.usd_export(filepath=str(path))


@pytest.fixture(scope="module")
def garage(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Library, dict[str, str]]:
    """One car of ours in all formats, and ten broken models, added by one command."""
    folder = tmp_path_factory.mktemp("garage")
    library = tmp_path_factory.mktemp("home") / "library"
    car = ours(OURS)
    for suffix, write in WRITERS.items():
        write(folder / f"car-{suffix[1:]}{suffix}", car)
    for suffix in (".fbx", ".blend", ".usdc", ".usda", ".usdz"):
        write_by_blender(folder / f"car-{suffix[1:]}{suffix}", folder / "car-obj.obj")
    broken = write_broken(folder)
    return run("add", str(folder), "--library", str(library)), Library(library), broken


def test_the_good_are_used(garage: tuple[Result, Library, dict[str, str]]) -> None:
    """In every format it is the car that it was: in size, its front ahead, painted, its lamps where they are."""
    _, library, _ = garage
    models, faults = library.models()
    assert not faults
    assert len(models) == 11
    truth = ours(OURS)
    for model in models:
        assert model.category == "car"
        assert model.size_m == pytest.approx(truth.size_m, abs=2e-3), model.name
        mesh = mesh_of(model)
        # Not turned about: our own car is not alike in front and behind.
        assert mesh.vertices_m[:, 0].mean() == pytest.approx(_middled(truth)[:, 0].mean(), abs=0.03), model.name
        if model.name.endswith(("-stl", "-ply")):
            continue
        worn = {type(material) for material in mesh.materials}
        assert {CarPaint, Glass, LampGlass, Textured} <= worn, model.name
        heads = sorted(lamp.position_m for lamp in model.lamps if lamp.kind.name == "head")
        assert len(heads) == 2
        assert heads[0] == pytest.approx((heads[1][0], -heads[1][1], heads[1][2]), abs=0.02)
        assert heads[0][0] == pytest.approx(model.size_m[0] / 2 + 0.02, abs=2e-3)


def _middled(mesh: Mesh) -> NDArray[np.float32]:
    low, high = mesh.bounds_m
    return mesh.vertices_m - (low + high) / 2


def test_the_broken_are_named_with_their_reasons(garage: tuple[Result, Library, dict[str, str]]) -> None:
    answer, library, broken = garage
    assert answer.exit_code == 1
    for name, reason in broken.items():
        (line,) = [line for line in answer.output.splitlines() if line.startswith(f"{name}: not taken: ")]
        assert reason in line
        assert len(line) > len(f"{name}: not taken: ") + 8
    assert f"{library.folder}: 11 models kept, 10 broken ones not taken" in answer.output


def test_listing_checking_and_removing(garage: tuple[Result, Library, dict[str, str]], tmp_path: Path) -> None:
    _, library, _ = garage
    own = ["--library", str(library.folder)]
    listed = run("list", *own)
    assert listed.exit_code == 0
    assert sum("car/hatch" in line or "vehicles" in line for line in listed.output.splitlines()) == 11
    checked = run("check", *own)
    assert checked.exit_code == 1
    assert checked.output.count("its licence is unknown") == 11
    name = library.models()[0][0].name
    wrong = run("remove", f"{name}x", *own)
    assert (wrong.exit_code, f"did you mean {name}" in wrong.output) == (2, True)
    assert run("show", "nothing", "-o", str(tmp_path / "a.png"), *own).exit_code == 2
    elsewhere = ["--library", str(tmp_path / "other")]
    write_glb(tmp_path / "mug.glb", ours("household/mug"))
    assert run("add", str(tmp_path / "mug.glb"), *elsewhere, "--dry-run").exit_code == 0
    assert not (tmp_path / "other").exists()
    assert run("add", str(tmp_path / "nothing"), *elsewhere).exit_code == 2


def test_what_is_set_from_a_library_is_what_blender_makes_itself(
    garage: tuple[Result, Library, dict[str, str]],
) -> None:
    """Edges that came along, and creases that were parted before, against Blender's own."""
    model = next(model for model in garage[1].models()[0] if model.name.endswith("car-glb"))
    found = model.read()
    own, made = build(model), to_blender(found.mesh, "made")
    assert len(own.edges) == len(made.edges)
    assert not own.validate()
    for data in (own, made):
        data.calc_loop_triangles()
    normals = []
    for data in (own, made):
        values = np.empty(len(data.loops) * 3, dtype=np.float32)
        data.corner_normals.foreach_get("vector", values)
        normals.append(values)
    assert np.allclose(normals[0], normals[1], atol=1e-4)


def test_of_an_importers_traceback_its_end_is_told(tmp_path: Path) -> None:
    """An accessor of nothing but three thousand million zeros."""
    accessor = {"componentType": 5126, "count": 3_000_000_000, "type": "VEC3"}
    mesh = {"primitives": [{"attributes": {"POSITION": 0}}]}
    document = {"asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": [0]}], "nodes": [{"mesh": 0}],
                "meshes": [mesh], "accessors": [accessor]}  # fmt: skip
    (tmp_path / "zeros.gltf").write_text(json.dumps(document))
    answer = run("add", str(tmp_path / "zeros.gltf"), "--yes", "--library", str(tmp_path / "library"))
    assert answer.exit_code == 1
    assert "Traceback" not in answer.output
    assert "MemoryError: Unable to allocate" in answer.output


def test_textures_and_colours_of_corners_come_along(tmp_path: Path) -> None:
    """A mug in red below and green above, as an image and as colours of corners."""
    pixels = np.zeros((32, 32, 3), dtype=np.uint8)
    pixels[:16], pixels[16:] = (30, 200, 30), (200, 30, 30)
    data = io.BytesIO()
    Image.fromarray(pixels).save(data, "PNG")
    write_glb(tmp_path / "mug-image.glb", ours("household/mug"), texture=data.getvalue())
    write_ply(tmp_path / "mug-painted.ply", cube())
    (tmp_path / "pack.yaml").write_text("licence: CC0-1.0\ncategory: cup\n")
    home = tmp_path / "library"
    answer = run("add", str(tmp_path), "--library", str(home))
    assert answer.exit_code == 0, answer.output
    pictured, painted = sorted(Library(home).models()[0], key=lambda model: model.name)
    (image,) = pictured.read().images.values()
    assert image == data.getvalue()
    # A glTF's V counts from the image's top, Blender's from its bottom.
    truth = ours("household/mug")
    assert (uv := pictured.read().mesh.uv) is not None
    assert (uv[..., 1].min(), uv[..., 1].max()) == pytest.approx((1 - truth.size_m[2], 1.0), abs=1e-4)
    (worn,) = {material.image for material in pictured.read().mesh.materials if isinstance(material, Textured)}
    assert worn in pictured.read().images
    ready = painted.read()
    palette = np.asarray(Image.open(io.BytesIO(ready.images[next(iter(ready.images))])))
    assert ready.mesh.uv is not None
    u, v = ready.mesh.uv[0].mean(axis=0)
    seen = palette[int((1 - v) * palette.shape[0]), int(u * palette.shape[1])]
    # What the corners were painted with, to a step of the palette.
    assert np.abs(seen.astype(int) - [round(255 * c ** (1 / 2.2)) for c in (0.6, 0.1, 0.1)]).max() <= 6
    for model in (pictured, painted):
        assert build(model).materials[0].node_tree.nodes
    assert image_of(worn).packed_file is not None


def bomb(folder: Path, mark: Path) -> None:
    """A .blend with a text that runs when it is opened, and a driver with Python."""
    text = bpy.data.texts.new("evil.py")
    text.write(f"import pathlib; pathlib.Path({str(mark)!r}).write_text('text')")
    text.use_module = True
    bpy.ops.mesh.primitive_cube_add()
    driver = bpy.context.object.driver_add("location", 0).driver
    driver.type = "SCRIPTED"
    driver.expression = f"__import__('pathlib').Path({str(mark)!r}).write_text('driver') and 1.0"
    bpy.ops.wm.save_as_mainfile(filepath=str(folder / "evil.blend"), check_existing=False)


def test_the_hostile_do_nothing(tmp_path: Path) -> None:
    folder, secret = tmp_path / "models", tmp_path / "secret"
    folder.mkdir()
    secret.mkdir()
    mark = tmp_path / "mark"
    document, data = gltf(cube())
    (secret / "secret.bin").write_bytes(data)
    document["buffers"][0]["uri"] = "../secret/secret.bin"
    (folder / "outside.gltf").write_text(json.dumps(document))
    write_obj(secret / "cube.obj", cube())
    write_by_blender(secret / "cube.usda", secret / "cube.obj")
    (folder / "beyond.usda").write_text('#usda 1.0\ndef "a" (references = @../secret/cube.usda@</root>) {}\n')
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bomb(folder, mark)
    # It is a real one: whoever opens it with scripts on is hit.
    bpy.ops.wm.open_mainfile(filepath=str(folder / "evil.blend"), use_scripts=True)
    assert mark.exists()
    mark.unlink()
    bpy.ops.wm.read_factory_settings(use_empty=True)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    with looked_at(folder) as looked:
        assert [candidate.source.shown for candidate in looked.candidates] == ["evil.blend"]
        assert {fault.what for fault in looked.broken} == {"outside.gltf", "beyond.usda"}
    assert not mark.exists()
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_a_zip_of_models_is_added_and_a_hostile_one_is_not(tmp_path: Path) -> None:
    write_glb(tmp_path / "cone.glb", box((0.3, 0.3, 0.5), CarPaint()))
    with zipfile.ZipFile(tmp_path / "good.zip", "w") as opened:
        opened.write(tmp_path / "cone.glb", "pack/traffic-cone.glb")
        opened.writestr("pack/pack.yaml", "licence: CC0-1.0\n")
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as opened:
        opened.write(tmp_path / "cone.glb", "../evil.glb")
    home = ["--library", str(tmp_path / "library")]
    assert run("add", str(tmp_path / "good.zip"), *home).exit_code == 0
    (model,), _ = Library(tmp_path / "library").models()
    assert (model.name, model.category) == ("own/good/traffic-cone", "traffic cone")
    refused = run("add", str(tmp_path / "evil.zip"), *home)
    assert (refused.exit_code, "nothing of it was taken" in refused.output) == (2, True)
    assert not (tmp_path / "evil.glb").exists()


def test_a_category_of_ones_own_has_one_meaning(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_glb(tmp_path / f"{name}.glb", cube())
    (tmp_path / "pack.yaml").write_text(
        "models:\n  a: {category: {name: robot, supercategory: machine}}\n"
        "  b: {category: {name: robot, supercategory: toy}}\n"
    )
    answer = run("add", str(tmp_path), "--library", str(tmp_path / "library"))
    assert (answer.exit_code, "of one supercategory, got toy, and machine" in answer.output) == (2, True)
    assert not (tmp_path / "library" / "models").exists()


def test_many_faces_are_reduced_and_too_many_refused(tmp_path: Path) -> None:
    write_glb(tmp_path / "car.glb", ours(OURS))
    bowl = ours("household/bowl")
    write_glb(tmp_path / "bowl.glb", bowl)
    sources = [source_of(tmp_path / name) for name in ("car.glb", "bowl.glb")]
    refused, fewer = read_all(sources, _new(tmp_path), {"faces": 2_000, "most_faces": 10_000})
    assert "a model may have 10,000" in refused.refused
    assert fewer.before == pytest.approx(len(bowl.triangles), rel=0.02)
    reduced = fewer.ready()
    assert reduced is not None
    assert 1_000 < len(reduced.mesh.triangles) < 2_500
    assert sorted(reduced.mesh.size_m) == pytest.approx(sorted(bowl.size_m), abs=0.004)


def _new(desk: Path) -> Path:
    place = desk / str(len(list(desk.iterdir())))
    place.mkdir()
    return place


def test_what_takes_too_much_memory_is_named(tmp_path: Path) -> None:
    for name in ("a.glb", "b.glb"):
        write_glb(tmp_path / name, cube())
    sources = [source_of(tmp_path / name) for name in ("a.glb", "b.glb")]
    # Blender is loaded by then, and takes more than that.
    found = list(read_all(sources, _new(tmp_path), {"memory_bytes": 400 << 20}))
    assert all("exit status" in read.refused or "memory" in read.refused for read in found)


def test_a_picture_of_six_sides(garage: tuple[Result, Library, dict[str, str]], tmp_path: Path) -> None:
    library = garage[1]
    answer = run("show", "garage0/car-glb", "-o", str(tmp_path / "car.png"), "--width", "64", "--library",
                 str(library.folder))  # fmt: skip
    assert answer.exit_code == 0, answer.output
    picture = np.asarray(Image.open(tmp_path / "car.png"))
    assert picture.shape == (96, 192, 3)
    assert picture.std() > 10


def test_the_mask_of_an_obj_cuts_by_its_brightness(tmp_path: Path) -> None:
    """`map_d` names a picture without alpha, as most are."""
    from longtail.render.blender.reading_models import read_model
    from longtail.render.machine.model_request import ARRAYS, Asked

    Image.new("RGB", (8, 8), (30, 160, 30)).save(tmp_path / "leaf.png")
    mask = np.zeros((8, 8), dtype=np.uint8)
    mask[:, 4:] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    (tmp_path / "leaf.mtl").write_text("newmtl leaf\nKd 1 1 1\nmap_Kd leaf.png\nmap_d mask.png\n")
    (tmp_path / "leaf.obj").write_text(
        "mtllib leaf.mtl\nv 0 0 0\nv 1 0 0\nv 1 1 0\nvt 0 0\nvt 1 0\nvt 1 1\nusemtl leaf\nf 1/1 2/2 3/3\n"
    )
    desk = tmp_path / "desk"
    desk.mkdir()
    read_model(Asked(str(tmp_path / "leaf.obj"), "obj", str(tmp_path), str(desk)))
    with np.load(desk / ARRAYS) as kept:
        made = ready_of({name: kept[name] for name in kept.files})
    assert made is not None
    (worn,) = made.mesh.materials
    assert isinstance(worn, Textured)
    assert worn.cutout
    levels = np.asarray(Image.open(io.BytesIO(made.images[worn.image])))
    assert levels[4, [1, 6]].tolist() == [[30, 160, 30, 0], [30, 160, 30, 255]]
