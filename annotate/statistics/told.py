"""What `longtail stats` says of the draws in a terminal: what is wrong, most telling first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from longtail.annotate.wording import counted

_MOST = 8


def told(stats: Mapping[str, Any]) -> Iterator[str]:
    """Lines of at most eight verdicts, the rejected draws with the largest bias that they cause."""
    found = stats.get("verdicts", [])
    for verdict in found[:_MOST]:
        yield f"{verdict['kind']}: {verdict['said']} (p {verdict['p']:.1g})"
    if len(found) > _MOST:
        yield f"... and {len(found) - _MOST} more, in stats.json"
    rejected = stats.get("rejection", {})
    if rejected.get("draws"):
        yield f"rejected: {counted(rejected['draws'], 'draw')}, {rejected['share']:.0%} of all{_bias(rejected['bias'])}"


def _bias(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return ""
    row = rows[0]
    if "mean" in row["realised"]:
        return f"; {row['path']} has the mean {row['realised']['mean']:.4g} for {row['unrejected']['mean']:.4g}"
    return f"; the options of {row['path']} have other shares by {row['bias']:.0%}"
