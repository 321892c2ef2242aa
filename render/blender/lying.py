"""Where snow hides what is painted on roads, worked out pixel by pixel as materials have it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Camera
from longtail.annotate.camera.ray_lengths import world_points_m
from longtail.annotate.labels.cover import PAINT, PAINTED
from longtail.render.blender.array_pen import ArrayPen
from longtail.scenes.blender.marks import ROAD
from longtail.scenes.blender.materials.road_snow import road_snow
from longtail.scenes.blender.scene import Built
from longtail.scenes.blender.shader_inputs import ShaderInputs

# So many pixels that what is worked out of them stays in a core's own memory.
_AT_ONCE = 8192


def roads_of(built: Built) -> tuple[int, ...]:
    """The ids of roads and of what is painted on them, which snow lies on as on roads."""
    return tuple(item.id for item in built.objects if item.category in PAINT + PAINTED and _is_road(built, item.id))


def _is_road(built: Built, number: int) -> bool:
    return any(made is not None and made.get(ROAD) for made in built.shapes[number].data.materials)


def lying_on_roads(
    inputs: ShaderInputs,
    roads: Sequence[int],
    camera: Camera,
    object_ids: NDArray[np.int32],
    depth_m: NDArray[np.float32],
    normals: NDArray[np.float32],
) -> NDArray[np.float32]:
    """The share (H, W) of each pixel's surface that snow covers, at its centre; 0 where none of `roads` is seen.

    `inputs` is what the weather asks of materials; `normals` (H, W, 3) are unit normals in the camera frame of what is
    seen at `depth_m` (H, W), z. Blender is asked for nothing.
    """
    lying = np.zeros(object_ids.shape, dtype=np.float32)
    points = world_points_m(camera, depth_m)
    rows, columns = np.nonzero(np.isin(object_ids, roads) & np.isfinite(points[..., 0]))
    turn = camera.world_from_camera.matrix[:3, :3]
    for start in range(0, len(rows), _AT_ONCE):
        row, column = rows[start : start + _AT_ONCE], columns[start : start + _AT_ONCE]
        seen = normals[row, column].astype(np.float64)
        # Axis by axis, as the same numbers come of it on all machines.
        facing = np.stack([(seen * turn[axis]).sum(axis=1) for axis in range(3)], axis=1)
        snow = road_snow(
            ArrayPen(points[row, column].astype(np.float64), facing), lambda name: float(getattr(inputs, name))
        )
        lying[row, column] = snow.amount
    return lying
