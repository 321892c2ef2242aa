"""A gripper in the view of the camera on its wrist: below the picture's middle, and in nothing that lies there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Camera
from longtail.annotate.camera.transform import Transform
from longtail.scenes.assets.asset import Asset
from longtail.scenes.assets.household.gripper import FINGER_M
from longtail.scenes.scenarios.tabletop.cameras import half_view_m
from longtail.scenes.scenarios.tabletop.support import Furniture
from longtail.scenes.scene import Placed

Array = NDArray[np.float64]

# How far ahead of the camera the fingers end, and how low in the picture, of half its height; the palm before which
# they begin is below the picture. Brackets hold the one so far from the other.
_TIPS_M = (0.12, 0.145)
_LOW, _BELOW, _APART_M, _MOST_M = 0.8, 0.97, 0.012, 0.12
_CLEAR_M = 0.004
# Asset's X is the camera's Z, its Y the camera's -X, its Z the camera's -Y.
_AXES = np.array([[0.0, -1.0, 0.0], [0.0, 0.0, -1.0], [1.0, 0.0, 0.0]])


def beside(camera: Camera, hand: Asset, reach: float) -> Placed:
    """The gripper below the camera's axis, reaching along it; `reach` (0..1) says how far its fingers are ahead.

    A long lens sees nothing of it.
    """
    length, _, height = hand.size_m
    tips = _TIPS_M[0] + (_TIPS_M[1] - _TIPS_M[0]) * reach
    slope = half_view_m(camera.lens, 1.0)
    palm = height / 2 + max(_BELOW * slope * max(tips - FINGER_M, 0.0), _APART_M)
    below = min(max(_LOW * slope * tips, palm), _MOST_M)
    pose = np.eye(4)
    pose[:3, :3] = _AXES
    pose[:3, 3] = _AXES @ (-length / 2, 0.0, -height / 2) + (0.0, below, tips)
    world = camera.world_from_camera.matrix @ pose
    return Placed.posed(hand.name, Transform("world", "object", np.round(world, 7)))


def clear_of_boxes(placed: Placed, hand: Asset, boxes_m: Array) -> bool:
    """Whether a gripper's box is outside of upright boxes (N, 2, 3), by the separating axes of both."""
    pose = placed.world_from_object.matrix
    half = np.array(hand.size_m) / 2
    middle = pose[:3, :3] @ (0.0, 0.0, half[2]) + pose[:3, 3]
    own, world = pose[:3, :3].T, np.eye(3)
    crossed = np.cross(own[:, None], world[None]).reshape(-1, 3)
    axes = np.concatenate([own, world, crossed[(crossed**2).sum(axis=1) > 1e-9]])
    axes /= np.sqrt((axes**2).sum(axis=1, keepdims=True))
    gaps = np.abs((boxes_m.mean(axis=1) - middle) @ axes.T)
    reach = np.abs(axes @ own.T) @ half + ((boxes_m[:, 1] - boxes_m[:, 0]) / 2) @ np.abs(axes).T
    return bool((gaps > reach + _CLEAR_M).any(axis=1).all())


def furniture_boxes(furniture: Furniture) -> Array:
    """What carries the things, and all beneath it, as an upright box (1, 2, 3)."""
    length, width = furniture.area_m
    return np.array([[[-length / 2, -width / 2, 0.0], [length / 2, width / 2, furniture.top_m]]])


def walls_of(furniture: Furniture) -> Array:
    """What stands about the things, as upright boxes (N, 2, 3): a bin's walls; a shelf's sides, back and next board."""
    corners = [part.shape.vertices_m for part in furniture.supports()]
    boxes = [np.array([points.min(axis=0), points.max(axis=0)]) for points in corners]
    if furniture.kind == "shelf":
        length, width, height = furniture.size_m
        over = height + furniture.clear_m
        boxes.append(np.array([[-length / 2, -width / 2, over], [length / 2, width / 2, over + 0.03]]))
    return np.array(boxes)
