"""Traffic lights: three-aspect heads with 200 mm lenses (EN 12368) on posts or on arms over the carriageway.

The mast stands at the origin on the driver's right; the lenses look to +X, at the driver, and an arm reaches to -Y,
over the road. The head for walkers looks to -Y, across the road. What is lit is part of the variant. Each head is a
traffic light by itself, as Cityscapes and COCO have it; the mast that carries them is a pole.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import shapely

from longtail.scenes.assets.asset import Asset, Phase, Procedural, Vector
from longtail.scenes.assets.furniture.printing import TO_FACE, walker
from longtail.scenes.geometry.materials import (
    BLACK_PLASTIC,
    GALVANISED,
    LampGlass,
    Material,
    Principled,
    Rgb,
    SignFace,
    srgb,
)
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, cylinder, lathe, loft, polygon, tube
from longtail.scenes.lamps import kinds

_PHASES: tuple[Phase, ...] = ("red", "yellow", "green")
_GLOW: dict[Phase, Rgb] = {"red": (1.0, 0.035, 0.015), "yellow": (1.0, 0.42, 0.02), "green": (0.05, 1.0, 0.42)}
_GREEN_MAST = Principled(srgb("#5d6a66"), roughness=0.5, metallic=0.3, mottle=0.2)
_CASE = Principled(srgb("#161a18"), roughness=0.55)
_RIM = SignFace((0.75, 0.75, 0.75))
_ARM_HEAD_M = 5.26  # Its lower edge 4.8 m over the road, the board's over the 4.5 m that lorries are cleared for.


def _lens(phase: Phase, lit: bool) -> Material:
    red, green, blue = _GLOW[phase]
    dark = (0.035 * red + 0.006, 0.035 * green + 0.006, 0.035 * blue + 0.006)
    if lit:
        return LampGlass(kinds.SIGNAL, _GLOW[phase], _GLOW[phase])
    return Principled(dark, roughness=0.15, coat=1.0, part="light")


def _visor(radius_m: float, reach_m: float) -> Mesh:
    """A hood over the upper two thirds of a lens, seen from both sides."""
    angle = np.linspace(-0.4, np.pi + 0.4, 11)
    outer = np.column_stack([np.zeros(11), radius_m * np.cos(angle), radius_m * np.sin(angle)])
    rings = [outer, outer + [reach_m, 0.0, 0.0]]
    inner = [ring * [1.0, 0.94, 0.94] for ring in rings]
    return join(
        [
            loft(rings, BLACK_PLASTIC, closed=False),
            loft([ring[::-1] for ring in inner], BLACK_PLASTIC, closed=False),
        ]
    )


def head(phase: Phase) -> Mesh:
    """A head whose lenses look to +X; its back is at x = 0 and its middle at z = 0."""
    parts = [box((0.14, 0.3, 0.92), _CASE, (0.07, 0.0, 0.0), bevel_m=0.02)]
    for index, aspect in enumerate(_PHASES):
        z = 0.3 - 0.3 * index
        lens = lathe(
            [(0.1, 0.0), (0.08, 0.02), (0.04, 0.032), (0.001, 0.035)], _lens(aspect, aspect == phase), sides=20
        )
        parts += [lens.rotated(1, np.pi / 2).moved(0.141, 0.0, z), _visor(0.118, 0.2).moved(0.14, 0.0, z)]
    return join(parts)


def _boarded_head(phase: Phase) -> Mesh:
    """A head before a black board with a white rim, which sets the lenses off against a bright sky."""
    half_y, half_z = 0.31, 0.6
    outline = shapely.box(-half_y, -half_z, half_y, half_z)
    rim = polygon(outline.difference(outline.buffer(-0.03, join_style="mitre")), 0.0, _RIM).transformed(TO_FACE)
    board = box((0.02, 2 * half_y, 2 * half_z), BLACK_PLASTIC, (-0.02, 0.0, 0.0))
    return join([board, rim.moved(x_m=-0.005), head(phase)])


def _walkers_head(phase: Phase) -> Mesh:
    """Two aspects for walkers: they go when cars see red."""
    parts = [box((0.14, 0.26, 0.56), _CASE, (0.07, 0.0, 0.0), bevel_m=0.02)]
    red_lit = phase != "red"
    standing = shapely.unary_union([shapely.box(-0.022, -0.075, 0.022, 0.035), shapely.Point(0, 0.06).buffer(0.02)])
    for z, lit, colour, shape in ((0.13, red_lit, "red", standing), (-0.13, not red_lit, "green", walker(0.15))):
        aspect: Phase = "red" if colour == "red" else "green"
        figure = polygon(shape, 0.0, _lens(aspect, lit)).transformed(TO_FACE)
        parts += [figure.moved(0.147, 0.0, z), _visor(0.112, 0.14).moved(0.14, 0.0, z)]
    return join(parts)


def _main(phase: Phase) -> Mesh:
    return _boarded_head(phase).moved(0.09, 0.0, 3.0)


def _beside(phase: Phase) -> Mesh:
    return _walkers_head(phase).rotated(2, -np.pi / 2).moved(-0.09, -0.09, 2.4)


def _over_the_road(phase: Phase, reach_m: float) -> Mesh:
    return _boarded_head(phase).moved(0.09, -reach_m, _ARM_HEAD_M)


def _at_the_foot(phase: Phase) -> Mesh:
    return head(phase).moved(0.11, 0.0, 2.76)


def _below(phase: Phase) -> Mesh:
    return _walkers_head(phase).rotated(2, -np.pi / 2).moved(0.0, -0.12, 2.45)


def _post() -> Mesh:
    """A mast with the button for walkers."""
    mast = cylinder(0.055, 3.64, _GREEN_MAST, sides=14)
    button = box((0.1, 0.12, 0.22), Principled(srgb("#e0a000"), roughness=0.5), (0.0, -0.11, 1.05), bevel_m=0.015)
    return join([mast, button, *_clamps(0.075, (2.66, 3.34)), _foot()])


def _clamps(x_m: float, heights: tuple[float, ...]) -> list[Mesh]:
    return [box((0.1, 0.07, 0.04), GALVANISED, (x_m, 0.0, z)) for z in heights]


def _foot() -> Mesh:
    return join([cylinder(0.1, 0.02, GALVANISED, sides=12), cylinder(0.07, 0.3, _GREEN_MAST, sides=12)])


def _arm(reach_m: float) -> Mesh:
    """A tall mast with an arm that reaches out over the lane."""
    top = _ARM_HEAD_M + 0.36
    mast = cylinder(0.1, top - 0.38, _GREEN_MAST, sides=14, top_radius_m=0.075)
    path = [(0.0, 0.0, top - 0.53), (0.0, -0.3, top - 0.25), (0.0, -1.0, top - 0.1), (0.0, -reach_m - 0.4, top)]
    bend = tube(path, 0.06, _GREEN_MAST, sides=10)
    return join([mast, bend, *_clamps(0.09, (2.42, 3.1)), _foot()])


_WALKERS_SEE: dict[Phase, Phase] = {"red": "green", "yellow": "red", "green": "red"}
_CASE_M, _BOARD_M, _WALKERS_M = (0.34, 0.3, 0.92), (0.37, 0.62, 1.2), (0.26, 0.28, 0.56)


def _head(name: str, size_m: Vector, phase: Phase, recipe: partial[Mesh], faces: str = "vehicles") -> Procedural:
    """One housing with its lamps: a traffic light by itself."""
    state = _WALKERS_SEE[phase] if faces == "walkers" else phase
    attributes = {"state": state, "signal_for": faces}
    return Procedural(
        f"traffic-light/{name}",
        "traffic light",
        size_m,
        attributes=attributes,
        circuit=kinds.SIGNAL.circuit,
        recipe=recipe,
    )


def _placed(first: Procedural, phase: Phase, kind: str, *attached: Asset) -> Asset:
    """A head with all that is attached to it, as it can be placed."""
    tags = frozenset({"junction", kind})
    return replace(first, phase=phase, tags=tags, footprint_m=(0.3, 0.3), attached=attached)


def _on_a_post(phase: Phase) -> Asset:
    return _placed(
        _head(f"post-{phase}", _BOARD_M, phase, partial(_main, phase)),
        phase,
        "post",
        _head(f"post-{phase}/walkers", _WALKERS_M, phase, partial(_beside, phase), "walkers"),
        Procedural(f"traffic-light/post-{phase}/mast", "pole", (0.225, 0.27, 3.64), carries=True, recipe=_post),
    )


def _on_an_arm(phase: Phase, reach_m: float = 3.0) -> Asset:
    mast = partial(_arm, reach_m)
    return _placed(
        _head(f"arm-{phase}", _BOARD_M, phase, partial(_over_the_road, phase, reach_m)),
        phase,
        "arm",
        _head(f"arm-{phase}/low", _CASE_M, phase, partial(_at_the_foot, phase)),
        _head(f"arm-{phase}/walkers", _WALKERS_M, phase, partial(_below, phase), "walkers"),
        Procedural(f"traffic-light/arm-{phase}/mast", "pole", (0.24, 3.5, 5.68), carries=True, recipe=mast),
    )


ASSETS: tuple[Asset, ...] = tuple(asset for phase in _PHASES for asset in (_on_a_post(phase), _on_an_arm(phase)))
