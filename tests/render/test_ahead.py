"""Scenes that are drawn beside the render: which are guessed, and that a guess decides nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from longtail.annotate.errors import RenderError
from longtail.render.frame import DrawnAhead, ahead
from longtail.scenes.assets.asset import Asset
from longtail.scenes.config.config import Config
from longtail.scenes.config.loading import load
from longtail.scenes.scene import ground_pieces

TINY = ("assets.packs=false", "frames=9")
CONFIG = load("street", TINY, seed=7)
NO_ASSETS: Mapping[str, Asset] = {}


class Drawings:
    """In the place of `scene_of`: notes which scenes are drawn in the thread that asks for them, and which beside it.
    None can be drawn of the frames of `fails`.
    """

    def __init__(self, fails: Iterable[int] = ()) -> None:
        self.here: list[int] = []
        self.beside: list[int] = []
        self._fails = frozenset(fails)

    def __call__(self, _config: Config, index: int, _assets: Mapping[str, Asset]) -> str:
        (self.here if threading.current_thread() is threading.main_thread() else self.beside).append(index)
        if index in self._fails:
            raise RenderError(f"no scene {index}")
        return f"scene {index}"


def asked(config: Config, indices: Iterable[int]) -> list[Any]:
    """What a worker is given that renders frames one after another."""
    drawn, scenes = DrawnAhead(), list[Any]()
    for index in indices:
        scenes.append(drawn.scene(config, index, NO_ASSETS))
        drawn.go_ahead(config, NO_ASSETS)
    drawn._drawer.shutdown()
    return scenes


@pytest.mark.parametrize(
    ("handed", "here", "beside"),
    [
        # Two equal steps are a guess at the third.
        ((0, 1, 2, 3, 4), [0, 1, 2], [3, 4, 5]),
        ((0, 2, 4, 6), [0, 2, 4], [6, 8]),
        # A guess that misses is drawn in vain, and none follows until steps agree again.
        ((0, 1, 2, 5, 6, 7), [0, 1, 2, 5, 6, 7], [3, 8]),
        # Behind the run's end there is nothing to draw, nor does it go backwards.
        ((6, 7, 8), [6, 7, 8], []),
        ((8, 7, 6), [8, 7, 6], []),
        ((3, 3, 3), [3, 3, 3], []),
    ],
)
def test_what_is_guessed(
    handed: tuple[int, ...], here: list[int], beside: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawings = Drawings()
    monkeypatch.setattr(ahead, "scene_of", drawings)
    assert asked(CONFIG, handed) == [f"scene {index}" for index in handed]
    assert (drawings.here, drawings.beside) == (here, beside)


def test_a_scene_that_cannot_be_drawn_fails_where_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "scene_of", Drawings(fails=[3]))
    assert len(asked(CONFIG, (0, 1, 2, 4))) == 4  # nobody asks for 3
    with pytest.raises(RenderError, match="no scene 3"):
        asked(CONFIG, (0, 1, 2, 3))


@pytest.mark.parametrize(
    "pins",
    [
        pytest.param("clip={frames: 4, rate_hz: 10}", id="clip"),
        pytest.param("require=['count(car, visible > 0) >= 0']", id="labels decide"),
    ],
)
def test_nothing_is_guessed_where_an_index_does_not_decide(pins: str, monkeypatch: pytest.MonkeyPatch) -> None:
    drawings = Drawings()
    monkeypatch.setattr(ahead, "scene_of", drawings)
    asked(load("street", [*TINY, pins], seed=7), (0, 1, 2, 3))
    assert drawings.beside == []


def test_a_scene_of_another_config_is_not_taken_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    drawings, drawn = Drawings(), DrawnAhead()
    monkeypatch.setattr(ahead, "scene_of", drawings)
    for index in range(3):
        drawn.scene(CONFIG, index, NO_ASSETS)
    drawn.go_ahead(CONFIG, NO_ASSETS)
    drawn.scene(load("street", TINY, seed=8), 3, NO_ASSETS)
    assert (drawings.here, drawings.beside) == ([0, 1, 2, 3], [3])


class Counted:
    """A ground that counts how often its pieces are made; all of them are equal."""

    def __init__(self) -> None:
        self.made = 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Counted)

    __hash__ = None  # type: ignore[assignment]

    def pieces(self) -> tuple[str, int]:
        self.made += 1
        return "of", id(self)


def test_the_ground_is_made_with_the_scene_and_taken_for_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    grounds = [Counted() for _ in range(5)]
    monkeypatch.setattr(ahead, "scene_of", lambda _config, index, _assets: SimpleNamespace(ground=grounds[index]))
    asked(CONFIG, (0, 1, 2, 3))
    assert [ground.made for ground in grounds] == [0, 0, 0, 1, 1]  # beside the renders of 2 and 3
    ask: Any = ground_pieces
    assert [ask(grounds[index]) for index in (3, 4, 3)] == [("of", id(grounds[index])) for index in (3, 4, 3)]
    assert [ground.made for ground in grounds] == [0, 0, 0, 1, 1]
    assert ask(grounds[0]) == ("of", id(grounds[0]))  # another one, for all that it equals them
