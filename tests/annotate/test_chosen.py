"""Views: what is taken of a dataset is what its labels would be, had they been made so; the dataset itself stays."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import longtail
from longtail.annotate.choosing.chosen import ALL, Wanted, choose
from longtail.annotate.choosing.splits import Splits
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.documents import AllInstancesDocument
from longtail.annotate.dataset.files import read
from longtail.annotate.dataset.merge import frame_lines, merge
from longtail.annotate.errors import ConfigError, DatasetError, MachineError
from longtail.annotate.exporters.selection import Selection
from longtail.annotate.exporters.table import EXPORTERS
from longtail.annotate.exporters.write import export
from longtail.annotate.labels.frame import Frame
from longtail.annotate.labels.ignore import IgnoreRule
from longtail.annotate.labels.instances import label
from longtail.annotate.labels.occlusion import Cover, hidden_by
from longtail.annotate.labels.shown import Shown
from longtail.annotate.labels.video import VideoFrame
from longtail.command_line import main
from tests.annotate.flood import flooded
from tests.annotate.pictures import info, picture, with_silhouettes
from tests.annotate.stage import SHOW, show, store, tree


def frames() -> list[Frame]:
    return [flooded(index=index) if index % 3 == 0 else show(index + 1)[index] for index in range(6)]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("chosen") / "out"
    # As videos of one picture each, so that trackers' formats take them, too.
    shown = [dataclasses.replace(one.shown or Shown(one.index), video=VideoFrame(one.index + 1, 0)) for one in frames()]
    made = [dataclasses.replace(one, shown=said) for one, said in zip(frames(), shown, strict=True)]
    store(where, made, info(6, outputs=(*info().outputs, "keypoints")))
    merge(where)
    return where


def test_stricter_numbers_are_a_stricter_rule(root: Path) -> None:
    """What `label` would have ignored with these numbers is ignored in the view, and nothing else."""
    view = choose(Dataset.open(root), Wanted(min_area_px=70, min_visible=0.9))
    flagged = 0
    for made in frames():
        expected = label(made, IgnoreRule(min_area_px=70, min_visible_fraction=0.9))
        record = view.record(made.index)
        assert [(thing.id, thing.ignored_for) for thing in record.instances] == [
            (thing.id, thing.ignored_for) for thing in expected.things
        ]
        assert record.ignored == {thing.id: thing.ignore for thing in expected.things}
        crowds = {row["id"] & 0xFFFF for row in record.segments_info if row["iscrowd"]}
        assert crowds == {thing.id for thing in expected.things if thing.ignore}
        assert record.ignore_rule == expected.rule
        flagged += len(crowds)
    assert flagged > sum(thing.ignore for record in Dataset.open(root).records() for thing in record.instances)


def test_a_looser_number_than_the_record_has_changes_nothing(root: Path) -> None:
    view, whole = choose(Dataset.open(root), Wanted(min_area_px=1)), Dataset.open(root)
    for index in whole.frames():
        assert frame_lines(view, index) == frame_lines(whole, index)


def test_other_classes_are_nowhere(root: Path) -> None:
    whole = Dataset.open(root)
    view = choose(whole, Wanted(classes=("car", "person")))
    names = [category.name for _, category in view.info.taxonomy if category.is_thing]
    assert names == ["car", "person"]
    gone = {number for number, kind in whole.info.taxonomy if kind.is_thing and kind.name not in names}
    lost = 0
    for index in whole.frames():
        record, semantic = view.record(index), view.read("semantic", index)
        assert {item.category for item in record.objects} <= {"car", "person", "road", "water"}
        assert {thing.category.name for thing in record.instances} <= {"car", "person"}
        before = whole.read("semantic", index)
        out = np.isin(before, list(gone))
        lost += out.sum()
        assert np.array_equal(semantic, np.where(out, 0, before))
        assert np.array_equal(view.read("panoptic", index), np.where(out, 0, whole.read("panoptic", index)))
        assert np.array_equal(view.read("instance", index), np.where(out, 0, whole.read("instance", index)))
        for row in record.segments_info:
            assert row["area"] == (view.read("panoptic", index) == row["id"]).sum()
        assert view.glance(index).in_scene.keys() <= {"car", "person", "road", "water"}
    assert lost > 100
    cars = longtail.open(root).choose(classes=["car"])
    assert longtail.open(root).choose(classes="car").dataset.files == cars.dataset.files
    assert {name for frame in cars for name in frame.instances.categories} == {"car"}
    assert (cars[0].instance_mask > 0).sum() == sum(cars[0].instances.areas)


def test_what_hides_a_thing_and_is_taken_out_is_void(tmp_path: Path) -> None:
    store(tmp_path, [with_silhouettes(picture(SHOW[1]), SHOW[1])], info(1, outputs=("coco", "semantic", "amodal")))
    whole = Dataset.open(tmp_path).record(0).amodal[1]
    assert [(cover.instance_id, cover.px) for cover in whole.occluded_by] == [(2, 48)]
    view = choose(Dataset.open(tmp_path), Wanted(classes=("car",)))
    record = view.record(0)
    assert record.amodal.keys() == {1}
    assert record.amodal[1].occluded_by == (Cover(0, 0, 48),)
    assert record.amodal[1].order == ()
    assert record.instances[0].amodal == record.amodal[1]
    # As the view's masks have it.
    found = hidden_by({1: record.amodal[1].silhouette}, view.read("instance", 0), view.read("semantic", 0))
    assert found == {1: record.amodal[1].occluded_by}


def test_only_frames_that_are_asked_for(root: Path) -> None:
    view = choose(Dataset.open(root), Wanted(where="count(person) > 0 and count(car) > 0"))
    assert view.frames() == [1, 4]
    assert [
        path for path in view.files.walk() if "00000" in path and "000001" not in path and "000004" not in path
    ] == []
    with pytest.raises(DatasetError, match="not among the chosen frames"):
        view.record(2)
    # A query speaks of all labels, whatever becomes of them.
    both = longtail.open(root).choose("count(bus) > 0", classes=["car"])
    assert both.indices == (2, 5)
    assert not any(len(frame.instances) for frame in both)


def test_a_view_is_a_dataset_to_whoever_reads_one(root: Path, tmp_path: Path) -> None:
    """Its dataset.json and records, written out, are those of a dataset."""
    view = choose(Dataset.open(root), Wanted("frame > 2", ("car", "person"), 20, 0.2))
    again = Dataset.of(view.files, tmp_path)
    assert again.info == view.info
    assert [record.index for record in again.records()] == [3, 4, 5]
    document = AllInstancesDocument(again.info)
    whole = document.head() + b"".join(document.frame(frame_lines(again, n)) for n in again.frames())
    whole += b"".join(document.tail())
    rows = json.loads(whole)["annotations"]
    ids = again.info.taxonomy.ids
    assert {row["category_id"] for row in rows} == {ids["car"], ids["person"]}
    for index in again.frames():
        for path in ("images", "masks/semantic", "frames"):
            file = f"{path}/{index:06d}.{'json' if path == 'frames' else 'png'}"
            assert again.files.size(file) == len(read(again.files, file))


def test_the_dataset_itself_is_left_alone(root: Path) -> None:
    before = tree(root)
    for frame in longtail.open(root).choose("true", ["car"], 50, 0.5):
        _ = frame.semantic, frame.instances.masks
    assert tree(root) == before
    assert choose(Dataset.open(root), ALL).files == Dataset.open(root).files


def _told(*words: object) -> tuple[int, str]:
    answer = CliRunner().invoke(main, [str(word) for word in words])
    return answer.exit_code, answer.output


def test_an_export_follows(root: Path, tmp_path: Path) -> None:
    options = ["--where", "count(car) > 0", "--classes", "car, person", "--min-area", 70, "--split", 1, 0, 0]
    status, said = _told("export", root, "--to", "yolo", "-o", tmp_path / "yolo", *options)
    assert status == 0, said
    assert "chosen: frames where count(car) > 0; car, person; things of 70 pixels or more\n" in said
    lines = {path.stem: path.read_text().splitlines() for path in (tmp_path / "yolo/labels/train").iterdir()}
    expected: dict[str, list[str]] = {}
    for made in frames():
        things = [thing for thing in label(made, IgnoreRule(min_area_px=70)).things if not thing.ignore]
        if any(thing.category.name == "car" for thing in label(made).things if not thing.ignore):
            kinds = [thing.category.name for thing in things]
            expected[f"{made.index:06d}"] = sorted(kind for kind in kinds if kind in ("car", "person"))
    assert {
        stem: sorted({"0": "car", "1": "person"}[line[0]] for line in found) for stem, found in lines.items()
    } == expected
    card = (tmp_path / "yolo/README.md").read_text()
    assert "Chosen of the dataset: frames where count(car) > 0; car, person; things of 70 pixels or more." in card
    # Pictures are links to the dataset's own.
    assert (tmp_path / "yolo/images/train/000001.png").samefile(root / "images/000001.png")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--classes", "car,peron"], "did you mean person"),
        (["--classes", "road"], "classes: expected some of bus, car"),
        (["--where", "count(car) > 90"], "expected frames where count(car) > 90, got none of 6"),
        (["--where", "carr"], "expected a value of the dataset's frames"),
        (["--min-area", "-1"], "--min-area"),
        (["--min-visible", "1.5"], "--min-visible"),
    ],
)
def test_what_cannot_be_taken_is_refused_before_anything_is_written(
    root: Path, tmp_path: Path, options: list[str], said: str
) -> None:
    status, told = _told("export", root, "--to", "yolo", "-o", tmp_path / "yolo", *options)
    assert (status, list(tmp_path.iterdir())) == (2, [])
    assert said in told


@pytest.mark.parametrize("numbers", [{"min_area_px": -1}, {"min_visible": 2.0}, {"min_visible": float("nan")}])
def test_numbers_that_are_none(numbers: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="expected"):
        Wanted(**numbers)


@pytest.mark.parametrize("name", EXPORTERS)
def test_every_exporter_takes_a_view(root: Path, tmp_path: Path, name: str) -> None:
    view = choose(Dataset.open(root), Wanted("frame < 4", ("car",), 20))
    try:
        export(Selection.of(view, Splits(1, 0, 0)), EXPORTERS[name], tmp_path / name)
    except MachineError as error:  # a library that it needs is not installed
        pytest.skip(str(error))
    assert any((tmp_path / name).rglob("*.*"))
