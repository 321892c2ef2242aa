"""How a piece of debris comes to lie in its asset frame."""

from __future__ import annotations

from longtail.scenes.geometry.mesh import Mesh


def settled(mesh: Mesh) -> Mesh:
    """`mesh` moved so that its box stands on the ground, centred on the origin."""
    low, high = mesh.bounds_m
    x, y, _ = (low + high) / 2
    return mesh.moved(-float(x), -float(y), -float(low[2]))
