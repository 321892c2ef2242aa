"""What a run will take, in lines for people: frames by condition, workers, memory, disk and time. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log

from longtail.annotate.wording import counted
from longtail.render.foreseeing.disk_size import OF_THE_DATASET, FrameSize
from longtail.render.foreseeing.pace import Pace
from longtail.render.workers.slot import FRAMES_PER_WORKER

_LABEL = 11
_WIDTH = 120
_CONDITIONS_SHOWN = 18
# Frames with so many times the path tracing, or so little of it, tell nothing of each other.
_FARTHEST = 16.0
_UNKNOWN = "unknown here; --estimate makes a few frames to find out"
_ON_A_CLUSTER = "not known from here: what a cluster's nodes are, they find out themselves"


@dataclass(frozen=True)
class Work:
    """What is asked of this run: `frames`, of which some are `there`, one of `shards` parts of `frames_of_all`.

    `shown` says of which scenes, variants, moments ... all frames are; "" where each has a scene of its own.
    """

    frames: int
    there: int
    size_px: tuple[int, int]
    samples: int
    engine: str
    shown: str = ""
    shards: int = 1
    frames_of_all: int = 0

    @property
    def left(self) -> int:
        """The frames that are still to make."""
        return self.frames - self.there


@dataclass(frozen=True)
class Drawn:
    """The conditions of `frames` frames of the run, all or some of them, that were drawn: how many show each."""

    conditions: Mapping[str, int]

    @property
    def frames(self) -> int:
        """How many were drawn."""
        return sum(self.conditions.values())


@dataclass(frozen=True)
class Hands:
    """Worker processes of this machine: on which `devices` and `machine`, as `Pace` has them; what is planned for each.

    `title` is all that in words.
    """

    title: str
    workers: int
    devices: str
    machine: str
    memory_each_mb: float
    memory_there_mb: float


@dataclass(frozen=True)
class Duration:
    """Seconds that frames take one after the other (`each_s`), what starting takes besides, and how that is known."""

    each_s: float
    start_s: float
    source: str

    def of(self, frames: int, workers: int) -> float:
        """The seconds of a run of `frames`; workers are begun anew after FRAMES_PER_WORKER frames."""
        if not frames:
            return 0.0
        return frames * self.each_s + self.start_s * (1 + frames // (workers * FRAMES_PER_WORKER))


def duration(work: Work, hands: Hands, paces: Sequence[Pace]) -> Duration | None:
    """How long a frame takes, by the pace of the frames that were most like these; None where none were alike, or
    had within _FARTHEST times their path tracing.

    Of equally like ones the first of `paces` counts. Path tracing takes time by pixels and samples; what else a frame
    takes is left as it was. On a CPU the workers share the cores, so that their number hardly changes what all make.
    """
    alike = [pace for pace in paces if _alike(pace, work, hands)]
    if not alike:
        return None
    pace = min(alike, key=lambda pace: (abs(log(_times(work, pace))), pace.devices != hands.devices))
    times = _times(work, pace)
    source = f"by {counted(pace.frames, 'frame')} made here"
    if pace.workers != hands.workers:
        source += f" with {counted(pace.workers, 'worker')}"
    if (pace.size_px, pace.samples) != (work.size_px, work.samples):
        width, height = pace.size_px
        source += f", reckoned from {width}x{height} at {counted(pace.samples, 'sample')}"
    return Duration((pace.tracing_s * times + pace.other_s) / pace.workers, pace.first_s, source)


def _alike(pace: Pace, work: Work, hands: Hands) -> bool:
    same = pace.devices == hands.devices or {_kind(pace.devices), _kind(hands.devices)} == {"cpu"}
    near = abs(log(_times(work, pace))) <= log(_FARTHEST)
    return near and same and pace.machine == hands.machine and pace.engine == work.engine


def _kind(devices: str) -> str:
    count, times, title = devices.partition(" x ")
    return title if times and count.isdecimal() else devices


def _times(work: Work, pace: Pace) -> float:
    """How many times the pace's path tracing a frame of this work has."""
    asked, seen = (width * height * samples for (width, height), samples in (
        (work.size_px, work.samples), (pace.size_px, pace.samples)))  # fmt: skip
    return asked / seen


def forecast_lines(
    work: Work, drawn: Drawn, hands: Hands | None, size: FrameSize | None, paces: Sequence[Pace] = ()
) -> str:
    """All that is known of a run before it begins. `hands` is None for a cluster; `size` where nothing tells it."""
    known = None if hands is None else duration(work, hands, paces)
    rows = [
        *(("frames", text) for text in _frames(work)),
        ("conditions", _conditions(work, drawn)),
        ("workers", "a Ray cluster" if hands is None else hands.title),
        ("memory", _ON_A_CLUSTER if hands is None else _memory(hands)),
        ("disk", _UNKNOWN if size is None else _disk(work.left, size)),
        ("time", _ON_A_CLUSTER if hands is None else _time(work, hands, known)),
    ]
    if work.shards > 1:
        rows.append(("all parts", _all_parts(work, hands, size, known)))
    return "\n".join(_row(label, text) for label, text in rows)


def _row(label: str, text: str) -> str:
    filled = textwrap.fill(
        text, _WIDTH, initial_indent=label.ljust(_LABEL), subsequent_indent=" " * _LABEL,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
    return filled.replace("\N{NO-BREAK SPACE}", " ")


def _frames(work: Work) -> Iterator[str]:
    width, height = work.size_px
    there = f"; {work.there:,} of them there already" if work.there else ""
    yield f"{counted(work.frames, 'frame')} of {width}x{height} at {counted(work.samples, 'sample')}{there}"
    if work.shown:
        yield work.shown


def _conditions(work: Work, drawn: Drawn) -> str:
    if not drawn.frames:
        return "none: no frame is of this part"
    ordered = sorted(drawn.conditions.items(), key=lambda item: (-item[1], item[0]))
    share = work.frames / drawn.frames
    # Spaces that do not break keep a condition and its number together.
    told = [f"{name.replace(', ', ' ')} {round(count * share):,}".replace(" ", "\N{NO-BREAK SPACE}")
            for name, count in ordered[:_CONDITIONS_SHOWN]]  # fmt: skip
    if rest := ordered[_CONDITIONS_SHOWN:]:
        told.append(f"{len(rest)} others {round(sum(count for _, count in rest) * share):,}")
    by = f" (by {drawn.frames:,} that were drawn)" if drawn.frames < work.frames else ""
    return ", ".join(told) + by


def _memory(hands: Hands) -> str:
    each, there = hands.memory_each_mb, hands.memory_there_mb
    return (
        f"{_bytes(1e6 * each)} planned for a worker, {_bytes(1e6 * each * hands.workers)} in all; "
        f"{_bytes(1e6 * there)} may be used here"
    )


def _disk(frames: int, size: FrameSize) -> str:
    return f"{_bytes(_dataset(frames, size))}, {_bytes(size.mean_bytes)} a frame: {size.source}"


def _dataset(frames: int, size: FrameSize) -> float:
    return frames * size.mean_bytes + (OF_THE_DATASET if frames else 0)


def _time(work: Work, hands: Hands, known: Duration | None) -> str:
    if not work.left:
        return "none: all frames are there"
    if known is None:
        return _UNKNOWN
    return f"about {_span(known.of(work.left, hands.workers))}, {known.each_s:.3g} s a frame: {known.source}"


def _all_parts(work: Work, hands: Hands | None, size: FrameSize | None, known: Duration | None) -> str:
    told = [f"{counted(work.frames_of_all, 'frame')} in {work.shards} parts"]
    if size is not None:
        told.append(_bytes(_dataset(work.frames_of_all, size)))
    if hands is not None and known is not None:
        part = known.of(-(-work.frames_of_all // work.shards), hands.workers)
        told.append(
            f"about {_span(part)} on {work.shards} machines like this, {_span(work.shards * part)} on this alone"
        )
    return ", ".join(told)


def _bytes(number: float) -> str:
    for unit, size in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6)):
        if number >= size:
            return f"{number / size:.3g} {unit}" if number < 999.5 * size else f"{number / size:,.0f} {unit}"
    return f"{number / 1e3:.0f} kB"


def _span(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.0f} s"
    if seconds < 100 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.0f} h" if seconds < 48 * 3600 else f"{seconds / 86400:.1f} days"
