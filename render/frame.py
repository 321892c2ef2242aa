"""One frame from its index to its files: draw, render, develop, label, encode."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from longtail.annotate import Conditions, Frame, Shown, dumps, encode, label, record_of
from longtail.annotate.dataset.rendered_on import RenderedOn
from longtail.render.machine.processor import processor
from longtail.render.picture.photograph import photograph
from longtail.render.view.exposing import BuiltT, Renderer, expose
from longtail.scenes.assets.asset import Asset
from longtail.scenes.composing import scene_of
from longtail.scenes.config.config import Config
from longtail.scenes.drawing.chance import Chance
from longtail.scenes.drawing.plan import Picture
from longtail.scenes.scene import Scene
from longtail.scenes.weather.table import FALLING


@dataclass(frozen=True, eq=False)
class Made:
    """A finished frame: its files by path, its record's bytes, and the seconds that each stage took."""

    frame: Frame
    condition: str
    files: Mapping[str, bytes]
    record: bytes
    seconds: Mapping[str, float]


def make_frame(renderer: Renderer[BuiltT], config: Config, index: int, assets: Mapping[str, Asset]) -> Made:
    """Render and label frame `index`. Its scene stays built where frames after it show the same."""
    start = time.perf_counter()
    picture = config.drawn_for(index)
    chance = Chance(config.seed, picture)
    whole = scene_of(config, index, assets)
    # Built is what all cameras look into; from here on there is one.
    scene = _seen_from(whole, picture.camera)
    drawn = time.perf_counter()
    keep = index != config.plan.picture(index).siblings[-1]
    amodal = "amodal" in config.outputs
    exposed = expose(renderer, whole, scene.camera, assets, chance.path_tracing, keep=keep, silhouettes=amodal)
    rendered = time.perf_counter()
    taken = photograph(exposed, scene, chance)
    developed = time.perf_counter()
    frame = Frame(
        index,
        scene.camera,
        taken.rgb,
        exposed.object_ids,
        exposed.depth_m,
        exposed.normals,
        exposed.objects,
        conditions_of(scene),
        taken.transmission,
        taken.lens,
        shown(config.plan.picture(index)),
        taxonomy=config.scenario.taxonomy,
    )
    instances = label(frame, config.ignore.rule)
    labelled = time.perf_counter()
    files = encode(frame, instances, config.outputs, config.render.image_format)
    extra = {
        "mended_px": dict(exposed.mended_px),
        "ground": scene.ground.to_json(),
        "carrier": scene.carrier and scene.carrier.to_json(),
        "twilight": scene.light.twilight,
        "exposure": {
            "ev100": round(taken.exposure.ev100, 4),
            "iso": round(taken.exposure.iso, 1),
            "shutter_s": round(taken.exposure.shutter_s, 7),
            "f_number": round(taken.exposure.f_number, 2),
        },
    }
    machine = RenderedOn(renderer.device.title, processor())
    record = dumps(
        record_of(frame, instances, scene.parameters, scene.condition, files, extra, machine, scene.departures)
    )
    encoded = time.perf_counter()
    seconds = {
        "draw": drawn - start,
        **exposed.seconds,
        "read": rendered - drawn - sum(exposed.seconds.values()),
        "sensor": developed - rendered,
        "label": labelled - developed,
        "encode": encoded - labelled,
    }
    return Made(frame, scene.condition, files, record, seconds)


def conditions_of(scene: Scene) -> Conditions:
    """What the labels say of the scene's weather, light and water."""
    return Conditions(
        weather=scene.weather.name,
        visibility_m=scene.weather.visibility_m,
        illuminance_lux=scene.light_level_lux,
        water_level_m=scene.weather.water_level_m,
        rates_mm_h={**dict.fromkeys(FALLING, 0.0), **scene.weather.rates_mm_h},
    )


def _seen_from(scene: Scene, camera: str) -> Scene:
    """The scene with the camera of that name alone; "" where it has but one."""
    return replace(scene, cameras={camera: scene.cameras[camera]}) if camera else scene


def shown(picture: Picture) -> Shown:
    """What the record says of the scene that a frame shows."""
    others = tuple(index for index in picture.siblings if index != picture.frame)
    return Shown(picture.scene, picture.variant, picture.point, others, picture.camera, picture.time_s)
