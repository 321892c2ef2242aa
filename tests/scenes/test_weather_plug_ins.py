"""A weather of another package is one of ours: listed, drawn, kept in its rules, and its particles fly."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from longtail.scenes.weather.rain import Rain
from longtail.scenes.weather.table import checked
from tests.plugged import installed

ROOT = Path(__file__).parent.parent.parent

PACKAGE = """
from dataclasses import dataclass

import numpy as np

from longtail.distributions import LogUniform
from longtail.scenes.space.occurrence import during
from longtail.scenes.space.parameters import Parameter, Rule
from longtail.scenes.weather.kind import WeatherKind


@dataclass(frozen=True)
class Ash(WeatherKind):
    depth_mm: float

    name = "ash"
    summary = "the fall-out of a volcano"
    PARAMETERS = (Parameter("weather.ash.depth_mm", LogUniform(1.0, 50.0), "mm", 0.1, 300.0, "on level ground"),)
    RULES = (Rule("air.temperature_c", when=during("ash"), low=12.0, because="the volcano is in a warm country"),)
    needs_open_sky = True
    falls = ("ash",)

    @property
    def rates_mm_h(self):
        return {"ash": 0.5 * self.depth_mm}


def paint(picture, place, ash, rng):
    return picture * np.float32(1 / (1 + ash.depth_mm))
"""
ENTRIES = "[longtail.weathers]\nash = fallout:Ash\n[longtail.particles]\nash = fallout:paint\n"

PROGRAM = """
from fallout import Ash  # before anything of ours, as its own tests would
from longtail.render.frame.taking import conditions_of
from longtail.render.particles import fly
from longtail.scenes.assets import catalogue
from longtail.scenes.composing import scene_of
from longtail.scenes.config.loading import load
from tests.render import skies

config = load("street", ["weather=clear+ash", "weather.ash.depth_mm=3"], seed=4)
scene = scene_of(config, 0, catalogue(("buildings",), packs=False))
assert scene.weather.get(Ash).depth_mm == 3.0
assert scene.parameters["weather.ash.depth_mm"] == 3.0 and scene.parameters["air.temperature_c"] >= 12.0
assert not scene.parameters["road.tunnel"]
assert conditions_of(scene).to_json()["ash_rate_mm_h"] == 1.5
flown = fly(skies.grey(0.4), skies.road(), skies.scene(Ash(3.0)), skies.streams())
assert abs(flown.max() - 0.1) < 1e-6
"""


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(folder), str(ROOT)])
    return subprocess.run(
        [sys.executable, *words], env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False
    )


def test_a_weather_of_another_package(tmp_path: Path) -> None:
    folder = installed(tmp_path, "volcano", ENTRIES, {"fallout": PACKAGE})
    listed = run(folder, "-m", "longtail", "list", "weathers")
    assert "ash: the fall-out of a volcano\n" in listed.stdout, listed.stderr
    done = run(folder, "-c", PROGRAM)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("entries", "source", "why"),
    [
        (ENTRIES, "raise ImportError('no lava')", "it cannot be imported: ImportError: no lava"),
        (ENTRIES.replace("ash", "cinders", 1), PACKAGE, "expected the name cinders of its entry point, got 'ash'"),
        ("[longtail.weathers]\nrain = fallout:Ash\n", PACKAGE, "expected a name that is not taken, got rain"),
        ("[longtail.particles]\nlava = fallout:paint\n", PACKAGE, "expected the name of a weather (clear, "),
    ],
    ids=["import", "name", "taken", "particles"],
)
def test_a_broken_one_is_one_message(tmp_path: Path, entries: str, source: str, why: str) -> None:
    folder = installed(tmp_path, "volcano", entries, {"fallout": source})
    done = run(folder, "-m", "longtail", "preview", "street", "-o", str(tmp_path / "sheet.png"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("longtail: plug-in ")
    assert why in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "sheet.png").exists()


def test_what_is_no_weather_is_refused() -> None:
    with pytest.raises(TypeError, match=r"expected a subclass of .*WeatherKind, got 3"):
        checked("three", 3)
    foreign = type("Foreign", (Rain,), {"name": "foreign"})
    with pytest.raises(ValueError, match=r"expected parameters below weather\.foreign\., got weather\.rain\.rate_mm_h"):
        checked("foreign", foreign)
