"""Things that are larger or smaller than anything of their kind.

The longest side of a thing's box, in metres. Vehicles: from microcars to the longest trains on European roads (25.25 m,
Directive 96/53/EC, article 4; buses 18.75 m). People: from newborns to the tallest who was ever measured, 2.72 m, as
long when they lie. Outdoors else: half the smallest to twice the largest of Longtail's own things. Household things:
a quarter of the smallest to twice the largest, as medicine comes in bottles, too.
"""

from __future__ import annotations

import numpy as np

from longtail.annotate.flags.look import Look

LONGEST_M = {
    "car": (2.2, 6.2), "van": (3.0, 7.6), "truck": (4.0, 25.25), "bus": (5.0, 18.75), "tram": (8.0, 45.0),
    "motorcycle": (1.4, 2.9), "bicycle": (0.9, 2.6), "person": (0.45, 2.75), "rider": (0.45, 2.75),
    "dog": (0.2, 1.6), "deer": (0.5, 4.5), "horse": (1.2, 6.2), "wild boar": (0.7, 3.0),
    "traffic light": (0.28, 9.0), "traffic sign": (0.15, 4.0), "traffic sign back": (0.15, 4.0),
    "street light": (1.8, 18.0), "trash can": (0.3, 3.4), "bench": (0.4, 5.2), "traffic cone": (0.2, 2.1),
    "barrier": (0.4, 6.0), "hydrant": (0.35, 1.6), "mailbox": (0.3, 3.1), "junction box": (0.4, 2.6),
    "billboard": (1.5, 6.3), "planter": (0.4, 2.8), "bus shelter": (2.0, 8.2), "debris": (0.1, 5.2),
    "cup": (0.02, 0.34), "bottle": (0.05, 0.61), "wine glass": (0.045, 0.4), "bowl": (0.037, 0.44),
    "plate": (0.05, 0.54), "fork": (0.045, 0.4), "knife": (0.045, 0.52), "spoon": (0.045, 0.4), "pot": (0.05, 0.6),
    "pan": (0.05, 0.8), "jug": (0.04, 0.6), "jar": (0.025, 0.25), "can": (0.02, 0.3), "box": (0.015, 1.5),
    "basket": (0.05, 0.9), "apple": (0.018, 0.15), "orange": (0.019, 0.16), "banana": (0.045, 0.37),
    "lemon": (0.019, 0.16), "pear": (0.025, 0.22), "book": (0.045, 0.6), "vase": (0.04, 1.0),
    "potted plant": (0.04, 2.5), "hammer": (0.07, 0.7), "screwdriver": (0.05, 0.45), "wrench": (0.04, 0.6),
    "pliers": (0.04, 0.5), "drill": (0.05, 0.6), "tape": (0.015, 0.22), "pen": (0.03, 0.3), "laptop": (0.09, 0.7),
    "monitor": (0.12, 1.5), "keyboard": (0.1, 1.0), "mouse": (0.025, 0.25), "remote": (0.04, 0.4),
    "cell phone": (0.03, 0.3), "headphones": (0.05, 0.45), "scissors": (0.035, 0.45), "ball": (0.015, 0.5),
    "block": (0.01, 0.2), "shoe": (0.05, 0.5), "chair": (0.2, 1.8),
}  # fmt: skip
"""The least and the greatest longest side by category. What is not here may have any size."""


HEIGHT_M = {
    "car": (0.95, 2.3), "van": (1.5, 3.2), "truck": (1.8, 4.3), "bus": (2.2, 4.5), "motorcycle": (0.8, 1.8),
    "bicycle": (0.5, 1.6), "person": (0.15, 2.75), "rider": (0.4, 2.75), "dog": (0.12, 1.15),
}  # fmt: skip
"""The least and the greatest height: 4 m on European roads (Directive 96/53/EC) with what is on their roofs."""


def implausible_size(look: Look) -> tuple[float, str]:
    """How many times a thing that is seen is too large, or too small, for its category."""
    solids = look.solids
    worst = 0.0, "nothing is of an unusual size"
    for place in np.flatnonzero(solids.seen):
        name = solids.categories[place]
        if name not in LONGEST_M:
            continue
        sizes = [(float(solids.sizes_m[place].max()), LONGEST_M[name], "long")]
        if name in HEIGHT_M:
            sizes.append((float(solids.sizes_m[place, 2]), HEIGHT_M[name], "high"))
        for size, (low, high), word in sizes:
            score = max(size / high, low / max(size, 1e-6))
            if score > worst[0]:
                kind = f"{name} {solids.ids[place]} ({solids.assets[place]})"
                worst = score, f"{kind} is {size:.3g} m {word}, of a kind that is {low:g} to {high:g} m"
    return worst
