"""How cost grows: `python benchmarks/growth.py objects faces ...` varies one quantity at a time and fits exponents.

Each axis takes its quantity through values a factor apart and measures CPU seconds and memory, which other work on the
machine moves little; the exponent is the slope of the logarithms over the larger half of the values, where what is
paid once no longer counts. Without names, all axes are measured.
"""

from __future__ import annotations

import math
import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import click
import numpy as np
from generated import generate, rendered
from level_town import LEVEL_TOWN

from longtail.annotate import Dataset, DatasetInfo, Frame, Licence, SceneObject, encode, label, record_of
from longtail.annotate.camera import Camera, Pinhole
from longtail.annotate.camera.transform import Transform
from longtail.annotate.check.check import check
from longtail.annotate.check.frames import check_frame
from longtail.annotate.dataset.layout import DATASET, record_path
from longtail.annotate.dataset.merge import merge
from longtail.annotate.dataset.record import dumps
from longtail.annotate.report import render_report
from longtail.annotate.statistics import counted, statistics_of
from longtail.annotate.statistics.brightness import evenly
from longtail.annotate.statistics.census import Census
from longtail.render.frame import make_frame
from longtail.render.machine.devices import Device
from longtail.render.machine.few_threads import few_threads
from longtail.render.view.exposing import expose
from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.composing import catalogue_of, scene_of
from longtail.scenes.config.loading import load
from longtail.scenes.geometry.materials import Principled
from longtail.scenes.geometry.mesh import Mesh
from longtail.scenes.scene import Placed

_CPU = Device("cpu", "CPU")
_PLAIN = (*LEVEL_TOWN, "weather=clear", "assets.packs=false", "outputs=[coco]")

Costs = dict[str, float]


# Of pictures: CPU seconds of one frame after the first, and the most memory that the process ever took.


def objects(count: int) -> Costs:
    """A street with so many small procedural things, all of one mesh, in place of its own."""
    config = load("street", ["camera.size_px=[160, 90]", "render.samples=1", *_PLAIN], seed=11)
    assets = catalogue_of(config)
    name = next(name for name, asset in assets.items() if asset.category == "traffic cone")
    side = math.ceil(math.sqrt(count))
    things = tuple(
        Placed(name, 5 + 60 * (number // side) / side, 30 * (number % side / side - 0.5), 0.0, 0.0)
        for number in range(count)
    )
    return _exposed(config, assets, things)


def faces(count: int) -> Costs:
    """A street with one thing of so many triangles in place of its own."""
    config = load("street", ["camera.size_px=[160, 90]", "render.samples=1", *_PLAIN], seed=11)
    wavy = Procedural("growth/wavy", "other object", (6.0, 6.0, 2.0), recipe=lambda: _wavy(count))
    return _exposed(config, {**catalogue_of(config), wavy.name: wavy}, (Placed(wavy.name, 12.0, 0.0, 0.0, 0.0),))


def _wavy(count: int) -> Mesh:
    """A square of 6 m with waves, cut into so many triangles."""
    side = math.ceil(math.sqrt(count / 2)) + 1
    x, y = np.meshgrid(np.linspace(-3, 3, side), np.linspace(-3, 3, side))
    corners = np.stack([x, y, 1 + np.sin(5 * x) * np.cos(5 * y) / 2], axis=-1).reshape(-1, 3)
    first = (np.arange(side - 1)[:, None] * side + np.arange(side - 1)).reshape(-1, 1)
    return Mesh.of(corners, np.concatenate([first + (0, 1, side + 1), first + (0, side + 1, side)]), Principled())


def _exposed(config: Any, assets: Mapping[str, Asset], things: tuple[Placed, ...]) -> Costs:
    with few_threads(1):
        from longtail.render.blender.session import Session

    session = Session(config.render, _CPU, 1)
    scene = replace(scene_of(config, 0, assets), objects=things)
    expose(session, scene, scene.camera, assets, 0)
    return _timed(lambda: expose(session, scene, scene.camera, assets, 0))


def resolution(pixels: int) -> Costs:
    """A street of the default scene in so many pixels, 16 to 9, with all outputs."""
    width = math.isqrt(pixels * 16 // 9)
    return _made(f"camera.size_px=[{width}, {width * 9 // 16}]", "render.samples=1")


def samples(count: int) -> Costs:
    """A street with so many samples a pixel."""
    return _made("camera.size_px=[96, 54]", f"render.samples={count}")


def _made(*changes: str) -> Costs:
    with few_threads(1):
        from longtail.render.blender.session import Session

    config = load("street", [*_PLAIN, *changes], seed=11)
    assets, session = catalogue_of(config), Session(config.render, _CPU, 1)
    make_frame(session, config, 0, assets)
    return _timed(lambda: make_frame(session, config, 0, assets))


# Of labels: CPU seconds of labelling and of checking a picture of 960x540 with so many things in it.


def instances(count: int) -> Costs:
    """Discs all over a picture of 960x540: labelling it, and checking what was stored."""
    frame = _discs(count)
    costs = {f"label: {name}": cost for name, cost in _timed(lambda: label(frame)).items()}
    with _scratch() as folder:
        dataset = _stored(folder, frame)
        stored = dataset.record(0)
        if found := check_frame(dataset, stored):
            raise SystemExit(f"expected a sound frame, got {found[0]}")
        costs |= {f"check: {name}": cost for name, cost in _timed(lambda: check_frame(dataset, stored)).items()}
    return costs


def _discs(count: int) -> Frame:
    width, height = 960, 540
    rows, columns = np.mgrid[:height, :width]
    ids = np.full((height, width), 9001, dtype=np.int32)
    rng = np.random.default_rng(1)
    radius = 0.4 * math.sqrt(width * height / count)
    # All lie on a wall 20 m ahead, each in a box without thickness that its disc just fills.
    things, metres = list[SceneObject](), 20.0 / 500.0
    for number in range(1, count + 1):
        x, y = rng.uniform(0, width), rng.uniform(0, height)
        part = np.s_[max(int(y - radius), 0) : int(y + radius) + 1, max(int(x - radius), 0) : int(x + radius) + 1]
        disc = (columns[part] + 0.5 - x) ** 2 + (rows[part] + 0.5 - y) ** 2 < radius**2
        ids[part][disc] = number
        pose = Transform.upright("world", "object", (20.0, (width / 2 - x) * metres, (height / 2 - y) * metres), 0.0)
        size_m = (0.0, 2 * radius * metres, 2 * radius * metres)
        amodal_px = int(np.count_nonzero(disc))
        things.append(SceneObject(number, "car", "car/hatchback", pose, (0.0, 0.0, 0.0), size_m, amodal_px))
    normals = np.zeros((height, width, 3), dtype=np.float32)
    normals[...] = (0, 0, -1)
    forward = Transform("world", "camera", np.array([[0, 0, 1, 0], [-1, 0, 0, 0], [0, -1, 0, 0], [0, 0, 0, 1.0]]))
    pose = Transform.upright("world", "object", (20.0, 0.0, 0.0), 0.0)
    wall = SceneObject(9001, "wall", "wall", pose, (0.0, 0.0, 0.0), (0.0, 100.0, 100.0))
    return Frame(
        index=0,
        rgb=np.repeat((ids % 251).astype(np.uint8)[..., None], 3, axis=2),
        object_ids=ids,
        depth_m=np.full((height, width), 20.0, dtype=np.float32),
        normals=normals,
        camera=Camera(Pinhole(width, height, 500.0, 500.0, width / 2, height / 2), forward),
        objects=(*things, wall),
        taxonomy=load("street", [], seed=1).scenario.taxonomy,
    )


def _stored(folder: Path, frame: Frame) -> Dataset:
    outputs = ("coco", "panoptic", "semantic", "depth", "normals")
    found = label(frame)
    files = encode(frame, found, outputs)
    info = DatasetInfo({}, "0" * 64, 1, 1, outputs, "png", {"longtail": "0"}, Licence("none"), frame.taxonomy)
    for path, data in {
        **files,
        record_path(0): dumps(record_of(frame, found, {}, "clear", files)),
        DATASET: info.dumps(),
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return Dataset.open(folder)


# Of datasets: CPU seconds of this process, in which all is done.


def dataset(frames: int) -> Costs:
    """Generated records of a street rendered at 160x90: merging them, statistics, the report's page, the check.

    Above `_CHECKED` frames only the pictures that statistics and report show are there, and nothing is checked.
    """
    with _scratch() as folder:
        source = rendered(Path(tempfile.gettempdir()) / "source", "outputs=[coco]")
        shown = frozenset(evenly(list(range(frames)))) | frozenset(evenly(list(range(frames)), 24))
        made = generate(source, folder / "set", frames, pictured=None if frames <= _CHECKED else shown)
        stats: dict[str, Any] = {}
        counts: list[Census] = []
        steps: dict[str, Callable[[], object]] = {
            "merge": lambda: merge(made),
            "count": lambda: counts.append(counted(made)),
            "stats": lambda: stats.update(statistics_of(made, counts[0])),
            "page": lambda: render_report(made, stats, counts[0].listing),
        }
        if frames <= _CHECKED:
            steps["check"] = lambda: check(made)
        return {f"{name}: {key}": cost for name, step in steps.items() for key, cost in _timed(step).items()}


@contextmanager
def _scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def _timed(work: Callable[[], object]) -> Costs:
    """CPU seconds of all threads, and the most memory that this process took up to here."""
    start = time.process_time()
    work()
    return {"s": time.process_time() - start, "MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000}


_CHECKED = 4000


@dataclass(frozen=True)
class Axis:
    """A quantity, the values that it takes, smallest first, and what is measured of each in one process for all."""

    measure: Callable[[int], Costs]
    values: Sequence[int]
    what: str


AXES = {
    "objects": Axis(objects, (10, 100, 500, 2000), "things in the scene"),
    "faces": Axis(faces, (10_000, 100_000, 1_000_000, 10_000_000), "triangles in one mesh"),
    "resolution": Axis(resolution, (10_000, 40_000, 160_000, 640_000), "pixels"),
    "samples": Axis(samples, (1, 8, 64), "samples a pixel"),
    "instances": Axis(instances, (10, 100, 500, 2000), "things in a picture"),
    "dataset": Axis(dataset, (250, 1000, 4000, 16_000), "frames"),
}


def exponent(values: Sequence[float], costs: Sequence[float]) -> float:
    """The slope of the logarithms over the larger half of the values, three at least where there are.

    Examples:
        Nine that are paid once no longer count at the end:

        >>> round(exponent([1, 10, 100, 1000], [9 + n for n in (1, 10, 100, 1000)]), 2)
        0.87
    """
    late = max(2, min(len(values), (len(values) + 1) // 2 + 1))
    x, y = np.log(values[-late:]), np.log(costs[-late:])
    return float(np.polyfit(x, y, 1)[0])


def _measured(measure: Callable[[int], Costs], values: Sequence[int]) -> list[Costs]:
    rows = []
    for value in values:
        rows.append(measure(value))
        click.echo(f"  {value}: " + ", ".join(f"{key} {cost:.3g}" for key, cost in rows[-1].items()), err=True)
    return rows


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(AXES)))
@click.option("--most", type=int, default=None, help="Leave out larger values.")
@click.option("--values", "values", default=None, help="Other values, with commas between them.")
def main(names: tuple[str, ...], most: int | None, values: str | None) -> None:
    """Print a table for each axis."""
    with _scratch() as folder:
        os.environ["TMPDIR"] = str(folder)  # for the processes that measure, which share what one of them rendered
        for name in names or AXES:
            _print(name, values, most)


def _print(name: str, values: str | None, most: int | None) -> None:
    """Measure an axis and print its table."""
    axis = AXES[name]
    chosen = [int(value) for value in values.split(",")] if values else axis.values
    chosen = sorted(value for value in chosen if most is None or value <= most)
    click.echo(f"\n{name}: {axis.what}; {(axis.measure.__doc__ or '').splitlines()[0]}")
    with ProcessPoolExecutor(1, get_context("spawn")) as fresh:
        rows = fresh.submit(_measured, axis.measure, chosen).result()
    click.echo("| | " + " | ".join(f"{value:,}" for value in chosen) + " | exponent |")
    click.echo("|---|" + "---|" * (len(chosen) + 1))
    for key in rows[0]:
        known = [(value, row[key]) for value, row in zip(chosen, rows, strict=True) if key in row]
        cells = " | ".join(f"{row[key]:.3g}" if key in row else "" for row in rows)
        slope = f"{exponent(*zip(*known, strict=True)):.2f}" if len(known) > 1 else ""
        click.echo(f"| {key} | {cells} | {slope} |")


if __name__ == "__main__":
    main()
