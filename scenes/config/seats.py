"""The cameras of a rig in one scene: mounts and their lenses, drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from longtail.annotate.camera import Camera
from longtail.annotate.camera.transform import Transform
from longtail.scenes.camera.mount import WORLD, Mount
from longtail.scenes.drawing.low_discrepancy import independent
from longtail.scenes.drawing.sampling import Draw


@dataclass(frozen=True)
class Seated:
    """A camera on its mount, and what was drawn for it alone, by path: `cameras.NAME.KEY`."""

    camera: Camera
    parameters: Mapping[str, Any]


def seated(
    mounts: Sequence[Mount], drawn: Draw, camera: Camera, carrier: Transform | None, ground_m: float = 0.0
) -> dict[str, Seated]:
    """The cameras of a scene by the names of their mounts; `camera` is the one that its scenario draws.

    Those that stand in the world are as high over `ground_m` (world Z) as their mounts say.
    """
    return {mount.name: _seated(mount, drawn, camera, carrier, ground_m) for mount in mounts}


def share_of(drawn: Draw, name: str) -> Callable[[str], float]:
    """The coordinate of each number of a mount in a scene: its own, whatever else there is."""
    return lambda key: independent(drawn.seed, drawn.scene, f"cameras.{name}.{key}", drawn.again)


def _seated(mount: Mount, drawn: Draw, camera: Camera, carrier: Transform | None, ground_m: float) -> Seated:
    share = share_of(drawn, mount.name)
    placed = mount.drawn(share)
    own: dict[str, Any] = {key: getattr(placed, key) for key in mount.spread}
    lens = None
    if mount.lens is not None:
        values = mount.lens.values(drawn.values, share)
        lens = mount.lens.lens(values)
        own |= mount.lens.recorded(values)
    at = placed.on(camera, carrier, lens)
    if mount.frame == WORLD and ground_m:
        at = Camera(at.lens, at.world_from_camera.moved((0.0, 0.0, ground_m)))
    return Seated(at, {f"cameras.{mount.name}.{key}": value for key, value in own.items()})
