"""Where the joints of a body are."""

from __future__ import annotations

Joints = tuple[tuple[float, float, float, float], ...]
"""The joints of `annotate.labels.keypoints.NAMES`: x, y and z in the object frame, and how far before it the surface of
its own limb may lie, all in metres."""
