"""The `require` of a config: statements that must hold in every picture, in the language of `longtail.statements`.

require:
  - weather.fog.visibility_m < 100 or lighting.sun_elevation_deg > 0
  - weather.rain.rate_mm_h / 10 <= objects.pedestrian.count
  - not flood or rain
  - count(person, visible > 0.5) >= 2

What is said of things that are seen is decided by the labels of each scene's first picture.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from longtail.annotate.choosing.frame_values import OF_THINGS
from longtail.annotate.choosing.words import category_words
from longtail.annotate.labels.taxonomy import Taxonomy
from longtail.distributions.grammar import shown, suggestion
from longtail.occurrence import WEATHER, kind_of, kinds
from longtail.scenes.atmosphere.light_presets import ELEVATION, LIGHT_STATEMENTS, light_hint
from longtail.scenes.config.settings import parameter_of
from longtail.scenes.space.space import Space
from longtail.statements.checking import checked
from longtail.statements.vocabulary import Kind

MOST_STATEMENTS = 100


def read_require(node: Any, space: Space, taxonomy: Taxonomy | None = None) -> tuple[str, ...]:
    """The statements that plain data spells, each checked and in one spelling. ValueError: "expected ..., got ...".

    With a `taxonomy` they may speak of what labels show of its categories.
    """
    if node is None:
        return ()
    statements = [node] if isinstance(node, str) else node
    if not isinstance(statements, list | tuple) or not all(isinstance(text, str) for text in statements):
        raise ValueError(f"expected a list of statements, such as ['camera.height_m > 1.2'], got {shown(node)}")
    if len(statements) > MOST_STATEMENTS:
        raise ValueError(f"expected at most {MOST_STATEMENTS} statements, got {len(statements)}")
    words = SpaceWords(space, taxonomy)
    return tuple(dict.fromkeys(checked(text, words) for text in statements))


@dataclass(frozen=True, eq=False)
class SpaceWords:
    """What can be said of a scene: its space's parameters, weathers and lights, and of the categories of a `taxonomy`
    what labels will show."""

    space: Space
    taxonomy: Taxonomy | None = None

    @cached_property
    def categories(self) -> Mapping[str, tuple[str, ...]]:
        return {} if self.taxonomy is None else category_words(self.taxonomy)

    @property
    def things(self) -> Collection[str]:
        return () if self.taxonomy is None else [kind.name for _, kind in self.taxonomy if kind.is_thing]

    @property
    def of_things(self) -> Mapping[str, Kind]:
        return {} if self.taxonomy is None else OF_THINGS

    @cached_property
    def sections(self) -> Collection[str]:
        parts = {path.rsplit(".", n)[0] for path in self.space.paths for n in range(path.count(".") + 1)}
        return frozenset(part for part in parts if kind_of(part) is not None)

    def kind_of(self, path: str) -> Kind:
        try:
            choices = parameter_of(self.space, path).choices
        except ValueError as error:
            close = "" if "." in path else suggestion(path, [*self._weathers, *LIGHT_STATEMENTS])
            raise ValueError(f"{error}{'' if 'did you mean' in str(error) else close}") from error
        if choices is None:
            return "number"
        return "truth" if isinstance(choices[0], bool) else "word" if isinstance(choices[0], str) else "number"

    def option(self, path: str, word: str) -> str:
        return str(parameter_of(self.space, path).checked(word))

    def weather(self, word: str) -> None:
        if strangers := sorted(kinds(word) - set(self._weathers)):
            raise ValueError(f"weather: expected one of {', '.join(self._weathers)}, got {shown(word)}"
                             f"{light_hint(strangers[0]) or suggestion(strangers[0], self._weathers)}")  # fmt: skip

    def flag(self, word: str) -> None:
        """No flag is known of a scene."""
        raise ValueError(f"expected a statement about the scene, got flag({word}): quality is scored when there is a "
                         "picture; longtail find looks for flags")  # fmt: skip

    def meaning(self, word: str) -> str | None:
        if word in self._weathers and word not in self.space.paths:
            return f"{word!r} in {WEATHER}"
        return LIGHT_STATEMENTS.get(word) if ELEVATION in self.space.paths else None

    @cached_property
    def _weathers(self) -> list[str]:
        if WEATHER not in self.space.paths:
            return []
        return sorted({name for choice in self.space.parameter(WEATHER).choices or () for name in kinds(str(choice))})
