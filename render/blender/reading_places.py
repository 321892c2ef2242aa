"""A .blend as a place: what of it stays, what is swapped, where things may stand, its cameras and its lamps.

Blender's lamps have watts of light; a watt is taken for 683 lm, as its exporter of glTF takes it. A point of P watts
shines with P / (4 pi) to each side, so does a spot within its cone, and an area with P / pi along its normal.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix
from numpy.typing import NDArray

from longtail.annotate.wording import listed
from longtail.colour import unit_luminance
from longtail.render.blender.as_rendered import Rendered, as_rendered
from longtail.render.blender.model_materials import Surfaces
from longtail.render.blender.place_roles import FIXED, REGION, SWAP, Role, roles_of, shown, unrendered
from longtail.render.blender.reading_models import (
    Bare,
    Found,
    RefusedModelError,
    faces_of,
    first_line,
    parted,
    without_drivers,
)
from longtail.render.blender.shapes_elsewhere import ShapesElsewhere
from longtail.render.machine.model_request import ARRAYS, Asked
from longtail.scenes.assets.library.surface import Textured
from longtail.scenes.geometry.materials import Rgb
from longtail.scenes.geometry.mesh import Mesh
from longtail.scenes.geometry.ready import Ready, arrays_of
from longtail.scenes.scenarios.own_place.place import Bulb, Fixed, Mark, Viewpoint, packed, told_of

_LM_PER_W = 683.0
# A face that leans by more than this is none that things stand on.
_UPRIGHT = math.cos(math.radians(20))
# Things of Blender face along -Y, ours along X.
_FACING = Matrix(((0, 1, 0, 0), (-1, 0, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)))
# Blender's cameras look along -Z with Y up; OpenCV's along Z with Y down.
_OPENCV = Matrix.Diagonal((1.0, -1.0, -1.0, 1.0))
_MOST_THINGS = 20_000
# Of a lens, as a share of the sensor.
_LEAST_SHIFT = 1e-3

Points = NDArray[np.float64]


def read_place(asked: Asked) -> dict[str, Any]:
    """Write what a .blend says of a place; RefusedModelError, "expected ..., got ...", for one that is none."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = _scene(asked)
    without_drivers()
    roles = roles_of(scene)
    if not roles:
        names = [shown(item.name) for item in scene.collection.children_recursive]
        raise RefusedModelError(
            "expected collections called 'fixed: CATEGORY', 'swap: CATEGORY' or 'region: CATEGORY', got "
            f"{listed(names, most=4) if names else 'no collection'}"
        )
    metre, ground = float(scene.unit_settings.scale_length), _flooded_from(scene)
    # Where there are floods, the world's height 0 is that of their ground.
    scale = Matrix.Scale(metre, 4) @ Matrix.Translation((0.0, 0.0, -(ground or 0.0)))
    found = _Reading(Surfaces(Path(asked.root)), scale, metre, asked.most_faces)
    found.read(scene, roles)
    if found.surfaces.missing:
        raise RefusedModelError(
            f"expected its textures in the file, got {listed(sorted(found.surfaces.missing), most=3)} beside it; pack "
            "them (File > External Data > Pack Resources) and save"
        )
    (Path(asked.desk) / ARRAYS).write_bytes(found.packed(scene))
    return {"things": len(found.fixed)}


def _scene(asked: Asked) -> bpy.types.Scene:
    """The scene of the file, which has one. What is taken is data: its text blocks stay where they are."""
    try:
        with bpy.data.libraries.load(asked.file, link=False) as (there, taken):
            count = len(there.scenes)
            taken.scenes = there.scenes[:1]
    except (RuntimeError, OSError, UnicodeDecodeError) as error:
        raise RefusedModelError(f"expected a .blend, got a file that cannot be read ({first_line(error)})") from error
    if count != 1:
        raise RefusedModelError(f"expected one scene in the file, got {count}; delete the others and save")
    linked = {Path(library.filepath).name for library in bpy.data.libraries if _is_another(library, asked.file)}
    if linked:
        raise RefusedModelError(
            f"expected one file that holds everything, got one that links to {listed(sorted(linked), most=3)}; make "
            "that local (Object > Relations > Make Local > All)"
        )
    scene: bpy.types.Scene = taken.scenes[0]
    return scene


def _is_another(library: bpy.types.Library, file: str) -> bool:
    return Path(bpy.path.abspath(library.filepath)).resolve() != Path(file).resolve()


@dataclass(eq=False)
class _Reading:
    """What has been read so far. `scale` is from the file's units to metres, `metre` its factor."""

    surfaces: Surfaces
    scale: Matrix
    metre: float
    most_faces: int
    fixed: list[Fixed] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    regions: list[tuple[Role, Points]] = field(default_factory=list)
    viewpoints: list[Viewpoint] = field(default_factory=list)
    bulbs: list[Bulb] = field(default_factory=list)
    notes: set[str] = field(default_factory=set)
    _bare: list[Ready] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)
    _poses: dict[str, Matrix] = field(default_factory=dict)

    def read(self, scene: bpy.types.Scene, roles: dict[str, list[Role]]) -> None:
        """Read a scene's objects."""
        unseen = unrendered(scene, roles)
        fields = {item.name: _field_rad(item.data, scene) for item in scene.objects if item.type == "CAMERA"}
        stays, marks = self._shapes(scene, roles, unseen)
        if strangers := [shown(name) for name in stays if name not in roles]:
            raise RefusedModelError(
                "expected every object that is rendered in a collection called fixed, swap or region, got "
                f"{listed(strangers, most=4)} in none; move {'it' if len(strangers) == 1 else 'them'} into one, or "
                "hide from renders"
            )
        for item in scene.objects:
            for role in roles.get(item.name, ()):
                self._add(item, role, (stays if role.kind == FIXED else marks).get(item.name))
            if item.type == "CAMERA" and item.name not in unseen:
                self._view(item, fields[item.name])
            elif item.type == "LIGHT" and item.name not in unseen:
                self._bulb(item)
        if not self.fixed:
            raise RefusedModelError(
                "expected objects with faces in a collection called 'fixed: CATEGORY', got none that is rendered"
            )

    def _shapes(
        self, scene: bpy.types.Scene, roles: dict[str, list[Role]], unseen: Collection[str]
    ) -> tuple[dict[str, Found], dict[str, Found]]:
        """What a scene shows in world metres, by whose it is: an object's own faces, those of what it instances, and
        its children's that are in the same collections. First what stays, then what marks places and is no part of the
        picture, whatever it wears."""
        stays: dict[str, Found] = {}
        marks: dict[str, Found] = {}
        elsewhere = ShapesElsewhere(self.surfaces.root)

        def look(rendered: Rendered) -> None:
            faces = 0
            self._poses.update({item.name: rendered.world_from(item) for item in scene.objects})
            for each in rendered.shown():
                root, matrix = _root(each.owner, roles), np.array(self.scale @ each.matrix)
                kinds = {role.kind for role in roles.get(root, ())}
                marking = bool(kinds - {FIXED}) and each.faces
                staying = each.owner.name not in unseen and (FIXED in kinds or not kinds)
                if marking or (staying and each.faces and not each.unlike):
                    faces += faces_of(each.item)
                # Before its arrays are made.
                if faces > self.most_faces:
                    raise RefusedModelError(f"expected at most {self.most_faces:,} triangles, got more")
                if marking or staying:
                    _require_shape(each.item.original, elsewhere)
                if marking:
                    marks.setdefault(root, Bare(Surfaces(self.surfaces.root))).add(each.item, matrix)
                if staying:
                    stays.setdefault(root, Found(self.surfaces)).show(each, matrix)

        as_rendered(scene, look)
        return _with_faces(stays), _with_faces(marks)

    def _add(self, item: bpy.types.Object, role: Role, shape: Found | None) -> None:
        if not role.categories:
            raise RefusedModelError(
                f"{role.where}: expected a category behind its colon or in its property 'category', got none; for "
                f"example '{role.kind}: chair'"
            )
        if role.kind == FIXED and shape is not None:
            self._stay(item, role, shape)
        elif role.kind == SWAP and (shape is not None or item.type == "EMPTY"):
            self._mark(item, role, shape)
        elif role.kind == REGION and shape is not None:
            self._region(role, shape)

    def _stay(self, item: bpy.types.Object, role: Role, shape: Found) -> None:
        if len(role.categories) != 1:
            raise RefusedModelError(f"{role.where}: expected one category, got {listed(list(role.categories))}")
        if len(self.fixed) >= _MOST_THINGS:
            raise RefusedModelError(f"expected at most {_MOST_THINGS:,} objects that stay, got more")
        bare = shape.ready()
        corners = bare.mesh.vertices_m[bare.mesh.triangles]
        if not np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]).any():
            self.notes.add(f"{shown(item.name)} has no faces with an area, and is left out")
            return
        if not np.isfinite(bare.mesh.vertices_m).all():
            raise RefusedModelError(f"object {shown(item.name)}: expected corners that are numbers, got others")
        frame = self._frame(item)
        points = np.concatenate(shape.vertices) @ np.array(frame.inverted())[:3, :3].T
        points += np.array(frame.inverted())[:3, 3]
        low, high = points.min(axis=0), points.max(axis=0)
        middle = np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]])
        mesh = replace(bare.mesh, vertices_m=(points - middle).astype(np.float32))
        pose = tuple(round(float(value), 7) for row in frame @ Matrix.Translation(middle) for value in row)
        number = self._number(replace(bare, mesh=mesh))
        self.fixed.append(Fixed(_plain(item.name), role.categories[0], role.where, pose, number, role.supercategory))

    def _frame(self, item: bpy.types.Object) -> Matrix:
        """The pose of an object with our axes: things of Blender face along -Y, ours along X."""
        return _rigid(self.scale @ self._poses[item.name]) @ _FACING

    def _number(self, bare: Ready) -> int:
        """The number of a mesh: equal ones, to a hundredth of a millimetre, are one."""
        mesh = bare.mesh
        digest = hashlib.sha256((np.round(mesh.vertices_m, 5) + np.float32(0)).tobytes() + mesh.triangles.tobytes())
        digest.update(mesh.slots.tobytes() + (b"" if mesh.uv is None else mesh.uv.tobytes()))
        key = digest.hexdigest()
        if key not in self._numbers:
            self._numbers[key] = len(self._bare)
            self._bare.append(bare)
        return self._numbers[key]

    def _mark(self, item: bpy.types.Object, role: Role, shape: Found | None) -> None:
        """Where an object stands, and how large it is about its own heading; an empty is where its origin is."""
        frame = self._frame(item)
        ahead = frame.col[0]
        heading = math.atan2(ahead[1], ahead[0])
        at, size = np.array(frame.translation), (0.0, 0.0, 0.0)
        if shape is not None:
            upright = np.array(Matrix.Rotation(heading, 3, "Z"))
            about = np.concatenate(shape.vertices) @ upright
            low, high = about.min(axis=0), about.max(axis=0)
            at = upright @ ((low + high) / 2 * (1, 1, 0) + low * (0, 0, 1))
            length, width, height = (round(float(side), 5) for side in high - low)
            size = (length, width, height)
        x, y, z = (round(float(value), 6) for value in at)
        self.marks.append(Mark(_plain(item.name), role.categories, role.where, (x, y, z), round(heading, 7), size))

    def _region(self, role: Role, shape: Found) -> None:
        corners = np.concatenate(shape.vertices)[np.concatenate(shape.triangles)]
        up = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        area = np.linalg.norm(up, axis=1)
        upper, lower = (corners[(area > 1e-10) & (side * up[:, 2] >= _UPRIGHT * area)] for side in (1, -1))
        # A sheet whose back is up is one, too; the bottom of a block is none.
        level = upper if len(upper) else lower
        if not len(level):
            raise RefusedModelError(f"{role.where}: expected faces that lie level, got none that things could stand on")
        self.regions.append((role, np.round(level, 6)))

    def _view(self, item: bpy.types.Object, field_rad: float) -> None:
        data = item.data
        if data.type != "PERSP":
            self.notes.add(f"camera {shown(item.name)} is no perspective one, and is left out")
            return
        pose = _rigid(self.scale @ self._poses[item.name]) @ _OPENCV
        flat = tuple(round(float(value), 9) for row in pose for value in row)
        name = _plain(item.name)
        if name == "anywhere" or any(view.name == name for view in self.viewpoints):
            name = f"{name} {len(self.viewpoints)}"
        if abs(data.shift_x) > _LEAST_SHIFT or abs(data.shift_y) > _LEAST_SHIFT:
            self.notes.add(f"camera {shown(item.name)} has a shifted lens, which looks straight ahead here")
        fov = min(max(math.degrees(field_rad), 1.0), 170.0)
        self.viewpoints.append(Viewpoint(name, flat, round(fov, 4)))

    def _bulb(self, item: bpy.types.Object) -> None:
        data = item.data
        if data.type == "SUN":
            self.notes.add(f"lamp {shown(item.name)} is a sun; the sky has its own")
            return
        lumens, energy = item.get("lumens", data.get("lumens")), float(data.energy)
        red, green, blue = (float(value) for value in data.color)
        flux = energy * 2.0 ** float(getattr(data, "exposure", 0.0)) * _LM_PER_W
        if isinstance(lumens, int | float):
            flux = float(lumens)
            red, green, blue = unit_luminance((red, green, blue)) if red + green + blue > 0 else (1.0, 1.0, 1.0)
        if not 0 < flux < 1e9:
            return
        rgb: Rgb = (round(red, 6), round(green, 6), round(blue, 6))
        pose = _rigid(self.scale @ self._poses[item.name])
        x, y, z = (round(float(value), 6) for value in pose.translation)
        ax, ay, az = (round(-float(value), 6) for value in pose.col[2][:3])
        panel, cone, kcd = None, 360.0, flux / (4 * math.pi) / 1000
        if data.type == "AREA":
            panel, cone, kcd = self._panel(item), 180.0, flux / math.pi / 1000
        elif data.type == "SPOT":
            cone = round(math.degrees(float(data.spot_size)), 4)
        radius = round(float(getattr(data, "shadow_soft_size", 0.05)) * self.metre, 5)
        self.bulbs.append(
            Bulb(_plain(item.name), rgb, round(kcd, 9), cone, radius, panel, (x, y, z), (ax, ay, az))
        )  # fmt: skip

    def _panel(self, item: bpy.types.Object) -> tuple[float, float]:
        """The sides of an area lamp; a round one is taken for a square of its area."""
        data, sizes = item.data, self._poses[item.name].to_scale()
        wide = float(data.size)
        high = float(data.size_y) if data.shape in ("RECTANGLE", "ELLIPSE") else wide
        share = math.sqrt(math.pi) / 2 if data.shape in ("DISK", "ELLIPSE") else 1.0
        return (
            max(round(wide * share * abs(sizes[0]) * self.metre, 5), 1e-3),
            max(round(high * share * abs(sizes[1]) * self.metre, 5), 1e-3),
        )

    def packed(self, scene: bpy.types.Scene) -> bytes:
        """The file of the whole."""
        meshes = [_dressed(parted(bare), self.surfaces) for bare in self._bare]
        sky = scene.get("sky", True)
        told = told_of(
            self.fixed, self.marks, self.viewpoints, self.bulbs,
            regions=[
                {"categories": role.categories, "where": role.where, "count": role.count} for role, _ in self.regions
            ],
            sky=bool(sky) if isinstance(sky, int | bool) else True,
            creator=_stated(scene, "creator"), licence=_stated(scene, "licence"),
            notes=sorted(self.notes | self.surfaces.notes),
            floods=_flooded_from(scene) is not None,
        )  # fmt: skip
        return packed(told, meshes, [triangles for _, triangles in self.regions])


def _field_rad(data: bpy.types.Camera, scene: bpy.types.Scene) -> float:
    """How wide a camera sees in the file's own pictures, across or upright of which its sensor fits."""
    right, _, left, _ = data.view_frame(scene=scene)
    return 2 * math.atan(abs((right.x - left.x) / (2 * right.z))) if right.z else 0.0


def _require_shape(item: bpy.types.Object, elsewhere: ShapesElsewhere) -> None:
    """RefusedModelError where an object's shape is in another file."""
    if files := elsewhere.of(item):
        raise RefusedModelError(
            f"expected all shapes in the file, got {shown(item.name)} with its own in {listed(files, most=3)}; pack "
            "fonts and pictures (File > External Data > Pack Resources), make all else meshes (Object > Convert > "
            "Mesh), and save"
        )


def _root(item: bpy.types.Object, roles: dict[str, list[Role]]) -> str:
    """The topmost of an object and its parents that has the same roles."""
    own = roles.get(item.name)
    while item.parent is not None and roles.get(item.parent.name) == own and own is not None:
        item = item.parent
    return str(item.name)


def _rigid(matrix: Matrix) -> Matrix:
    """The place and the turn of a matrix, without what stretches."""
    place, turn, _ = matrix.decompose()
    return Matrix.LocRotScale(place, turn, None)


def _with_faces(kept: dict[str, Found]) -> dict[str, Found]:
    return {name: own for name, own in kept.items() if own.triangles}


def _dressed(made: Ready, surfaces: Surfaces) -> Ready:
    """A mesh with the materials that it wears, and their images, alone."""
    every = surfaces.materials()
    used, slots = np.unique(made.mesh.slots, return_inverse=True)
    worn = tuple(every[int(number)] for number in used)
    names = {name for material in worn if isinstance(material, Textured) for name in _images(material)}
    images = {name: data for name, data in surfaces.images.items() if name in names}
    mesh = made.mesh
    bare = Mesh(
        mesh.vertices_m, mesh.triangles, slots.astype(np.int32).reshape(-1), worn, mesh.smooth,
        mesh.uv if images else None,
    )  # fmt: skip
    arrays_of(Ready(bare, images))
    return Ready(bare, images)


def _images(material: Textured) -> list[str]:
    maps = [given[0] for given in (material.roughness_map, material.metallic_map) if given is not None]
    return [material.image, material.normal_image, material.emission_image, *maps]


def _plain(name: str) -> str:
    return "".join(letter for letter in name if letter.isprintable())[:60] or "thing"


def _flooded_from(scene: bpy.types.Scene) -> float | None:
    """The height, in the file's units, of the ground from which the depth of floods counts; None where it has none."""
    given = scene.get("floods")
    if given is None or given is False:
        return None
    if isinstance(given, bool) or not isinstance(given, int | float) or not abs(given) < 1e5:
        raise RefusedModelError(
            "the scene's property 'floods': expected the height from which they are measured, as 0.0, got "
            f"{shown(str(given))}"
        )
    return float(given)


def _stated(scene: bpy.types.Scene, key: str) -> str:
    given = scene.get(key)
    return _plain(given) if isinstance(given, str) else "unknown"
