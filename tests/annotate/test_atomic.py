"""What is there whole or not at all, also where two write it at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from longtail.annotate.dataset.atomic import replacing, replacing_folder
from longtail.annotate.errors import StorageError


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
