"""Records: everything in, everything back, and damage refused in words."""

from __future__ import annotations

import json
import pickle
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from longtail.annotate.dataset.dataset import Dataset, DatasetInfo
from longtail.annotate.dataset.layers import encode
from longtail.annotate.dataset.layout import DATASET, frame_index, frame_name, is_inside, record_path
from longtail.annotate.dataset.merge import frame_lines
from longtail.annotate.dataset.record import dumps, record_of
from longtail.annotate.dataset.record_text import RecordText
from longtail.annotate.dataset.stored import loads
from longtail.annotate.errors import DatasetError
from longtail.annotate.labels.ignore import IgnoreRule
from longtail.annotate.labels.instances import label
from longtail.command_line import main
from tests.annotate.flood import flooded
from tests.annotate.pictures import TAXONOMY, info, picture
from tests.annotate.stage import SHOW, dataset, reseal

FRAME = picture(SHOW[1], index=4)
LABELS = label(FRAME)
PARAMETERS: dict[str, Any] = {
    "weather": "rain",
    "weather.rain.rate_mm_h": 1e-13 + 0.1,
    "objects.vehicle.count": np.int64(3),
    "night": np.bool_(True),
    "camera.size_px": (64, 48),
}


def record(**changes: Any) -> dict[str, Any]:
    files = encode(FRAME, LABELS, ["coco", "panoptic", "depth"])
    return {**record_of(FRAME, LABELS, PARAMETERS, "rain", files, {"mended_px": {"picture": 2}}), **changes}


def test_a_record_reads_back() -> None:
    data = dumps(record())
    assert data == dumps(record())
    stored = loads(data, "here", TAXONOMY)
    assert (stored.index, stored.condition, stored.extra) == (4, "rain", {"mended_px": {"picture": 2}})
    assert stored.parameters["weather.rain.rate_mm_h"] == PARAMETERS["weather.rain.rate_mm_h"]
    assert stored.parameters["objects.vehicle.count"] == 3
    assert stored.parameters["night"] is True
    assert stored.camera.size_px == (64, 48)
    assert [item.id for item in stored.objects] == [1, 2, 7, 900]
    for ours, theirs in zip(sorted(FRAME.objects, key=lambda item: item.id), stored.objects, strict=True):
        assert np.allclose(ours.box_corners_m(), theirs.box_corners_m(), atol=1e-6)
        assert (ours.category, ours.asset, ours.amodal_px) == (theirs.category, theirs.asset, theirs.amodal_px)
        assert stored.visibility[ours.id].visible_px == LABELS.visibility[ours.id].visible_px
    assert stored.objects[0].attributes == {"paint": "red"}
    assert set(stored.files) == {
        "images/000004.png",
        "masks/instance/000004.png",
        "panoptic/000004.png",
        "depth/000004.png",
    }


def test_what_was_measured_reads_back() -> None:
    frame = flooded(index=3)
    labels = label(frame, IgnoreRule(min_area_px=20))
    whole = record_of(frame, labels, {}, "day, flood", {})
    assert whole["image"]["visibility_m"] == whole["conditions"]["visibility_m"] == 120.0
    assert whole["image"]["weather"] == "rain+mist+flood"
    stored = loads(dumps(whole), "here", TAXONOMY)
    assert (stored.conditions, stored.ignore_rule) == (frame.conditions, labels.rule)
    assert stored.appearance == {thing.id: thing.appearance for thing in labels.things}
    assert stored.visibility[1].submerged_fraction == pytest.approx(0.3)
    assert [item.submerged_px for item in stored.objects] == [60, 0, 0, None, None]
    for read, thing in zip(stored.instances, labels.things, strict=True):
        for name in ("id", "category", "bbox", "area", "appearance", "waterline", "counts", "ignore", "ignored_for"):
            assert getattr(read, name) == getattr(thing, name)
        assert read.truncation == pytest.approx(thing.visibility.truncation, abs=1e-6)
        assert (read.asset, read.image_id, read.size) == (thing.item.asset, 4, (48, 64))
        assert np.array_equal(read.mask(), labels.instance == thing.id)


def test_records_of_other_versions_say_what_to_do() -> None:
    with pytest.raises(DatasetError, match=r"got 'longtail.frame.1', which another version .* render the dataset anew"):
        loads(dumps(record(format="longtail.frame.1")), "here", TAXONOMY)
    old = info().dumps().replace(b"longtail.dataset.4", b"longtail.dataset.1")
    with pytest.raises(DatasetError, match=r"got longtail.dataset.1, which another version of Longtail wrote"):
        DatasetInfo.loads(old, "here")


def test_a_record_is_json_with_one_line_per_object() -> None:
    data = dumps(record())
    whole = json.loads(data)
    assert len(whole["objects"]) == 4
    assert sum(line.startswith(b'{"id"') for line in data.splitlines()) == 4 + len(LABELS.segments)


@pytest.mark.parametrize("boards", SHOW)
def test_lines_are_what_parsing_gives(boards: Any) -> None:
    frame = picture(boards)
    labels = label(frame)
    data = dumps(record_of(frame, labels, {"text": 'quotes ", "image": [],\n{'}, "clear", {}))
    whole, text = json.loads(data), RecordText.of(data, "here")
    for key in ("objects", "annotations", "segments_info"):
        assert [json.loads(row) for row in text.rows(key)] == whole[key]
    for key in ("frame", "image", "camera", "parameters"):
        assert json.loads(text.line(key)) == whole[key]


def test_every_damage_to_a_byte_is_noticed() -> None:
    data = dumps(record())
    for place in range(0, len(data), 97):
        damaged = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        with pytest.raises(DatasetError, match="here: "):
            loads(damaged, "here", TAXONOMY)
    for length in (0, 1, 10, len(data) // 2, len(data) - 1):
        with pytest.raises(DatasetError, match="here: expected a frame record that ends in its sha256"):
            loads(data[:length], "here", TAXONOMY)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": "other"}, "format: expected longtail.frame.5, got 'other'"),
        ({"camera": {"model": "eye"}}, "expected a key 'eye'"),
        ({"camera": None}, "here: "),
        ({"objects": [{"id": 1}]}, "expected a key 'category'"),
        ({"files": {"../../etc/passwd": {"bytes": 1, "sha256": ""}}}, "expected a path inside the dataset"),
        ({"files": []}, "here: "),
        ({"frame": None}, "here: "),
    ],
)
def test_sealed_nonsense_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        loads(dumps(record(**changes)), "here", TAXONOMY)


def test_a_category_outside_the_taxonomy_is_refused() -> None:
    odd = record()
    odd["objects"][0]["category"] = "unicorn"
    with pytest.raises(DatasetError, match=r"object 1: expected a category of .* got 'unicorn'"):
        loads(dumps(odd), "here", TAXONOMY)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), np.float32("nan"), {1, 2}, object()])
def test_parameters_that_json_cannot_hold_are_named(value: Any) -> None:
    with pytest.raises(ValueError, match=r"weather\.rain: expected"):
        record_of(FRAME, LABELS, {"weather.rain": value}, "rain", {})


def test_frame_names() -> None:
    assert [frame_name(index) for index in (0, 999_999, 1_000_000)] == ["000000", "999999", "1000000"]
    for name in ("", "5", "0000005", "00000a", "-00001", "\u0660" * 6):
        assert frame_index(name) is None
    assert frame_index("1000000") == 1_000_000
    with pytest.raises(ValueError, match="frame index"):
        frame_name(-1)


@pytest.mark.parametrize(
    "path", ["", ".", "/etc/passwd", "../x", "a/../../x", "a//b", "./a", "a/", "c:\\x", "a\\..\\b", "C:x", "a\0b"]
)
def test_paths_that_leave_the_folder_are_seen(path: str) -> None:
    assert not is_inside(path)
    assert is_inside("masks/semantic/000000.png")


def test_dataset_info_reads_back() -> None:
    about = info()
    assert DatasetInfo.loads(about.dumps(), "here") == about
    assert about.dumps() == info().dumps()


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"format": "longtail.dataset.4"}', b"\xff\xfe", info().dumps()[:-20], b'"text"']
)
def test_a_broken_dataset_json_is_refused(data: bytes) -> None:
    with pytest.raises(DatasetError, match="here: "):
        DatasetInfo.loads(data, "here")


def test_foreign_outputs_and_categories_are_refused() -> None:
    raw = json.loads(info().dumps())
    changes: tuple[dict[str, Any], ...] = (
        {"outputs": ["flaw"]},
        {"image_format": "bmp"},
        {"categories": []},
        {"licence": {"who": 1}},
    )
    for change in changes:
        with pytest.raises(DatasetError, match="here: "):
            DatasetInfo.loads(json.dumps({**raw, **change}).encode(), "here")


def test_a_dataset_is_a_sequence_of_its_frames(tmp_path: Path) -> None:
    root = dataset(tmp_path, 4)
    opened = Dataset.open(str(root))
    assert opened.root == root
    assert (len(opened), [frame.index for frame in opened]) == (4, [0, 1, 2, 3])
    assert (opened[2].index, opened[-1].index) == (2, 3)
    with pytest.raises(IndexError):
        opened[4]
    (root / record_path(1)).unlink()
    gone = Dataset.open(str(root))
    assert [gone[position].index for position in range(len(gone))] == [0, 2, 3]
    assert len(Dataset.open(dataset(tmp_path / "empty", 0))) == 0
    # A program that goes on with a copy of it in another process sees the same frames.
    assert [frame.index for frame in pickle.loads(pickle.dumps(gone))] == [0, 2, 3]


@pytest.mark.parametrize("url", ["s3://bucket/out", "s3:/bucket/out", "file:///tmp/out", "gs://b"])
def test_a_url_is_no_folder(url: str) -> None:
    with pytest.raises(DatasetError, match="expected a folder, got a URL"):
        Dataset.open(url)


def test_a_dataset_gives_back_its_layers(tmp_path: Path) -> None:
    opened = Dataset.open(dataset(tmp_path))
    assert opened.frames() == [0, 1, 2]
    assert [stored.index for stored in opened.records()] == [0, 1, 2]
    assert np.array_equal(opened.read("instance", 1), label(picture(SHOW[1])).instance)
    assert np.array_equal(opened.read("images", 1), picture(SHOW[1]).rgb)
    with pytest.raises(DatasetError, match="expected one of the layers images, semantic"):
        opened.read("flow", 1)
    with pytest.raises(DatasetError, match=r"000009\.png: expected a file of depth, but No such file"):
        opened.read("depth", 9)
    with pytest.raises(DatasetError, match=r"000009\.json: expected a frame record, but No such file"):
        opened.record(9)


def test_a_foreign_folder_is_no_dataset(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="there is no such folder"):
        Dataset.open(tmp_path / "nowhere")
    with pytest.raises(DatasetError, match=r"dataset\.json cannot be read"):
        Dataset.open(tmp_path)


def test_the_assets_that_records_name_are_found_without_parsing_them(tmp_path: Path) -> None:
    root = dataset(tmp_path / "out")
    odd = 'a "quoted" \\ name, \u00e9 and "asset": "no"'
    reseal(root, 1, lambda record: record["objects"][0].update(asset=odd))
    opened = Dataset.open(root)
    expected = {item.asset for record in opened.records() for item in record.objects}
    assert odd in expected
    assert {name for index in opened.frames() for name in frame_lines(opened, index).assets()} == expected


@pytest.mark.parametrize("words", [["find", "OUT", "true"], ["split", "OUT", "1", "0", "0"], ["check", "OUT", "OUT"]])
def test_a_record_under_another_frames_name_is_not_taken_for_its_own(tmp_path: Path, words: list[str]) -> None:
    """It vouches for itself, and searches and splits went by it."""
    root = dataset(tmp_path / "out")
    shutil.copyfile(root / record_path(0), root / record_path(2))
    done = CliRunner().invoke(main, [word.replace("OUT", str(root)) for word in words])
    assert "frames/000002.json: expected the record of frame 2, got that of frame 0" in done.output
    assert done.exit_code == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[" * 100_000, "recursion"),
        ('{"frames": -1}', r"frames: expected 0\.\."),
        ('{"frames": 1000000000000}', r"frames: expected 0\.\."),
    ],
    ids=["nested", "negative", "endless"],
)
def test_a_dataset_json_that_would_hang_whoever_reads_it_is_refused(tmp_path: Path, text: str, said: str) -> None:
    root = dataset(tmp_path / "out")
    stated = json.loads((root / DATASET).read_bytes())
    (root / DATASET).write_text(text if text.startswith("[") else json.dumps(stated | json.loads(text)))
    with pytest.raises(DatasetError, match=said):
        Dataset.open(root)
