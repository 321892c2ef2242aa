"""The first picture is told once, and the demo's are worth a look."""

from __future__ import annotations

import re
import shlex
from itertools import pairwise
from pathlib import Path

from longtail.render.watching.events import FrameDone, RunBegan
from longtail.render.watching.first_picture import FirstPicture
from longtail.scenes.config.loading import load
from longtail.scenes.drawing.sampling import draw
from longtail.scenes.scene import condition_of

MAKEFILE = (Path(__file__).parents[2] / "Makefile").read_text(encoding="utf-8")


def test_the_first_picture_that_is_there_is_told_once() -> None:
    said: list[str] = []
    watcher = FirstPicture(lambda index: f"demo/images/{index:06d}.png", said.append)
    watcher.see(RunBegan(3, 0, ("cpu",), "0", 1))
    assert said == []
    for index in (1, 0, 2):
        watcher.see(FrameDone(index, 1, 0, "clear, day", {}, 900.0))
    assert said == ["first picture: demo/images/000001.png"]


def test_the_demo_shows_other_weather_in_every_frame_and_all_parts_of_the_day() -> None:
    asked = dict(re.findall(r"^(DEMO_\w+) \?= (.*)$", MAKEFILE, re.MULTILINE))
    words = shlex.split(asked["DEMO_OPTIONS"])
    changes = [value for option, value in pairwise(words) if option == "--set"]
    seed, frames = int(words[words.index("--seed") + 1]), int(asked["DEMO_FRAMES"])
    config = load("street", changes, seed=seed, frames=frames)
    shown = [condition_of(draw(config.asked, index).values).split(", ") for index in range(frames)]
    assert len({weather for weather, _ in shown}) == frames
    assert {part for _, part in shown} == {"day", "low_sun", "dusk", "night"}
    kinds = {kind for weather, _ in shown for kind in weather.split("+")}
    assert {"rain", "snow", "fog", "flood"} <= kinds
    assert shown[0] == ["clear", "day"], "a stranger's first picture"
