"""One frame from its index to its files: draw, render, develop, label, encode."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from longtail.annotate import Conditions, Frame, Shown, dumps, encode, label, record_of
from longtail.annotate.dataset.rendered_on import RenderedOn
from longtail.render.machine.processor import processor
from longtail.render.picture.photograph import photograph
from longtail.scenes.assets.asset import Asset
from longtail.scenes.composing import scene_of
from longtail.scenes.config.config import Config
from longtail.scenes.drawing.plan import Picture
from longtail.scenes.drawing.sampling import stream
from longtail.scenes.scene import Scene
from longtail.scenes.weather import Flood, Rain, Snow

if TYPE_CHECKING:
    from longtail.render.blender.session import Session


@dataclass(frozen=True, eq=False)
class Made:
    """A finished frame: its files by path, its record's bytes, and the seconds that each stage took."""

    frame: Frame
    condition: str
    files: Mapping[str, bytes]
    record: bytes
    seconds: Mapping[str, float]


def make_frame(session: Session, config: Config, index: int, assets: Mapping[str, Asset]) -> Made:
    """Render and label frame `index`."""
    start = time.perf_counter()
    scene = scene_of(config, index, assets)
    drawn = time.perf_counter()
    exposed = session.expose(scene, assets, noise_seed(config.seed, index))
    rendered = time.perf_counter()
    taken = photograph(exposed, scene, partial(stream, config.seed, index))
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
    machine = RenderedOn(session.device.title, processor())
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
    rain, snow, flood = scene.weather.get(Rain), scene.weather.get(Snow), scene.weather.get(Flood)
    return Conditions(
        weather=scene.weather.name,
        visibility_m=scene.weather.visibility_m,
        illuminance_lux=scene.light_level_lux,
        rain_rate_mm_h=rain.rate_mm_h if rain else 0.0,
        snow_rate_mm_h=snow.rate_mm_h if snow else 0.0,
        water_level_m=flood.depth_m if flood else None,
    )


def shown(picture: Picture) -> Shown:
    """What the record says of the scene that a frame shows."""
    others = tuple(index for index in picture.siblings if index != picture.frame)
    return Shown(picture.scene, picture.variant, picture.point, others)


def noise_seed(seed: int, index: int) -> int:
    """The path tracer's seed of a frame, 31 bits: another picture of the same scene has other noise."""
    return int(np.random.SeedSequence(seed, spawn_key=(index, 0x5EED)).generate_state(1)[0] >> 1)
