"""Folders for a while: gone after their command, and after the next one where theirs was killed."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from longtail.annotate.dataset.atomic import replacing
from longtail.render.storage import staging
from longtail.render.storage.staging import staging_folder

_KEEPS_ONE = """
import sys
from longtail.render.storage.staging import staging_folder
with staging_folder() as folder:
    (folder / "tar").write_bytes(bytes(1000))
    print(folder, flush=True)
    sys.stdin.readline()
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(staging.tempfile, "tempdir", None)  # type: ignore[attr-defined]
    return tmp_path


def test_a_folder_lasts_as_long_as_its_block(temporary: Path) -> None:
    with staging_folder() as folder:
        assert list(folder.iterdir()) == []
        (folder / "deep").mkdir()
    assert list(temporary.iterdir()) == []


def test_the_next_command_removes_what_a_killed_one_left_and_nothing_else(temporary: Path) -> None:
    strangers = temporary / "longtail-notes"
    strangers.mkdir()
    (strangers / "mine.txt").write_text("keep")
    with subprocess.Popen([sys.executable, "-c", _KEEPS_ONE], stdin=-1, stdout=-1, text=True) as other:
        assert other.stdout is not None
        left = Path(other.stdout.readline().strip())
        with staging_folder():
            assert (left / "tar").exists(), "its command lives"
        other.kill()
    assert (left / "tar").exists()
    with staging_folder():
        assert not left.parent.exists()
    assert list(temporary.iterdir()) == [strangers]
    assert list(strangers.iterdir())


def test_a_link_is_not_followed(temporary: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / staging._LOCK).touch()
    (temporary / "longtail-link").symlink_to(elsewhere)
    with staging_folder():
        pass
    assert (elsewhere / staging._LOCK).exists()


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP])
def test_file_systems_that_know_no_sync_take_files(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    with replacing(tmp_path / "a" / "file") as file:
        file.write(b"whole")
    assert (tmp_path / "a" / "file").read_bytes() == b"whole"


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EROFS])
def test_a_disk_that_fails_keeps_no_half_file(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match=os.strerror(number)), replacing(tmp_path / "file") as file:
        file.write(b"whole")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_may_not_be_read_takes_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object) -> int:
        raise PermissionError(errno.EACCES, "not allowed")

    monkeypatch.setattr(os, "open", forbidden)
    with replacing(tmp_path / "file") as file:
        file.write(b"whole")
    assert (tmp_path / "file").exists()
