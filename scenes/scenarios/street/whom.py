"""Whom a street shows: age, build, height, clothing and skin tone of each person, each drawn by weights of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from longtail.distributions.scalar import Scalar
from longtail.scenes.assets.asset import Asset
from longtail.scenes.assets.people.complexions import SKIN_TONES, hair_of
from longtail.scenes.assets.people.who import AGE_GROUPS, BUILDS, CLOTHING, HEIGHTS
from longtail.scenes.geometry.materials import Rgb
from longtail.scenes.space.impossible import Ends, Impossible, LensRequest
from longtail.scenes.space.parameters import Parameter

_PATH = "objects.people"
WORDS: Mapping[str, tuple[str, ...]] = {
    "age_group": AGE_GROUPS,
    "build": BUILDS,
    "height": HEIGHTS,
    "clothing": CLOTHING,
    "skin_tone": tuple(SKIN_TONES),
}
"""What each person is drawn for, in this order, and the words for it, as labels have them."""

_DOCS = {
    "age_group": "of somebody's age: a child of 5 to 10, grown up, old",
    "build": "of somebody's build",
    "height": "of somebody's height among people of that age and sex",
    "clothing": "of somebody's clothes: short sleeves or legs; hoods; shirts and skirts; coats",
    "skin_tone": "of somebody's skin, by its individual typology angle",
}
# Half are grown up; else each word is as frequent as any other, so that a network sees as much of each.
_DEFAULTS = {("age_group", "adult"): 2.0}
_MOST = 1000.0

# Nobody is in short sleeves below, or in a coat above, degrees Celsius.
_COLD_C, _HOT_C = 4.0, 26.0


def _path(name: str, word: str) -> str:
    return f"{_PATH}.{name}.{word}"


PARAMETERS: tuple[Parameter, ...] = (
    *(
        Parameter(_path(name, word), _DEFAULTS.get((name, word), 1.0), "", 0, _MOST, f"weight {_DOCS[name]}")
        for name, words in WORDS.items()
        for word in words
    ),
    Parameter(
        f"{_PATH}.scanned",
        0.1,
        "",
        0,
        1,
        "share of packs' models among people; their skin and joints are not known",
    ),
)


@dataclass(frozen=True)
class Whom:
    """Weights by name and word, and how many of the people are models from packs."""

    weights: Mapping[str, Mapping[str, float]]
    scanned: float

    @classmethod
    def drawn(cls, values: Mapping[str, Any]) -> Whom:
        """Those of a scene, as far as the temperature of its air lets people dress."""
        weights = {name: {word: float(values[_path(name, word)]) for word in words} for name, words in WORDS.items()}
        celsius = float(values["air.temperature_c"])
        unfit = "light" if celsius < _COLD_C else "warm" if celsius > _HOT_C else ""
        dressed = {word: weight for word, weight in weights["clothing"].items() if word != unfit}
        if any(dressed.values()):
            weights["clothing"] = dressed
        return cls(weights, float(values[f"{_PATH}.scanned"]))

    def pick(self, rng: np.random.Generator, people: Sequence[Asset]) -> Asset:
        """One of `people`: by each word's weight in turn, as far as any of those who are left has it."""
        ours: list[Asset] = []
        others: list[Asset] = []
        for person in people:
            (ours if _fact(person, "build") else others).append(person)
        if others and (rng.random() < self.scanned or not ours):
            return others[int(rng.integers(len(others)))]
        for name in WORDS:
            facts = [_fact(person, name) for person in ours]
            words = [word for word in WORDS[name] if word in facts]
            if words:
                drawn = _word(rng, words, self.weights[name])
                ours = [person for person, fact in zip(ours, facts, strict=True) if fact == drawn]
        return ours[int(rng.integers(len(ours)))]

    def looks(self, rng: np.random.Generator, person: Asset) -> tuple[Rgb, Rgb, Mapping[str, Scalar]] | None:
        """Colours of skin and hair, and what labels say of them; None of a model that has its own."""
        age = _fact(person, "age_group")
        if not _fact(person, "build"):
            return None
        tone = _word(rng, WORDS["skin_tone"], self.weights["skin_tone"])
        return SKIN_TONES[tone], hair_of(rng, tone, age), {"skin_tone": tone}


def _word(rng: np.random.Generator, words: Sequence[str], weights: Mapping[str, float]) -> str:
    found = np.array([weights.get(word, 0.0) for word in words])
    if not found.any():
        found = np.ones(len(words))
    return words[int(rng.choice(len(words), p=found / found.sum()))]


def _fact(person: Asset, name: str) -> str:
    return str(person.attributes.get(name, ""))


def _nobody(name: str) -> Impossible:
    paths = tuple(_path(name, word) for word in WORDS[name])

    def can(_asked: LensRequest, ends: Ends) -> bool:
        return all(ends[path][0] <= 0 for path in paths)

    def why(_asked: LensRequest, values: Mapping[str, Any]) -> str:
        if any(float(values[path]) > 0 for path in paths):
            return ""
        return f"expected a weight above 0 among {_PATH}.{name}.*, got 0 for each of {', '.join(WORDS[name])}"

    return Impossible(lambda _: paths, can, why)


IMPOSSIBLE: tuple[Impossible, ...] = tuple(_nobody(name) for name in WORDS)
