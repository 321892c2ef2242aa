"""Rays and the renderer look at one scene: what the renderer says of surfaces is that of what rays have met."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.errors import RenderError
from longtail.render.view.first_hits import FirstHits

# Both follow the same rays, but for roundings: at edges, and where a texture cuts something out. Of what has no edge
# within a pixel surfaces in one plane are left, which may show either.
_FEW_SHARE, _FEW_PX = 1e-2, 16


@dataclass(frozen=True, eq=False)
class Sight:
    """What a camera sees: ids (H, W) int32, 0 where nothing is; z (H, W) float32 along the optical axis in metres, inf
    there; unit normals (H, W, 3) float32 in the camera frame, zeros there."""

    ids: NDArray[np.int32]
    depth_m: NDArray[np.float32]
    normals: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Agreed:
    """What both say: `sight`; as `FirstHits` has them `facets` (H, W, 3); and where the renderer has seen the `same`
    (H, W), so that what else it says is of that."""

    sight: Sight
    facets: NDArray[np.float32]
    same: NDArray[np.bool_]


def agreed(seen: FirstHits, rendered: Sight, shaded: Collection[int]) -> Agreed:
    """What rays have `seen`, with the renderer's normals; objects with ids among `shaded`, at which no rays were cast,
    are where the renderer says, and their facets are its normals.

    Where pixels differ, normals are those of triangles. RenderError: many do that have no edge beside them.
    """
    own = np.isin(rendered.ids, list(shaded)) if shaded else np.zeros(rendered.ids.shape, dtype=np.bool_)
    ids = np.where(own, rendered.ids, seen.ids)
    same = ids == rendered.ids
    differ = int(np.count_nonzero(~same & _inside(ids) & _inside(rendered.ids)))
    most = max(_FEW_PX, int(same.size * _FEW_SHARE))
    if differ > most:
        raise RenderError(
            f"the label pass: expected the renderer to see what rays meet, but for {most} pixels at most, got "
            f"{differ} others of {same.size}: it has left out a part of the scene, or shows another one"
        )
    facets = np.where(own[..., None], rendered.normals, seen.facets)
    normals = np.where(same[..., None], rendered.normals, facets)
    return Agreed(Sight(ids, np.where(own, rendered.depth_m, seen.depth_m), normals), facets, same)


def _inside(ids: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Which pixels (H, W) have no edge within a pixel."""
    from scipy import ndimage  # slow to import, and needed where pictures are labelled only

    least, most = (extreme(ids, size=3) for extreme in (ndimage.minimum_filter, ndimage.maximum_filter))
    return np.asarray(least == most)
