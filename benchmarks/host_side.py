"""What a frame costs beside path tracing, by whose time it is: `python benchmarks/host_side.py 1 2 4`.

Street frames of one sample, not denoised, as a GPU would leave the rest of them: CPU seconds of the thread that feeds
the device, of the one that finishes the frame before, and of all others (Cycles handing over the scene and casting the
label pass), for so many workers at once. Each stage's share is of the thread that it runs on. Then frames a minute and
memory, with each frame finished before the next one begins, and with it finished beside that; from the fourth frame on
scenes are drawn beside a render, too.

Every worker makes the same frames: once uncounted, as models come in, then once for each of the three.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier
from typing import Any

import click
import numpy as np

from longtail.render.frame import Begun, DrawnAhead, begin_frame
from longtail.render.machine.devices import Device
from longtail.render.machine.few_threads import few_threads
from longtail.render.machine.limits import taken_mb
from longtail.scenes.composing import catalogue_of
from longtail.scenes.config.loading import load

ON_FEEDING = ("draw", "build", "beauty", "ids", "amodal", "read", "clear")
BESIDE = ("sensor", "label", "encode")


@dataclass(frozen=True)
class Host:
    """What one worker measured: CPU seconds a frame by stage and thread; for each way to finish frames the wall seconds
    of all, and the most memory (MB) after any of them.
    """

    cpu_s: Mapping[str, float]
    wall_s: Mapping[str, float]
    memory_mb: Mapping[str, float]


_start: Barrier | None = None


def _hired(start: Barrier) -> None:
    global _start
    _start = start


def _process_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _finished(begun: Begun) -> tuple[float, dict[str, float]]:
    start = time.thread_time()
    made = begun.finish()
    return time.thread_time() - start, dict(made.seconds)


def measure(frames: int, size: str, threads: int) -> Host:
    """One worker's frames, beside those of others that began together."""
    assert _start is not None
    with few_threads(threads):
        from longtail.render.blender.session import Session

    width, height = size.split("x")
    changes = [f"camera.size_px=[{width}, {height}]", "render.samples=1", "render.denoise=false"]
    config = load("street", changes, seed=11)
    assets = catalogue_of(config)
    session = Session(config.render, Device("cpu", "CPU"), threads)

    def begin(index: int, ahead: DrawnAhead | None = None) -> Begun:
        return begin_frame(session, config, index, assets, ahead)

    with ThreadPoolExecutor(1) as finisher:
        for index in range(frames):
            begin(index).finish()
        _start.wait()
        rows = [_in_turn(index, begin, finisher) for index in range(frames)]
        wall_s, memory_mb = {}, {}
        for way, beside in (("one after the other", False), ("beside", True)):
            _start.wait()
            wall_s[way], memory_mb[way] = _all(frames, begin, finisher, beside=beside)
    return Host({name: float(np.mean([row[name] for row in rows])) for name in rows[0]}, wall_s, memory_mb)


def _in_turn(index: int, begin: Callable[[int], Begun], finisher: ThreadPoolExecutor) -> dict[str, float]:
    """CPU seconds of one frame by stage, and of the feeding thread, the finishing one and all others."""
    # What stages take is read from here: of each thread its own time.
    clock, time.perf_counter = time.perf_counter, time.thread_time
    try:
        whole, feeding = _process_s(), time.thread_time()
        begun = begin(index)
        fed = time.thread_time() - feeding
        finishing, seconds = finisher.submit(_finished, begun).result()
        others = _process_s() - whole - fed - finishing
    finally:
        time.perf_counter = clock
    return {**seconds, "feeding": fed, "finishing": finishing, "others": others}


def _all(
    frames: int, begin: Callable[[int, DrawnAhead | None], Begun], finisher: ThreadPoolExecutor, *, beside: bool
) -> tuple[float, float]:
    """Wall seconds of all frames, and the most memory after one was begun, in MB. As in a worker, the frame before is
    finished before another may follow, and `beside` the render the next scene is drawn.
    """
    start, most_mb = time.perf_counter(), 0.0
    last, ahead = None, DrawnAhead() if beside else None
    for index in range(frames):
        begun = begin(index, ahead)
        most_mb = max(most_mb, taken_mb(os.getpid()))
        if last is not None:
            last.result()
        last = finisher.submit(begun.finish)
        if not beside:
            last.result()
    if last is not None:
        last.result()
    return time.perf_counter() - start, most_mb


@click.command()
@click.argument("workers", type=click.IntRange(1), nargs=-1)
@click.option("-n", "--frames", default=3, show_default=True, type=click.IntRange(1), help="Frames of each worker.")
@click.option("--size", default="640x360", show_default=True)
@click.option("--threads", default=1, show_default=True, help="Of each worker.")
def main(workers: tuple[int, ...], frames: int, size: str, threads: int) -> None:
    """Print CPU seconds a frame, frames a minute and memory for each number of WORKERS."""
    counts = workers or (1, 2, 4)
    shown: dict[int, list[Host]] = {}
    context: Any = multiprocessing.get_context("spawn")
    for count in counts:
        with ProcessPoolExecutor(count, context, initializer=_hired, initargs=(context.Barrier(count),)) as pool:
            shown[count] = list(pool.map(measure, *zip(*[(frames, size, threads)] * count, strict=True)))
        load, _, _ = os.getloadavg()
        click.echo(f"{count} measured, load {load:.1f}", err=True)
        # After each number: the next one takes longer, and may be waited for in vain.
        click.echo(f"\n{size}, 1 sample, {frames} frames of each worker, {threads} threads each, CPU seconds a frame\n")
        click.echo("\n".join(_table(shown, frames)))


def _table(shown: Mapping[int, Sequence[Host]], frames: int) -> Iterator[str]:
    """A row for each stage and thread, for frames a minute and memory; a column for each number of workers."""
    yield f"{'workers':<36}" + "".join(f"{count:>8}" for count in shown)
    for name in ("feeding", *ON_FEEDING, "finishing", *BESIDE, "others"):
        label = name if name in ("feeding", "finishing", "others") else f"  {name}"
        means = [np.mean([host.cpu_s.get(name, 0.0) for host in hosts]) for hosts in shown.values()]
        yield f"{label:<36}" + "".join(f"{mean:>8.3f}" for mean in means)
    for way in ("one after the other", "beside"):
        rates = [60 * frames * len(hosts) / max(host.wall_s[way] for host in hosts) for hosts in shown.values()]
        yield f"{f'frames a minute, {way}':<36}" + "".join(f"{rate:>8.1f}" for rate in rates)
        most = [max(host.memory_mb[way] for host in hosts) for hosts in shown.values()]
        yield f"{f'MB of the largest, {way}':<36}" + "".join(f"{memory:>8.0f}" for memory in most)


if __name__ == "__main__":
    main()
