"""Pictures that are darker or brighter than their light makes them, and such that show nothing.

What a camera that meters its exposure makes of a light is within narrow bounds, which were measured: the mean of linear
light over 366 sound pictures of both scenarios, of five lens models, under every weather, and over 632 of streets since
their nights are taken darker. The exposure that a config asks for beside that is taken off first.
"""

from __future__ import annotations

import math

import numpy as np

from longtail.annotate.flags.look import Look
from longtail.annotate.pixels.measure import LINEAR
from longtail.colour import REC_709

BOUNDS_EV = {
    "day": (-2.7, -1.0),
    "low_sun": (-2.9, -0.9),
    "dusk": (-5.0, -1.5),
    "night": (-6.2, -1.5),
    "indoors": (-4.2, -1.4),
}
"""The least and the largest mean of sound pictures by light, in stops below white."""
_MEASURED = frozenset({"street", "tabletop"})
"""Of other scenarios' lights the widest bounds hold."""
_ANY_EV = (min(low for low, _ in BOUNDS_EV.values()), max(high for _, high in BOUNDS_EV.values()))
_BLACKEST = 1e-5


def level_ev(look: Look) -> float:
    """The mean luminance of linear light in stops, 0 for white, without the exposure that was asked for."""
    counts = look.code_values
    mean = float((counts @ LINEAR.astype(np.float64) / max(int(counts[0].sum()), 1)) @ REC_709)
    asked = look.record["parameters"].get("lighting.exposure_ev", 0.0)
    return math.log2(max(mean, _BLACKEST)) - float(asked)


def too_dark(look: Look) -> tuple[float, str] | None:
    """Stops below the darkest sound picture of its light; not of a camera whose exposure is fixed."""
    return None if _is_fixed(look) else _beyond(look, -1)


def blown_out(look: Look) -> tuple[float, str] | None:
    """Stops above the brightest one."""
    return None if _is_fixed(look) else _beyond(look, 1)


def _is_fixed(look: Look) -> bool:
    """A fixed exposure may give anything, and says so."""
    return str(look.record["parameters"].get("sensor.exposure", "auto")) != "auto"


def _beyond(look: Look, way: int) -> tuple[float, str]:
    known = look.scenario in _MEASURED and look.light in BOUNDS_EV
    bounds, level = BOUNDS_EV[look.light] if known else _ANY_EV, level_ev(look)
    bound = bounds[way > 0]
    word, most = ("below", "darkest") if way < 0 else ("above", "brightest")
    score = max(way * (level - bound), 0.0)
    light = look.light.replace("_", " ") if known else "any light"
    return score, (f"its mean light is {-level:.1f} stops below white, {score:.1f} {word} the {most} sound picture of "
                   f"{light}")  # fmt: skip


def empty(look: Look) -> tuple[float, str]:
    """The share of the picture that has one grey value, or, where no thing counts, that is one and the same stuff."""
    within = look.luma if look.whole else look.luma[look.circle]
    even = float((np.abs(within - np.median(within)) <= _SAME).mean())
    said = f"{even:.0%} of the picture has one brightness"
    if any(not row["iscrowd"] for row in look.annotations):
        return even, said
    shares: dict[str, float] = {}
    for row in look.record["segments_info"]:
        shares[look.name(row)] = shares.get(look.name(row), 0.0) + row["area"] / look.circle.size
    name = max(shares, key=lambda name: (shares[name], name), default="void")
    largest = shares.get(name, 1.0)
    if largest <= even:
        return even, said
    return largest, f"no thing in it can be seen, and {largest:.0%} of it is {name}"


_SAME = 2.5 / 255
"""Two steps of 8 bits, and what rounding adds."""
