"""The videos of a selection, for the formats of trackers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from longtail.annotate.dataset.videos import video_name
from longtail.annotate.errors import DatasetError
from longtail.annotate.exporters.selection import Sample, Selection
from longtail.annotate.labels.video import VideoFrame


@dataclass(eq=False)
class Video:
    """One that is being exported, with the moments `times_s` of its pictures that came so far.

    `clip_hz` is how many pictures a second the run was asked for.
    """

    split: str
    number: int
    size_px: tuple[int, int]
    clip_hz: float = 1.0
    times_s: list[float] = field(default_factory=list)

    @property
    def name(self) -> str:
        """`000001`, as COCO files have it."""
        return video_name(self.number)

    @property
    def last(self) -> int:
        """The place of the latest picture: they count from 0 in their order, also where some were left out."""
        return len(self.times_s) - 1

    @property
    def rate_hz(self) -> float:
        """Pictures a second, on average where some were left out; the clip's where one picture is left."""
        lasting = self.times_s[-1] - self.times_s[0]
        return round(self.last / lasting, 6) if lasting > 0 else self.clip_hz


def videos_of(selection: Selection, format_name: str) -> Iterator[tuple[Video, Sample | None]]:
    """Each sample with its video, and each video alone once it has all of its samples.

    DatasetError where a frame is of no video.
    """
    scene: tuple[object, ...] = ()
    running: dict[int, Video] = {}
    clip_hz = _clip_hz(selection)
    for sample in selection.samples():
        shown, frame = sample.record.shown, _of_video(sample, format_name)
        # Cameras take turns within a scene, and the conditions of a scene follow one another.
        before, scene = scene, (shown.scene, shown.variant, str(shown.point))
        if before != scene:
            yield from ((video, None) for video in running.values())
            running = {}
        new = Video(sample.split, frame.video_id, sample.record.camera.size_px, clip_hz)
        video = running.setdefault(frame.video_id, new)
        video.times_s.append(shown.time_s)
        yield video, sample
    yield from ((video, None) for video in running.values())


def _clip_hz(selection: Selection) -> float:
    """What the run's config says of its clips; 1 where it says nothing that can be read."""
    clip = selection.info.config.get("clip")
    rate = clip.get("rate_hz") if isinstance(clip, Mapping) else None
    return float(rate) if isinstance(rate, int | float) and 0 < rate < math.inf else 1.0


def _of_video(sample: Sample, format_name: str) -> VideoFrame:
    if sample.record.shown.video is None:
        raise DatasetError(
            f"{format_name}: expected a dataset of clips, got frame {sample.index}, which shows a scene at one moment "
            "alone; render with `clip`"
        )
    return sample.record.shown.video
