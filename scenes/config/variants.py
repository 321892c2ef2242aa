"""Reading the `variants` of a config: the conditions that every scene is shown in.

Three spellings:

    variants: [clear+day, fog, night+rain]              words: a weather, a light, or both
    variants: [fog, {name: heavy, weather: rain, weather.rain.rate_mm_h: 60}]
    variants: {wet: rain, heavy: {weather: rain, weather.rain: {rate_mm_h: 60}}}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from longtail.distributions import Choice, Distribution
from longtail.distributions.grammar import shown, suggestion
from longtail.distributions.scalar import Scalar
from longtail.occurrence import JOINED, WEATHER, joined, kind_of, kinds, kinds_in
from longtail.scenes.atmosphere.light_presets import ELEVATION, LIGHT_PRESETS
from longtail.scenes.config.leaves import sections_of, walk
from longtail.scenes.config.settings import parameter_of
from longtail.scenes.drawing.plan import Plan, Variant
from longtail.scenes.space.space import Space

MOST_VARIANTS = 256


def read_variants(node: Any, space: Space) -> tuple[Variant, ...]:
    """The variants that plain data spells, in its order. ValueError: "expected ..., got ..."."""
    if node is None:
        return ()
    if not isinstance(node, list | tuple | Mapping):
        raise ValueError(f"expected a list of variants, such as [clear, fog, night+rain], got {shown(node)}")
    if len(node) > MOST_VARIANTS:
        raise ValueError(f"expected at most {MOST_VARIANTS} variants, got {len(node)}")
    result = tuple(_variants(node, space))
    names = [variant.name for variant in result]
    if doubled := next((name for name in names if names.count(name) > 1), None):
        raise ValueError(f"expected every variant once, got {shown(doubled)} twice; give one of them another name")
    return result


def _variants(node: Any, space: Space) -> Iterator[Variant]:
    entries = node.items() if isinstance(node, Mapping) else [(None, entry) for entry in node]
    for name, entry in entries:
        if isinstance(entry, str):
            settings = _words(entry, space)
            yield Variant(_name(name) if name is not None else _spelled(entry, settings), settings)
        elif isinstance(entry, Mapping):
            rest = dict(entry)
            called = rest.pop("name", None) if name is None else name
            yield Variant(_name(called), _settings(rest, space))
        else:
            raise ValueError(f"expected a word such as fog or night+rain, or a mapping of settings, got {shown(entry)}")


def _name(name: Any) -> str:
    if not isinstance(name, str) or not name.strip() or len(name) > 64:
        raise ValueError(f"expected a `name` (a word) for each variant that is a mapping, got {shown(name)}")
    return name.strip()


def _spelled(entry: str, settings: Mapping[str, Scalar | Distribution]) -> str:
    """One spelling, whatever the order of the words: the weather, then the light."""
    lights = [word for word in LIGHT_PRESETS if word in kinds(entry)]
    weathers = [str(settings[WEATHER])] if WEATHER in settings else []
    return joined(weathers + lights)


def _words(text: str, space: Space) -> dict[str, Scalar | Distribution]:
    words = kinds_in(text)
    lights = [word for word in words if word in LIGHT_PRESETS]
    weathers = [word for word in words if word not in LIGHT_PRESETS]
    if lights and ELEVATION not in space.paths:
        lamps = ", ".join(path for path in space.paths if path.startswith("lighting."))
        raise ValueError(f"expected no part of the day in a scenario without a sun, got {shown(text)}; a mapping with "
                         f"a name sets {lamps or 'parameters'}")  # fmt: skip
    if len(lights) > 1:
        raise ValueError(f"expected one light at most (of {', '.join(LIGHT_PRESETS)}), got {shown(text)}")
    given: dict[str, Any] = {}
    if weathers:
        known = _kinds(space)
        for word in weathers:
            if word not in known:
                words_known = [*known, *LIGHT_PRESETS]
                raise ValueError(f"expected weathers ({', '.join(known)}) or a light ({', '.join(LIGHT_PRESETS)}) "
                                 f"joined by {JOINED}, got {shown(text)}{suggestion(word, words_known)}")  # fmt: skip
        given[WEATHER] = joined(weathers)
    for light in lights:
        given |= LIGHT_PRESETS[light]
    return _checked(given, space)


def _kinds(space: Space) -> list[str]:
    """The single kinds of weather of a scenario, in its order."""
    if WEATHER not in space.paths:
        return []
    choices = parameter_of(space, WEATHER).choices or ()
    return list(dict.fromkeys(name for choice in choices for name in kinds_in(str(choice))))


def _settings(node: Mapping[str, Any], space: Space) -> dict[str, Scalar | Distribution]:
    names = set(space.paths)
    given: dict[str, Any] = {}
    for path, value in walk("", dict(node), names, sections_of(names)):
        if path == "light":
            if not isinstance(value, str) or value not in LIGHT_PRESETS:
                raise ValueError(f"light: expected one of {', '.join(LIGHT_PRESETS)}, got {shown(value)}"
                                 f"{suggestion(str(value), LIGHT_PRESETS)}")  # fmt: skip
            path, value = ELEVATION, LIGHT_PRESETS[value][ELEVATION]
        if path in given:
            raise ValueError(f"{path}: expected one value, got two: {shown(given[path])} and {shown(value)}")
        given[path] = value
    return _checked(given, space)


def _checked(given: Mapping[str, Any], space: Space) -> dict[str, Scalar | Distribution]:
    result = {}
    for path, value in given.items():
        parameter = parameter_of(space, path)
        try:
            result[path] = parameter.checked(value)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error
    return {path: result[path] for path in space.paths if path in result}


def without_effect(plan: Plan, parameters: Mapping[str, Scalar | Distribution]) -> Iterator[tuple[str, str, str]]:
    """(key, path, kind) of what a variant or the sweep sets of a weather that some of its pictures do not have."""
    for variant in plan.variants or (Variant("", {}),):
        set_by = [("variants", path) for path in variant.settings] + [("sweep", axis.path) for axis in plan.sweep]
        for key, path in set_by:
            kind = kind_of(path)
            if kind and not all(kind in kinds(word) for word in _weathers(plan, variant, parameters)):
                yield key, path, kind


def _weathers(plan: Plan, variant: Variant, parameters: Mapping[str, Scalar | Distribution]) -> list[str]:
    """Every weather that a variant's pictures may have."""
    swept = next((axis.values for axis in plan.sweep if axis.path == WEATHER), None)
    if swept is not None:
        return [str(word) for word in swept]
    asked = variant.settings.get(WEATHER, parameters[WEATHER])
    return [str(word) for word in asked.options] if isinstance(asked, Choice) else [str(asked)]
