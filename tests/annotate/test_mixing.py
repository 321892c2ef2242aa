"""Mixtures: both sets go through the same steps, classes are shared, and every picture says where it came from."""

from __future__ import annotations

import dataclasses
import json
import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO

from longtail.annotate.choosing.frame_values import FrameValues
from longtail.annotate.choosing.splits import Splits
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.encoders import decode_rgb, encode_jpg
from longtail.annotate.dataset.merge import merge
from longtail.annotate.errors import ConfigError, DatasetError
from longtail.annotate.labels.shown import Shown
from longtail.annotate.mixing.mix import Mixture, Recipe
from longtail.annotate.mixing.real_set import RealSet
from longtail.annotate.mixing.scaled import annotation
from longtail.annotate.pixels.scaled import picture as scaled
from longtail.command_line import main
from tests.annotate.pictures import info
from tests.annotate.stage import show, store, tree

WIDTH, HEIGHT = 128, 96
MASK = np.zeros((HEIGHT, WIDTH), dtype=np.uint8)
MASK[20:60, 30:90] = 1
MASK[30:50, 40:60] = 0


@pytest.fixture(scope="module")
def synthetic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine frames of three scenes: nothing; a person, a car and a sign; a bus and a cone that nobody could annotate."""
    root = tmp_path_factory.mktemp("mix") / "out"
    frames = [dataclasses.replace(frame, shown=Shown(frame.index // 3)) for frame in show(9)]
    store(root, frames, info(9))
    merge(root)
    return root


def coco() -> dict[str, Any]:
    code = {"size": [HEIGHT, WIDTH], "counts": coco_mask.encode(np.asfortranarray(MASK))["counts"].decode("ascii")}
    ends = np.flatnonzero(np.diff(MASK.ravel(order="F"))) + 1
    runs = {"size": [HEIGHT, WIDTH], "counts": np.diff([0, *ends, MASK.size]).tolist()}
    box = {"bbox": [30, 20, 60, 40], "area": int(MASK.sum()), "iscrowd": 0}
    return {
        "licenses": [{"id": 7, "name": "CC BY 2.0", "url": "https://example.com"}],
        "categories": [
            {"id": 3, "name": "Person"}, {"id": 5, "name": "automobile"}, {"id": 9, "name": "zebra"},
        ],
        "images": [
            {"id": 42, "file_name": "a.png", "width": WIDTH, "height": HEIGHT, "license": 7},
            {"id": 17, "file_name": "b.jpg", "width": 64, "height": 48},
        ],
        "annotations": [
            {"id": 1, "image_id": 42, "category_id": 5, **box, "segmentation": code},
            {"id": 2, "image_id": 42, "category_id": 5, **box, "segmentation": runs, "iscrowd": 1},
            {"id": 3, "image_id": 42, "category_id": 3, **box, "segmentation": [[30, 20, 90, 20, 90, 60, 30, 60]]},
            {"id": 4, "image_id": 42, "category_id": 9, **box, "segmentation": []},
            {"id": 5, "image_id": 17, "category_id": 3, "bbox": [1, 2, 1.5, 1.5], "area": 2.25},
        ],
    }  # fmt: skip


def rgb(width: int, height: int) -> np.ndarray[Any, Any]:
    return np.random.default_rng(width).integers(0, 256, (height, width, 3), dtype=np.uint8)


def staged_real_set(folder: Path) -> Path:
    """Two pictures and their annotations in a new folder."""
    (folder / "images").mkdir(parents=True)
    cv2.imwrite(str(folder / "images/a.png"), rgb(WIDTH, HEIGHT)[..., ::-1])
    cv2.imwrite(str(folder / "images/b.jpg"), rgb(64, 48)[..., ::-1])
    (folder / "instances.json").write_text(json.dumps(coco()))
    return folder / "instances.json"


@pytest.fixture
def real(tmp_path: Path) -> Path:
    return staged_real_set(tmp_path / "real")


def told(*words: object) -> tuple[int, str]:
    answer = CliRunner().invoke(main, [str(word) for word in words])
    return answer.exit_code, answer.output


def mixed(synthetic: Path, real: Path, out: Path, *options: object) -> tuple[dict[str, Any], str]:
    status, said = told("mix", synthetic, real, "-o", out, "--rename", "automobile=car", *options)
    assert status == 0, said
    return json.loads((out / "annotations/instances.json").read_bytes()), said


def test_both_are_there_with_the_classes_that_both_have(synthetic: Path, real: Path, tmp_path: Path) -> None:
    made, said = mixed(synthetic, real, tmp_path / "mix", "--ratio", 1.5)
    sources = [image["source"] for image in made["images"]]
    assert sources == ["synthetic"] * 3 + ["real"] * 2
    assert [row["name"] for row in made["categories"]] == ["person", "car"]
    assert [row["id"] for row in made["categories"]] == [1, 2]
    assert "left out, as the other set does not have it: zebra of the real one" in said
    assert "of the synthetic one" in said
    assert said.endswith("3 synthetic pictures and 2 real ones, 2 classes: person, car\n")
    files = {image["source_file"] for image in made["images"]}
    assert {"a.png", "b.jpg"} < files
    for image in made["images"]:
        picture = decode_rgb((tmp_path / "mix/images" / image["file_name"]).read_bytes())
        assert picture.shape == (image["height"], image["width"], 3)
    licences = {row["id"]: row["name"] for row in made["licenses"]}
    by_file = {image["source_file"]: licences.get(image["license"]) for image in made["images"]}
    assert (by_file["a.png"], by_file["b.jpg"]) == ("CC BY 2.0", None)
    assert all(name == "CC BY 4.0" for file, name in by_file.items() if file.startswith("images/"))


def test_synthetic_labels_are_those_to_train_on(synthetic: Path, real: Path, tmp_path: Path) -> None:
    made, _ = mixed(synthetic, real, tmp_path / "mix", "--ratio", 4.5)
    names = {row["id"]: row["name"] for row in made["categories"]}
    whole = json.loads((synthetic / "annotations/instances.json").read_bytes())
    of_frame = {image["id"]: image["file_name"] for image in whole["images"]}
    kinds = {row["id"]: row["name"] for row in whole["categories"]}
    expected = sorted(
        (of_frame[row["image_id"]], kinds[row["category_id"]], row["bbox"], row["segmentation"]["counts"])
        for row in whole["annotations"]
        if kinds[row["category_id"]] in ("person", "car")
    )
    images = {image["id"]: image for image in made["images"] if image["source"] == "synthetic"}
    rows = [row for row in made["annotations"] if row["image_id"] in images]
    files = [Path(images[row["image_id"]]["source_file"]).name for row in rows]
    found = sorted(
        (file, names[row["category_id"]], row["bbox"], row["segmentation"]["counts"])
        for file, row in zip(files, rows, strict=True)
    )
    assert found == expected


def test_both_are_scaled_by_the_same_steps(synthetic: Path, real: Path, tmp_path: Path) -> None:
    made, _ = mixed(synthetic, real, tmp_path / "mix", "--ratio", 1, "--size", 32)
    assert {(image["width"], image["height"]) for image in made["images"]} == {(32, 24)}
    images = {image["source_file"]: image for image in made["images"]}
    for file, before in (("a.png", rgb(WIDTH, HEIGHT)), (next(iter(images)), None)):
        source = before if before is not None else Dataset.open(synthetic).read("images", int(Path(file).stem))
        wanted = encode_jpg(np.asarray(cv2.resize(source, (32, 24), interpolation=cv2.INTER_AREA)))
        assert (tmp_path / "mix/images" / images[file]["file_name"]).read_bytes() == wanted
    rows = [row for row in made["annotations"] if row["image_id"] == images["a.png"]["id"]]
    assert [row["bbox"] for row in rows] == [[7.5, 5.0, 15.0, 10.0]] * 3
    assert [row["iscrowd"] for row in rows] == [0, 1, 0]
    assert all(row["area"] == MASK.sum() / 16 for row in rows)
    for row in rows[:2]:
        mask = coco_mask.decode(row["segmentation"])
        # Rows 5 to 14; of the columns 7 (half of it, 30 and 31) to 21, and 22 by half again. The hole has half of the
        # rows 7 and 12, which stay, and all of columns 10 to 14.
        ring = np.zeros((24, 32), dtype=np.uint8)
        ring[5:15, 7:23] = 1
        ring[8:12, 10:15] = 0
        assert np.array_equal(mask, ring)
    assert rows[2]["segmentation"] == [[7.5, 5, 22.5, 5, 22.5, 15, 7.5, 15]]
    # The person of one and a half pixels in b.jpg is less than one now.
    assert not [row for row in made["annotations"] if row["image_id"] == images["b.jpg"]["id"]]


def test_a_scaled_mask_lies_where_its_thing_does_in_the_scaled_picture() -> None:
    before, after = (64, 48), (16, 12)
    whole = np.zeros((48, 64), dtype=np.uint8)
    whole[6:38, 10:50] = 255
    small = scaled(np.repeat(whole[..., None], 3, axis=2), after)[..., 0]
    made = annotation(_thing(whole), before, after)
    assert made is not None
    # White by half or more, which a pixel up and left of each of these is not.
    assert np.array_equal(coco_mask.decode(made["segmentation"]), small >= 127)


def test_what_is_thinner_than_a_pixel_keeps_a_mask() -> None:
    pole = np.zeros((48, 64), dtype=np.uint8)
    pole[4:44, 21] = 1
    made = annotation(_thing(pole), (64, 48), (16, 12))
    assert made is not None
    found = coco_mask.decode(made["segmentation"])
    assert np.argwhere(found).tolist() == [[row, 5] for row in range(1, 11)]


def _thing(mask: np.ndarray[Any, Any]) -> dict[str, Any]:
    """A COCO annotation of what is not 0 in a mask (H, W)."""
    code = coco_mask.encode(np.asfortranarray(mask > 0).astype(np.uint8, order="F"))
    size = {"size": list(mask.shape), "counts": code["counts"].decode("ascii")}
    return {"bbox": coco_mask.toBbox(code).tolist(), "area": int((mask > 0).sum()), "segmentation": size}


def test_somebody_elses_reader_takes_it(synthetic: Path, real: Path, tmp_path: Path) -> None:
    mixed(synthetic, real, tmp_path / "mix", "--ratio", 2, "--size", 48)
    read = COCO(str(tmp_path / "mix/annotations/instances.json"))
    assert sorted(read.getImgIds()) == list(range(1, 7))
    for row in read.loadAnns(read.getAnnIds()):
        if row["segmentation"]:
            assert read.annToMask(row).sum() > 0


def test_scenes_are_taken_in_turn_and_the_same_each_time(synthetic: Path, real: Path) -> None:
    dataset, other = Dataset.open(synthetic), RealSet.read(real)
    recipe = Recipe(1.5, renamed={"automobile": "car"})
    mixture = Mixture.of(dataset, other, recipe)
    assert mixture.frames == Mixture.of(dataset, other, recipe).frames
    assert sorted(FrameValues(dataset, index)["scene"] for index in mixture.frames) == [0, 1, 2]
    assert list(mixture.files()) == list(mixture.files())


def test_of_decided_splits_the_scenes_to_train_on_are_taken(synthetic: Path, real: Path, tmp_path: Path) -> None:
    split = tmp_path / "split"
    shutil.copytree(synthetic, split)
    (split / "splits.json").write_bytes(Splits(1 / 3, 1 / 3, 1 / 3, {0: "val", 1: "train", 2: "test"}).dumps())

    def frames(out: str, *options: object) -> list[int]:
        made, _ = mixed(split, real, tmp_path / out, *options)
        return [int(Path(one["source_file"]).stem) for one in made["images"] if one["source"] == "synthetic"]

    assert frames("mix", "--ratio", 1.5) == [3, 4, 5]
    assert frames("test", "--ratio", 1.5, "--split", "test") == [6, 7, 8]
    assert frames("all", "--ratio", 4.5, "--split", "all") == list(range(9))
    status, said = told("mix", split, real, "-o", tmp_path / "many", "--rename", "automobile=car", "--ratio", 2)
    assert (status, "got 3 frames of the split train" in " ".join(said.split())) == (2, True), said
    options = ["--ratio", 1, "--split", "val", "--rename", "automobile=car"]
    status, said = told("mix", synthetic, real, "-o", tmp_path / "none", *options)
    assert (status, "run longtail split first" in " ".join(said.split())) == (2, True), said
    assert not (tmp_path / "many").exists()
    assert not (tmp_path / "none").exists()


def test_frames_that_a_run_still_owes_are_told(synthetic: Path, real: Path, tmp_path: Path) -> None:
    half, whole = tmp_path / "half", tmp_path / "whole"
    for copy in (half, whole):
        shutil.copytree(synthetic, copy)
    (half / "frames/000004.json").unlink()
    note = f"{half}: 1 of the 9 frames asked for is not there; "

    def words(command: str, frames: Path) -> list[object]:
        options: dict[str, list[object]] = {
            "split": [frames, 0.4, 0.3, 0.3],
            "export": [frames, "--to", "coco", "-o", tmp_path / f"{frames.name} coco"],
            "mix": [frames, real, "-o", tmp_path / f"{frames.name} mix", "--ratio", 0.5],
        }
        return [command, *options[command]]

    for command, rest in (
        ("split", "scenes that are still to come will have no split"),
        ("export", "those that are there are exported"),
        ("mix", "those that are there are taken"),
    ):
        status, said = told(*words(command, half))
        assert (status, note + rest in said) == (0, True), said
        status, said = told(*words(command, whole))
        assert (status, "asked for" in said) == (0, False), said


def test_neither_set_is_touched(synthetic: Path, real: Path, tmp_path: Path) -> None:
    before = tree(synthetic), tree(real.parent)
    mixed(synthetic, real, tmp_path / "mix", "--ratio", 1)
    assert (tree(synthetic), tree(real.parent)) == before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--ratio", 5], r"expected 10 frames beside 2 real pictures, got 9 frames; render more, or ask for a --ratio"),
        (["--ratio", 0], "--ratio: expected synthetic pictures for each real one, over 0, got 0"),
        (["--ratio", 1, "--size", 3], "--size: expected 16 pixels or more, got 3"),
        (["--ratio", 1, "--rename", "persn=person"], "did you mean person"),
        (["--ratio", 1, "--rename", "person"], "expected OLD=NEW, as in van=car, got 'person'"),
    ],
)
def test_what_cannot_be_mixed_is_refused(
    synthetic: Path, real: Path, tmp_path: Path, options: list[object], said: str
) -> None:
    status, answer = told("mix", synthetic, real, "-o", tmp_path / "mix", *options)
    assert (status, said in " ".join(answer.split())) == (2, True), answer
    assert not (tmp_path / "mix").exists()


def _polygon(raw: dict[str, Any], line: list[float]) -> None:
    raw["annotations"][2].update(segmentation=[line])


def _predictions(raw: dict[str, Any]) -> None:
    raw.clear()
    raw.update(images=[], annotations=[])


BROKEN: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "no images": (lambda raw: raw.pop("images"), "'images' is missing"),
    "a strange category": (
        lambda raw: raw["annotations"][0].update(category_id=77),
        "annotation 1: expected a category_id of a category, got 77",
    ),
    "a strange image": (
        lambda raw: raw["annotations"][0].update(image_id=77),
        "annotation 1: expected an image_id of an image, got 77",
    ),
    "a box of three": (lambda raw: raw["annotations"][0].update(bbox=[1, 2, 3]), "expected a bbox"),
    "a path that leaves": (lambda raw: raw["images"][0].update(file_name="../a.png"), "inside the set's folder"),
    "no pictures": (
        lambda raw: [image.update(file_name="c.png") for image in raw["images"]],
        "expected its pictures beside it",
    ),
    "one picture too few": (lambda raw: raw["images"][1].update(file_name="c.png"), "c.png: expected a picture"),
    "another size": (lambda raw: raw["images"][1].update(width=60), "expected a picture of 60x48 pixels"),
    "the first picture missing": (lambda raw: raw["images"][0].update(file_name="c.png"), "c.png: expected a picture"),
    "predictions": (_predictions, "'categories' is missing"),
    "an id of two categories": (lambda raw: raw["categories"][1].update(id=3), "got 3 for person and automobile"),
    "an id without end": (lambda raw: raw["categories"][0].update(id=math.inf), "expected a whole number as id"),
    "a width without end": (lambda raw: raw["images"][0].update(width=math.inf), "image 42: expected a whole number"),
    "two images of an id": (lambda raw: raw["images"][1].update(id=42), "image 42: another image has this id"),
    "an image that is a number": (
        lambda raw: raw["images"].append(3),
        "image number 3 of the file: expected an object",
    ),
    "a name too long": (lambda raw: raw["images"][1].update(file_name="a" * 5000), "expected a picture of"),
    "a licence that is a list": (lambda raw: raw["images"][0].update(license=[7]), "image 42: expected the id of one"),
    "licences without ids": (lambda raw: raw.update(licenses=[{"id": [1]}]), "expected an id of each of the licenses"),
    "an annotation that is none": (lambda raw: raw["annotations"].append(None), "expected an object, got null"),
    "a box elsewhere": (lambda raw: raw["annotations"][0].update(bbox=[500, 0, 5, 5]), "in the picture of 128x96"),
    "an area that is no number": (lambda raw: raw["annotations"][0].update(area=math.nan), "expected an area of 0"),
    "a crowd of words": (lambda raw: raw["annotations"][0].update(iscrowd="yes"), "expected 0 or 1 as iscrowd"),
    "a polygon that ends nowhere": (lambda raw: _polygon(raw, [1, 2, 3, math.nan, 5, 6]), "expected polygons as lists"),
    "a polygon without its last y": (lambda raw: _polygon(raw, [1, 2, 3, 4, 5]), "annotation 3: expected polygons"),
    "runs of less than the picture": (
        lambda raw: raw["annotations"][1]["segmentation"].update(counts=[0, 10]),
        "annotation 2: expected runs of 12288 pixels in all, got [0, 10]",
    ),
    "a code that is none": (
        lambda raw: raw["annotations"][0]["segmentation"].update(counts="\xff"),
        "annotation 1: Invalid RLE mask representation",
    ),
    "a mask of another size": (
        lambda raw: raw["annotations"][0]["segmentation"].update(size=[9, 9]),
        "expected a mask of 128x96 pixels, got 9x9",
    ),
}


@pytest.mark.parametrize(("change", "said"), BROKEN.values(), ids=BROKEN.keys())
def test_a_real_set_is_not_trusted(
    synthetic: Path, real: Path, tmp_path: Path, change: Callable[[dict[str, Any]], object], said: str
) -> None:
    raw = coco()
    change(raw)
    real.write_text(json.dumps(raw))
    for options in (["--size", 32], []):  # what is not scaled is looked at as closely
        words = ["mix", synthetic, real, "-o", tmp_path / "mix", "--ratio", 1, "--rename", "automobile=car", *options]
        status, answer = told(*words)
        assert (status, said in " ".join(answer.split())) == (2, True), answer
    assert not [path for path in tmp_path.iterdir() if "mix" in path.name]


def test_sets_without_a_class_in_common(synthetic: Path, real: Path) -> None:
    raw = coco()
    raw["categories"][0]["name"] = "pedestrian"
    real.write_text(json.dumps(raw))
    with pytest.raises(DatasetError, match=r"expected a category .* got pedestrian, automobile, zebra"):
        Mixture.of(Dataset.open(synthetic), RealSet.read(real), Recipe())


def test_a_file_that_is_no_coco(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("[]")
    for name in ("a.json", "none.json"):
        with pytest.raises(DatasetError, match="expected"):
            RealSet.read(tmp_path / name)
    with pytest.raises(ConfigError):
        Recipe(float("nan"))
