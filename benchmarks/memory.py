"""What a worker's memory does over hundreds of frames: `python benchmarks/memory.py -o docs/memory.svg`.

Makes frames one after another in one process, exactly as a worker does (`render.worker.make`), with every weather and
light of the street's defaults, and reads the process's resident size (RSS) after each. A line is fitted to what follows
the warm-up, in which the models of the catalogue come in; a worker keeps those. Each variant gets a process of its own.
"""

from __future__ import annotations

import platform
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
from scipy.stats import linregress

from render.devices import Device
from render.worker import make, peak_mb
from scenes.assets import catalogue
from scenes.config import load

VARIANTS = {"with model packs": True, "procedural models only": False}
_MB = 1024**2


@dataclass(frozen=True)
class Reading:
    """The process after a frame: its resident size, the part of it that no file backs, and the models it keeps."""

    condition: str
    resident_mb: float
    anonymous_mb: float
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
    """A line through the resident sizes after the warm-up, in MB per frame, with its standard error."""

    slope_mb: float
    error_mb: float
    intercept_mb: float


def watch(frames: int, changes: Sequence[str]) -> Course:
    """Make `frames` frames in this process, which must be fresh, and read its memory after each."""
    config = load("street", changes, seed=11)
    process = psutil.Process()
    start = process.memory_info().rss / _MB
    names = set(catalogue(**config.assets.model_dump()))
    readings = []
    for index in range(frames):
        condition = make(config, Device("cpu", "CPU"), 0, index).condition
        memory = process.memory_info()
        readings.append(
            Reading(condition, memory.rss / _MB, (memory.rss - memory.shared) / _MB, len(names & _meshes()))
        )
        if index % 25 == 24:
            click.echo(
                f"{index + 1}: {memory.rss / _MB:.0f} MB, {readings[-1].models} of {len(names)} models", err=True
            )
    return Course(start, readings, peak_mb(), len(names))


def _meshes() -> set[str]:
    import bpy

    return set(bpy.data.meshes.keys())


def growth(course: Course, warm_up: int) -> Growth:
    """The line through the resident size after frame `warm_up`."""
    line = linregress(np.arange(warm_up, len(course.readings)), course.resident_mb()[warm_up:])
    return Growth(float(line.slope), float(line.stderr), float(line.intercept))


def plot(courses: dict[str, Course], warm_up: int, path: Path) -> None:
    """Resident size over frames with the fitted lines."""
    import matplotlib as mpl

    mpl.use("Agg")
    mpl.rcParams["svg.hashsalt"] = "longtail"
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8, 4), layout="constrained")
    for colour, (name, course) in zip(("#2166ac", "#b2591d"), courses.items(), strict=False):
        sizes, fit = course.resident_mb(), growth(course, warm_up)
        frames = np.arange(len(sizes))
        axes.plot(frames, sizes, ".", markersize=3, color=colour, label=name)
        label = f"{fit.slope_mb:+.3f} ± {fit.error_mb:.3f} MB per frame"
        late = frames[warm_up:]
        axes.plot(late, fit.intercept_mb + fit.slope_mb * late, color=colour, linewidth=1, label=label)
    axes.axvline(warm_up, color="0.7", linewidth=0.8, linestyle="--")
    axes.set(xlabel="frame", ylabel="resident size after the frame, MB", xlim=(0, None), ylim=(0, None))
    axes.legend(frameon=False, fontsize="small")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=120, metadata={"Date": None} if path.suffix == ".svg" else None)
    pyplot.close(figure)


def table(courses: dict[str, Course], warm_up: int) -> str:
    """One line per variant: sizes in MB, models at the warm-up's end and at the end, and the fitted slope."""
    heads = ("variant", "start", "first", f"at {warm_up}", "end", "peak", "models", "MB per frame")
    lines = [f"{heads[0]:<24}" + "".join(f"{head:>9}" for head in heads[1:6]) + f"{heads[6]:>17}{heads[7]:>19}"]
    for name, course in courses.items():
        sizes, fit = course.resident_mb(), growth(course, warm_up)
        values = (course.start_mb, sizes[0], sizes[warm_up], sizes[-1], course.peak_mb)
        models = f"{course.readings[warm_up].models} - {course.readings[-1].models}/{course.catalogue}"
        slope = f"{fit.slope_mb:+.3f} +- {fit.error_mb:.3f}"
        lines.append(f"{name:<24}" + "".join(f"{value:>9.0f}" for value in values) + f"{models:>17}{slope:>19}")
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
    width, height = size.split("x")
    pins = [f"camera.size_px=[{width}, {height}]", f"render.samples={samples}", *changes]
    courses = {}
    for name, packs in VARIANTS.items():
        with ProcessPoolExecutor(1, get_context("spawn")) as fresh:
            courses[name] = fresh.submit(watch, frames, [*pins, f"assets.packs={str(packs).lower()}"]).result()
    click.echo(f"{frames} frames, {size}, {samples} samples, {platform.machine()}; sizes in MB\n")
    click.echo(table(courses, warm_up))
    seen = Counter(reading.condition for course in courses.values() for reading in course.readings)
    click.echo("\nconditions: " + ", ".join(f"{name} {count}" for name, count in seen.most_common()))
    if output:
        plot(courses, warm_up, output)


if __name__ == "__main__":
    main()
