"""From a config and a picture's index to the scene that it shows, and the catalogue that it is furnished from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from longtail.scenes.assets import catalogue
from longtail.scenes.assets.asset import Asset
from longtail.scenes.camera.lenses import lens_of
from longtail.scenes.config.config import Config
from longtail.scenes.drawing.sampling import draw
from longtail.scenes.scene import Scene


def scene_of(config: Config, index: int, assets: Mapping[str, Asset]) -> Scene:
    """The scene of frame `index`: a pure function of the configuration, its seed and the catalogue."""
    drawn = draw(config.asked, index)
    lens = lens_of(config.camera.lens_request, drawn.values)
    scene = replace(config.scenario.compose(drawn, lens, assets), index=index)
    # Whichever of them takes the picture, all look into one scene.
    rig = {mount.name: mount.on(scene.camera) for mount in config.mounts}
    return replace(scene, cameras=rig) if rig else scene


def catalogue_of(config: Config) -> dict[str, Asset]:
    """What the scenes of `config` may place, by name: its scenario's families, narrowed by its settings of assets."""
    return catalogue(config.scenario.families, packs=config.assets.packs, branded=config.assets.branded)
