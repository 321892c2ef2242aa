"""Decisions beside a dataset: kept line by line, whatever is killed, and honoured by what follows."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from click.testing import CliRunner

from longtail.annotate.choosing.decisions import REVIEW, Decision, DecisionLog, decisions_of, rejected
from longtail.annotate.choosing.kept import kept
from longtail.annotate.choosing.search import search
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
    assert logs[0].news().keys() == set(range(8))
    assert not logs[0].news()


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
