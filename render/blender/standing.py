"""What stands in Blender, and whether it serves another scene as well: only if its builders would read the same."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from longtail.scenes.assets.asset import Asset
from longtail.scenes.blender.scene import Built, build_scene
from longtail.scenes.scene import Scene


@dataclass(frozen=True, eq=False)
class Standing:
    """A built scene. `read` holds, by name, what its builders have read of its description."""

    built: Built
    assets: Mapping[str, Asset]
    read: Mapping[str, bytes]

    def serves(self, scene: Scene, assets: Mapping[str, Asset]) -> bool:
        """Whether building `scene` would come to the same."""
        return assets is self.assets and all(content(getattr(scene, name)) == was for name, was in self.read.items())


def standing(scene: Scene, assets: Mapping[str, Asset]) -> Standing:
    """Build `scene`, and note what of it was read."""
    read: dict[str, bytes] = {}
    return Standing(build_scene(watched(scene, read), assets), assets, read)


def watched(scene: Scene, read: dict[str, bytes]) -> Scene:
    """`scene`; the content of whatever is read of it, field or property, is added to `read` by name."""
    seen = object.__new__(_Watched)
    object.__setattr__(seen, _HELD, (scene, read))
    return seen


def content(value: Any) -> bytes:
    """Different values never have the same, and equal ones hardly ever another."""
    return pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)


_HELD = "_held"


class _Watched(Scene):
    def __getattribute__(self, name: str) -> Any:
        scene, read = object.__getattribute__(self, _HELD)
        value = getattr(scene, name)
        if name != "__class__" and name not in read:
            # Before it is used: builders may leave what they work out with the values.
            read[name] = content(value)
        return value
