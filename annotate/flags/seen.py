"""Labels of what cannot be seen, and signs whose text cannot be read though it is large enough."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.flags.glance import at_a_glance
from longtail.annotate.flags.look import Look
from longtail.annotate.labels.appearance import contrasts
from longtail.annotate.labels.ignore import IgnoreRule

_LEAST_CONTRAST = IgnoreRule().min_contrast


def label_unseen(look: Look) -> tuple[float, str]:
    """How many times fainter than the least contrast is the faintest thing that counts, by the picture as it is now.

    What stands out at a glance has the contrast that its label says; of all else it is measured anew.
    """
    rows = {row["instance_id"]: row for row in look.annotations if not row["iscrowd"]}
    clear = {number for number, value in at_a_glance(look.rgb, look.instance, rows).items() if value >= _CLEAR}
    clear &= {number for number, row in rows.items() if row.get("contrast") is not None}
    boxes = {number: tuple(row["bbox"]) for number, row in rows.items() if number not in clear}
    found = contrasts(look.rgb, look.instance, boxes, None if look.whole else look.circle)
    known = {number: value for number, value in found.items() if value is not None}
    known |= {number: float(rows[number]["contrast"]) for number in clear}
    if not known:
        return 0.0, "no label has surroundings"
    faintest = min(known, key=lambda number: (known[number], number))
    contrast = known[faintest]
    said = f"{look.name(rows[faintest])} {faintest} has a contrast of {contrast:.2f} to its surroundings"
    return _LEAST_CONTRAST / max(contrast, 0.001), said


_CLEAR = 5 * _LEAST_CONTRAST
"""Of 2,958 things that count, in 144 sound pictures, none with a difference above this has a contrast below 1.8."""


LETTER_PX = 8
"""A letter of so many pixels can be read (our estimate: its strokes are then a pixel wide)."""
_HIGH, _ACROSS, _WIDE = 0.45, 0.8, 0.6
"""On our signs: how high letters are of a sign of one line, how much of its width a line takes, how wide a letter is of
its height."""


def illegible_sign(look: Look) -> tuple[float, str] | None:
    """How many times flatter than a legible one is the flattest sign whose letters are large enough to be read.

    Not of signs that shine back so much of the headlights, in the dark, that they are white all over: so do real ones.
    """
    worst = None
    for row in look.annotations:
        text = str(row.get("attributes", {}).get("text") or "")
        if not text or row["iscrowd"] or (letter := letter_px(row, text)) < LETTER_PX:
            continue
        within = _within(look, row)
        if within is None or (look.light in _DARK and float(np.median(within)) > _DAZZLING):
            continue
        spread = float(within.std())
        score = LEGIBLE / max(spread, 1e-3)
        if worst is None or score > worst[0]:
            what = f"{look.name(row)} {row['instance_id']} says {text!r} in letters of {letter:.0f} pixels"
            worst = score, f"{what}, whose brightness varies by {spread:.1%} of white"
    return worst or (0.0, "no sign is large enough to be read")


def letter_px(row: Mapping[str, Any], text: str) -> float:
    """The height of the letters of a text that fills a sign, in pixels."""
    _, _, width, height = row["bbox"]
    lines = text.split("\n")
    longest = max(map(len, lines))
    return float(min(_HIGH * height / len(lines), _ACROSS * width / longest / _WIDE))


LEGIBLE = 0.025
"""Of white. Signs that were rendered with their texts vary by 0.041 and more."""


_DARK, _DAZZLING = frozenset({"night", "dusk"}), 0.97


def _within(look: Look, row: Mapping[str, Any]) -> NDArray[np.float32] | None:
    """(N,) luma within a sign, away from its rim; None of few pixels."""
    x, y, width, height = row["bbox"]
    crop = np.s_[y + height // 5 : y + height - height // 5, x + width // 5 : x + width - width // 5]
    own = look.instance[crop] == row["instance_id"]
    return look.luma[crop][own] if np.count_nonzero(own) >= LETTER_PX**2 else None
