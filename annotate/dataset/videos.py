"""The videos and tracks of COCO files, as TAO's format has them, gathered from frame records in index order.

The format: https://github.com/TAO-Dataset/tao/blob/master/docs/annotations.md; MMTracking's CocoVID reads `videos`,
and `video_id` and `frame_id` of images, by the same names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

Track = tuple[int, int, int]
"""The ids of a track, of its category and of its video."""

# As `annotate.dataset.record` writes rows.
_TRACK = re.compile(rb'"category_id": ([0-9]+), .*?"track_id": ([0-9]+), "video_id": ([0-9]+)')


class Videos:
    """Keeps a row for each video and some 100 bytes for each track."""

    def __init__(self) -> None:
        self._videos: dict[int, dict[str, Any]] = {}
        self._tracks: dict[int, tuple[int, int]] = {}

    def add(self, image: Mapping[str, Any], tracks: Iterable[Track | None]) -> None:
        """A picture, and what is known of the tracks in it; one that is of no video is left alone."""
        number = image.get("video_id")
        if number is None:
            return
        row = self._videos.setdefault(number, _row(image, number))
        row["frames"] += 1
        self._tracks |= {track: (category, video) for track, category, video in filter(None, tracks)}

    def lists(self) -> dict[str, list[dict[str, Any]]]:
        """`videos` and `tracks` by their ids; nothing where there are no videos."""
        if not self._videos:
            return {}
        tracks = [
            {"id": number, "category_id": category, "video_id": video}
            for number, (category, video) in sorted(self._tracks.items())
        ]
        return {"videos": [row for _, row in sorted(self._videos.items())], "tracks": tracks}


def _row(image: Mapping[str, Any], number: int) -> dict[str, Any]:
    return {
        "id": number,
        "name": video_name(number),
        "width": image["width"],
        "height": image["height"],
        "frames": 0,
        "scene": image["scene"],
        "variant": image["variant"],
        **({"camera": image["camera"]} if "camera" in image else {}),
    }


def video_name(number: int) -> str:
    """What a video is called: its id in six digits, more from a million on."""
    return f"{number:06d}"


def is_of_video(image: bytes) -> bool:
    """Whether a record's line of its picture says of which video it is."""
    return b'"video_id": ' in image


def written_track(annotation: bytes | None) -> Track | None:
    """The track that a record's line of an annotation states; None where there is none."""
    found = None if annotation is None else _TRACK.search(annotation)
    return None if found is None else (int(found[2]), int(found[1]), int(found[3]))
