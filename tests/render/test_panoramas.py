"""Pictures of all that is around: told from textures by their headers, evened out, and put behind random things."""

from __future__ import annotations

import math
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from longtail.annotate.dataset.exr import decode_exr, encode_exr
from longtail.render.importing.panoramas import is_panorama, size_of, wrong_panorama
from longtail.render.importing.sources import source_of, sources_in
from longtail.scenes.assets.library.description import Description
from longtail.scenes.assets.library.store import Library
from longtail.scenes.assets.shapes.backdrops import RADIUS_M, inside_of_a_ball
from longtail.scenes.composing import catalogue_of, scene_of, taxonomy_of
from longtail.scenes.config.loading import load
from longtail.scenes.geometry.edges import edges_of
from longtail.scenes.geometry.pattern_materials import Panorama
from longtail.scenes.geometry.ready import Ready

Pixels = NDArray[np.float32]


def hdr(path: Path, pixels: Pixels) -> Path:
    cv2.imwrite(str(path), pixels[..., ::-1])
    return path


def exr(path: Path, pixels: Pixels) -> Path:
    path.write_bytes(encode_exr(pixels))
    return path


def even(width: int = 64, height: int = 32, value: float = 3.0) -> Pixels:
    return np.full((height, width, 3), value, dtype=np.float32)


def test_headers_say_how_large_a_picture_is(tmp_path: Path) -> None:
    assert size_of(hdr(tmp_path / "sky.hdr", even(128, 64))) == (128, 64)
    assert size_of(exr(tmp_path / "sky.exr", even(96, 50))) == (96, 50)
    assert is_panorama(tmp_path / "sky.hdr")
    assert not is_panorama(tmp_path / "sky.exr")
    assert "got 96 x 50 pixels" in wrong_panorama(tmp_path / "sky.exr")
    (tmp_path / "torn.exr").write_bytes((tmp_path / "sky.exr").read_bytes()[:30])
    assert "does not say how large it is" in wrong_panorama(tmp_path / "torn.exr")
    (tmp_path / "huge.hdr").write_bytes(b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 400000 +X 800000\n")
    assert "800,000 pixels wide, and a panorama may have 16,384" in wrong_panorama(tmp_path / "huge.hdr")
    assert size_of(tmp_path / "gone.hdr") is None


def test_a_folders_textures_are_no_panoramas(tmp_path: Path) -> None:
    hdr(tmp_path / "Noon Sky.hdr", even())
    exr(tmp_path / "wall_normal.exr", even(32, 32))
    found, faults = sources_in(tmp_path, "skies")
    assert [(source.name, source.format) for source in found] == [("own/skies/noon-sky", "panorama")]
    assert not faults
    assert source_of(tmp_path / "wall_normal.exr").format == "panorama"  # named alone, it is refused with its size


def with_a_panorama(folder: Path) -> Library:
    """A library of one, as adding makes it."""
    library = Library(folder)
    data = encode_exr(even().astype(np.float16))
    mesh = inside_of_a_ball(Panorama("a.exr", RADIUS_M))
    side = 2 * RADIUS_M
    known = Description(
        name="own/noon", category="backdrop", family="shapes", size_m=(side, side, side), tags=("panorama",),
        tints=((1.0, 1.0, 1.0),), triangles=1, bytes=1, arrays="0" * 64,
    )  # fmt: skip
    library.add(known, Ready(mesh, {"a.exr": data}, edges_of(mesh.triangles)))
    return library


def test_it_is_behind_random_things_by_its_chance(tmp_path: Path) -> None:
    library = with_a_panorama(tmp_path / "library")
    pins = ["assets.packs=false", f"assets.library={library.folder}", "objects.count=1"]
    config = load("random", [*pins, "lighting.ambient_lux=314.159265"], seed=2)
    assets = catalogue_of(config)
    assert taxonomy_of(config.scenario, assets).ids == config.scenario.taxonomy.ids
    behind = [scene_of(config, index, assets).objects[-1] for index in range(30)]
    own = [item for item in behind if item.asset == "own/noon"]
    assert 6 < len(own) < 24
    assert all(item.asset.startswith("backdrop/") for item in behind if item not in own)
    for item in own:
        # Of mean luminance L all around, what is amid it has E = pi L.
        assert math.isclose(item.tint[0], 0.1, abs_tol=1e-6)
        assert (item.z_m, item.tilt_rad) == (0.0, 0.0)
    assert len({item.heading_rad for item in own}) == len(own)


def test_without_one_nothing_is_drawn_otherwise(tmp_path: Path) -> None:
    with_a_panorama(tmp_path / "library")
    bare = load("random", ["assets.packs=false", "assets.models=false"], seed=2)
    never = load("random", ["assets.packs=false", f"assets.library={tmp_path / 'library'}", "background.panorama=0"],
                 seed=2)  # fmt: skip
    for index in range(3):
        one, other = (scene_of(config, index, catalogue_of(config)) for config in (bare, never))
        assert one.objects == other.objects
        assert one.objects[-1].asset.startswith("backdrop/")


@pytest.mark.blender
def test_what_is_read_is_of_luminance_one_and_without_its_sun(tmp_path: Path) -> None:
    from longtail.render.blender.reading_models import RefusedModelError
    from longtail.render.blender.reading_panoramas import read_panorama
    from longtail.render.machine.model_request import ARRAYS, PANORAMA, Asked
    from longtail.scenes.geometry.ready import ready_of

    skies: list[dict[str, float | None] | None] = []

    def read(path: Path) -> tuple[Pixels, list[str]]:
        answer = read_panorama(Asked(str(path), PANORAMA, str(tmp_path), str(tmp_path)))
        with np.load(tmp_path / ARRAYS) as kept:
            found = ready_of({name: kept[name] for name in kept.files})
        assert found is not None
        (shown,) = found.mesh.materials
        assert isinstance(shown, Panorama)
        assert shown.light in found.images
        skies.append(answer["sky"])
        return decode_exr(found.images[shown.image]), answer["notes"]

    pixels, notes = read(hdr(tmp_path / "even.hdr", even(value=7.0)))
    assert pixels.shape == (32, 64, 3)
    assert np.allclose(pixels, 1.0, atol=0.01)
    assert not notes
    # The upper half of (4, 5, 5): its mean luminance over the sphere is half of its own.
    half = even(value=0.0)
    half[:16] = (4.0, 5.0, 5.0)
    pixels, _ = read(exr(tmp_path / "half.exr", half))
    level = (4 * 0.2126 + 5 * 0.7152 + 5 * 0.0722) / 2
    assert np.allclose(pixels[:16], np.array([4, 5, 5]) / level, rtol=2e-3)
    assert not pixels[16:].any()
    # A sun in one pixel, whose middle is 44.3 degrees up: 33.9 times the light of all else.
    sunny = even(256, 128, 1.0)
    sunny[32, 10] = 1e6
    pixels, notes = read(exr(tmp_path / "sunny.exr", sunny))
    assert pixels.max() < 65 * np.median(pixels)
    assert notes == ["its sun, at 44 degrees, is dimmed: 97% of its light, which lamps have to give"]
    flat, covered, clear = skies
    assert flat is None
    assert covered is not None
    assert covered["sun_elevation_deg"] is None
    assert covered["level"] == pytest.approx(2 * math.pi, rel=0.01)
    assert clear is not None
    # Its column's middle is 14.8 degrees from the left border, which is half a turn to the left of the middle.
    assert clear["sun_elevation_deg"] == pytest.approx(44.3, abs=0.1)
    assert clear["sun_azimuth_deg"] == pytest.approx(165.2, abs=0.1)
    with pytest.raises(RefusedModelError, match="expected a picture that shines"):
        read(exr(tmp_path / "black.exr", even(value=0.0)))
    (tmp_path / "torn.hdr").write_bytes((tmp_path / "even.hdr").read_bytes()[:90])
    with pytest.raises(RefusedModelError, match=r"expected a picture that (can be read|shines)"):
        read(tmp_path / "torn.hdr")
