"""One frame from its index to its files: draw, render, develop, label, encode."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from longtail.annotate import Frame, dumps, encode
from longtail.render.frame.redrawing import take_as_required
from longtail.render.frame.taking import made_on
from longtail.render.view.exposing import BuiltT, Renderer
from longtail.scenes.assets.asset import Asset
from longtail.scenes.config.config import Config


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
    keep = index != config.plan.picture(index).siblings[-1]
    taken = take_as_required(renderer, config, index, assets, keep=keep)
    labelled = time.perf_counter()
    files = encode(taken.frame, taken.instances, config.outputs, config.render.image_format, config.point_formats)
    record = dumps(taken.record(files, made_on(renderer)))
    encoded = time.perf_counter()
    redrawn = labelled - start - sum(taken.seconds.values())
    seconds = {
        **taken.seconds,
        **({"redraw": redrawn} if config.require_seen else {}),
        "encode": encoded - labelled,
    }
    return Made(taken.frame, taken.scene.condition, files, record, seconds)
