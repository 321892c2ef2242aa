"""A piece of what a scene stands on."""

from __future__ import annotations

from dataclasses import dataclass

from longtail.scenes.geometry.materials import Rgb
from longtail.scenes.geometry.mesh import Mesh


@dataclass(frozen=True, eq=False)
class Surface:
    """A name that is unique in its scene, the name of a category, a mesh in world metres, and its materials' tint.

    `painted_on` names the surface that it is painted on, which is seen where the paint is hidden; "" for what is none.
    """

    name: str
    category: str
    mesh: Mesh
    tint: Rgb = (1.0, 1.0, 1.0)
    painted_on: str = ""
