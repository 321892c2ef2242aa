"""`longtail render`: from what was asked for to a finished dataset."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from longtail.annotate.dataset import Dataset, DatasetInfo
from longtail.annotate.errors import ConfigError, LongtailError, RenderError, StorageError
from longtail.annotate.layers import images
from longtail.annotate.layout import DATASET, FAILED
from longtail.annotate.report import REPORT, write_report
from longtail.annotate.tars import FRAMES_PER_TAR
from longtail.annotate.wording import counted, listed, visible
from longtail.render.devices import Device, require_lens, require_lens_of_kind
from longtail.render.events import EventLog, Note, Watcher, Watchers
from longtail.render.finish import write_credits
from longtail.render.first_picture import FirstPicture
from longtail.render.forecast import forecast, hands_of, try_out, work_of
from longtail.render.local_crew import local_crew
from longtail.render.metrics import Metrics, serving
from longtail.render.pace import Remembering
from longtail.render.patience import patiently
from longtail.render.place import LAYOUTS, Place, beside, opened
from longtail.render.probe import check_engine
from longtail.render.progress import Shown, shown
from longtail.render.ray_cluster import check_installed, ray_crew
from longtail.render.request import (
    FRAME_LIMIT_S,
    choose_devices,
    default_workers,
    describe,
    engine_note,
    limits_for,
    memory_note,
)
from longtail.render.running_merge import RunningMerge
from longtail.render.same_scenes import same_scenes_note
from longtail.render.shard import Shard
from longtail.render.store import FrameStore
from longtail.render.supervise import Crew, Outcome, supervise
from longtail.render.time_limit import OutOfTimeError, time_limit
from longtail.scenes.assets import catalogue
from longtail.scenes.assets.asset import Asset
from longtail.scenes.assets.packs.unused import pack_notes
from longtail.scenes.config import Config, load

# Container engines and schedulers kill 10 s after they ask to stop; the workers are gone within two.
_PATIENCE_S = 7.0
# A thousand take some seconds, a million most of an hour of silence.
_QUICKLY_REPORTED = 2_000


@dataclass(frozen=True)
class Request:
    """What `longtail render` was asked for; see its help for the meaning of each option."""

    source: str
    output: Place
    frames: int | None = None
    seed: int | None = None
    changes: Sequence[str] = ()
    only: Sequence[int] = ()
    workers: int | None = None
    workers_per_gpu: int | None = None
    device: str | None = None
    engine: str | None = None
    shard: str = "0/1"
    where: str = "local"
    layout: str = LAYOUTS[0]
    frame_timeout: float = FRAME_LIMIT_S
    memory_limit: float | None = None
    log: str = "auto"
    metrics_port: int | None = None
    dry_run: bool = False
    estimate: bool = False


def render_dataset(request: Request) -> int:
    """Render what was asked for; the exit status."""
    if request.where not in ("local", "ray"):
        raise ConfigError(f"--on: expected local or ray, got {request.where!r}; --shard works on any other scheduler")
    on_ray = request.where == "ray"
    if request.estimate and not request.dry_run:
        raise ConfigError("--estimate: expected --dry-run beside it, which tells what it finds")
    if request.estimate and on_ray:
        raise ConfigError("--estimate: expected frames to be made on this machine, got --on ray; leave one of them out")
    if on_ray:
        check_installed()
    changes = request.changes if request.engine is None else [*request.changes, f"render.engine={request.engine}"]
    config = load(request.source, changes, seed=request.seed, frames=request.frames)
    indices = _indices(request, config)
    asked_device = request.device or config.render.device
    require_lens_of_kind(config.camera.model, asked_device)
    # What a cluster's nodes have, they find out themselves.
    devices = choose_devices("cpu" if on_ray else asked_device)
    require_lens(config.camera.model, devices[0])
    workers = _workers(request, devices)
    limits = limits_for(workers, request.frame_timeout, request.memory_limit)
    hands = "a Ray cluster" if on_ray else _hands(workers, devices)
    assets = catalogue(**config.assets.model_dump())
    if request.dry_run:
        shards = Shard.parse(request.shard).count
        found = _found(request.output)
        work = work_of(config, indices, found.frames() if found else (), shards)
        workforce = None if on_ray else hands_of(hands, devices, workers)
        tried = try_out(config, indices, devices, workers, limits, assets, request.log) if request.estimate else None
        print(
            f"{config.scenario.name}: {_frames(len(indices))} of {config.camera.size_px[0]}x{config.camera.size_px[1]} "
            f"at {config.render.samples} samples to {visible(str(request.output))}\n"
            f"seed {config.seed}, digest {config.digest[:16]}, {counted(len(assets), 'asset')}\n"
            + forecast(config, indices, work, workforce, assets, found, tried)
        )
        return 0
    if not on_ray:
        check_engine(config.render.engine)
    screen = shown(request.log)
    say = _teller(screen)
    info = describe(config, assets)
    for note in _notes(request, config, info, devices, workers):
        say(note)
    with opened(request.output, info, request.layout, say) as store:
        say(f"rendering {_frames(len(indices))} to {request.output} with {hands}")
        metrics = Metrics()
        finished = store.committed()
        merge = RunningMerge(store, info, finished, indices)
        watcher = Watchers(
            EventLog(store.root), metrics, screen, merge, Remembering(config), *_herald(request, config, finished, say)
        )
        hired: Callable[[], AbstractContextManager[Crew]]
        if on_ray:
            hired = partial(ray_crew, config, store, asked_device, request.frame_timeout)
        else:
            hired = partial(local_crew, config, store, devices, workers, limits, watcher.see)
        with merge:
            with saved(store), screen, _served(metrics, request.metrics_port, say):
                outcome = supervise(hired, config, store, indices, finished, watcher)
            if outcome.interrupted:
                left = _finish_in_time(store, merge, assets)
            else:
                left = _finish(store, merge, assets, outcome.kept + outcome.made, say)
    return _conclude(request.output, outcome, say, left)


def _herald(
    request: Request, config: Config, finished: Collection[int], say: Callable[[str], None]
) -> Iterator[Watcher]:
    """Who tells of a new dataset's first picture; tars wait to be full, and show none."""
    if not finished and request.layout == LAYOUTS[0]:
        layer = images(config.render.image_format)
        yield FirstPicture(lambda index: beside(request.output, layer.path(index)), say)


def _found(output: Place) -> Dataset | None:
    """The dataset that lies there already, if there is one."""
    return Dataset.open(output) if isinstance(output, Path) and (output / DATASET).exists() else None


def _teller(screen: Shown) -> Callable[[str], None]:
    """Sentences go the way of all events, so that lines of JSON are nothing else."""
    return lambda text: screen.see(Note(text))


def _notes(
    request: Request, config: Config, info: DatasetInfo, devices: Sequence[Device], workers: int
) -> Iterator[str]:
    """What one should know before the first frame."""
    notes: list[str | None] = [config.plan.note(config.frames), *pack_notes(config.assets.packs)]
    if request.shard == Request.shard and not request.only:  # parts of a run are of one seed by design
        notes.append(same_scenes_note(request.output, info))
    if request.where == "local":
        notes.append(engine_note(config.render.engine, devices))
        notes.append(None if request.memory_limit else memory_note(workers))
    yield from filter(None, notes)


@contextmanager
def _served(metrics: Metrics, port: int | None, say: Callable[[str], None]) -> Iterator[None]:
    if port is None:
        yield
        return
    with serving(metrics, port) as found:
        say(f"metrics at http://localhost:{found}/metrics")
        yield


@contextmanager
def saved(store: FrameStore) -> Iterator[None]:
    """After an error, see to logs and to frames that wait for a tar: an object store's lie in a folder that goes."""
    try:
        yield
    except (RenderError, StorageError):
        with suppress(LongtailError):
            store.dataset()
            store.publish()
        raise


def _indices(request: Request, config: Config) -> Sequence[int]:
    part = Shard.parse(request.shard)
    if not request.only:
        return part.indices(config.frames, FRAMES_PER_TAR if request.layout == "webdataset" else 1)
    if part.count > 1:
        raise ConfigError("--frame: expected no --shard beside it; it names the frames to make by itself")
    if beyond := [index for index in request.only if index >= config.frames]:
        raise ConfigError(
            f"--frame: expected frames of this run, 0 to {config.frames - 1}, got {beyond[0]}; --frames asks for more"
        )
    return sorted(set(request.only))


def _workers(request: Request, devices: Sequence[Device]) -> int:
    if request.workers is not None and request.workers_per_gpu is not None:
        raise ConfigError("--workers, --workers-per-gpu: expected one of the two, got both")
    if request.workers_per_gpu is not None and devices[0].kind == "cpu":
        raise ConfigError("--workers-per-gpu: expected GPUs to share, but the device is the CPU; say --workers")
    return request.workers or default_workers(devices, request.workers_per_gpu or 1)


def _hands(workers: int, devices: Sequence[Device]) -> str:
    names = Counter(f"{device.kind} ({device.name})" for device in devices)
    told = ", ".join(f"{count} x {name}" if count > 1 else name for name, count in names.items())
    return f"{counted(workers, 'worker')} on {told}"


def _finish(
    store: FrameStore, merge: RunningMerge, assets: Mapping[str, Asset], frames: int, say: Callable[[str], None]
) -> str:
    """Write all that is written once frames are there; what had to be left: nothing."""
    if frames > _QUICKLY_REPORTED:
        say(f"merging {_frames(frames)} and writing their report")
    shown = merge.end()

    def work() -> None:
        write_report(write_credits(store.dataset(), shown, assets))
        store.publish()

    patiently(work)
    return ""


def _finish_in_time(store: FrameStore, merge: RunningMerge, assets: Mapping[str, Asset]) -> str:
    """As `_finish`, but end before whoever stops us loses patience; what had to be left, for a message."""
    left = "the COCO files and the report wait for it"
    with suppress(OutOfTimeError), time_limit(_PATIENCE_S):
        shown = merge.end()
        dataset = write_credits(store.dataset(), shown, assets)
        store.publish()
        left = "the report waits for it"
        write_report(dataset)
        store.publish()
        left = ""
    return left


def _frames(count: int) -> str:
    return counted(count, "frame")


def _conclude(output: Place, outcome: Outcome, say: Callable[[str], None], left: str) -> int:
    if outcome.interrupted:
        wait = f"; {left}" if left else ""
        say(f"stopped after {_frames(outcome.made)}; run the same command again to go on{wait}")
        return 1
    say(f"{output}: {_frames(outcome.kept + outcome.made)}; open {beside(output, REPORT)}")
    if outcome.failed:
        some = listed(sorted(outcome.failed))
        say(
            f"{_frames(len(outcome.failed))} failed ({some}): recipe, error and log are in {beside(output, FAILED)}; "
            "the same command tries again"
        )
        return 1
    return 0
