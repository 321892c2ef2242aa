"""What stands in Blender, and whether it serves another scene as well: only if its builders would read the same."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from longtail.scenes.assets.asset import Asset
from longtail.scenes.blender.street import Built, build_street
from longtail.scenes.scene import Scene


@dataclass(frozen=True, eq=False)
class Standing:
    """A built scene. `read` holds, by name, what its builders have read of its description."""

    built: Built
    assets: Mapping[str, Asset]
    read: Mapping[str, bytes]

    def serves(self, scene: Scene, assets: Mapping[str, Asset]) -> bool:
        """Whether building `scene` would come to the same."""
        return assets is self.assets and all(_content(getattr(scene, name)) == was for name, was in self.read.items())


def standing(scene: Scene, assets: Mapping[str, Asset]) -> Standing:
    """Build `scene`, and note what of it was read."""
    # Beforehand: builders may leave what they worked out with the values that they read.
    contents = {part.name: _content(getattr(scene, part.name)) for part in fields(scene)}
    seen = watched(scene)
    built = build_street(seen, assets)
    return Standing(built, assets, {name: contents[name] for name in sorted(seen.names_read & contents.keys())})


class Watched(Scene):
    """A scene that notes which of its fields were read, also by its own properties."""

    @property
    def names_read(self) -> frozenset[str]:
        return frozenset(object.__getattribute__(self, "__dict__")[_READ])

    def __getattribute__(self, name: str) -> Any:
        own = object.__getattribute__(self, "__dict__")
        own[_READ].add(name)
        return object.__getattribute__(self, name)


_READ = " names read"


def watched(scene: Scene) -> Watched:
    """`scene`, with nothing of it read yet."""
    seen: Watched = object.__new__(Watched)
    object.__getattribute__(seen, "__dict__").update(vars(scene), **{_READ: set()})
    return seen


def _content(value: Any) -> bytes:
    """The same for equal values, nearly always; different ones have never the same."""
    return pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
