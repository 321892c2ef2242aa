"""What the renderer hands over: the arrays of one view, and what is known about the objects in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Camera
from longtail.annotate.camera.transform import Matrix, Transform, placed
from longtail.annotate.labels.conditions import Conditions
from longtail.annotate.labels.cover import Cover
from longtail.annotate.labels.joints import Joints
from longtail.annotate.labels.lanes import RoadLanes
from longtail.annotate.labels.links import Link
from longtail.annotate.labels.motion import Motion
from longtail.annotate.labels.points import Points
from longtail.annotate.labels.rig import Rig
from longtail.annotate.labels.shown import Shown
from longtail.annotate.labels.silhouette import Silhouette
from longtail.annotate.labels.surfaces import Surfaces
from longtail.annotate.labels.taxonomy import BY_NAME, Category, Taxonomy
from longtail.annotate.labels.wheels import Wheels
from longtail.distributions.scalar import Scalar


@dataclass(frozen=True, eq=False)
class SceneObject:
    """What a label may know about one object.

    `id` is the object's value in the id raster, 1 or more. The box is aligned with the object's own axes (X forward,
    Y left, Z up): `box_centre_m` in the object frame, `box_size_m` its full (length, width, height). `amodal_px` counts
    the pixel centres inside the picture that the object would cover with nothing in front of it; only things have it.
    `submerged_px` counts those of them whose point on the object lies below the frame's water level; None where there
    is no flood. `joints_m` are those of a person; none where they are not known. `new_category` says what its category
    is where the table of all does not have that name. `silhouette` is all that it would cover, also beyond the picture,
    None where nobody asked; `nearer_px` at how many pixels of the picture it is nearer than another thing that would
    cover them too, by id. In a clip `velocity_m_s` is the velocity of its origin in the world at the frame's moment,
    and `yaw_rate_rad_s` how fast it turns counter-clockwise about Z; None in a picture of a scene that does not move.
    `phase` (0..1) is how far somebody is through two steps, None for who does not walk, and `wheels` are those of what
    rolls, None of all else: only these change their shape. `links` are those of a robot, none of all else.
    """

    id: int
    category: str
    asset: str
    world_from_object: Transform
    box_centre_m: tuple[float, float, float]
    box_size_m: tuple[float, float, float]
    amodal_px: int | None = None
    attributes: Mapping[str, Scalar] = field(default_factory=dict)
    submerged_px: int | None = None
    joints_m: Joints = ()
    new_category: Category | None = None
    silhouette: Silhouette | None = None
    nearer_px: Mapping[int, int] = field(default_factory=dict)
    velocity_m_s: tuple[float, float, float] | None = None
    yaw_rate_rad_s: float | None = None
    phase: float | None = None
    wheels: Wheels | None = None
    links: tuple[Link, ...] = ()

    @property
    def kind(self) -> Category:
        """The category as this version has it; KeyError for one that only the dataset of a later one knows."""
        return self.new_category or BY_NAME[self.category]

    def box_corners_m(self) -> Matrix:
        """The eight corners (8, 3) of the 3D box in the world frame."""
        (corners,) = corners_m([self])
        return np.asarray(corners)


_SIGNS = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)])


def poses_of(objects: Sequence[SceneObject]) -> Matrix:
    """Their `world_from_object` (N, 4, 4)."""
    return np.array([item.world_from_object.matrix for item in objects], dtype=np.float64).reshape(-1, 4, 4)


def boxes_of(objects: Sequence[SceneObject]) -> tuple[Matrix, Matrix]:
    """The centres and the sizes (N, 3) of their 3D boxes, each in its object's frame."""
    centres, sizes = ([getattr(item, name) for item in objects] for name in ("box_centre_m", "box_size_m"))
    return np.array(centres, dtype=np.float64).reshape(-1, 3), np.array(sizes, dtype=np.float64).reshape(-1, 3)


def corners_m(objects: Sequence[SceneObject]) -> Matrix:
    """The eight corners (N, 8, 3) of each 3D box in the world frame."""
    centres_m, sizes_m = boxes_of(objects)
    return placed(poses_of(objects), centres_m[:, None] + _SIGNS * sizes_m[:, None] / 2)


@dataclass(frozen=True, eq=False)
class Frame:
    """One view. H and W are the camera's height and width in pixels.

    Attributes:
        rgb: (H, W, 3) uint8, sRGB, red first
        object_ids: (H, W) int32, the id of the object that owns each pixel centre, 0 where the ray meets nothing
        depth_m: (H, W) float32, z along the optical axis at the pixel centre, inf where the ray meets nothing
        normals: (H, W, 3) float32 unit vectors in the camera frame (OpenCV axes), zeros where the ray meets nothing;
            None where nobody asked
        conditions: the frame's weather, air, light and water
        transmission: (H, W) float32, 0 to 1, the share of the surface's light that reaches the camera through fog,
            dust, smoke and rain: 1 in clear air; None where the renderer does not say
        lens: (H, W) bool, true where drops, dirt or frost on the lens block or badly distort the view; None for a clean
            lens
        shown: which scene it is, and which frames show it too
        surfaces: what they are made of; None where nobody asked
        taxonomy: what its objects are called in the labels, and what is where a ray meets nothing
        cover: what lies on the road and hides paint, of which `object_ids` knows; None where nothing does
        lanes: of the road that it shows; None where nobody asked, and where there is none
        rig: its place among the cameras of a rig; None where the scene has but one
        motion: the flow to the frames before and after it; None where nobody asked
        points: what LiDARs say of the same moment, by their names
    """

    index: int
    camera: Camera
    rgb: NDArray[np.uint8]
    object_ids: NDArray[np.int32]
    depth_m: NDArray[np.float32]
    normals: NDArray[np.float32] | None
    objects: tuple[SceneObject, ...]
    conditions: Conditions = field(default_factory=Conditions)
    transmission: NDArray[np.float32] | None = None
    lens: NDArray[np.bool_] | None = None
    shown: Shown | None = None
    surfaces: Surfaces | None = None
    taxonomy: Taxonomy = field(kw_only=True)
    cover: Cover | None = field(default=None, kw_only=True)
    lanes: RoadLanes | None = field(default=None, kw_only=True)
    rig: Rig | None = field(default=None, kw_only=True)
    motion: Motion | None = field(default=None, kw_only=True)
    points: Mapping[str, Points] = field(default_factory=dict, kw_only=True)

    def __post_init__(self) -> None:
        width, height = self.camera.size_px
        for name, shape, dtype in (
            ("rgb", (height, width, 3), np.uint8),
            ("object_ids", (height, width), np.int32),
            ("depth_m", (height, width), np.float32),
            ("normals", (height, width, 3), np.float32),
            ("transmission", (height, width), np.float32),
            ("lens", (height, width), np.bool_),
        ):
            array = getattr(self, name)
            if array is None and name in ("normals", "transmission", "lens"):
                continue
            if array.shape != shape or array.dtype != dtype:
                raise ValueError(f"{name}: expected {shape} {np.dtype(dtype)}, got {array.shape} {array.dtype}")
        ids = [item.id for item in self.objects]
        if len(set(ids)) != len(ids) or min(ids, default=1) < 1:
            raise ValueError(f"objects: ids must be unique and 1 or more, got {sorted(ids)}")
