"""Reading the `correlations` of a config: `[[weather.rain.rate_mm_h, lighting.cloud_cover, 0.7], ...]`."""

from __future__ import annotations

from typing import Any

from longtail.distributions.grammar import shown
from longtail.scenes.config.settings import parameter_of
from longtail.scenes.drawing.copula import Correlation, impossible
from longtail.scenes.space.space import Space


def read_correlations(node: Any, space: Space) -> tuple[Correlation, ...]:
    """The correlations that plain data spells, in a canonical order. ValueError: "expected ..., got ...".

    Constants may be correlated, which does nothing: so a leaf can be pinned without a second edit.
    """
    if node is None:
        return ()
    if not isinstance(node, list | tuple):
        raise ValueError(f"expected a list of [path, path, rho], got {shown(node)}")
    place = {path: i for i, path in enumerate(space.by_age)}
    found: dict[tuple[str, str], float] = {}
    for entry in node:
        first, second, rho = _entry(entry)
        for path in (first, second):
            _ordered(path, space)
        if place[first] > place[second]:
            first, second = second, first
        if first == second or (first, second) in found:
            raise ValueError(f"expected every pair of different parameters once, got {shown(entry)}")
        found[first, second] = rho
    result = tuple(
        Correlation(*pair, rho) for pair, rho in sorted(found.items(), key=lambda item: [place[p] for p in item[0]])
    )
    if impossible(result):
        pairs = "; ".join(f"{c.first} ~ {c.second}: {c.rho:g}" for c in result[:6])
        raise ValueError(
            f"expected correlations that can hold at once (a positive semidefinite matrix), got {pairs}"
            f"{'; ...' if len(result) > 6 else ''}; weaken or drop one of them"
        )
    return result


def _entry(entry: Any) -> tuple[str, str, float]:
    if not isinstance(entry, list | tuple) or len(entry) != 3:
        raise ValueError(f"expected [path, path, rho], got {shown(entry)}")
    first, second, rho = entry
    if not isinstance(first, str) or not isinstance(second, str):
        raise ValueError(f"expected the paths of two parameters, got {shown(entry)}")
    if isinstance(rho, bool) or not isinstance(rho, int | float) or not -1 <= rho <= 1:
        raise ValueError(f"expected a rank correlation in -1..1, got {shown(rho)} for {first} ~ {second}")
    return first, second, float(rho)


def _ordered(path: str, space: Space) -> None:
    if parameter_of(space, path).kind == "option":
        raise ValueError(f"expected parameters that are numbers, got {path}, whose options have no order")
