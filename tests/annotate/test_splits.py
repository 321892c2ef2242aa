"""Splits: scenes stay whole, every condition and class comes into each, exports follow, and shared scenes are found."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import longtail
from longtail.annotate.choosing.shared_scenes import Shared, shared_scenes
from longtail.annotate.choosing.splits import NAMES, SPLITS, Splits
from longtail.annotate.choosing.stratified import deal, sizes_of, stratified
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.merge import merge
from longtail.annotate.errors import ConfigError, DatasetError
from longtail.annotate.labels.frame import Frame
from longtail.annotate.labels.shown import Shown
from longtail.command_line import main
from tests.annotate.pictures import Board, info, picture
from tests.annotate.stage import messages, store, tree

SCENES = 20
SHARES = {"train": 0.8, "val": 0.1, "test": 0.1}


def frames(scenes: int = SCENES, first: int = 0, shift: float = 0.0) -> list[Frame]:
    """Two pictures of each scene. Every tenth shows a dog, every fifth a bus, all a car, each at a place of its own."""
    made = []
    for scene in range(first, first + scenes):
        boards = [Board(1, "car", 2 + scene, 20, 9, 9, 20.0 + shift)]
        boards += [Board(2, "dog", 30, 30, 9, 9, 10.0 + scene + shift)] if scene % 10 < 2 else []
        boards += [Board(3, "bus", 40, 10, 20, 20, 15.0 + scene + shift)] if scene % 5 == 0 else []
        for variant in ("day", "night"):
            index = 2 * (scene - first) + (variant == "night")
            made.append(dataclasses.replace(picture(boards, index), shown=Shown(scene, variant, {}, (index ^ 1,))))
    return made


def staged(root: Path, made: list[Frame], **changes: object) -> Path:
    about = info(len(made), outputs=("coco",), **changes)
    store(root, made[::2], about, day="clear")
    store(root, made[1::2], about, day="fog")
    merge(root)
    return root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return staged(tmp_path / "out", frames())


def told(*words: object) -> tuple[int, str]:
    answer = CliRunner().invoke(main, [str(word) for word in words])
    return answer.exit_code, answer.output


def test_scenes_are_whole_and_all_kinds_come_into_all_splits(root: Path) -> None:
    splits = longtail.open(root).split(0.5, 0.25, 0.25)
    scenes = {name: {frame.record.shown.scene for frame in found} for name, found in splits.items()}
    assert {name: len(found) for name, found in scenes.items()} == {"train": 10, "val": 5, "test": 5}
    assert len(set.union(*scenes.values())) == SCENES
    assert sum(map(len, splits.values())) == 2 * SCENES
    # Four scenes with a dog, four with a bus, of which two have both: half, a quarter and a quarter.
    for kind in ("dog", "bus"):
        counts = {name: len(found.find(f"count({kind}) > 0")) // 2 for name, found in splits.items()}
        assert counts == {"train": 2, "val": 1, "test": 1}, kind


def test_what_is_seldom_is_not_left_to_chance() -> None:
    """Where two scenes of a hundred have it, a hash leaves most splits without; dealing gives both small ones some."""
    counts = {scene: Counter({"all": 1, **({"rare": 1} if scene in (17, 58) else {})}) for scene in range(100)}
    for seed in range(20):
        dealt = deal(counts, sizes_of(100, {"a": 0.5, "b": 0.5}), seed)
        assert {dealt[17], dealt[58]} == {"a", "b"}


@settings(max_examples=60)
@given(
    st.dictionaries(
        st.integers(0, 10**6), st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 9)), min_size=3, max_size=60
    ),
    st.integers(0, 2**63 - 1),
)
def test_sizes_are_met_to_the_scene(shown: dict[int, dict[str, int]], seed: int) -> None:
    counts = {scene: Counter(what) for scene, what in shown.items()}
    sizes = sizes_of(len(counts), SHARES)
    dealt = deal(counts, sizes, seed)
    assert dealt.keys() == counts.keys()
    assert Counter(dealt.values()) == sizes
    assert dealt == deal(dict(reversed(counts.items())), sizes, seed)


def test_dealing_is_closer_to_the_shares_than_chance() -> None:
    """Over many labels of random frequency, the largest miss of a split's share is a fraction of what a hash makes."""
    rng = np.random.default_rng(3)
    often = rng.uniform(0.02, 0.6, 15)
    counts = {scene: Counter({f"c{k}": 1 for k in np.flatnonzero(rng.random(15) < often)}) for scene in range(300)}
    by_hash = {scene: Splits().of(1, scene) for scene in counts}
    assert _miss(counts, deal(counts, sizes_of(300, SHARES), 1)) < 0.5 * _miss(counts, by_hash)


def _miss(counts: dict[int, Counter[str]], dealt: dict[int, str]) -> float:
    """How many scenes of a label a split has too many or too few, by root of the mean square."""
    misses = []
    for label in {label for shown in counts.values() for label in shown}:
        having = [dealt[scene] for scene, shown in counts.items() if shown[label]]
        misses += [having.count(name) - share * len(having) for name, share in SHARES.items()]
    return float(np.sqrt(np.mean(np.square(misses))))


@pytest.mark.parametrize(
    ("scenes", "shares", "sizes"),
    [
        (10, (0.8, 0.1, 0.1), (8, 1, 1)),
        (3, (0.8, 0.1, 0.1), (1, 1, 1)),
        (4, (0.98, 0.01, 0.01), (2, 1, 1)),
        (1000, (1 / 3, 1 / 3, 1 / 3), (334, 333, 333)),
    ],
)
def test_sizes(scenes: int, shares: tuple[float, ...], sizes: tuple[int, ...]) -> None:
    found = sizes_of(scenes, dict(zip(NAMES, shares, strict=True)))
    assert sorted(found.values()) == sorted(sizes)
    assert found["train"] == sizes[0] or scenes == 1000


def test_the_command_decides_and_exports_follow(root: Path, tmp_path: Path) -> None:
    status, said = told("split", root, 0.5, 0.25, 0.25)
    assert (status, said) == (0, f"{root / SPLITS}: train 10 scenes, val 5 scenes, test 5 scenes\n")
    decided = json.loads((root / SPLITS).read_bytes())["scenes"]
    status, said = told("export", root, "--to", "yolo", "-o", tmp_path / "yolo")
    assert "split by scene, as splits.json of the dataset says" in said
    for name in NAMES:
        scenes = {int(path.stem) // 2 for path in (tmp_path / "yolo/images" / name).iterdir()}
        assert scenes == set(decided[name])
    by_name = longtail.open(root).decided_splits()
    assert {name: sorted({frame.index // 2 for frame in found}) for name, found in by_name.items()} == decided
    assert messages(root) == ""
    before = tree(root)
    told("split", root, 0.5, 0.25, 0.25)
    assert tree(root) == before
    # Who gives shares is heard.
    told("export", root, "--to", "yolo", "-o", tmp_path / "own", "--split", 1, 0, 0)
    assert [path.name for path in (tmp_path / "own/images").iterdir()] == ["train"]


def test_a_scene_that_came_later_has_no_split(root: Path, tmp_path: Path) -> None:
    told("split", root, 0.8, 0.1, 0.1)
    staged(root, frames(SCENES + 1))
    status, said = told("export", root, "--to", "yolo", "-o", tmp_path / "yolo")
    assert (status, "expected a split for scene 20, got none" in said) == (2, True)
    assert not (tmp_path / "yolo").exists()
    assert told("split", root, 0.8, 0.1, 0.1)[0] == 0
    assert told("export", root, "--to", "yolo", "-o", tmp_path / "yolo")[0] == 0


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"{}", "expected a key 'format'"),
        (b"not json", "expected splits of a dataset"),
        (b'{"format": "other"}', "expected longtail.splits.1, got 'other'"),
        (
            b'{"format": "longtail.splits.1", "shares": {"train": 1, "val": 0, "test": 0}, '
            b'"scenes": {"train": [1, 2], "val": [2], "test": []}}',
            "expected every scene in one split, got 2 in several",
        ),
    ],
)
def test_a_file_that_is_none(root: Path, tmp_path: Path, data: bytes, said: str) -> None:
    (root / SPLITS).write_bytes(data)
    status, told_of = told("export", root, "--to", "yolo", "-o", tmp_path / "yolo")
    assert (status, said in told_of, SPLITS in told_of) == (2, True, True)


def test_what_cannot_be_split(root: Path, tmp_path: Path) -> None:
    few = staged(tmp_path / "few", frames(2))
    status, said = told("split", few, 0.8, 0.1, 0.1)
    assert (status, "expected a scene for each of train, val, test, got 2 scenes" in said) == (2, True)
    assert not (few / SPLITS).exists()
    status, said = told("split", root, 0.8, 0.1, 0.2)
    assert (status, "add up to 1" in said) == (2, True)
    with pytest.raises(DatasetError, match="expected splits, got none; `longtail split` decides them"):
        longtail.open(root).decided_splits()
    with pytest.raises(ConfigError, match="add up to 1"):
        longtail.open(root).split(1, 1, 1)


def test_bytes_and_back(root: Path) -> None:
    splits = stratified(Dataset.open(root), Splits(0.7, 0.2, 0.1))
    assert Splits.loads(splits.dumps(), "splits.json") == splits


def test_sets_that_share_scenes_are_found(root: Path, tmp_path: Path) -> None:
    """Under another seed, number, index, light and with less in it, a scene is the same where things stand alike."""
    shared = frames(3, first=10)[::2]
    shared = [dataclasses.replace(frame, index=n, shown=Shown(n + 50, "fog")) for n, frame in enumerate(shared)]
    other = staged(tmp_path / "other", [*shared, *_reindexed(frames(2, first=40, shift=0.5), 3)], seed=99, digest="d2")
    found = shared_scenes(Dataset.open(other), Dataset.open(root))
    assert found == [Shared(0, 20, 1.0), Shared(1, 22, 1.0), Shared(2, 24, 1.0)]
    status, said = told("check", other, root)
    assert status == 1
    first, record = other / "frames/000000.json", root / "frames/000020.json"
    assert f"{first}: expected a scene of its own, got that of {record} (100% of its things)\n" in said
    assert f"{other} and {root} share 3 scenes" in said


def _reindexed(made: list[Frame], start: int) -> list[Frame]:
    return [dataclasses.replace(frame, index=n) for n, frame in enumerate(made, start=start)]


def test_sets_of_their_own_share_nothing(root: Path, tmp_path: Path) -> None:
    other = staged(tmp_path / "other", frames(shift=0.5))
    assert shared_scenes(Dataset.open(other), Dataset.open(root)) == []
    status, said = told("check", other, root)
    assert (status, f"{other} and {root} share no scene\n" in said) == (0, True)
    # What is not there is told before the first one is checked, which may take long.
    status, said = told("check", other, tmp_path / "nothing")
    assert (status, "there is no such folder" in said, "no findings" in said) == (2, True, False)
    assert len(shared_scenes(Dataset.open(root), Dataset.open(root))) == SCENES


def test_most_of_a_scene_is_that_scene(tmp_path: Path) -> None:
    boards = [Board(n, "car", 6 * n, 20, 5, 9, 10.0 + n) for n in range(1, 7)]
    whole = staged(tmp_path / "whole", [picture(boards, 0)])
    moved = [dataclasses.replace(board, depth_m=40.0) for board in boards]
    for kept, share in ((boards[:4], 1.0), ([*boards[:2], *moved[2:4]], 0.5)):
        other = staged(tmp_path / f"other{share}", [picture(kept, 0)])
        assert shared_scenes(Dataset.open(other), Dataset.open(whole)) == [Shared(0, 0, share)]
    other = staged(tmp_path / "third", [picture([boards[0], *moved[1:3]], 0)])
    assert shared_scenes(Dataset.open(other), Dataset.open(whole)) == []


def test_scenes_without_things_say_nothing(tmp_path: Path) -> None:
    """The boards' empty streets have but weather and light to be known by."""
    one, two = (staged(tmp_path / name, [picture((), 0)]) for name in ("one", "two"))
    assert shared_scenes(Dataset.open(one), Dataset.open(two)) == []


def test_where_a_hash_leaves_a_split_empty_another_way_is_told() -> None:
    """Eight scenes of a first trial: by their hash all are to train on."""
    scenes = [scene for scene in range(200) if Splits().of(7, scene) == "train"][:8]
    with pytest.raises(DatasetError, match="none of 8 scenes; `longtail split` deals them out so that each has one"):
        Splits().require_scenes(7, scenes)
    with pytest.raises(DatasetError, match="none of 2 scenes; render more"):
        Splits().require_scenes(7, scenes[:2])


def test_splits_of_nested_lists_are_refused_in_words() -> None:
    with pytest.raises(DatasetError, match="expected splits of a dataset, got another file"):
        Splits.loads(b"[" * 100_000, "splits.json")
