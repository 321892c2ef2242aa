"""What `longtail evaluate` says in a terminal: who was trained on what, and how well things are recognised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from longtail.annotate.wording import counted, listed

_MOST_NAMED, _MOST_COLUMNS = 5, 6

Row = Mapping[str, Any]


def told(found: Mapping[str, Any]) -> Iterator[str]:
    """Lines about what `evaluate` found."""
    left, sets = found["left_out"], found["sets"]
    for text in left["named"][:_MOST_NAMED]:
        yield f"left out: {text}"
    if left["rows"] > _MOST_NAMED:
        yield f"left out: {left['rows'] - _MOST_NAMED} more"
    for name, side in (("train", sets["train"]), ("test", sets["test"])):
        yield (
            f"--{name} {side['name']}: {counted(side['pictures'], 'picture')} of "
            f"{counted(side['groups'], 'scene')}, {counted(side['crops'], 'crop')}"
        )
    yield f"classes: {listed((row['name'] for row in found['classes']), 12)}"
    if found["few_of"]:
        yield f"pictures of {sets['test']['name']} to train on are by {found['few_of']}"
    for few in found["shots_left_out"]:
        yield f"{few} pictures of {sets['test']['name']} are more than the {found['pool']} that are not tested on"
    yield ""
    yield f"balanced accuracy in %, with 95 % intervals; {found['repeats']} times {found['folds']} folds"
    yield from _table(list(_rows(found, found, "accuracy")))
    detector = found.get("detector")
    if detector is not None:
        yield ""
        yield (
            f"a detector from scratch, average precision at an overlap of one half (AP50) in %, with 95 % intervals; "
            f"{detector['repeats']} times {found['folds']} folds, {detector['steps']} steps of "
            f"{counted(detector['batch'], 'window')}"
        )
        yield from _table(list(_rows(found, detector, "ap50")))


def _rows(found: Mapping[str, Any], table: Mapping[str, Any], measure: str) -> Iterator[list[str]]:
    """Of the crops or the detector, by the one number that is shown."""
    sets = found["sets"]
    columns = _columns(table["setups"][0]["tested"])
    yield ["trained on", *(_head(sets, which, condition) for which, condition in columns)]
    added = {row["few"]: row["tested"] for row in table["added"]}
    for setup in table["setups"]:
        cells = {(row["set"], row["condition"]): row for row in setup["tested"]}
        yield [_name(sets, setup), *(_share(cells.get(key), measure) for key in columns)]
        if setup["train"] and setup["few"]:
            cells = {(row["set"], row["condition"]): row for row in added[setup["few"]]}
            yield [f"  {sets['train']['name']} adds", *(_points(cells.get(key)) for key in columns)]


def _columns(tested: Sequence[Row]) -> list[tuple[str, str]]:
    """Of the set to test on its most telling conditions, and the other set as a whole."""
    keys = [(row["set"], row["condition"]) for row in tested]
    return [*[key for key in keys if key[0] == "test"][:_MOST_COLUMNS], ("train", "all")]


def _head(sets: Mapping[str, Row], which: str, condition: str) -> str:
    name = str(sets[which]["name"])
    return name if condition == "all" else condition


def _name(sets: Mapping[str, Row], setup: Row) -> str:
    test, train = sets["test"]["name"], sets["train"]["name"]
    few = "" if setup["few"] == 0 else f"{setup['few']} of {test}"
    return " and ".join(filter(None, [few, train if setup["train"] else ""]))


def _share(row: Row | None, measure: str) -> str:
    if row is None or row[measure] is None:
        return "-"
    return f"{100 * row[measure]:.1f} ({100 * row['low']:.1f} to {100 * row['high']:.1f})"


def _points(row: Row | None) -> str:
    return (
        ""
        if row is None or row["points"] is None
        else f"{row['points']:+.1f} ({row['low']:+.1f} to {row['high']:+.1f})"
    )


def _table(rows: list[list[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        first, *rest = (text.ljust(width) for text, width in zip(row, widths, strict=True))
        yield "  ".join([first, *rest]).rstrip()
