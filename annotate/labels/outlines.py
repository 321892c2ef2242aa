"""Masks as outlines: polygons that run along the edges of pixels, and nowhere through them.

A polygon through the centres of pixels, as `cv2.findContours` makes it, loses half a pixel on each side: a disc of
radius 4 becomes 0.71 of itself in COCO, a line of one pixel nothing. Along the edges nothing is lost: COCO's own
rasteriser gives back every mask, pixel by pixel; a hole is joined to what is around it by a slit of no width.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

INSET_PX = 0.02
"""How far `Outline.inset` moves edges: what a box loses on each side, and more than six decimals of a share round."""

# The pixels around a corner, by their bits, and where each lies from it: x, then y.
_AROUND = {1: (-1, -1), 2: (1, -1), 4: (-1, 1), 8: (1, 1)}
_ACROSS = {1: 8, 2: 4, 4: 2, 8: 1}

_MANY = 50
"""Points from which on a tree finds the nearest sooner than comparing all."""


@dataclass(frozen=True, eq=False)
class Outline:
    """One closed polygon around pixels that share edges, or around a hole in them; the last point joins the first.

    It runs clockwise as one sees the picture, around a hole the other way, so that areas by the usual formula cancel.

    Attributes:
        points: (N, 2) x, y in pixels, whole numbers: (0, 0) is the top-left corner of the first pixel
        inside: (N, 2) where the mask lies from each point: -1 or 1 to the left or right, then up or down
        hole: whether it runs around a hole
    """

    points: Points
    inside: Points
    hole: bool

    def inset(self) -> Points:
        """The points (N, 2), moved into the mask by `INSET_PX`.

        Cut to whole numbers, they are pixels of the mask's border. Pillow and OpenCV cut so and fill the border too:
        labelme, Cityscapes' scripts and Ultralytics, which fill polygons with them, get the mask back.
        """
        return np.asarray(self.points + INSET_PX * self.inside)

    def border(self) -> NDArray[np.int64]:
        """Columns and rows (N, 2) of the pixels of the mask's border that lie at the points."""
        return (self.points - (self.inside < 0)).astype(np.int64)

    def area(self) -> float:
        """How many pixels lie within, those of holes too: half the sum of the cross products."""
        x, y = self.points.T
        return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)


def outlines(mask: NDArray[np.bool_], origin: tuple[int, int] = (0, 0)) -> list[Outline]:
    """The outlines of a mask (H, W), whose first pixel is at `origin` (x, y) of the picture, in reading order.

    Pixels that touch at corners alone have outlines of their own.

    Examples:
        One pixel, and a ring of eight around a hole:

        >>> [outline.points.tolist() for outline in outlines(np.ones((1, 1), dtype=np.bool_), (5, 3))]
        [[[5.0, 3.0], [6.0, 3.0], [6.0, 4.0], [5.0, 4.0]]]
        >>> ring = np.ones((3, 3), dtype=np.bool_)
        >>> ring[1, 1] = False
        >>> [(outline.area(), outline.hole) for outline in outlines(ring)]
        [(9.0, False), (1.0, True)]
    """
    corners = _corners(mask)
    points, inside = corners[:, :2] + np.array(origin), corners[:, 2:]
    found = []
    for chain in _chains(_partners(corners, 1, 0), _partners(corners, 0, 1)):
        # From its first corner in reading order an outline goes to the right and down. What lies there is the mask, or
        # the hole.
        hole = bool(inside[chain[0], 0] < 0)
        order = chain[::-1] if hole else chain
        found.append(Outline(points[order].astype(np.float64), inside[order].astype(np.float64), hole))
    return found


def parts(mask: NDArray[np.bool_], origin: tuple[int, int] = (0, 0)) -> list[list[Outline]]:
    """The outlines of a mask (H, W) by its parts: of each first that around it, then those of its holes.

    Examples:
        >>> mask = np.array([[1, 1, 1, 0], [1, 0, 1, 0], [1, 1, 1, 1], [0, 0, 0, 0], [1, 0, 0, 0]], dtype=np.bool_)
        >>> [[outline.area() for outline in part] for part in parts(mask)]
        [[10.0, 1.0], [1.0]]
    """
    from scipy import ndimage  # slow to import, and needed where pictures are labelled only

    labels, count = ndimage.label(mask)
    found: list[list[Outline]] = [[] for _ in range(count)]
    for outline in outlines(mask, origin):
        # Any pixel of its border tells whose it is.
        column, row = outline.border()[0] - np.array(origin)
        found[labels[row, column] - 1].append(outline)
    return [sorted(part, key=lambda outline: outline.hole) for part in found]


def _corners(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Where outlines turn, in reading order: rows of x, y, and the side of the mask in x and in y.

    Around such a corner the mask has one pixel, or all but one; where it has two that touch, two outlines turn there.
    """
    framed = np.pad(mask, 1).astype(np.uint8)
    around = framed[:-1, :-1] + 2 * framed[:-1, 1:] + 4 * framed[1:, :-1] + 8 * framed[1:, 1:]
    rows = []
    for pixel, side in _AROUND.items():
        other = _ACROSS[pixel]
        y, x = np.nonzero((around == pixel) | (around == 15 - other) | (around == pixel + other))
        rows.append(np.stack([x, y, np.full_like(x, side[0]), np.full_like(x, side[1])], axis=1))
    corners = np.concatenate(rows)
    return np.asarray(corners[_order(corners, 1, 0)])


def _order(corners: NDArray[np.int64], line: int, along: int) -> NDArray[np.int64]:
    """The order along lines: of two corners at one place, the one whose pixel comes first."""
    return np.asarray(np.lexsort((corners[:, 2 + along], corners[:, along], corners[:, line])))


def _partners(corners: NDArray[np.int64], line: int, along: int) -> list[int]:
    """The other end of each corner's edge along a line: edges lie between the first and second, third and fourth."""
    order = _order(corners, line, along)
    partners = np.empty(len(corners), dtype=np.int64)
    partners[order[0::2]], partners[order[1::2]] = order[1::2], order[0::2]
    return [int(partner) for partner in partners]


def _chains(across: list[int], down: list[int]) -> Iterator[list[int]]:
    """Corners that follow each other, across and down in turn, until the first is reached again."""
    seen = bytearray(len(across))
    for start in range(len(across)):
        if seen[start]:
            continue
        chain, place = [], start
        while not seen[place]:
            other = across[place]
            seen[place] = seen[other] = 1
            chain += [place, other]
            place = down[other]
        yield chain


def joined(rings: Sequence[Points]) -> Points:
    """One polygon (N, 2) of several, which are joined by lines there and back between their nearest points.

    Filled by the even-odd rule, parts stay parts and holes stay holes, but for what a rasteriser draws of the lines.
    The nearest is joined first, so that no line crosses another polygon.

    Examples:
        >>> one, other = np.array([[0.0, 0], [1, 0], [1, 1]]), np.array([[3.0, 0], [4, 0], [4, 1]])
        >>> joined([one, other]).tolist()
        [[0.0, 0.0], [1.0, 0.0], [3.0, 0.0], [4.0, 0.0], [4.0, 1.0], [3.0, 0.0], [1.0, 0.0], [1.0, 1.0]]
    """
    whole = rings[0]
    if len(rings) == 1:
        return whole
    others = np.concatenate(rings[1:])
    owner = np.repeat(np.arange(1, len(rings)), [len(ring) for ring in rings[1:]])
    away, nearest = np.full(len(others), np.inf), np.zeros_like(others)
    new = whole
    for _ in rings[1:]:
        distance, place = _nearest(others, new)
        closer = distance < away
        away[closer], nearest[closer] = distance[closer], new[place[closer]]
        there = int(away.argmin())
        number = int(owner[there])
        ring = rings[number]
        around = np.roll(ring, int(np.flatnonzero(owner == number)[0]) - there, axis=0)
        here = int((whole == nearest[there]).all(axis=1).argmax())
        whole = np.concatenate([whole[: here + 1], around, around[:1], whole[here:]])
        new, kept = ring, owner != number
        others, owner, away, nearest = others[kept], owner[kept], away[kept], nearest[kept]
    return whole


def _nearest(points: Points, among: Points) -> tuple[Points, NDArray[np.int64]]:
    """How far it is from each of the points (N,) to the nearest of some others, and which that is."""
    if len(among) > _MANY:
        from scipy.spatial import cKDTree  # slow to import, and needed of long outlines only

        distance, place = cKDTree(among).query(points)
        return np.asarray(distance), np.asarray(place, dtype=np.int64)
    squares = ((points[:, None] - among[None]) ** 2).sum(axis=-1)
    place = squares.argmin(axis=1)
    return np.sqrt(squares[np.arange(len(points)), place]), place
