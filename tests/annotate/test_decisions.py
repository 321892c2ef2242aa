"""Decisions beside a dataset: kept line by line, whatever is killed, and honoured by what follows."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import BinaryIO

import pytest
from click.testing import CliRunner

from longtail.annotate.choosing import decisions
from longtail.annotate.choosing.decisions import (
    REVIEW,
    Decision,
    DecisionLog,
    decisions_of,
    keep_decisions,
    rejected,
)
from longtail.annotate.choosing.kept import kept
from longtail.annotate.choosing.search import search
from longtail.annotate.dataset.atomic import wait_for_others
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.files import Folder
from longtail.annotate.dataset.layout import FRAMES
from longtail.annotate.errors import DatasetError
from longtail.command_line import main
from tests.annotate.judging import NOW, decided, flagged, judged
from tests.annotate.pictures import info
from tests.annotate.stage import dataset, show, store


def said(words: list[str], status: int = 0) -> str:
    answer = CliRunner().invoke(main, words)
    assert answer.exit_code == status, answer.output
    return answer.output


def test_the_last_line_of_a_frame_holds(tmp_path: Path) -> None:
    root = dataset(tmp_path)
    decided(root, {2: "rejected", 0: "rejected"})
    decided(root, {2: "accepted"})
    assert rejected(Dataset.open(root)) == {0}
    head, *lines = map(json.loads, (root / REVIEW).read_text().splitlines())
    assert head == {"format": "longtail.review.1", "digest": "d1", "seed": 7}
    assert lines[0] == {"frame": 2, "decision": "rejected", "comment": "", "time": NOW}
    assert len(lines) == 3


@pytest.mark.parametrize("cut", [1, 40, 170])
def test_what_a_kill_has_cut_short_is_no_line(tmp_path: Path, cut: int) -> None:
    root = decided(dataset(tmp_path), {0: "rejected", 1: "rejected"})
    whole = (root / REVIEW).read_bytes()
    (root / REVIEW).write_bytes(whole[:-cut])
    left = whole[:-cut].count(b"\n") - 1
    assert len(rejected(Dataset.open(root))) == max(left, 0)
    decided(root, {2: "rejected"})
    assert 2 in rejected(Dataset.open(root))
    assert len(decisions_of(Dataset.open(root))) == max(left, 0) + 1


def test_several_may_begin_at_once(tmp_path: Path) -> None:
    """With one head, and every decision."""
    whole = Dataset.open(dataset(tmp_path))
    logs, begin = [DecisionLog(whole) for _ in range(8)], Barrier(8)

    def decide(number: int) -> None:
        begin.wait()
        logs[number].add(Decision(number, "rejected", "x" * 1000, NOW))

    with ThreadPoolExecutor(8) as several:
        list(several.map(decide, range(8)))
    assert decisions_of(whole).keys() == set(range(8))
    assert logs[0].holding().keys() == set(range(8))


def test_a_file_that_is_edited_by_hand_is_read_anew(tmp_path: Path) -> None:
    """A running review trusted its place in it, unless it was shorter, and went on with lines that were gone."""
    root = decided(dataset(tmp_path), {0: "rejected", 1: "rejected"})
    log, path = DecisionLog(Dataset.open(root)), root / REVIEW
    whole = path.read_bytes()
    head, first, second = whole.splitlines(keepends=True)

    def holding(data: bytes) -> dict[int, str]:
        path.write_bytes(data)
        return {frame: last.decision for frame, last in log.holding().items()}

    assert holding(whole) == {0: "rejected", 1: "rejected"}
    assert holding(head + second) == {1: "rejected"}, "shorter"
    assert holding(head + first.replace(b"rejected", b"accepted")) == {0: "accepted"}, "of one length"
    assert holding(head + first.replace(b'0, "d', b'7, "d') + second) == {7: "rejected", 1: "rejected"}, "longer"
    log.add(Decision(2, "accepted", "", NOW))
    assert log.holding() == decisions_of(Dataset.open(root))
    path.unlink()
    assert log.holding() == {}
    log.add(Decision(2, "accepted", "", NOW))
    assert path.read_bytes().splitlines(keepends=True)[0] == head
    assert log.holding().keys() == decisions_of(Dataset.open(root)).keys() == {2}


def test_nobody_writes_between_the_choice_and_its_writing(tmp_path: Path) -> None:
    whole = Dataset.open(dataset(tmp_path))
    ours, theirs = DecisionLog(whole), DecisionLog(whole)
    with ThreadPoolExecutor(1) as other:

        def choose(holding: Mapping[int, Decision]) -> list[Decision]:
            begun.append(other.submit(theirs.add, Decision(1, "rejected", "", NOW)))
            with pytest.raises(TimeoutError):
                begun[0].result(timeout=0.05)
            return [Decision(1, "accepted", "", NOW)] if not holding else []

        begun: list[Future[None]] = []
        assert len(ours.choose(choose)) == 1
        begun[0].result()
    said = [json.loads(line)["decision"] for line in (whole.root / REVIEW).read_text().splitlines()[1:]]
    assert said == ["accepted", "rejected"]


def test_a_file_that_an_editor_replaces_meanwhile_is_the_one_that_is_added_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = decided(dataset(tmp_path), {0: "rejected"})
    path, waiting = root / REVIEW, wait_for_others

    def replaced(file: BinaryIO) -> None:
        waiting(file)
        if not (root / "edited").exists():
            (root / "edited").write_bytes(path.read_bytes().replace(b"rejected", b"accepted"))
            shutil.copy(root / "edited", root / "new")
            (root / "new").replace(path)

    monkeypatch.setattr(decisions, "wait_for_others", replaced)
    decided(root, {1: "rejected"})
    found = {frame: last.decision for frame, last in decisions_of(Dataset.open(root)).items()}
    assert found == {0: "accepted", 1: "rejected"}


def test_many_decisions_are_put_on_disk_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each waited for the disk twice: a merge of 20,000 took minutes."""
    synced: list[str] = []
    monkeypatch.setattr(decisions, "sync_file", lambda _: synced.append("file"))
    monkeypatch.setattr(decisions, "sync_folder", lambda _: synced.append("folder"))
    whole = Dataset.open(dataset(tmp_path))
    many = {frame: Decision(frame, "rejected", "", NOW) for frame in range(200)}
    assert keep_decisions(whole, {}) == 0
    assert not (whole.root / REVIEW).exists()
    assert keep_decisions(whole, many) == 200
    assert synced == ["file", "folder"]
    assert keep_decisions(whole, many) == 0
    assert decisions_of(whole) == many


def test_a_comment_keeps_every_letter(tmp_path: Path) -> None:
    root = dataset(tmp_path)
    text = 'a "quoted"\nline \\ \u2028 \U0001f600 \x00</script>'
    DecisionLog(Dataset.open(root)).add(Decision(1, "undecided", text, NOW))
    assert decisions_of(Dataset.open(root))[1].comment == text
    assert (root / REVIEW).read_bytes().isascii()


@pytest.mark.parametrize(
    ("frame", "decision", "comment"),
    [
        (-1, "accepted", ""),
        (True, "accepted", ""),
        ("1", "accepted", ""),
        (1, "perhaps", ""),
        (1, "accepted", "x" * 2001),
        (1, "accepted", 3),
    ],
)
def test_what_is_no_decision_is_refused(frame: int, decision: str, comment: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        Decision(frame, decision, comment)


@pytest.mark.parametrize("line", ['{"frame": 1}', "[]", "no JSON", '{"frame": 1, "decision": "burnt"}'])
def test_a_damaged_line_is_named(tmp_path: Path, line: str) -> None:
    root = decided(dataset(tmp_path), {0: "rejected"})
    with (root / REVIEW).open("a") as file:
        file.write(f"{line}\n")
    with pytest.raises(DatasetError, match=r"review.jsonl, line 3"):
        rejected(Dataset.open(root))


def test_decisions_on_another_dataset_are_refused(tmp_path: Path) -> None:
    other = decided(dataset(tmp_path / "a", digest="d2"), {0: "rejected"})
    root = dataset(tmp_path / "b")
    (root / REVIEW).write_bytes((other / REVIEW).read_bytes())
    with pytest.raises(DatasetError, match="another config or seed"):
        kept(Dataset.open(root))


def test_rejected_frames_are_not_there(tmp_path: Path) -> None:
    root = dataset(tmp_path, 6)
    whole = Dataset.open(root)
    assert kept(whole) == (whole, "")
    decided(root, {1: "rejected", 4: "rejected", 5: "accepted"})
    left, words = kept(whole)
    assert left.frames() == [0, 2, 3, 5]
    assert "2 frames left out" in words
    assert kept(whole, with_rejected=True) == (whole, "")
    assert not [path for path in left.files.walk() if "000004" in path]
    with pytest.raises(DatasetError):
        left.record(4)
    decided(root, dict.fromkeys(range(6), "rejected"))
    with pytest.raises(DatasetError, match="--with-rejected"):
        kept(whole)


def test_commands_leave_out_what_is_rejected(tmp_path: Path) -> None:
    root = judged(dataset(tmp_path / "out", 40))
    answer = said(["find", str(root), "frame < 3"])
    assert "000001.png" not in answer
    assert "1 frame left out" in answer
    again = said(["find", str(root), "frame < 3", "--with-rejected"])
    assert "000001.png" in again
    assert "left out" not in again
    said(["split", str(root), "0.8", "0.1", "0.1"])
    scenes = json.loads((root / "splits.json").read_text())["scenes"]
    assert 1 not in [scene for split in scenes.values() for scene in split]
    answer = said(["export", str(root), "--to", "coco", "-o", str(tmp_path / "coco")])
    assert "1 frame left out" in answer
    assert "39 frames as coco" in answer
    assert "review.jsonl rejects" in (tmp_path / "coco/README.md").read_text()
    assert not list((tmp_path / "coco").rglob("*000001*"))
    said(["split", str(root), "0.8", "0.1", "0.1", "--with-rejected"])
    answer = said(["export", str(root), "--to", "coco", "-o", str(tmp_path / "all"), "--with-rejected"])
    assert "40 frames as coco" in answer


def test_queries_ask_for_flags_and_decisions(tmp_path: Path) -> None:
    root = decided(flagged(dataset(tmp_path, 4), {1: "floating", 3: "empty"}), {3: "rejected", 0: "accepted"})
    whole = Dataset.open(root)
    found = {
        "flag()": [1, 3],
        "flag(floating)": [1],
        "flag('empty') or decision == 'accepted'": [0, 3],
        "not flag(empty) and decision == 'undecided'": [1, 2],
        "decision in ('rejected', 'accepted')": [0, 3],
        "flag(empty) and count(car) >= 0": [3],
    }
    assert {query: search(whole, query) for query in found} == found


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("flag(floatin)", "did you mean floating"),
        ("flag(1)", "name of a flag"),
        ("flag(a, b)", "expected flag"),
        ("flag(floating) > 1", "like with like"),
        ("count(car, flag(floating)) > 0", "the frame's"),
        ("decision == 'reject'", "did you mean rejected"),
    ],
)
def test_what_is_no_flag_is_refused(tmp_path: Path, query: str, words: str) -> None:
    root = flagged(dataset(tmp_path), {})
    assert words in said(["find", str(root), query], 2)


def test_flags_that_are_not_there_are_asked_for_in_words(tmp_path: Path) -> None:
    root = dataset(tmp_path, 3)
    assert "longtail stats writes it" in said(["find", str(root), "flag()"], 2)
    flagged(root, {})
    lines = (root / "flags.jsonl").read_text().splitlines(keepends=True)
    (root / "flags.jsonl").write_text("".join(lines[:-1]))
    assert "rendered after the others" in said(["find", str(root), "flag()"], 2)
    (root / "flags.jsonl").write_text("{}\n")
    assert "longtail stats writes it anew" in said(["find", str(root), "flag()"], 2)


def test_a_merge_takes_the_decisions_of_all_parts_along(tmp_path: Path) -> None:
    """They were left behind, and frames that somebody had rejected were exported again."""
    for name in ("a", "b"):
        store(tmp_path / name, show(4)["ab".index(name) :: 2], info(4))
    decided(tmp_path / "a", {0: "rejected", 2: "accepted"})
    decided(tmp_path / "b", {3: "rejected"})
    words = ["merge", *(str(tmp_path / name) for name in ("a", "b")), "-o", str(tmp_path / "out")]
    assert "3 decisions of the parts added" in said(words)
    assert rejected(Dataset.open(tmp_path / "out")) == {0, 3}
    before = (tmp_path / "out" / REVIEW).read_bytes()
    assert "decision" not in said(words)
    assert (tmp_path / "out" / REVIEW).read_bytes() == before


def test_the_latest_decision_on_a_frame_holds_after_a_merge(tmp_path: Path) -> None:
    for name in ("a", "b"):
        store(tmp_path / name, show(1), info(1))
    DecisionLog(Dataset.open(tmp_path / "a")).add(Decision(0, "accepted", "", "2026-11-27T13:20:59Z"))
    DecisionLog(Dataset.open(tmp_path / "b")).add(Decision(0, "rejected", "", "2026-11-27T13:20:58Z"))
    said(["merge", str(tmp_path / "a"), str(tmp_path / "b"), "-o", str(tmp_path / "out")])
    assert decisions_of(Dataset.open(tmp_path / "out"))[0].decision == "accepted"


def test_a_part_whose_decisions_are_damaged_is_not_merged(tmp_path: Path) -> None:
    store(tmp_path / "a", show(1), info(1))
    (tmp_path / "a" / REVIEW).write_bytes(b"not one\n")
    text = said(["merge", str(tmp_path / "a"), "-o", str(tmp_path / "out")], 2)
    assert "line 1" in text
    assert "move the file away" in text
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("words", ["find OUT true", "stats OUT", "export OUT --to coco -o NEW", "merge OUT -o NEW"])
def test_a_folder_of_records_that_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    """A merge said that its output could not be written to."""
    root, names = dataset(tmp_path / "out"), Folder.names

    def locked(files: Folder, folder: str) -> list[str]:
        if folder == FRAMES:
            raise PermissionError(13, "Permission denied", str(files.root / folder))
        return names(files, folder)

    monkeypatch.setattr(Folder, "names", locked)
    asked = [{"OUT": str(root), "NEW": str(tmp_path / "new")}.get(word, word) for word in words.split()]
    assert f"{root / FRAMES}: expected frame records, but Permission denied" in said(asked, 2)
    assert not (tmp_path / "new").exists()
