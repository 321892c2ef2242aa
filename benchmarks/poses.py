"""Project each thing's own vertices with its recorded pose, and compare with what Blender shows of it alone.

`python benchmarks/poses.py -n 6` takes the first tabletops at their full size, and of each the things of at least 1,000
amodal pixels. Where pose, mesh or camera were not those of the picture, the silhouettes would not cover each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import click
import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Camera
from longtail.annotate.labels.frame import SceneObject
from longtail.render.blender.session import Session
from longtail.render.machine.devices import Device
from longtail.scenes.assets.asset import Asset
from longtail.scenes.assets.exact import mesh_of
from longtail.scenes.composing import catalogue_of, scene_of
from longtail.scenes.config.loading import load
from longtail.scenes.scene import Scene

_LEAST_PX = 1000


def silhouette(camera: Camera, points_m: NDArray[np.float64], triangles: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Pixels (H, W) whose centres lie within the picture of a triangle (F, 3) of world points (V, 3).

    By edge functions (Pineda, "A parallel algorithm for polygon rasterization", 1988); a straight lens is assumed.
    """
    width, height = camera.size_px
    mask = np.zeros((height, width), dtype=np.bool_)
    corners = camera.project(points_m)[triangles]
    low = np.clip(np.floor(corners.min(axis=1) - 0.5), 0, (width, height)).astype(int)
    high = np.clip(np.ceil(corners.max(axis=1) + 0.5), 0, (width, height)).astype(int)
    for (a, b, c), (left, top), (right, bottom) in zip(corners, low, high, strict=True):
        x, y = np.meshgrid(np.arange(left, right) + 0.5, np.arange(top, bottom) + 0.5)
        sides = [(q[0] - p[0]) * (y - p[1]) - (q[1] - p[1]) * (x - p[0]) for p, q in ((a, b), (b, c), (c, a))]
        lowest, highest = np.minimum.reduce(sides), np.maximum.reduce(sides)
        mask[top:bottom, left:right] |= (lowest >= 0) | (highest <= 0)
    return mask


def things(session: Session, scene: Scene, assets: Mapping[str, Asset]) -> tuple[SceneObject, ...]:
    """What the camera sees of the scene's objects, in their order."""
    found = session.labels(session.build(scene, assets), scene.camera).objects
    return tuple(item for item in found if item.id <= len(scene.objects))


@click.command()
@click.option("-n", "--scenes", default=6, show_default=True)
@click.option("--packs/--no-packs", default=True, show_default=True)
@click.option("--seed", default=0, show_default=True)
@click.argument("changes", nargs=-1)
def main(scenes: int, packs: bool, seed: int, changes: tuple[str, ...]) -> None:
    """Print the IoU of each thing's projected and rendered silhouettes, and the worst."""
    config = load("tabletop", [f"assets.packs={str(packs).lower()}", *changes], seed=seed, frames=scenes)
    assets = catalogue_of(config)
    session = Session(config.render, Device("cpu", "CPU"))
    found: dict[bool, list[float]] = {True: [], False: []}
    for number in range(scenes):
        scene = scene_of(config, number, assets)
        for item in things(session, scene, assets):
            if (item.amodal_px or 0) < _LEAST_PX:
                continue
            alone = replace(scene, objects=(scene.objects[item.id - 1],))
            rendered = session.labels(session.build(alone, assets), scene.camera).object_ids == 1
            mesh = mesh_of(assets[item.asset])
            projected = silhouette(scene.camera, item.world_from_object.points(mesh.vertices_m), mesh.triangles)
            iou = float((projected & rendered).sum() / (projected | rendered).sum())
            found[item.asset.startswith("household/")].append(iou)
            click.echo(f"scene {number}: {item.asset}, {item.amodal_px} px, IoU {iou:.4f}")
    for procedural, ious in found.items():
        worst = f", the worst IoU {min(ious):.4f}, the median {np.median(ious):.4f}" if ious else ""
        click.echo(f"{'procedural' if procedural else 'of packs'}: {len(ious)} things{worst}")


if __name__ == "__main__":
    main()
