"""Reading the `quotas` of a config: shares of the scenes that come out exactly, not just on average.

    quotas: {weather: {flood: 0.1, rain: 0.3}}                     a combination counts for each of its kinds
    quotas: {lighting.sun_elevation_deg: [{below: -6, share: 0.3}]}
    quotas: {road.lanes: {2: 0.5}, camera.height_m: [{from: 1.2, to: 1.4, share: 0.25}]}
    quotas: {objects.presence: {truck: 0.3333, dog: 0.1}, road.junction: 0.5}      a share alone is of `some`, or true

How they are met is in `scenes.drawing.strata`.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

from longtail.distributions import Choice, Distribution
from longtail.distributions.grammar import shown, suggestion
from longtail.distributions.scalar import Scalar
from longtail.scenes.config.leaves import sections_of
from longtail.scenes.config.settings import parameter_of
from longtail.scenes.drawing.quota import Event, Quota
from longtail.scenes.drawing.strata import atoms_of, feasible
from longtail.scenes.space.parameters import Parameter
from longtail.scenes.space.space import Space

MOST_EVENTS = 12
DENOMINATOR = 10_000
"""Shares are multiples of 1 / DENOMINATOR, so that they come out even after at most that many scenes."""

_WORDS = ("below", "above", "from", "to", "value", "share")


def read_quotas(node: Any, space: Space, parameters: Mapping[str, Scalar | Distribution]) -> tuple[Quota, ...]:
    """The quotas that plain data spells, in the order of the scenario's table. ValueError: "expected ..., got ..."."""
    if node is None:
        return ()
    if not isinstance(node, Mapping):
        raise ValueError(
            f"expected a mapping of paths to shares, such as {{weather: {{flood: 0.1}}}}, got {shown(node)}"
        )
    names = set(space.paths)
    found: dict[str, Quota] = {}
    for path, leaf in _leaves("", node, names, sections_of(names)):
        parameter = parameter_of(space, path)
        if path in found:
            raise ValueError(f"{path}: expected one quota, got two")
        try:
            found[path] = Quota(path, _events(leaf, parameter))
            _possible(found[path], _met_with(parameter, parameters))
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error
    return tuple(found[path] for path in space.paths if path in found)


def with_quotas(
    parameters: Mapping[str, Scalar | Distribution], quotas: Iterable[Quota], space: Space, given: Collection[str]
) -> dict[str, Scalar | Distribution]:
    """What is asked of every parameter, where those that nobody has `given` are drawn as their quotas need it."""
    met = {quota.path: space.parameter(quota.path).under_quota for quota in quotas if quota.path not in given}
    return {**parameters, **{path: drawn for path, drawn in met.items() if drawn is not None}}


def _met_with(parameter: Parameter, parameters: Mapping[str, Scalar | Distribution]) -> Scalar | Distribution:
    asked = parameters.get(parameter.path, parameter.default)
    return parameter.under_quota if parameter.under_quota is not None and asked == parameter.default else asked


def _leaves(path: str, node: Any, names: set[str], sections: set[str]) -> Iterator[tuple[str, Any]]:
    """(path, node) of every parameter; below one lie its options, not further paths."""
    if isinstance(node, Mapping) and path not in names and (not path or path in sections):
        for key, value in node.items():
            yield from _leaves(f"{path}.{key}" if path else str(key), value, names, sections)
    else:
        yield path, node


def _events(leaf: Any, parameter: Parameter) -> tuple[Event, ...]:
    if isinstance(leaf, Mapping) and "share" not in leaf:
        entries = [{"value": value, "share": share} for value, share in leaf.items()]
    elif isinstance(leaf, Mapping):
        entries = [dict(leaf)]
    elif isinstance(leaf, int | float) and (yes := _yes(parameter)) is not None:
        entries = [{"value": yes, "share": leaf}]
    elif isinstance(leaf, list | tuple) and all(isinstance(entry, Mapping) for entry in leaf):
        entries = [dict(entry) for entry in leaf]
    else:
        raise ValueError(f"expected {_usage(parameter)}, got {shown(leaf)}")
    events = sorted((_event(entry, parameter) for entry in entries), key=lambda e: (e.low, e.high, str(e.value)))
    if not 0 < len(events) <= MOST_EVENTS:
        raise ValueError(f"expected 1..{MOST_EVENTS} shares, got {len(events)}")
    for first, second in pairwise(events):
        if (first.value, first.low, first.high) == (second.value, second.low, second.high):
            raise ValueError(f"expected every share once, got {shown(second.to_json())} as well")
    return tuple(events)


def _yes(parameter: Parameter) -> Scalar | None:
    """The option that a share alone is of; None where there is none."""
    return next((option for option in parameter.choices or () if option is True or option == "some"), None)


def _usage(parameter: Parameter) -> str:
    if parameter.choices is not None:
        return f"a mapping of options to shares, such as {{{shown(parameter.choices[0]).strip(chr(39))}: 0.1}}"
    return "a list of ranges with their shares, such as [{below: 0, share: 0.3}]"


def _event(entry: Mapping[str, Any], parameter: Parameter) -> Event:
    if stray := [str(word) for word in entry if word not in _WORDS]:
        raise ValueError(f"expected some of {', '.join(_WORDS)}, got {shown(stray[0])}{suggestion(stray[0], _WORDS)}")
    if "share" not in entry:
        raise ValueError(f"expected a share beside it, got {shown(dict(entry))}")
    share = _share(entry["share"])
    ends = [word for word in ("below", "above", "from", "to") if word in entry]
    if "value" in entry:
        if ends:
            raise ValueError(f"expected a value or a range, got {shown(dict(entry))}")
        return _valued(entry["value"], share, parameter)
    if parameter.choices is not None or not ends:
        raise ValueError(f"expected {_usage(parameter)}, got {shown(dict(entry))}")
    if {"below", "to"} <= set(ends) or {"above", "from"} <= set(ends):
        raise ValueError(f"expected one lower and one upper end at most, got {shown(dict(entry))}")
    given = {word: _number(word, entry[word]) for word in ends}
    low, high = given.get("from", given.get("above", -math.inf)), given.get("to", given.get("below", math.inf))
    event = Event(share, None, low, high, "above" in given, "below" in given)
    if not event.ends[0] <= event.ends[1]:
        raise ValueError(f"expected a range with something in it, got {shown(dict(entry))}")
    return event


def _valued(value: Any, share: Fraction, parameter: Parameter) -> Event:
    if parameter.kind == "number" and not isinstance(parameter.default, Choice):
        raise ValueError(f"expected {_usage(parameter)}, got the single value {shown(value)}")
    checked = parameter.checked(value)
    if isinstance(checked, Distribution):
        raise ValueError(f"expected a single value, got {shown(value)}")
    return Event(share, checked)


def _share(value: Any) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError(f"expected a share in 0..1, got {shown(value)}")
    share = Fraction(round(value * DENOMINATOR), DENOMINATOR)
    if abs(float(share) - value) > 1e-9:
        raise ValueError(f"expected a share of at most four decimals, got {shown(value)}")
    return share


def _number(word: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"expected a number for {word}, got {shown(value)}")
    return float(value)


def _possible(quota: Quota, asked: Scalar | Distribution) -> None:
    """Refuse shares that no weights of what is drawn can have."""
    if not isinstance(asked, Distribution):
        return  # A pinned leaf has no shares: so a leaf can be pinned without a second edit.
    atoms = atoms_of(asked, quota)
    for place, event in enumerate(quota.events):
        if event.share and not any(place in atom.events for atom in atoms):
            said = {word: value for word, value in event.to_json().items() if word != "share"}
            said_shortly = str(event.value) if event.value is not None else shown(said)
            hint = f"; add one such as {said_shortly} to the choice" if isinstance(asked, Choice) else ""
            raise ValueError(f"expected a share of what can be drawn, got {said_shortly}, "
                             f"which {shown(asked)} never yields{hint}")  # fmt: skip
    if not feasible(atoms, quota):
        shares = ", ".join(shown(event.to_json()) for event in quota.events[:6])
        raise ValueError(f"expected shares that can hold at once for {shown(asked)}, got {shares}")
