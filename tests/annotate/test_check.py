"""The check finds each thing that can go wrong, names it, and never falls over."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from longtail.annotate.check.check import check
from longtail.annotate.dataset import encoders
from longtail.annotate.dataset.layers import LAYERS
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.errors import DatasetError
from tests.annotate.stage import dataset, messages, repaint, reseal, tree


@pytest.mark.parametrize("frames", [0, 1, 3])
def test_a_sound_dataset_has_no_findings(tmp_path: Path, frames: int) -> None:
    seen: list[int] = []
    assert check(dataset(tmp_path, frames), seen.append) == []
    assert seen == list(range(1, frames + 1))


@pytest.mark.parametrize("outputs", [(), ("coco",), ("panoptic",), ("semantic", "depth"), ("instance", "normals")])
def test_datasets_with_few_outputs_are_sound_too(tmp_path: Path, outputs: tuple[str, ...]) -> None:
    assert check(dataset(tmp_path, outputs=outputs, image_format="jpg")) == []


def test_two_workers_find_what_one_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[check.__module__], "_WORTH_A_PROCESS", 3)
    root, seen = dataset(tmp_path, 6), list[int]()
    (root / "depth/000001.png").unlink()
    (root / "depth/000003.png").write_bytes(b"")
    (root / "frames/000005.json").write_bytes(b"{}")
    found = check(root)
    assert [finding.file for finding in found][:3] == ["depth/000001.png", "depth/000003.png", "frames/000005.json"]
    assert check(root, seen.append, workers=2) == found
    assert seen == [1, 2, 3, 4, 5, 6]


def test_a_foreign_folder_is_one_finding(tmp_path: Path) -> None:
    assert [finding.file for finding in check(tmp_path)] == ["dataset.json"]
    assert [finding.file for finding in check(tmp_path / "nowhere")] == ["dataset.json"]


# What is done to a file of a sound dataset of three frames, and what the check says.
Damage = Callable[[bytes], bytes]
DAMAGES: list[tuple[str, Damage, str]] = [
    ("depth/000001.png", lambda data: data[:-30], r"depth/000001.png: expected \d+ bytes, got \d+ bytes"),
    ("images/000000.png", lambda data: bytes(len(data)), "images/000000.png: expected sha256 .*, got sha256"),
    ("frames/000001.json", lambda data: data[: len(data) // 2], "frames/000001.json: expected a sound record"),
    ("frames/000002.json", lambda _: b"", "frames/000002.json: expected a sound record, got .* an empty file"),
    ("annotations/instances.json", lambda data: data[:-9], "instances.json: expected what the records say .*the end"),
    ("annotations/instances.json", lambda data: data + b" ", "instances.json: expected an end at byte .*, got more"),
    (
        "panoptic/panoptic.json",
        lambda data: data.replace(b'"area": ', b'"area":  ', 1),
        "panoptic/panoptic.json: .*frame 0",
    ),
    ("dataset.json", lambda data: data[:99], "dataset.json: expected a Longtail dataset"),
    ("dataset.json", lambda data: data.replace(b'"frames": 3', b'"frames": 6'), "none for frames 3 to 5"),
    ("dataset.json", lambda data: data.replace(b'"frames": 3', b'"frames": 2'), "2 frames, got frame 2 as well"),
]


@pytest.mark.parametrize(("path", "damage", "message"), DAMAGES)
def test_a_damaged_file_is_found(tmp_path: Path, path: str, damage: Damage, message: str) -> None:
    root = dataset(tmp_path)
    (root / path).write_bytes(damage((root / path).read_bytes()))
    found = messages(root)
    assert re.search(message, found), found


@pytest.mark.parametrize("path", ["images/000001.png", "masks/instance/000002.png", "panoptic/panoptic.json"])
def test_a_missing_file_is_found(tmp_path: Path, path: str) -> None:
    root = dataset(tmp_path)
    (root / path).unlink()
    assert f"{path}: expected" in messages(root)


def test_a_missing_record_is_found_and_its_files_are_strangers(tmp_path: Path) -> None:
    root = dataset(tmp_path)
    (root / record_path(1)).unlink()
    found = messages(root)
    assert "frames/000001.json: expected 3 frames, got none for frame 1" in found
    assert "depth/000001.png: expected only files of committed frames" in found
    assert "annotations/instances.json: expected what the records say" in found


def test_leftovers_are_named_and_logs_are_not(tmp_path: Path) -> None:
    root = dataset(tmp_path)
    (root / "logs").mkdir()
    for path in ("logs/worker.tmp", "images/000003.png.tmp", "masks/semantic/old.png", "README.md", "dataset.json.tmp"):
        (root / path).write_bytes(b"x")
    assert [finding.file for finding in check(root)] == [
        "dataset.json.tmp",
        "images/000003.png.tmp",
        "masks/semantic/old.png",
    ]


def test_a_link_out_of_the_dataset_is_found(tmp_path: Path) -> None:
    root = dataset(tmp_path / "data")
    picture = root / "images/000000.png"
    picture.rename(tmp_path / "outside.png")
    picture.symlink_to(tmp_path / "outside.png")
    assert "images/000000.png: expected a file inside the dataset, got a link to" in messages(root)


LIES: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (lambda r: r["annotations"][0].update(area=1), "annotation of object 1: area 312, got 1"),
    (lambda r: r["annotations"][0].update(bbox=[10, 20, 30, 13]), r"bbox \(10, 20, 30, 12\), got \(10, 20, 30, 13\)"),
    (lambda r: r["annotations"][0].update(category_id=4), "category_id 2, got 4"),
    (lambda r: r["annotations"][0].update(category_id=17), "object 1: expected a category_id of the dataset's, got 17"),
    (
        lambda r: r["annotations"][0].update(area=312.5),
        "a sound record, got .*area: expected a whole number, got 312.5",
    ),
    (lambda r: r["annotations"][0].update(truncation=None), "truncation: expected a number, got null"),
    (lambda r: r["annotations"][0].update(iscrowd=1), r"iscrowd 0 for \[\], .* got 1"),
    (lambda r: r["annotations"][0].update(image_id=9), "image_id 2, got 9"),
    (lambda r: r["annotations"][0].update(instance_id=55), "annotation of object 55: a thing among the objects"),
    (lambda r: r["annotations"][0].update(segmentation={"size": [48, 64], "counts": "zz"}), "a sound RLE"),
    (lambda r: r["annotations"][0].update(segmentation={"size": [4, 4], "counts": "0"}), r"size \[48, 64\]"),
    (
        lambda r: r["annotations"][0].pop("segmentation"),
        "a sound record, got .*expected a key 'segmentation', got none",
    ),
    (lambda r: r["annotations"].append(r["annotations"][0]), "pixels of its own, got 312 shared pixels"),
    (lambda r: r["annotations"].pop(), "object 7 an annotation exactly where it is visible"),
    (lambda r: r["objects"][0].update(visible_fraction=0.5), "object 1 visible_fraction 0.8666"),
    (lambda r: r["objects"][0].update(visible_px=400, visible_fraction=400 / 360), "at most 360 amodal, got 400"),
    (lambda r: r["objects"][0].update(truncation=1.5), "object 1 truncation from 0 to 1, got 1.5"),
    (lambda r: r["objects"].append(r["objects"][0]), "objects with ids that are unique"),
    (lambda r: r["objects"].pop(0), "annotation of object 1: a thing among the objects, got none"),
    (lambda r: r["objects"][3].update(visible_fraction=1.0), "object 900 visible_fraction for things alone"),
    (lambda r: r["segments_info"][0].update(area=3), "segment 131073: category, area, bbox, iscrowd .*got"),
    (lambda r: r["segments_info"].pop(), r"panoptic/000001.png: expected the segments"),
    (lambda r: r["image"].update(width=65), "image width 64, got 65"),
    (lambda r: r["files"].pop("depth/000001.png"), "expected the files"),
    (lambda r: r.update(frame=0), "expected the record of frame 1, got that of frame 0"),
]


@pytest.mark.parametrize(("lie", "message"), LIES)
def test_a_lie_in_a_record_is_found(tmp_path: Path, lie: Callable[[dict[str, Any]], object], message: str) -> None:
    root = dataset(tmp_path)
    # The merge refuses a record of another frame by itself; the check must still name it.
    with contextlib.suppress(DatasetError):
        reseal(root, 1, lie)
    found = messages(root)
    assert re.search(message, found), found


def test_swapped_masks_are_found(tmp_path: Path) -> None:
    root = dataset(tmp_path)
    pngs = tree(root)
    for folder, message in (
        ("masks/instance", "expected the annotations' masks"),
        ("masks/semantic", "expected the panoptic categories"),
        ("panoptic", "expected the segments"),
    ):
        repaint(root, 1, f"{folder}/000001.png", pngs[f"{folder}/000002.png"])
        assert f"{folder}/000001.png: {message}" in messages(root)
        repaint(root, 1, f"{folder}/000001.png", pngs[f"{folder}/000001.png"])
    assert check(root) == []


def test_one_wrong_pixel_is_found_in_every_mask(tmp_path: Path) -> None:
    root = dataset(tmp_path)
    originals = tree(root)
    for name in ("instance", "semantic", "panoptic"):
        layer = LAYERS[name]
        path = layer.path(1)
        array = layer.decode(originals[path]).copy()
        array[25, 12] = 0
        repaint(root, 1, path, layer.encode(array))
        assert path in messages(root)
        repaint(root, 1, path, originals[path])


def test_a_thing_without_depth_is_found_unless_it_is_too_far(tmp_path: Path) -> None:
    root = dataset(tmp_path)
    assert np.isinf(encoders.decode_depth(tree(root)["depth/000002.png"])[31, 51])  # the cone at 400 m: no finding
    depth_m = encoders.decode_depth(tree(root)["depth/000001.png"])
    depth_m[25, 12] = np.inf
    repaint(root, 1, "depth/000001.png", encoders.encode_depth(depth_m))
    assert "depth wherever a thing is, got none at some pixels of objects [1]" in messages(root)


def test_a_picture_of_another_size_or_kind_is_found(tmp_path: Path) -> None:
    root = dataset(tmp_path)
    repaint(root, 1, "masks/semantic/000001.png", encoders.encode_mask8(np.ones((4, 4), dtype=np.uint8)))
    repaint(root, 2, "masks/semantic/000002.png", b"no picture")
    found = messages(root)
    assert "masks/semantic/000001.png: expected 64x48 pixels, got 4x4" in found
    assert "masks/semantic/000002.png: expected a readable semantic file" in found
