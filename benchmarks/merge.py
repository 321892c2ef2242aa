"""How long merging takes: `python benchmarks/merge.py --frames 100000` prints the time and the peak memory.

Merges generated records of a street's size: 60 things in the picture. `--shards`
puts that many parts together instead; only records are generated, no pictures, so the parts have nothing else to link.
"""

from __future__ import annotations

import resource
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np

from longtail.annotate import Camera, DatasetInfo, Frame, Licence, SceneObject, label
from longtail.annotate.camera import Pinhole
from longtail.annotate.camera.transform import Transform
from longtail.annotate.dataset.layout import DATASET, FRAMES, record_path
from longtail.annotate.dataset.merge import merge
from longtail.annotate.dataset.record import dumps, record_of
from longtail.annotate.dataset.record_text import RecordText
from longtail.annotate.dataset.shards import merge_datasets
from longtail.scenes.scenarios.street.scenario import STREET

_SIZE_PX = (960, 540)
# An index that no other number of the record looks like, to be replaced by each frame's own.
_STAND_IN = 987_654_321


def template(things: int, hidden: int) -> bytes:
    """The record of a frame with upright discs, unsealed, under the index `_STAND_IN`."""
    width, height = _SIZE_PX
    rows, columns = np.mgrid[:height, :width]
    ids = np.where(rows < height // 2, 0, 9001).astype(np.int32)
    depth_m = np.where(ids > 0, 50.0, np.inf).astype(np.float32)
    rng = np.random.default_rng(1)
    for number in range(1, things + 1):
        x, y, radius = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(8, 40)
        disc = (columns - x) ** 2 + (rows - y) ** 2 < radius**2
        ids[disc], depth_m[disc] = number, rng.uniform(5, 60)
    normals = np.zeros((height, width, 3), dtype=np.float32)
    normals[ids > 0] = (0, 0, -1)
    forward = Transform("world", "camera", np.array([[0, 0, 1, 0], [-1, 0, 0, 0], [0, -1, 0, 0], [0, 0, 0, 1.0]]))
    camera = Camera(Pinhole(width, height, 500.0, 500.0, width / 2, height / 2), forward)
    objects = [_car(number, rng) for number in range(1, things + hidden + 1)]
    ground = Transform.upright("world", "object", (50.0, 0.0, -1.5), 0.0)
    objects.append(SceneObject(9001, "road", "ground", ground, (0.0, 0.0, 0.0), (100.0, 100.0, 0.0)))
    frame = Frame(
        index=_STAND_IN,
        rgb=np.repeat((ids % 251).astype(np.uint8)[..., None], 3, axis=2),
        object_ids=ids,
        depth_m=depth_m,
        normals=normals,
        camera=camera,
        objects=tuple(objects),
        taxonomy=STREET.taxonomy,
    )
    parameters = {f"weather.parameter_{number}": float(rng.uniform()) for number in range(60)}
    return RecordText.of(dumps(record_of(frame, label(frame), parameters, "rain", {})), "template").body


def _car(number: int, rng: np.random.Generator) -> SceneObject:
    place = (float(rng.uniform(5, 80)), float(rng.uniform(-20, 20)), -1.5)
    pose = Transform.upright("world", "object", place, float(rng.uniform(-3, 3)))
    painted: dict[str, str | float] = {"tint": "dark blue", "lit": float(rng.uniform())}
    return SceneObject(number, "car", "car/hatchback", pose, (0.0, 0.0, 0.8), (4.2, 1.8, 1.6), 9000, painted)


def write_shards(folder: Path, frames: int, shards: int, body: bytes) -> list[Path]:
    """`shards` interleaved parts of a run of `frames` frames."""
    info = DatasetInfo({}, "0" * 64, 1, frames, ("coco", "panoptic"), "png", {"longtail": "0"}, Licence("none"),
                       STREET.taxonomy)  # fmt: skip
    roots = []
    for number in range(shards):
        root = folder / f"part{number}"
        (root / FRAMES).mkdir(parents=True)
        (root / DATASET).write_bytes(info.dumps())
        for index in range(number, frames, shards):
            own = body.replace(b"%d." % _STAND_IN, b"%06d." % index)
            own = own.replace(b"%d" % _STAND_IN, b"%d" % index).replace(b"%d" % (_STAND_IN + 1), b"%d" % (index + 1))
            (root / record_path(index)).write_bytes(RecordText(own).sealed())
        roots.append(root)
    return roots


def measure(roots: Sequence[Path], output: Path) -> str:
    start = time.perf_counter()
    merged = merge(roots[0]) if len(roots) == 1 else merge_datasets(roots, output)
    seconds = time.perf_counter() - start
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"{merged.frames} frames, {merged.annotations} annotations: {seconds:.1f} s, peak memory {peak_mb:.0f} MB"


@click.command()
@click.option("--frames", default=10_000, show_default=True)
@click.option("--shards", default=1, show_default=True)
@click.option("--things", default=60, show_default=True)
@click.option("--hidden", default=0, show_default=True, help="Things out of sight.")
@click.option("--folder", type=click.Path(path_type=Path), default=None, help="Where to write, about 9 GB per 100000.")
def main(frames: int, shards: int, things: int, hidden: int, folder: Path | None) -> None:
    """Generate records, merge them, and say what that took."""
    body = template(things, hidden)
    scratch = Path(tempfile.mkdtemp(dir=folder))
    try:
        roots = write_shards(scratch, frames, shards, body)
        click.echo(f"{frames} records of {len(body) / 1000:.0f} kB in {shards} part{'s' * (shards > 1)}")
        click.echo(measure(roots, scratch / "merged"))
    finally:
        shutil.rmtree(scratch)


if __name__ == "__main__":
    main()
