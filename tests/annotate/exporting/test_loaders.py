"""What loaders read row by row: datumaro, MMDetection, Hugging Face, WebDataset."""

from __future__ import annotations

import io
import json
import sys
import tarfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import webdataset
import yaml
from PIL import Image
from pycocotools import mask as coco_mask

from longtail.annotate.choosing.splits import Splits
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.errors import MachineError
from longtail.annotate.exporters import huggingface_parquet
from longtail.annotate.exporters import webdataset as tars
from longtail.annotate.exporters.hub import _size
from longtail.annotate.exporters.selection import Selection
from longtail.annotate.exporters.table import EXPORTERS
from longtail.annotate.exporters.write import export
from tests.annotate.exporting.conftest import Exports
from tests.annotate.exporting.traps import HEIGHT, LARGE, MANY, MASKS, SHAPES, SPACED, UMLAUT, WIDTH, Mask
from tests.annotate.flood import flooded
from tests.annotate.pictures import info
from tests.annotate.stage import show, store
from tests.annotate.yard import Yard

NAMES = {SHAPES: "car", LARGE: UMLAUT, MANY: SPACED}
CLASSES = ["car", SPACED, UMLAUT]


def decoded(counts: str) -> Mask:
    return np.asarray(coco_mask.decode({"size": [HEIGHT, WIDTH], "counts": counts.encode("ascii")}).astype(np.bool_))


def test_datumaro_has_masks_and_boxes_in_groups(exported: Exports) -> None:
    root = exported("datumaro")
    document = json.loads((root / "annotations/train.json").read_bytes())
    assert (document["dm_format_version"], document["media_type"]) == ("1.0", 2)
    assert [label["name"] for label in document["categories"]["label"]["labels"]] == CLASSES
    for item, (frame, masks) in zip(document["items"], MASKS.items(), strict=True):
        assert (root / "images/train" / item["image"]["path"]).exists()
        assert item["image"]["size"] == [HEIGHT, WIDTH]
        groups = Counter(shape["group"] for shape in item["annotations"])
        assert groups == dict.fromkeys(masks, 2)
        for shape in item["annotations"]:
            assert CLASSES[shape["label_id"]] == NAMES[frame]
            if shape["type"] == "mask":
                assert (decoded(shape["rle"]["counts"]) == masks[shape["group"]]).all()


def test_mmdetection_has_boxes_by_their_corners(exported: Exports) -> None:
    document = json.loads((exported("mmdetection") / "annotations/train.json").read_bytes())
    assert document["metainfo"]["classes"] == CLASSES
    for row, (frame, masks) in zip(document["data_list"], MASKS.items(), strict=True):
        assert (row["img_id"], row["width"], row["height"]) == (frame + 1, WIDTH, HEIGHT)
        for thing, (_, mask) in zip(row["instances"], sorted(masks.items()), strict=True):
            rows, columns = np.nonzero(mask)
            assert thing["bbox"] == [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
            assert (decoded(thing["mask"]["counts"]) == mask).all()
            assert thing["ignore_flag"] == 0


@pytest.mark.parametrize(
    ("name", "rows", "flag"),
    [
        ("mmdetection", lambda document: document["data_list"][0]["instances"], "ignore_flag"),
        ("datumaro", lambda document: document["items"][0]["annotations"], "is_crowd"),
    ],
)
def test_what_nobody_could_annotate_is_flagged(name: str, rows: Any, flag: str, tmp_path: Path) -> None:
    store(tmp_path / "data", [flooded()], info(1))
    export(Selection.of(Dataset.open(tmp_path / "data"), Splits(1, 0, 0)), EXPORTERS[name], tmp_path / "out")
    found = rows(json.loads((tmp_path / "out/annotations/train.json").read_bytes()))
    flags = Counter(bool(row.get("attributes", row)[flag]) for row in found)
    assert flags[True] == 2 * flags[False] > 0


def front_matter(root: Path) -> dict[str, Any]:
    _, head, page = (root / "README.md").read_text("utf-8").split("---\n", 2)
    assert page.lstrip().startswith("# ")
    found: dict[str, Any] = yaml.safe_load(head)
    return found


def check_row(row: dict[str, Any]) -> None:
    masks = sorted(MASKS[row["image_id"] - 1].items())
    objects = row["objects"]
    assert objects["id"] == [number for number, _ in masks]
    assert {len(values) for values in objects.values()} == {len(masks)}
    assert {CLASSES[n] for n in objects["category"]} <= set(NAMES.values())
    for counts, area, box, (_, mask) in zip(
        objects["segmentation"], objects["area"], objects["bbox"], masks, strict=True
    ):
        assert (decoded(counts) == mask).all()
        assert area == np.count_nonzero(mask)
        assert box[2] == np.count_nonzero(mask.any(axis=0)) or not mask.any(axis=0)[int(box[0]) :].all()


def test_image_folders_have_a_line_for_each_picture(exported: Exports) -> None:
    root = exported("huggingface")
    rows = [json.loads(line) for line in (root / "train/metadata.jsonl").read_text("ascii").splitlines()]
    assert [row["file_name"] for row in rows] == [f"{n:06d}.png" for n in MASKS]
    for row in rows:
        assert (root / "train" / row["file_name"]).exists()
        check_row(row)
    about = front_matter(root)
    assert about["configs"][0]["data_files"] == [{"split": "train", "path": "train/**"}]
    columns = {row["name"]: row for row in about["configs"][0]["features"]}
    assert columns.keys() == {*rows[0], "image"} - {"file_name"}
    classes = next(row for row in columns["objects"]["struct"] if row["name"] == "category")
    assert list(classes["sequence"]["class_label"]["names"].values()) == CLASSES


def test_the_hubs_words_for_sizes() -> None:
    assert [_size(n) for n in (1, 999, 1000, 10_000, 2_000_000)] == [
        "n<1K", "n<1K", "1K<n<10K", "10K<n<100K", "1M<n<10M",
    ]  # fmt: skip


def test_parquet_has_pictures_masks_and_depth(
    trapped: Path, exported: Exports, monkeypatch: pytest.MonkeyPatch
) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    # Four pictures in files of two, written one by one.
    monkeypatch.setattr(huggingface_parquet, "_FRAMES_A_FILE", 2)
    monkeypatch.setattr(huggingface_parquet, "_FRAMES_A_GROUP", 1)
    root = exported("huggingface-parquet") / "data"
    assert sorted(path.name for path in root.iterdir()) == [f"train-{n:05d}-of-00002.parquet" for n in range(2)]
    rows = [row for path in sorted(root.iterdir()) for row in parquet.read_table(path).to_pylist()]
    assert [row["image_id"] for row in rows] == [1, 2, 3, 4]
    for row in rows:
        check_row(row)
        for column, folder in (("image", "images"), ("instance", "masks/instance"), ("depth", "depth")):
            assert row[column]["bytes"] == (trapped / f"{folder}/{row['image_id'] - 1:06d}.png").read_bytes()
    schema = json.loads(parquet.read_schema(root / "train-00000-of-00002.parquet").metadata[b"huggingface"])
    assert schema["info"]["features"]["objects"]["category"]["feature"]["names"] == CLASSES


def test_without_pyarrow_one_is_told_what_to_install(
    trapped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MachineError, match=r"expected pyarrow, which is not installed; .* pip install '\.\[parquet\]'"):
        export(Selection.of(Dataset.open(trapped), Splits(1, 0, 0)), EXPORTERS["huggingface-parquet"], tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.filterwarnings("ignore")  # of webdataset
def test_webdataset_reads_samples_and_cannot_spoil_depth(trapped: Path, exported: Exports) -> None:
    files = sorted(map(str, exported("webdataset").glob("*.tar")))
    assert [Path(file).name for file in files] == ["train-000000.tar"]
    samples = list(webdataset.WebDataset(files, shardshuffle=False).decode("rgb8"))
    assert [sample["__key__"] for sample in samples] == [f"{n:06d}" for n in MASKS]
    for frame, sample in enumerate(samples):
        check_row(sample["json"])
        assert sample["png"].shape == (HEIGHT, WIDTH, 3)
        depth = np.array(Image.open(io.BytesIO(sample["depth.png16"])))
        assert (depth == np.array(Image.open(trapped / f"depth/{frame:06d}.png"))).all()
        assert sample["record.json"]["frame"] == frame
    assert json.loads((exported("webdataset") / "classes.json").read_bytes()) == CLASSES


@pytest.mark.filterwarnings("ignore")  # of webdataset
def test_webdataset_hands_on_places_and_surfaces_as_they_are(tmp_path: Path) -> None:
    data = Yard().write(tmp_path / "data")
    export(Selection.of(Dataset.open(data), Splits(1, 0, 0)), EXPORTERS["webdataset"], tmp_path / "out")
    files = sorted(map(str, (tmp_path / "out").glob("*.tar")))
    for sample in webdataset.WebDataset(files, shardshuffle=False):
        frame = sample["__key__"]
        for member, path in (
            ("world.exr", f"world/{frame}.exr"),
            ("albedo.exr", f"albedo/{frame}.exr"),
            ("distance.png16", f"distance/{frame}.png"),
            ("material.png16", f"masks/material/{frame}.png"),
            ("parts.png", f"masks/parts/{frame}.png"),
        ):
            assert sample[member] == (data / path).read_bytes()
        assert json.loads(sample["record.json"])["materials"]


def test_tars_are_whole_however_many_pictures_they_have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store(tmp_path / "data", show(4), info(4))
    monkeypatch.setattr(tars, "_FRAMES_A_TAR", 2)
    export(Selection.of(Dataset.open(tmp_path / "data"), Splits(1, 0, 0)), EXPORTERS["webdataset"], tmp_path / "out")
    names = []
    for path in sorted((tmp_path / "out").glob("*.tar")):
        with tarfile.open(path) as tar:
            names.append([member.name for member in tar if member.name.count(".") == 1 and member.name.endswith("png")])
            assert {member.mtime for member in tar.getmembers()} == {0}
        assert path.read_bytes().endswith(b"\0" * 1024)
    assert names == [["000000.png", "000001.png"], ["000002.png", "000003.png"]]
