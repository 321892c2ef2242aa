"""`longtail render`: from what was asked for to a finished dataset."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from longtail.annotate.dataset.allowance import NO_FAILURES, Allowance
from longtail.annotate.dataset.dataset import Dataset, DatasetInfo
from longtail.annotate.dataset.layers import images
from longtail.annotate.dataset.layout import DATASET, FAILED
from longtail.annotate.dataset.part import joined, part_of
from longtail.annotate.dataset.tars import FRAMES_PER_TAR
from longtail.annotate.errors import ConfigError, LongtailError, RenderError, StorageError
from longtail.annotate.report import REPORT, write_report
from longtail.annotate.wording import counted, listed, visible
from longtail.render.commands.credits import credit_more, write_credits
from longtail.render.commands.running_merge import RunningMerge
from longtail.render.commands.same_scenes import same_scenes_note
from longtail.render.commands.shard import Shard
from longtail.render.foreseeing.forecast import forecast, hands_of, try_out, work_of
from longtail.render.foreseeing.pace import Remembering
from longtail.render.frame.redrawing import redrawn_note
from longtail.render.importing.loading import load, load_scene
from longtail.render.machine.devices import Device, require_lens, require_lens_of_kind
from longtail.render.machine.granted_gpu import granted_note
from longtail.render.machine.limits import readers
from longtail.render.machine.probe import check_engine
from longtail.render.machine.proving import proven
from longtail.render.machine.stopping import tidying_s
from longtail.render.machine.time_limit import OutOfTimeError, time_limit
from longtail.render.storage.patience import patiently
from longtail.render.storage.place import LAYOUTS, Place, accepted, begun, beside
from longtail.render.storage.remote_store import refused_at_once
from longtail.render.storage.store import FrameStore
from longtail.render.watching.events import EventLog, Note, Watcher, Watchers
from longtail.render.watching.first_picture import FirstPicture
from longtail.render.watching.progress import Shown, shown
from longtail.render.workers.local_crew import local_crew
from longtail.render.workers.ray_cluster import check_installed, ray_crew, require_cluster
from longtail.render.workers.request import (
    FRAME_LIMIT_S,
    default_workers,
    describe,
    devices_for,
    engine_note,
    limits_for,
    memory_note,
    worker_memory_mb,
)
from longtail.render.workers.slot import Limits
from longtail.render.workers.supervise import Crew, Outcome, supervise
from longtail.scenes.assets.asset import Asset
from longtail.scenes.assets.packs.unused import pack_notes
from longtail.scenes.composing import catalogue_of, require_assets
from longtail.scenes.config.config import Config
from longtail.scenes.config.own_models import left_out

# A thousand take some seconds, a million most of an hour of silence.
_QUICKLY_REPORTED = 2_000


@dataclass(frozen=True)
class Request:
    """What `longtail render` was asked for; see its help for the meaning of each option."""

    source: str | None
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
    allow_failures: Allowance = NO_FAILURES
    log: str = "auto"
    metrics_port: int | None = None
    dry_run: bool = False
    estimate: bool = False
    scene: Path | None = None


@dataclass(frozen=True)
class _Job:
    """A request whose every word is known to be right; where its frames go has not been looked at.

    `ranked` holds the devices that may make them, best first: `devices` are the first, until they have been tried.
    """

    request: Request
    config: Config
    indices: Sequence[int]
    ranked: Sequence[Sequence[Device]]
    devices: Sequence[Device]
    workers: int
    assets: Mapping[str, Asset]
    info: DatasetInfo

    @property
    def on_ray(self) -> bool:
        return self.request.where == "ray"

    @property
    def asked(self) -> str:
        """What to render on, in the user's word."""
        return self.request.device or self.config.render.device

    @property
    def limits(self) -> Limits:
        """What each worker may take."""
        return limits_for(self.workers, self.request.frame_timeout, self.request.memory_limit)

    @property
    def hands(self) -> str:
        """Who makes the frames, in words."""
        return "a Ray cluster" if self.on_ray else _hands(self.workers, self.devices)


def render_dataset(request: Request) -> int:
    """Render what was asked for; the exit status.

    Up to where it begins to write, a dry run is a run: it is refused by the same words, and has the same to tell.
    """
    job = _job(request)
    with accepted(request.output, job.info, request.layout) as store, _served(request.metrics_port) as served:
        with refused_at_once():
            there = store.committed()
        left = [index for index in job.indices if index not in there]
        say = _teller(shown(request.log))
        slow = _require_hands(job, left)
        if left and not job.on_ray and (request.estimate or not request.dry_run):
            job = _proven(job, say)
        for note in filter(None, (slow, *_notes(job))):
            say(note)
        if request.dry_run:
            print(_forecast(job, there))
            return 0
        return _render(job, store, served)


def _job(request: Request) -> _Job:
    """ConfigError or DeviceError for what can be seen to be wrong from here."""
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
    config = _config(request, changes)
    indices = _indices(request, config)
    require_lens_of_kind(config.lens_kind, request.device or config.render.device)
    # What a cluster's nodes have, they find out themselves.
    ranked = devices_for("cpu" if on_ray else request.device or config.render.device)
    require_lens(config.lens_kind, ranked[0][0])
    workers = _workers(request, ranked[0], worker_memory_mb(config.largest_px))
    assets = catalogue_of(config)
    require_assets(config, assets)
    info = replace(describe(config, assets), part=joined([part_of(indices)], config.frames))
    return _Job(request, config, indices, ranked, ranked[0], workers, assets, info)


def _config(request: Request, changes: Sequence[str]) -> Config:
    if (request.source is None) == (request.scene is None):
        both = "both" if request.scene else "neither"
        raise ConfigError(
            f"expected CONFIG (a scenario's name, a YAML or a Python file) or --scene with a file, got {both}"
        )
    if request.source is not None:
        return load(request.source, changes, seed=request.seed, frames=request.frames)
    assert request.scene is not None
    if request.frames not in (None, 1):
        raise ConfigError(f"--frames: expected 1 with --scene, which is one frame, got {request.frames}")
    return load_scene(request.scene, changes, seed=request.seed)


def _require_hands(job: _Job, left: Sequence[int]) -> str | None:
    """DeviceError or ConfigError where nobody could make the frames that are left; a warning where it would be slow."""
    if not job.on_ray:
        return check_engine(job.config.render.engine, job.asked, job.devices[0])
    if left:
        require_cluster()
    return None


def _proven(job: _Job, say: Callable[[str], None]) -> _Job:
    """The job with devices that make a picture; DeviceError where none does."""
    devices = proven(job.ranked, job.asked, job.config.lens_kind, say)
    needed_mb = worker_memory_mb(job.config.largest_px)
    # In a GPU's place the CPU has as many workers as it would have had by itself.
    request = job.request if devices[0].kind != "cpu" else replace(job.request, workers_per_gpu=None)
    return replace(job, devices=devices, workers=_workers(request, devices, needed_mb))


def _forecast(job: _Job, there: Collection[int]) -> str:
    """What a run would do, and take, where the frames in `there` exist."""
    request, config = job.request, job.config
    found = _found(request.output)
    work = work_of(config, job.indices, there, Shard.parse(request.shard).count)
    workforce = None if job.on_ray else hands_of(job.hands, job.devices, job.workers, config.largest_px)
    tried = None
    if request.estimate:
        tried = try_out(config, job.indices, job.devices, job.workers, job.limits, job.assets, request.log)
    return (
        f"{config.scenario.name} to {visible(str(request.output))}\n"
        f"seed {config.seed}, digest {config.digest[:16]}, {counted(len(job.assets), 'asset')}\n"
        + forecast(config, job.indices, work, workforce, job.assets, found, tried)
    )


def _render(job: _Job, store: FrameStore, served: _Served | None) -> int:
    """Begin, and go on until all is made, given up or interrupted; the exit status."""
    request, config = job.request, job.config
    screen = shown(request.log)
    say = _teller(screen)
    if served is not None:
        say(f"metrics at http://localhost:{served.port}/metrics")
    with begun(store, job.info, say) as info:
        say(f"rendering {counted(len(job.indices), 'frame')} to {request.output} with {job.hands}")
        finished = store.committed()
        merge = RunningMerge(store, info, finished, job.indices, partial(credit_more, store, info, job.assets))
        told = [*_herald(request, config, finished, say), *([] if served is None else [served.metrics])]
        watcher = Watchers(EventLog(store.root), screen, merge, Remembering(config), *told)
        with merge:
            with saved(store), screen:
                outcome = supervise(_hired(job, store, watcher), config, store, job.indices, finished, watcher)
            if outcome.interrupted:
                left = _finish_in_time(store, merge, job.assets)
            else:
                left = _finish(store, merge, job.assets, outcome.kept + outcome.made, say)
    return _conclude(request, len(job.indices), outcome, say, left)


def _hired(job: _Job, store: FrameStore, watcher: Watchers) -> Callable[[], AbstractContextManager[Crew]]:
    request = job.request
    if job.on_ray:
        return partial(ray_crew, job.config, store, job.asked, request.frame_timeout)
    return partial(local_crew, job.config, store, job.devices, job.workers, job.limits, watcher.see)


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


def _notes(job: _Job) -> Iterator[str]:
    """What one should know before the first frame."""
    request, config = job.request, job.config
    notes: list[str | None] = [config.plan.note(config.frames), *pack_notes(config.assets.packs), redrawn_note(config)]
    notes += [*left_out(config.assets), *config.scenario.notes()]
    if request.shard == Request.shard and not request.only:  # parts of a run are of one seed by design
        notes.append(same_scenes_note(request.output, job.info))
    if request.where == "local":
        notes.append(engine_note(config.render.engine, job.devices))
        if not request.memory_limit:
            notes.append(memory_note(job.workers, worker_memory_mb(config.largest_px)))
        notes.append(granted_note(job.asked, job.ranked[0]))
    yield from filter(None, notes)


@dataclass(frozen=True)
class _Served:
    """Metrics, and the port that they are served on."""

    metrics: Watcher
    port: int


@contextmanager
def _served(port: int | None) -> Iterator[_Served | None]:
    """What is served on a port, if any is asked for."""
    if port is None:
        yield None
        return
    from longtail.render.watching.metrics import Metrics, serving  # with a server of HTTP

    metrics = Metrics()
    with serving(metrics, port) as found:
        yield _Served(metrics, found)


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


def _workers(request: Request, devices: Sequence[Device], needed_mb: float) -> int:
    if request.workers is not None and request.workers_per_gpu is not None:
        raise ConfigError("--workers, --workers-per-gpu: expected one of the two, got both")
    if request.workers_per_gpu is not None and devices[0].kind == "cpu":
        raise ConfigError("--workers-per-gpu: expected GPUs to share, but the device is the CPU; say --workers")
    return request.workers or default_workers(devices, request.workers_per_gpu or 1, needed_mb)


def _hands(workers: int, devices: Sequence[Device]) -> str:
    names = Counter(f"{device.kind} ({device.name})" for device in devices)
    told = ", ".join(f"{count} x {name}" if count > 1 else name for name, count in names.items())
    return f"{counted(workers, 'worker')} on {told}"


def _finish(
    store: FrameStore, merge: RunningMerge, assets: Mapping[str, Asset], frames: int, say: Callable[[str], None]
) -> str:
    """Write all that is written once frames are there; what had to be left: nothing."""
    if frames > _QUICKLY_REPORTED:
        say(f"merging {counted(frames, 'frame')} and writing their report")
    shown = merge.end()

    def work() -> None:
        write_report(write_credits(store.dataset(), shown, assets), workers=readers())
        store.publish()

    patiently(work)
    return ""


def _finish_in_time(store: FrameStore, merge: RunningMerge, assets: Mapping[str, Asset]) -> str:
    """As `_finish`, but end before whoever stops us loses patience; what had to be left, for a message."""
    left = "the COCO files and the report wait for it"
    with suppress(OutOfTimeError), time_limit(tidying_s()):
        shown = merge.end()
        dataset = write_credits(store.dataset(), shown, assets)
        store.publish()
        left = "the report waits for it"
        write_report(dataset, workers=readers())
        store.publish()
        left = ""
    return left


def _conclude(request: Request, asked: int, outcome: Outcome, say: Callable[[str], None], left: str) -> int:
    """Say how it ended; the exit status."""
    output, failed = request.output, sorted(outcome.failed)
    if outcome.interrupted:
        wait = f"; {left}" if left else ""
        say(f"stopped after {counted(outcome.made, 'frame')}; run the same command again to go on{wait}")
        return 1
    say(f"{output}: {counted(outcome.kept + outcome.made, 'frame')}; open {beside(output, REPORT)}")
    if not failed:
        return 0
    admitted = len(failed) <= request.allow_failures.of(asked)
    which = f", which --allow-failures {request.allow_failures} admits" if admitted else ""
    say(
        f"{counted(len(failed), 'frame')} failed ({listed(failed)}){which}: recipe, error and log are in "
        f"{beside(output, FAILED)}; the same command tries again"
    )
    return 0 if admitted else 1
