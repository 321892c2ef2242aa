"""What is there whole or not at all, also where two write it at once."""

from __future__ import annotations

import ctypes
import errno
import os
import stat
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from longtail.annotate.dataset import atomic
from longtail.annotate.dataset.atomic import into, replacing, replacing_folder
from longtail.annotate.errors import DatasetError, LongtailError, StorageError
from longtail.options import speaks_plainly


def test_two_that_write_one_file_at_once_do_not_write_into_each_other(tmp_path: Path) -> None:
    path = tmp_path / "stats.json"
    with replacing(path) as first:
        first.write(b"one")
        with pytest.raises(StorageError, match=r"stats\.json: another command is writing it just now"), replacing(path):
            pass
        first.write(b" and all of it")
    assert path.read_bytes() == b"one and all of it"
    with replacing(path) as later:
        later.write(b"two")
    assert path.read_bytes() == b"two"
    assert [found.name for found in tmp_path.iterdir()] == ["stats.json"]


def test_two_that_make_one_folder_at_once_keep_apart(tmp_path: Path) -> None:
    """The second one cleared what the first had made, and took over what came after."""
    path = tmp_path / "export"
    with replacing_folder(path) as folder:
        (folder / "data.yaml").write_text("names")
        with pytest.raises(StorageError, match="export: another command is writing it"), replacing_folder(path):
            pass
        (folder / "labels").mkdir()
    assert sorted(found.name for found in path.iterdir()) == ["data.yaml", "labels"]
    assert [found.name for found in tmp_path.iterdir()] == ["export"]


def test_what_a_kill_has_left_is_cleared(tmp_path: Path) -> None:
    (tmp_path / "export.tmp/labels").mkdir(parents=True)
    (tmp_path / "export.tmp/labels/old.txt").write_text("")
    (tmp_path / "export.tmp/data.yaml").write_text("")
    (tmp_path / "stats.json.tmp").write_bytes(b"more than there will be")
    with replacing_folder(tmp_path / "export") as folder:
        assert not list(folder.iterdir())
        (folder / "new").touch()
    with replacing(tmp_path / "stats.json") as file:
        file.write(b"new")
    assert [found.name for found in (tmp_path / "export").iterdir()] == ["new"]
    assert (tmp_path / "stats.json").read_bytes() == b"new"


def test_a_folder_is_on_disk_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files were not synced: a power cut soon after an export left labels of no bytes, which say that nothing is
    there to be seen."""
    seen: list[tuple[str, list[str]]] = []

    def noted(folder: Path) -> None:
        seen.append((folder.name, sorted(found.name for found in tmp_path.iterdir())))
        assert (folder / "labels.txt").read_text() == "car"

    monkeypatch.setattr(atomic, "_sync_tree", noted)
    with replacing_folder(tmp_path / "export") as folder:
        (folder / "labels.txt").write_text("car")
        assert seen == []
    assert seen == [("export.tmp", ["export.tmp"])]


class _System:
    """Stands in for the C library: a `syncfs` that ends with an error number, 0 for none."""

    def __init__(self, number: int) -> None:
        self.number, self.asked = number, 0

    def syncfs(self, descriptor: int) -> int:
        assert stat.S_ISDIR(os.fstat(descriptor).st_mode)
        self.asked += 1
        ctypes.set_errno(self.number)
        return -1 if self.number else 0


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The inodes that are put on disk one by one, in that order."""
    found: list[int] = []
    fsync = os.fsync

    def noted(descriptor: int) -> None:
        found.append(os.fstat(descriptor).st_ino)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    return found


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder of three files and two folders, itself counted, and a link that leads nowhere."""
    folder = tmp_path / "export"
    (folder / "labels").mkdir(parents=True)
    for name in ("README.md", "labels/0.txt", "labels/1.txt"):
        (folder / name).write_text("car")
    (folder / "labels/2.txt").symlink_to("nowhere")
    return folder


def test_few_files_are_put_on_disk_one_by_one(tree: Path, synced: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """One page of a few kilobytes waited for all that others had written to the same file system."""
    system = _System(0)
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: system)
    atomic._sync_tree(tree)
    inode = {str(path.relative_to(tree)): path.lstat().st_ino for path in (tree, *tree.rglob("*"))}
    del inode["labels/2.txt"]
    assert sorted(synced) == sorted(inode.values())
    assert synced[-1] == inode["."]
    assert synced.index(inode["labels"]) > max(synced.index(inode[f"labels/{number}.txt"]) for number in (0, 1))
    assert system.asked == 0


@pytest.mark.parametrize(("most", "one_by_one"), [(5, True), (4, False)])
def test_many_files_are_put_on_disk_at_once(
    tree: Path, synced: list[int], monkeypatch: pytest.MonkeyPatch, most: int, one_by_one: bool
) -> None:
    system = _System(0)
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: system)
    monkeypatch.setattr(atomic, "_ONE_BY_ONE", most)
    atomic._sync_tree(tree)
    assert (len(synced), system.asked) == ((5, 0) if one_by_one else (0, 1))


def test_this_system_puts_many_files_on_disk(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atomic, "_ONE_BY_ONE", 0)
    atomic._sync_tree(tree)
    assert (tree / "labels/0.txt").read_text() == "car"


def test_a_full_disk_is_told_and_a_file_system_without_syncing_is_not(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(atomic, "_ONE_BY_ONE", 0)
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: _System(errno.EINVAL))
    atomic._sync_tree(tree)
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: _System(errno.ENOSPC))
    with pytest.raises(OSError, match="No space left") as error:
        atomic._sync_tree(tree)
    assert (error.value.errno, error.value.filename) == (errno.ENOSPC, str(tree))


def test_a_folder_that_cannot_be_put_on_disk_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(folder: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))

    monkeypatch.setattr(atomic, "_sync_tree", full)
    with pytest.raises(OSError, match="No space left"), replacing_folder(tmp_path / "export") as folder:
        (folder / "labels.txt").write_text("car")
    assert list(tmp_path.iterdir()) == []


def test_a_block_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "stats.json").write_bytes(b"old")
    for half in (_half_a_file, _half_a_folder):
        with pytest.raises(ZeroDivisionError):
            half(tmp_path)
    assert [(found.name, found.read_bytes()) for found in tmp_path.iterdir()] == [("stats.json", b"old")]


def _half_a_file(root: Path) -> None:
    with replacing(root / "stats.json") as file:
        file.write(b"half")
        raise ZeroDivisionError


def _half_a_folder(root: Path) -> None:
    with replacing_folder(root / "export") as folder:
        (folder / "half").touch()
        raise ZeroDivisionError


@pytest.mark.parametrize(
    ("number", "kind", "said"),
    [
        (errno.ENOSPC, StorageError, "out: the disk is full; free some space, and run the same command again"),
        (errno.EROFS, DatasetError, "out: cannot be written to: Read-only file system; choose another -o"),
    ],
)
def test_a_full_disk_is_no_fault_of_the_request(number: int, kind: type[LongtailError], said: str) -> None:
    """Its status was 2, which schedulers take as final."""
    with pytest.raises(kind) as found, into(Path("out")):
        raise OSError(number, os.strerror(number))
    assert str(found.value) == said
    assert found.value.exit_status == (1 if number == errno.ENOSPC else 2)


def test_a_full_disk_is_told_with_the_file_that_was_to_be_written(tmp_path: Path) -> None:
    path = tmp_path / "supplement.yaml"

    @click.command()
    @speaks_plainly
    def command() -> int:
        with replacing(path):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    answer = CliRunner().invoke(command)
    said = f"longtail: {path}: the disk is full; free some space, and run the same command again\n"
    assert (answer.exit_code, answer.stderr) == (1, said)
    assert not list(tmp_path.iterdir())
