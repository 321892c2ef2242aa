"""The words in which one dataset can be searched: what its config draws, what its images say, what it can show."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import Any

from longtail.annotate.choosing.decisions import DECISIONS
from longtail.annotate.choosing.frame_values import DECISION, LIGHT, OF_FRAMES, OF_THINGS, FrameValues
from longtail.annotate.choosing.stored_flags import FLAGS, StoredFlags
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.labels.taxonomy import Taxonomy
from longtail.annotate.wording import listed
from longtail.distributions import Choice
from longtail.distributions.grammar import parse, shown, suggestion
from longtail.occurrence import WEATHER, kind_of, kinds
from longtail.statements.vocabulary import Kind

LIGHTS = ("day", "low_sun", "dusk", "night")
_CONDITIONS = ("visibility_m", "illuminance_lux", "water_level_m", "rain_rate_mm_h", "snow_rate_mm_h")
"""Numbers that every image has or null in their place; weathers may add a rate of their own."""
EVERYTHING = "thing"
"""The word for things of all categories."""


def category_words(taxonomy: Taxonomy) -> dict[str, tuple[str, ...]]:
    """Names for themselves, supercategories for all of theirs, `thing` for everything that is counted."""
    groups: dict[str, list[str]] = {}
    for _, category in taxonomy:
        groups.setdefault(category.supercategory, []).append(category.name)
    known = {name: tuple(members) for name, members in groups.items()}
    known |= {category.name: (category.name,) for _, category in taxonomy}
    return {EVERYTHING: tuple(category.name for _, category in taxonomy if category.is_thing), **known}


class DatasetWords:
    """The vocabulary of `longtail.statements` for the frames of a dataset."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset

    @property
    def of_things(self) -> Mapping[str, Kind]:
        return OF_THINGS

    @cached_property
    def things(self) -> Collection[str]:
        return [category.name for _, category in self._dataset.info.taxonomy if category.is_thing]

    @cached_property
    def categories(self) -> Mapping[str, tuple[str, ...]]:
        return category_words(self._dataset.info.taxonomy)

    @cached_property
    def sections(self) -> Collection[str]:
        parts = {path.rsplit(".", n)[0] for path in self._kinds for n in range(path.count(".") + 1)}
        return frozenset(part for part in parts if kind_of(part) is not None)

    def kind_of(self, path: str) -> Kind:
        if path not in self._kinds:
            raise ValueError(f"expected a value of the dataset's frames, got {shown(path)}{self._close(path)}")
        return self._kinds[path]

    def option(self, path: str, word: str) -> str:
        """Any word but one that is nearly one that the config draws: others find nothing, which may be what is so."""
        known = self._options.get(path, ())
        if word not in known and (close := suggestion(word, known)):
            raise ValueError(f"expected {listed(known)}, or what this dataset's config never draws, got {shown(word)}"
                             f"{close}")  # fmt: skip
        return word

    def weather(self, word: str) -> None:
        """As for any other word."""
        for kind in sorted(kinds(word) - set(self._weathers)):
            if close := suggestion(kind, self._weathers):
                raise ValueError(f"weather: expected kinds such as {listed(self._weathers)}, got {shown(kind)}{close}")

    def flag(self, word: str) -> None:
        flags = StoredFlags.among(self._dataset)
        if flags is None:
            where = self._dataset.files.at(FLAGS)
            raise ValueError(f"expected {where} to say which frames are flagged, got none; longtail stats writes it")
        if word and word not in flags.names:
            raise ValueError(f"expected one of the flags {', '.join(flags.names)}, got {shown(word)}"
                             f"{suggestion(word, flags.names)}")  # fmt: skip

    def meaning(self, word: str) -> str | None:
        if word in self._kinds:
            return None
        if word in self._weathers:
            return f"{word!r} in {WEATHER}"
        return f"{LIGHT} == {word!r}" if word in LIGHTS else None

    def _close(self, path: str) -> str:
        if any(path in options for options in self._options.values()):
            return f"; a word that a value is compared with stands in quotes: '{path}'"
        words = [*self._kinds, *self._weathers, *LIGHTS]
        weathers = f"; its weathers are {', '.join(self._weathers)}" if "." not in path and self._weathers else ""
        return suggestion(path, words) or weathers

    @cached_property
    def _kinds(self) -> dict[str, Kind]:
        """Of every path: of the config's parameters, of what the first record has beside them, of what images say."""
        found: dict[str, Kind] = {**dict.fromkeys(_CONDITIONS, "number"), **OF_FRAMES}
        for path, node in self._drawn:
            found[path] = _kind_of_value(_example(node))
        if first := self._dataset.frames()[:1]:
            found |= {path: _kind_of_value(value) for path, value in FrameValues(self._dataset, first[0]).items()
                      if path not in found}  # fmt: skip
        return found

    @cached_property
    def _weathers(self) -> list[str]:
        """All that the config names, or has parameters of, and those of the first frame."""
        named = {kind for path in self._kinds if (kind := kind_of(path))}
        words = [
            *self._options.get(WEATHER, ()),
            *(word for row in self._variants for word in _words(row.get(WEATHER))),
        ]
        if first := self._dataset.frames()[:1]:
            words.append(str(FrameValues(self._dataset, first[0]).get(WEATHER, "")))
        return sorted(named.union(*map(kinds, words)) - {""})

    @cached_property
    def _options(self) -> dict[str, list[str]]:
        """The words that the config draws, by path, and those that images have in their places."""
        found = {path: words for path, node in self._drawn if (words := _words(node))}
        return {
            **found,
            LIGHT: [*LIGHTS],
            DECISION: [*DECISIONS],
            "variant": [str(row.get("name", "")) for row in self._variants],
            "camera": [str(row.get("name", "")) for row in self._listed("cameras")],
        }

    @property
    def _variants(self) -> list[Mapping[str, Any]]:
        return self._listed("variants")

    def _listed(self, key: str) -> list[Mapping[str, Any]]:
        """The rows of one of the config's lists."""
        return [row for row in self._dataset.info.config.get(key) or () if isinstance(row, Mapping)]

    @property
    def _drawn(self) -> Iterator[tuple[str, Any]]:
        """The config's parameters: (path, value or distribution as plain data)."""
        for path, node in self._dataset.info.config.items():
            if "." in path or path == WEATHER:
                yield path, node


def _words(node: Any) -> list[str]:
    """The words that a config's node may come to."""
    try:
        value = parse(node)
    except ValueError:
        return []
    return [option for option in (value.options if isinstance(value, Choice) else (value,)) if isinstance(option, str)]


def _example(node: Any) -> Any:
    """A value such as a config's node draws: a number where that is not to be seen."""
    try:
        value = parse(node)
    except ValueError:
        return 0.0
    if isinstance(value, Choice):
        return value.options[0]
    return value if isinstance(value, bool | str) else 0.0


def _kind_of_value(value: Any) -> Kind:
    return "truth" if isinstance(value, bool) else "word" if isinstance(value, str) else "number"
