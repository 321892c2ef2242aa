"""Sharing the work: every frame belongs to exactly one part, and job arrays need no number on the command line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longtail.annotate.errors import ConfigError
from longtail.render.commands.shard import INDEX_VARIABLES, Shard


@given(frames=st.integers(0, 300), count=st.integers(1, 40))
def test_every_frame_belongs_to_one_part(frames: int, count: int) -> None:
    parts = [Shard.parse(f"{number}/{count}").indices(frames) for number in range(count)]
    assert sorted(index for part in parts for index in part) == list(range(frames))
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


@given(frames=st.integers(0, 300), count=st.integers(1, 40), together=st.integers(1, 30))
def test_frames_of_one_tar_stay_together(frames: int, count: int, together: int) -> None:
    parts = [Shard(number, count).indices(frames, together) for number in range(count)]
    assert sorted(index for part in parts for index in part) == list(range(frames))
    owners = {(index // together, number) for number, part in enumerate(parts) for index in part}
    assert len(owners) == len({block for block, _ in owners})


@pytest.mark.parametrize("variable", INDEX_VARIABLES)
def test_auto_takes_the_index_that_the_scheduler_gives(variable: str) -> None:
    assert Shard.parse("auto/8", {variable: "3", "PATH": "/bin"}) == Shard(3, 8)


def test_the_environment_is_not_asked_without_auto() -> None:
    assert Shard.parse("1/8", {"SLURM_ARRAY_TASK_ID": "3"}) == Shard(1, 8)


def test_two_schedulers_that_agree_are_one() -> None:
    assert Shard.parse("auto/8", {"SLURM_ARRAY_TASK_ID": "3", "JOB_COMPLETION_INDEX": "3"}) == Shard(3, 8)


@pytest.mark.parametrize(
    ("text", "environment", "said"),
    [
        ("auto/8", {}, "JOB_COMPLETION_INDEX"),
        ("auto/8", {"SLURM_ARRAY_TASK_ID": ""}, "got none"),
        ("auto/8", {"SLURM_ARRAY_TASK_ID": "3", "JOB_COMPLETION_INDEX": "4"}, "SLURM_ARRAY_TASK_ID=3"),
        ("auto/8", {"SLURM_ARRAY_TASK_ID": "8"}, "SLURM_ARRAY_TASK_ID='8'"),
        ("auto/8", {"SLURM_ARRAY_TASK_ID": "-1"}, "0 <= I < N"),
        ("auto", {"SLURM_ARRAY_TASK_ID": "1"}, "I/N"),
        ("4/4", {}, "I/N"),
        ("1/x", {}, "I/N"),
    ],
    ids=["unset", "empty", "differing", "too large", "negative", "no count", "past the end", "not a number"],
)
def test_wrong_shards(text: str, environment: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        Shard.parse(text, environment)
