"""One picture of a scene: rendered, taken and labelled, at some draw of the scene."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from longtail.annotate import Conditions, Frame, Instances, Shown, label, record_of
from longtail.annotate.dataset.layers import OF_LANES, OF_VIDEOS, passes_of
from longtail.annotate.dataset.record_text import BACKED_BY
from longtail.annotate.dataset.rendered_on import RenderedOn
from longtail.annotate.errors import RenderError
from longtail.annotate.labels.cover import COVERED
from longtail.annotate.labels.lanes import LANES, RoadLanes, lanes_json
from longtail.annotate.labels.motion import Flow, Motion
from longtail.annotate.labels.points import LIDAR
from longtail.annotate.labels.rig import Rig
from longtail.annotate.labels.taxonomy import Taxonomy
from longtail.annotate.labels.video import VideoFrame
from longtail.render.frame.ahead import DrawnAhead
from longtail.render.frame.exposure_control import controlled_ev100, note_reading
from longtail.render.frame.one_camera import at_rest, seen_from
from longtail.render.lidar.clouds import cloud
from longtail.render.machine.processor import processor
from longtail.render.picture.photograph import Photograph, photograph
from longtail.render.view.exposing import BuiltT, Exposed, Labelled, Renderer, expose
from longtail.render.view.moving import Elsewhen
from longtail.scenes.assets.asset import Asset
from longtail.scenes.camera.mount import WORLD
from longtail.scenes.composing import scene_of, taxonomy_of
from longtail.scenes.config.config import Config
from longtail.scenes.drawing.chance import Chance
from longtail.scenes.drawing.plan import Picture
from longtail.scenes.drawing.sampling import FIRST_DRAW, Again
from longtail.scenes.drawing.videos import video_frame
from longtail.scenes.moment import scene_at
from longtail.scenes.scene import Scene
from longtail.scenes.weather.table import FALLING


@dataclass(frozen=True, eq=False)
class Taken:
    """A picture and its labels, and the seconds that each stage took. `scene` has the one camera that took it."""

    scene: Scene
    exposed: Exposed
    photograph: Photograph
    frame: Frame
    instances: Instances
    seconds: Mapping[str, float]
    with_keypoints: bool = False
    with_links: bool = False

    def record(self, files: Mapping[str, bytes], machine: RenderedOn | None) -> dict[str, Any]:
        """All that is known of it, with what its `files` are."""
        exposure = self.photograph.exposure
        extra = {
            "mended_px": dict(self.exposed.mended_px),
            **({LANES: _seen_lanes(self.frame)} if self.frame.lanes else {}),
            **(
                {LIDAR: {name: lidar.to_json() for name, lidar in self.scene.lidars.items()}}
                if self.scene.lidars
                else {}
            ),
            **({COVERED: self.exposed.cover.paint_px} if self.exposed.cover else {}),
            "ground": self.scene.ground.to_json(),
            "carrier": self.scene.carrier and self.scene.carrier.to_json(),
            "twilight": self.scene.light.twilight,
            **({BACKED_BY: list(self.scene.backed_by)} if self.scene.backed_by else {}),
            "exposure": {
                "ev100": round(exposure.ev100, 4),
                "iso": round(exposure.iso, 1),
                "shutter_s": round(exposure.shutter_s, 7),
                "f_number": round(exposure.f_number, 2),
            },
        }
        return record_of(
            self.frame,
            self.instances,
            self.scene.parameters,
            self.scene.condition,
            files,
            extra,
            machine,
            self.scene.departures,
            with_keypoints=self.with_keypoints,
            with_links=self.with_links,
        )


@dataclass(frozen=True, eq=False)
class Latent:
    """A picture that is exposed and not developed: what is still to be done asks no renderer.

    `whole` is the scene with all cameras, `scene` with the one that took it, at its place `picture` in the run; `ev100`
    what the exposure control of a clip has come to, None where the picture is metered by itself.
    """

    config: Config
    index: int
    assets: Mapping[str, Asset]
    whole: Scene
    scene: Scene
    picture: Picture
    video: VideoFrame | None
    exposed: Exposed
    in_motion: bool
    ev100: float | None
    seconds: Mapping[str, float]

    @property
    def _stands(self) -> bool:
        """Whether what took it stands in the world, whatever carries the other cameras."""
        return any(mount.name == self.picture.camera and mount.frame == WORLD for mount in self.config.mounts)

    def develop(self) -> Taken:
        """The picture, and its labels."""
        start = time.perf_counter()
        config, scene, exposed = self.config, self.scene, self.exposed
        chance = Chance(config.seed, self.picture)
        taken = photograph(exposed, at_rest(scene, stands=self._stands), chance, self.ev100)
        developed = time.perf_counter()
        taxonomy = taxonomy_of(config.scenario, self.assets)
        points = {name: cloud(name, scan, scene, taxonomy, chance) for name, scan in exposed.scans.items()}
        pulsed = time.perf_counter()
        at = shown(config.plan.picture(self.index), self.video)
        frame = Frame(
            self.index,
            scene.camera,
            taken.rgb,
            exposed.object_ids,
            exposed.depth_m,
            exposed.normals,
            exposed.objects,
            conditions_of(scene),
            taken.transmission,
            taken.lens,
            replace(at, time_s=scene.time_s) if scene.moves else at,
            exposed.surfaces,
            taxonomy=taxonomy,
            cover=exposed.cover,
            lanes=_lanes(self.whole) if {*config.outputs} & {*OF_LANES} else None,
            rig=None if config.given else rig_of(self.whole, self.picture, config.plan.cameras),
            motion=_motion(exposed, scene) if self.in_motion else None,
            points=points,
        )
        instances = label(frame, config.ignore.rule)
        seconds = {
            **self.seconds,
            "sensor": developed - start,
            **({"points": pulsed - developed} if points else {}),
            "label": time.perf_counter() - pulsed,
        }
        return Taken(
            scene, exposed, taken, frame, instances, seconds,
            with_keypoints="keypoints" in config.outputs, with_links="links" in config.outputs,
        )  # fmt: skip


def take(
    renderer: Renderer[BuiltT],
    config: Config,
    index: int,
    assets: Mapping[str, Asset],
    again: Again = FIRST_DRAW,
    *,
    keep: bool = False,
    ahead: DrawnAhead | None = None,
) -> Latent:
    """Frame `index`, exposed. Its scene stays built with `keep`, and after an error never.

    Where `ahead` is there, it has the first draws of scenes, and goes on to the next one while this one is rendered.
    """
    start = time.perf_counter()
    picture = config.drawn_for(index)
    drawn_ahead = ahead if again == FIRST_DRAW else None
    whole = drawn_ahead.scene(config, index, assets) if drawn_ahead else scene_of(config, index, assets, again)
    # Built is what all cameras look into; from here on there is one.
    scene = seen_from(whole, picture.camera)
    drawn = time.perf_counter()
    ev100 = controlled_ev100(renderer, config, index, whole, assets, again.times)
    controlled = time.perf_counter()
    video = video_frame(config.plan, index)
    moments = _moments(config, video, whole, picture.camera) if {*config.outputs} & {*OF_VIDEOS} else ()
    exposed = expose(
        renderer,
        whole,
        scene.camera,
        assets,
        Chance(config.seed, picture).path_tracing,
        keep=keep,
        passes=passes_of(config.outputs),
        silhouettes="amodal" in config.outputs,
        moments=moments,
        meanwhile=partial(drawn_ahead.go_ahead, config, assets) if drawn_ahead else lambda: None,
    )
    read = time.perf_counter() - controlled - sum(exposed.seconds.values())
    seconds = {"draw": drawn - start, **exposed.seconds, "read": read}
    begins = time.perf_counter()
    if note_reading(renderer, config, index, exposed, scene, again.times) or ev100 is not None:
        seconds["meter"] = controlled - drawn + time.perf_counter() - begins
    return Latent(config, index, assets, whole, scene, picture, video, exposed, bool(moments), ev100, seconds)


def glimpse(
    renderer: Renderer[BuiltT], config: Config, index: int, assets: Mapping[str, Asset], again: Again
) -> dict[str, Any]:
    """The record that frame `index` would have at some draw of its scene, as far as its labels tell without a picture.

    Its scene stays built, unless it cannot be labelled.
    """
    picture = config.drawn_for(index)
    whole = scene_of(config, index, assets, again)
    scene = seen_from(whole, picture.camera)
    try:
        seen = renderer.labels(renderer.build(whole, assets), scene.camera)
    except BaseException:
        renderer.clear()
        raise
    frame = _unpictured(index, config, scene, seen, taxonomy_of(config.scenario, assets))
    instances = label(frame, config.ignore.rule)
    return record_of(frame, instances, scene.parameters, scene.condition, {}, None, None, scene.departures)


def _unpictured(index: int, config: Config, scene: Scene, seen: Labelled, taxonomy: Taxonomy) -> Frame:
    width, height = scene.camera.size_px
    return Frame(
        index,
        scene.camera,
        np.zeros((height, width, 3), dtype=np.uint8),
        seen.object_ids,
        seen.depth_m,
        seen.normals,
        seen.objects,
        conditions_of(scene),
        shown=shown(config.plan.picture(index), video_frame(config.plan, index)),
        taxonomy=taxonomy,
        cover=seen.cover,
    )


def made_on(renderer: Renderer[BuiltT]) -> RenderedOn:
    """The machine that a picture's rounding is of."""
    return RenderedOn(renderer.device.title, processor())


def conditions_of(scene: Scene) -> Conditions:
    """What the labels say of the scene's weather, light and water."""
    return Conditions(
        weather=scene.weather.name,
        visibility_m=scene.weather.visibility_m,
        illuminance_lux=scene.light_level_lux,
        water_level_m=scene.weather.water_level_m,
        rates_mm_h={**dict.fromkeys(FALLING, 0.0), **scene.weather.rates_mm_h},
    )


def _lanes(scene: Scene) -> RoadLanes | None:
    """Those of the ground, from where the carrier is."""
    carrier = scene.carrier
    x, y = scene.centre_m if carrier is None else carrier.world_from_carrier.matrix[:2, 3]
    return scene.ground.lanes((float(x), float(y)))


def _seen_lanes(frame: Frame) -> dict[str, Any]:
    hidden = frame.cover.hidden if frame.cover else None
    return lanes_json(frame.lanes, frame.camera, frame.depth_m, hidden) if frame.lanes else {}


def rig_of(scene: Scene, picture: Picture, names: Sequence[str]) -> Rig | None:
    """The picture's place among those of the cameras `names` of a rig, which vary fastest; None without one."""
    if picture.camera not in names:
        return None
    sample = picture.frame // len(names)
    frames = {name: sample * len(names) + place for place, name in enumerate(names)}
    return Rig.of(picture.camera, sample, frames, scene.cameras)


def _moments(config: Config, video: VideoFrame | None, scene: Scene, camera: str) -> tuple[Elsewhen | None, ...]:
    """What the frames after and before one of a video show, in this order; None where there is none."""
    if video is None:
        raise RenderError("flow: expected a frame of a video, got one of a scene that is shown at one moment alone")
    others = video.next, video.previous
    return tuple(index if index is None else _elsewhen(config, index, scene, camera) for index in others)


def _elsewhen(config: Config, index: int, scene: Scene, camera: str) -> Elsewhen:
    whole = scene_at(scene, config.plan.picture(index).time_s)
    return Elsewhen(whole, seen_from(whole, camera).camera)


def _motion(exposed: Exposed, scene: Scene) -> Motion:
    forward, backward = (flow or Flow.unknown(scene.camera.size_px) for flow in exposed.flows)
    return Motion(forward, backward)


def shown(picture: Picture, video: VideoFrame | None = None) -> Shown:
    """What the record says of the scene that a frame shows."""
    others = tuple(index for index in picture.siblings if index != picture.frame)
    view = picture.camera, picture.time_s, picture.clip_frame, video
    return Shown(picture.scene, picture.variant, picture.point, others, *view)
