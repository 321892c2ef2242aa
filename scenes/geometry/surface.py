"""A piece of what a scene stands on."""

from __future__ import annotations

from dataclasses import dataclass

from longtail.scenes.geometry.mesh import Mesh


@dataclass(frozen=True, eq=False)
class Surface:
    """A name that is unique in its scene, the name of a category, and a mesh in world metres."""

    name: str
    category: str
    mesh: Mesh
