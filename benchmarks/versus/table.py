"""The turns and the quality of one scene as a table in Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

from versus.timing import Turn

_COLUMNS = ("", "PSNR, dB", "SSIM", "until the first frame, CPU s", "each further frame", "end to end, a frame",
            "wall, a frame", "further frames, times Longtail", "end to end, times Longtail")  # fmt: skip
HEADER = f"|{'|'.join(f' {column} ' if column else ' ' for column in _COLUMNS)}|\n|{'---|' * len(_COLUMNS)}"


def ratio(theirs: Sequence[Turn], ours: Sequence[Turn], part: str) -> float:
    """How many times our seconds theirs are, by that field of `Turn`: the median of turns that followed one another."""
    return float(median(getattr(b, part) / getattr(a, part) for a, b in zip(ours, theirs, strict=True)))


def row(name: str, turns: Sequence[Turn], quality: Mapping[str, float] | None, ours: Sequence[Turn]) -> str:
    """One line: medians over turns; quality where it was measured at these samples."""
    told = (f"{quality['psnr_db']:.1f}", f"{quality['ssim']:.3f}") if quality else ("", "")
    parts = ("first_cpu_s", "further_cpu_s", "each_cpu_s", "each_wall_s")
    seconds = (f"{median(getattr(turn, part) for turn in turns):.1f}" for part in parts)
    ratios = (f"{ratio(turns, ours, part):.2f}" for part in ("further_cpu_s", "each_cpu_s"))
    return f"| {' | '.join((name, *told, *seconds, *ratios))} |"


def table(turns: Mapping[str, Sequence[Turn]], likeness: Mapping[str, Mapping[str, float]]) -> str:
    """Everybody's row; the first is Longtail, which the others are held against."""
    ours = next(iter(turns.values()))
    return "\n".join([HEADER, *(row(name, each, likeness.get(name), ours) for name, each in turns.items())])
