"""Whoever renders a set to validate on from the training set's seed hears of it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from longtail.annotate.dataset.dataset import DatasetInfo
from longtail.render.commands.same_scenes import same_scenes_note
from tests.annotate.pictures import info
from tests.annotate.stage import store


@pytest.fixture
def train(tmp_path: Path) -> Path:
    store(tmp_path / "train", [], info(1000))
    (tmp_path / "notes.txt").write_text("not a dataset")
    (tmp_path / "photos").mkdir()
    return tmp_path / "train"


def test_a_set_of_the_same_seed_beside_it_is_named(train: Path) -> None:
    note = same_scenes_note(train.parent / "val", info(100))
    assert note is not None
    assert f"{train} is of the same config and seed, so 100 frames will be in both" in note
    assert "another --seed" in note


def test_the_place_may_be_a_name_alone(train: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(train.parent)
    assert same_scenes_note(Path("val"), info(100)) is not None


@pytest.mark.parametrize(
    ("output", "about"),
    [
        ("val", dataclasses.replace(info(100), digest="d2", seed=8)),
        ("train", info(1000)),  # a run that goes on
        ("nowhere/val", info(100)),
    ],
    ids=["another seed", "the same place", "another parent"],
)
def test_all_else_is_not(train: Path, output: str, about: DatasetInfo) -> None:
    assert same_scenes_note(train.parent / output, about) is None
