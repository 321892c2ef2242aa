"""Cameras of a rig that cannot be, by a lens that folds back or by a place under water: refused before a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from longtail.annotate.errors import ConfigError
from longtail.distributions import Distribution
from longtail.scenes.camera.mount import CAMERA, Mount
from longtail.scenes.config.config import Config
from longtail.scenes.config.seats import share_of
from longtail.scenes.drawing.impossible import ends_of
from longtail.scenes.drawing.sampling import Draw, draw
from longtail.scenes.space.impossible import Ends, Impossible, LensRequest, Reach

_HEIGHT = "camera.height_m"
_MOST_DRAWS = 1000


def require_lenses(config: Config, where: str) -> None:
    """ConfigError, naming the mount, where a scene of the run would give it a lens or a place that cannot be.

    What makes a scene with the drawn camera impossible makes one with a mount's lens and height so. The run's own draws
    are looked at, a thousand at the most; one will do where nothing of the lens is drawn.
    """
    if not config.mounts or config.given is not None:
        return
    ends = ends_of(config.asked)
    for mount in config.mounts:
        request = mount.lens.request if mount.lens else config.camera.lens_request
        dangers = [kind for kind in config.scenario.impossible if kind.can(request, _ends(mount, ends))]
        if dangers:
            _require(config, mount, request, dangers, where)


def _require(config: Config, mount: Mount, request: LensRequest, dangers: list[Impossible], where: str) -> None:
    each, apart = config.plan.pictures_per_scene, config.plan.pictures_per_draw
    pictures = [scene * each + layer for scene in range(-(-config.frames // each)) for layer in range(0, each, apart)]
    looked = pictures[:_MOST_DRAWS]
    for frame in looked:
        drawn = draw(config.asked, frame)
        values = _values(mount, drawn)
        if why := next(filter(None, (kind.why(request, values) for kind in dangers)), ""):
            told = f"so scene {drawn.scene}, of {len(looked)} draws looked at"
            raise ConfigError(f"{where}: cameras: {mount.name}: {why} ({told})")


def _values(mount: Mount, drawn: Draw) -> Mapping[str, Any]:
    """What was drawn of the drawn camera, as if that were this one."""
    share = share_of(drawn, mount.name)
    values = mount.lens.values(drawn.values, share) if mount.lens else drawn.values
    if _HEIGHT not in values:
        return values
    z_m = mount.drawn(share).z_m
    return {**values, _HEIGHT: values[_HEIGHT] + z_m if mount.frame == CAMERA else z_m}


def _ends(mount: Mount, ends: Ends) -> Ends:
    """The values that may make this camera. What rules see to is for the drawn camera alone."""
    own = {path: Reach(low, high, high) for path, (low, high, _) in ends.items()}
    for path, asked in (mount.lens.given if mount.lens else {}).items():
        low, high = asked.support if isinstance(asked, Distribution) else (asked, asked)
        own[path] = Reach(float(low), float(high), float(high))
    if _HEIGHT in own:
        spread = mount.spread.get("z_m")
        low, high = spread.support if spread else (mount.z_m, mount.z_m)
        base = own[_HEIGHT] if mount.frame == CAMERA else Reach(0.0, 0.0, 0.0)
        own[_HEIGHT] = Reach(float(base.low + low), float(base.high + high), float(base.high + high))
    return own
