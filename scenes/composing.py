"""From a config and a picture's index to the scene that it shows, and the catalogue that it is furnished from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from longtail.annotate.errors import ConfigError
from longtail.annotate.labels.taxonomy import Category, Taxonomy
from longtail.scenes.assets import catalogue
from longtail.scenes.assets.asset import Asset
from longtail.scenes.assets.library.model import LibraryAsset
from longtail.scenes.camera.lenses import lens_of
from longtail.scenes.config.config import Config
from longtail.scenes.config.given import FORMAT, Given
from longtail.scenes.config.keys import SCENE
from longtail.scenes.config.own_models import models_of
from longtail.scenes.config.settings import NO_CLIP, AssetSettings
from longtail.scenes.drawing.plan import EACH_SCENE_ONCE
from longtail.scenes.drawing.sampling import FIRST_DRAW, Again, draw
from longtail.scenes.moment import scene_at
from longtail.scenes.scenarios.scenario import Scenario
from longtail.scenes.scene import Scene


def scene_of(config: Config, index: int, assets: Mapping[str, Asset], again: Again = FIRST_DRAW) -> Scene:
    """The scene of frame `index`: the one that is given, or a pure function of the configuration and the catalogue.

    `again` is another draw of it: where `require` speaks of labels, only a renderer knows which one is shown.
    """
    if config.given is not None:
        return config.given.scene
    if not config.clip.moves:
        return _composed(config, index, assets, again)
    picture = config.plan.picture(index)
    asked = (config.digest, picture.scene, picture.variant, dict(picture.point), again)
    return scene_at(_last.scene(asked, assets, lambda: _composed(config, index, assets, again)), picture.time_s)


class _Last:
    """The scene of the clip that was asked for last: all of its moments are made of one, and follow each other."""

    def __init__(self) -> None:
        self._known: tuple[object, Mapping[str, Asset], Scene] | None = None

    def scene(self, asked: object, assets: Mapping[str, Asset], make: Callable[[], Scene]) -> Scene:
        """The scene that was made for the same, or else a new one."""
        if self._known is None or self._known[0] != asked or self._known[1] is not assets:
            self._known = (asked, assets, make())
        return self._known[2]


_last = _Last()


def _composed(config: Config, index: int, assets: Mapping[str, Asset], again: Again) -> Scene:
    """The scene of a frame at its own moment, with how it moves where there is a clip."""
    drawn = draw(config.asked, index, again)
    lens = lens_of(config.camera.lens_request, drawn.values)
    scene = config.scenario.compose(drawn, lens, assets)
    # Whichever of them takes the picture, all look into one scene.
    rig = {mount.name: mount.on(scene.camera) for mount in config.mounts}
    scene = replace(scene, cameras=rig) if rig else scene
    if not config.clip.moves or config.scenario.animate is None:
        return scene
    return config.scenario.animate(scene, drawn, assets, config.clip.duration_s)


def catalogue_of(config: Config) -> dict[str, Asset]:
    """What the scenes of `config` may place, by name: its scenario's families, narrowed by its settings of assets.

    MachineError where it asks for models of the user's own that are not in this machine's library.
    """
    return furnished(config.scenario, config.assets)


def furnished(scenario: Scenario, asked: AssetSettings) -> dict[str, Asset]:
    """What scenes of a scenario may place under these settings: the user's own models come last."""
    every = catalogue(scenario.families, packs=asked.packs, branded=asked.branded)
    return {**every, **{model.name: model for model in models_of(asked)}}


def taxonomy_of(scenario: Scenario, assets: Mapping[str, Asset]) -> Taxonomy:
    """What datasets of a scenario with these assets call things: what the user's models add follows its own.

    Things stay 1 to K: first those of the scenario, then those added by name; then stuff in the same way.
    """
    known = scenario.taxonomy
    models = [asset for asset in assets.values() if isinstance(asset, LibraryAsset) and asset.category not in known]
    if not models:
        return known
    added = {model.category: model.kind for model in models}
    listed: list[Category] = [*(category for _, category in known), *(added[name] for name in sorted(added))]
    listed.sort(key=lambda category: not category.is_thing)
    return Taxonomy(dict(enumerate(listed, start=1)), scenario.background)


def scene_file(config: Config, index: int, assets: Mapping[str, Asset]) -> dict[str, Any]:
    """The scene of frame `index` as the JSON values of a file that `load_scene` reads.

    Beside the scene it holds the config of a run that shows this scene alone: what was drawn stands in it as constants.
    ConfigError where labels decide which draw of the scene is shown.
    """
    if config.require_seen:
        raise ConfigError(
            f"require: expected statements about what is drawn, got {config.require_seen[0]!r}, which only a rendered "
            "picture can decide; leave it out with --set require=[], which may draw another scene, or render the frame"
        )
    scene = scene_of(config, index, assets)
    given = config.given or Given(scene, config.plan.picture(index))
    alone = replace(
        config,
        frames=1,
        parameters={**config.parameters, **scene.parameters},
        correlations=(),
        quotas=(),
        require=(),
        plan=EACH_SCENE_ONCE,
        given=given,
        clip=NO_CLIP,
    ).to_json()
    return {"format": FORMAT, "scene": alone.pop(SCENE), "config": alone}


def require_assets(config: Config, assets: Mapping[str, Asset]) -> None:
    """ConfigError where the scene that is given places what the catalogue does not have."""
    placed = config.given.scene.objects if config.given else ()
    if missing := sorted({item.asset for item in placed} - assets.keys()):
        raise ConfigError(
            f"scene: expected assets of this installation (`longtail list assets` shows them), got {len(missing)} that "
            f"it lacks: {', '.join(missing[:5])}; model packs, plug-ins and assets.* decide which there are"
        )
