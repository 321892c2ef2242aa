"""Frames in tars: WebDataset reads them, they hold what loose files hold, and any way gives the same bytes."""

from __future__ import annotations

import tarfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longtail.annotate.check.check import check
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.layers import LAYERS
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.dataset.merge import merge
from longtail.annotate.dataset.shards import merge_datasets
from longtail.annotate.dataset.tars import member_of, path_of
from longtail.annotate.errors import DatasetError
from longtail.render.commands.shard import Shard
from longtail.render.storage.remote import Remote
from longtail.render.storage.tar_store import TarStore
from tests.annotate.pictures import info, picture
from tests.annotate.stage import SHOW, dataset, store, tree
from tests.render.begun import folder_store, object_store, opened

_EACH = 3


def fill(store: TarStore, source: Path, indices: Iterable[int]) -> None:
    """Commit frames of the dataset in `source`, as a run would."""
    of = Dataset.open(source)
    for index in indices:
        files = {path: (source / path).read_bytes() for path in of.record(index).files}
        store.committer.commit(index, files, of.record_bytes(index))
        store.settle(index)


def tar_store(root: Path, frames: int) -> TarStore:
    return TarStore.over(folder_store(root, info(frames)), frames, _EACH)


def finished(store: TarStore) -> Path:
    merge(store.dataset())
    store.publish()
    return store.root


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """Eight frames as loose files."""
    return dataset(tmp_path / "whole", 8)


@pytest.fixture
def tars(whole: Path, tmp_path: Path) -> Path:
    """The same in tars, made in one go."""
    store = tar_store(tmp_path / "tars", 8)
    fill(store, whole, range(8))
    return finished(store)


@given(index=st.integers(0, 10**7), layer=st.sampled_from(sorted(LAYERS)))
def test_members_name_every_file(index: int, layer: str) -> None:
    for path in (LAYERS[layer].path(index), record_path(index)):
        member = member_of(path)
        assert path_of(member) == path
        assert member.split(".")[0] == Path(path).stem
        assert "/" not in member


def test_tars_hold_what_loose_files_hold(whole: Path, tars: Path) -> None:
    assert sorted(path.name for path in (tars / "shards").iterdir()) == ["000000.tar", "000003.tar", "000006.tar"]
    assert not (tars / "frames").exists()
    assert not (tars / "staging").exists()
    loose, packed = Dataset.open(whole), Dataset.open(tars)
    assert packed.frames() == loose.frames()
    for index in loose.frames():
        assert packed.record_bytes(index) == loose.record_bytes(index)
        for layer in loose.info.layers():
            assert np.array_equal(packed.read(layer, index), loose.read(layer, index))
    for document in ("annotations/instances.json", "panoptic/panoptic.json", "dataset.json"):
        assert (tars / document).read_bytes() == (whole / document).read_bytes()
    assert check(tars) == []


def test_tars_tell_nothing_of_who_made_them_when(tars: Path) -> None:
    with tarfile.open(tars / "shards" / "000003.tar") as tar:
        members = tar.getmembers()
    assert {(m.mtime, m.uid, m.gid, m.uname, m.gname, m.mode) for m in members} == {(0, 0, 0, "", "", 0o644)}
    names = [member.name for member in members]
    assert [name for name in names if name.endswith("3.json") or name == names[-1]] == ["000003.json", "000005.json"]


@pytest.mark.filterwarnings("ignore")
def test_webdataset_reads_them(whole: Path, tars: Path) -> None:
    webdataset: Any = pytest.importorskip("webdataset", reason="webdataset is not installed")
    urls = [str(path) for path in sorted((tars / "shards").iterdir())]
    samples = list(webdataset.WebDataset(urls, shardshuffle=False).decode("rgb8"))
    loose = Dataset.open(whole)
    assert [sample["__key__"] for sample in samples] == [f"{index:06d}" for index in range(8)]
    for index, sample in enumerate(samples):
        assert np.array_equal(sample["images.png"], loose.read("images", index))
        assert sample["json"]["frame"] == index


def test_stopped_killed_and_gone_on_with_gives_the_same_bytes(whole: Path, tars: Path, tmp_path: Path) -> None:
    root = tmp_path / "again"
    first = tar_store(root, 8)
    fill(first, whole, [4, 0, 3])
    # Stopped: two frames of the second tar are packed without the third.
    finished(first)
    assert tar_store(root, 8).committed() == {0, 3, 4}
    second = tar_store(root, 8)
    fill(second, whole, [1, 6])
    # Killed: these two wait as loose files, a third was half-written.
    (root / "staging" / "depth" / "000007.png").write_bytes(b"torn")
    third = tar_store(root, 8)
    assert third.committed() == {0, 1, 3, 4, 6}
    fill(third, whole, [2, 5, 7])
    assert tree(finished(third)) == tree(tars)


@pytest.mark.parametrize("count", [1, 3, 7])
def test_any_number_of_shards_merges_to_the_same_bytes(whole: Path, tars: Path, tmp_path: Path, count: int) -> None:
    parts = []
    for number in range(count):
        store = tar_store(tmp_path / f"part{number}", 8)
        fill(store, whole, Shard(number, count).indices(8, _EACH))
        parts.append(finished(store))
    merged = merge_datasets(parts, tmp_path / "merged")
    assert merged.missing == ()
    assert tree(tmp_path / "merged") == tree(tars)


def test_parts_that_split_a_tar_are_put_together(whole: Path, tars: Path, tmp_path: Path) -> None:
    parts = []
    for number, indices in enumerate(([0, 1, 4], [2, 1], [3, 5, 6, 7])):
        store = tar_store(tmp_path / f"part{number}", 8)
        fill(store, whole, indices)
        parts.append(finished(store))
    merge_datasets(parts, tmp_path / "merged")
    assert tree(tmp_path / "merged") == tree(tars)


def test_a_loose_frame_is_put_back_into_its_tar(whole: Path, tars: Path, tmp_path: Path) -> None:
    part = tar_store(tmp_path / "part", 8)
    fill(part, whole, [0, 2, 3, 4, 5, 6, 7])
    again = folder_store(tmp_path / "again", info(8, part=(range(1, 2),)))
    files = {path: (whole / path).read_bytes() for path in Dataset.open(whole).record(1).files}
    again.commit(1, files, Dataset.open(whole).record_bytes(1))
    out = finished(part)
    assert merge_datasets([again.root], out).missing == ()
    assert tree(out) == tree(tars)
    merge_datasets([out], out)
    assert tree(out) == tree(tars)


def test_one_set_is_of_one_format(whole: Path, tars: Path) -> None:
    with pytest.raises(DatasetError, match="got loose ones"), opened(whole, info(8), "webdataset"):
        pass
    with pytest.raises(DatasetError, match="add --format webdataset"), opened(tars, info(8)):
        pass
    with opened(tars, info(8), "webdataset") as store:
        assert store.committed() == set(range(8))


def test_damage_is_found(tars: Path) -> None:
    path = tars / "shards" / "000003.tar"
    data = bytearray(path.read_bytes())
    at = data.index(b"\x89PNG") + 60
    data[at] ^= 1
    path.write_bytes(data)
    findings = check(tars)
    assert {finding.frame for finding in findings} == {3}
    assert any("sha256" in str(finding) for finding in findings)


@pytest.mark.parametrize("made", [[0, 4], [0, 1, 2, 3, 4, 5]], ids=["waiting", "in a tar"])
def test_fewer_frames_than_there_are_is_refused(whole: Path, tmp_path: Path, made: list[int]) -> None:
    before = tar_store(tmp_path / "tars", 8)
    fill(before, whole, made)
    before._packing.end()  # a folder is one run's at a time
    with pytest.raises(DatasetError, match=f"ask for --frames {made[-1] + 1} or more"):
        tar_store(tmp_path / "tars", 3)


def test_tars_in_an_object_store(whole: Path, tars: Path, tmp_path: Path) -> None:
    fsspec: Any = pytest.importorskip("fsspec", reason="fsspec is not installed")
    fsspec.filesystem("memory").store.clear()
    remote = Remote.of("memory://bucket/tars")
    (tmp_path / "staging").mkdir()
    for indices in ([0, 4, 1], [7, 2, 3, 5, 6]):
        base = object_store(remote, tmp_path / "staging", info(8))
        store = TarStore.over(base, 8, _EACH)
        fill(store, whole, indices)
        finished(store)
    assert {path: remote.open(path).read() for path in remote.walk()} == tree(tars)
    assert check(remote.dataset(tmp_path)) == []


def test_what_comes_in_new_tars_is_credited_beside_a_frame_that_is_damaged(tmp_path: Path) -> None:
    """Frames 100 and on go to a tar that was not there when the merge began."""
    about = info(102)
    store(tmp_path / "first", [picture((), 0)], replace(about, assets=()))
    tarred = TarStore.over(folder_store(tmp_path / "out", replace(about, assets=())), 102)
    fill(tarred, tmp_path / "first", [0])
    out = finished(tarred)
    store(tmp_path / "part", [picture(SHOW[1], 100), picture(SHOW[1], 101)], about)
    (tmp_path / "part" / "depth" / "000101.png").write_bytes(b"")
    merged = merge_datasets([tmp_path / "part"], out)
    assert (merged.frames, len(merged.damaged)) == (2, 1)
    assert [credit.name for credit in Dataset.open(out).info.assets] == ["board_car"]


@pytest.mark.parametrize("harmed", ["depth/000004.png", record_path(4)])
@pytest.mark.parametrize("torn", ["out", "part"])
def test_a_frame_that_is_damaged_in_a_tar_is_left_out_and_comes_from_whoever_has_it(
    whole: Path, tars: Path, tmp_path: Path, torn: str, harmed: str
) -> None:
    halves = {
        "out": [0, 1, 2, 3, 4] if torn == "out" else [0, 1, 2, 3],
        "part": [5, 6, 7] if torn == "out" else [4, 5, 6, 7],
    }
    for name, indices in halves.items():
        half = tar_store(tmp_path / name, 8)
        fill(half, whole, indices)
        finished(half)
    tar = tmp_path / torn / "shards" / "000003.tar"
    with tarfile.open(tar) as opened_tar:
        member = opened_tar.getmember(member_of(harmed))
    data = tar.read_bytes()
    tar.write_bytes(data[: member.offset_data] + bytes(member.size) + data[member.offset_data + member.size :])
    merged = merge_datasets([tmp_path / "part"], tmp_path / "out")
    assert (merged.frames, merged.missing) == (7, (4,))
    assert [f"{tar}:{member_of(harmed)}" in fault for fault in merged.damaged] == [True]
    assert Dataset.open(tmp_path / "out").frames() == [0, 1, 2, 3, 5, 6, 7]
    assert merge_datasets([tmp_path / "part", tars], tmp_path / "out").damaged == ()
    assert tree(tmp_path / "out") == tree(tars)


def test_a_tar_that_is_cut_off_is_refused_before_anything_is_written(tars: Path, tmp_path: Path) -> None:
    tar = tars / "shards" / "000003.tar"
    tar.write_bytes(tar.read_bytes()[:20_000])
    with pytest.raises(DatasetError, match="damaged tar"):
        merge_datasets([tars], tmp_path / "out")
    assert not (tmp_path / "out").exists()
