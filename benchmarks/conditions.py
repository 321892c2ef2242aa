"""Every condition at three strengths: `python benchmarks/conditions.py docs/conditions` writes one JPEG strip of each.

With `--cost` it prints instead what each condition's middle strength adds to the frame time of a clear day.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
import cv2
import numpy as np
import yaml
from level_town import LEVEL_TOWN
from numpy.typing import NDArray

from longtail.render.frame import Made, make_frame
from longtail.render.machine.devices import Device
from longtail.scenes.composing import catalogue_of
from longtail.scenes.config.loading import load
from longtail.scenes.config.strengths import STRENGTHS
from longtail.scenes.space.strengths import Pins

if TYPE_CHECKING:
    from longtail.render.blender.session import Session

_CELL_PX = (400, 225)
_GAP_PX = 4
_COMMON = (
    "camera.horizontal_fov_deg=68",
    "camera.yaw_deg=0",
    "lighting.exposure_ev=0",
    *LEVEL_TOWN,
    "road.district=city",
    "road.tunnel=false",
    *(f"lens.{kind}.cover=0" for kind in ("dirt", "dust", "frost", "condensation")),
    "lens.drops.count=0",
)
# What is timed: everything of a frame but importing models, which happens once per worker.
_TIMED = ("draw", "beauty", "ids", "amodal", "read", "sensor", "label", "encode")


def overrides(pins: Pins) -> list[str]:
    """`path=value` texts as the command line takes them."""
    return [f"{path}={yaml.safe_dump(value, default_flow_style=True).strip()}" for path, value in pins.items()]


def shoot(session: Session, seed: int, changes: Sequence[str]) -> Made:
    """Frame 0 of the street under `changes`."""
    config = load("street", [*_COMMON, *changes], seed=seed)
    return make_frame(session, config, 0, catalogue_of(config))


def strip(pictures: Sequence[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Pictures (H, W, 3) side by side, shrunk, with white gaps."""
    cells = []
    for number, picture in enumerate(pictures):
        small = cv2.resize(picture, _CELL_PX, interpolation=cv2.INTER_AREA)
        cells.append(np.pad(small, ((0, 0), (_GAP_PX if number else 0, 0), (0, 0)), constant_values=255))
    return np.asarray(np.hstack(cells), dtype=np.uint8)


def cost(made: Made) -> float:
    """Seconds of a frame without what only a worker's first frames pay."""
    return sum(made.seconds.get(stage, 0.0) for stage in _TIMED)


@click.command(help=__doc__)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), required=False)
@click.option("--only", multiple=True, help="conditions to render, all by default")
@click.option("--seed", default=21, show_default=True)
@click.option("--samples", default=16, show_default=True)
@click.option("--cost", "costs", is_flag=True, help="time 640x360 frames at 16 samples instead of writing pictures")
def main(folder: Path | None, only: Sequence[str], seed: int, samples: int, costs: bool) -> None:
    from longtail.render.blender.session import Session

    names = [name for name in STRENGTHS if not only or name in only]
    width, height = (640, 360) if costs else (480, 270)
    size = [f"camera.size_px=[{width}, {height}]", f"render.samples={16 if costs else samples}"]
    session = Session(load("street", size).render, Device("cpu", "CPU"))
    if costs:
        shoot(session, seed, [*size, *overrides(STRENGTHS["clear"][1])])
        plain = cost(shoot(session, seed, [*size, *overrides(STRENGTHS["clear"][1])]))
        print(f"clear day: {plain:.2f} s")
        for name in names:
            made = shoot(session, seed, [*size, *overrides(STRENGTHS[name][1])])
            whole, lens = cost(made), made.seconds["sensor"]
            print(f"| {name} | {whole:.2f} | {whole / plain:.2f} | {lens:.3f} |", flush=True)
        return
    if folder is None:
        raise click.UsageError("expected a folder for the pictures, or --cost")
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        pictures = [shoot(session, seed, [*size, *overrides(pins)]).frame.rgb for pins in STRENGTHS[name]]
        bgr = cv2.cvtColor(strip(pictures), cv2.COLOR_RGB2BGR)
        cv2.imwrite(str(folder / f"{name}.jpg"), bgr, [cv2.IMWRITE_JPEG_QUALITY, 82])
        print(folder / f"{name}.jpg", flush=True)


if __name__ == "__main__":
    main()
