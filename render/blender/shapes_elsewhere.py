"""Shapes that lie in other files than their .blend: caches, fonts, pictures that displace, files that nodes read.

Where Blender cannot read one it shows another shape without a word: the mesh as it was before, or its own letters. Of
what is linked and not there it shows nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy

from longtail.render.blender import tiles
from longtail.render.blender.as_rendered import rendered_parts

# What decides neither what shape an object has nor what it wears.
_ASIDE = (bpy.types.Action, bpy.types.World, bpy.types.Scene, bpy.types.Sound, bpy.types.Library)
# Objects whose data are no shape: a picture to draw by, a lens with one behind it.
_SHAPELESS = ("EMPTY", "CAMERA", "LIGHT", "LIGHT_PROBE", "SPEAKER")
_UNSEEN = (*_SHAPELESS, "ARMATURE", "LATTICE")
# Parents that deform as modifiers do.
_DEFORMING = ("ARMATURE", "LATTICE")


# The name of a picture of a sequence, without its ending, with its number.
_NUMBERED = re.compile(r"(.*?)(\d+)(\D*)")


@dataclass(frozen=True)
class _Use:
    """A datum that an object needs; `placing` where it says no more than where the object stands."""

    datum: Any
    placing: bool = False


@dataclass(eq=False)
class ShapesElsewhere:
    """What the file that Blender holds takes from others than those in `root`, looked up once."""

    root: Path

    def __post_init__(self) -> None:
        self._paths: Mapping[Any, Collection[str]] = bpy.data.file_path_map()
        self._uses: dict[Any, list[Any]] = defaultdict(list)
        self._found: dict[Any, Sequence[str]] = {}
        for used, users in bpy.data.user_map().items():
            if not isinstance(used, _ASIDE):
                for user in users:
                    self._uses[user].append(used)

    def of(self, item: bpy.types.Object) -> Sequence[str]:
        """The names of the files that an object of the file takes its shape from and that cannot be read, sorted."""
        if item not in self._found:
            uses = self._reached([item], worn=False)
            paths = (path for use in uses if not use.placing for path in self._files(use.datum))
            self._found[item] = sorted({path.name for path in paths if not self._readable(path)})
        return self._found[item]

    def missing_links(self, scene: bpy.types.Scene) -> Sequence[str]:
        """The names of .blend files that are not there, or not as they were, and that renders show parts of, sorted."""
        parts = [part for part in rendered_parts(scene) if part.is_missing or _is_seen(part)]
        lacking = (use.datum for use in self._reached(parts, worn=True) if use.datum.is_missing)
        return sorted({datum.library.name for datum in lacking if datum.library is not None})

    def _reached(self, parts: Sequence[Any], *, worn: bool) -> Iterator[_Use]:
        """Some objects and collections and all that shapes or places them, what they wear as well where it is `worn`;
        what only places them is not reached for its own shape."""
        rest = [_Use(part) for part in parts]
        known = set(rest)
        while rest:
            each = rest.pop()
            if isinstance(each.datum, bpy.types.Material) and not worn:
                continue
            yield each
            new = [use for use in self._used(each) if use not in known]
            known.update(new)
            rest += new

    def _used(self, each: _Use) -> Iterator[_Use]:
        if isinstance(each.datum, bpy.types.Object):
            yield from _placing(each.datum)
            if not each.placing:
                yield from map(_Use, _shaping(each.datum))
                yield from (_Use(slot.material) for slot in each.datum.material_slots if slot.material is not None)
        elif isinstance(each.datum, bpy.types.Collection):
            for part in (*each.datum.objects, *each.datum.children):
                if not part.hide_render:
                    yield _Use(part)
        else:
            yield from map(_Use, self._uses[each.datum])

    def _files(self, each: Any) -> Iterator[Path]:
        paths = _of_modifiers(each) if isinstance(each, bpy.types.Object) else self._paths.get(each, ())
        for given in paths:
            path = bpy.path.abspath(given, library=each.library).replace("\\", "/")
            if not isinstance(each, bpy.types.Image) or each.source not in ("TILED", "SEQUENCE"):
                yield Path(path)
            elif each.source == "TILED":
                yield from (Path(tiles.named(path, tile.number)) for tile in each.tiles)
            else:
                yield self._one_of(Path(path))

    def _one_of(self, named: Path) -> Path:
        """A picture of a sequence that can be read, or else the one that it names, which need not be shown at all."""
        parts = _NUMBERED.fullmatch(named.stem)
        if parts is None or not self._readable(named.parent):
            return named
        alike = re.compile(re.escape(parts[1]) + r"\d+" + re.escape(parts[3] + named.suffix))
        try:
            others = sorted(path for path in named.parent.iterdir() if alike.fullmatch(path.name))
        except OSError:
            return named
        return next((path for path in (named, *others) if self._readable(path)), named)

    def _readable(self, path: Path) -> bool:
        try:
            return path.resolve().is_relative_to(self.root.resolve()) and path.exists()
        except (OSError, ValueError):
            return False


def _is_seen(part: Any) -> bool:
    """Whether there may be faces of a part of a scene."""
    if isinstance(part, bpy.types.Collection):
        return False  # what is in it are parts themselves
    return part.type not in _UNSEEN or part.instance_collection is not None


def _placing(item: bpy.types.Object) -> Iterator[_Use]:
    """What says where an object stands: its parent, what its constraints look at, and the files that move it."""
    if item.parent is not None:
        yield _Use(item.parent, placing=item.parent_type not in _DEFORMING)
    for how in item.constraints:
        if how.enabled:
            aims = [getattr(how, "target", None), *(each.target for each in getattr(how, "targets", ()))]
            yield from (_Use(aim, placing=True) for aim in aims if aim is not None)
            if how.type == "TRANSFORM_CACHE" and how.cache_file is not None:
                yield _Use(how.cache_file)


def _shaping(item: bpy.types.Object) -> Iterator[Any]:
    """What gives an object its shape: its data, what it instances, what its modifiers use where renders have them."""
    if item.type not in _SHAPELESS and item.data is not None:
        yield item.data
    if item.instance_type == "COLLECTION" and item.instance_collection is not None:
        yield item.instance_collection
    for how in item.modifiers:
        if how.show_render:
            yield from _pointed(how)
            if how.type == "NODES":
                # What the user has chosen for the inputs of the nodes.
                yield from (value for value in how.values() if isinstance(value, bpy.types.ID))


def _pointed(given: Any) -> Iterator[Any]:
    """The data that a modifier points to, or a part of it such as its particles."""
    for told in given.bl_rna.properties:
        if told.type != "POINTER" or told.identifier == "rna_type":
            continue
        value = getattr(given, told.identifier)
        if isinstance(value, bpy.types.ID):
            yield value
        elif value is not None and isinstance(given, bpy.types.Modifier):
            yield from _pointed(value)


def _of_modifiers(item: bpy.types.Object) -> Iterator[str]:
    """The files that the modifiers of an object read where renders have them."""
    for how in item.modifiers:
        if not how.show_render:
            continue
        if how.type == "MESH_CACHE" or (how.type == "OCEAN" and how.is_cached):
            yield how.filepath
        elif how.type == "FLUID" and how.fluid_type == "DOMAIN" and how.domain_settings.has_cache_baked_any:
            yield how.domain_settings.cache_directory
        cache = getattr(how.particle_system if how.type == "PARTICLE_SYSTEM" else how, "point_cache", None)
        if cache is not None and cache.is_baked and (cache.use_external or cache.use_disk_cache):
            # Blender's own folder goes by the file's name, which what is appended does not have.
            yield cache.filepath if cache.use_external else "//blendcache"
