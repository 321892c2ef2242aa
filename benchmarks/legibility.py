"""What few samples leave of signs and of far people: `python benchmarks/legibility.py -i 10`.

Some of a street's traffic signs and people are rendered again and again, each in a small picture of its own out of the
whole one (the same lens with another principal point), with 4 to 64 samples and the denoiser, and held against one of
many samples that was not denoised. In luminance, encoded as sRGB roughly is (gamma 2.2), within the thing's box:

* edges: how the strengths of edges (Sobel) correlate with the reference's, 1 where they are the same but for a factor;
* contrast: the slope of the picture over the reference, pixel by pixel: 1 where all contrast is there, and none of it
  where what is seen is noise or a smear.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import click
import cv2
import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Camera
from longtail.annotate.camera.pinhole import Pinhole
from longtail.render.machine.devices import Device
from longtail.render.machine.few_threads import few_threads
from longtail.render.view.exposing import Labelled
from longtail.scenes.composing import catalogue_of, scene_of
from longtail.scenes.config.loading import load
from longtail.scenes.scene import Scene

Array = NDArray[np.float64]
Box = tuple[int, int, int, int]

# Luminance of linear sRGB: ITU-R BT.709.
_LUMINANCE = (0.2126, 0.7152, 0.0722)
_MARGIN_PX = 16
"""What a denoiser sees around the thing's box."""
_LEAST_SIDE_PX, _LEAST_SEEN = 5, 0.6


@dataclass(frozen=True)
class Kind:
    """Things of `category` whose boxes are at most `most_px` high."""

    title: str
    category: str
    most_px: int


KINDS = (Kind("traffic signs", "traffic sign", 200), Kind("people under 40 px", "person", 40))


def boxes_of(kind: Kind, seen: Labelled) -> list[Box]:
    """Of things that are hardly hidden and not tiny."""
    boxes = []
    for item in seen.objects:
        mask = seen.object_ids == item.id
        if item.category != kind.category or not item.amodal_px or mask.sum() < _LEAST_SEEN * item.amodal_px:
            continue
        rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
        box = int(columns[0]), int(rows[0]), int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1
        if min(box[2:]) >= _LEAST_SIDE_PX and box[3] <= kind.most_px:
            boxes.append(box)
    return boxes


def chosen(boxes: Sequence[Box], count: int) -> list[Box]:
    """So many of `boxes`, evenly from the smallest to the largest."""
    ordered = sorted(boxes, key=lambda box: box[2] * box[3])
    places = np.unique(np.linspace(0, len(ordered) - 1, min(count, len(ordered))).round().astype(int))
    return [ordered[place] for place in places]


def near(camera: Camera, box: Box) -> Camera:
    """The part of the camera's picture that holds `box` (x, y, width, height) and a margin."""
    assert isinstance(camera.lens, Pinhole)
    x, y, width, height = box
    lens = replace(
        camera.lens,
        width_px=width + 2 * _MARGIN_PX,
        height_px=height + 2 * _MARGIN_PX,
        cx_px=camera.lens.cx_px - x + _MARGIN_PX,
        cy_px=camera.lens.cy_px - y + _MARGIN_PX,
    )
    return replace(camera, lens=lens)


def held_against(picture: Array, reference: Array) -> tuple[float, float]:
    """Edges and contrast of `picture` (H, W, 3), linear light, against `reference`, inside the margin."""
    inside = (slice(_MARGIN_PX, -_MARGIN_PX),) * 2
    white = np.percentile(reference @ _LUMINANCE, 98)
    ours, theirs = (np.clip(item @ _LUMINANCE / white, 0.0, 1.0) ** (1 / 2.2) for item in (picture, reference))
    edges = np.corrcoef(_edges(ours)[inside].ravel(), _edges(theirs)[inside].ravel())[0, 1]
    covariance = np.cov(ours[inside].ravel(), theirs[inside].ravel())
    return float(edges), float(covariance[0, 1] / covariance[1, 1])


def _edges(luminance: Array) -> Array:
    return np.hypot(cv2.Sobel(luminance, cv2.CV_64F, 1, 0), cv2.Sobel(luminance, cv2.CV_64F, 0, 1))


@click.command()
@click.option("-i", "--index", "indices", multiple=True, type=int, default=(10,), show_default=True)
@click.option("-n", "--things", default=3, show_default=True, type=click.IntRange(1), help="Of each kind and scene.")
@click.option("--samples", default="4,8,16,32,64", show_default=True)
@click.option("--reference", default=256, show_default=True, help="Samples of what is held against.")
@click.option("--size", default="640x360", show_default=True)
def main(indices: tuple[int, ...], things: int, samples: str, reference: int, size: str) -> None:
    """Print edges and contrast of each kind of thing for each number of samples: the mean, and the worst."""
    with few_threads(1):
        from longtail.render.blender.session import Session

    width, height = size.split("x")
    config = load("street", [f"camera.size_px=[{width}, {height}]", "camera.model=pinhole"], seed=11)
    assets, counts = catalogue_of(config), [int(count) for count in samples.split(",")]
    session = Session(config.render, Device("cpu", "CPU"), 1)

    def shot(built: Any, scene: Scene, camera: Camera, count: int, seed: int, *, denoise: bool) -> Array:
        session._settings = config.render.model_copy(update={"samples": count, "denoise": denoise})
        return session.picture(built, camera, scene.light_level_lux, seed).radiance.astype(np.float64)

    found: dict[tuple[str, int], list[tuple[float, float]]] = {}
    for index in indices:
        scene = scene_of(config, index, assets)
        built = session.build(scene, assets)
        seen = session.labels(built, scene.camera)
        for kind in KINDS:
            picked = chosen(boxes_of(kind, seen), things)
            click.echo(f"scene {index}, {scene.light_level_lux:.3g} lux, {kind.title}: {picked}", err=True)
            for number, box in enumerate(picked):
                camera = near(scene.camera, box)
                truth = shot(built, scene, camera, reference, 1000 + number, denoise=False)
                for count in counts:
                    picture = shot(built, scene, camera, count, number, denoise=True)
                    found.setdefault((kind.title, count), []).append(held_against(picture, truth))
        session.clear()
    click.echo(f"{size}, scenes {list(indices)}, denoised, against {reference} samples: mean (worst)\n")
    click.echo(f"{'samples':<28}" + "".join(f"{count:>14}" for count in counts))
    for kind in KINDS:
        rows = [np.array(found.get((kind.title, count), [])) for count in counts]
        if not len(rows[0]):
            continue
        for column, name in enumerate(("edges", "contrast")):
            cells = [f"{row[:, column].mean():.2f} ({row[:, column].min():.2f})" for row in rows]
            click.echo(f"{f'{len(rows[0])} {kind.title}: {name}':<28}" + "".join(f"{cell:>14}" for cell in cells))


if __name__ == "__main__":
    main()
