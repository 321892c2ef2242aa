"""What a scene shows when it is rendered: modifiers, levels of detail, instances and particles as renders have them.

Blender tells that to engines alone: what it evaluates for its windows leaves out what they hide and takes their levels.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeVar

import bpy
from mathutils import Matrix

T = TypeVar("T")

# What has no faces, and is drawn by renderers all the same.
_FACELESS = {
    "CURVES": "hair",
    "POINTCLOUD": "points",
    "VOLUME": "a volume",
}
LOOSE = "particles that are not baked"
"""Objects that a particle system moves: where Blender has them at a frame depends on what it has shown before."""
# What Blender would draw itself, for which it needs a display.
_DRAWN = "GREASEPENCIL"
# Of films, Blender renders none that are smaller.
_LEAST_PX = 16


@dataclass(frozen=True, eq=False)
class Shown:
    """What is shown at one place, for as long as the loop is at it.

    Attributes:
        item: the evaluated object; `matrix` is world from its mesh
        owner: whose it is as the file has it: the object itself, or the one that instances it
        faces: whether its own faces are shown, if it has some
        unlike: why a picture does not simply show it, as "a holdout"; "" where it does
        faceless: what it has beside faces, or in their place, as "hair"
    """

    item: bpy.types.Object
    matrix: Matrix
    owner: bpy.types.Object
    faces: bool
    unlike: str
    faceless: Collection[str]


@dataclass(frozen=True, eq=False)
class Rendered:
    """What the first view layer of a scene shows in a render at the scene's frame, for as long as it is looked at.

    Attributes:
        drawn: the objects that are grease pencil, or instance some, which is kept from being rendered
    """

    depsgraph: bpy.types.Depsgraph
    layer: bpy.types.ViewLayer
    drawn: Sequence[bpy.types.Object] = ()

    def shown(self) -> Iterator[Shown]:
        """All meshes, and whatever else is drawn, one by one."""
        for instance in self.depsgraph.object_instances:
            item = instance.object
            own = item.original
            owner = instance.parent.original if instance.is_instance else own
            faceless = [_FACELESS[item.type]] if item.type in _FACELESS else []
            if not instance.is_instance:
                faceless += sorted({word for system in _emitting(item) if (word := _particles(system))})
            faces = item.type == "MESH" and instance.show_self
            if faces or faceless:
                unlike = _unlike(own, self.layer) or _unlike(owner, self.layer)
                yield Shown(item, instance.matrix_world.copy(), owner, faces, unlike, faceless)
        for item in self.drawn:
            yield Shown(item, item.matrix_world.copy(), item, False, "", ["grease pencil"])

    def world_from(self, item: bpy.types.Object) -> Matrix:
        """Where an object of the file is."""
        return item.evaluated_get(self.depsgraph).matrix_world.copy()


def as_rendered(scene: bpy.types.Scene, read: Callable[[Rendered], T]) -> T:
    """What `read` makes of what a render of a scene would show.

    Curves, texts and the like come as the meshes that renders make of them. Nothing is rendered.
    """
    layer = scene.view_layers[0]
    if not _Evaluating.is_registered:
        bpy.utils.register_class(_Evaluating)
    given, render = scene.camera, scene.render
    # Without a camera there is no render. The scene's own is asked by nodes, and by levels of detail.
    stand_in = bpy.data.objects.new("longtail", bpy.data.cameras.new("longtail"))
    if given is None:
        scene.camera = stand_in
    # The operator renders any scene at the frame of the one that is open, at which it leaves it.
    bpy.context.scene.frame_float = scene.frame_float
    render.engine = _Evaluating.bl_idname
    render.resolution_x = render.resolution_y = _LEAST_PX
    render.resolution_percentage = 100
    render.use_compositing = render.use_sequencer = render.use_multiview = render.use_freestyle = False
    # A share of so small a picture may be no pixel.
    render.use_border = render.use_crop_to_border = False
    drawn = [part for part in _within(layer.layer_collection) if isinstance(part, bpy.types.Object) and _draws(part)]
    hidden = [item for item in bpy.data.objects if item.type == _DRAWN and not item.hide_render]
    for item in hidden:
        item.hide_render = True
    found: list[T] = []
    failed: list[BaseException] = []

    for other in scene.view_layers:
        other.use = other.name == layer.name

    def look(depsgraph: bpy.types.Depsgraph) -> None:
        # What is raised in an engine, Blender prints and forgets.
        try:
            found.append(read(Rendered(depsgraph, layer, drawn)))
        except BaseException as error:
            failed.append(error)

    _Evaluating.look = look
    try:
        bpy.ops.render.render(scene=scene.name, layer=layer.name)
    finally:
        _Evaluating.look = None
        scene.camera = given
        for item in hidden:
            item.hide_render = False
        bpy.data.objects.remove(stand_in)
    if failed:
        raise failed[0]
    if not found:
        raise RuntimeError("Blender did not evaluate its scene")
    return found[0]


class _Evaluating(bpy.types.RenderEngine):  # type: ignore[misc, unused-ignore]
    """An engine that looks at what it would render."""

    bl_idname = "LONGTAIL_EVALUATING"
    bl_label = "What renders show"
    look: ClassVar[Callable[[bpy.types.Depsgraph], None] | None] = None

    def render(self, depsgraph: bpy.types.Depsgraph) -> None:
        look = type(self).look
        if look is not None:
            look(depsgraph)


def rendered_parts(scene: bpy.types.Scene) -> Sequence[bpy.types.Collection | bpy.types.Object]:
    """The collections and objects that a scene and those behind it have in renders."""
    found = list(_within(scene.view_layers[0].layer_collection))
    known = {scene}
    while (behind := scene.background_set) is not None and behind not in known:
        known.add(behind)
        found += _within(behind.view_layers[0].layer_collection)
        scene = behind
    return found


def _within(top: bpy.types.LayerCollection) -> Collection[bpy.types.Collection | bpy.types.Object]:
    """The collections of a layer, and their objects, that are not hidden from renders."""
    found: dict[bpy.types.Collection | bpy.types.Object, None] = {}
    rest = [top]
    while rest:
        each = rest.pop()
        if not each.collection.hide_render:
            if not each.exclude:
                found[each.collection] = None
                found.update(dict.fromkeys(item for item in each.collection.objects if not item.hide_render))
            rest += each.children
    return list(found)


def _draws(item: bpy.types.Object) -> bool:
    """Whether an object is grease pencil, or instances some."""
    if item.type == _DRAWN:
        return True
    rest = [item] if item.instance_type == "COLLECTION" else []
    known: set[str] = set()
    while rest:
        kit = rest.pop().instance_collection
        # Kits may be in kits many times over.
        if kit is None or kit.name in known:
            continue
        known.add(kit.name)
        parts = [part for part in kit.all_objects if not part.hide_render]
        if any(part.type == _DRAWN for part in parts):
            return True
        rest += [part for part in parts if part.instance_type == "COLLECTION"]
    return False


def _emitting(item: bpy.types.Object) -> Iterator[bpy.types.ParticleSystem]:
    """The particle systems that renders have."""
    return (how.particle_system for how in item.modifiers if how.type == "PARTICLE_SYSTEM" and how.show_render)


def _particles(system: bpy.types.ParticleSystem) -> str:
    """What a particle system has that is not taken as it is."""
    settings = system.settings
    if settings.type != "HAIR":
        as_objects = settings.render_type in ("OBJECT", "COLLECTION")
        return LOOSE if as_objects and not system.point_cache.is_baked else ""
    return "hair" if settings.render_type == "PATH" else ""


def _unlike(item: bpy.types.Object, layer: bpy.types.ViewLayer) -> str:
    if item.is_holdout or item.holdout_get(view_layer=layer):
        return "a holdout"
    if item.is_shadow_catcher:
        return "a shadow catcher"
    if not item.visible_camera or item.indirect_only_get(view_layer=layer):
        return "hidden from cameras"
    return ""
