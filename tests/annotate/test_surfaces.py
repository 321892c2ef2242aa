"""Lengths of rays, places, materials and parts: truths of geometry, and numbers that follow from what is seen alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import longtail
from longtail.annotate.camera import BrownConrady, Camera, KannalaBrandt, Lens, Pinhole
from longtail.annotate.camera.ray_lengths import centre_rays, ray_lengths_m, world_points_m
from longtail.annotate.camera.transform import Transform
from longtail.annotate.check.check import check
from longtail.annotate.dataset.exr import decode_exr, encode_exr
from longtail.annotate.dataset.layers import OUTPUTS, encode, layers_of, passes_of
from longtail.annotate.errors import DatasetError
from longtail.annotate.labels.instances import label
from longtail.annotate.labels.parts import PARTS
from longtail.annotate.labels.surfaces import SeenMaterial, numbered, part_mask
from tests.annotate.clad import clad
from tests.annotate.damages import config, info
from tests.annotate.pictures import picture
from tests.annotate.stage import SHOW
from tests.annotate.yard import Yard, shots

WIDE = KannalaBrandt.from_fov(80, 80, 220)
LENSES: list[Lens] = [Pinhole.from_fov(96, 60, 90), BrownConrady.from_fov(96, 60, 70, k1=-0.3, k2=0.1), WIDE]
FORWARD = np.array([[0, 0, 1, 7], [-1, 0, 0, -3], [0, -1, 0, 1.5], [0, 0, 0, 1.0]])


@pytest.mark.parametrize("lens", LENSES, ids=lambda lens: lens.name)
def test_the_inside_of_a_ball_is_as_far_everywhere_also_beside_and_behind_the_camera(lens: Lens) -> None:
    rays = centre_rays(lens)
    there = np.isfinite(rays).all(axis=-1)
    depth = np.where(there, 12.5 * rays[..., 2], np.inf).astype(np.float32)
    lengths = ray_lengths_m(lens, depth)
    assert np.allclose(lengths[there], 12.5, rtol=1e-6)
    assert np.isinf(lengths[~there]).all()
    camera = Camera(lens, Transform("world", "camera", FORWARD))
    world = world_points_m(camera, depth)
    assert np.allclose(np.linalg.norm(world - FORWARD[:3, 3], axis=-1)[there], 12.5, rtol=1e-5)
    assert np.isnan(world[~there]).all()
    seen = there & (rays[..., 2] > 0.1)
    assert np.allclose(camera.project(world[seen]), camera.pixel_centres()[seen], atol=1e-3)
    assert (rays[there][:, 2] < 0).any() == (lens is WIDE)


def test_where_nothing_is_no_ray_ends() -> None:
    depth = np.full((60, 96), np.inf, dtype=np.float32)
    assert np.isinf(ray_lengths_m(LENSES[0], depth)).all()
    camera = Camera(LENSES[0], Transform("world", "camera", FORWARD))
    assert np.isnan(world_points_m(camera, depth)).all()


def test_an_exr_holds_every_bit_and_is_the_same_bytes() -> None:
    values = np.random.default_rng(3).normal(size=(33, 47, 3)).astype(np.float32) * np.float32(5000)
    values[0, 0] = np.nan
    values[1, 1] = np.inf
    data = encode_exr(values)
    assert data == encode_exr(values.copy())
    assert decode_exr(data).tobytes() == values.tobytes()
    for damaged in (b"", b"no picture", data[: len(data) // 2], data[:4] + b"\0" * 40):
        with pytest.raises(ValueError, match="expected a picture as OpenEXR"):
            decode_exr(damaged)


def test_opencv_reads_our_exr(tmp_path: Path) -> None:
    values = np.arange(2 * 3 * 3, dtype=np.float32).reshape(2, 3, 3) / 7
    (tmp_path / "a.exr").write_bytes(encode_exr(values))
    program = "import cv2, sys; print(cv2.imread(sys.argv[1], -1)[..., ::-1].tolist())"
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "a.exr")],
        capture_output=True, text=True, check=True, env={**os.environ, "OPENCV_IO_ENABLE_OPENEXR": "1"},
    )  # fmt: skip
    assert np.array_equal(np.array(json.loads(done.stdout), dtype=np.float32), values)


def test_ids_of_materials_follow_from_what_is_seen_whatever_a_renderer_numbers_them() -> None:
    paint, tyre, sky = (SeenMaterial(0, name, "principled", part) for name, part in
                        (("b", ""), ("a", "wheel"), ("c", "")))  # fmt: skip
    first, table = numbered(np.array([[7, 0], [9, 7]]), {7: paint, 9: tyre, 4: sky})
    again, same = numbered(np.array([[1, 0], [3, 2]]), {3: tyre, 1: paint, 2: paint, 5: sky})
    assert first.tolist() == again.tolist() == [[2, 0], [1, 2]]
    assert first.dtype == np.uint16
    assert table == same == (SeenMaterial(1, "a", "principled", "wheel"), SeenMaterial(2, "b", "principled"))
    assert part_mask(first, table).tolist() == [[0, 0], [PARTS["wheel"].id, 0]]
    with pytest.raises(KeyError):
        numbered(np.array([[8]]), {7: paint})


def test_no_material_no_parts() -> None:
    material, table = numbered(np.zeros((2, 3), dtype=np.int64), {})
    assert table == ()
    assert not part_mask(material, table).any()


def test_parts_have_ids_and_names_of_their_own() -> None:
    assert [part.id for part in PARTS.values()] == list(range(1, len(PARTS) + 1))
    assert len({part.rgb for part in PARTS.values()}) == len(PARTS)


def test_what_is_asked_of_a_renderer_is_what_outputs_need() -> None:
    assert passes_of(["images", "coco", "distance", "world"]) == frozenset()
    assert passes_of(["parts"]) == {"material"}
    assert passes_of(["normals"]) == {"normals"}
    assert passes_of(OUTPUTS) == {"material", "albedo", "normals"}


@pytest.mark.parametrize("output", ["albedo", "material", "parts"])
def test_a_frame_without_surfaces_has_no_such_layer(output: str) -> None:
    frame = picture(SHOW[1])
    with pytest.raises(ValueError, match="expected a frame whose renderer was asked for its surfaces"):
        encode(frame, label(frame), [output])
    assert len(encode(clad(frame), label(frame), [output])) == len(layers_of([output], "png"))


def test_a_frame_without_normals_has_no_such_layer() -> None:
    frame = picture(SHOW[1])
    labels = label(without := replace(frame, normals=None))
    with pytest.raises(ValueError, match="expected a frame whose renderer was asked for its normals"):
        encode(without, labels, ["normals"])
    assert "depth/000000.png" in encode(without, labels, ["depth"])


def test_arrays_are_read_back_by_name(tmp_path: Path) -> None:
    made = shots()[0].frame
    assert made.surfaces is not None
    albedo, material, parts = made.surfaces.albedo, made.surfaces.material, made.surfaces.parts()
    assert albedo is not None
    assert material is not None
    assert parts is not None
    frame = longtail.open(Yard().write(tmp_path))[0]
    lengths = ray_lengths_m(made.camera.lens, made.depth_m)
    assert np.allclose(frame.distance_m, np.where(lengths < 256, lengths, np.inf), atol=1 / 511)
    assert np.array_equal(frame.world_m, world_points_m(made.camera, made.depth_m), equal_nan=True)
    assert np.allclose(frame.albedo, albedo, rtol=2**-11)
    assert np.array_equal(frame.material, material)
    assert tuple(frame.materials.values()) == made.surfaces.materials
    assert np.array_equal(frame.parts, parts)
    windows = frame.part("window")
    assert windows.any()
    assert {frame.materials[number].name for number in np.unique(frame.material[windows])} == {"Glass 07"}
    with pytest.raises(DatasetError, match=r"expected one of the parts wheel, window, .*, got 'door'"):
        frame.part("door")


def test_parts_of_classes_that_were_not_chosen_are_taken_out(tmp_path: Path) -> None:
    frames = longtail.open(Yard().write(tmp_path))
    whole, signs = frames[0], frames.choose(classes=["traffic sign"])[0]
    assert set(np.unique(whole.parts)) == {0, PARTS["window"].id, PARTS["sign plate"].id}
    assert set(np.unique(signs.parts)) == {0, PARTS["sign plate"].id}
    assert np.array_equal(signs.part("sign plate"), whole.part("sign plate"))


def test_a_record_has_materials_only_where_they_were_asked_for(tmp_path: Path) -> None:
    yard = Yard()
    plain = ("images", "coco", "depth", "distance", "world", "keypoints", "amodal")
    info(outputs=plain)(yard)
    config(outputs=list(plain))(yard)
    yard.frames(lambda frame: replace(frame, surfaces=None))
    root = yard.write(tmp_path)
    assert b'"materials"' not in (root / "frames/000000.json").read_bytes()
    assert b'"parts": [' not in (root / "dataset.json").read_bytes()
    assert [str(found) for found in check(root)] == []
