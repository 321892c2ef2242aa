"""Committing frames: whole or not at all, also when the disk is full, and never into another run's folder."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest

from longtail.annotate import DatasetInfo, Licence
from longtail.annotate.errors import DatasetError, StorageError
from tests.render.begun import folder_store

INFO = DatasetInfo(
    config={"scenario": "street"},
    digest="d" * 64,
    seed=1,
    frames=3,
    outputs=("coco",),
    image_format="png",
    versions={"longtail": "0", "catalogue": "a"},
    licence=Licence("none"),
)
FILES = {"images/000001.png": b"picture", "masks/semantic/000001.png": b"mask"}


def names(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def test_a_committed_frame_is_there_with_its_record_and_nothing_else(tmp_path: Path) -> None:
    store = folder_store(tmp_path / "out", INFO)
    store.commit(1, FILES, b"{}")
    assert names(store.root) == {"dataset.json", "frames/000001.json", *FILES}
    assert store.committed() == {1}


def test_a_full_disk_leaves_no_frame_and_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = folder_store(tmp_path / "out", INFO)

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(StorageError, match=r"disk is full.*Free some space and run the same"):
            store.commit(1, FILES, b"{}")
    assert store.committed() == frozenset()
    assert not [name for name in names(store.root) if name.endswith(".tmp")]
    store.commit(1, FILES, b"{}")
    assert store.committed() == {1}


def test_a_full_device_is_a_clear_message(tmp_path: Path) -> None:
    """The kernel's own full disk: /dev/full takes no byte."""
    store = folder_store(tmp_path / "out", INFO)
    (store.root / "images").mkdir()
    (store.root / "images" / "000001.png.tmp").symlink_to("/dev/full")
    with pytest.raises(StorageError, match="disk is full"):
        store.commit(1, {"images/000001.png": b"picture"}, b"{}")
    assert store.committed() == frozenset()


def test_leftovers_of_an_interrupted_write_are_swept(tmp_path: Path) -> None:
    store = folder_store(tmp_path / "out", INFO)
    (store.root / "images").mkdir()
    (store.root / "images" / "000002.png.tmp").write_bytes(b"torn")
    assert folder_store(store.root, INFO).heal(INFO) == []
    assert names(store.root) == {"dataset.json"}


@pytest.mark.parametrize(
    "other",
    [
        replace(INFO, seed=2),
        replace(INFO, digest="e" * 64),
        replace(INFO, outputs=("depth",)),
        replace(INFO, image_format="jpg"),
        replace(INFO, versions={"longtail": "0", "catalogue": "b"}),
    ],
    ids=["seed", "digest", "outputs", "format", "catalogue"],
)
def test_another_request_is_refused(other: DatasetInfo, tmp_path: Path) -> None:
    folder_store(tmp_path / "out", INFO)
    before = (tmp_path / "out" / "dataset.json").read_bytes()
    with pytest.raises(DatasetError, match="another request"):
        folder_store(tmp_path / "out", other)
    assert (tmp_path / "out" / "dataset.json").read_bytes() == before


def test_fewer_frames_than_there_are_is_refused_and_nothing_is_lost(tmp_path: Path) -> None:
    store = folder_store(tmp_path / "out", INFO)
    store.commit(1, FILES, b"{}")
    before = {path: (store.root / path).read_bytes() for path in names(store.root)}
    with pytest.raises(DatasetError, match="frame 1 is there; ask for --frames 2 or more"):
        folder_store(store.root, replace(INFO, frames=1))
    assert {path: (store.root / path).read_bytes() for path in names(store.root)} == before


def test_fewer_frames_will_do_where_none_lies_beyond(tmp_path: Path) -> None:
    folder_store(tmp_path / "out", INFO).commit(1, FILES, b"{}")
    assert folder_store(tmp_path / "out", replace(INFO, frames=2)).dataset().info.frames == 2


def test_more_frames_of_the_same_run_are_welcome(tmp_path: Path) -> None:
    folder_store(tmp_path / "out", INFO)
    folder_store(tmp_path / "out", replace(INFO, frames=9))
    assert DatasetInfo.loads((tmp_path / "out" / "dataset.json").read_bytes(), "dataset.json").frames == 9
