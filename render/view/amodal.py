"""What of each thing the picture would show with nothing in front of it, and beyond its border.

Where the picture shows a thing, no ray is needed; where it shows what is farther away than all of the thing, none can
meet it. The rest is cast at the thing's mesh alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Camera
from longtail.annotate.camera.transform import Matrix
from longtail.annotate.labels.boxes import canvas, projected_boxes, projected_edges
from longtail.annotate.labels.frame import SceneObject
from longtail.annotate.labels.occlusion import nearer
from longtail.annotate.labels.silhouette import Silhouette
from longtail.render.view.casting import Ask, Meshes, Met, Pixels, rays
from longtail.render.view.embree import NOTHING

# How much two casts of one surface may differ: single precision, and the beam of the label pass.
_ALIKE, _ALIKE_M = 1e-4, 1e-3

COARSE_PX = 4
"""Beyond the picture every fourth pixel of every fourth row is cast, and all of them near an edge that these show."""


@dataclass(frozen=True, eq=False)
class Shown:
    """What the picture shows: the ids of objects (H, W), and z along the optical axis (H, W) in metres, inf at none."""

    ids: NDArray[np.int32]
    depth_m: NDArray[np.float32]


def with_amodal(
    items: Sequence[SceneObject],
    meshes: Meshes,
    camera: Camera,
    shown: Shown,
    water_level_m: float | None = None,
    *,
    whole: bool = False,
) -> list[SceneObject]:
    """Things whose meshes are kept, with `amodal_px` and `submerged_px`; if `whole` also with silhouette and order.

    Amodal are pixels that show the thing, and those whose ray meets it no nearer than what they show: nearer, and it
    would be seen. Submerged are those of the latter that meet it below `water_level_m` (world Z).
    """
    views = _views(items, camera, shown, whole=whole)
    for view, met in zip(views, meshes.met([view.asks() for view in views], camera), strict=True):
        view.answered(met, camera, water_level_m)
    if whole:
        _look_beyond(views, meshes, camera)
    front = _nearer(views, shown) if whole else {}
    below = None if water_level_m is None else 0
    known = {view.item.id: view.known(front.get(view.item.id, {}), whole=whole) for view in views}
    return [known.get(item.id) or replace(item, amodal_px=0, submerged_px=below) for item in items]


@dataclass(eq=False)
class _View:
    """A thing in a rectangle of the canvas whose first pixel is (`left`, `top`).

    `mask` (h, w) has the pixels known to be covered, at first those of the picture that show it; `inside` is the
    picture's part of the rectangle. `asked` (N, 2) are the pixels of the picture that must be cast, where something
    else is seen at a depth of `seen_m` (N,); once that is done those that meet the thing, `away` (N,) rays far.
    """

    item: SceneObject
    left: int
    top: int
    mask: NDArray[np.bool_]
    inside: tuple[slice, slice]
    asked: Pixels
    seen_m: NDArray[np.float32]
    away: NDArray[np.float32]
    submerged_px: int | None = None

    def asks(self) -> Ask:
        """For what may be hidden in the picture."""
        return Ask(self.item, self.asked)

    def answered(self, met: Met, camera: Camera, water_level_m: float | None) -> None:
        """Take in where in the picture the thing is hidden."""
        with np.errstate(divide="ignore", invalid="ignore"):
            shown = self.seen_m / met.z
            slack = _ALIKE * shown + _ALIKE_M / np.abs(met.z)
        # Along the camera's plane z says nothing of how far that is: what is no number forbids nothing.
        hits = (met.away < NOTHING) & ~(met.away < shown - slack)
        self.asked, self.away = self.asked[hits], met.away[hits]
        self.cover(self.asked)
        if water_level_m is not None:
            up = camera.world_from_camera.matrix[2]
            height = (rays(camera, self.asked).T * up[:3]).sum(axis=1) * self.away + up[3]
            height += (camera.lens.origins(self.asked + 0.5) * up[:3]).sum(axis=1)
            self.submerged_px = int(np.count_nonzero(height < water_level_m))

    def cover(self, pixels: Pixels) -> None:
        """Add pixels (N, 2) to the mask."""
        self.mask[pixels[:, 1] - self.top, pixels[:, 0] - self.left] = True

    def known(self, nearer_px: dict[int, int], *, whole: bool) -> SceneObject:
        """The thing with all that was found."""
        return replace(
            self.item,
            amodal_px=int(np.count_nonzero(self.mask[self.inside])),
            submerged_px=self.submerged_px,
            silhouette=Silhouette.of(self.mask, self.left, self.top) if whole else None,
            nearer_px=nearer_px,
        )


def _views(items: Sequence[SceneObject], camera: Camera, shown: Shown, *, whole: bool) -> list[_View]:
    """Of the things that have a picture, or a place on the canvas if `whole`."""
    width, height = camera.size_px
    room = canvas(camera.size_px) if whole else (0, 0, width, height)
    boxes, margins = projected_boxes(camera, items), margins_px(camera, items)
    farthest_m = _farthest_m(camera, items)
    views = []
    for item, box, margin, far_m in zip(items, boxes, margins, farthest_m.tolist(), strict=True):
        rectangle = rectangle_px(box, margin, room)
        if rectangle is not None:
            views.append(_view(item, rectangle, shown, far_m))
    return views


def _view(item: SceneObject, rectangle: tuple[int, int, int, int], shown: Shown, far_m: float) -> _View:
    left, top, right, bottom = rectangle
    height, width = shown.ids.shape
    rows, columns = (
        slice(min(max(first, 0), side), min(max(last, 0), side))
        for first, last, side in ((top, bottom, height), (left, right, width))
    )
    inside = (
        slice(rows.start - top, max(rows.stop - top, rows.start - top)),
        slice(columns.start - left, max(columns.stop - left, columns.start - left)),
    )
    mask = np.zeros((bottom - top, right - left), dtype=np.bool_)
    ids, depth_m = shown.ids[rows, columns], shown.depth_m[rows, columns]
    own = mask[inside] = ids == item.id
    down, across = np.nonzero(~own & (depth_m <= far_m))
    asked = np.stack([across + columns.start, down + rows.start], axis=-1)
    return _View(item, left, top, mask, inside, asked, depth_m[down, across], np.empty(0, dtype=np.float32))


def _farthest_m(camera: Camera, items: Sequence[SceneObject]) -> Matrix:
    """The z (N,) beyond which nothing of each thing is; of one that a lens sees behind its plane the last number."""
    if camera.lens.limit_rad > math.pi / 2 or not items:
        return np.full(len(items), np.finfo(np.float32).max)
    corners = camera.world_from_camera.inverse().points(np.stack([item.box_corners_m() for item in items]))
    return np.asarray(corners[..., 2].max(axis=1) * (1 + _ALIKE) + _ALIKE_M)


def margins_px(camera: Camera, items: Sequence[SceneObject]) -> Matrix:
    """How far (N,) around its projected 3D box each thing is looked for; NaN where that is everywhere."""
    if camera.lens.straight or not items:
        return np.ones(len(items))
    edges = projected_edges(camera, items)
    gaps = np.linalg.norm(np.diff(edges, axis=2), axis=-1)
    # Between two points a curve that turns by less than a quarter bulges by less than a quarter of their distance.
    return np.asarray(1.0 + gaps.max(axis=(1, 2)) / 4)


def rectangle_px(box: Matrix, margin: float, room: tuple[int, int, int, int]) -> tuple[int, int, int, int] | None:
    """Pixel columns and rows (left, top, right, bottom) of the `room` that can show a thing, None where none can."""
    x, y, width, height = room
    if np.isnan(box).any():
        return None
    if np.isnan(margin):
        return x, y, x + width, y + height
    left, top = np.floor(box[:2] - margin).clip((x, y)).astype(int).tolist()
    right, bottom = np.ceil(box[:2] + box[2:] + margin).clip(None, (x + width, y + height)).astype(int).tolist()
    return (left, top, right, bottom) if left < right and top < bottom else None


def _look_beyond(views: Sequence[_View], meshes: Meshes, camera: Camera) -> None:
    """Add what of things lies beyond the picture: coarsely first, then all pixels of cells unlike their neighbours."""
    out = [view for view in views if view.mask[view.inside].size < view.mask.size]
    met = meshes.met([Ask(view.item, _middles(view)) for view in out], camera)
    asks = [_filled(view, coarse.away < NOTHING) for view, coarse in zip(out, met, strict=True)]
    for view, ask, close in zip(out, asks, meshes.met(asks, camera), strict=True):
        view.cover(ask.pixels[close.away < NOTHING])


def _cells(view: _View) -> tuple[range, range]:
    """The rows and columns of cells that a view reaches into; those of the whole canvas are numbered alike."""
    height, width = view.mask.shape
    return _cells_of(view.top, height), _cells_of(view.left, width)


def _cells_of(first: int, length: int) -> range:
    return range(first // COARSE_PX, (first + length - 1) // COARSE_PX + 1)


def _middles(view: _View) -> Pixels:
    """A pixel (N, 2) in the middle of each cell, row by row."""
    rows, columns = (np.array(side, dtype=np.int64) * COARSE_PX + COARSE_PX // 2 for side in _cells(view))
    return np.stack([np.tile(columns, rows.size), np.repeat(rows, columns.size)], axis=-1)


def _filled(view: _View, hits: NDArray[np.bool_]) -> Ask:
    """Fill the cells beyond the picture that are met (N,) like all around them; the pixels of the others are asked."""
    from scipy import ndimage  # slow to import, and needed where pictures are labelled only

    rows, columns = _cells(view)
    hit = hits.reshape(len(rows), len(columns)).view(np.uint8)
    around, within = (
        extreme(hit, size=3, mode="constant", cval=0) for extreme in (ndimage.maximum_filter, ndimage.minimum_filter)
    )
    height, width = view.mask.shape
    down, across = view.top - rows.start * COARSE_PX, view.left - columns.start * COARSE_PX

    def pixels(cells: NDArray[np.bool_]) -> NDArray[np.bool_]:
        every = np.repeat(np.repeat(cells, COARSE_PX, axis=0), COARSE_PX, axis=1)
        every = every[down : down + height, across : across + width]
        every[view.inside] = False
        return every

    view.mask |= pixels(within > 0)
    fine_rows, fine_columns = np.nonzero(pixels(around > within))
    return Ask(view.item, np.stack([fine_columns + view.left, fine_rows + view.top], axis=-1))


def _nearer(views: Sequence[_View], shown: Shown) -> dict[int, dict[int, int]]:
    """At how many pixels of the picture each thing is nearer than another: of two one is hidden, or both are."""
    pixels = [view.asked[:, 1] * shown.ids.shape[1] + view.asked[:, 0] for view in views]
    owners = np.repeat([view.item.id for view in views], [len(own) for own in pixels]).astype(np.int64)
    every = np.concatenate([*pixels, np.empty(0, dtype=np.int64)])
    away = np.concatenate([*(view.away for view in views), np.empty(0, dtype=np.float32)])
    return nearer(every, owners, away, shown.ids)
