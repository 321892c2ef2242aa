"""Scenes drawn before they are asked for, while Blender renders: a scene is a function of the config and its index.

So are the meshes of its ground, which are made with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass

from longtail.scenes.assets.asset import Asset
from longtail.scenes.composing import scene_of
from longtail.scenes.config.config import Config
from longtail.scenes.scene import Scene, ground_pieces


@dataclass(frozen=True, eq=False)
class _Guess:
    config: Config
    index: int
    assets: Mapping[str, Asset]
    scene: Future[Scene]


class DrawnAhead:
    """The scenes that one worker renders, of which it draws the next one beside the render, in a thread of its own.

    Nobody tells a worker what it will be handed next: it guesses where its last two steps from frame to frame were the
    same, and a scene that nobody asks for is thrown away. What is drawn here and there is the same scene, so no frame
    depends on a guess. Two scenes are never drawn at once.
    """

    def __init__(self) -> None:
        self._drawer = ThreadPoolExecutor(1, "drawer")
        self._guess: _Guess | None = None
        self._index: int | None = None
        self._steps: tuple[int, int] = 0, 0

    def scene(self, config: Config, index: int, assets: Mapping[str, Asset]) -> Scene:
        """What `scene_of` gives for frame `index`, drawn already or now, and its errors."""
        self._steps = self._steps[1], 0 if self._index is None else index - self._index
        self._index = index
        guess, self._guess = self._guess, None
        if guess is not None:
            wait([guess.scene])
            if guess.config is config and guess.index == index and guess.assets is assets:
                # One that cannot be drawn fails below as it would have without a guess.
                with suppress(Exception):
                    return guess.scene.result()
        return scene_of(config, index, assets)

    def go_ahead(self, config: Config, assets: Mapping[str, Asset]) -> None:
        """Begin to draw what may be asked for next. Called where the thread that renders begins to wait for that."""
        before, step = self._steps
        if self._index is None or before != step or step < 1 or not _may_be_drawn(config, self._index + step):
            return
        index = self._index + step
        self._guess = _Guess(config, index, assets, self._drawer.submit(_drawn, config, index, assets))


def _drawn(config: Config, index: int, assets: Mapping[str, Asset]) -> Scene:
    """The scene, with the pieces of its ground made, which its builder will ask for."""
    scene = scene_of(config, index, assets)
    # What cannot be made fails where it is asked for, as it would have without a guess.
    with suppress(Exception):
        ground_pieces(scene.ground)
    return scene


def _may_be_drawn(config: Config, index: int) -> bool:
    """Whether the scene of that frame follows from its index alone, and is not at hand anyway.

    All moments of a clip are made of one scene, and where `require` speaks of labels these choose among draws.
    """
    return index < config.frames and config.given is None and not config.clip.moves and not config.require_seen
