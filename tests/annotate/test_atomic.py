"""What is there whole or not at all, also where two write it at once."""

from __future__ import annotations

import errno
import os
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
