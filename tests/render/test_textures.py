"""Textures: told by their pictures' names, read with their maps, and laid on the ground by their size."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from longtail.annotate.errors import AssetError, ConfigError
from longtail.render.importing.sources import sources_in, sources_of
from longtail.render.importing.textures import map_of, texture_sets
from longtail.scenes.assets.library.description import Description, SurfaceSeen
from longtail.scenes.assets.library.store import Library
from longtail.scenes.assets.library.surface import DATA, Textured
from longtail.scenes.composing import catalogue_of, scene_of, taxonomy_of
from longtail.scenes.config.loading import load
from longtail.scenes.geometry.interior_materials import Tiles, WallPaint
from longtail.scenes.geometry.laid import laid
from longtail.scenes.geometry.materials import Asphalt, Principled
from longtail.scenes.geometry.mesh import join
from longtail.scenes.geometry.ready import Ready
from longtail.scenes.geometry.solids import box

FOLDER = Path("/textures")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Bricks075A_1K-JPG_Color.jpg", ("Bricks075A", "colour", 1)),
        ("Bricks075A_4K-PNG_NormalDX.png", ("Bricks075A", "normal_dx", 4)),
        ("brick_wall_001_nor_gl_2k.exr", ("brick_wall_001", "normal", 2)),
        ("brick_wall_001_diff_1k.jpg", ("brick_wall_001", "colour", 1)),
        ("wood_planks_arm_1k.jpg", ("wood_planks", "arm", 1)),
        ("T_Floor_BaseColor.png", ("T_Floor", "colour", 0)),
        ("T_Floor_Base_Color.png", ("T_Floor", "colour", 0)),
        ("holiday.jpg", None),
        ("Color.jpg", None),
        ("brick_diff_1k.txt", None),
    ],
)
def test_names_of_the_libraries_tell_maps(name: str, told: tuple[str, str, int] | None) -> None:
    assert map_of(FOLDER / name) == told


def test_of_several_sizes_the_largest_up_to_2k_counts() -> None:
    files = [FOLDER / f"oak_diff_{size}k.jpg" for size in (1, 2, 4, 8)] + [FOLDER / "oak_rough_8k.jpg"]
    (oak,) = texture_sets([*files, FOLDER / "oak_rough_4k.jpg"])
    assert {kind: path.name for kind, path in oak.maps.items()} == {
        "colour": "oak_diff_2k.jpg",
        "roughness": "oak_rough_4k.jpg",
    }
    assert oak.places == ("floor", "table")


def picture(path: Path, pixels: NDArray[np.integer[Any] | np.floating[Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), pixels)


def test_what_is_no_whole_texture_is_named(tmp_path: Path) -> None:
    picture(tmp_path / "lost_rough_1k.jpg", np.zeros((8, 8)))
    picture(tmp_path / "lost_nor_gl_1k.jpg", np.zeros((8, 8, 3)))
    picture(tmp_path / "tiles_diff_1k.jpg", np.zeros((8, 8, 3)))
    found, faults = sources_in(tmp_path, "pack")
    assert not faults
    assert {source.name: source.wrong for source in found} == {
        "own/pack/lost": "expected a colour map (such as lost_Color.jpg) beside normal, roughness, got none",
        "own/pack/tiles": "",
    }
    with pytest.raises(AssetError, match="expected the folder of a texture's pictures"):
        sources_of(tmp_path / "tiles_diff_1k.jpg")
    # Beside a model pictures are its own.
    (tmp_path / "car.obj").write_text("v 0 0 0\n")
    assert [source.name for source in sources_in(tmp_path, "pack")[0]] == ["own/pack/car"]


def test_a_texture_is_laid_by_its_size() -> None:
    made = Textured(image="a.jpg")
    wall = box((4.0, 0.2, 3.0), WallPaint(), (2.0, 0.0, 1.5))
    worn = laid(wall, "wall", made, (2.0, 1.5))
    assert worn.materials[-1] == made
    assert (worn.slots == len(worn.materials) - 1).all()
    assert worn.uv is not None
    corners = worn.vertices_m[worn.triangles]
    front = np.abs(corners[..., 1] + 0.1).max(axis=1) < 1e-6
    assert worn.uv[front][..., 0] == pytest.approx(corners[front][..., 0] / 2.0)
    assert worn.uv[front][..., 1] == pytest.approx(corners[front][..., 2] / 1.5)
    # Only what is of asphalt is a road's, and of a table its top.
    rails = box((1.0, 1.0, 0.1), Principled())
    road = laid(join([box((9.0, 3.0, 0.1), Asphalt()), rails]), "road", made, (1.0, 1.0))
    assert (road.slots == len(road.materials) - 1).sum() == len(box((9.0, 3.0, 0.1), Asphalt()).triangles)
    assert laid(rails, "road", made, (1.0, 1.0)) is rails
    legs, top = box((0.1, 0.1, 0.7), Tiles(0.3), (0, 0, 0.35)), box((1.0, 1.0, 0.03), Tiles(0.3), (0, 0, 0.715))
    table = laid(join([legs, top]), "table", made, (1.0, 1.0))
    shown = table.slots == len(table.materials) - 1
    assert table.vertices_m[table.triangles[shown]][..., 2].min() == pytest.approx(0.7)


def library_of_textures(folder: Path) -> Library:
    """own/tiles for floors, which throws back 0.1, and own/tar for roads."""
    library = Library(folder)
    for name, tags in (("tiles", ("floor",)), ("tar", ("road",))):
        plate = box((1.0, 1.0, 0.001), Textured(image=f"{name}.png", rgb=(0.1, 0.1, 0.1)))
        known = Description(
            name=f"own/{name}", category=tags[0], family="surfaces", size_m=(1.0, 1.0, 0.001), tags=tags, triangles=1,
            bytes=1, arrays="0" * 64, surface=SurfaceSeen(rgb=(0.1, 0.1, 0.1)),
        )  # fmt: skip
        library.add(known, Ready(plate, {f"{name}.png": name.encode()}))
    return library


def test_scenes_wear_them_by_their_chance(tmp_path: Path) -> None:
    library = library_of_textures(tmp_path)
    pins = ["assets.packs=false", f"assets.library={library.folder}", "objects.count=1"]
    config = load("tabletop", [*pins, "surfaces.floor=0.5"], seed=3)
    assets = catalogue_of(config)
    assert list(config.assets.models) == ["own/tiles"]  # type: ignore[arg-type]
    assert taxonomy_of(config.scenario, assets).ids == config.scenario.taxonomy.ids
    worn = [scene_of(config, index, assets) for index in range(5)]
    assert {scene.backed_by for scene in worn} == {(), ("own/tiles",)}
    plain = load("tabletop", pins, seed=3)
    for index, scene in enumerate(worn):
        other = scene_of(plain, index, catalogue_of(plain))
        # A pendant's bulb is as bright as it burns.
        assert [item.world_from_object for item in scene.objects] == [item.world_from_object for item in other.objects]
        assert scene.cameras == other.cameras
        # A darker floor throws back less, so lamps burn brighter for the same light on the table.
        brighter = scene.to_json()["ground"] != other.to_json()["ground"]
        assert brighter == bool(scene.surfaces)
    with pytest.raises(ConfigError, match=r"surfaces\.table: expected a texture with the tag table in the library"):
        load("tabletop", [*pins, "surfaces.table=1"])


@pytest.mark.blender
def test_maps_are_read_as_they_are_meant(tmp_path: Path) -> None:
    from longtail.render.blender.reading_models import RefusedModelError
    from longtail.render.blender.reading_textures import read_texture
    from longtail.render.machine.model_request import ARRAYS, TEXTURE, Asked
    from longtail.scenes.geometry.ready import ready_of

    def read(**maps: NDArray[np.integer[Any]]) -> tuple[Textured, dict[str, NDArray[Any]], float]:
        parts = []
        for kind, pixels in maps.items():
            path = tmp_path / f"{kind}.png"
            picture(path, pixels)
            parts.append({"map": kind, "file": str(path)})
        answer = read_texture(Asked(parts[0]["file"], TEXTURE, str(tmp_path), str(tmp_path), parts=parts))
        with np.load(tmp_path / ARRAYS) as kept:
            found = ready_of({name: kept[name] for name in kept.files})
        assert found is not None
        (material,) = found.mesh.materials
        assert isinstance(material, Textured)
        shown = {
            name: cv2.cvtColor(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
            for name, data in found.images.items()
        }
        return material, shown, answer["across"]

    grey = np.full((16, 32, 3), 188, np.uint8)  # sRGB 188 is a linear half
    deep = np.full((16, 32), 0x4040, np.uint16)
    bumps = np.full((16, 32, 3), (255, 100, 30), np.uint8)  # BGR
    material, images, across = read(colour=grey, roughness=deep, normal_dx=bumps)
    assert across == 2.0
    assert material.rgb == pytest.approx((0.5, 0.5, 0.5), abs=0.005)
    assert material.roughness_map is not None
    name, channel = material.roughness_map
    assert (images[name][..., channel] == 0x40).all()
    assert (images[material.normal_image] == (30, 155, 255)).all()
    assert material.normal_image.startswith(DATA)
    arm = np.full((16, 32, 3), (10, 90, 200), np.uint8)  # BGR: metalness 10, roughness 90, occlusion 200
    material, images, _ = read(colour=grey, arm=arm)
    assert (material.roughness_map, material.metallic_map) == ((next(iter(images)), 1), (next(iter(images)), 2))
    assert (images[next(iter(images))] == (200, 90, 10)).all()
    with pytest.raises(RefusedModelError, match="expected maps of one shape, got 32 x 16 pixels of colour and 16 x 16"):
        read(colour=grey, roughness=deep[:, :16])
