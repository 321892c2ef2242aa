"""Numpy meshes to Blender meshes and back."""

from __future__ import annotations

import ctypes
import math
from dataclasses import replace

import bpy
import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from longtail.scenes.blender.materials import material
from longtail.scenes.geometry.edges import Edges, edges_of
from longtail.scenes.geometry.mesh import Mesh

_CREASE_RAD = math.radians(40)


def to_blender(mesh: Mesh, name: str) -> bpy.types.Mesh:
    """A Blender mesh with materials, UVs and smooth faces (edges sharper than 40 degrees stay sharp)."""
    return _dressed(_bare(parted_at_creases(mesh) if mesh.smooth.any() else mesh, name), mesh)


def parted_to_blender(mesh: Mesh, edges: Edges, name: str) -> bpy.types.Mesh:
    """As `to_blender` of what `as_given` gave of a mesh: a fifth of the time."""
    return _dressed(_bare(mesh, name, edges), mesh)


def as_given(mesh: Mesh) -> tuple[Mesh, Edges]:
    """What `to_blender` would give Blender of a mesh: that may be kept, and is had back by `parted_to_blender`."""
    parted = parted_at_creases(mesh) if mesh.smooth.any() else mesh
    return parted, edges_of(parted.triangles)


def _dressed(data: bpy.types.Mesh, mesh: Mesh) -> bpy.types.Mesh:
    for value in mesh.materials:
        data.materials.append(material(value))
    return data


def _bare(mesh: Mesh, name: str, edges: Edges | None = None) -> bpy.types.Mesh:
    """The mesh without its materials."""
    data = bpy.data.meshes.new(name)
    faces = len(mesh.triangles)
    data.vertices.add(len(mesh.vertices_m))
    if edges is not None:
        data.edges.add(len(edges.vertices))
        data.attributes[".edge_verts"].data.foreach_set("value", np.ascontiguousarray(edges.vertices).ravel())
    data.loops.add(faces * 3)
    data.polygons.add(faces)
    fill(data, "position", "FLOAT_VECTOR", "POINT", mesh.vertices_m, np.float32)
    fill(data, ".corner_vert", "INT", "CORNER", mesh.triangles, np.int32)
    if edges is not None:
        fill(data, ".corner_edge", "INT", "CORNER", edges.of_corners, np.int32)
    _begin_faces(data, faces)
    fill(data, "material_index", "INT", "FACE", mesh.slots, np.int32)
    if not mesh.smooth.all():
        fill(data, "sharp_face", "BOOLEAN", "FACE", ~mesh.smooth, np.bool_)
    if mesh.uv is not None:
        layer = data.uv_layers.new(name="uv")
        layer.uv.foreach_set("vector", np.ascontiguousarray(mesh.uv, dtype=np.float32).ravel())
    data.update(calc_edges=edges is None)
    _deselect(data)
    return data


def _begin_faces(data: bpy.types.Mesh, faces: int) -> None:
    """Say at which corner each of `faces` triangles begins.

    Blender takes that one by one, 40 ns each. Where it has them is an array of int32 that is this new mesh's own (5.0,
    DNA_mesh_types.h: `face_offset_indices`), which can be filled. Were its faces ever anything else than the places in
    such an array, they would not lie four bytes apart.
    """
    starts = np.arange(0, faces * 3, 3, dtype=np.int32)
    first, last = (data.polygons[place].as_pointer() for place in (0, -1)) if faces else (0, 0)
    if faces > 1 and last - first == starts.itemsize * (faces - 1):
        ctypes.memmove(first, starts.ctypes.data, starts.nbytes)
    else:
        data.polygons.foreach_set("loop_start", starts)


def fill(data: bpy.types.Mesh, name: str, kind: str, domain: str, values: ArrayLike, dtype: DTypeLike) -> None:
    """Set an attribute of a mesh, one of `values` for each element of `domain`.

    The same values by way of `vertices`, `loops` or `polygons` go in one by one.
    """
    layer = data.attributes.get(name) or data.attributes.new(name, kind, domain)
    layer.data.foreach_set("vector" if kind == "FLOAT_VECTOR" else "value", np.ascontiguousarray(values, dtype).ravel())


def _deselect(data: bpy.types.Mesh) -> None:
    """Drop what Blender notes of new vertices, edges and faces: that they are selected. It is a tenth of the whole."""
    for name in (".select_vert", ".select_edge", ".select_poly"):
        if note := data.attributes.get(name):
            data.attributes.remove(note)


def _crease_where_three_meet(data: bpy.types.Mesh) -> None:
    """Mark edges of more than two faces as sharp: Blender's normals stop there, its parting does not."""
    edge_of = np.empty(len(data.loops), dtype=np.int32)
    data.attributes[".corner_edge"].data.foreach_get("value", edge_of)
    mark = data.attributes.get("sharp_edge") or data.attributes.new("sharp_edge", "BOOLEAN", "EDGE")
    sharp = np.empty(len(data.edges), dtype=np.bool_)
    mark.data.foreach_get("value", sharp)
    mark.data.foreach_set("value", sharp | (np.bincount(edge_of, minlength=sharp.size) > 2))


def parted_at_creases(mesh: Mesh) -> Mesh:
    """The same to the eye, all smooth, with vertices of their own for the faces on both sides of a sharp edge.

    Of a mesh with sharp edges Cycles takes a copy to part it so whenever a scene or one of its materials is handed
    over, which cost a second a frame. Blender parts a mesh that is thrown away: it keeps what it has worked out of one.
    """
    data = _bare(mesh, "parting")
    data.set_sharp_from_angle(angle=_CREASE_RAD)
    _crease_where_three_meet(data)
    data.split_faces()
    vertices, triangles = triangles_of(data)
    # Nothing uses it: to look for who does in all that Blender holds takes most of the time of a small mesh.
    bpy.data.meshes.remove(data, do_unlink=False)
    return replace(mesh, vertices_m=vertices, triangles=triangles, smooth=np.full(len(triangles), True))


def triangles_of(data: bpy.types.Mesh) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """(vertices (V, 3) float32 in metres, triangles (F, 3) int32) of a Blender mesh.

    Attributes are read as one array; the same by way of `vertices` or `loop_triangles` comes one by one.
    """
    vertices = np.empty(len(data.vertices) * 3, dtype=np.float32)
    if vertices.size:
        data.attributes["position"].data.foreach_get("vector", vertices)
    if len(data.loops) == 3 * len(data.polygons):  # triangles already: no face has less than three corners
        triangles = np.empty(len(data.loops), dtype=np.int32)
        if triangles.size:
            data.attributes[".corner_vert"].data.foreach_get("value", triangles)
    else:
        data.calc_loop_triangles()
        triangles = np.empty(len(data.loop_triangles) * 3, dtype=np.int32)
        data.loop_triangles.foreach_get("vertices", triangles)
    return vertices.reshape(-1, 3), triangles.reshape(-1, 3)
