"""One frame from its index to its files: draw, render, develop, label, encode."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from annotate import Frame, dumps, encode, label, record_of
from render import sensor
from render.rain import streaks
from scenes.assets.asset import Asset
from scenes.config import Config
from scenes.sampling import draw, stream
from scenes.scene import Scene

if TYPE_CHECKING:
    from render.blender.session import Session


@dataclass(frozen=True, eq=False)
class Made:
    """A finished frame: its files by path, its record's bytes, and the seconds that each stage took."""

    frame: Frame
    condition: str
    files: Mapping[str, bytes]
    record: bytes
    seconds: Mapping[str, float]


def draw_scene(config: Config, index: int, assets: Mapping[str, Asset]) -> Scene:
    """The scene of frame `index`: a pure function of the configuration, its seed and the catalogue."""
    scene: Scene = config.scenario.draw(config, index, draw(config, index), assets)
    return scene


def make_frame(session: Session, config: Config, index: int, assets: Mapping[str, Asset]) -> Made:
    """Render and label frame `index`."""
    start = time.perf_counter()
    scene = draw_scene(config, index, assets)
    drawn = time.perf_counter()
    exposed = session.expose(scene, assets, noise_seed(config.seed, index))
    rendered = time.perf_counter()
    exposure = sensor.meter(exposed.radiance, scene.light.exposure_ev)
    radiance = streaks(exposed.radiance, scene, stream(config.seed, index, "weather.rain.streaks"))
    rgb = sensor.develop(radiance, exposure, stream(config.seed, index, "sensor.noise"))
    developed = time.perf_counter()
    frame = Frame(index, scene.camera, rgb, exposed.object_ids, exposed.depth_m, exposed.normals, exposed.objects)
    instances = label(frame)
    labelled = time.perf_counter()
    files = encode(frame, instances, config.outputs, config.render.image_format)
    extra = {
        "retries": dict(scene.retries),
        "street": asdict(scene.street),
        "headlights_on": scene.headlights_on,
        "exposure": {"ev100": round(exposure.ev100, 4), "iso": round(exposure.iso, 1)},
        "illuminance_lux": round(scene.light.horizontal_lux, 4),
        "visibility_m": round(scene.weather.visibility_m, 1),
    }
    record = dumps(record_of(frame, instances, scene.parameters, scene.condition, files, extra))
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


def noise_seed(seed: int, index: int) -> int:
    """The path tracer's seed of a frame, 31 bits: another picture of the same scene has other noise."""
    return int(np.random.SeedSequence(seed, spawn_key=(index, 0x5EED)).generate_state(1)[0] >> 1)
