"""What is rendered through each lens against the same lens on paper: dots, ids, depth and silhouettes."""

from __future__ import annotations

import math
from typing import Any

import bpy
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from longtail.annotate import label
from longtail.annotate.camera import BrownConrady, Camera, Equirectangular, FTheta, KannalaBrandt, Lens, Pinhole
from longtail.annotate.camera.orthographic import Orthographic
from longtail.annotate.camera.transform import Transform
from longtail.annotate.labels.taxonomy import VOID
from longtail.render.blender.session import Session
from longtail.scenes.blender.scene import Built
from longtail.scenes.config.settings import RenderSettings
from longtail.scenes.geometry.materials import Principled
from longtail.scenes.geometry.solids import box, ellipsoid
from tests.blender.stage import CPU, at, expose, frame_of, staged
from tests.blender.stage import session as new_session

pytestmark = pytest.mark.blender

WIDTH, HEIGHT = 240, 160
LENSES: dict[str, Lens] = {
    "pinhole": Pinhole(WIDTH, HEIGHT, 150.0, 150.0, 126.0, 75.0),
    "oblong pinhole": Pinhole(WIDTH, HEIGHT, 130.0, 160.0, 97.0, 91.0),
    "barrel": BrownConrady(WIDTH, HEIGHT, 130.0, 128.0, 125.0, 77.0, -0.32, 0.12, 0.003, -0.002, -0.01),
    "pincushion": BrownConrady(WIDTH, HEIGHT, 170.0, 172.0, 117.0, 83.0, 0.2, 0.05, -0.002, 0.003),
    "rational": BrownConrady(WIDTH, HEIGHT, 150.0, 153.0, 122.0, 78.0, 0.4, 0.02, 0.001, -0.002, 0.03, 0.6, 0.05, 0.01),
    "fisheye": KannalaBrandt(WIDTH, HEIGHT, 73.0, 72.0, 122.0, 78.0, 0.0035, 0.0007, -0.002, 0.0002),
    # Its image circle ends within the picture.
    "short fisheye": KannalaBrandt(WIDTH, HEIGHT, 60.0, 60.0, 120.0, 80.0, k1=-0.07),
    "f-theta": FTheta(WIDTH, HEIGHT, 70.0, 71.0, 117.0, 83.0, 0.02, -0.01, 0.03, -0.004),
    "orthographic": Orthographic(WIDTH, HEIGHT, 40.0, 40.0, 126.0, 75.0),
    "panorama": Equirectangular(WIDTH, HEIGHT, 40.0, 52.0, 118.0, 79.0),
}
each_lens = pytest.mark.parametrize("lens", LENSES.values(), ids=LENSES)
CENTRAL = {name: lens for name, lens in LENSES.items() if lens.central}

GREY = Principled()
BLACK = Principled((0.0, 0.0, 0.0), roughness=1.0)
HALF_PX = 10
WINDOW = np.array([[x, y] for x in (-HALF_PX, 0, HALF_PX) for y in (-HALF_PX, 0, HALF_PX)])


@pytest.fixture(scope="module")
def session() -> Session:
    return new_session(16)


@pytest.fixture(scope="module")
def bare() -> Session:
    return new_session(1)


def looking(lens: Lens) -> Camera:
    """At the origin, along world X, a little turned and tilted so that no axis of the picture is one of the world."""
    level = np.array([[0.0, 0, 1], [-1, 0, 0], [0, -1, 0]])
    turned, _ = cv2.Rodrigues(np.array([0.05, -0.08, 0.1]))
    matrix = np.eye(4)
    matrix[:3, :3] = level @ turned
    return Camera(lens, Transform("world", "camera", matrix))


def axial(lens: Lens) -> NDArray[np.float64]:
    """The z component (H, W) of the ray through each pixel's centre; NaN where there is none."""
    u, v = np.meshgrid(np.arange(WIDTH) + 0.5, np.arange(HEIGHT) + 0.5)
    return lens.rays(np.stack([u, v], axis=-1))[..., 2]


def reach(camera: Camera, size_m: tuple[float, float, float], pose: Transform) -> NDArray[np.float64]:
    """The length (H, W) of each pixel's ray up to a box's surface, from outside or inside; NaN where it misses."""
    inverse = pose.inverse()
    eye = inverse.points(camera.world_from_camera.points(camera.lens.origins(camera.pixel_centres())))
    directions = inverse.directions(rays(camera))
    half = np.asarray(size_m) / 2
    with np.errstate(divide="ignore"):
        one, other = (-half - eye) / directions, (half - eye) / directions
    enter, leave = np.minimum(one, other).max(axis=-1), np.maximum(one, other).min(axis=-1)
    return np.where((leave >= enter) & (leave > 0), np.where(enter > 0, enter, leave), np.nan)


def centroid(weights: NDArray[np.generic]) -> NDArray[np.float64]:
    """(x, y) in pixels of a raster's weights."""
    moments = cv2.moments(weights.astype(np.float32))
    return np.array([moments["m10"], moments["m01"]]) / moments["m00"] + 0.5


def rays(camera: Camera) -> NDArray[np.float64]:
    """World directions (H, W, 3) through all pixel centres."""
    u, v = np.meshgrid(np.arange(WIDTH) + 0.5, np.arange(HEIGHT) + 0.5)
    return camera.world_from_camera.directions(camera.lens.rays(np.stack([u, v], axis=-1)))


class Unfiltered(Session):
    """Samples the picture at the pixels' centres, as the labels are."""

    def _prepare_picture(self, built: Built, *settings: Any, **also: Any) -> None:
        super()._prepare_picture(built, *settings, **also)
        cycles = built.scene.cycles
        cycles.pixel_filter_type, cycles.filter_width = "BOX", 0.01


@pytest.mark.parametrize("lens", CENTRAL.values(), ids=CENTRAL)
def test_every_pixels_ray_is_the_lenss(lens: Lens) -> None:
    """A sky whose colour is the direction in which it is seen."""
    camera = looking(lens)
    far_behind = [("speck", "car", box((0.1, 0.1, 0.1), GREY), at(-900))]
    shown = expose(Unfiltered(RenderSettings(samples=1, denoise=False), CPU, threads=2), camera, far_behind, compass)
    seen = np.isfinite(axial(lens))
    found = camera.project(shown.radiance.astype(np.float64) * 2 - 1)
    v, u = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    np.testing.assert_allclose(found[seen], np.stack([u, v], axis=-1)[seen], atol=0.01)
    assert (shown.radiance[~seen] == 0).all()


def compass(scene: bpy.types.Scene) -> None:
    """Make the sky of `scene` show directions -1..1 as 0..1."""
    tree = scene.world.node_tree
    direction, half = tree.nodes.new("ShaderNodeTexCoord"), tree.nodes.new("ShaderNodeVectorMath")
    half.operation = "MULTIPLY_ADD"
    half.inputs[1].default_value = half.inputs[2].default_value = (0.5, 0.5, 0.5)
    tree.links.new(direction.outputs["Generated"], half.inputs[0])
    background = next(node for node in tree.nodes if node.type == "BACKGROUND")
    tree.links.new(half.outputs[0], background.inputs["Color"])


@each_lens
def test_dots_stand_where_the_lens_projects_them(session: Session, lens: Lens) -> None:
    """Black balls on a sphere around the camera, before a white sky: each one's centroid is its centre's pixel."""
    camera = looking(lens)
    u, v = np.meshgrid(np.linspace(18, WIDTH - 18, 6), np.linspace(18, HEIGHT - 18, 4))
    asked = np.stack([u, v], axis=-1).reshape(-1, 2)
    # A window with a part outside the image circle would be dark there.
    asked = asked[[np.isfinite(lens.rays(pixel + WINDOW)).all() for pixel in asked]]
    assert len(asked) >= 12
    centres = camera.world_from_camera.points(lens.rays(asked) * 10 + lens.origins(asked))
    np.testing.assert_allclose(camera.project(centres), asked, atol=1e-6)
    ball = ellipsoid((0.15,) * 3, BLACK, sides=32)
    dots = [(f"ball {i}", "car", ball, at(*map(float, centre))) for i, centre in enumerate(centres)]
    shown = expose(session, camera, dots)
    dark = 1 - shown.radiance.mean(axis=2).clip(0, 1)
    for number, pixel in enumerate(asked, start=1):
        x, y = (pixel - HALF_PX).astype(int)
        np.testing.assert_allclose(centroid(dark[y : y + 2 * HALF_PX, x : x + 2 * HALF_PX]) + (x, y), pixel, atol=0.2)
        np.testing.assert_allclose(centroid(shown.object_ids == number), pixel, atol=0.5)


@each_lens
def test_a_checker_boards_corners_are_where_the_lens_projects_them(session: Session, lens: Lens) -> None:
    """OpenCV finds each corner of black squares before a white sky, from a pixel beside its place."""
    camera, ahead_m = looking(lens), 4.0
    side = 15 / lens.fx_px * (ahead_m if lens.central else 1.0)
    black = box((0.001, side, side), BLACK)
    squares = [(row, column) for row in range(-2, 3) for column in range(-3, 4) if (row + column) % 2 == 0]
    board = [(f"square {i}", "car", black, at(ahead_m, y * side, z * side)) for i, (z, y) in enumerate(squares)]
    shown = expose(session, camera, board)
    corners = [(ahead_m, (y + 0.5) * side, (z + 0.5) * side) for z in range(-2, 2) for y in range(-3, 3)]
    expected = camera.project(corners)
    grey = (shown.radiance.mean(axis=2).clip(0, 1) * 255).astype(np.uint8)
    near = np.ascontiguousarray((expected - 0.5 + [0.8, -0.7])[:, None], dtype=np.float32)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 50, 1e-4)
    found = cv2.cornerSubPix(grey, near, (4, 4), (-1, -1), stop)
    assert np.abs(found[:, 0] + 0.5 - expected).max() < 0.3


@each_lens
def test_a_room_is_as_deep_as_it_is_wide(bare: Session, lens: Lens) -> None:
    """Inside a room with boxes, before and behind the camera's plane: ids, z, normals and silhouettes on paper."""
    camera = looking(lens)
    things = [
        ("room", "building", (9.0, 8.0, 7.0), at(0.3, 0.2, 0.1)),
        ("ahead", "car", (1.0, 1.2, 0.8), at(3, 0.6, 0.2, 0.4)),
        ("aside", "car", (1.5, 0.6, 1.1), at(1.0, 2.6, -0.4, 0.1)),
        ("above", "car", (0.7, 1.1, 0.5), at(0.4, -0.3, 2.2)),
        ("behind", "car", (0.8, 0.8, 1.5), at(-1.2, -2.6, 0.2, -0.2)),
        ("back", "car", (1.0, 1.0, 1.0), at(-3.0, 0.2, 0.0)),
        ("near", "car", (0.3, 0.2, 0.2), at(0.25, -0.35, -0.3, 0.3)),
    ]
    shown = expose(bare, camera, [(name, kind, box(size, GREY), pose) for name, kind, size, pose in things])
    distances = np.stack([reach(camera, size, pose) for _, _, size, pose in things])
    owner = np.where(
        np.isfinite(distances).any(axis=0), np.nanargmin(np.nan_to_num(distances, nan=np.inf), axis=0) + 1, 0
    )
    agree = shown.object_ids == owner
    assert agree.mean() > 0.995
    depth = np.nanmin(distances, axis=0, initial=np.inf) * axial(lens)
    # What a camera's plane cuts is not seen for the first five centimetres.
    hit = agree & (owner > 0) & (lens.central | (depth > 0.06))
    np.testing.assert_allclose(shown.depth_m[hit], depth[hit], rtol=2e-3, atol=2e-3)
    assert np.isinf(shown.depth_m[shown.object_ids == 0]).all()
    assert (hit & (depth < 0)).any() == (lens.limit_rad > math.pi / 2)
    label(frame_of(shown, camera))
    for number, item in enumerate(shown.objects[1:], start=2):
        truth = int(np.isfinite(distances[number - 1]).sum())
        assert item.amodal_px is not None
        assert item.amodal_px >= (shown.object_ids == number).sum()
        assert item.amodal_px == pytest.approx(truth, rel=0.01, abs=2), item.asset


def test_nothing_is_seen_outside_the_image_circle(bare: Session) -> None:
    lens = LENSES["short fisheye"]
    shown = expose(bare, looking(lens), [("room", "building", box((9, 8, 7), GREY), at(0))])
    outside = np.isnan(axial(lens))
    assert 0.1 < outside.mean() < 0.6
    assert (shown.radiance[outside] == 0).mean() > 0.98
    assert ((shown.object_ids == 0) == outside).all()
    assert ((label(frame_of(shown, looking(lens))).semantic == VOID) == outside).all()


def test_one_session_takes_lenses_in_turn(bare: Session) -> None:
    """The shader of one frame's lens must not outlive the frame."""
    plate = [("plate", "car", box((0.1, 2, 2), GREY), at(5))]
    first = [expose(bare, looking(lens), plate).object_ids for lens in LENSES.values()]
    again = [expose(bare, looking(lens), plate).object_ids for lens in LENSES.values()]
    for one, other in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, other)
    assert len({int((ids == 1).sum()) for ids in first}) == len(LENSES)


def test_one_scene_takes_lenses_in_turn(bare: Session) -> None:
    """Cameras of a rig stay in the scene: which one looked before changes no byte of what another one sees."""
    plate = [("plate", "car", box((0.1, 2, 2), GREY), at(5))]
    cameras = [looking(LENSES[name]) for name in ("pinhole", "barrel", "orthographic", "fisheye")]
    fresh = [expose(bare, camera, plate) for camera in cameras]
    with staged(plate) as built:
        for order in (range(len(cameras)), reversed(range(len(cameras)))):
            for place in order:
                pictured = bare.picture(built, cameras[place], 3000.0, noise_seed=1)
                labelled = bare.labels(built, cameras[place])
                np.testing.assert_array_equal(pictured.radiance, fresh[place].radiance)
                np.testing.assert_array_equal(labelled.object_ids, fresh[place].object_ids)
                np.testing.assert_array_equal(labelled.depth_m, fresh[place].depth_m)
