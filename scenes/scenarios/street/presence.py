"""Kinds of things that a street must have or must not: what quotas by category are met with.

The one that must be there is placed before all others of its kind, in sight of the camera, so that it finds a place
wherever there is one. What weather forbids stays away: nobody walks where none would, and no dog stands in a flood.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from longtail.distributions import Choice
from longtail.scenes.assets.asset import Asset
from longtail.scenes.scenarios.street import people, rarities, traffic
from longtail.scenes.scenarios.street.outside.cross_section import Open
from longtail.scenes.scenarios.street.outside.traffic import one_walker_outside
from longtail.scenes.scenarios.street.site import Rng, Site
from longtail.scenes.space.parameters import Parameter

SECTION = "objects.presence"
ANY, SOME, NONE = "any", "some", "none"

Place = Callable[[Site, Rng], bool]
"""Puts one somewhere, if there is room; whether it did."""

_TRIES = 200
_TRIES_BESIDE = 12


def _vehicle(kind: str) -> Place:
    return lambda site, rng: traffic.one_ahead(site, rng, kind)


def _ridden(*kinds: str) -> Place:
    return lambda site, rng: traffic.one_rider(site, rng, *kinds)


def _dog(site: Site, rng: Rng) -> bool:
    """Beside someone who is there, or else who comes with it."""
    return rarities.one_dog(site, rng) or (people.one_walker(site, rng) and rarities.one_dog(site, rng))


def _person(site: Site, rng: Rng) -> bool:
    """On a pavement or a crossing; outside towns at the road's edge."""
    if isinstance(site.street, Open):
        return one_walker_outside(site, rng, site.street)
    return people.one_walker(site, rng)


_PLACES: Mapping[str, Place] = {
    **{kind: _vehicle(kind) for kind in ("car", "van", "truck", "bus")},
    "motorcycle": _ridden("motorcycle"),
    "bicycle": _ridden("bicycle"),
    "rider": _ridden("motorcycle", "bicycle"),
    "person": _person,
}
_BESIDE_PEOPLE: Mapping[str, Place] = {"dog": _dog}

CATEGORIES: tuple[str, ...] = (*_PLACES, *_BESIDE_PEOPLE)

PARAMETERS: tuple[Parameter, ...] = tuple(
    Parameter(
        f"{SECTION}.{category}",
        ANY,
        doc=f"whether a {category} is there: as it comes, at least one, or none",
        choices=(ANY, SOME, NONE),
        under_quota=Choice({SOME: 1, NONE: 1}),
    )
    for category in CATEGORIES
)


def allowed(assets: Mapping[str, Asset], placing: Mapping[str, Any]) -> Mapping[str, Asset]:
    """The catalogue without the kinds that must not be there."""
    banned = {category for category in CATEGORIES if placing[f"{SECTION}.{category}"] == NONE}
    return {name: asset for name, asset in assets.items() if asset.category not in banned} if banned else assets


def ensure(site: Site, placing: Mapping[str, Any]) -> None:
    """Place one of each kind that must be there and that stands by itself; to be called before all others stand."""
    _place(site, placing, _PLACES)


def ensure_beside(site: Site, placing: Mapping[str, Any], *, flooded: bool) -> None:
    """Place one of each kind that must be there and goes with people; to be called when these stand.

    Where water stands on the pavements (`flooded`) there is none of these.
    """
    _place(site, placing, _BESIDE_PEOPLE, 0 if flooded else _TRIES_BESIDE)


def _place(site: Site, placing: Mapping[str, Any], places: Mapping[str, Place], tries: int = _TRIES) -> None:
    for category, place in places.items():
        path = f"{SECTION}.{category}"
        if placing[path] == SOME and not any(site.assets[item.asset].category == category for item in site.objects):
            rng = site.stream(path)
            if not any(place(site, rng) for _ in range(tries)):
                site.misfits[path] = 1
