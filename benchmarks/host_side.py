"""What a frame costs beside path tracing, by whose time it is: `python benchmarks/host_side.py 1 2 4`.

Street frames of one sample, not denoised, as a GPU would leave the rest of them: CPU seconds of the thread that feeds
the device, of the one that finishes the frame before, and of all others (Cycles handing over the scene and casting the
label pass), for so many workers at once. Each stage's share is of the thread that it runs on.
"""

from __future__ import annotations

import multiprocessing
import resource
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

import click
import numpy as np

from longtail.render.frame import Begun, begin_frame
from longtail.render.machine.devices import Device
from longtail.render.machine.few_threads import few_threads
from longtail.scenes.composing import catalogue_of
from longtail.scenes.config.loading import load

ON_FEEDING = ("draw", "build", "beauty", "ids", "amodal", "read", "clear")
BESIDE = ("sensor", "label", "encode")


def _process_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _finished(begun: Begun) -> tuple[float, dict[str, float]]:
    start = time.thread_time()
    made = begun.finish()
    return time.thread_time() - start, dict(made.seconds)


def frames_of(number: int, workers: int, frames: int, size: str, threads: int) -> list[dict[str, float]]:
    """One worker's frames: CPU seconds by stage, and of the feeding thread, the finishing one and all others."""
    with few_threads(threads):
        from longtail.render.blender.session import Session

    width, height = size.split("x")
    changes = [f"camera.size_px=[{width}, {height}]", "render.samples=1", "render.denoise=false"]
    config = load("street", changes, seed=11)
    assets = catalogue_of(config)
    session = Session(config.render, Device("cpu", "CPU"), threads)
    # What stages take is read from here: of each thread its own time.
    clock, time.perf_counter = time.perf_counter, time.thread_time
    rows = []
    with ThreadPoolExecutor(1) as finisher:
        for turn in range(frames):
            whole, feeding = _process_s(), time.thread_time()
            begun = begin_frame(session, config, number + workers * turn, assets)
            fed = time.thread_time() - feeding
            finishing, seconds = finisher.submit(_finished, begun).result()
            others = _process_s() - whole - fed - finishing
            rows.append({**seconds, "feeding": fed, "finishing": finishing, "others": others})
    time.perf_counter = clock
    return rows


@click.command()
@click.argument("workers", type=int, nargs=-1)
@click.option("-n", "--frames", default=12, show_default=True, help="Frames of each worker.")
@click.option("--skip", default=6, show_default=True, help="First ones of each that do not count: models come in.")
@click.option("--size", default="640x360", show_default=True)
@click.option("--threads", default=1, show_default=True, help="Of each worker.")
def main(workers: tuple[int, ...], frames: int, skip: int, size: str, threads: int) -> None:
    """Print CPU seconds a frame for each number of WORKERS."""
    counts = workers or (1, 2, 4)
    shown: dict[int, dict[str, Any]] = {}
    for count in counts:
        with ProcessPoolExecutor(count, multiprocessing.get_context("spawn")) as pool:
            asked = [pool.submit(frames_of, number, count, frames, size, threads) for number in range(count)]
            rows = [row for future in asked for row in future.result()[skip:]]
        shown[count] = {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}
    click.echo(f"{size}, 1 sample, frames {skip} to {frames - 1} of each worker, CPU seconds a frame\n")
    click.echo(f"{'workers':<28}" + "".join(f"{count:>8}" for count in counts))
    for name in ("feeding", *ON_FEEDING, "finishing", *BESIDE, "others"):
        label = name if name in ("feeding", "finishing", "others") else f"  {name}"
        click.echo(f"{label:<28}" + "".join(f"{shown[count].get(name, 0.0):>8.3f}" for count in counts))


if __name__ == "__main__":
    main()
