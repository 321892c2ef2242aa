"""What got slower since the last entry: `python benchmarks/guard.py` measures, appends to history.json, and says.

Exit status 1 where a ratio grew by more than chance explains. The machine may have other work meanwhile: what is
counted is CPU time, of both sides of a ratio in turns. Entries of other machines are left alone.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any

import click
from generated import generate, rendered
from level_town import LEVEL_TOWN
from ratios import Entry, Ratio, changes, in_turns, load, save

from longtail.annotate import Dataset
from longtail.annotate.check.checked import look
from longtail.annotate.dataset.documents import documents_of
from longtail.annotate.dataset.merge import frame_lines
from longtail.annotate.statistics.census import census
from longtail.render.machine.devices import Device
from longtail.render.machine.few_threads import few_threads
from longtail.render.machine.limits import cores
from longtail.render.machine.processor import processor
from longtail.render.view.exposing import expose
from longtail.scenes.composing import catalogue_of, scene_of
from longtail.scenes.config.loading import load as load_config

HISTORY = Path(__file__).parent / "history.json"
_CPU = Device("cpu", "CPU")
_PINS = ("camera.size_px=[160, 90]", "render.denoise=false", "weather=clear", *LEVEL_TOWN)
_SAMPLES = 16

Sides = tuple[Callable[[], object], Callable[[], object]]


def of_frames() -> Iterator[tuple[str, Sides]]:
    """What is measured with Blender: a street at 160x90 on one thread."""
    with few_threads(1):
        from longtail.render.blender.session import Session

    config = load_config("street", _PINS, seed=11)
    assets = catalogue_of(config)
    scene = scene_of(config, 0, assets)
    few, many = (Session(config.render.model_copy(update={"samples": samples}), _CPU, 1) for samples in (1, _SAMPLES))
    whole = partial(expose, few, scene, scene.camera, assets, 0)
    yield "frame of 1 sample / of 16", (whole, partial(expose, many, scene, scene.camera, assets, 0))
    built = few.build(scene, assets)
    picture = partial(few.picture, built, scene.camera, scene.light_level_lux, 0)
    yield "labels by rays / picture of 1 sample", (partial(few.labels, built, scene.camera), picture)


def of_datasets(folder: Path) -> Iterator[tuple[str, Sides]]:
    """What is measured on generated records of a street at 160x90, with all outputs."""
    source = rendered(folder / "source", "outputs=[coco, panoptic, semantic, depth, normals, lens]")
    made = generate(source, folder / "set", 60)
    indices = made.frames()
    parse = partial(_parsed, made, indices)
    yield "draw and compose / parse record", (_drawn(indices[:12]), partial(_parsed, made, indices[:12]))
    yield "check / decode", (partial(_checked, made, indices), partial(_decoded, made, indices))
    yield "statistics / parse record", (partial(census, made, indices, ()), parse)
    yield "merge / parse record", (partial(_merged, made, indices), parse)
    yield "read record / parse record", (lambda: [made.record(index) for index in indices], parse)


def _parsed(dataset: Dataset, indices: list[int]) -> list[Any]:
    return [json.loads(dataset.record_bytes(index)) for index in indices]


def _drawn(indices: list[int]) -> Callable[[], object]:
    config = load_config("street", LEVEL_TOWN, seed=11)
    assets = catalogue_of(config)
    return lambda: [scene_of(config, index, assets) for index in indices]


def _checked(dataset: Dataset, indices: list[int]) -> None:
    for index in indices:
        if findings := look(dataset, index).findings:
            raise SystemExit(f"expected sound frames, got {findings[0]}")


def _decoded(dataset: Dataset, indices: list[int]) -> None:
    for index in indices:
        for name in dataset.info.layers():
            dataset.read(name, index)


def _merged(dataset: Dataset, indices: list[int]) -> None:
    documents = documents_of(dataset.info)
    for index in indices:
        lines = frame_lines(dataset, index)
        for document in documents:
            document.frame(lines)


def measured(folder: Path, pairs: int) -> Iterator[tuple[str, Ratio]]:
    """Every ratio, as it comes."""
    # One at a time: what is built for one ratio is gone after the next.
    for name, (one, other) in chain(of_frames(), of_datasets(folder)):
        # Else the collector goes through all that is left of the ratios before, in whichever side it happens to run.
        gc.collect()
        gc.freeze()
        yield name, in_turns(one, other, pairs)


@click.command()
@click.option("--pairs", default=7, show_default=True, help="How often both sides of a ratio are measured.")
@click.option("--history", type=click.Path(path_type=Path), default=HISTORY, help="Where entries are kept.")
def main(pairs: int, history: Path) -> None:
    """Measure, append an entry, and print what changed."""
    entries = load(history)
    with tempfile.TemporaryDirectory() as folder:
        ratios = {}
        for name, ratio in measured(Path(folder), pairs):
            ratios[name] = ratio
            click.echo(f"{name}: {ratio.value:.3g} (1 ± {ratio.error:.1%})", err=True)
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    today = datetime.now(UTC).date().isoformat()
    now = Entry(today, version("longtail"), commit, f"{processor()}, {cores()} cores", ratios)
    found = changes(now, entries)
    save(history, [*entries, now])
    if not found:
        click.echo(f"the first entry of {now.machine}: nothing to compare with")
    else:
        click.echo(f"{'':<34}{'before':>9}{'now':>9}{'change':>9}{'noise':>9}")
    for change in found:
        click.echo(str(change))
    sys.exit(1 if any(change.slower for change in found) else 0)


if __name__ == "__main__":
    main()
