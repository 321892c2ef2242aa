"""Whether two requests ask for the same frames, and what differs where they do not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from longtail.annotate.dataset.dataset import DatasetInfo
from longtail.distributions.grammar import is_distribution, shown

_MOST = 4
# What may differ between two runs that go on with each other; the others of these are compared by themselves.
_FREE = frozenset(
    {"frames", "outputs", "seed", "render.device", "assets.library", "render.image_format", "labels.ignored"}
)
_ABSENT = object()


def difference(asked: DatasetInfo, found: DatasetInfo) -> str:
    """What a run asks for that a dataset does not hold: `seed 5, got 6; camera.height_m 1.5, got 1.2`; "" for nothing.

    The dataset's values come first. A value that one of them lacks, as of another version, is `nothing`.
    """
    differing = list(_differing(asked, found))
    if not differing and asked.digest != found.digest:
        differing = [("configuration (digest)", found.digest, asked.digest)]
    said = [f"{name} {_spelled(theirs)}, got {_spelled(ours)}" for name, theirs, ours in differing]
    rest = f"; and {len(said) - _MOST} more" if len(said) > _MOST else ""
    return "; ".join(said[:_MOST]) + rest


def _differing(asked: DatasetInfo, found: DatasetInfo) -> Iterator[tuple[str, Any, Any]]:
    """(name, theirs, ours) of all that differs."""
    for name in ("seed", "image_format", "outputs"):
        theirs, ours = getattr(found, name), getattr(asked, name)
        if theirs != ours:
            yield name.replace("_", " "), theirs, ours
    if asked.digest != found.digest:
        yield from _leaves_differing(asked.config, found.config)
    # Frames of one dataset must not call one thing by two ids.
    ours_named, theirs_named = ({n: c.name for n, c in info.taxonomy} for info in (asked, found))
    for number in sorted(ours_named.keys() | theirs_named.keys()):
        if ours_named.get(number) != theirs_named.get(number):
            yield f"category {number}", theirs_named.get(number, _ABSENT), ours_named.get(number, _ABSENT)
    for name in dict.fromkeys([*found.versions, *asked.versions]):
        theirs, ours = found.versions.get(name, _ABSENT), asked.versions.get(name, _ABSENT)
        if theirs != ours:
            yield _VERSIONS.get(name, f"version of {name}"), theirs, ours


_VERSIONS = {"catalogue": "catalogue of assets (model packs)", "draws": "way to draw scenes"}


def _leaves_differing(asked: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    # Through JSON, because one of them comes from a file.
    ours, theirs = (dict(_leaves("", json.loads(json.dumps(config)))) for config in (asked, found))
    for path in dict.fromkeys([*theirs, *ours]):
        values = theirs.get(path, _ABSENT), ours.get(path, _ABSENT)
        if path not in _FREE and values[0] != values[1]:
            yield path, *values


def _leaves(path: str, node: Any) -> Iterator[tuple[str, Any]]:
    """(dotted path, value) of every leaf; a distribution is one."""
    if not isinstance(node, dict) or is_distribution(node):
        yield path, node
        return
    for key, value in node.items():
        yield from _leaves(f"{path}.{key}" if path else key, value)


def _spelled(value: Any) -> str:
    if value is _ABSENT:
        return "nothing"
    return value if isinstance(value, str) else shown(value)
