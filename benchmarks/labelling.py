"""What 2D labels cost: `python benchmarks/labelling.py [THINGS]` labels a picture of 1920x1080 with 100 things.

The picture is traced with Embree, so that nothing need be rendered: our own models stand at random on a plain, between
5 and 60 m from the camera, as dense as that makes them. CPU seconds of one process, the least of three tries, without
the tracing: amodal pixels alone, whole silhouettes with what hides what (the output `amodal`), labels (masks, boxes,
visibility, appearance), COCO's rows and the record as bytes, and the mask that goes with them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import click
import numpy as np
from numpy.typing import NDArray

from longtail.annotate import Frame, SceneObject, label, record_of
from longtail.annotate.camera import Camera, Pinhole
from longtail.annotate.camera.transform import Transform
from longtail.annotate.dataset.layers import LAYERS
from longtail.annotate.dataset.record import dumps
from longtail.annotate.labels.conditions import Conditions
from longtail.annotate.labels.taxonomy import Taxonomy
from longtail.render.view.amodal import Shown, with_amodal
from longtail.render.view.casting import Ask, Meshes
from longtail.scenes.assets import ASSETS
from longtail.scenes.assets.asset import Procedural

_SIZE_PX, _HEIGHT_M = (1920, 1080), 1.5
_KINDS = ("car", "van", "person", "bicycle", "motorcycle", "traffic sign", "bench")
_TRIES = 3
_GROUND = "ground"

T = TypeVar("T")


def camera() -> Camera:
    """Along X, level, with a field of 60 degrees."""
    pose = np.array([[0, 0, 1, 0], [-1, 0, 0, 0], [0, -1, 0, _HEIGHT_M], [0, 0, 0, 1]], dtype=float)
    return Camera(Pinhole.from_fov(*_SIZE_PX, 60.0), Transform("world", "camera", pose))


def stand(count: int, meshes: Meshes) -> list[SceneObject]:
    """So many models on a plain, which is the last object."""
    assets = [one for one in ASSETS.values() if isinstance(one, Procedural) and one.category in _KINDS]
    chance, things = np.random.default_rng(5), []
    for number in range(1, count + 1):
        asset = assets[chance.integers(len(assets))]
        if asset.name not in meshes:
            mesh = asset.recipe()
            meshes.add(asset.name, mesh.vertices_m, mesh.triangles)
            _BOUNDS[asset.name] = mesh.bounds_m
        low, high = _BOUNDS[asset.name]
        x_m = 8 * 12 ** chance.random()
        pose = Transform.upright("world", "object", (x_m, chance.uniform(-0.7, 0.7) * x_m, 0.0), chance.uniform(0, 6.3))
        middle, size = (tuple(map(float, side)) for side in ((low + high) / 2, high - low))
        things.append(SceneObject(number, asset.category, asset.name, pose, middle, size))  # type: ignore[arg-type]
    flat = np.array([[-500, -500, 0], [500, -500, 0], [500, 500, 0], [-500, 500, 0]], np.float32)
    meshes.add(_GROUND, flat, np.array([[0, 1, 2], [0, 2, 3]], np.int32))
    pose = Transform("world", "object", np.eye(4))
    return [*things, SceneObject(count + 1, "road", _GROUND, pose, (0.0, 0.0, 0.0), (1000.0, 1000.0, 0.0))]


_BOUNDS: dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]] = {}


def traced(items: list[SceneObject], meshes: Meshes, view: Camera) -> Shown:
    """What the camera sees."""
    width, height = _SIZE_PX
    pixels = np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=-1).reshape(-1, 2)
    ids, nearest = np.zeros(len(pixels), np.int32), np.full(len(pixels), np.float32(1e30))
    for item in items:
        (met,) = meshes.met([Ask(item, pixels)], view)
        nearer = met.away < nearest
        ids[nearer], nearest[nearer] = item.id, met.away[nearer]
    # Rays of a pinhole are 1 m long along the optical axis.
    depth_m = np.where(ids > 0, nearest, np.inf).astype(np.float32)
    return Shown(ids.reshape(height, width), depth_m.reshape(height, width))


def least(what: Callable[[], T]) -> tuple[float, T]:
    """The CPU seconds of the quickest try, and what came of it."""
    seconds = []
    for _ in range(_TRIES):
        start = time.process_time()
        found = what()
        seconds.append(time.process_time() - start)
    return min(seconds), found


@click.command()
@click.argument("things", default=100)
def main(things: int) -> None:
    """Measure, and print a line for each part."""
    meshes, view = Meshes(), camera()
    items = stand(things, meshes)
    shown = traced(items, meshes, view)
    seen = np.unique(shown.ids[shown.ids > 0]).size - 1
    taxonomy = Taxonomy.of((*sorted({item.category for item in items}), "sky"), "sky")
    click.echo(f"{things} things, {seen} of them seen, {_SIZE_PX[0]}x{_SIZE_PX[1]}")
    rest = items[-1:]
    counted, _ = least(lambda: with_amodal(items[:-1], meshes, view, shown))
    click.echo(f"amodal pixels            {counted:6.3f} s")
    whole, found = least(lambda: with_amodal(items[:-1], meshes, view, shown, whole=True))
    click.echo(f"whole silhouettes, order {whole:6.3f} s")
    rgb = np.random.default_rng(1).integers(0, 255, (*shown.ids.shape, 3), dtype=np.uint8)
    normals = np.zeros((*shown.ids.shape, 3), np.float32)

    def frame(objects: list[SceneObject]) -> Frame:
        return Frame(
            0, view, rgb, shown.ids, shown.depth_m, normals, tuple(objects + rest), Conditions(), taxonomy=taxonomy
        )

    _labels("", frame(with_amodal(items[:-1], meshes, view, shown)))
    _labels("whole", frame(found))


def _labels(name: str, frame: Frame) -> None:
    """Measure what is made of a frame."""
    seconds, labels = least(lambda: label(frame))
    click.echo(f"labels {name:<17} {seconds:6.3f} s")
    seconds, mask = least(lambda: LAYERS["instance"].encode(labels.instance))
    click.echo(f"instance mask as PNG     {seconds:6.3f} s")
    files = {"masks/instance/000000.png": mask}
    seconds, data = least(lambda: dumps(record_of(frame, labels, {}, "clear", files)))
    click.echo(f"COCO rows, record {name:<6} {seconds:6.3f} s, {len(data) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
