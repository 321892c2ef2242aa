"""Exports: what is written is what the records say, by the formats' own rules; scenes are never torn apart."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import shutil
import weakref
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from longtail.annotate.card.page import CARD
from longtail.annotate.choosing.splits import NAMES, Splits
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.dataset.merge import merge
from longtail.annotate.dataset.stored import StoredFrame
from longtail.annotate.errors import ConfigError, DatasetError
from longtail.annotate.exporters.exporter import Exporter, Made, Output, Piece, Taken
from longtail.annotate.exporters.selection import Selection
from longtail.annotate.exporters.table import EXPORTERS, all_exporters
from longtail.annotate.exporters.write import export
from longtail.annotate.labels.shown import Shown
from longtail.annotate.labels.video import VideoFrame
from longtail.command_line import main
from longtail.plug_ins import PlugInError
from tests.annotate.flood import flooded
from tests.annotate.pictures import info
from tests.annotate.stage import dataset, show, store, tree
from tests.annotate.test_taxonomy import OLD
from tests.plugged import installed
from tests.snippets import into_tars

PAIRS = 30


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Scenes in two pictures each, of which every third is a flood with things that nobody can see."""
    root = tmp_path_factory.mktemp("pairs")
    frames = []
    for index in range(2 * PAIRS):
        frame = flooded(index=index) if index % 3 == 0 else show(index + 1)[index]
        # As videos of one picture each, so that trackers' formats take them, too.
        shown = Shown(index // 2, "day" if index % 2 else "night", clip_frame=0, video=VideoFrame(index + 1, 0))
        frames.append(dataclasses.replace(frame, shown=shown))
    store(root, frames, info(2 * PAIRS, outputs=(*info().outputs, "keypoints")))
    merge(root)
    return root


def boxes_of_coco(root: Path) -> dict[str, Counter[tuple[Any, ...]]]:
    """By file name, how often instances.json has each (name, x, y, width, height)."""
    coco = json.loads((root / "annotations/instances.json").read_bytes())
    names = {category["id"]: category["name"] for category in coco["categories"]}
    files = {image["id"]: image["file_name"] for image in coco["images"]}
    found: dict[str, Counter[tuple[Any, ...]]] = {name: Counter() for name in files.values()}
    for row in coco["annotations"]:
        found[files[row["image_id"]]][names[row["category_id"]], *row["bbox"]] += 1
    return found


def boxes_of_yolo(root: Path) -> dict[str, Counter[tuple[Any, ...]]]:
    """The same of an export, read by the format's rules: labels lie where `images` is `labels`, and shares times the
    picture's size are pixels (https://docs.ultralytics.com/datasets/detect/)."""
    about = yaml.safe_load((root / "data.yaml").read_text())
    found: dict[str, Counter[tuple[Any, ...]]] = {}
    for split in NAMES:
        for picture in sorted((root / about.get(split, "none")).glob("*")):
            boxes = found[picture.name] = Counter()
            text = Path(str(picture.with_suffix(".txt")).replace("/images/", "/labels/")).read_text()
            for line in text.splitlines():
                number, *shares = line.split()
                x, y, width, height = (float(share) for share in shares)
                left, top = (x - width / 2) * 64, (y - height / 2) * 48
                box = [left, top, width * 64, height * 48]
                assert box == pytest.approx([round(edge) for edge in box], abs=1e-3)
                boxes[about["names"][int(number)], *map(round, box)] += 1
    return found


def test_yolo_has_the_boxes_of_instances_json(pairs: Path, tmp_path: Path) -> None:
    opened = Dataset.open(pairs)
    assert export(Selection.of(opened, Splits()), EXPORTERS["yolo"], tmp_path / "yolo").frames == 2 * PAIRS
    expected = boxes_of_coco(pairs)
    assert boxes_of_yolo(tmp_path / "yolo") == expected
    # Things that no human could annotate are among the records, and not among the boxes.
    shown = sum(len(record.instances) for record in opened)
    assert sum(map(Counter.total, expected.values())) < shown
    about = yaml.safe_load((tmp_path / "yolo/data.yaml").read_text())
    things = [category.name for _, category in opened.info.taxonomy if category.is_thing]
    assert about["names"] == dict(enumerate(things))
    assert [about[name] for name in NAMES] == ["images/train", "images/val", "images/test"]


def test_pictures_of_a_scene_stay_together_and_every_split_has_some(pairs: Path, tmp_path: Path) -> None:
    export(Selection.of(Dataset.open(pairs), Splits()), EXPORTERS["yolo"], tmp_path / "yolo")
    scenes = {name: {int(p.stem) // 2 for p in (tmp_path / "yolo/images" / name).iterdir()} for name in NAMES}
    assert all(scenes.values())
    assert sum(map(len, scenes.values())) == len(set.union(*scenes.values())) == PAIRS
    for folder in ("images", "labels"):
        assert {p.stem for p in (tmp_path / "yolo" / folder).rglob("*.*")} == {f"{n:06d}" for n in range(2 * PAIRS)}


def test_the_same_dataset_gives_the_same_bytes_linked_or_copied(
    pairs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Dataset.open(pairs)
    export(Selection.of(opened, Splits()), EXPORTERS["yolo"], tmp_path / "a")
    assert (tmp_path / "a/images").exists()
    picture = next((tmp_path / "a/images").rglob("000003.png"))
    assert picture.samefile(pairs / "images/000003.png")

    def refuse(*_: object, **__: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuse)
    export(Selection.of(opened, Splits()), EXPORTERS["yolo"], tmp_path / "b")
    assert tree(tmp_path / "a") == tree(tmp_path / "b")


def test_shares_of_scenes_are_met_as_by_chance_and_a_longer_run_keeps_its_splits() -> None:
    splits = Splits(0.7, 0.2, 0.1)
    found = Counter(splits.of(5, scene) for scene in range(10_000))
    # Five standard deviations of a binomial count are under 230.
    assert [found[name] for name in NAMES] == [pytest.approx(share, abs=230) for share in (7000, 2000, 1000)]
    assert [splits.of(5, scene) for scene in range(20)] != [splits.of(6, scene) for scene in range(20)]
    # What a smaller share of training leaves goes on from the end, so that its scenes are a part of the larger one's.
    fewer = Splits(0.5, 0.4, 0.1)
    assert all(splits.of(5, n) == "train" for n in range(1000) if fewer.of(5, n) == "train")


def test_a_share_of_nothing_leaves_a_split_out(pairs: Path, tmp_path: Path) -> None:
    export(Selection.of(Dataset.open(pairs), Splits(1, 0, 0)), EXPORTERS["yolo"], tmp_path / "yolo")
    assert [path.name for path in (tmp_path / "yolo/images").iterdir()] == ["train"]
    assert yaml.safe_load((tmp_path / "yolo/data.yaml").read_text()).keys() == {"train", "names"}


def test_a_dataset_of_the_format_before_has_its_classes_from_0_on(tmp_path: Path) -> None:
    export(Selection.of(Dataset.open(OLD), Splits(1, 0, 0)), EXPORTERS["yolo"], tmp_path / "yolo")
    names = yaml.safe_load((tmp_path / "yolo/data.yaml").read_text())["names"]
    assert (list(names), names[0], names[2], names[19]) == (list(range(20)), "person", "car", "debris")
    assert boxes_of_yolo(tmp_path / "yolo") == boxes_of_coco(OLD)


@pytest.mark.parametrize("shares", [(0.8, 0.1, 0.2), (1.1, -0.1, 0.0), (0, 0, 0), (float("nan"), 0, 1)])
def test_shares_that_are_none_are_refused(shares: tuple[float, float, float]) -> None:
    with pytest.raises(ConfigError, match=r"--split: expected shares of train, val, test that add up to 1"):
        Splits(*shares)


def test_a_split_without_a_scene_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    root = dataset(tmp_path / "data", 1)
    with pytest.raises(DatasetError, match=r"but .* would have none of 1 scene; render more"):
        export(Selection.of(Dataset.open(root), Splits()), EXPORTERS["yolo"], tmp_path / "yolo")
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_a_folder_with_files_is_left_alone(pairs: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/thesis.tex").write_text("all of it")
    with pytest.raises(DatasetError, match="expected a new or empty folder"):
        export(Selection.of(Dataset.open(pairs), Splits()), EXPORTERS["yolo"], tmp_path / "mine")
    assert tree(tmp_path / "mine") == {"thesis.tex": b"all of it"}
    (tmp_path / "empty").mkdir()
    export(Selection.of(Dataset.open(pairs), Splits()), EXPORTERS["yolo"], tmp_path / "empty")
    assert (tmp_path / "empty/data.yaml").exists()


@pytest.mark.parametrize("fault", ["picture", "record", "link"])
def test_a_damaged_dataset_leaves_no_half_of_an_export(tmp_path: Path, fault: str) -> None:
    root = dataset(tmp_path / "data")
    if fault == "record":
        (root / record_path(2)).write_bytes(b"{}")
    else:
        (root / "images/000002.png").unlink()
    if fault == "link":
        (tmp_path / "secret.png").write_bytes(b"not yours")
        (root / "images/000002.png").symlink_to(tmp_path / "secret.png")
    with pytest.raises(DatasetError, match=r"000002\.(png|json)"):
        export(Selection.of(Dataset.open(root), Splits(1, 0, 0)), EXPORTERS["yolo"], tmp_path / "yolo")
    assert not [path for path in tmp_path.iterdir() if "yolo" in path.name]


def test_a_dataset_without_frames_is_refused(tmp_path: Path) -> None:
    root = dataset(tmp_path / "data", 0)
    with pytest.raises(DatasetError, match="expected a dataset with frames"):
        export(Selection.of(Dataset.open(root), Splits(1, 0, 0)), EXPORTERS["yolo"], tmp_path / "yolo")


def test_what_a_killed_export_left_is_cleared(pairs: Path, tmp_path: Path) -> None:
    (tmp_path / "yolo.tmp/labels").mkdir(parents=True)
    (tmp_path / "yolo.tmp/labels/old.txt").write_text("0 1 1 1 1")
    export(Selection.of(Dataset.open(pairs), Splits(1, 0, 0)), EXPORTERS["yolo"], tmp_path / "yolo")
    assert not (tmp_path / "yolo.tmp").exists()
    assert not list((tmp_path / "yolo").rglob("old.txt"))


@pytest.mark.parametrize("exporter", EXPORTERS.values(), ids=lambda exporter: str(exporter.name))
def test_every_exporter_describes_its_files_and_writes_none(exporter: Exporter, pairs: Path, tmp_path: Path) -> None:
    if exporter.name == "huggingface-parquet":
        pytest.importorskip("pyarrow")
    copy = shutil.copytree(pairs, tmp_path / "data")
    before = tree(copy)
    one, two = (list(exporter.files(Selection.of(Dataset.open(copy), Splits()))) for _ in range(2))
    assert one == two
    whole = [file.path for file in one if isinstance(file, Made | Taken)]
    growing = {file.path for file in one if isinstance(file, Piece)}
    assert len(set(whole)) == len(whole)
    assert growing.isdisjoint(whole)
    assert CARD not in growing.union(whole)
    assert {file.source for file in one if isinstance(file, Taken)} <= before.keys()
    assert tree(copy) == before
    assert list(tmp_path.iterdir()) == [copy]
    assert exporter.summary


@pytest.mark.parametrize("exporter", EXPORTERS.values(), ids=lambda exporter: str(exporter.name))
def test_records_are_read_one_at_a_time(exporter: Exporter, pairs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if exporter.name == "huggingface-parquet":
        pytest.importorskip("pyarrow")
    read: list[weakref.ref[StoredFrame]] = []
    record = Dataset.record

    def watched(self: Dataset, index: int) -> StoredFrame:
        found = record(self, index)
        read.append(weakref.ref(found))
        return found

    selection = Selection.of(Dataset.open(pairs), Splits())
    monkeypatch.setattr(Dataset, "record", watched)
    most = 0
    for _ in exporter.files(selection):
        most = max(most, sum(one() is not None for one in read))
    assert len(read) == 2 * PAIRS
    # One is looked at while the next is made of its lines.
    assert most <= 2


def test_frames_in_tars_are_exported_like_loose_ones(pairs: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(pairs, tmp_path / "data")
    into_tars(copy)
    for folder in ("frames", "images", "masks"):
        shutil.rmtree(copy / folder)
    loose, packed = Dataset.open(pairs), Dataset.open(copy)
    for name in ("coco", "cityscapes"):
        for dataset_, folder in ((loose, "loose"), (packed, "packed")):
            export(Selection.of(dataset_, Splits()), EXPORTERS[name], tmp_path / folder / name)
    assert tree(tmp_path / "loose") == tree(tmp_path / "packed")


@pytest.mark.parametrize(
    "second", [Made("a.png", b"spoiled"), Piece("a.png", b"spoiled"), Taken("a.png", "images/000001.png")]
)
def test_a_file_is_written_once_as_it_may_be_a_link_into_the_dataset(
    second: Output, pairs: Path, tmp_path: Path
) -> None:
    before = (pairs / "images/000000.png").read_bytes()

    def files(_: Selection) -> Iterator[Output]:
        yield Taken("a.png", "images/000000.png")
        yield second

    with pytest.raises(DatasetError, match=r"expected each file once, got 'a\.png' again"):
        export(Selection.of(Dataset.open(pairs), Splits()), Exporter("twice", "twice", files), tmp_path / "out")
    assert (pairs / "images/000000.png").read_bytes() == before


def test_what_an_exporter_says_reaches_the_user_and_the_card(pairs: Path, tmp_path: Path) -> None:
    status, said = told("export", pairs, "--to", "coco-polygons", "-o", tmp_path / "out", "--split", "1", "0", "0")
    assert status == 0, said
    (sentence,) = [line for line in said.splitlines() if "masks are polygons" in line]
    assert sentence in (tmp_path / "out/README.md").read_text("utf-8")
    assert "coco-polygons does not hold: stuff, depth" in said


def test_a_path_that_leaves_the_folder_is_refused(pairs: Path, tmp_path: Path) -> None:
    def files(*_: object) -> Iterator[Made | Taken]:
        yield Made("../outside.txt", b"")

    with pytest.raises(DatasetError, match=r"expected a path inside the folder, got '\.\./outside\.txt'"):
        export(Selection.of(Dataset.open(pairs), Splits()), Exporter("bad", "leaves", files), tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


PLUG_IN = """
from longtail.annotate.exporters.exporter import Exporter, Made

def files(selection):
    yield Made("count.txt", str(len(selection.frames)).encode())

COUNT = Exporter("count", "how many frames there are", files)
"""


def told(*words: str | Path) -> tuple[int, str]:
    answer = CliRunner().invoke(main, [str(word) for word in words])
    return answer.exit_code, answer.output


def test_an_exporter_of_another_package_is_in_the_same_table(
    pairs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = "[longtail.exporters]\ncount = counting_a:COUNT\n"
    monkeypatch.syspath_prepend(installed(tmp_path / "site", "counting", entries, {"counting_a": PLUG_IN}))
    assert list(all_exporters()) == [*EXPORTERS, "count"]
    assert re.search(r"^count +how many frames there are$", told("list", "exporters")[1], re.MULTILINE)
    status, said = told("export", pairs, "--to", "count", "-o", tmp_path / "out")
    assert (status, (tmp_path / "out/count.txt").read_text()) == (0, str(2 * PAIRS)), said


@pytest.mark.parametrize(
    ("entry", "source", "why"),
    [
        ("count = counting_b:COUNT", "raise RuntimeError('broken')", "it cannot be imported: RuntimeError: broken"),
        ("count = counting_c:COUNT", "COUNT = print", "expected an Exporter, got builtin_function_or_method"),
        ("sum = counting_d:COUNT", PLUG_IN, "expected an Exporter of the entry point's name 'sum', got 'count'"),
        ("yolo = counting_e:COUNT", PLUG_IN, "expected a name that is not taken, got yolo"),
    ],
)
def test_a_broken_one_is_told_of_and_ours_go_on(
    entry: str, source: str, why: str, pairs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = entry.split(" = ")[1].split(":")[0]
    monkeypatch.syspath_prepend(
        installed(tmp_path / "site", "broken", f"[longtail.exporters]\n{entry}\n", {module: source})
    )
    with pytest.raises(PlugInError, match="of broken: "):
        all_exporters()
    status, said = told("list", "exporters")
    assert status == 0
    assert why in said
    assert "yolo " in said
    status, said = told("export", pairs, "--to", "yolo", "-o", tmp_path / "out")
    assert (status, (tmp_path / "out/data.yaml").exists()) == (0, True), said


def test_the_command_says_what_it_made_and_what_is_wrong(pairs: Path, tmp_path: Path) -> None:
    status, said = told("export", pairs, "--to", "yolo", "-o", tmp_path / "a")
    assert (status, said.splitlines()[-1]) == (0, f"{tmp_path / 'a'}: 60 frames as yolo")
    assert said.startswith("yolo does not hold: masks")
    for words, status, message in (
        (["--to", "yollo", "-o", tmp_path / "b"], 2, "--to: expected one of coco, "),
        (["--to", "yollo", "-o", tmp_path / "b"], 2, "got 'yollo'; did you mean yolo"),
        (["--to", "yolo", "-o", tmp_path / "b", "--split", "1", "1", "0"], 2, "add up to 1"),
        (["--to", "yolo", "-o", tmp_path / "a"], 2, "expected a new or empty folder"),
        (["--to", "yolo", "-o", "s3://bucket/yolo"], 2, "URL"),
        (["--to", "yolo"], 2, "Missing option '-o'"),
    ):
        found = told("export", pairs, *words)
        assert found[0] == status, found
        assert message in found[1]
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("name", ["coco", "yolo", "bop"])
def test_a_picture_that_is_cut_off_is_not_exported(name: str, tmp_path: Path) -> None:
    """Formats that take pictures as they are would hand it on, and nobody would know."""
    root = dataset(tmp_path / "data")
    picture = root / "images/000001.png"
    picture.write_bytes(picture.read_bytes()[:40])
    with pytest.raises(DatasetError, match=r"images/000001\.png: expected \d+ bytes, as its record says, got 40; "):
        export(Selection.of(Dataset.open(root), Splits(1, 0, 0)), EXPORTERS[name], tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["data"]
