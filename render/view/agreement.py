"""Rays and the renderer look at one scene: what the renderer says of surfaces is that of what rays have met."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.errors import RenderError
from longtail.render.view.first_hits import FirstHits

# Both follow the same rays, but for roundings: at edges, and where a texture cuts something out.
_FEW_SHARE, _FEW_PX = 2e-2, 16


@dataclass(frozen=True, eq=False)
class Sight:
    """What a camera sees: ids (H, W) int32, 0 where nothing is; z (H, W) float32 along the optical axis in metres, inf
    there; unit normals (H, W, 3) float32 in the camera frame, zeros there."""

    ids: NDArray[np.int32]
    depth_m: NDArray[np.float32]
    normals: NDArray[np.float32]


def agreed(seen: FirstHits, rendered: Sight, shaded: Collection[int]) -> Sight:
    """What rays have `seen`, with the renderer's normals; objects with ids among `shaded`, at which no rays were cast,
    are where the renderer says.

    Where single pixels differ, normals are those of triangles. RenderError: they differ in more.
    """
    own = np.isin(rendered.ids, list(shaded)) if shaded else np.zeros(rendered.ids.shape, dtype=np.bool_)
    ids = np.where(own, rendered.ids, seen.ids)
    same = ids == rendered.ids
    differ, most = int(np.count_nonzero(~same)), max(_FEW_PX, int(same.size * _FEW_SHARE))
    if differ > most:
        raise RenderError(
            f"the label pass: expected the renderer to see what rays meet, but for {most} pixels at most, got "
            f"{differ} others of {same.size}: it has left out a part of the scene, or shows another one"
        )
    return Sight(
        ids,
        np.where(own, rendered.depth_m, seen.depth_m),
        np.where(same[..., None], rendered.normals, seen.facets),
    )
