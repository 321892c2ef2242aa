"""Whom streets show: as often as weights say, in skin of the tone that labels say. Without Blender."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest

from longtail.annotate.errors import ConfigError
from longtail.scenes.assets import ASSETS
from longtail.scenes.assets.asset import Procedural
from longtail.scenes.assets.people.complexions import BOUNDS_DEG, SKIN_TONES
from longtail.scenes.assets.people.crowd import crowd
from longtail.scenes.composing import scene_of
from longtail.scenes.config.loading import load
from longtail.scenes.geometry.complexion import HAIR, SKIN
from longtail.scenes.scenarios.street.whom import WORDS
from longtail.scenes.scene import Placed

PEOPLE = [asset for asset in ASSETS.values() if asset.category == "person"]


def people(*settings: str, scenes: int = 30) -> list[Placed]:
    config = load("street", ["assets.packs=false", "weather=clear", "objects.pedestrian.count=30", *settings], seed=11)
    placed = [item for index in range(scenes) for item in scene_of(config, index, ASSETS).objects]
    return [item for item in placed if ASSETS[item.asset].category == "person"]


def told(item: Placed) -> dict[str, object]:
    """What labels say of somebody."""
    return {**ASSETS[item.asset].attributes, **item.attributes}


def shares(found: Sequence[Placed], name: str) -> dict[object, float]:
    counted = Counter(told(item)[name] for item in found)
    return {word: count / len(found) for word, count in counted.items()}


@pytest.mark.parametrize("tone", SKIN_TONES)
def test_skin_has_the_angle_of_its_class(tone: str) -> None:
    """CIELAB under D65 by CIE 15:2004, of linear sRGB (IEC 61966-2-1)."""
    x, y, z = (
        np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ SKIN_TONES[tone]
    )
    f = [value ** (1 / 3) for value in (x / 0.9505, y, z / 1.0890)]
    light, yellow = 116 * f[1] - 16, 200 * (f[1] - f[2])
    low, high = BOUNDS_DEG[tone]
    assert low < math.degrees(math.atan2(light - 50, yellow)) < high
    assert max(SKIN_TONES[tone]) < 0.6


def test_every_combination_is_there_once() -> None:
    """So that no age, build, height or clothing is a sign of another."""
    found = Counter((m.who.age_group, m.who.build, m.who.height, m.who.clothing) for m in crowd())
    assert set(found.values()) == {1}
    assert len(found) == 3 * 3 * 3 * 4
    assert Counter(m.who.female for m in crowd()) == {True: 54, False: 54}


@pytest.mark.parametrize("tag", ["walking", "standing", "running", "sitting", "lying", "umbrella", "pram", "worker"])
def test_people_do_many_things(tag: str) -> None:
    assert sum(tag in asset.tags for asset in PEOPLE) >= 5


def test_all_of_ours_know_themselves_and_their_joints() -> None:
    for asset in PEOPLE:
        facts = asset.attributes
        assert all(facts[name] in words for name, words in WORDS.items() if name != "skin_tone")
        assert isinstance(asset, Procedural)
        # In clothes and with what they carry; those who stand are as tall as they say.
        if asset.tags & {"standing"} and not asset.tags & {"umbrella", "worker", "elderly"}:
            assert asset.size_m[2] == pytest.approx(facts["stature_m"], abs=0.09)


@pytest.mark.parametrize("name", ["person/man-tall-heavy-smart-walk-1", "person/girl-average-average-lying-5"])
def test_joints_lie_in_the_body(name: str) -> None:
    """Near its skin: no farther from the mesh than the limb is thick."""
    asset = ASSETS[name]
    assert isinstance(asset, Procedural)
    vertices = asset.mesh().vertices_m.astype(np.float64)
    for x, y, z, reach in asset.joints():
        assert np.linalg.norm(vertices - (x, y, z), axis=1).min() < reach


def test_skin_and_hair_are_the_objects_own() -> None:
    for asset in PEOPLE:
        if "worker" not in asset.tags:
            assert isinstance(asset, Procedural)
            assert SKIN in asset.mesh().materials
    assert HAIR in PEOPLE[0].mesh().materials  # type: ignore[attr-defined]
    for item in people(scenes=3):
        assert item.skin == SKIN_TONES[str(item.attributes["skin_tone"])]


def test_defaults_balance() -> None:
    found = people()
    assert len(found) > 400
    for name, words in WORDS.items():
        weights = {word: 2.0 if word == "adult" else 1.0 for word in words}
        if name == "clothing":
            continue  # as the temperature has it
        for word, share in shares(found, name).items():
            assert share == pytest.approx(weights[str(word)] / sum(weights.values()), abs=0.1), (name, word)


def test_weights_are_obeyed() -> None:
    only = [f"objects.people.age_group.{word}=0" for word in ("adult", "elderly")]
    tones = [f"objects.people.skin_tone.{word}=0" for word in SKIN_TONES if word not in ("dark", "tan")]
    found = people(*only, *tones, "objects.people.skin_tone.dark=3", "objects.rarities=0", scenes=8)
    assert set(shares(found, "age_group")) == {"child"}
    assert shares(found, "skin_tone")["dark"] == pytest.approx(0.75, abs=0.12)


@pytest.mark.parametrize(("celsius", "unfit"), [(-8, "light"), (33, "warm")])
def test_nobody_dresses_against_the_weather(celsius: float, unfit: str) -> None:
    found = people(f"air.temperature_c={celsius}", "objects.rarities=0", scenes=6)
    assert unfit not in shares(found, "clothing")
    asked = [f"objects.people.clothing.{word}=0" for word in ("light", "casual", "smart", "warm") if word != unfit]
    pinned = people(f"air.temperature_c={celsius}", "objects.rarities=0", *asked, scenes=2)
    assert set(shares(pinned, "clothing")) == {unfit}


def test_nobody_at_all_is_refused() -> None:
    none = [f"objects.people.build.{word}=0" for word in WORDS["build"]]
    with pytest.raises(ConfigError, match=r"a weight above 0 among objects\.people\.build"):
        load("street", none)
