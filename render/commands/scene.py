"""`longtail scene`: one scene of a config as a file, to look into, to change, and to render by itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from longtail.annotate.dataset.atomic import into, replacing
from longtail.annotate.errors import ConfigError, DatasetError
from longtail.render.importing.loading import load
from longtail.render.storage.store import require_writable
from longtail.render.watching.say import say
from longtail.scenes.composing import catalogue_of, scene_file


def write_scene(source: str, *, output: Path, frame: int, seed: int | None, changes: Sequence[str]) -> int:
    """Write the scene of frame `frame` of what `source` describes; the exit status."""
    if output.is_dir():
        raise DatasetError(f"{output}: expected a JSON file to write, got a folder; add a name, such as scene.json")
    if not output.parent.is_dir():
        raise DatasetError(f"{output}: expected a JSON file in a folder that exists; there is no {output.parent}")
    config = load(source, changes, seed=seed)
    if frame >= config.frames:
        raise ConfigError(f"--frame: expected a frame of 0..{config.frames - 1}, got {frame}; frames says how many")
    require_writable(output.parent)
    data = scene_file(config, frame, catalogue_of(config))
    with into(output), replacing(output) as file:
        file.write(_laid_out(data).encode())
    say(f"{output}: frame {frame}; longtail render --scene {output} -o OUT makes it")
    return 0


def _laid_out(data: dict[str, object]) -> str:
    return json.dumps(data, indent=1, allow_nan=False) + "\n"
