"""What marks the edge of a road outside towns: delineator posts."""

from __future__ import annotations

from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.geometry.materials import BLACK_PLASTIC, Principled, SignFace, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, convex_hull

_WHITE = Principled(srgb("#dcdad2"), roughness=0.45, mottle=0.2)
_SIZE_M = (0.12, 0.12, 1.0)


def _delineator() -> Mesh:
    """A white post of 12 cm, slanted at the top, with a black band and a reflector (German practice, HLB).

    It looks to +X: at whoever comes.
    """
    half = 0.06

    def ring(height: float, lift: float = 0.0) -> list[tuple[float, float, float]]:
        corners = ((half, half), (half, -half), (-half * 0.6, -half * 0.5), (-half, 0.0), (-half * 0.6, half * 0.5))
        return [(x, y, height + lift * (y < 0)) for x, y in corners]

    low = convex_hull([*ring(0.0), *ring(0.7)], _WHITE)
    band = convex_hull([*ring(0.7), *ring(0.85, 0.05)], BLACK_PLASTIC)
    top = convex_hull([*ring(0.85, 0.05), *ring(0.96, 0.04)], _WHITE)
    reflector = box((0.004, 0.05, 0.13), SignFace(srgb("#e9e6dc")), (half + 0.001, 0.0, 0.78))
    return join([low, band, top, reflector])


ASSETS: tuple[Asset, ...] = (
    Procedural("pole/delineator", "pole", _SIZE_M, tags=frozenset({"delineator"}), recipe=_delineator),
)
