"""A point cloud to look at: `python benchmarks/point_cloud.py OUT NAME -o cloud.jpg` draws one of a dataset's.

To the left from above, by category and by intensity; to the right in the picture, likewise. What is in the air is pink.
"""

from __future__ import annotations

import click
import cv2
import numpy as np
from numpy.typing import NDArray

import longtail
from longtail.annotate.labels.points import Points
from longtail.annotate.reading.frame import ReadFrame

Picture = NDArray[np.uint8]
_AIR = (255, 0, 255)
_DARK = 0.45


def colours(frame: ReadFrame, points: Points) -> tuple[Picture, Picture]:
    """(N, 3) by category, and by the root of the intensity."""
    table = np.zeros((256, 3), np.uint8)
    table[0] = _AIR
    for number, category in frame.dataset.info.taxonomy:
        table[number] = category.rgb
    shades = np.clip(255 * np.sqrt(points.intensity), 0, 255).astype(np.uint8)[:, None]
    return table[points.category], cv2.applyColorMap(shades, cv2.COLORMAP_TURBO)[:, 0, ::-1].astype(np.uint8)


def from_above(points: Points, shades: Picture, half_m: float, side: int) -> Picture:
    """A square around the sensor, which looks up in it."""
    drawn = np.zeros((side, side, 3), np.uint8)
    across = ((half_m - points.array["y"]) * side / 2 / half_m).astype(np.int64)
    down = ((half_m - points.array["x"]) * side / 2 / half_m).astype(np.int64)
    inside = np.flatnonzero((across >= 0) & (across < side) & (down >= 0) & (down < side))
    # What is highest is drawn last.
    inside = inside[np.argsort(points.array["z"][inside], kind="stable")]
    drawn[down[inside], across[inside]] = shades[inside]
    return drawn


def in_picture(frame: ReadFrame, points: Points, shades: Picture, height: int) -> Picture:
    """On the darkened picture."""
    rows, columns = frame.image.shape[:2]
    scale = height / rows
    dark = cv2.resize((_DARK * frame.image).astype(np.uint8), (round(columns * scale), height))
    pixels, depth_m = points.seen_by(frame.camera)
    there = np.flatnonzero(depth_m > 0)
    for place in there[np.argsort(-depth_m[there])].tolist():
        across, down = (pixels[place] * scale).astype(int).tolist()
        cv2.circle(dark, (across, down), 1, shades[place].tolist(), -1)
    return np.asarray(dark, np.uint8)


@click.command()
@click.argument("dataset")
@click.argument("name")
@click.option("-o", "--out", required=True, help="picture to write")
@click.option("--frame", default=0, show_default=True, help="position of the frame")
@click.option("--half", default=40.0, show_default=True, help="metres to each side of the sensor")
@click.option("--side", default=360, show_default=True, help="pixels of each half's height")
def main(dataset: str, name: str, out: str, frame: int, half: float, side: int) -> None:
    """Draw the point cloud NAME of a frame of DATASET."""
    read = longtail.open(dataset)[frame]
    points = read.points[name]
    rows = [
        np.hstack([from_above(points, shades, half, side), in_picture(read, points, shades, side)])
        for shades in colours(read, points)
    ]
    cv2.imwrite(out, np.vstack(rows)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])
    click.echo(f"{out}: {len(points):,} points, {np.mean(points.category == 0):.2%} in the air")


if __name__ == "__main__":
    main()
