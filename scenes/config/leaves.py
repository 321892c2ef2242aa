"""Walking nested mappings: where a dotted path ends and a value begins."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from longtail.distributions.grammar import EXTRAS, HEADS


def sections_of(names: Iterable[str]) -> set[str]:
    """Every beginning of a path that other paths lie below."""
    return {path.rsplit(".", depth)[0] for path in names for depth in range(1, path.count(".") + 1)}


def walk(
    path: str,
    node: Any,
    names: Collection[str],
    sections: Collection[str],
    heads: Collection[str] = HEADS,
    extras: Collection[str] = EXTRAS,
) -> Iterator[tuple[str, Any]]:
    """(dotted path, node) of every leaf. A mapping is a section unless it holds one of `heads`, a value's own words."""
    if not isinstance(node, Mapping) or (not node and path) or (path in names and path not in sections):
        yield path, node
        return
    own = {key: value for key, value in node.items() if path and key in heads}
    if own:
        rest = {key: value for key, value in node.items() if key not in heads and key not in extras}
        if path not in sections or path not in names:
            yield path, node
            return
        yield path, {key: value for key, value in node.items() if key not in rest}
    else:
        rest = dict(node)
    for key, value in rest.items():
        yield from walk(f"{path}.{key}" if path else str(key), value, names, sections, heads, extras)
