"""Whether there is what a config asks of the user's own for skies and surfaces, so that who asks for it is told."""

from __future__ import annotations

from collections.abc import Mapping

from longtail.scenes.atmosphere.panorama import LEAST_SUN_DEG
from longtail.scenes.config.config import Config
from longtail.scenes.config.keys import Leaf
from longtail.scenes.config.own_models import models_of, where_kept
from longtail.scenes.drawing.impossible import ends_of
from longtail.scenes.scenarios import laying, skies
from longtail.scenes.space.impossible import Ends

_SUN = "lighting.sun_elevation_deg"


def unmet(config: Config, leaves: Mapping[str, Leaf]) -> list[str]:
    """What is wrong with chances of panoramas and textures: a line each, with the place and the path."""
    ends = ends_of(config.asked)
    return [*_skies(config, leaves, ends), *_textures(config, leaves, ends)]


def _textures(config: Config, leaves: Mapping[str, Leaf], ends: Ends) -> list[str]:
    wanted = [path for path, reach in ends.items() if path.startswith(laying.PREFIX) and reach.high > 0]
    tags = {tag for model in models_of(config.assets) if model.surface for tag in model.tags} if wanted else set()
    return [
        f"{leaves[path].where if path in leaves else 'config'}: {path}: expected a texture with the tag "
        f"{path.removeprefix(laying.PREFIX)} in the library {where_kept(config.assets)}, got none; "
        "`longtail assets add FOLDER` brings some in"
        for path in wanted
        if path.removeprefix(laying.PREFIX) not in tags
    ]


def _skies(config: Config, leaves: Mapping[str, Leaf], ends: Ends) -> list[str]:
    if ends.get(skies.PATH, (0.0, 0.0))[1] <= 0:
        return []
    where = leaves[skies.PATH].where if skies.PATH in leaves else "config"
    if config.given is None and ends.get(_SUN, (0.0, 90.0))[1] < LEAST_SUN_DEG:
        return [
            f"{where}: {skies.PATH}: expected a sun of {LEAST_SUN_DEG:g} degrees or more beside it, as panoramas are "
            f"skies of the day, got {_SUN} of at most {ends[_SUN][1]:g}"
        ]
    if not any(model.sky for model in models_of(config.assets)):
        return [
            f"{where}: {skies.PATH}: expected a panorama that may be a sky in the library "
            f"{where_kept(config.assets)}, got none; `longtail assets add` says of each .hdr or .exr whether it may"
        ]
    return []
