"""Draws that `require` rejected, and what that does to the parameters that were declared."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from longtail.annotate.statistics.asked_for import Numbers, Options, asked_for
from longtail.annotate.statistics.joint import Table, worded

Draws = Sequence[Mapping[str, Any]]

_WORTH_TELLING = 0.01
"""Deviations, or shares of all pictures, below which a bias is none."""


def rejection(
    config: Mapping[str, Any], departures: Mapping[str, Any], draws: Draws, scenes: int, unrejected: Draws | None
) -> dict[str, Any]:
    """How many draws were rejected, of how many, and each parameter's bias, the largest first.

    The bias is that of the realised marginal against the same pictures with `require` lifted, which chance has no part
    in. Numbers' is the difference of means in units of the unrejected deviation; options' the total variation. Beside
    them stands what was declared. Without `unrejected` nothing is known of biases.
    """
    tried = sum(int(row["draws"]) for row in departures.get("rejected", {}).values())
    found: dict[str, Any] = {
        "draws": tried,
        "share": tried / (tried + scenes) if tried + scenes else None,
        "statements": {text: row["draws"] for text, row in sorted(departures.get("rejected", {}).items())},
        "bias": [],
    }
    if unrejected is None:
        return found
    words, paths = worded(draws, unrejected)
    ours, theirs = Table.of(draws, words, paths), Table.of(unrejected, words, paths)
    rows = [_of_words if path in words else _of_numbers for path in paths]
    biases = [row(path, config, ours, theirs) for row, path in zip(rows, paths, strict=True)]
    told = [row for row in biases if row is not None and row["bias"] is not None and abs(row["bias"]) >= _WORTH_TELLING]
    return found | {"bias": sorted(told, key=lambda row: (-abs(row["bias"]), row["path"]))}


def _of_numbers(path: str, config: Mapping[str, Any], ours: Table, theirs: Table) -> dict[str, Any] | None:
    one, other = (table.numbers[path][np.isfinite(table.numbers[path])] for table in (ours, theirs))
    if not one.size or not other.size:
        return None
    spread, asked = float(other.std()), asked_for(config.get(path))
    declared = {"mean": asked.mean(), "std": asked.std()} if isinstance(asked, Numbers) else None
    return {
        "path": path,
        "declared": declared,
        "unrejected": {"mean": float(other.mean()), "std": spread},
        "realised": {"mean": float(one.mean()), "std": float(one.std())},
        "bias": float(one.mean() - other.mean()) / spread if spread > 0 else None,
    }


def _of_words(path: str, config: Mapping[str, Any], ours: Table, theirs: Table) -> dict[str, Any] | None:
    shares = [_shares(table.words[path]) for table in (ours, theirs)]
    if not all(shares):
        return None
    asked = asked_for(config.get(path))
    names = sorted({*shares[0], *shares[1]})
    apart = sum(abs(shares[0].get(name, 0.0) - shares[1].get(name, 0.0)) for name in names) / 2
    return {
        "path": path,
        "declared": dict(asked.shares) if isinstance(asked, Options) else None,
        "unrejected": shares[1],
        "realised": shares[0],
        "bias": apart if math.isfinite(apart) else None,
    }


def _shares(texts: Sequence[str]) -> dict[str, float]:
    known = [text for text in texts if text]
    return {name: known.count(name) / len(known) for name in sorted(set(known))}
