"""A texture laid over a piece of a scene's ground, by the size that it has in the world."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from longtail.scenes.geometry.interior_materials import WallPaint
from longtail.scenes.geometry.materials import Asphalt, Material, Paving
from longtail.scenes.geometry.mesh import Mesh

# How far below its highest point a table is its top.
_TOP_M = 0.045


def _everywhere(mesh: Mesh) -> NDArray[np.bool_]:
    return np.ones(len(mesh.triangles), dtype=bool)


def _on_top(mesh: Mesh) -> NDArray[np.bool_]:
    heights = mesh.vertices_m[:, 2][mesh.triangles]
    return np.asarray(heights.min(axis=1) > heights.max() - _TOP_M)


def _where(kind: type[Material]) -> Callable[[Mesh], NDArray[np.bool_]]:
    def worn(mesh: Mesh) -> NDArray[np.bool_]:
        slots = [number for number, material in enumerate(mesh.materials) if isinstance(material, kind)]
        return np.isin(mesh.slots, slots)

    return worn


PLACES: Mapping[str, Callable[[Mesh], NDArray[np.bool_]]] = {
    "floor": _everywhere,
    "wall": _where(WallPaint),
    "table": _on_top,
    "road": _where(Asphalt),
    "sidewalk": _where(Paving),
}
"""What textures may be laid on, by the category of a piece of ground, and which of its triangles (F,) then wear one."""


def laid(mesh: Mesh, place: str, material: Material, size_m: tuple[float, float]) -> Mesh:
    """`mesh`, in world metres, whose triangles of `place` wear `material`, a picture that is `size_m` wide and high.

    Level faces have it along X and Y, upright ones along the wall and Z, whichever axis they face most: neighbours go
    on where these end. KeyError for a place that is none of `PLACES`.
    """
    worn = PLACES[place](mesh)
    if not worn.any():
        return mesh
    corners = mesh.vertices_m[mesh.triangles[worn]].astype(np.float64)
    facing = np.abs(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])).argmax(axis=1)
    uv = np.zeros((len(mesh.triangles), 3, 2), np.float32) if mesh.uv is None else mesh.uv.copy()
    across, up = np.array([1, 0, 0])[facing], np.array([2, 2, 1])[facing]
    rows = np.arange(len(corners))[:, None], np.arange(3)[None, :]
    uv[worn, :, 0] = corners[(*rows, across[:, None])] / size_m[0]
    uv[worn, :, 1] = corners[(*rows, up[:, None])] / size_m[1]
    slots = np.where(worn, len(mesh.materials), mesh.slots).astype(np.int32)
    return replace(mesh, slots=slots, materials=(*mesh.materials, material), uv=uv)
