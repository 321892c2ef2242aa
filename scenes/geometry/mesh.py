"""Triangle meshes as numpy arrays: what every procedural asset and surface is before Blender sees it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.annotate.rounding import product
from longtail.scenes.geometry.materials import Material


@dataclass(frozen=True, eq=False)
class Mesh:
    """Triangles with materials.

    Attributes:
        vertices_m: (V, 3) float32, metres
        triangles: (F, 3) int32, counter-clockwise seen from outside
        slots: (F,) int32, index into `materials`
        materials: the materials that the slots name
        smooth: (F,) bool, whether the face is shaded smoothly (edges over 40 degrees stay sharp)
        uv: (F, 3, 2) float32 per corner, or None; metres unless the material says otherwise
    """

    vertices_m: NDArray[np.float32]
    triangles: NDArray[np.int32]
    slots: NDArray[np.int32]
    materials: tuple[Material, ...]
    smooth: NDArray[np.bool_]
    uv: NDArray[np.float32] | None = None

    @classmethod
    def of(
        cls,
        vertices_m: ArrayLike,
        triangles: ArrayLike,
        material: Material,
        *,
        smooth: bool = False,
        uv: ArrayLike | None = None,
    ) -> Mesh:
        """A mesh of one material; `uv` is per vertex (V, 2) or per corner (F, 3, 2)."""
        faces = np.asarray(triangles, dtype=np.int32).reshape(-1, 3)
        corners = None if uv is None else np.asarray(uv, dtype=np.float32)
        if corners is not None and corners.ndim == 2:
            corners = corners[faces]
        return cls(
            np.asarray(vertices_m, dtype=np.float32).reshape(-1, 3),
            faces,
            np.zeros(len(faces), dtype=np.int32),
            (material,),
            np.full(len(faces), smooth),
            corners,
        )

    @property
    def bounds_m(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """(lowest corner, highest corner), each (3,)."""
        return self.vertices_m.min(axis=0), self.vertices_m.max(axis=0)

    @property
    def size_m(self) -> NDArray[np.float32]:
        """Extent (3,) along X, Y and Z."""
        low, high = self.bounds_m
        return high - low

    def transformed(self, matrix: ArrayLike) -> Mesh:
        """Mapped by a (4, 4) or (3, 3) matrix; mirrored faces are turned so that they still face outwards."""
        full = np.eye(4)
        given = np.asarray(matrix, dtype=np.float64)
        full[: given.shape[0], : given.shape[1]] = given
        vertices = product(self.vertices_m, full[:3, :3].T) + full[:3, 3]
        mirrored = np.linalg.det(full[:3, :3]) < 0
        return Mesh(
            vertices.astype(np.float32),
            self.triangles[:, ::-1] if mirrored else self.triangles,
            self.slots,
            self.materials,
            self.smooth,
            self.uv if self.uv is None or not mirrored else self.uv[:, ::-1],
        )

    def smoothed(self) -> Mesh:
        """The same faces, all called smooth: edges over 40 degrees stay sharp.

        So `meshes.to_blender` takes flat faces that stand beside smooth ones, and normals come out to the last digit as
        in one mesh with those.
        """
        return Mesh(
            self.vertices_m, self.triangles, self.slots, self.materials, np.full(len(self.triangles), True), self.uv
        )

    def moved(self, x_m: float = 0.0, y_m: float = 0.0, z_m: float = 0.0) -> Mesh:
        vertices = self.vertices_m.astype(np.float64) + (x_m, y_m, z_m)
        return Mesh(vertices.astype(np.float32), self.triangles, self.slots, self.materials, self.smooth, self.uv)

    def scaled(self, x: float, y: float, z: float) -> Mesh:
        return self.transformed(np.diag([x, y, z]))

    def rotated(self, axis: int, angle_rad: float) -> Mesh:
        """Turned counter-clockwise about X (0), Y (1) or Z (2) through the origin."""
        cos, sin = math.cos(angle_rad), math.sin(angle_rad)
        matrix = np.eye(3)
        i, j = (axis + 1) % 3, (axis + 2) % 3
        matrix[i, i], matrix[i, j], matrix[j, i], matrix[j, j] = cos, -sin, sin, cos
        return self.transformed(matrix)

    def part(self, name: str) -> Mesh:
        """As the part of that name: all faces whose material names none yet."""
        worn = (replace(value, part=value.part or name) for value in self.materials)
        return replace(self, materials=tuple(worn))


def join(meshes: Iterable[Mesh]) -> Mesh:
    """One mesh of many; equal materials share a slot."""
    parts = [mesh for mesh in meshes if len(mesh.triangles)]
    if not parts:
        raise ValueError("join: expected at least one mesh with faces, got none")
    materials: dict[Material, int] = {}
    vertices, triangles, slots, smooth, uvs = [], [], [], [], []
    has_uv = any(part.uv is not None for part in parts)
    offset = 0
    for part in parts:
        table = np.array([materials.setdefault(m, len(materials)) for m in part.materials], dtype=np.int32)
        vertices.append(part.vertices_m)
        triangles.append(part.triangles + offset)
        slots.append(table[part.slots])
        smooth.append(part.smooth)
        if has_uv:
            uvs.append(part.uv if part.uv is not None else np.zeros((len(part.triangles), 3, 2), dtype=np.float32))
        offset += len(part.vertices_m)
    return Mesh(
        np.concatenate(vertices),
        np.concatenate(triangles).astype(np.int32),
        np.concatenate(slots),
        tuple(materials),
        np.concatenate(smooth),
        np.concatenate(uvs) if has_uv else None,
    )
