"""Frames that a crash of the machine damaged are found, and only those."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from longtail.annotate import Dataset
from longtail.render.storage import place
from longtail.render.storage.store import Store
from longtail.render.watching.events import EVENTS, FrameDone, as_line
from tests.annotate.pictures import info
from tests.annotate.stage import dataset
from tests.render.begun import opened


def healed(root: Path) -> list[str]:
    return Store(root).heal(Dataset.open(root).info)


def shorten(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def blank(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def test_a_sound_dataset_is_left_as_it_is(tmp_path: Path) -> None:
    root = dataset(tmp_path / "out")
    assert healed(root) == []
    assert Dataset.open(root).frames() == [0, 1, 2]


@pytest.mark.parametrize("harm", [shorten, empty, Path.unlink], ids=["shortened", "emptied", "gone"])
@pytest.mark.parametrize("path", ["images/000001.png", "masks/instance/000001.png", "depth/000001.png"])
def test_a_frame_with_a_torn_file_is_taken_out(path: str, harm: Callable[[Path], None], tmp_path: Path) -> None:
    root = dataset(tmp_path / "out")
    harm(root / path)
    (said,) = healed(root)
    assert said.startswith(f"{path}: expected")
    assert Dataset.open(root).frames() == [0, 2]
    assert not list(root.rglob("000001.*"))


@pytest.mark.parametrize("harm", [shorten, empty, blank], ids=["shortened", "emptied", "blank"])
def test_a_frame_with_a_torn_record_is_taken_out(harm: Callable[[Path], None], tmp_path: Path) -> None:
    root = dataset(tmp_path / "out")
    harm(root / "frames" / "000002.json")
    (said,) = healed(root)
    assert said.startswith("frames/000002.json: expected a frame record")
    assert Dataset.open(root).frames() == [0, 1]


def test_content_is_compared_for_what_was_written_last(tmp_path: Path) -> None:
    root = dataset(tmp_path / "out")
    for index in (0, 1):
        blank(root / "images" / f"{index:06d}.png")
    (root / EVENTS).parent.mkdir(exist_ok=True)
    (root / EVENTS).write_text(as_line(FrameDone(1, 1, 0, "clear, day", {}, 0.0)) + "\n")
    (said,) = healed(root)
    assert said.startswith("images/000001.png: expected sha256")
    assert Dataset.open(root).frames() == [0, 2]


def test_a_long_look_is_announced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = dataset(tmp_path / "out")
    for limit, expected in ((3, []), (2, ["looking whether the 3 frames that are there are whole"])):
        monkeypatch.setattr(place, "_QUICKLY_LOOKED_AT", limit)
        said: list[str] = []
        with opened(root, info(3), say=said.append):
            pass
        assert said == expected
