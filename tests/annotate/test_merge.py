"""Merging: pycocotools reads it, shards give the bytes of one run, and runs that are not one are refused."""

from __future__ import annotations

import contextlib
import io
import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from longtail.annotate.check import check
from longtail.annotate.dataset import Dataset
from longtail.annotate.errors import DatasetError
from longtail.annotate.layout import record_path
from longtail.annotate.merge import merge
from longtail.annotate.shards import merge_datasets
from longtail.annotate.taxonomy import BY_ID
from tests.annotate.flood import flooded
from tests.annotate.pictures import Board, info, picture
from tests.annotate.stage import dataset, show, store, tree


def coco(path: Path) -> COCO:
    with contextlib.redirect_stdout(io.StringIO()):
        return COCO(str(path))


def test_pycocotools_reads_the_masks_that_the_pngs_hold(tmp_path: Path) -> None:
    root = dataset(tmp_path)
    instances = coco(root / "annotations/instances.json")
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
    assert {category["id"] for category in instances.cats.values()} == {c.id for c in BY_ID.values() if c.is_thing}
    assert instances.dataset["licenses"][0]["name"] == "CC BY 4.0"


def test_panoptic_segments_are_those_of_the_png(tmp_path: Path) -> None:
    root = dataset(tmp_path)
    panoptic = json.loads((root / "annotations/panoptic.json").read_bytes())
    opened = Dataset.open(root)
    assert [annotation["image_id"] for annotation in panoptic["annotations"]] == [1, 2, 3]
    assert len(panoptic["categories"]) == len(BY_ID)
    for annotation in panoptic["annotations"]:
        segments = opened.read("panoptic", annotation["image_id"] - 1)
        assert (root / "annotations/panoptic" / annotation["file_name"]).exists()
        assert {s["id"]: s["area"] for s in annotation["segments_info"]} == dict(
            zip(*(values.tolist() for values in np.unique(segments, return_counts=True)), strict=True)
        )


def test_ignored_things_are_flagged_or_left_out_of_coco_and_nothing_else(tmp_path: Path) -> None:
    roots = {}
    for ignored in ("keep", "drop"):
        root = roots[ignored] = tmp_path / ignored
        store(root, [flooded(index=0), flooded(index=1)], info(2, ignored=ignored))
        assert merge(root).annotations == {"keep": 6, "drop": 2}[ignored]
        assert check(root) == []
    flagged = coco(roots["keep"] / "annotations/instances.json").anns
    assert {(row["instance_id"], row["ignore"]) for row in flagged.values()} == {(1, 0), (2, 1), (3, 1)}
    assert {row["iscrowd"] for row in flagged.values()} == {0}
    left = coco(roots["drop"] / "annotations/instances.json").anns
    assert [(number, row["instance_id"], row["ignore"]) for number, row in left.items()] == [(1, 1, 0), (2, 1, 0)]
    kept, dropped = tree(roots["keep"]), tree(roots["drop"])
    assert {path for path in kept if kept[path] != dropped[path]} == {"dataset.json", "annotations/instances.json"}


def test_what_pycocotools_makes_of_ignored_things(tmp_path: Path) -> None:
    """COCOeval reads `ignore` and then overwrites it by `iscrowd`: the recipe of docs/labels.md is needed."""
    store(tmp_path, [flooded()], info(1))
    merge(tmp_path)
    truth = coco(tmp_path / "annotations/instances.json")
    with contextlib.redirect_stdout(io.StringIO()):
        found = truth.loadRes([{**row, "score": 0.9} for row in truth.anns.values() if not row["ignore"]])
        plain, scored = COCOeval(truth, found, "segm"), COCOeval(truth, found, "segm")
        ignored = {number for number, row in truth.anns.items() if row["ignore"]}
        for run in (plain, scored):
            prepare = run._prepare
            if run is scored:

                def flagged(run: COCOeval = run, prepare: Callable[[], None] = prepare) -> None:
                    prepare()
                    for row in (row for rows in run._gts.values() for row in rows):
                        row["ignore"] = int(row["id"] in ignored)

                run._prepare = flagged
            run.evaluate()
            run.accumulate()
            run.summarize()
    # The sign and the person are ignored: they are misses where the flag does not count. One car of three classes.
    assert plain.stats[0] == pytest.approx(1 / 3, abs=0.01)
    assert scored.stats[0] == pytest.approx(1)


@pytest.mark.parametrize("frames", [0, 1])
def test_datasets_without_a_thing_are_still_coco(tmp_path: Path, frames: int) -> None:
    root = dataset(tmp_path, frames)
    assert coco(root / "annotations/instances.json").dataset["annotations"] == []
    assert len(json.loads((root / "annotations/panoptic.json").read_bytes())["images"]) == frames


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


@pytest.mark.parametrize("links", [True, False])
def test_shards_merge_to_the_bytes_of_one_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool) -> None:
    if not links:

        def refuse(*_: object, **__: object) -> None:
            raise OSError(18, "Invalid cross-device link")

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


def test_a_shard_with_a_lost_file_is_refused(tmp_path: Path) -> None:
    store(tmp_path / "a", show(1), info(1))
    (tmp_path / "a/depth/000000.png").unlink()
    with pytest.raises(DatasetError, match=r"depth/000000\.png: expected \d+ bytes, got no readable file"):
        merge_datasets([tmp_path / "a"], tmp_path / "out")
    assert not (tmp_path / "out" / record_path(0)).exists()
