"""From a config and a picture's index to the scene that it shows, and the catalogue that it is furnished from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from longtail.annotate.dataset.layers import OF_PAIRS, OF_VIDEOS
from longtail.annotate.errors import ConfigError
from longtail.annotate.labels.taxonomy import Category, Taxonomy
from longtail.scenes.assets import catalogue
from longtail.scenes.assets.asset import Asset
from longtail.scenes.assets.library.model import LibraryAsset, own_category
from longtail.scenes.camera.lenses import lens_of
from longtail.scenes.camera.mount import WORLD
from longtail.scenes.config.config import Config
from longtail.scenes.config.given import FORMAT, Given
from longtail.scenes.config.keys import SCENE
from longtail.scenes.config.own_models import models_of
from longtail.scenes.config.seats import seated
from longtail.scenes.config.settings import NO_CLIP, AssetSettings
from longtail.scenes.drawing.plan import EACH_SCENE_ONCE
from longtail.scenes.drawing.sampling import FIRST_DRAW, Again, Draw, draw
from longtail.scenes.lidar.lidar import Lidar
from longtail.scenes.moment import scene_at
from longtail.scenes.scenarios.own import require_sizes
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
    make = partial(_composed, config, index, assets, again)
    return scene_at(_last.scene(asked, picture.camera, assets, make), picture.time_s)


class _Last:
    """The scene of the clip that was asked for last, as each camera has it: all of its moments are made of one."""

    def __init__(self) -> None:
        self._asked: tuple[object, Mapping[str, Asset]] | None = None
        self._scenes: dict[str, Scene] = {}

    def scene(self, asked: object, camera: str, assets: Mapping[str, Asset], make: Callable[[], Scene]) -> Scene:
        """The scene that was made for the same camera and of the same, or else a new one."""
        if self._asked is None or self._asked[0] != asked or self._asked[1] is not assets:
            self._asked, self._scenes = (asked, assets), {}
        if camera not in self._scenes:
            self._scenes[camera] = make()
        return self._scenes[camera]


_last = _Last()


def _composed(config: Config, index: int, assets: Mapping[str, Asset], again: Again) -> Scene:
    """The scene of a frame at its own moment, with how it moves where there is a clip."""
    drawn = draw(config.asked, index, again)
    lens = lens_of(config.camera.lens_request, drawn.values)
    scene = config.scenario.compose(drawn, lens, assets)
    if config.lidars:
        # Before the rig's cameras are in the place of the drawn one, by which sensors stand that nothing carries.
        scene = replace(scene, lidars=_lidars(config, scene, again))
    if config.mounts:
        scene = _with_rig(scene, config, drawn)
    if not config.clip.moves or config.scenario.animate is None:
        return scene
    standing = {mount.name for mount in config.mounts if mount.frame == WORLD}
    carried = {name: camera for name, camera in scene.cameras.items() if name not in standing} or scene.cameras
    moving = config.scenario.animate(replace(scene, cameras=carried), drawn, assets, config.clip.duration_s)
    return _left_standing(moving, scene, standing)


def _left_standing(moving: Scene, still: Scene, names: Collection[str]) -> Scene:
    """`moving` with all cameras of `still`, of which those of these names do not go with the carrier: they stand in
    the world."""
    if not names:
        return moving
    cameras = {name: still.cameras[name] if name in names else moving.cameras[name] for name in still.cameras}
    if moving.carrier is None:
        return replace(moving, cameras=cameras)
    seats = {name: seat for name, seat in moving.carrier.carrier_from_camera.items() if name not in names}
    return replace(moving, cameras=cameras, carrier=replace(moving.carrier, carrier_from_camera=seats))


def _with_rig(scene: Scene, config: Config, drawn: Draw) -> Scene:
    """Whichever of the rig's cameras takes the picture, all look into one scene."""
    carrier = scene.carrier.world_from_carrier if scene.carrier else None
    rig = seated(config.mounts, drawn, scene.camera, carrier, float(scene.ground.rises().height_m(0.0)))
    taking = rig[drawn.picture.camera].parameters if drawn.picture.camera in rig else {}
    cameras = {name: seat.camera for name, seat in rig.items()}
    return replace(scene, cameras=cameras, parameters={**scene.parameters, **taking})


def _lidars(config: Config, scene: Scene, again: Again) -> dict[str, Lidar]:
    carrier = None if scene.carrier is None else scene.carrier.world_from_carrier
    camera = scene.camera.world_from_camera
    return {lidar.name: lidar.drawn(config.seed, scene.number, again.times, carrier, camera) for lidar in config.lidars}


def catalogue_of(config: Config) -> dict[str, Asset]:
    """What the scenes of `config` may place, by name: its scenario's families, narrowed by its settings of assets.

    MachineError where it asks for models of the user's own that are not in this machine's library.
    """
    return furnished(config.scenario, config.assets)


def furnished(scenario: Scenario, asked: AssetSettings) -> dict[str, Asset]:
    """What scenes of a scenario may place under these settings: its own assets, and last the user's models."""
    every = catalogue(scenario.families, packs=asked.packs, branded=asked.branded)
    return {**every, **{own.name: own for own in (*scenario.assets, *models_of(asked))}}


def taxonomy_of(scenario: Scenario, assets: Mapping[str, Asset]) -> Taxonomy:
    """What datasets of a scenario with these assets call things: what the user's models add follows its own.

    Things stay 1 to K: first those of the scenario, then those added by name; then stuff in the same way.
    """
    known = scenario.taxonomy
    added = {
        asset.category: kind
        for asset in assets.values()
        if (kind := own_category(asset)) is not None
        and asset.category not in known
        # Skies and textures are of the categories of what shows them.
        and not (isinstance(asset, LibraryAsset) and (asset.sky or asset.surface))
    }
    if not added:
        return known
    listed: list[Category] = [*(category for _, category in known), *(added[name] for name in sorted(added))]
    listed.sort(key=lambda category: not category.is_thing)
    return Taxonomy(dict(enumerate(listed, start=1)), scenario.background)


def scene_file(config: Config, index: int, assets: Mapping[str, Asset]) -> dict[str, Any]:
    """The scene of frame `index` as the JSON values of a file that `load_scene` reads.

    Beside the scene it holds the config of a run that shows this scene alone: what was drawn stands in it as constants,
    and of the outputs those are left out that take other pictures.
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
        # What was drawn for a camera alone is in the scene's cameras.
        parameters={path: scene.parameters.get(path, asked) for path, asked in config.parameters.items()},
        correlations=(),
        quotas=(),
        require=(),
        plan=EACH_SCENE_ONCE,
        given=given,
        clip=NO_CLIP,
        # Of a picture by itself nobody knows how things go on, or what another camera sees.
        outputs=tuple(name for name in config.outputs if name not in (*OF_VIDEOS, *OF_PAIRS)),
    ).to_json()
    return {"format": FORMAT, "scene": alone.pop(SCENE), "config": alone}


def require_assets(config: Config, assets: Mapping[str, Asset]) -> None:
    """ConfigError where the scene that is given places what the catalogue does not have, or where the user's own file
    makes no meshes, or no scene of the first draw: whoever wrote it hears of it before anything is written.
    """
    if config.scenario.file is not None:
        _require_own(config, assets, config.scenario.file.path)
    placed = config.given.scene.objects if config.given else ()
    if missing := sorted({item.asset for item in placed} - assets.keys()):
        raise ConfigError(
            f"scene: expected assets of this installation (`longtail list assets` shows them), got {len(missing)} that "
            f"it lacks: {', '.join(missing[:5])}; model packs, plug-ins and assets.* decide which there are"
        )


def _require_own(config: Config, assets: Mapping[str, Asset], path: str) -> None:
    """ConfigError where the user's file, at `path`, does not make what a run would ask of it."""
    require_sizes(config.scenario)
    if config.given is None and _composed(config, 0, assets, FIRST_DRAW) != _composed(config, 0, assets, FIRST_DRAW):
        raise ConfigError(
            f"{path}: compose: expected the same scene of the same draw, got another; take chance from draw.stream "
            "alone, and keep nothing from one call to the next"
        )
