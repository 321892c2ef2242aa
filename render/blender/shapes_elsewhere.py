"""Shapes that lie in other files than their .blend: caches, fonts, pictures that displace, files that nodes read.

Where Blender cannot read one it shows another shape without a word: the mesh as it was before, or its own letters.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy

# What decides how an object looks, or what it sounds like, and not its shape.
_NO_SHAPE = (bpy.types.Material, bpy.types.Action, bpy.types.World, bpy.types.Scene, bpy.types.Sound, bpy.types.Library)


@dataclass(eq=False)
class ShapesElsewhere:
    """What the file that Blender holds takes from others than those in `root`, looked up once."""

    root: Path

    def __post_init__(self) -> None:
        self._paths: Mapping[Any, Collection[str]] = bpy.data.file_path_map()
        self._uses: dict[Any, list[Any]] = defaultdict(list)
        self._found: dict[Any, Sequence[str]] = {}
        for used, users in bpy.data.user_map().items():
            if not isinstance(used, _NO_SHAPE):
                for user in users:
                    self._uses[user].append(used)

    def of(self, item: bpy.types.Object) -> Sequence[str]:
        """The names of the files that an object of the file takes its shape from and that cannot be read, sorted."""
        if item not in self._found:
            self._found[item] = self._looked_up(item)
        return self._found[item]

    def _looked_up(self, item: bpy.types.Object) -> Sequence[str]:
        found: set[str] = set()
        known = {item}
        rest: list[Any] = [item]
        while rest:
            each = rest.pop()
            found.update(path.name for path in self._files(each) if not self._readable(path))
            new = [used for used in self._uses[each] if used not in known]
            known.update(new)
            rest += new
        return sorted(found)

    def _files(self, each: Any) -> Iterator[Path]:
        paths = _of_modifiers(each) if isinstance(each, bpy.types.Object) else self._paths.get(each, ())
        for path in paths:
            yield Path(bpy.path.abspath(path, library=each.library).replace("\\", "/"))

    def _readable(self, path: Path) -> bool:
        try:
            return path.resolve().is_relative_to(self.root.resolve()) and path.exists()
        except (OSError, ValueError):
            return False


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
