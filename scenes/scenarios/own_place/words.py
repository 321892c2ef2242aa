"""What the words of a file's collections stand for: categories, and the short names that parameters have of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import cache

from longtail.annotate.labels.taxonomy import BY_NAME
from longtail.distributions.grammar import shown, suggestion
from longtail.scenes.assets import families
from longtail.scenes.assets.packs.locate import MODELS
from longtail.scenes.scenarios.own_place.place import Mark, Place, Region

VIEWPOINT = ("viewpoint",)
"""What a region is of where cameras may be."""
ANYWHERE = "anywhere"
"""The viewpoint that is drawn within the regions of viewpoints."""
_NO_MODELS = ("sky", "weather")
_NAME = re.compile("[a-z0-9][a-z0-9 _-]{0,39}")


def wrong_words(place: Place) -> str:
    """What is wrong with the categories that a place names, with the collection; "" for nothing."""
    for item in place.fixed:
        if item.category not in BY_NAME and item.supercategory:
            if not all(_NAME.fullmatch(word) for word in (item.category, item.supercategory)):
                return (
                    f"{item.where}: expected a category and a supercategory in small letters and digits, got "
                    f"{shown(item.category)} and {shown(item.supercategory)}"
                )
        elif item.category not in BY_NAME:
            return (
                f"{item.where}: {_expected(item.category)}; for one of your own state its supercategory, as a property "
                "of the collection"
            )
        elif BY_NAME[item.category].supercategory in _NO_MODELS:
            return f"{item.where}: {_expected(item.category)}"
    known = _homes()
    groups: list[Mark | Region] = [*place.marks, *place.regions]
    for group in groups:
        for word in group.categories:
            if word not in BY_NAME and group.categories != VIEWPOINT:
                return f"{group.where}: {_expected(word)}"
            if word not in known and group.categories != VIEWPOINT:
                return (
                    f"{group.where}: expected categories of which there are assets (`longtail list assets` shows "
                    f"them), got {shown(word)}{suggestion(word, known)}"
                )
    return ""


def _expected(word: str) -> str:
    return f"expected a category of `longtail list categories`, got {shown(word)}{suggestion(word, BY_NAME)}"


def families_having(categories: Iterable[str]) -> tuple[str, ...]:
    """The families that have assets of any of these categories, in the order of the table."""
    wanted = {family for word in categories for family in _homes().get(word, ())}
    return tuple(name for name in families() if name in wanted)


def shown_by(categories: Collection[str]) -> tuple[str, ...]:
    """These categories, and those of what is attached to assets of them: a sign's post, a pram."""
    every = [asset for assets in families().values() for asset in assets if asset.category in categories]
    return tuple(dict.fromkeys([*categories, *(part.category for asset in every for part in asset.attached)]))


@cache
def _homes() -> dict[str, list[str]]:
    """The families that have assets of each category, those of packs among them."""
    found = dict[str, list[str]]()
    for name, assets in families().items():
        for word in {*(asset.category for asset in assets), *(row.category for row in MODELS.get(name, ()))}:
            found.setdefault(word, []).append(name)
    return found


def group_name(categories: Sequence[str]) -> str:
    """What parameters call things of these categories: "person, wine glass" is person_wine_glass."""
    return "_".join(re.sub(r"[^a-z0-9]+", "_", word.lower()).strip("_") for word in categories)


def swapped(place: Place) -> dict[str, list[Mark]]:
    """The marks by the names of their groups, in the order of the file's."""
    found = dict[str, list[Mark]]()
    for mark in place.marks:
        found.setdefault(group_name(mark.categories), []).append(mark)
    return found


def regions_by_group(place: Place) -> dict[str, list[Region]]:
    """The regions by the names of their groups; those where a camera may be are none."""
    found = dict[str, list[Region]]()
    for region in place.regions:
        if region.categories != VIEWPOINT:
            found.setdefault(group_name(region.categories), []).append(region)
    return found


def viewpoint_regions(place: Place) -> list[Region]:
    """Where cameras may be."""
    return [region for region in place.regions if region.categories == VIEWPOINT]
