"""A model's file as arrays, by Blender's own importers: world metres, Z up, as the file's own axes have it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix
from numpy.typing import NDArray

from longtail.annotate.errors import AssetError
from longtail.annotate.wording import listed
from longtail.render.blender.as_rendered import LOOSE, Rendered, Shown, as_rendered
from longtail.render.blender.collada import Document, read_collada
from longtail.render.blender.model_materials import NOTHING, Surfaces
from longtail.render.blender.place_roles import shown
from longtail.render.blender.setting_collada import set_collada
from longtail.render.blender.shapes_elsewhere import ShapesElsewhere
from longtail.render.machine.model_request import ARRAYS, ROBOT, Asked
from longtail.scenes.assets.packs.fitting import weld
from longtail.scenes.blender.meshes import parted_at_creases, triangles_of
from longtail.scenes.geometry.mesh import Mesh
from longtail.scenes.geometry.ready import Ready, arrays_of
from longtail.scenes.geometry.texture_coordinates import within_reach

# What objects are marked with that are of a robot's link: its number.
_LINK = "longtail link"
# What a scene is marked with that is one of several: what is to be said of that.
_ONE_OF = "longtail one of"
# Parts of fewer faces lose their form before they save anything.
_WORTH_REDUCING = 400
# Bits a pixel of pictures in grey and in colour alone.
_WITHOUT_ALPHA = (8, 24)
# Rounding of texture coordinates, which no one sees.
_OVER = 0.01
_LEFT = {"points": "are left out", LOOSE: "may stand elsewhere than in the file's own pictures"}


class RefusedModelError(Exception):
    """A file that yields no model; the message says why."""


def read_model(asked: Asked) -> dict[str, Any]:
    """Write the arrays of a file's meshes as they stand in its world; what else is to be known of them, as JSON values.

    Faces are told as they were and as they are; `names` are those of the materials, in the order of the arrays;
    `missing` are textures that are named and not there, `notes` what could not be kept.
    """
    bpy.ops.wm.read_factory_settings(use_empty=True)
    try:
        scene = _READERS[asked.format](asked)
    except RuntimeError as error:
        raise RefusedModelError(first_line(error)) from error
    except (UnicodeDecodeError, KeyError, ValueError, IndexError, TypeError, AttributeError, OSError) as error:
        raise RefusedModelError(f"it cannot be read ({type(error).__name__}: {first_line(error)})") from error
    without_drivers()
    elsewhere = ShapesElsewhere(Path(asked.root))
    _refuse_missing_links(scene, elsewhere)
    before = as_rendered(scene, lambda rendered: _faces(rendered, elsewhere))
    if before == 0:
        raise RefusedModelError("there are no faces in it")
    if before > asked.most_faces:
        raise RefusedModelError(f"it has {before:,} triangles, and a model may have {asked.most_faces:,}")
    if before > asked.faces:
        _reduce(scene, asked.faces / before)
    found = Found(Surfaces(Path(asked.root)))
    if _ONE_OF in scene:
        found.surfaces.notes.add(str(scene[_ONE_OF]))
    as_rendered(scene, found.add_all)
    if not found.triangles:
        raise RefusedModelError("there are no faces in it")
    ready = found.ready()
    if not np.isfinite(ready.mesh.vertices_m).all():
        raise RefusedModelError("some of its corners are no numbers")
    np.savez(Path(asked.desk) / ARRAYS, **arrays_of(parted(ready)))
    return {
        "before": before,
        "triangles": len(ready.mesh.triangles),
        "names": found.surfaces.names,
        "missing": sorted(found.surfaces.missing),
        "notes": sorted(found.surfaces.notes),
    }


def parted(ready: Ready) -> Ready:
    """The model with corners that lie together joined, but for those at creases."""
    whole = weld(ready.mesh)
    if not len(whole.triangles):
        raise RefusedModelError("there are no faces with an area in it")
    return replace(ready, mesh=parted_at_creases(whole))


def _gltf(asked: Asked) -> bpy.types.Scene:
    bpy.ops.import_scene.gltf(filepath=asked.file, import_pack_images=True)
    return bpy.context.scene


def _obj(asked: Asked) -> bpy.types.Scene:
    bpy.ops.wm.obj_import(filepath=asked.file, forward_axis="NEGATIVE_Z", up_axis="Y")
    _masks_by_brightness()
    return bpy.context.scene


def _masks_by_brightness() -> None:
    """Take the brightness of pictures without alpha that say where a surface is (`map_d` of an .mtl): the importer
    takes their alpha, which is 1 all over. A picture that is the colour as well says nothing."""
    for made in bpy.data.materials:
        for node in made.node_tree.nodes if made.node_tree else ():
            alpha = node.inputs.get("Alpha") if node.type == "BSDF_PRINCIPLED" else None
            if alpha is None or not alpha.is_linked:
                continue
            mask = alpha.links[0].from_node
            colours = [getattr(link.from_node, "image", None) for link in node.inputs["Base Color"].links]
            if mask.type != "TEX_IMAGE" or mask.image is None or mask.image in colours:
                continue
            if mask.image.depth in _WITHOUT_ALPHA:
                made.node_tree.links.new(mask.outputs["Color"], alpha)
                mask.image.colorspace_settings.name = "Non-Color"


def _ply(asked: Asked) -> bpy.types.Scene:
    bpy.ops.wm.ply_import(filepath=asked.file, forward_axis="Y", up_axis="Z")
    return bpy.context.scene


def _stl(asked: Asked) -> bpy.types.Scene:
    bpy.ops.wm.stl_import(filepath=asked.file, use_mesh_validate=True, forward_axis="Y", up_axis="Z")
    return bpy.context.scene


def _fbx(asked: Asked) -> bpy.types.Scene:
    bpy.ops.wm.fbx_import(filepath=asked.file, use_anim=False)
    return bpy.context.scene


def _usd(asked: Asked) -> bpy.types.Scene:
    bpy.ops.wm.usd_import(
        filepath=asked.file, import_textures_mode="IMPORT_PACK", set_frame_range=False, import_lights=False,
        import_cameras=False,
    )  # fmt: skip
    return bpy.context.scene


def _blend(asked: Asked) -> bpy.types.Scene:
    # What is appended is data: text blocks that a file would run when it is opened stay where they are.
    with bpy.data.libraries.load(asked.file, link=False) as (there, taken):
        if not there.scenes:
            raise RefusedModelError("there is no scene in it")
        names = list(there.scenes)
        taken.scenes = list(names)
    # Which of them was open the file does not say.
    fullest = max(range(len(names)), key=lambda place: len(taken.scenes[place].objects))
    scene: bpy.types.Scene = taken.scenes[fullest]
    scene.pop(_ONE_OF, None)
    if len(names) > 1:
        scene[_ONE_OF] = (
            f"it has {len(names)} scenes, of which {shown(names[fullest])}, with the most objects, is taken"
        )
    return scene


def _dae(asked: Asked) -> bpy.types.Scene:
    document = _raw_dae(asked.file)
    turn = Matrix(document.upright.tolist()).to_4x4()
    for item in bpy.data.objects:
        item.matrix_basis = turn @ item.matrix_basis
    return bpy.context.scene


def _raw_dae(file: str) -> Document:
    """Set a COLLADA file's meshes in metres, without a turn of its axes: of robots' meshes RViz takes the unit alone
    (from memory)."""
    try:
        document = read_collada(Path(file))
    except AssetError as error:
        raise RefusedModelError(str(error)) from error
    set_collada(document)
    return document


def _robot(asked: Asked) -> bpy.types.Scene:
    """Each part where it is said to be; meshes count as their files have them, without a turn of their axes."""
    for part in asked.parts:
        before = set(bpy.data.objects)
        _PARTS[part["format"] if part["shape"] == "mesh" else part["shape"]](part)
        place = Matrix(np.array(part["matrix"]).reshape(4, 4).tolist())
        for item in [item for item in bpy.data.objects if item not in before]:
            item[_LINK] = part["number"]
            if item.type == "MESH" and part["rgba"] and not any(slot.material for slot in item.material_slots):
                item.data.materials.clear()
                item.data.materials.append(_paint(part["link"], part["rgba"]))
            if item.parent is None:
                item.matrix_world = place @ item.matrix_basis
    return bpy.context.scene


def _paint(name: str, rgba: Sequence[float]) -> bpy.types.Material:
    made = bpy.data.materials.new(name)
    red, green, blue, alpha = rgba
    node = _principled_of(made)
    # URDF says no more of a colour than four numbers; viewers show them as sRGB.
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in (red, green, blue)]
    node.inputs["Base Color"].default_value = (*linear, 1.0)
    node.inputs["Alpha"].default_value = alpha
    return made


def _principled_of(made: bpy.types.Material) -> Any:
    return next(node for node in made.node_tree.nodes if node.type == "BSDF_PRINCIPLED")


def _raw_gltf(part: Mapping[str, Any]) -> None:
    before = set(bpy.data.objects)
    bpy.ops.import_scene.gltf(filepath=part["file"], import_pack_images=True)
    # The importer makes Z of the file's Y.
    back = Matrix.Rotation(-math.pi / 2, 4, "X")
    for item in [item for item in bpy.data.objects if item not in before and item.parent is None]:
        item.matrix_basis = back @ item.matrix_basis


_PARTS: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "obj": lambda part: bpy.ops.wm.obj_import(filepath=part["file"], forward_axis="Y", up_axis="Z"),
    "stl": lambda part: bpy.ops.wm.stl_import(
        filepath=part["file"], use_mesh_validate=True, forward_axis="Y", up_axis="Z"
    ),
    "ply": lambda part: bpy.ops.wm.ply_import(filepath=part["file"], forward_axis="Y", up_axis="Z"),
    "gltf": _raw_gltf,
    "dae": lambda part: _raw_dae(part["file"]),
    "box": lambda part: bpy.ops.mesh.primitive_cube_add(size=1.0, scale=part["size"]),
    "cylinder": lambda part: bpy.ops.mesh.primitive_cylinder_add(
        vertices=48, radius=part["size"][0], depth=part["size"][1]
    ),
    "sphere": lambda part: bpy.ops.mesh.primitive_uv_sphere_add(
        segments=48, ring_count=24, radius=part["size"][0]
    ),
}  # fmt: skip


_READERS: dict[str, Callable[[Asked], bpy.types.Scene]] = {
    "gltf": _gltf, "obj": _obj, "ply": _ply, "stl": _stl, "fbx": _fbx, "usd": _usd, "blend": _blend, "dae": _dae,
    ROBOT: _robot,
}  # fmt: skip


def without_drivers() -> None:
    """Drop what would be computed anew: drivers may hold Python, and what moves stands as it was saved.

    Of all that Blender holds, whatever kind it is: lamps, cameras and files of caches have drivers, too.
    """
    for kind in bpy.data.bl_rna.properties:
        if kind.type != "COLLECTION":
            continue
        for item in getattr(bpy.data, kind.identifier):
            if hasattr(item, "animation_data_clear"):
                item.animation_data_clear()
            tree = getattr(item, "node_tree", None)
            if tree is not None:
                tree.animation_data_clear()


def _refuse_missing_links(scene: bpy.types.Scene, elsewhere: ShapesElsewhere) -> None:
    """RefusedModelError where a .blend shows parts of another one that is not there."""
    missing = elsewhere.missing_links(scene)
    if missing:
        raise RefusedModelError(
            f"parts of it are in {listed(missing, most=3)}, where they are not to be found: put that where the file "
            "looks for it in the same folder, or make all local (Object > Relations > Make Local > All)"
        )


def _faces(rendered: Rendered, elsewhere: ShapesElsewhere) -> int:
    """How many triangles a scene shows, without making them. RefusedModelError where a shape lies in no file here."""
    faces = 0
    for each in rendered.shown():
        if each.faces and not each.unlike:
            own = each.item.original
            if files := elsewhere.of(own):
                raise RefusedModelError(
                    f"{shown(own.name)} takes its shape from {listed(files, most=3)}, which "
                    f"{'is' if len(files) == 1 else 'are'} not in the model's folder: put "
                    f"{'it' if len(files) == 1 else 'them'} there, or make it a mesh (Object > Convert > Mesh)"
                )
            faces += faces_of(each.item)
    return faces


def faces_of(item: bpy.types.Object) -> int:
    """How many triangles an evaluated object shows."""
    return len(item.data.loops) - 2 * len(item.data.polygons) if item.type == "MESH" else 0


def _reduce(scene: bpy.types.Scene, ratio: float) -> None:
    """Collapse edges (M. Garland and P. Heckbert, "Surface simplification using quadric error metrics", 1997)."""
    for item in scene.objects:
        if item.type == "MESH" and len(item.data.polygons) > _WORTH_REDUCING:
            how = item.modifiers.new("longtail", "DECIMATE")
            how.ratio = ratio
            how.use_collapse_triangulate = True


@dataclass(eq=False)
class Found:
    """Meshes, joined; `surfaces` has the materials that they share with others of the file."""

    surfaces: Surfaces
    vertices: list[NDArray[np.float64]] = field(default_factory=list)
    triangles: list[NDArray[np.int32]] = field(default_factory=list)
    slots: list[NDArray[np.int32]] = field(default_factory=list)
    uvs: list[NDArray[np.float32]] = field(default_factory=list)
    count: int = 0

    def add_all(self, rendered: Rendered) -> None:
        """Add all that a scene shows, in its world."""
        for each in rendered.shown():
            self.show(each, np.array(each.matrix))

    def show(self, each: Shown, matrix: NDArray[np.float64]) -> None:
        """Add what a picture shows of an object, mapped by a matrix (4, 4); what cannot be taken is noted."""
        name = shown(each.owner.name)
        self.surfaces.notes.update(
            f"{name} has {what}, which {_LEFT.get(what, 'is left out')}" for what in each.faceless
        )
        if each.unlike:
            self.surfaces.notes.add(f"{name} is {each.unlike}, and is left out")
        elif each.faces:
            self.add(each.item, matrix)

    def add(self, item: bpy.types.Object, matrix: NDArray[np.float64]) -> None:
        """Add what an evaluated object shows, mapped by a matrix (4, 4)."""
        mesh = item.data if item.type == "MESH" else None
        if mesh is None or not len(mesh.polygons):
            return
        points, faces = triangles_of(mesh)
        if not len(faces):
            return
        slots, uv = self._dressed(item, mesh, len(faces))
        if np.linalg.det(matrix[:3, :3]) < 0:
            faces, uv = faces[:, ::-1], uv[:, ::-1]
        there = slots != NOTHING
        if not there.any():
            return
        # Neither corners of no face nor those of faces that nobody sees tell where a thing ends.
        used, corners = np.unique(faces[there], return_inverse=True)
        self.vertices.append(points[used] @ matrix[:3, :3].T + matrix[:3, 3])
        self.triangles.append(corners.reshape(-1, 3).astype(np.int32) + self.count)
        self.slots.append(slots[there])
        self.uvs.append(uv[there])
        self.count += len(used)

    def _dressed(
        self, item: bpy.types.Object, mesh: bpy.types.Mesh, count: int
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """The materials' numbers (F,) and texture coordinates (F, 3, 2) of a mesh's triangles."""
        mesh.calc_loop_triangles()
        polygons = np.empty(count, dtype=np.int32)
        mesh.loop_triangles.foreach_get("polygon_index", polygons)
        worn = np.empty(len(mesh.polygons), dtype=np.int32)
        mesh.polygons.foreach_get("material_index", worn)
        corners = np.empty(count * 3, dtype=np.int32)
        mesh.loop_triangles.foreach_get("loops", corners)
        uv = np.zeros((count, 3, 2), dtype=np.float32)
        colours = _colours(mesh, corners)
        # As the file has them: copies that were made to be evaluated are gone with that.
        materials = [slot.material and slot.material.original for slot in item.material_slots] or [None]
        slots = np.zeros(count, dtype=np.int32)
        link = int(item.get(_LINK, 0))
        own = np.clip(worn[polygons], 0, len(materials) - 1)
        for number in np.unique(own):
            those = own == number
            slots[those], painted = self.surfaces.number(materials[int(number)], colours is not None, link)
            if painted and colours is not None:
                uv[those] = self.surfaces.painted(colours[those])[:, None]
            else:
                uv[those] = within_reach(self._laid(mesh, corners, materials[int(number)])[those])
        return slots, uv

    def _laid(
        self, mesh: bpy.types.Mesh, corners: NDArray[np.int32], material: bpy.types.Material | None
    ) -> NDArray[np.float32]:
        """Texture coordinates (F, 3, 2) of a mesh's triangles as a material lays its textures."""
        placing = self.surfaces.placing(material)
        uv = placing.laid(_uv(mesh, corners, placing.layer))
        if not placing.repeats and material is not None and uv.size and (uv.min() < -_OVER or uv.max() > 1 + _OVER):
            self.surfaces.notes.add(
                f"the textures of material {shown(material.name)} end at their borders in the file, and repeat here"
            )
        return uv

    def ready(self) -> Ready:
        """The whole; with all of the file's materials and images."""
        uv = np.concatenate(self.uvs)
        faces = np.concatenate(self.triangles).astype(np.int32)
        mesh = Mesh(
            np.concatenate(self.vertices).astype(np.float32),
            faces,
            np.concatenate(self.slots),
            tuple(self.surfaces.materials()),
            np.full(len(faces), True),
            uv if self.surfaces.images else None,
        )
        return Ready(mesh, self.surfaces.images)


class Bare(Found):
    """Faces alone, whatever they wear, be it clear all over; none of the materials is looked at."""

    def _dressed(
        self, _item: bpy.types.Object, _mesh: bpy.types.Mesh, count: int
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        return np.zeros(count, dtype=np.int32), np.zeros((count, 3, 2), dtype=np.float32)


def _uv(mesh: bpy.types.Mesh, corners: NDArray[np.int32], name: str) -> NDArray[np.float32]:
    """(F, 3, 2) of the layer of this name, "" for the one that renders take; zeros where the mesh has none."""
    layer = next((layer for layer in mesh.uv_layers if (layer.name == name if name else layer.active_render)), None)
    if layer is None:
        return np.zeros((len(corners) // 3, 3, 2), dtype=np.float32)
    every = np.empty(len(mesh.loops) * 2, dtype=np.float32)
    layer.uv.foreach_get("vector", every)
    return every.reshape(-1, 2)[corners].reshape(-1, 3, 2)


def _colours(mesh: bpy.types.Mesh, corners: NDArray[np.int32]) -> NDArray[np.float32] | None:
    """The mean colour of each triangle (F, 3), linear, as its corners are painted; None where they are not."""
    layer = mesh.color_attributes.active_color or next(iter(mesh.color_attributes), None)
    if layer is None or layer.domain not in ("POINT", "CORNER"):
        return None
    every = np.empty(len(layer.data) * 4, dtype=np.float32)
    layer.data.foreach_get("color", every)
    where = corners
    if layer.domain == "POINT":
        vertex = np.empty(len(mesh.loops), dtype=np.int32)
        mesh.loops.foreach_get("vertex_index", vertex)
        where = vertex[corners]
    mean: NDArray[np.float32] = every.reshape(-1, 4)[where, :3].reshape(-1, 3, 3).mean(axis=1)
    return mean


def first_line(error: BaseException) -> str:
    """What an error says first; of an importer's own traceback, which Blender hands on whole, what that ends with."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = next((line for line in lines if line.startswith("Error:")), lines[0] if lines else type(error).__name__)
    if "Traceback" in said:
        # Blender adds where it was called from.
        said = [line for line in lines if not line.startswith("Location:")][-1]
    return said.removeprefix("Error:").strip()[:300]
