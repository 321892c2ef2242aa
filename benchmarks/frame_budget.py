"""Where a frame's time goes: `python benchmarks/frame_budget.py` renders street frames and prints each stage's mean.

The first frame of a session also imports models and compiles shaders; it is shown apart. Path tracing and denoising are
measured by rendering each frame's beauty pass again with one sample and without denoising: what remains is `sync`.

With `--steady` every frame is made once before, uncounted, so that all models are there, and the first counts like the
others; with `--cpu` what is counted
is the CPU time of all threads, which other work on the machine changes less than it does the clock.
"""

from __future__ import annotations

import platform
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import click

from longtail.render.frame import make_frame
from longtail.render.machine.devices import Device
from longtail.render.machine.few_threads import few_threads
from longtail.render.storage.store import Store
from longtail.render.view.exposing import expose
from longtail.scenes.composing import catalogue_of, scene_of
from longtail.scenes.config.loading import load

STAGES = ("draw", "build", "sync", "path tracing", "denoise", "ids", "amodal", "clear", "read", "sensor", "label",
          "encode", "store")  # fmt: skip


def measure(
    frames: Sequence[int], changes: Sequence[str], device: Device, threads: int, *, steady: bool = False
) -> list[dict[str, float]]:
    """Seconds of every stage, one mapping per frame; with `steady` each is made before, which does not count."""
    with few_threads(threads):
        from longtail.render.blender.session import Session

    config = load("street", changes, seed=11)
    assets = catalogue_of(config)
    session = Session(config.render, device, threads)
    plain = Session(config.render.model_copy(update={"denoise": False}), device, threads)
    least = Session(config.render.model_copy(update={"denoise": False, "samples": 1}), device, threads)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        for index in frames if steady else ():
            make_frame(session, config, index, assets)
        for index in frames:
            made = make_frame(session, config, index, assets)
            start = time.perf_counter()
            store.commit(index, made.files, made.record)
            stored = time.perf_counter() - start
            seconds = dict(made.seconds)
            whole = seconds.pop("beauty")
            scene = scene_of(config, index, assets)
            undenoised = expose(plain, scene, scene.camera, assets, index).seconds["beauty"]
            single = expose(least, scene, scene.camera, assets, index).seconds["beauty"]
            tracing = (undenoised - single) * config.render.samples / max(config.render.samples - 1, 1)
            rows.append(
                {
                    **seconds,
                    "store": stored,
                    "denoise": max(whole - undenoised, 0.0),
                    "path tracing": tracing,
                    "sync": max(undenoised - tracing, 0.0),
                }
            )
    return rows


@click.command()
@click.option("-n", "--frames", default=6, show_default=True, help="Frames to measure after the first.")
@click.option("--size", default="640x360", show_default=True)
@click.option("--samples", default=16, show_default=True)
@click.option("--threads", default=0, show_default=True, help="0 takes every core.")
@click.option("--steady", is_flag=True, help="Make every frame once before, uncounted: all models are there then.")
@click.option("--cpu", is_flag=True, help="Count CPU seconds of all threads, not those of the clock.")
@click.option("--set", "changes", multiple=True, metavar="PATH=VALUE")
def main(frames: int, size: str, samples: int, threads: int, steady: bool, cpu: bool, changes: tuple[str, ...]) -> None:
    """Print the budget of a street frame on the CPU."""
    width, height = size.split("x")
    pins = [f"camera.size_px=[{width}, {height}]", f"render.samples={samples}", *changes]
    if cpu:
        time.perf_counter = time.process_time  # what every stage reads
    rows = measure(range(frames if steady else frames + 1), pins, Device("cpu", "CPU"), threads, steady=steady)
    first, rest = rows[0], rows if steady else rows[1:]
    mean = {stage: sum(row[stage] for row in rest) / len(rest) for stage in STAGES}
    total = sum(mean.values())
    click.echo(f"{size}, {samples} samples, {frames} frames, {platform.machine()}, threads {threads or 'all'}\n")
    click.echo(f"{'stage':<14}{'first s':>9}{'mean s':>9}{'share':>8}")
    for stage in STAGES:
        click.echo(f"{stage:<14}{first[stage]:>9.3f}{mean[stage]:>9.3f}{mean[stage] / total:>8.1%}")
    click.echo(f"{'total':<14}{sum(first[s] for s in STAGES):>9.3f}{total:>9.3f}")
    rest_share = 1 - (mean["path tracing"] + mean["denoise"]) / total
    click.echo(f"\nall but path tracing and denoising: {rest_share:.1%} of the frame, {total * rest_share:.3f} s")


if __name__ == "__main__":
    main()
