"""What `longtail render --dry-run` says: all that can be known of a run, or tried, before it begins."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from functools import partial
from math import prod

import numpy as np

from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.errors import DatasetError, RenderError
from longtail.annotate.wording import counted
from longtail.render.foreseeing.disk_size import FrameSize, measured_size, modelled_size
from longtail.render.foreseeing.estimate import Drawn, Hands, Work, forecast_lines
from longtail.render.foreseeing.pace import Pace, Stopwatch, devices_of, pace_of_log, remember, remembered, this_machine
from longtail.render.machine.devices import Device
from longtail.render.machine.limits import memory_bytes
from longtail.render.storage.staging import staging_folder
from longtail.render.storage.store import Store
from longtail.render.watching.events import Note, Watchers
from longtail.render.watching.progress import shown
from longtail.render.workers.local_crew import local_crew
from longtail.render.workers.request import describe, worker_memory_mb
from longtail.render.workers.slot import Limits
from longtail.render.workers.supervise import supervise
from longtail.scenes.assets.asset import Asset
from longtail.scenes.config.config import Config
from longtail.scenes.drawing.plan import Plan
from longtail.scenes.drawing.sampling import draw
from longtail.scenes.scene import condition_of

TRIAL_FRAMES = 3
"""Those that a trial makes on each worker; the first starts Blender."""
_RUN = 64
_DRAWN = 16 * _RUN
# Statements of `require` that seldom hold take up to a thousand draws a scene.
_DRAWING_S = 5.0


def work_of(config: Config, indices: Sequence[int], there: Collection[int], shards: int) -> Work:
    """What is asked of a run of `indices`, of which those in `there` exist."""
    asked = indices if isinstance(indices, range) else frozenset(indices)
    return Work(
        len(indices),
        sum(1 for index in there if index in asked),
        config.largest_px,
        config.render.samples,
        config.render.engine,
        _shown(config.plan, config.frames),
        shards,
        config.frames,
    )


def hands_of(title: str, devices: Sequence[Device], workers: int, size_px: tuple[int, int]) -> Hands:
    """The workers of a run of pictures of this size (width, height) on this machine, which `title` says in words."""
    titles = [devices[number % len(devices)].title for number in range(workers)]
    needed_mb = worker_memory_mb(size_px)
    return Hands(title, workers, devices_of(titles), this_machine(), needed_mb, memory_bytes() / 1e6)


def forecast(
    config: Config,
    indices: Sequence[int],
    work: Work,
    hands: Hands | None,
    assets: Mapping[str, Asset],
    found: Dataset | None,
    tried: tuple[Pace | None, FrameSize] | None = None,
) -> str:
    """The forecast of a run, as lines.

    What frames take is known from those that were `tried` now; else from the dataset that is `found` where they go,
    from this machine's last runs, and from a model.
    """
    if tried is not None:
        pace, size = tried
        return forecast_lines(work, draw_conditions(config, indices), hands, size, [pace] if pace else [])
    paces = list(remembered())
    size = modelled_size(config, assets)
    if found is not None and (frames := found.frames()):
        with suppress(DatasetError):  # a run would make damaged frames again, and so is none refused for them
            size = measured_size(found, frames, "that are there")
        if pace := pace_of_log(found.root, config):
            paces.insert(0, pace)
    return forecast_lines(work, draw_conditions(config, indices), hands, size, paces)


def try_out(
    config: Config,
    indices: Sequence[int],
    devices: Sequence[Device],
    workers: int,
    limits: Limits,
    assets: Mapping[str, Asset],
    log: str,
) -> tuple[Pace | None, FrameSize]:
    """What some of `indices` take, made now in a temporary folder; RenderError where they cannot be made."""
    count = min(len(indices), TRIAL_FRAMES * workers)
    chosen = [indices[number * len(indices) // count] for number in range(count)]
    watch = Stopwatch()
    with staging_folder() as folder:
        store = Store(folder)
        store.begin(describe(config, assets))
        with shown(log) as screen:
            screen.see(Note(f"trial: {count} of the frames are made, to see what they take"))
            watcher = Watchers(watch, screen)
            hired = partial(local_crew, config, store, devices, workers, limits, watcher.see)
            outcome = supervise(hired, config, store, chosen, frozenset(), watcher)
        if outcome.interrupted or outcome.failed:
            raise RenderError(
                f"--estimate: {outcome.made} of {counted(count, 'frame')} could be made; try `longtail doctor`"
            )
        size = measured_size(store.dataset(), chosen, "made now")
    if pace := watch.pace(config, fewest=1):
        remember(pace)
    return pace or watch.pace(config, fewest=0), size


def draw_conditions(config: Config, indices: Sequence[int]) -> Drawn:
    """The conditions of all frames, or of some thousand of them."""
    places: Sequence[int] = range(len(indices))
    if len(indices) > _DRAWN:
        # By chance, because a regular step may meet the same variant each time; neighbours, which are drawn together.
        runs = np.random.default_rng(0).choice(len(indices) // _RUN, _DRAWN // _RUN, replace=False)
        places = [int(run) * _RUN + place for run in runs for place in range(_RUN)]
    counts: Counter[str] = Counter()
    start = time.monotonic()
    for place in places:
        counts[condition_of(draw(config.asked, indices[place]).values)] += 1
        if time.monotonic() - start > _DRAWING_S:
            break
    return Drawn(counts)


def _shown(plan: Plan, frames: int) -> str:
    """Which scenes, variants, points of a sweep, moments and cameras all frames of a run are."""
    points = prod(len(axis.values) for axis in plan.sweep)
    parts = [
        (len(plan.variants), "variant", "variants"),
        (points if plan.sweep else 0, "point of the sweep", "points of the sweep"),
        (len(plan.times_s), "moment", "moments"),
        (len(plan.cameras), "camera", "cameras"),
    ]
    told = [f"{count} {one if count == 1 else several}" for count, one, several in parts if count]
    scenes = -(-frames // plan.pictures_per_scene)
    return " x ".join([f"{scenes:,} scene{'s' * (scenes != 1)}", *told]) if told else ""
