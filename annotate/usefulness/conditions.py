"""What is told apart of one side: all, day, all that is not day, and each condition of which there is enough."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.usefulness.sets import Crops

LEAST_PICTURES = 8


def conditions_of(side: Crops) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """A name, and flags (pictures,)."""
    names = np.array(side.conditions, dtype=np.str_)
    yield "all", np.ones(len(names), dtype=np.bool_)
    counts = Counter(names.tolist())
    adverse = (names != "day") & (names != "")
    if counts["day"] >= LEAST_PICTURES and adverse.sum() >= LEAST_PICTURES:
        yield "day", names == "day"
        yield "adverse", adverse
    for name, count in sorted(counts.items()):
        if name not in ("", "day") and LEAST_PICTURES <= count < len(names):
            yield name, names == name
