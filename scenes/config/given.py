"""A scene that is given, not drawn: read from a file that `longtail scene` has written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from longtail.annotate.errors import ConfigError
from longtail.distributions.grammar import shown
from longtail.scenes.drawing.plan import FIRST, Picture
from longtail.scenes.scene import Ground, Scene

FORMAT = "longtail.scene.1"
_MOST_BYTES = 64_000_000


@dataclass(frozen=True)
class Given:
    """The scene of a run's only frame, and the picture that it was drawn for, which keys its noise and its rain."""

    scene: Scene
    picture: Picture = FIRST

    def to_json(self) -> dict[str, Any]:
        camera = {"camera": self.picture.camera} if self.picture.camera else {}
        return {"frame": self.picture.frame, **camera, **self.scene.to_json()}


def read_given(node: Any, grounds: Mapping[str, type[Ground]]) -> Given:
    """What `Given.to_json` wrote. ValueError: "expected ..., got ..."."""
    if not isinstance(node, Mapping):
        raise ValueError(f"expected a scene, got {shown(node)}")
    frame, camera = node.get("frame"), node.get("camera", "")
    scene = Scene.from_json({key: value for key, value in node.items() if key not in ("frame", "camera")}, grounds)
    if camera and camera not in scene.cameras:
        raise ValueError(f"camera: expected one of {', '.join(scene.cameras)}, got {shown(camera)}")
    for key, value in (("number", scene.number), ("frame", frame)):
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise ValueError(f"{key}: expected a whole number from 0 on, got {shown(value)}")
    assert isinstance(frame, int)
    return Given(
        scene,
        replace(
            FIRST,
            frame=frame,
            scene=scene.number,
            siblings=range(frame, frame + 1),
            camera=camera,
            time_s=scene.time_s,
        ),
    )


def read_scene_file(path: Path) -> dict[str, Any]:
    """The document of a config out of a scene's file. ConfigError where it is none."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ConfigError(f"{path}: expected a scene of at most {_MOST_BYTES // 1_000_000} MB")
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: expected a scene's file, got {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path}: expected the JSON of a scene, got {str(error)[:200]}{_HOW}") from error
    found = data.get("format") if isinstance(data, dict) else data
    if found != FORMAT:
        raise ConfigError(f"{path}: expected a scene of format {FORMAT}, got {shown(found)}{_HOW}")
    if not isinstance(data.get("config"), dict) or "scene" not in data:
        raise ConfigError(f"{path}: expected the keys config and scene, got {', '.join(map(str, data))[:200]}{_HOW}")
    return {**data["config"], "scene": data["scene"]}


_HOW = "; `longtail scene CONFIG --frame 3 -o scene.json` writes one"
