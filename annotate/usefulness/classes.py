"""Which names of two sets are one class."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from longtail.annotate.against.boxes_apart import ALIASES
from longtail.annotate.errors import ConfigError, DatasetError
from longtail.annotate.labels.taxonomy import BY_NAME
from longtail.annotate.wording import listed
from longtail.distributions.grammar import shown, suggestion

BACKGROUND = "background"
"""The class of what shows none of the things."""

Names = Mapping[str, str]
"""The class of each name that counts."""


def shared_classes(one: Collection[str], other: Collection[str], renamed: Mapping[str, str]) -> tuple[Names, Names]:
    """The class of each name of both sets, of classes that both have.

    Names are put in lower case, `renamed`, and called as we call them (`ALIASES`). What only one set has counts as the
    class of the same COCO category where there is one: vans are cars beside a set that does not tell them apart.
    ConfigError for a name to be changed that neither set has, DatasetError where no class is left.
    """
    for name in renamed:
        if name not in {*one, *other}:
            known = sorted({*one, *other})
            raise ConfigError(
                f"--rename: expected a category of one of the sets, got {shown(name)}{suggestion(name, known)}"
            )
    called = [{name: renamed.get(name, ALIASES.get(name, name)) for name in names} for names in (one, other)]
    both = set(called[0].values()) & set(called[1].values())
    if not both:
        raise DatasetError(
            f"expected a category that both sets have, got {listed(sorted(one))} and {listed(sorted(other))}; --rename "
            "says which are the same, as in --rename automobile=car"
        )
    return _kept(called[0], both), _kept(called[1], both)


def _kept(called: Names, both: Collection[str]) -> dict[str, str]:
    by_coco = {BY_NAME[name].coco_id: name for name in sorted(both) if name in BY_NAME and BY_NAME[name].coco_id}
    found = {}
    for name, word in called.items():
        like = by_coco.get(BY_NAME[word].coco_id, "") if word in BY_NAME else ""
        if word in both or like:
            found[name] = word if word in both else like
    return found
