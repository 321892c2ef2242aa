"""What programs and notebooks call: `open`, `render` and `preview`, over the same functions as the commands.

What is wrong with a request raises the error whose message the command line shows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from longtail.annotate.dataset.allowance import Allowance
from longtail.annotate.errors import ConfigError, RenderError
from longtail.annotate.reading.frames import Frames
from longtail.annotate.wording import counted
from longtail.distributions import Distribution
from longtail.render.commands.preview import Sheet, made_sheet
from longtail.render.commands.run import Request, render_dataset
from longtail.render.machine.no_main import no_main_to_repeat
from longtail.render.storage.place import config_source, dataset_at, place
from longtail.scenes.config.resolving import DEFAULT_SCENARIO

Config = str | Path | Mapping[str, Any]
"""A scenario's name, the path of a YAML or a Python file, or what a YAML file would say."""
Settings = Mapping[str, Any]
"""Values and distributions by dotted path, as `--set` takes them."""


def open(where: str | Path) -> Frames:  # noqa: A001
    """The frames of the dataset in a folder or at a URL (`s3://bucket/set`), loose files or tars.

    Nothing but dataset.json and the names of the files is read. DatasetError where there is no dataset, ConfigError for
    a URL that is none or whose client is not installed, UnreachableError where a store does not answer.
    """
    return Frames(dataset_at(place(str(where)), Path()))


def render(
    config: Config,
    output: str | Path,
    *,
    frames: int | None = None,
    seed: int | None = None,
    settings: Settings | None = None,
    only: Sequence[int] = (),
    workers: int | None = None,
    device: str | None = None,
    engine: str | None = None,
    allow_failures: str = "0",
) -> Frames:
    """Render a dataset as `longtail render` does, and open it; on one that is begun this goes on.

    `settings` are laid over the config, `only` names frames to make of the run, and all else is what the options of
    those names are. Progress goes to standard error. ConfigError, DatasetError and so on for what is refused before
    anything is rendered; RenderError where more frames failed than `allow_failures` admits, or the run was stopped.
    """
    source, changes = _asked(config, settings)
    where = place(str(output))
    request = Request(
        source, where, frames=frames, seed=seed, changes=changes, only=tuple(only), workers=workers, device=device,
        engine=engine, allow_failures=Allowance.parse(allow_failures),
    )  # fmt: skip
    with no_main_to_repeat():
        status = render_dataset(request)
    made = open(output)
    if status:
        asked = len(only) or made.info.frames
        raise RenderError(
            f"{output}: {len(made)} of {counted(asked, 'frame')} are there; what was said above and failed/ tell why, "
            "and the same call goes on"
        )
    return made


def preview(
    config: Config,
    *,
    frames: int = 6,
    seed: int | None = None,
    settings: Settings | None = None,
    device: str | None = None,
    conditions: bool = False,
) -> Sheet:
    """The contact sheet that `longtail preview` writes: small pictures of few samples, with their labels beside.

    With `conditions` it shows the first scene under every condition at three strengths.
    """
    if not 1 <= frames <= 48:
        raise ConfigError(f"frames: expected 1..48 pictures on a sheet, got {frames}")
    source, changes = _asked(config, settings)
    with no_main_to_repeat():
        return made_sheet(source, frames=frames, seed=seed, changes=changes, device=device, conditions=conditions)


def _asked(config: Config, settings: Settings | None) -> tuple[str, list[str]]:
    """A config and settings in the words of the command line. JSON is YAML."""
    if not isinstance(config, Mapping):
        return config_source(str(config)), _spelled(settings or {})
    source = str(config.get("scenario", DEFAULT_SCENARIO))
    rest = {path: value for path, value in config.items() if path != "scenario"}
    return source, [*_spelled(rest), *_spelled(settings or {})]


def _spelled(settings: Settings) -> list[str]:
    try:
        return [f"{path}={json.dumps(value, default=_plain)}" for path, value in settings.items()]
    except (TypeError, ValueError) as error:
        raise ConfigError(f"settings: expected values as YAML has them, or distributions, got {error}") from error


def _plain(value: Any) -> Any:
    if isinstance(value, Distribution):
        return value.to_json()
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    raise TypeError(f"{type(value).__name__}")
