"""Videos and tracks: what a frame says of its place in them, against the frame before."""

from __future__ import annotations

from collections.abc import Iterator

from longtail.annotate.check.finding import Finding
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.dataset.stored import StoredFrame
from longtail.annotate.errors import DatasetError


def check_video(dataset: Dataset, stored: StoredFrame) -> Iterator[Finding]:
    """What a frame of a video says of its place in it: in its picture, its tracks, and the frames beside it."""
    where, video = record_path(stored.index), stored.shown.video
    expected = (None, None) if video is None else (video.video_id, video.frame_id)
    came = stored.image.get("video_id"), stored.image.get("frame_id")
    if came != expected:
        yield Finding(where, stored.index, f"image video_id and frame_id {expected}", f"{came}")
    if stored.shown.clip_frame != expected[1]:
        yield Finding(where, stored.index, f"clip_frame {expected[1]}", f"{stored.shown.clip_frame}")
    for thing in stored.instances:
        track = (None, None) if video is None else (video.track_id(thing.id), video.video_id)
        if (thing.track_id, thing.video_id) != track:
            found = (thing.track_id, thing.video_id)
            yield Finding(where, stored.index, f"object {thing.id}: track_id and video_id {track}", f"{found}")
    if video is None or (before := beside(dataset, video.previous)) is None:
        return
    same = before.shown.video
    if same is None or (same.video_id, same.frame_id + 1, same.next) != (video.video_id, video.frame_id, stored.index):
        yield Finding(where, stored.index, f"frame {before.index} to be the one before in its video", f"{same}")
    yield from _tracks(stored, before)


def _tracks(stored: StoredFrame, before: StoredFrame) -> Iterator[Finding]:
    """One id is one thing in all frames of a video."""
    kinds = {item.id: item.category for item in before.objects}
    changed = [item.id for item in stored.objects if kinds.get(item.id, item.category) != item.category]
    if changed:
        what = f"objects of the categories that frame {before.index} of the same video has under their ids"
        yield Finding(record_path(stored.index), stored.index, what, f"others: {changed[:8]}")
    come_and_gone = sorted(kinds.keys() ^ {item.id for item in stored.objects})
    if come_and_gone:
        what = f"the same objects as in frame {before.index} of the same video"
        yield Finding(record_path(stored.index), stored.index, what, f"others: {come_and_gone[:8]}")


def beside(dataset: Dataset, index: int | None) -> StoredFrame | None:
    """The record of another frame of a video; None where the dataset has none that is sound."""
    try:
        return None if index is None else dataset.record(index)
    except DatasetError:
        return None  # not there (yet), or a finding of its own
