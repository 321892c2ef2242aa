"""Renders the README's gallery: `python benchmarks/gallery.py docs/gallery` writes gallery.jpg and credits.md.

Six conditions of the street; below each row of pictures the same frames with their labels drawn on.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import click
import cv2
import numpy as np
from numpy.typing import NDArray

from longtail.annotate import Dataset
from longtail.annotate.labels.draw import draw_labels, drawn_of
from longtail.render.commands.run import Request, render_dataset

# Condition and seed of each picture.
SHOTS: tuple[tuple[int, tuple[str, ...]], ...] = (
    (
        4,
        (
            "lens.frost.cover=0",
            "weather=clear",
            "lighting.sun_elevation_deg=38",
            "lighting.cloud_cover=0.35",
            "road.district=city",
        ),
    ),
    (11, ("weather=rain", "weather.rain.rate_mm_h=14", "lighting.sun_elevation_deg=18", "road.district=city")),
    (4, ("lens.frost.cover=0", "weather=clear", "lighting.sun_elevation_deg=-12", "road.district=city")),
    (8, ("weather=fog", "weather.fog.visibility_m=110", "lighting.sun_elevation_deg=20")),
    (21, ("weather=clear", "lighting.sun_elevation_deg=7", "lighting.cloud_cover=0.4", "road.district=suburb")),
    (17, ("weather=rain", "weather.rain.rate_mm_h=6", "lighting.sun_elevation_deg=-9", "road.district=city")),
)
_CELL_PX = (640, 360)


def _shoot(folder: Path, number: int, seed: int, changes: tuple[str, ...], samples: int) -> Dataset:
    out = folder / str(number)
    pins = ["camera.size_px=[960, 540]", f"render.samples={samples}", "camera.horizontal_fov_deg=68", *changes]
    status = render_dataset(Request("street", output=out, frames=1, seed=seed, changes=pins, workers=1))
    if status:
        raise SystemExit(status)
    return Dataset.open(out)


def _cells(dataset: Dataset) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    rgb = dataset.read("images", 0)
    things = drawn_of(dataset.record(0).instances)
    labels = draw_labels(rgb, dataset.info.taxonomy, dataset.read("semantic", 0), dataset.read("instance", 0), things)
    small = [np.asarray(cv2.resize(p, _CELL_PX, interpolation=cv2.INTER_AREA), dtype=np.uint8) for p in (rgb, labels)]
    return small[0], small[1]


@click.command()
@click.argument("output", type=click.Path(path_type=Path))
@click.option("--samples", default=32, show_default=True)
@click.option("--work", type=click.Path(path_type=Path), default=None, help="Keep the frames here, to go on from.")
def main(output: Path, samples: int, work: Path | None) -> None:
    """Render the gallery into OUTPUT."""
    with tempfile.TemporaryDirectory() as folder:
        base = work or Path(folder)
        datasets = [_shoot(base, n, seed, changes, samples) for n, (seed, changes) in enumerate(SHOTS)]
        cells = [_cells(dataset) for dataset in datasets]
        rows = []
        for start in range(0, len(cells), 3):
            for layer in range(2):
                rows.append(np.hstack([cell[layer] for cell in cells[start : start + 3]]))
        output.mkdir(parents=True, exist_ok=True)
        sheet = cv2.cvtColor(np.vstack(rows), cv2.COLOR_RGB2BGR)
        cv2.imwrite(str(output / "gallery.jpg"), sheet, [cv2.IMWRITE_JPEG_QUALITY, 82])
        credited = {c.name: c for d in datasets for c in d.info.assets if not c.source.startswith("procedural")}
        lines = [f"* {c.name}: {c.creator}, {c.licence}, {c.source}" for _, c in sorted(credited.items())]
        text = "# Models in the gallery\n\nEverything else in the pictures is procedural.\n\n" + "\n".join(lines) + "\n"
        (output / "credits.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
