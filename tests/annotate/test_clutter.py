"""What file systems, desktops and consoles leave lying about is nobody's: neither ours nor in our way."""

from __future__ import annotations

from pathlib import Path

import pytest

from longtail.annotate.check.check import check
from longtail.annotate.dataset.clutter import holds_clutter
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.layout import frame_name, record_path
from longtail.annotate.dataset.shards import merge_datasets
from longtail.render.storage.store import Store
from tests.annotate.pictures import info
from tests.annotate.stage import dataset, tree
from tests.render.begun import folder_store

CLUTTER = [
    "lost+found/#12",
    ".snapshot/hourly/frames/000009.json",
    ".DS_Store",
    "images/.DS_Store",
    "images/Thumbs.db",
    "frames/._000001.json",
    "depth/.nfs0000000000a1b2c300000001",
    ".ipynb_checkpoints/dataset-checkpoint.json",
    "System Volume Information/IndexerVolumeGuid",
    "frames/.snapshot/000001.json.tmp",
]


def litter(root: Path, *, top: bool = False) -> None:
    """Write all of it, or what lies at the top."""
    for path in (path for path in CLUTTER if not top or holds_clutter(path.split("/")[0])):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(b"theirs")


@pytest.mark.parametrize("path", CLUTTER)
def test_nobodys(path: str) -> None:
    assert holds_clutter(path)


@pytest.mark.parametrize("path", ["images/000001.png", record_path(3), ".hidden", "snapshot/a", "photo.jpg", "a._b"])
def test_somebodys(path: str) -> None:
    assert not holds_clutter(path)


@pytest.mark.parametrize("path", ["", "images/"])
def test_folders_of_store_consoles(path: str) -> None:
    assert holds_clutter(path)


def test_a_dataset_among_clutter_is_sound_and_the_clutter_stays(tmp_path: Path) -> None:
    root = dataset(tmp_path / "out")
    litter(root)
    before = tree(root)
    assert check(root) == []
    assert Dataset.open(root).frames() == [0, 1, 2]
    assert Store(root).heal(info(3)) == []
    assert tree(root) == before


def test_a_run_or_merge_may_begin_among_clutter(tmp_path: Path) -> None:
    for name in ("run", "merged"):
        litter(tmp_path / name, top=True)
    folder_store(tmp_path / "run", info(3))
    merge_datasets([dataset(tmp_path / "part")], tmp_path / "merged")
    assert check(tmp_path / "merged") == []
    assert frame_name(9) not in " ".join(Dataset.open(tmp_path / "merged").files.walk())
