"""Which frames of a run are one video: a scene as one variant, at one point of a sweep, from one camera."""

from __future__ import annotations

from longtail.annotate.labels.video import VideoFrame
from longtail.scenes.drawing.plan import Plan


def video_frame(plan: Plan, frame: int) -> VideoFrame | None:
    """Which picture of which video frame `frame` is; None where scenes are shown at one moment alone.

    Videos are numbered by their first frames.

    Examples:
        Two cameras see each scene at three moments:

        >>> video_frame(Plan(times_s=(0.0, 0.1, 0.2), cameras=("left", "right")), 9)
        VideoFrame(video_id=4, frame_id=1, previous=7, next=11)
    """
    moments, cameras = len(plan.times_s), max(1, len(plan.cameras))
    if moments < 2:
        return None
    block, view = divmod(frame, moments * cameras)
    moment, camera = divmod(view, cameras)
    return VideoFrame(
        block * cameras + camera + 1,
        moment,
        frame - cameras if moment else None,
        frame + cameras if moment + 1 < moments else None,
    )
