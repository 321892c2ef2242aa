"""Lenses of a rig that cannot be, such as those that fold back: known, and refused, before a run."""

from __future__ import annotations

from longtail.annotate.errors import ConfigError
from longtail.distributions import Distribution
from longtail.scenes.camera.lenses import FOLDED, FOLDED_MATRIX
from longtail.scenes.camera.mount import Mount
from longtail.scenes.camera.mount_lens import LENS_PATHS
from longtail.scenes.config.config import Config
from longtail.scenes.config.seats import share_of
from longtail.scenes.drawing.sampling import draw

_MOST_DRAWS = 1000


def require_lenses(config: Config, where: str) -> None:
    """ConfigError, naming the mount, where a scene of the run would give a mount a lens that cannot be.

    One draw tells where nothing of a lens is drawn, else the run's own scenes are looked at, a thousand at the most.
    """
    kinds = [kind for kind in (FOLDED, FOLDED_MATRIX) if kind in config.scenario.impossible]
    each = config.plan.pictures_per_scene
    scenes = max(1, -(-config.frames // each))
    for mount in config.mounts:
        if mount.lens is None or config.given is not None:
            continue
        count = min(scenes, _MOST_DRAWS) if _is_drawn(mount, config) else 1
        for scene in range(count):
            drawn = draw(config.asked, scene * each)
            values = mount.lens.values(drawn.values, share_of(drawn, mount.name))
            why = next(filter(None, (kind.why(mount.lens.request, values) for kind in kinds)), "")
            if why:
                raise ConfigError(f"{where}: cameras: {mount.name}: {why} (so scene {scene}, of {count} looked at)")


def _is_drawn(mount: Mount, config: Config) -> bool:
    asked = {**config.parameters, **(mount.lens.given if mount.lens else {})}
    return any(isinstance(asked.get(path), Distribution) or path in config.plan.paths for path in LENS_PATHS)
