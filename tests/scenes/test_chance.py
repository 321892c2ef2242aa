"""The chance in a picture: what belongs together draws the same, all else something else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from longtail.scenes.drawing.chance import Chance
from longtail.scenes.drawing.plan import FIRST, Picture

Key = Callable[[Chance], object]

KEYS: dict[str, Key] = {
    "glass": lambda chance: chance.of_glass("rain").random(),
    "moment": lambda chance: chance.of_moment("rain").random(),
    "camera": lambda chance: chance.of_camera("rain").random(),
    "picture": lambda chance: chance.of_picture("rain").random(),
    "path tracing": lambda chance: chance.path_tracing,
}
OTHERS: dict[str, Picture] = {
    "frame": replace(FIRST, frame=1, variant="fog"),
    "scene": replace(FIRST, scene=1, frame=1),
    "camera": replace(FIRST, camera="left", frame=1),
    "time": replace(FIRST, time_s=0.1, frame=1),
}
# What a stream is the same in, though the pictures differ.
SHARED = {
    "glass": {"frame", "time"},
    "moment": {"frame", "camera"},
    "camera": {"frame", "scene", "time"},
    "picture": set(),
    "path tracing": set(),
}


@pytest.mark.parametrize("kind", KEYS)
@pytest.mark.parametrize("other", OTHERS)
def test_streams_are_keyed_by_what_they_belong_to(kind: str, other: str) -> None:
    key = KEYS[kind]
    assert (key(Chance(3, FIRST)) == key(Chance(3, OTHERS[other]))) is (other in SHARED[kind])


@pytest.mark.parametrize("kind", KEYS)
def test_another_seed_is_another_stream(kind: str) -> None:
    assert KEYS[kind](Chance(3, FIRST)) != KEYS[kind](Chance(4, FIRST))


def test_kinds_of_one_name_do_not_share() -> None:
    chance = Chance(0, FIRST)
    streams = [chance.of_glass("a"), chance.of_moment("a"), chance.of_camera("a"), chance.of_picture("a")]
    drawn = np.array([stream.random(64) for stream in streams])
    assert np.abs(np.corrcoef(drawn) - np.eye(len(streams))).max() < 0.5


def test_the_path_tracers_seed_has_31_bits() -> None:
    seeds = {Chance(0, replace(FIRST, frame=frame)).path_tracing for frame in range(50)}
    assert len(seeds) == 50
    assert all(0 <= seed < 2**31 for seed in seeds)
