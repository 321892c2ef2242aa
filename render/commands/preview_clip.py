"""A clip to look at: the moments of a configuration's first scene as a video, and beside each picture its labels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from longtail.annotate import Dataset
from longtail.annotate.dataset.atomic import into, replacing
from longtail.annotate.errors import ConfigError, RenderError
from longtail.annotate.wording import counted
from longtail.render.commands.preview import cell, preview_sheet, require_place, small, with_frames
from longtail.render.importing.loading import load
from longtail.render.storage.staging import staging_folder
from longtail.render.watching.say import say
from longtail.scenes.config.config import Config
from longtail.scenes.config.settings import ClipSettings

_UNASKED = ClipSettings(frames=20)
"""What is shown of a configuration that asks for no clip."""
# VP9 in MP4, which browsers play; OpenCV brings the encoder.
_CODEC = "vp09"


MOST_ON_A_SHEET, _ON_A_SHEET = 48, 6


def preview(
    source: str,
    *,
    output: Path | None,
    frames: int | None,
    seed: int | None,
    changes: Sequence[str],
    device: str | None,
    conditions: bool,
    clip: bool,
) -> int:
    """A sheet of pictures, or with `clip` a video; the exit status. ConfigError where both are asked for."""
    if clip and conditions:
        raise ConfigError("--clip: expected it without --conditions, which makes a sheet of pictures; leave one out")
    if clip:
        path = output or Path("clip.mp4")
        return preview_clip(source, output=path, frames=frames, seed=seed, changes=changes, device=device)
    if frames is not None and frames > MOST_ON_A_SHEET:
        raise ConfigError(f"--frames: expected at most {MOST_ON_A_SHEET} pictures on a sheet, got {frames}")
    return preview_sheet(
        source,
        output=output or Path("sheet.png"),
        frames=frames or _ON_A_SHEET,
        seed=seed,
        changes=changes,
        device=device,
        conditions=conditions,
    )


def preview_clip(
    source: str, *, output: Path, seed: int | None, changes: Sequence[str], device: str | None, frames: int | None
) -> int:
    """Write an MP4 of the first scene of what `source` describes, at its rate; the exit status.

    It has all moments of the configuration's clip, or 20 at 10 Hz where that asks for none; `frames` of them where
    that is said. Of variants, sweeps and rigs it has the first of each.
    """
    require_place(output, "an MP4 file", "clip.mp4")
    if output.suffix.lower() != ".mp4":
        raise ConfigError(f"{output}: expected the name of an MP4 file for a clip; try {output.with_suffix('.mp4')}")
    config = _first_clip(load(source, changes, seed=seed), frames)
    made = with_frames(small(config), config.clip.frames, device, partial(_video, config.clip.rate_hz))
    with into(output), replacing(output) as file:
        file.write(made)
    say(f"{output}: {counted(config.clip.frames, 'frame')} at {config.clip.rate_hz:g} Hz")
    return 0


def _first_clip(config: Config, frames: int | None) -> Config:
    """The same scenes as a clip alone, as the first camera and variant have it."""
    if config.scenario.animate is None:
        raise ConfigError(
            f"--clip: expected a scenario whose scenes can move, got {config.scenario.name}, whose cannot; "
            "leave --clip out for a sheet of pictures"
        )
    clip = config.clip if config.clip.moves else _UNASKED
    if frames is not None:
        most = math.floor(ClipSettings.MOST_S * clip.rate_hz) + 1
        if not 2 <= frames <= most:
            raise ConfigError(f"--frames: expected 2 to {most} moments of a clip at {clip.rate_hz:g} Hz, got {frames}")
        clip = clip.model_copy(update={"frames": frames})
    plan = config.plan
    first = replace(
        plan,
        variants=plan.variants[:1],
        sweep=tuple(replace(axis, values=axis.values[:1]) for axis in plan.sweep),
        cameras=plan.cameras[:1],
        times_s=clip.times_s,
    )
    return replace(config, clip=clip, plan=first, mounts=config.mounts[:1], frames=clip.frames)


def _video(rate_hz: float, dataset: Dataset) -> bytes:
    """The MP4 of all frames of a dataset, each beside its labels."""
    with staging_folder() as folder:
        path = folder / "clip.mp4"
        writer: cv2.VideoWriter | None = None
        for index in dataset.frames():
            picture = cell(dataset, index)
            # The codec halves the resolution of colours.
            height, width = (side // 2 * 2 for side in picture.shape[:2])
            if writer is None:
                writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*_CODEC), rate_hz, (width, height))
                if not writer.isOpened():
                    raise RenderError("preview: expected OpenCV to write VP9, got an error; is opencv-python whole?")
            writer.write(np.ascontiguousarray(picture[:height, :width, ::-1]))
        if writer is not None:
            writer.release()
        return path.read_bytes()
