"""What a worker's memory does over hundreds of frames: `python benchmarks/memory.py -o docs/memory.svg`.

Makes frames one after another in one process, exactly as a worker does (`render.workers.worker.make`), with every
weather and light of the street's defaults, and reads the process's resident size (RSS) after each. Each variant gets a
process of its own, both run at once.

A worker keeps every model that it has built, and rare ones come in for hundreds of frames. So two slopes are fitted to
what follows the warm-up: of one line through all frames, and of lines between arrivals, which share their slope while
each new model may lift them. The second is what a frame leaves behind once the whole catalogue has been seen.
"""

from __future__ import annotations

import math
import platform
import resource
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import click
import numpy as np
import psutil
from numpy.typing import NDArray

from longtail.render.machine.devices import Device
from longtail.render.workers.worker import make
from longtail.scenes.composing import catalogue_of
from longtail.scenes.config.loading import load

VARIANTS = {"with model packs": True, "procedural models only": False}
_MB = 1024**2


@dataclass(frozen=True)
class Reading:
    """The process after a frame: its resident size, and how many models it keeps."""

    condition: str
    resident_mb: float
    models: int


@dataclass(frozen=True, eq=False)
class Course:
    """A process over all its frames. `peak_mb` is the most it ever held, within frames too."""

    start_mb: float
    readings: Sequence[Reading]
    peak_mb: float
    catalogue: int

    def resident_mb(self) -> NDArray[np.float64]:
        """The resident size after each frame."""
        return np.array([reading.resident_mb for reading in self.readings])


@dataclass(frozen=True)
class Growth:
    """MB per frame after the warm-up with its standard error, and the mean (frame, MB) that the line runs through."""

    slope_mb: float
    error_mb: float
    centre: tuple[float, float]

    def __str__(self) -> str:
        return f"{self.slope_mb:+.3f} ± {self.error_mb:.3f}"


def watch(frames: int, changes: Sequence[str]) -> Course:
    """Make `frames` frames in this process, which must be fresh, and read its memory after each."""
    config = load("street", changes, seed=11)
    process = psutil.Process()
    start = process.memory_info().rss / _MB
    names = set(catalogue_of(config))
    readings = []
    for index in range(frames):
        condition = make(config, Device("cpu", "CPU"), 0, index).condition
        resident = process.memory_info().rss / _MB
        readings.append(Reading(condition, resident, len(names & _meshes())))
        if index % 25 == 24:
            click.echo(f"{index + 1}: {resident:.0f} MB, {readings[-1].models} of {len(names)} models", err=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Course(start, readings, peak, len(names))


def _meshes() -> set[str]:
    import bpy

    return set(bpy.data.meshes.keys())


def growth(course: Course, warm_up: int, *, between_arrivals: bool) -> Growth:
    """The least-squares slope after frame `warm_up`; `between_arrivals` lets the line step where a model came in."""
    frames = np.arange(warm_up, len(course.readings), dtype=float)
    sizes = course.resident_mb()[warm_up:]
    models = np.array([reading.models for reading in course.readings[warm_up:]])
    _, group = np.unique(models if between_arrivals else np.zeros_like(models), return_inverse=True)
    counts = np.bincount(group)
    x = frames - (np.bincount(group, frames) / counts)[group]
    y = sizes - (np.bincount(group, sizes) / counts)[group]
    freedom = len(x) - len(counts) - 1
    slope = float(x @ y / (x @ x)) if freedom > 0 else math.nan
    left = y - slope * x
    error = float(np.sqrt(left @ left / freedom / (x @ x))) if freedom > 0 else math.nan
    return Growth(slope, error, (float(frames.mean()), float(sizes.mean())))


def plot(courses: dict[str, Course], warm_up: int, path: Path) -> None:
    """Resident size over frames with the fitted lines."""
    import matplotlib as mpl

    mpl.use("Agg")
    mpl.rcParams["svg.hashsalt"] = "longtail"
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8, 4), layout="constrained")
    for colour, (name, course) in zip(("#2166ac", "#b2591d"), courses.items(), strict=True):
        sizes, line = course.resident_mb(), growth(course, warm_up, between_arrivals=False)
        axes.plot(sizes, ".", markersize=3, color=colour, label=name)
        late = np.arange(warm_up, len(sizes))
        fitted = line.centre[1] + line.slope_mb * (late - line.centre[0])
        axes.plot(late, fitted, color=colour, linewidth=1, label=f"{line} MB per frame")
    axes.axvline(warm_up, color="0.7", linewidth=0.8, linestyle="--")
    axes.set(xlabel="frame", ylabel="resident size after the frame, MB", xlim=(0, None), ylim=(0, None))
    axes.legend(frameon=False, fontsize="small")
    axes.spines[["top", "right"]].set_visible(False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120, metadata={"Date": None} if path.suffix == ".svg" else None)
    pyplot.close(figure)


def table(courses: dict[str, Course], warm_up: int) -> str:
    """One line per variant: sizes in MB, models at the warm-up's end and at the end, and the fitted slopes."""
    heads = ("start", "first", f"at {warm_up}", "end", "peak")
    lines = [
        f"{'variant':<24}{''.join(f'{head:>8}' for head in heads)}"
        f"{'models':>16}{'MB per frame':>18}{'between arrivals':>18}"
    ]
    for name, course in courses.items():
        sizes = course.resident_mb()
        values = (course.start_mb, sizes[0], sizes[warm_up], sizes[-1], course.peak_mb)
        models = f"{course.readings[warm_up].models}-{course.readings[-1].models}/{course.catalogue}"
        slopes = (growth(course, warm_up, between_arrivals=between) for between in (False, True))
        lines.append(
            f"{name:<24}{''.join(f'{value:>8.0f}' for value in values)}"
            f"{models:>16}{''.join(f'{slope!s:>18}' for slope in slopes)}"
        )
    return "\n".join(lines)


@click.command()
@click.option("-n", "--frames", default=300, show_default=True)
@click.option("--warm-up", default=100, show_default=True, help="Frames before the fitted part.")
@click.option("--size", default="96x64", show_default=True)
@click.option("--samples", default=1, show_default=True)
@click.option("--set", "changes", multiple=True, metavar="PATH=VALUE")
@click.option("-o", "--output", type=click.Path(path_type=Path), default=None, help="The plot, .svg or .png.")
def main(frames: int, warm_up: int, size: str, samples: int, changes: tuple[str, ...], output: Path | None) -> None:
    """Print and plot the memory of one worker process over many tiny street frames on the CPU."""
    if warm_up + 3 > frames:
        raise click.UsageError(f"expected at least 3 frames after {warm_up} of warm-up, got --frames {frames}")
    width, height = size.split("x")
    pins = [f"camera.size_px=[{width}, {height}]", f"render.samples={samples}", *changes]
    with ProcessPoolExecutor(len(VARIANTS), get_context("spawn"), max_tasks_per_child=1) as fresh:
        runs = {
            name: fresh.submit(watch, frames, [*pins, f"assets.packs={str(packs).lower()}"])
            for name, packs in VARIANTS.items()
        }
        courses = {name: run.result() for name, run in runs.items()}
    click.echo(f"{frames} frames, {size}, {samples} samples, {platform.machine()}; sizes in MB\n")
    click.echo(table(courses, warm_up))
    seen = Counter(reading.condition for course in courses.values() for reading in course.readings)
    click.echo("\nconditions: " + ", ".join(f"{name} {count}" for name, count in seen.most_common()))
    if output:
        plot(courses, warm_up, output)


if __name__ == "__main__":
    main()
