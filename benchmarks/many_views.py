"""What views of one scene cost: `python benchmarks/many_views.py` renders a rig of six and a clip of 20 of a street.

Each picture is made twice by one session: beside the others, in whose scene it stands, and by itself, its scene built
for it and cleared after it. CPU seconds of all threads, by stage. What a session does once (models, shaders) is done
before. Only every third picture is made by itself, unless `--every` says otherwise, the first among them.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Mapping, Sequence

import click

from longtail.render.frame.making import make_frame
from longtail.render.frame.redrawing import take_as_required
from longtail.render.machine.devices import Device
from longtail.render.machine.few_threads import few_threads
from longtail.scenes.composing import catalogue_of
from longtail.scenes.config.loading import load

KINDS: Mapping[str, tuple[str, ...]] = {
    "rig": ("cameras=surround",),
    "clip": ("clip={frames: FRAMES, rate_hz: 10}",),
}
_FRAMES = "FRAMES"
TRACING = ("beauty", "ids")
Seconds = Mapping[str, float]


def measured(changes: Sequence[str], scene: int, every: int, threads: int) -> tuple[list[Seconds], list[Seconds]]:
    """CPU seconds by stage of each picture of a scene beside the others, and of every so manieth by itself."""
    # Stages are timed by this clock: those of the process's threads together, not those on the wall.
    time.perf_counter = time.process_time
    with few_threads(threads):
        from longtail.render.blender.session import Session
    config = load("street", changes, seed=11)
    assets = catalogue_of(config)
    session = Session(config.render, Device("cpu", "CPU"), threads)
    count = len(config.plan.picture(0).siblings)
    numbers = range(count * scene, count * (scene + 1))
    # All models of the scene are imported here, and what is compiled is compiled.
    for number in (numbers[0], numbers[-1]):
        take_as_required(session, config, number, assets, keep=False)
    alone = []
    for number in numbers[::every]:
        taken = take_as_required(session, config, number, assets, keep=False)
        alone.append(taken.seconds)
    together = [make_frame(session, config, number, assets).seconds for number in numbers]
    return together, alone


def mean(rows: Sequence[Seconds], stage: str) -> float:
    return sum(row.get(stage, 0.0) for row in rows) / len(rows)


def table(together: Sequence[Seconds], alone: Sequence[Seconds]) -> str:
    """A line for each stage, as Markdown."""
    lines = ["| stage | alone | together, the first | together, each further |", "|---|---|---|---|"]
    for stage in dict.fromkeys(stage for row in (*alone, *together) for stage in row):
        first, further = together[0].get(stage, 0.0), mean(together[1:], stage)
        lines.append(f"| {stage} | {mean(alone, stage):.3f} | {first:.3f} | {further:.3f} |")
    return "\n".join(lines)


@click.command()
@click.argument("kinds", nargs=-1, type=click.Choice(list(KINDS)))
@click.option("--size", default="320x180", show_default=True)
@click.option("--frames", default=20, show_default=True, help="Moments of the clip.")
@click.option("--samples", default=8, show_default=True)
@click.option("--scene", default=0, show_default=True)
@click.option("--every", default=3, show_default=True, help="Of so many pictures one is also made by itself.")
@click.option("--threads", default=0, show_default=True, help="0 takes every core.")
@click.option("--set", "changes", multiple=True, metavar="PATH=VALUE")
def main(
    kinds: tuple[str, ...],
    size: str,
    frames: int,
    samples: int,
    scene: int,
    every: int,
    threads: int,
    changes: tuple[str, ...],
) -> None:
    """Print what views of one scene cost on the CPU."""
    width, height = size.split("x")
    pins = [f"camera.size_px=[{width}, {height}]", f"render.samples={samples}", *changes]
    for kind in kinds or KINDS:
        views = [change.replace(_FRAMES, str(frames)) for change in KINDS[kind]]
        together, alone = measured([*pins, *views], scene, every, threads)
        click.echo(f"\n{kind}: {len(together)} pictures, {size}, {samples} samples, {platform.machine()}, CPU s\n")
        click.echo(table(together, alone))
        one, all_ = (sum(mean(rows, stage) for stage in TRACING) for rows in (alone, together))
        # A picture by itself is not encoded.
        whole, single = (sum(sum(row.values()) - row.get("encode", 0.0) for row in rows) for rows in (together, alone))
        click.echo(
            f"\ntracing ({' and '.join(TRACING)}): {len(together) * all_ / one:.2f} times that of one by itself; "
            f"with all else {whole * len(alone) / single:.2f} times a whole one"
        )


if __name__ == "__main__":
    main()
