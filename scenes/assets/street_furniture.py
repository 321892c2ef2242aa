"""Street furniture: bins, barriers, cones."""

from __future__ import annotations

from scenes.assets.asset import Asset, Procedural
from scenes.materials import BLACK_PLASTIC, SignFace, srgb
from scenes.mesh import Mesh, join
from scenes.solids import box, cylinder


def _cone() -> Mesh:
    orange, white = SignFace(srgb("#ff5a1f")), SignFace((0.85, 0.85, 0.85))
    return join(
        [
            box((0.38, 0.38, 0.035), BLACK_PLASTIC, (0, 0, 0.0175), bevel_m=0.01),
            cylinder(0.14, 0.25, orange, top_radius_m=0.1).moved(z_m=0.035),
            cylinder(0.1, 0.15, white, top_radius_m=0.076).moved(z_m=0.285),
            cylinder(0.076, 0.315, orange, top_radius_m=0.025).moved(z_m=0.435),
        ]
    )


ASSETS: tuple[Asset, ...] = (Procedural("cone/traffic", "traffic cone", (0.38, 0.38, 0.75), recipe=_cone),)
