"""Rows of stats.json in the words and charts of the report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from longtail.annotate.report import charts
from longtail.annotate.report.layers import Filter
from longtail.annotate.statistics.asked_for import Numbers, asked_for
from longtail.annotate.wording import counted

REASONS = {
    "area": "few pixels",
    "visible_fraction": "hidden",
    "transmission": "lost in the air",
    "contrast": "does not stand out",
    "lens_fraction": "behind drops or dirt",
}
"""What `annotate.IgnoreRule.reasons` names, in words."""

_BETWEEN = " \N{MIDDLE DOT} "


@dataclass(frozen=True)
class ParameterCard:
    """One parameter: `chart` is None where there is nothing to draw (a constant, or no frame that has it)."""

    path: str
    asked: str
    chart: Markup | None
    facts: str
    differs: bool
    realised: str
    frames: int

    @property
    def group(self) -> str:
        return self.path.split(".")[0]

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> ParameterCard:
        chart, facts = None, _distances(row)
        if row["kind"] != "constant" and "options" in row:
            found = row["options"]
            bars = len(found["names"])
            go = [charts.at(row["path"], place) for place in range(bars)] if bars <= charts.MOST_BARS else []
            chart = charts.columns(found["names"], found["counts"], found.get("expected"), go)
        elif row["kind"] != "constant" and "histogram" in row and row["realised"]["n"]:
            asked = asked_for(row["asked"])
            curve = charts.asked_curve(asked, row["histogram"]) if isinstance(asked, Numbers) else []
            chart = charts.histogram(row["histogram"], curve, path=row["path"])
            facts = _BETWEEN.join(filter(None, [_mean(row["realised"]) + _asked_mean(row), facts]))
        return cls(
            row["path"],
            spelled(row["asked"]),
            chart,
            facts,
            bool(row.get("differs")),
            _realised(row),
            row["frames"],
        )


@dataclass(frozen=True)
class CategoryRow:
    """One category that occurs."""

    id: int
    name: str
    is_thing: bool
    images: int
    instances: int
    ignored: int
    in_scene: int
    per_image: float | None
    side_px: float | None
    distance_m: float | None
    pixel_share: float

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> CategoryRow:
        thing = row["is_thing"]
        return cls(
            row["id"],
            row["name"],
            thing,
            row["images"],
            row["instances"] if thing else 0,
            row["ignored"] if thing else 0,
            row["in_scene"] if thing else 0,
            row["per_image"]["mean"] if thing else None,
            row["side_px"]["quantiles"].get("0.5") if thing else None,
            row["distance_m"]["quantiles"].get("0.5") if thing else None,
            row["pixel_share"] or 0.0,
        )


def filter_tables(filters: Mapping[str, tuple[str, Filter | None] | None]) -> dict[str, tuple[str, list[str]]]:
    """By layer: the matrix that looks at one channel alone, and tables of red, green, blue and opacity, for SVG."""
    found = {}
    for name, shown in filters.items():
        if shown is not None and shown[1] is not None:
            one = {"R": "1 0 0 0 0 ", "B": "0 0 1 0 0 "}[shown[1].channel]
            tables = [" ".join(f"{value:.3g}" for value in column / 255) for column in shown[1].colours.T]
            found[name] = (one, tables)
    return found


def grouped(cards: Iterable[ParameterCard]) -> dict[str, list[ParameterCard]]:
    """Cards by the first word of their path, in the order of their coming."""
    groups: dict[str, list[ParameterCard]] = {}
    for card in cards:
        groups.setdefault(card.group, []).append(card)
    return groups


def spelled(node: Any) -> str:
    """What was asked for, as a config spells it: uniform [50, 90]."""
    if isinstance(node, Mapping):
        return ", ".join(f"{key} {spelled(value)}" for key, value in node.items())
    if isinstance(node, list):
        return f"[{', '.join(spelled(value) for value in node)}]"
    if isinstance(node, bool):
        return str(node).lower()
    return "nothing declared" if node is None else str(node)


def short(value: float | None, digits: int = 3) -> str:
    """A number for a table; a dash where there is none."""
    if value is None:
        return "\N{EN DASH}"
    if value == int(value) and abs(value) < 1e9:
        return f"{int(value):,}"
    return f"{value:.{digits}g}" if abs(value) < 1000 else f"{value:,.0f}"


def percent(share: float | None) -> str:
    """A share for a table; small ones are not rounded to nothing."""
    if share is None:
        return "\N{EN DASH}"
    if share < 0:
        return f"\N{MINUS SIGN}{percent(-share)}"
    if 0 < share < 0.001:
        return "<0.1 %"
    return f"{share * 100:.1f} %" if share < 0.1 else f"{share * 100:.0f} %"


def _mean(found: Mapping[str, Any]) -> str:
    return f"mean {short(found['mean'])} \N{PLUS-MINUS SIGN} {short(found['std'])}"


def _asked_mean(row: Mapping[str, Any]) -> str:
    asked = row.get("asked_for")
    return f" (asked {short(asked['mean'])} \N{PLUS-MINUS SIGN} {short(asked['std'])})" if asked else ""


def _distances(row: Mapping[str, Any]) -> str:
    found = row.get("distance", {})
    parts = []
    if "ks" in found:
        parts.append(f"KS\N{NO-BREAK SPACE}{found['ks']:.2f}")
    if "total_variation" in found:
        parts.append(f"TV\N{NO-BREAK SPACE}{found['total_variation']:.2f}")
    if "chi_square" in found:
        parts.append(f"\N{GREEK SMALL LETTER CHI}\N{SUPERSCRIPT TWO} {found['chi_square']:.1f} ({found['degrees']} df)")
    if "p" in found:
        parts.append(f"p\N{NO-BREAK SPACE}{found['p']:.2g}")
    return _BETWEEN.join(parts)


def _realised(row: Mapping[str, Any]) -> str:
    if not row["frames"]:
        return "in no frame"
    frames = counted(row["frames"], "frame")
    if "as_asked" in row:
        always = row["as_asked"] == row["frames"]
        return f"in all of {frames}" if always else f"only {counted(row['as_asked'], 'time')}"
    return f"in {frames}"
