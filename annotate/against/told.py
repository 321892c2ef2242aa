"""What `longtail stats --against` says in a terminal: a table of the properties that are farthest apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from longtail.annotate.wording import counted

_MOST, _MOST_NAMED = 15, 5
_HEAD = ("property", "condition", "ours", "real", "mean diff", "spread diff", "EMD", "KS", "key")


def told(found: Mapping[str, Any]) -> Iterator[str]:
    """Lines about the section `against` of stats.json."""
    left = found["left_out"]
    for text in left["named"][:_MOST_NAMED]:
        yield f"left out: {text}"
    if left["rows"] > _MOST_NAMED:
        yield f"left out: {left['rows'] - _MOST_NAMED} more"
    pictures = found["pictures"]
    yield (
        f"against {found['name']}: {counted(pictures['ours'], 'picture')} of ours, {pictures['theirs']} real, "
        f"of {pictures['longest_px']} pixels at most"
    )
    rows = [row for row in found["properties"] if row["differs"]]
    if rows:
        yield from _table([_HEAD, *(_cells(row) for row in rows[:_MOST])])
        if len(rows) > _MOST:
            yield f"... and {len(rows) - _MOST} more that differ, in stats.json"
    else:
        yield "nothing differs by more than chance allows"
    yield from _classifier(found["told_apart"])
    if "features" in found:
        kid = found["features"]
        yield f"KID {kid['kid']:.4g} ({kid['low']:.4g} to {kid['high']:.4g}), FID {kid['fid']:.4g}"


def named(row: Mapping[str, Any]) -> str:
    """A property, with its category where it is of one: "size of cars"."""
    words = str(row["name"]).removesuffix("_k").replace("_", " ").replace("per image", "number")
    return words if row["about"] == "pixels" else f"{words} of {row['category'] or 'things'}"


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        named(row),
        row["condition"] or "all",
        f"{row['ours']['mean']:.3g}",
        f"{row['theirs']['mean']:.3g}",
        _signed(row["mean_difference"], "{:+.2f}"),
        _signed(row["spread_difference"], "{:+.0%}"),
        _signed(row["distance"], "{:.2f}"),
        f"{row['ks']:.2f}",
        row["key"] or "",
    )


def _signed(value: float | None, form: str) -> str:
    return "-" if value is None else form.format(value)


def _table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    left = {0, 1, len(_HEAD) - 1}
    for row in rows:
        cells = [text.ljust(width) if place in left else text.rjust(width)
                 for place, (text, width) in enumerate(zip(row, widths, strict=True))]  # fmt: skip
        yield "  ".join(cells).rstrip()


def _classifier(found: Mapping[str, Any]) -> Iterator[str]:
    if found["note"]:
        yield f"no two-sample test: {found['note']}"
    whole = [("pictures", found["pictures"])] if found["pictures"] else []
    for what, row in [*whole, *((f"crops of {row['category']}", row) for row in found["crops"])]:
        able = "are told apart" if row["beyond_chance"] else "are not told apart"
        best = ", ".join(f"{part['group']} {part['auc']:.2f}" for part in row["by"][:2])
        yield f"{what} {able}: AUC {row['auc']:.3f} ({row['low']:.3f} to {row['high']:.3f}), by {best}"
