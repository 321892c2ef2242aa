"""A parallel gripper of two jaws at a robot's wrist, beside the camera: X is where it reaches, Y how it opens.

Its measures are about those of common ones of 80 mm stroke (from memory); origin and axes are those of all assets.
"""

from __future__ import annotations

import math
from functools import partial

from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.geometry.materials import BLACK_PLASTIC, RUBBER, Material, Principled
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, cylinder

GRIPPER = "gripper"
"""The category, and the tag of what a wrist may carry."""
OPENINGS_M = (0.02, 0.05, 0.08)
_WHITE = Principled((0.72, 0.72, 0.7), roughness=0.35, coat=0.2)
_STEEL = Principled((0.55, 0.56, 0.57), roughness=0.3, metallic=1.0)
# Along X: of the palm, from the palm to the finger's tip, of the wrist behind the palm.
_PALM_M, FINGER_M, _WRIST_M = 0.07, 0.1, 0.12
_WIDE_M, _HIGH_M = 0.2, 0.063
SIZE_M = (_WRIST_M + _PALM_M + FINGER_M, _WIDE_M, _HIGH_M)


def _mesh(opening_m: float, shell: Material) -> Mesh:
    """Its fingers `opening_m` apart."""
    back = -SIZE_M[0] / 2
    palm, tip = back + _WRIST_M, SIZE_M[0] / 2
    middle = _HIGH_M / 2
    parts = [
        cylinder(_HIGH_M / 2, _WRIST_M, shell, sides=40).rotated(1, math.pi / 2).moved(back, 0.0, middle),
        box((_PALM_M, _WIDE_M, _HIGH_M), shell, (palm + _PALM_M / 2, 0.0, middle), bevel_m=0.012),
        box((0.004, _WIDE_M - 0.03, 0.024), BLACK_PLASTIC, (palm + _PALM_M, 0.0, middle), bevel_m=0.001),
    ]
    return join([*parts, *(_finger(side, opening_m, palm + _PALM_M, tip, middle) for side in (-1, 1))])


def _finger(side: int, opening_m: float, root: float, tip: float, middle: float) -> Mesh:
    """A carriage in the palm's slot, a finger that reaches ahead of it, and the pad inside the finger's tip."""
    y = side * (opening_m / 2 + 0.008)
    length = tip - root
    return join(
        [
            box((0.014, 0.026, 0.03), _STEEL, (root + 0.007, y + side * 0.003, middle), bevel_m=0.002),
            box((length, 0.012, 0.021), BLACK_PLASTIC, (root + length / 2, y, middle), bevel_m=0.003),
            box((0.02, 0.002, 0.019), RUBBER, (tip - 0.0105, y - side * 0.007, middle), bevel_m=0.0005),
        ]
    )


ASSETS: tuple[Asset, ...] = tuple(
    Procedural(
        f"household/gripper_{shade}_{round(1000 * opening_m)}", GRIPPER, SIZE_M, tags=frozenset({GRIPPER}),
        recipe=partial(_mesh, opening_m, shell),
    )
    for shade, shell in (("white", _WHITE), ("black", BLACK_PLASTIC))
    for opening_m in OPENINGS_M
)  # fmt: skip
