"""A contact sheet: a few small frames of a configuration, and beside each its labels drawn on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from longtail.annotate import Dataset
from longtail.annotate.dataset.atomic import into, replacing
from longtail.annotate.dataset.encoders import encode_png
from longtail.annotate.errors import DatasetError, RenderError
from longtail.annotate.labels.draw import draw_labels, drawn_of
from longtail.annotate.wording import counted
from longtail.render.importing.loading import load
from longtail.render.machine.devices import require_lens
from longtail.render.machine.probe import check_engine
from longtail.render.machine.proving import proven
from longtail.render.storage.staging import staging_folder
from longtail.render.storage.store import Store, require_writable
from longtail.render.watching.progress import shown
from longtail.render.watching.say import say
from longtail.render.workers.local_crew import local_crew
from longtail.render.workers.request import default_workers, describe, devices_for, limits_for
from longtail.render.workers.supervise import supervise
from longtail.scenes.assets.packs.unused import pack_notes
from longtail.scenes.composing import catalogue_of, require_assets
from longtail.scenes.config.config import Config
from longtail.scenes.config.own_models import left_out
from longtail.scenes.config.settings import NO_CLIP
from longtail.scenes.config.strengths import scenes_of
from longtail.scenes.config.variants import read_variants
from longtail.scenes.drawing.plan import Plan
from longtail.scenes.space.strengths import STRENGTH_WORDS

MadeT = TypeVar("MadeT")

WIDTH_PX = 480
SAMPLES = 6
_FRAMES_A_ROW = 2
_GAP_PX = 6
_CAPTION_PX = 22


@dataclass(frozen=True, eq=False)
class Sheet:
    """A picture (H, W, 3) uint8 of so many frames, which a notebook shows by itself."""

    image: NDArray[np.uint8]
    frames: int

    def save(self, path: str | Path) -> None:
        """Write it as a PNG."""
        Path(path).write_bytes(self._repr_png_())

    def _repr_png_(self) -> bytes:
        return encode_png(self.image)


def preview_sheet(
    source: str,
    *,
    output: Path,
    frames: int,
    seed: int | None,
    changes: Sequence[str],
    device: str | None,
    conditions: bool,
) -> int:
    """Write a PNG with the first `frames` pictures of what `source` describes; the exit status.

    With `conditions` it shows the first scene under every condition at three strengths instead.
    """
    require_place(output)
    made = made_sheet(source, frames=frames, seed=seed, changes=changes, device=device, conditions=conditions)
    with into(output), replacing(output) as file:
        file.write(encode_png(made.image))
    say(f"{output}: {counted(made.frames, 'frame')}")
    return 0


def made_sheet(
    source: str,
    *,
    frames: int,
    seed: int | None,
    changes: Sequence[str],
    device: str | None,
    conditions: bool,
) -> Sheet:
    """A sheet that is written nowhere."""
    config = load(source, changes, seed=seed, frames=frames)
    if conditions:
        config = under_conditions(config)
        frames = config.plan.pictures_per_scene
    return Sheet(with_frames(small(config), frames, device, _conditions if conditions else _sheet), frames)


def under_conditions(config: Config) -> Config:
    """The first scene under every condition at three strengths, at its own moment, as a rig's first camera has it."""
    space, one = config.scenario.space, config.plan.cameras[:1]
    plan = Plan(read_variants(scenes_of(space), space), cameras=one)
    return replace(config, plan=plan, clip=NO_CLIP, mounts=config.mounts[:1], require=(), quotas=())


def require_place(output: Path, what: str = "a PNG file", such_as: str = "sheet.png") -> None:
    """DatasetError, before anything is rendered, where no file can be written."""
    if output.is_dir():
        raise DatasetError(f"{output}: expected {what} to write, got a folder; add a name, such as {such_as}")
    if not output.parent.is_dir():
        raise DatasetError(f"{output}: expected {what} in a folder that exists; there is no {output.parent}")
    require_writable(output.parent)


def with_frames(config: Config, frames: int, device: str | None, made_of: Callable[[Dataset], MadeT]) -> MadeT:
    """What `made_of` makes of the first `frames` frames."""
    assets = catalogue_of(config)
    require_assets(config, assets)
    asked, lens = device or config.render.device, config.lens_kind
    ranked = devices_for(asked)
    require_lens(lens, ranked[0][0])
    slow = check_engine(config.render.engine, asked, ranked[0][0])
    devices = proven(ranked, asked, lens, say)
    for note in filter(
        None, (slow, *pack_notes(config.assets.packs), *left_out(config.assets), *config.scenario.notes())
    ):
        say(note)
    with staging_folder() as folder:
        store = Store(folder)
        store.begin(describe(config, assets))
        workers = default_workers(devices)
        limits = limits_for(workers)
        with shown() as screen:
            hired = partial(local_crew, config, store, devices, workers, limits, screen.see)
            outcome = supervise(hired, config, store, range(frames), frozenset(), screen)
        if outcome.interrupted or outcome.failed:
            raise RenderError(
                f"preview: {outcome.made} of {counted(frames, 'frame')} could be made; nothing was written"
            )
        return made_of(Dataset.open(folder))


def small(config: Config) -> Config:
    """The same scenes at small size, few samples, with the outputs that the drawing needs, and without LiDARs."""
    widest = max(width for width, _ in config.sizes_px)
    return replace(
        config.resized(min(1.0, WIDTH_PX / widest)),
        render=config.render.model_copy(update={"samples": min(config.render.samples, SAMPLES)}),
        outputs=("coco", "semantic"),
        lidars=(),
    )


def _sheet(dataset: Dataset) -> NDArray[np.uint8]:
    """Every frame and its labels side by side, two frames a row."""
    cells = _alike([_framed(cell(dataset, index)) for index in dataset.frames()])
    blank = np.full_like(cells[0], 255)
    cells += [blank] * (-len(cells) % _FRAMES_A_ROW)
    rows = [np.hstack(cells[i : i + _FRAMES_A_ROW]) for i in range(0, len(cells), _FRAMES_A_ROW)]
    return np.vstack(rows)


def _conditions(dataset: Dataset) -> NDArray[np.uint8]:
    """Three strengths of a condition a row, with their names."""
    cells = []
    for record in dataset.records():
        picture = cv2.copyMakeBorder(
            dataset.read("images", record.index),
            _CAPTION_PX,
            _GAP_PX,
            0,
            _GAP_PX,
            cv2.BORDER_CONSTANT,
            value=(255, 255, 255),
        )
        place = (4, _CAPTION_PX - 6)
        cv2.putText(picture, record.shown.variant, place, cv2.FONT_HERSHEY_SIMPLEX, 0.5, (0, 0, 0), 1, cv2.LINE_AA)
        cells.append(picture)
    alike, count = _alike(cells), len(STRENGTH_WORDS)
    return np.asarray(np.vstack([np.hstack(alike[i : i + count]) for i in range(0, len(alike), count)]), dtype=np.uint8)


def _alike(cells: Sequence[NDArray[Any]]) -> list[NDArray[Any]]:
    """All cells as large as the largest, white where they end: cameras of a rig may have other sizes."""
    height, width = (max(cell.shape[side] for cell in cells) for side in (0, 1))
    return [
        np.pad(cell, ((0, height - cell.shape[0]), (0, width - cell.shape[1]), (0, 0)), constant_values=255)
        for cell in cells
    ]


def _framed(pair: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.pad(pair, ((0, _GAP_PX), (0, _GAP_PX), (0, 0)), constant_values=255)


def cell(dataset: Dataset, index: int) -> NDArray[np.uint8]:
    """A frame (H, 2 W, 3), and beside it the same with its labels drawn on."""
    rgb = dataset.read("images", index)
    drawn = draw_labels(
        rgb,
        dataset.info.taxonomy,
        dataset.read("semantic", index),
        dataset.read("instance", index),
        drawn_of(dataset.record(index).instances),
        names=rgb.shape[1] >= 320,
    )
    return np.hstack([rgb, drawn])
