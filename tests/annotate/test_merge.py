"""Merging: pycocotools reads it, shards give the bytes of one run, and runs that are not one are refused."""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import io
import json
import os
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pytest
from click.testing import CliRunner
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from longtail.annotate.check.check import check
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.files import Folder
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.dataset.merge import merge
from longtail.annotate.dataset.record import dumps
from longtail.annotate.dataset.shards import merge_datasets
from longtail.annotate.errors import DatasetError, StorageError
from longtail.command_line import main
from tests.annotate.flood import CAR, FAR, flooded
from tests.annotate.pictures import TAXONOMY, Board, info, picture
from tests.annotate.stage import dataset, show, store, tree


def coco(path: Path) -> COCO:
    with contextlib.redirect_stdout(io.StringIO()):
        return COCO(str(path))


def test_pycocotools_reads_the_masks_that_the_pngs_hold(tmp_path: Path) -> None:
    root = dataset(tmp_path)
    instances = coco(root / "annotations/instances_all.json")
    opened = Dataset.open(root)
    assert sorted(instances.anns) == [1, 2, 3, 4, 5]
    assert sorted(instances.imgs) == [1, 2, 3]
    for image_id, image in instances.imgs.items():
        assert (root / "images" / image["file_name"]).exists()
        assert image["frame"] == image_id - 1
        assert image["condition"] == "clear"
        masks, semantic = opened.read("instance", image["frame"]), opened.read("semantic", image["frame"])
        owned = np.zeros_like(masks)
        for annotation in instances.loadAnns(instances.getAnnIds(imgIds=[image_id])):
            mask = instances.annToMask(annotation).astype(bool)
            assert np.array_equal(mask, masks == annotation["instance_id"])
            assert annotation["area"] == mask.sum()
            assert set(np.unique(semantic[mask])) == {annotation["category_id"]}
            owned[mask] = annotation["instance_id"]
        assert np.array_equal(owned, masks)
    assert {category["id"] for category in instances.cats.values()} == set(range(1, 11))
    assert instances.dataset["licenses"][0]["name"] == "CC BY 4.0"


def test_panoptic_segments_are_those_of_the_png(tmp_path: Path) -> None:
    root = dataset(tmp_path)
    panoptic = json.loads((root / "panoptic/panoptic.json").read_bytes())
    opened = Dataset.open(root)
    assert [annotation["image_id"] for annotation in panoptic["annotations"]] == [1, 2, 3]
    assert len(panoptic["categories"]) == len(TAXONOMY)
    for annotation in panoptic["annotations"]:
        segments = opened.read("panoptic", annotation["image_id"] - 1)
        assert (root / "panoptic" / annotation["file_name"]).exists()
        assert {s["id"]: s["area"] for s in annotation["segments_info"]} == dict(
            zip(*(values.tolist() for values in np.unique(segments, return_counts=True)), strict=True)
        )


def test_what_nobody_could_annotate_is_not_in_the_file_that_trainers_read(tmp_path: Path) -> None:
    """A car in the flood counts; a sign and a far person, of each of two frames, are lost in the fog."""
    store(tmp_path, [flooded(index=0), flooded(index=1)], info(2))
    merged = merge(tmp_path)
    assert (merged.annotations, merged.ignored) == (6, 4)
    assert check(tmp_path) == []
    train = coco(tmp_path / "annotations/instances.json")
    everything = coco(tmp_path / "annotations/instances_all.json")
    assert [(number, row["image_id"], row["instance_id"]) for number, row in train.anns.items()] == [
        (1, 1, 1),
        (4, 2, 1),
    ]
    # detectron2 refuses the key `ignore`; no trainer knows the reasons.
    assert not {key for row in train.anns.values() for key in row} & {"ignore", "ignored_for"}
    assert {row["iscrowd"] for row in train.anns.values()} == {0}
    assert [row["iscrowd"] for row in everything.anns.values()] == [0, 1, 1, 0, 1, 1]
    for number, row in everything.anns.items():
        assert bool(row["ignored_for"]) == bool(row["iscrowd"])
        assert "ignore" not in row
        if number in train.anns:
            assert {key: value for key, value in row.items() if key != "ignored_for"} == train.anns[number]
    assert train.imgs == everything.imgs
    assert train.cats == everything.cats


def test_an_image_stays_where_all_its_things_are_ignored(tmp_path: Path) -> None:
    store(tmp_path, [flooded([FAR])], info(1))
    assert merge(tmp_path).ignored == 1
    train = coco(tmp_path / "annotations/instances.json")
    assert (list(train.imgs), train.anns) == ([1], {})


def test_panoptic_segments_of_ignored_things_are_crowds(tmp_path: Path) -> None:
    """Trainers make void of a crowd, and the panoptic quality counts it neither way."""
    store(tmp_path, [flooded()], info(1))
    merge(tmp_path)
    rows = json.loads((tmp_path / "panoptic/panoptic.json").read_bytes())["annotations"][0]["segments_info"]
    assert {row["id"] & 0xFFFF: row["iscrowd"] for row in rows if row["id"] & 0xFFFF} == {1: 0, 2: 1, 3: 1}
    assert {row["iscrowd"] for row in rows if not row["id"] & 0xFFFF} == {0}


@pytest.mark.parametrize("name", ['x", "iscrowd": 1, "ignored_for": ["area"]}', "ignore", '"ignore": 1', "\\", "車\n"])
def test_no_name_of_an_asset_is_taken_for_a_flag(tmp_path: Path, name: str) -> None:
    frame = picture([Board(1, "car", 10, 20, 30, 12, 20.0)])
    things = tuple(dataclasses.replace(item, asset=name) if item.id == 1 else item for item in frame.objects)
    store(tmp_path, [dataclasses.replace(frame, objects=things)], info(1))
    assert merge(tmp_path).ignored == 0
    assert [row["asset"] for row in coco(tmp_path / "annotations/instances.json").anns.values()] == [name]


@pytest.mark.parametrize(
    ("key", "value"), [("ignore_x", 1), ("iscrowd_x", 1), ("ignored_for", "area"), ("iscrowd", 10), ("iscrowd", True)]
)
def test_an_annotation_that_ends_otherwise_is_refused_and_found(tmp_path: Path, key: str, value: object) -> None:
    root = dataset(tmp_path)
    path = root / record_path(1)
    record = json.loads(path.read_bytes())
    del record["sha256"]
    record["annotations"][0][key] = value
    path.write_bytes(dumps(record))
    with pytest.raises(
        DatasetError, match=r"000001\.json: expected an annotation that ends in iscrowd and ignored_for"
    ):
        merge(root)
    assert any("iscrowd" in finding.came for finding in check(root))


@pytest.mark.parametrize("kind", ["bbox", "segm"])
def test_ignored_things_count_neither_as_hits_nor_as_misses(tmp_path: Path, kind: str) -> None:
    """The recipe of docs/labels.md: COCOeval as it is, on instances_all.json.

    Two cars, one of them lost in the fog, and a detector that sees both: with the second one gone from the truth its
    detection is a false alarm, and half of what is found at any recall is wrong, because it comes first.
    """
    store(tmp_path, [flooded([CAR, Board(2, "car", 44, 12, 16, 12, 9.0)])], info(1))
    merge(tmp_path)
    everything = coco(tmp_path / "annotations/instances_all.json")
    train = coco(tmp_path / "annotations/instances.json")
    assert (len(everything.anns), len(train.anns)) == (2, 1)
    both = [{**row, "score": 0.9 if row["iscrowd"] else 0.8} for row in everything.anns.values()]
    assert average_precision(everything, both, kind) == pytest.approx(1)
    assert average_precision(train, both, kind) == pytest.approx(0.5)
    # Nor is a thing missed that nobody could see.
    assert average_precision(everything, both[:1], kind) == pytest.approx(1)


def average_precision(truth: COCO, found: list[dict[str, Any]], kind: str) -> float:
    with contextlib.redirect_stdout(io.StringIO()):
        run = COCOeval(truth, truth.loadRes(found), kind)
        run.evaluate()
        run.accumulate()
        run.summarize()
    return float(run.stats[0])


def test_what_an_earlier_version_wrote_is_refused_in_words(tmp_path: Path) -> None:
    root = dataset(tmp_path)
    about = root / "dataset.json"
    about.write_bytes(about.read_bytes().replace(b"longtail.dataset.4", b"longtail.dataset.2"))
    with pytest.raises(
        DatasetError, match=r"format longtail\.dataset\.4, got longtail\.dataset\.2, which another version"
    ):
        Dataset.open(root)
    assert "longtail.dataset.2, which another version" in str(check(root)[0])


@pytest.mark.parametrize("frames", [0, 1])
def test_datasets_without_a_thing_are_still_coco(tmp_path: Path, frames: int) -> None:
    root = dataset(tmp_path, frames)
    assert coco(root / "annotations/instances.json").dataset["annotations"] == []
    assert len(json.loads((root / "panoptic/panoptic.json").read_bytes())["images"]) == frames


def test_only_asked_for_documents_are_written(tmp_path: Path) -> None:
    dataset(tmp_path, outputs=("semantic",))
    assert not (tmp_path / "annotations").exists()


def test_merging_twice_gives_the_same_bytes_and_says_what_is_missing(tmp_path: Path) -> None:
    root = dataset(tmp_path, 4)
    before = tree(root)
    (root / record_path(2)).unlink()
    merged = merge(root)
    assert (merged.frames, merged.missing) == (3, (2,))
    (root / record_path(2)).write_bytes(before[record_path(2)])
    assert merge(root).annotations == 5
    assert tree(root) == before


def test_a_damaged_record_stops_the_merge_and_leaves_the_old_files(tmp_path: Path) -> None:
    root = dataset(tmp_path)
    before = tree(root)["annotations/instances.json"]
    record = root / record_path(1)
    record.write_bytes(record.read_bytes()[:500])
    with pytest.raises(DatasetError, match=r"000001\.json: expected a frame record that ends in its sha256"):
        merge(root)
    after = tree(root)
    assert after["annotations/instances.json"] == before
    assert not [path for path in after if path.endswith(".tmp")]


def test_a_record_under_another_frames_name_stops_the_merge(tmp_path: Path) -> None:
    root = dataset(tmp_path)
    (root / record_path(1)).write_bytes((root / record_path(2)).read_bytes())
    with pytest.raises(DatasetError, match="expected the record of frame 1, got b'2'"):
        merge(root)


def refuse(*_: object, **__: object) -> None:
    raise OSError(errno.EXDEV, "Invalid cross-device link")


@pytest.mark.parametrize("links", [True, False])
def test_shards_merge_to_the_bytes_of_one_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool) -> None:
    if not links:
        monkeypatch.setattr(os, "link", refuse)
    whole = dataset(tmp_path / "whole", 7)
    frames, about = show(7), info(7)
    for number in range(3):
        store(tmp_path / f"shard{number}", frames[number::3], about)
    merged = merge_datasets([tmp_path / f"shard{number}" for number in (2, 0, 1)], tmp_path / "out")
    assert (merged.frames, merged.missing) == (7, ())
    assert tree(tmp_path / "out") == tree(whole)
    # Once more into the same folder, and from overlapping inputs: nothing changes.
    merge_datasets([whole, tmp_path / "shard1"], tmp_path / "out")
    assert tree(tmp_path / "out") == tree(whole)


@pytest.mark.parametrize("count", [1, 3, 7])
def test_any_number_of_shards_merges_to_the_same_bytes(tmp_path: Path, count: int) -> None:
    whole = dataset(tmp_path / "whole", 8)
    for number in range(count):
        store(tmp_path / f"shard{number}", show(8)[number::count], info(8))
    merge_datasets([tmp_path / f"shard{number}" for number in range(count)], tmp_path / "out")
    assert tree(tmp_path / "out") == tree(whole)


def test_an_input_may_be_the_output(tmp_path: Path) -> None:
    whole = dataset(tmp_path / "whole", 4)
    store(tmp_path / "a", show(4)[:2], info(4))
    store(tmp_path / "b", show(4)[2:], info(4))
    merge_datasets([tmp_path / "a", tmp_path / "b"], tmp_path / "a")
    assert tree(tmp_path / "a") == tree(whole)


def test_the_same_frame_with_other_content_is_refused(tmp_path: Path) -> None:
    store(tmp_path / "a", show(1), info(1))
    store(tmp_path / "b", [picture([Board(5, "car", 1, 1, 4, 4)], 0)], info(1))
    with pytest.raises(DatasetError, match=r"frame 0 is already in .* with other content"):
        merge_datasets([tmp_path / "a", tmp_path / "b"], tmp_path / "out")


def test_other_runs_are_refused_with_what_differs(tmp_path: Path) -> None:
    store(tmp_path / "a", [], info(1))
    store(tmp_path / "b", [], info(1, digest="d2", seed=8, config={"scenario": "tabletop"}))
    with pytest.raises(
        DatasetError, match=r"differ in digest: 'd1' and 'd2'; seed: 7 and 8; config\.scenario: 'boards' and"
    ):
        merge_datasets([tmp_path / "a", tmp_path / "b"], tmp_path / "out")
    assert not (tmp_path / "out").exists()
    store(tmp_path / "c", [], info(1, seed=8))
    with pytest.raises(DatasetError, match="differ in seed: 7 and 8"):
        merge_datasets([tmp_path / "a"], tmp_path / "c")


def test_foreign_folders_are_refused(tmp_path: Path) -> None:
    store(tmp_path / "a", show(1), info(1))
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_bytes(b"cat")
    with pytest.raises(DatasetError, match="expected a new or empty folder"):
        merge_datasets([tmp_path / "a"], tmp_path / "photos")
    with pytest.raises(DatasetError, match="expected a dataset"):
        merge_datasets([tmp_path / "photos"], tmp_path / "out")
    with pytest.raises(DatasetError, match="expected at least one dataset"):
        merge_datasets([], tmp_path / "out")


@pytest.mark.parametrize("harmed", ["depth/000001.png", "images/000001.png", "frames/000001.json"])
def test_a_frame_that_is_damaged_is_left_out_and_named_and_comes_once_it_is_mended(tmp_path: Path, harmed: str) -> None:
    whole = dataset(tmp_path / "whole", 4)
    store(tmp_path / "a", show(4)[0::2], info(4))
    store(tmp_path / "b", show(4)[1::2], info(4))
    sound = (tmp_path / "b" / harmed).read_bytes()
    (tmp_path / "b" / harmed).write_bytes(sound[: len(sound) // 2])
    merged = merge_datasets([tmp_path / "a", tmp_path / "b"], tmp_path / "out")
    assert (merged.frames, merged.missing) == (3, (1,))
    assert [harmed in said for said in merged.damaged] == [True]
    assert Dataset.open(tmp_path / "out").frames() == [0, 2, 3]
    assert [finding.missing for finding in check(tmp_path / "out")] == [1]
    (tmp_path / "b" / harmed).write_bytes(sound)
    assert merge_datasets([tmp_path / "b"], tmp_path / "out").damaged == ()
    assert tree(tmp_path / "out") == tree(whole)


@pytest.mark.parametrize("harmed", ["depth/000001.png", "frames/000001.json"])
@pytest.mark.parametrize("torn", ["a", "b", "out"])
def test_a_frame_that_one_part_has_damaged_is_taken_from_another(tmp_path: Path, harmed: str, torn: str) -> None:
    whole = dataset(tmp_path / "whole", 2)
    for name in ("a", "b", "out"):
        store(tmp_path / name, show(2), info(2))
    (tmp_path / torn / harmed).write_bytes(b"")
    merged = merge_datasets([tmp_path / "a", tmp_path / "b"], tmp_path / "out")
    assert (merged.frames, merged.missing, merged.damaged) == (2, (), ())
    assert tree(tmp_path / "out") == tree(whole)


def test_a_merge_that_was_cut_off_at_its_start_goes_on(tmp_path: Path) -> None:
    whole = dataset(tmp_path / "whole", 2)
    begun = tmp_path / "out"
    (begun / "logs").mkdir(parents=True)
    (begun / "logs" / "lock").write_bytes(b"")
    (begun / "dataset.json.tmp").write_bytes(b"{")
    merge_datasets([whole], begun)
    (begun / "logs" / "lock").unlink()
    assert tree(begun) == tree(whole)


@pytest.mark.parametrize("harmed", ["depth/000001.png", "images/000001.png", "frames/000001.json"])
def test_a_frame_that_the_output_alone_has_and_has_damaged_is_left_out(tmp_path: Path, harmed: str) -> None:
    whole = dataset(tmp_path / "whole", 4)
    store(tmp_path / "out", show(4)[:2], info(4))
    store(tmp_path / "b", show(4)[2:], info(4))
    sound = (tmp_path / "out" / harmed).read_bytes()
    (tmp_path / "out" / harmed).write_bytes(sound[: len(sound) // 2])
    merged = merge_datasets([tmp_path / "b"], tmp_path / "out")
    assert (merged.frames, merged.missing) == (3, (1,))
    assert [harmed in said for said in merged.damaged] == [True]
    assert Dataset.open(tmp_path / "out").frames() == [0, 2, 3]
    assert not [path for path in tree(tmp_path / "out") if "000001" in path]
    assert [finding.missing for finding in check(tmp_path / "out")] == [1]
    merge_datasets([whole], tmp_path / "out")
    assert tree(tmp_path / "out") == tree(whole)


def test_a_merge_says_what_is_damaged_in_its_output_and_ends_with_status_1(tmp_path: Path) -> None:
    store(tmp_path / "out", show(4)[:2], info(4))
    store(tmp_path / "b", show(4)[2:], info(4))
    (tmp_path / "out" / record_path(1)).write_bytes(b"{")
    answer = CliRunner().invoke(main, ["merge", str(tmp_path / "b"), "-o", str(tmp_path / "out")])
    assert answer.exit_code == 1, answer.output
    assert f"damaged, and left out: {tmp_path / 'out' / record_path(1)}: expected a frame record" in answer.output
    assert "not there: 1 frame (1)" in answer.output
    assert (tmp_path / "out" / "report.html").exists()


@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("torn", ["b", "out"])
def test_a_file_of_zeros_as_a_power_cut_leaves_is_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, torn: str, links: bool
) -> None:
    """Its size is the one recorded."""
    if not links:
        monkeypatch.setattr(os, "link", refuse)
    whole = dataset(tmp_path / "whole", 4)
    store(tmp_path / "out", show(4)[:2] if torn == "out" else [], info(4))
    store(tmp_path / "b", show(4)[2:] if torn == "out" else show(4), info(4))
    picture_of_zeros = tmp_path / torn / "images" / "000001.png"
    picture_of_zeros.write_bytes(bytes(picture_of_zeros.stat().st_size))
    merged = merge_datasets([tmp_path / "b"], tmp_path / "out")
    assert merged.missing == (1,)
    assert [f"{picture_of_zeros}: expected sha256" in said for said in merged.damaged] == [True]
    assert not [path for path in tree(tmp_path / "out") if "000001" in path]
    assert merge_datasets([tmp_path / "b", whole], tmp_path / "out").missing == ()
    assert tree(tmp_path / "out") == tree(whole)


@pytest.mark.parametrize("unreadable", ["depth/000001.png", "frames/000001.json"])
@pytest.mark.parametrize("reason", [errno.EIO, errno.ESTALE, errno.ETIMEDOUT])
def test_a_disk_that_fails_is_not_told_as_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unreadable: str, reason: int
) -> None:
    whole = dataset(tmp_path / "whole", 3)
    store(tmp_path / "b", show(3), info(3))
    opened = Folder.open

    def failing(self: Folder, path: str) -> BinaryIO:
        if path == unreadable:
            raise OSError(reason, os.strerror(reason), self.at(path))
        return opened(self, path)

    with monkeypatch.context() as patched:
        patched.setattr(Folder, "open", failing)
        with pytest.raises(StorageError, match=rf"{unreadable}: cannot be read: {os.strerror(reason)}; mend that"):
            merge_datasets([tmp_path / "b"], tmp_path / "out")
    assert not (tmp_path / "out" / "annotations" / "instances.json").exists()
    assert merge_datasets([tmp_path / "b"], tmp_path / "out").damaged == ()
    assert tree(tmp_path / "out") == tree(whole)


def test_of_many_damaged_frames_the_first_are_named_and_the_others_counted(tmp_path: Path) -> None:
    store(tmp_path / "b", show(30), info(30))
    for index in range(2, 30):
        (tmp_path / "b" / record_path(index)).write_bytes(b"{")
    answer = CliRunner().invoke(main, ["merge", str(tmp_path / "b"), "-o", str(tmp_path / "out")])
    assert answer.exit_code == 1, answer.output
    assert answer.output.count("damaged, and left out: ") == 21
    assert "damaged, and left out: 8 more" in answer.output
