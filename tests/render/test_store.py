"""Committing frames: whole or not at all, also when the disk is full, and never into another run's folder."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest

from longtail.annotate import DatasetInfo, Licence, Taxonomy
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
    taxonomy=Taxonomy.of(("car", "road", "sky"), "sky"),
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


STREET = {
    "camera": {"size_px": [960, 540]},
    "camera.height_m": {"normal": [1.45, 0.15], "low": 1.1},
    "weather": "rain",
    "quotas": {},
    "render": {"samples": 32, "device": "auto"},
}


def changed(**keys: object) -> DatasetInfo:
    """Another configuration, with its own digest."""
    return replace(INFO, config={**STREET, **keys}, digest="e" * 64)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (replace(INFO, seed=2), "expected seed 1, got 2"),
        (replace(INFO, seed=2, digest="e" * 64), "expected seed 1, got 2"),
        (replace(INFO, digest="e" * 64), f"expected configuration (digest) {INFO.digest}, got {'e' * 64}"),
        (replace(INFO, outputs=("depth",)), "expected outputs ["),
        (
            replace(INFO, taxonomy=Taxonomy.of(("car", "bus", "road", "sky"), "sky")),
            "expected category 2 road, got bus; category 3 sky, got road; category 4 nothing, got sky; choose",
        ),
        (replace(INFO, image_format="jpg"), "expected image format png, got jpg"),
        (replace(INFO, versions={"longtail": "0", "catalogue": "b"}), "catalogue of assets (model packs) a, got b"),
        (changed(weather="fog"), "expected weather rain, got fog; choose"),
        (
            changed(**{"camera.height_m": 1.2}),
            "expected camera.height_m {normal: [1.45, 0.15], low: 1.1}, got 1.2; choose",
        ),
        (changed(camera={"size_px": (64, 64)}), "expected camera.size_px [960, 540], got [64, 64]; choose"),
        (changed(quotas={"weather": [{"value": "fog"}]}), "expected quotas.weather nothing, got [{value: 'fog'}]"),
        (changed(render={"samples": 8, "device": "cpu"}), "expected render.samples 32, got 8; choose"),
        (changed(**{"air.new_m": 1}), "expected air.new_m nothing, got 1; choose"),
        (
            replace(changed(weather="fog", x=1, y=2, z=3, w=4), seed=2),
            "seed 1, got 2; weather rain, got fog; x nothing",
        ),
        (replace(changed(weather="fog", x=1, y=2, z=3, w=4), seed=2), "; and 2 more; choose"),
    ],
)
def test_another_request_is_refused_and_what_differs_is_named(other: DatasetInfo, said: str, tmp_path: Path) -> None:
    known = replace(INFO, config=STREET)
    other = other if other.config != INFO.config else replace(other, config=STREET)
    folder_store(tmp_path / "out", known)
    before = (tmp_path / "out" / "dataset.json").read_bytes()
    with pytest.raises(DatasetError, match="holds frames of another request: ") as caught:
        folder_store(tmp_path / "out", other)
    assert said in str(caught.value)
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
