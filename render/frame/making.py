"""One frame from its index to its files: draw, render, develop, label, encode."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from longtail.annotate import Frame, dumps, encode
from longtail.annotate.dataset.rendered_on import RenderedOn
from longtail.render.frame.ahead import DrawnAhead
from longtail.render.frame.redrawing import take_as_required
from longtail.render.frame.taking import Latent, Taken, made_on
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


@dataclass(frozen=True, eq=False)
class Begun:
    """A frame for which the renderer has done its part. `latent` is developed already where that decided what it shows.

    `spent_s` is what its making took up to here.
    """

    config: Config
    latent: Latent | Taken
    machine: RenderedOn
    spent_s: float

    def finish(self) -> Made:
        """Its files. Beside another frame's rendering, in another thread, they are the same."""
        config = self.config
        taken = self.latent if isinstance(self.latent, Taken) else self.latent.develop()
        start = time.perf_counter()
        files = encode(taken.frame, taken.instances, config.outputs, config.render.image_format, config.point_formats)
        record = dumps(taken.record(files, self.machine))
        redrawn = self.spent_s - sum(self.latent.seconds.values())
        seconds = {
            **taken.seconds,
            **({"redraw": redrawn} if config.require_seen else {}),
            "encode": time.perf_counter() - start,
        }
        return Made(taken.frame, taken.scene.condition, files, record, seconds)


def begin_frame(
    renderer: Renderer[BuiltT],
    config: Config,
    index: int,
    assets: Mapping[str, Asset],
    ahead: DrawnAhead | None = None,
) -> Begun:
    """Render frame `index`. Its scene stays built where frames after it show the same; `ahead` may have it drawn."""
    start = time.perf_counter()
    keep = index != config.plan.picture(index).siblings[-1]
    latent = take_as_required(renderer, config, index, assets, keep=keep, ahead=ahead)
    return Begun(config, latent, made_on(renderer), time.perf_counter() - start)


def make_frame(renderer: Renderer[BuiltT], config: Config, index: int, assets: Mapping[str, Asset]) -> Made:
    """Render and label frame `index`."""
    return begin_frame(renderer, config, index, assets).finish()
