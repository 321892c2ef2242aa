"""Which picture of which video a frame is: what trackers and flow go by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

_TRACKS = 1 << 15
"""Objects of a scene have ids below it, so that a track's number has room for its video's and its object's."""


@dataclass(frozen=True)
class VideoFrame:
    """One moment of one video: a scene under one condition, as one camera sees it.

    `video_id` counts from 1 over a run, `frame_id` from 0 within a video. `previous` and `next` are the frames of the
    run that show the moments before and after; None at the ends.
    """

    video_id: int
    frame_id: int
    previous: int | None = None
    next: int | None = None

    def __post_init__(self) -> None:
        if self.video_id < 1 or self.frame_id < 0:
            got = f"{self.video_id} and {self.frame_id}"
            raise ValueError(f"video: expected an id of 1 or more and a frame of 0 or more, got {got}")

    def track_id(self, instance_id: int) -> int:
        """The number of an object's track, which no other object of the run has in any video.

        Examples:
            >>> VideoFrame(1, 0).track_id(7), VideoFrame(3, 12).track_id(7)
            (7, 65543)
        """
        return (self.video_id - 1) * _TRACKS + instance_id

    def to_json(self) -> dict[str, int | None]:
        """JSON values."""
        return {"id": self.video_id, "frame": self.frame_id, "previous": self.previous, "next": self.next}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """What `to_json` wrote; KeyError, TypeError or ValueError for anything else."""
        previous, following = data["previous"], data["next"]
        return cls(
            int(data["id"]),
            int(data["frame"]),
            None if previous is None else int(previous),
            None if following is None else int(following),
        )
