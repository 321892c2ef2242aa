"""The closer look as JSON: the sections `verdicts`, `pairs`, `rejection`, `labels` and `pixels` of stats.json."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.pixels.measure import PROPERTIES
from longtail.annotate.statistics.closely import CloserLook, Pictures, Redrawn
from longtail.annotate.statistics.histogram import even_edges, histogram, summary
from longtail.annotate.statistics.joint import (
    Cells,
    Draws,
    Table,
    discrepancies,
    discrepancy_by_chance,
    rank_correlations,
    worded,
)
from longtail.annotate.statistics.rejection import rejection
from longtail.annotate.statistics.verdicts import Evidence, verdicts

Array = NDArray[np.float64]

_LEAST_A_CELL, _FEWEST, _MOST = 20, 2, 5
"""Levels of a number are as many as leave each cell of two so many pictures, 2 to 5."""


def closer_json(
    look: CloserLook, config: Mapping[str, Any], departures: Mapping[str, Any], redrawn: Redrawn | None
) -> dict[str, Any]:
    """The sections of a closer look at the frames of a dataset with that config."""
    scenes = len(set(look.scenes))
    found = evidence(config, look.draws, scenes, redrawn.expected if redrawn else None)
    return {
        "verdicts": [verdict.to_json() for verdict in verdicts(found)],
        "pairs": _pairs(found),
        "rejection": rejection(config, departures, look.draws, scenes, redrawn.unrejected if redrawn else None),
        "labels": look.things.to_json(),
        "pixels": pixels_json(look.pictures),
    }


def evidence(config: Mapping[str, Any], draws: Draws, scenes: int, expected: Draws | None) -> Evidence:
    """Draws of so many scenes in columns, cells and correlations, beside those that are `expected`."""
    words, paths = worded(draws, expected or ())
    drawn = Table.of(draws, words, paths)
    other = Table.of(expected, words, paths) if expected else None
    varying = [path for path in paths if _varies(drawn, path) or (other is not None and _varies(other, path))]
    numbers = [path for path in varying if path not in words]
    levels = min(max(int((scenes / _LEAST_A_CELL) ** 0.5), _FEWEST), _MOST)
    rho, n = rank_correlations(drawn, numbers)
    rho_due, n_due = rank_correlations(other, numbers) if other else (None, None)
    return Evidence(
        config,
        drawn,
        other,
        Cells.of(drawn, other, varying, levels),
        numbers,
        rho,
        n,
        rho_due,
        n_due,
        max(len(draws) / scenes, 1.0) if scenes else 1.0,
    )


def _varies(table: Table, path: str) -> bool:
    if path in table.words:
        return len(set(table.words[path]) - {""}) > 1
    known = table.numbers[path][np.isfinite(table.numbers[path])]
    return bool(known.size and known.min() < known.max())


def _pairs(found: Evidence) -> dict[str, Any]:
    config, numbers = found.config, found.paths
    even, apart, points = discrepancies(found.drawn, numbers, config)
    return {
        "frames": found.drawn.rows,
        "redrawn": found.expected.rows if found.expected else 0,
        "correlation": {
            "paths": list(numbers),
            "asked": [list(entry) for entry in config.get("correlations") or ()],
            "realised": _short(found.rho),
            "expected": None if found.rho_expected is None else _short(found.rho_expected),
        },
        "coverage": {"paths": list(found.cells.paths), "share": _short(found.cells.coverage())},
        "discrepancy": {
            "paths": even,
            "points": points,
            "realised": _short(apart, digits=6),
            "by_chance": discrepancy_by_chance(points) if points else None,
        },
        "empty_cells": _empty(found.cells),
    }


_MOST_EMPTY = 200


def _empty(cells: Cells) -> list[list[Any]]:
    """[path, level, path, level, pictures due] of cells without a picture, those with most due first."""
    if cells.expected is None or not cells.expected_rows:
        return []
    due = np.tril(np.where(cells.counts == 0, cells.expected, 0) * (cells.rows / cells.expected_rows))
    order = np.argsort(-due, axis=None, kind="stable")[:_MOST_EMPTY]
    found = [(*np.unravel_index(place, due.shape), float(due.ravel()[place])) for place in order]
    return [
        [*cells.levels[b], *(() if a == b else cells.levels[a]), round(amount, 2)]
        for a, b, amount in found
        if amount > 0
    ]


def _short(matrix: Array, digits: int = 3) -> Array:
    return np.round(matrix, digits) + 0.0


def pixels_json(pictures: Pictures) -> dict[str, Any]:
    """Each property over all measured pictures, and its mean and deviation in each condition."""
    conditions = np.array(pictures.conditions, dtype=object)
    rows = []
    for name in PROPERTIES:
        values = np.array(pictures.column(name))
        known = np.isfinite(values)
        ends = (float(values[known].min()), float(values[known].max())) if known.any() else (0.0, 1.0)
        rows.append(
            {
                "name": name,
                **summary(values[known]),
                **histogram(values[known], even_edges(*ends, 20)),
                "by_condition": {
                    condition: _in_short(values[known & (conditions == condition)])
                    for condition in sorted(set(pictures.conditions))
                },
            }
        )
    return {"pictures": len(pictures.conditions), "properties": rows}


def _in_short(values: Array) -> dict[str, Any]:
    found = summary(values)
    return {"n": found["n"], "mean": found["mean"], "std": found["std"]}
