"""A look at what the renderer gave back: single bad pixels are mended, and a broken picture is an error.

Path tracers leave single pixels that are not a number, and a renderer that fails may return a black picture without a
word. What Cycles and EEVEE traced has an alpha of 1, the sky too; what was never traced has 0. No film is transparent
here, so that alpha says where the renderer has been.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Camera
from longtail.annotate.errors import RenderError
from longtail.annotate.labels.frame import SceneObject
from longtail.render.view.seeing import pixel_rays

Array = NDArray[np.float32]
Mask = NDArray[np.bool_]

BRIGHTEST_KCD_M2 = 1e8
"""Brighter than anything: the sun's disc outside the air has 127.5 klx / 6.8e-5 sr = 1.9e6 kcd/m2."""

SKY_M = 1e6
"""The depth pass says 1e10 where a ray meets nothing; the far end of the world lies at 5 km."""

# What chance may break: one pixel in 10,000, and of a small picture four.
_FEW_SHARE, _FEW_PX = 1e-4, 4
# Cycles itself gives up on a normal here and there (one pixel of 14,400 in a snowy street).
_FEW_NORMALS_SHARE = 1e-2
_FARTHEST_PX = 3
# How far the length of a normal may be from 1.
_UNIT = 0.02
# Ground is asked for within some metres, at every fourth pixel of every fourth row; a kerb's edge may leave a hole.
_GROUND_M, _GROUND_STEP_PX, _GROUND_HOLES = 20.0, 4, 0.02
# What is higher than this is no level piece of ground.
_LEVEL_M = 1.0


@dataclass(frozen=True, eq=False)
class Labels:
    """The label pass as it came: `index` (H, W) float32, `reach_m` (H, W) float32, the depth pass itself, `normals`
    (H, W, 3) float32 in the world, `alpha` (H, W) float32."""

    index: Array
    reach_m: Array
    normals: Array
    alpha: Array


@dataclass(frozen=True, eq=False)
class Mended:
    """The label pass as it is used: `ids` (H, W) int32, 0 where nothing is; `reach_m` inf and `normals` zero there.

    `count` pixels were taken from their neighbours.
    """

    ids: NDArray[np.int32]
    reach_m: Array
    normals: Array
    count: int


def mended_picture(radiance: Array, alpha: Array, circle: Mask) -> tuple[Array, int]:
    """The radiance (H, W, 3) in kcd/m2 with each bad pixel as the mean of its good neighbours, and how many there were.

    Bad is what is not a number, infinite, below 0 or beyond `BRIGHTEST_KCD_M2`, and inside the image `circle` what was
    not traced. RenderError: too many bad pixels for chance.
    """
    with np.errstate(invalid="ignore"):
        bad = ~((radiance >= 0) & (radiance <= BRIGHTEST_KCD_M2)).all(axis=-1) | (_untraced(alpha) & circle)
    if not bad.any():
        return radiance, 0
    _few(bad, "the picture", "radiance from 0 to 1e8 kcd/m2", _reasons_of_picture(radiance, alpha, circle))
    result = radiance.copy()
    for row, column in np.argwhere(bad).tolist():
        if not circle[row, column]:
            result[row, column] = 0.0
            continue
        window, good = _around(row, column, circle & ~bad)
        result[row, column] = radiance[window][good].mean(axis=0, dtype=np.float64)
    return result, int(np.count_nonzero(bad))


def mended_labels(came: Labels, circle: Mask, known: Iterable[int]) -> Mended:
    """The label pass with each bad pixel taken from its good neighbours.

    Bad is inside the image `circle`: an id that is no whole number of 0 or more, a surface without depth or without a
    unit normal, a depth without an id, and what was not traced. Where a bad pixel's id is sound, neighbours of that id
    are asked, else the id that most neighbours have. RenderError: too many bad pixels for chance, or ids that are not
    among the `known` ones.
    """
    with np.errstate(invalid="ignore"):
        whole = (came.index >= 0) & (came.index < 2**24) & (came.index == np.rint(came.index)) & ~_untraced(came.alpha)
        ids = np.where(whole & circle, came.index, 0).astype(np.int32)
        near = (came.reach_m > 0) & (came.reach_m < SKY_M)
        nothing = came.reach_m >= SKY_M
        unit = _unit(came.normals)
    _require_known(ids, known)
    wrong = circle & ~np.where(whole & (ids > 0), near, whole & nothing)
    crooked = circle & (ids > 0) & ~wrong & ~unit
    bad = wrong | crooked
    if bad.any():
        reasons = _reasons_of_labels(came, circle)
        _few(wrong, "the label pass", "an id and a depth of every surface", reasons)
        _few(crooked, "the label pass", "a normal of every surface", reasons, _FEW_NORMALS_SHARE)
    there = (ids > 0) & ~bad
    reach_m = np.where((ids > 0) & ~wrong, came.reach_m, np.float32(np.inf)).astype(np.float32)
    normals = np.where(there[..., None], came.normals, np.float32(0)).astype(np.float32)
    taken, sound = ids.copy(), circle & ~wrong
    for row, column in np.argwhere(wrong).tolist():
        window, good = _around(row, column, sound, ids, int(ids[row, column]))
        owner = _most(ids[window][good])
        good &= ids[window] == owner
        taken[row, column] = owner
        # Over the picture of a plane it is the inverse of the depth that is linear; that of nothing is 0.
        nearness = (1 / reach_m[window][good].astype(np.float64)).mean()
        reach_m[row, column] = 1 / nearness if owner else np.inf
    for row, column in np.argwhere(bad & (taken > 0)).tolist():
        window, good = _around(row, column, there, ids, int(taken[row, column]))
        normals[row, column] = _mean_direction(normals[window][good])
    return Mended(taken, reach_m, normals, int(np.count_nonzero(bad)))


def require_ground(ids: NDArray[np.int32], camera: Camera, objects: Sequence[SceneObject]) -> None:
    """RenderError where rays that fall onto the ground nearby meet nothing at all.

    The ground is the union of all level pieces among `objects`; only what is within 20 m of the camera is asked.
    """
    step = np.s_[::_GROUND_STEP_PX, ::_GROUND_STEP_PX]
    world = pixel_rays(camera.lens)[step] @ camera.world_from_camera.matrix[:3, :3].T
    eye = camera.world_from_camera.matrix[:3, 3]
    if not camera.lens.central:
        eye = camera.world_from_camera.points(camera.lens.origins(camera.pixel_centres()[step]))
    falling = np.zeros(world.shape[:2], dtype=np.bool_)
    for item in objects:
        if item.kind.supercategory == "flat" or item.category == "terrain":
            falling |= _meets_level(item, eye, world)
    missed = int(np.count_nonzero(falling & (ids[step] == 0)))
    if missed > _GROUND_HOLES * np.count_nonzero(falling):
        raise RenderError(
            f"the labels: expected ground at {np.count_nonzero(falling)} pixels that look down at it, got nothing "
            f"at {missed} of them: a part of the scene was left out, or all"
        )


def require_variety(radiance: Array, ids: NDArray[np.int32], transmission: Array, circle: Mask, lux: float) -> None:
    """RenderError where a picture (H, W, 3) is the same all over, and that cannot be.

    Two surfaces never have the very same radiance, unless no light of them crosses the air (`transmission`, H, W, under
    1 %); and the sky is black only where nothing lights the scene (`lux`).
    """
    seen, owners = radiance[circle], ids[circle]
    if not len(seen) or (seen != seen[0]).any():
        return
    through = transmission[circle][owners > 0]
    several = (owners != owners[0]).any() and bool((through > 0.01).any())
    black_sky = not seen[0].any() and lux > 0 and bool((owners == 0).any())
    if several or black_sky:
        raise RenderError(
            f"the picture: expected {'different surfaces' if several else f'a sky that gives {lux:.3g} lux'}, got the "
            f"same radiance all over, {seen[0].tolist()} kcd/m2: the renderer has failed without a word"
        )


def _untraced(alpha: Array) -> Mask:
    with np.errstate(invalid="ignore"):
        untraced: Mask = ~(alpha > 0.5)
    return untraced


def _unit(vectors: Array) -> Mask:
    """Which of vectors (H, W, 3) have a length of 1; those that are not a number have none."""
    squared = np.einsum("...c,...c", vectors, vectors)
    unit: Mask = np.abs(squared - 1) < 2 * _UNIT
    return unit


def _few(bad: Mask, what: str, expected: str, reasons: str, share: float = _FEW_SHARE) -> None:
    """RenderError where the bad pixels (H, W) are more than chance leaves."""
    count, most = int(np.count_nonzero(bad)), max(_FEW_PX, int(bad.size * share))
    if count > most:
        raise RenderError(
            f"{what}: expected {expected}, but for {most} pixels at most, "
            f"got {count} bad ones of {bad.size} ({reasons})"
        )


def _reasons_of_picture(radiance: Array, alpha: Array, circle: Mask) -> str:
    with np.errstate(invalid="ignore"):
        return _told(
            {
                "not finite": ~np.isfinite(radiance).all(axis=-1),
                "negative": (radiance < 0).any(axis=-1),
                "brighter than the sun": (np.isfinite(radiance) & (radiance > BRIGHTEST_KCD_M2)).any(axis=-1),
                "never traced": _untraced(alpha) & circle,
            }
        )


def _reasons_of_labels(came: Labels, circle: Mask) -> str:
    with np.errstate(invalid="ignore"):
        there = circle & (came.index > 0)
        return _told(
            {
                "never traced": circle & _untraced(came.alpha),
                "no whole id": circle & ~((came.index >= 0) & (came.index == np.rint(came.index))),
                "an id without a depth": there & ~((came.reach_m > 0) & (came.reach_m < SKY_M)),
                "a depth without an id": circle & (came.index == 0) & ~(came.reach_m >= SKY_M),
                "no unit normal": there & ~_unit(came.normals),
            }
        )


def _told(reasons: dict[str, Mask]) -> str:
    counts = {name: int(np.count_nonzero(where)) for name, where in reasons.items()}
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count)


def _require_known(ids: NDArray[np.int32], known: Iterable[int]) -> None:
    numbers = np.fromiter(chain((0,), known), dtype=np.int64)
    table = np.zeros(max(int(ids.max(initial=0)), int(numbers.max())) + 1, dtype=np.bool_)
    table[numbers] = True
    strange = ~table[ids]
    if strange.any():
        strangers = np.unique(ids[strange]).tolist()
        raise RenderError(f"the label pass: expected ids of the scene's objects, got {strangers[:10]} as well")


def _window(row: int, column: int, reach: int) -> tuple[slice, slice]:
    return slice(max(row - reach, 0), row + reach + 1), slice(max(column - reach, 0), column + reach + 1)


def _around(
    row: int, column: int, sound: Mask, ids: NDArray[np.int32] | None = None, owner: int = 0
) -> tuple[tuple[slice, slice], Mask]:
    """The smallest window around a pixel that holds sound ones, and which they are there.

    Next to it those of its `owner` among `ids` come first, if it has one.
    """
    window = _window(row, column, 1)
    if ids is not None and owner and (own := sound[window] & (ids[window] == owner)).any():
        return window, own
    for reach in range(1, _FARTHEST_PX + 1):
        window = _window(row, column, reach)
        if (good := sound[window].copy()).any():
            return window, good
    raise RenderError(f"the pixel in row {row}, column {column}: expected sound ones within {_FARTHEST_PX}, got none")


def _mean_direction(vectors: Array) -> NDArray[np.float64]:
    """The mean (3,) of unit vectors (N, 3), of length 1; the first of them where they cancel out."""
    mean = vectors.mean(axis=0, dtype=np.float64)
    length = float(np.linalg.norm(mean))
    return np.asarray(mean / length if length > _UNIT else vectors[0])


def _most(owners: NDArray[np.int32]) -> int:
    """The id that occurs most often; of several the least."""
    return int(np.bincount(owners).argmax())


def _meets_level(item: SceneObject, eye: NDArray[np.float64], world: Array) -> Mask:
    """Whether rays (h, w, 3) from `eye` (3,) or (h, w, 3) meet a level piece's rectangle near the camera; never where
    it is not level."""
    corners = item.box_corners_m()
    low, high = corners.min(axis=0), corners.max(axis=0)
    drop = eye[..., 2] - high[2]
    if high[2] - low[2] > _LEVEL_M or np.any(drop <= 0):
        return np.zeros(world.shape[:2], dtype=np.bool_)
    with np.errstate(divide="ignore", invalid="ignore"):
        length = np.where(world[..., 2] < 0, drop / -world[..., 2], np.inf)
        places = eye[..., :2] + world[..., :2] * length[..., None]
        met: Mask = (length < _GROUND_M) & ((places > low[:2]) & (places < high[:2])).all(axis=-1)
    return met
