"""Which scene a frame shows, and which other frames show the same one, under other conditions or from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from longtail.annotate.labels.video import VideoFrame


@dataclass(frozen=True)
class Shown:
    """Scene number `scene`, as `variant` ("" without variants), at `point` of a sweep (values by dotted path).

    `siblings` are the other frames of the scene in ascending order; those past the end of the run do not exist (yet).
    `camera` names the mount of a rig that the frame is taken from, "" without one; `time_s` is the moment, counted from
    the scene's own, and `clip_frame` which one of its clip that is, from 0 on; None outside a clip. `video` is which
    picture of which video it is, None outside a clip, too.
    """

    scene: int
    variant: str = ""
    point: Mapping[str, Any] = field(default_factory=dict)
    siblings: tuple[int, ...] = ()
    camera: str = ""
    time_s: float = 0.0
    clip_frame: int | None = None
    video: VideoFrame | None = None

    def to_json(self) -> dict[str, Any]:
        """JSON values; camera and moment only where there are several."""
        return {
            "scene": self.scene,
            "variant": self.variant,
            "point": dict(self.point),
            "siblings": list(self.siblings),
            **({"camera": self.camera} if self.camera else {}),
            **({"time_s": self.time_s} if self.time_s or self.clip_frame is not None else {}),
            **({} if self.clip_frame is None else {"clip_frame": self.clip_frame}),
            **({"video": self.video.to_json()} if self.video else {}),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Shown:
        """What `to_json` wrote; KeyError, TypeError or ValueError for anything else."""
        siblings = tuple(int(index) for index in data["siblings"])
        view = str(data.get("camera", "")), float(data.get("time_s", 0.0))
        number = data.get("clip_frame")
        clip_frame = None if number is None else int(number)
        of_clip = clip_frame, VideoFrame.from_json(data["video"]) if "video" in data else None
        return cls(int(data["scene"]), str(data["variant"]), dict(data["point"]), siblings, *view, *of_clip)
