"""How much of one camera's view another one has as well."""

from __future__ import annotations

import numpy as np

from longtail.annotate.camera.camera import Camera

_COLUMNS = 64


def overlap(camera: Camera, other: Camera) -> float:
    """The share 0..1 of what `camera` looks at without end that is in the picture of `other`, too, by directions.

    Asked of the middles of 64 columns of square cells, those without a ray left out. What is near is in other places of
    the two pictures, and may be hidden from one. A parallel projection looks nowhere without end, and has 0.

    Examples:
        >>> from longtail.annotate.camera import Pinhole
        >>> from longtail.annotate.camera.transform import Transform
        >>> straight = Transform("world", "camera", np.eye(4))
        >>> wide, narrow = (Camera(Pinhole.centred(640, 640, focal), straight) for focal in (320.0, 640.0))
        >>> overlap(wide, narrow), overlap(narrow, wide)
        (0.25, 1.0)
    """
    if not (camera.lens.central and other.lens.central):
        return 0.0
    width, height = camera.size_px
    rows = max(round(_COLUMNS * height / width), 1)
    u, v = np.meshgrid((np.arange(_COLUMNS) + 0.5) * width / _COLUMNS, (np.arange(rows) + 0.5) * height / rows)
    rays = camera.lens.rays(np.stack([u, v], axis=-1)).reshape(-1, 3)
    rays = rays[np.isfinite(rays).all(axis=1)]
    if not len(rays):
        return 0.0
    turned = other.world_from_camera.inverse().directions(camera.world_from_camera.directions(rays))
    pixels = other.lens.project(turned)
    with np.errstate(invalid="ignore"):
        inside = ((pixels >= 0) & (pixels <= other.size_px)).all(axis=1)
    return float(inside.mean())
