"""Parts of a run: short to write, exact to read, and known to check, statistics and merge."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longtail.annotate.check.check import check
from longtail.annotate.dataset.dataset import Dataset, DatasetInfo
from longtail.annotate.dataset.merge import merge
from longtail.annotate.dataset.part import frames_of, from_json, joined, part_of, to_json
from longtail.annotate.dataset.shards import merge_datasets
from longtail.annotate.errors import DatasetError
from longtail.annotate.statistics import statistics
from tests.annotate.pictures import info
from tests.annotate.stage import dataset, messages, show, store, tree


@given(st.sets(st.integers(0, 400)))
def test_any_frames_are_a_part(frames: set[int]) -> None:
    part = part_of(sorted(frames))
    assert list(frames_of(part)) == sorted(frames)
    assert from_json(to_json(part)) == part


def test_parts_as_dataset_json_has_them() -> None:
    assert to_json(part_of(range(1, 100, 4))) == ["1-97/4"]
    assert to_json(part_of([4, 7, 8, 9])) == ["4", "7-9"]
    assert to_json(part_of(range(5, 4))) == []


@given(count=st.integers(1, 9), frames=st.integers(0, 60))
def test_the_parts_of_a_job_array_are_a_whole(count: int, frames: int) -> None:
    parts = [part_of(range(number, frames, count)) for number in range(count)]
    assert joined(parts, frames) is None
    some = joined(parts[1:], frames)
    if frames:
        assert some is not None
        assert list(frames_of(some)) == [index for index in range(frames) if index % count]
        assert len(some) <= count


def test_what_adds_nothing_is_left_out_and_what_lies_beyond_is_cut() -> None:
    assert joined([part_of([3]), part_of(range(8)), part_of([30])], 20) == (range(8),)


@pytest.mark.parametrize("text", ["", "-3", "4-", "5-4", "1-9/0", "a", "1-2-3", 4])
def test_other_parts_are_refused(text: object) -> None:
    raw = info(9).dumps().replace(b'"frames": 9,', b'"frames": 9, "part": [%a],' % text)
    with pytest.raises(DatasetError, match=r"^dataset\.json: "):
        DatasetInfo.loads(raw.replace(b"'", b'"'), "dataset.json")


def test_a_whole_dataset_says_nothing_of_parts() -> None:
    assert b'"part"' not in info(3).dumps()
    assert DatasetInfo.loads(info(3, part=(range(1, 3),)).dumps(), "").part == (range(1, 3),)


def test_a_part_is_sound_and_has_its_own_frames_only(tmp_path: Path) -> None:
    frames = show(9)
    about = info(9, part=part_of(range(1, 9, 3)))
    store(tmp_path, frames[1::3], about)
    assert merge(tmp_path).missing == ()
    assert check(tmp_path) == []
    assert statistics(Dataset.open(tmp_path))["frames_asked_for"] == 3
    (tmp_path / "dataset.json").write_bytes(replace(about, part=part_of([1, 2, 4])).dumps())
    said = messages(tmp_path)
    assert "frames/000002.json: expected 3 frames, got none for frame 2" in said
    assert "frames/000007.json: expected 3 frames, got frame 7 as well" in said
    assert len(said.splitlines()) == 2


def test_parts_are_put_back_into_the_whole(tmp_path: Path) -> None:
    whole = dataset(tmp_path / "whole", 9)
    frames = show(9)
    for number in range(3):
        store(tmp_path / f"{number}", frames[number::3], info(9, part=part_of(range(number, 9, 3))))
    two = merge_datasets([tmp_path / "0", tmp_path / "2"], tmp_path / "two")
    assert two.missing == ()
    assert to_json(Dataset.open(tmp_path / "two").info.part or ()) == ["0-6/3", "2-8/3"]
    assert check(tmp_path / "two") == []
    merge_datasets([tmp_path / "1"], tmp_path / "two")
    assert tree(tmp_path / "two") == tree(whole)


def test_a_frame_that_failed_is_put_back_and_no_longer_failed(tmp_path: Path) -> None:
    whole = dataset(tmp_path / "whole", 5)
    frames = show(5)
    store(tmp_path / "out", [*frames[:3], *frames[4:]], info(5))
    for suffix in ("json", "txt", "log"):
        for index in (3, 11):
            path = tmp_path / "out" / "failed" / f"{index:06d}.{suffix}"
            path.parent.mkdir(exist_ok=True)
            path.write_text("why")
    store(tmp_path / "again", [frames[3]], info(5, part=part_of([3])))
    merge_datasets([tmp_path / "again"], tmp_path / "out")
    left = tree(tmp_path / "out")
    assert {path for path in left if path.startswith("failed/")} == {
        f"failed/000011.{suffix}" for suffix in ("json", "txt", "log")
    }
    assert {path: data for path, data in left.items() if not path.startswith("failed/")} == tree(whole)


def test_parts_that_disagree_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    store(tmp_path / "a", show(3), info(3))
    store(tmp_path / "b", [*show(2), show(2)[1].__class__(**{**vars(show(2)[1]), "index": 2})], info(3))
    with pytest.raises(DatasetError, match=r"frame 2 is already in .* with other content"):
        merge_datasets([tmp_path / "a", tmp_path / "b"], tmp_path / "out")
    assert not (tmp_path / "out").exists()
