"""COCO files that grow with a run: the bytes of a merge at its end, whatever order frames come in and go missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.dataset.merge import frame_lines, merge
from longtail.annotate.errors import DatasetError, StorageError
from longtail.render.commands.running_merge import RunningMerge
from longtail.render.storage.store import FrameStore, Store
from longtail.render.storage.tar_store import TarStore
from longtail.render.watching.events import FrameDone, FrameQuarantined, RunEnded
from tests.annotate.pictures import info
from tests.annotate.stage import dataset
from tests.render.begun import folder_store

FRAMES = 8
DOCUMENTS = ("annotations/instances.json", "annotations/instances_all.json", "panoptic/panoptic.json")
ENDED = RunEnded(0, 0, (), interrupted=False, seconds=1.0)


def done(index: int) -> FrameDone:
    return FrameDone(index, 1, 0, "clear", {}, 0.0)


def commit(store: Store | TarStore, source: Path, index: int) -> None:
    of = Dataset.open(source)
    files = {path: (source / path).read_bytes() for path in of.record(index).files}
    store.committer.commit(index, files, of.record_bytes(index))
    store.settle(index)


def running(store: FrameStore, asked: range = range(FRAMES)) -> RunningMerge:
    return RunningMerge(store, info(FRAMES), store.committed(), asked)


def documents(root: Path) -> dict[str, bytes]:
    return {path: (root / path).read_bytes() for path in DOCUMENTS}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return dataset(tmp_path_factory.mktemp("running") / "whole", FRAMES)


@given(
    order=st.permutations(range(FRAMES)),
    kept=st.integers(0, FRAMES),
    lost=st.sets(st.integers(0, FRAMES - 1), max_size=3),
)
def test_any_order_gives_the_bytes_of_a_merge_at_the_end(
    whole: Path, tmp_path_factory: pytest.TempPathFactory, order: list[int], kept: int, lost: set[int]
) -> None:
    root = tmp_path_factory.mktemp("order") / "out"
    store = folder_store(root, info(FRAMES))
    for index in order[:kept]:
        commit(store, whole, index)
    with running(store) as merge_along:
        for index in order[kept:]:
            if index in lost:
                merge_along.see(FrameQuarantined(index, "no", "failed"))
            else:
                commit(store, whole, index)
                merge_along.see(done(index))
        merge_along.see(ENDED)
        shown = merge_along.end()
    found = documents(root)
    opened = Dataset.open(root)
    assert shown == {name for index in opened.frames() for name in frame_lines(opened, index).assets()}
    merge(root)
    assert found == documents(root)


def test_a_run_that_is_stopped_has_the_files_of_what_is_there(whole: Path, tmp_path: Path) -> None:
    store = folder_store(tmp_path / "out", info(FRAMES))
    with running(store) as merge_along:
        for index in (0, 1, 5, 3):
            commit(store, whole, index)
            merge_along.see(done(index))
        merge_along.see(ENDED)
        merge_along.end()
    found = documents(store.root)
    assert merge(store.root).frames == 4
    assert found == documents(store.root)


def test_frames_that_nobody_asked_for_now_are_among_them(whole: Path, tmp_path: Path) -> None:
    store = folder_store(tmp_path / "out", info(FRAMES))
    for index in (1, 6):
        commit(store, whole, index)
    with running(store, range(3, 4)) as merge_along:
        commit(store, whole, 3)
        merge_along.see(done(3))
        merge_along.see(ENDED)
        merge_along.end()
    found = documents(store.root)
    assert merge(store.root).frames == 3
    assert found == documents(store.root)


def test_a_run_that_nobody_ends_leaves_the_files_as_they_were(whole: Path, tmp_path: Path) -> None:
    store = folder_store(tmp_path / "out", info(FRAMES))
    commit(store, whole, 0)
    merge(store.root)
    before = documents(store.root)
    with running(store) as merge_along:
        commit(store, whole, 1)
        merge_along.see(done(1))
    assert documents(store.root) == before
    assert not list(store.root.rglob("*.tmp"))


def test_a_damaged_record_is_told_at_the_end(whole: Path, tmp_path: Path) -> None:
    store = folder_store(tmp_path / "out", info(FRAMES))
    with running(store) as merge_along:
        commit(store, whole, 0)
        (store.root / record_path(0)).write_bytes(b"{}")
        merge_along.see(done(0))
        merge_along.see(ENDED)
        with pytest.raises(DatasetError, match=r"000000\.json: expected a frame record"):
            merge_along.end()


def test_a_full_disk_is_told_at_the_end(whole: Path, tmp_path: Path) -> None:
    store = folder_store(tmp_path / "out", info(FRAMES))
    (store.root / "annotations").mkdir()
    (store.root / "annotations" / "instances.json.tmp").symlink_to("/dev/full")
    with running(store) as merge_along:
        commit(store, whole, 0)
        merge_along.see(done(0))
        merge_along.see(ENDED)
        with pytest.raises(StorageError, match="the disk is full"):
            merge_along.end()
    assert not (store.root / "annotations" / "instances.json").exists()


def test_frames_are_followed_into_their_tars(whole: Path, tmp_path: Path) -> None:
    # The first run leaves a tar without frame 1 behind; the second writes that tar anew under the reader's eyes.
    root = tmp_path / "tars"
    first = TarStore.over(folder_store(root, info(FRAMES)), FRAMES, 3)
    for index in (0, 2, 4):
        commit(first, whole, index)
    first.dataset()
    second = TarStore.over(folder_store(root, info(FRAMES)), FRAMES, 3)
    assert second.committed() == {0, 2, 4}
    for index in (0, 2, 4):
        assert second.lines(index).index == index
    with running(second) as merge_along:
        for index in (1, 5, 3, 7):
            commit(second, whole, index)
            assert second.lines(index).index == index
            merge_along.see(done(index))
            for known in sorted(second.waiting.committed() | {0, 2, 4}):
                assert second.lines(known).index == known
        commit(second, whole, 6)
        merge_along.see(done(6))
        merge_along.see(ENDED)
        merge_along.end()
    assert second.dataset().frames() == list(range(FRAMES))
    assert documents(root) == documents(whole)
