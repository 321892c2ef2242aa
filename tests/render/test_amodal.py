"""Silhouettes cast at known shapes: in the picture, behind others, beyond the border, through what is cut out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray

from longtail.annotate.camera import BrownConrady, Camera, KannalaBrandt, Lens, Pinhole
from longtail.annotate.camera.transform import Transform
from longtail.annotate.labels.frame import SceneObject
from longtail.render.view.amodal import Shown, with_amodal
from longtail.render.view.casting import Meshes, Triangles
from longtail.scenes.geometry.cut_outs import HOLE, SOLID, CutOuts
from tests.annotate.pictures import FORWARD

LENS = Pinhole(64, 48, 32.0, 32.0, 32.0, 24.0)
LENSES = (
    LENS,
    BrownConrady(64, 48, 32.0, 32.0, 32.0, 24.0, k1=-0.05),
    KannalaBrandt(64, 48, 20.0, 20.0, 32.0, 24.0, k1=0.01),
)
CARD = (
    np.array([[0, -1, -1], [0, 1, -1], [0, 1, 1], [0, -1, 1]], dtype=np.float32),
    np.array([[0, 1, 2], [0, 2, 3]], dtype=np.int32),
)
CARD_UV = np.array([[[0, 0], [1, 0], [1, 1]], [[0, 0], [1, 1], [0, 1]]], dtype=np.float32)


def card(
    number: int, x_m: float, y_m: float = 0.0, z_m: float = 0.0, turn: float = 0.0, asset: str = "card"
) -> SceneObject:
    """A square, 2 m wide, facing X at no turn."""
    pose = Transform.upright("world", "object", (x_m, y_m, z_m), turn)
    return SceneObject(number, "car", asset, pose, (0.0, 0.0, 0.0), (0.0, 2.0, 2.0))


def cards(cut_outs: CutOuts | None = None) -> Meshes:
    meshes = Meshes()
    meshes.add("card", *CARD, cut_outs)
    return meshes


def cut(alpha: NDArray[np.uint8], textures: Sequence[int] = (0, 0)) -> CutOuts:
    return CutOuts(np.array(textures, dtype=np.int32), CARD_UV, (alpha,))


def ring(side: int, width: int) -> NDArray[np.uint8]:
    """A square frame: solid but for a hole in the middle."""
    alpha = np.full((side, side), 255, dtype=np.uint8)
    alpha[width : side - width, width : side - width] = 0
    return alpha


def behind_a_wall(camera: Camera) -> Shown:
    """All that could be seen is hidden right before the lens: the cast alone decides."""
    width, height = camera.size_px
    return Shown(np.full((height, width), 999, np.int32), np.full((height, width), 1e-3, np.float32))


def unseen(lens: Lens = LENS) -> tuple[Camera, Shown]:
    camera = Camera(lens, FORWARD)
    return camera, behind_a_wall(camera)


def mask_of(item: SceneObject) -> NDArray[np.bool_]:
    assert item.silhouette is not None
    return item.silhouette.mask()


def test_a_mesh_is_read_once_a_ray_is_cast_at_it() -> None:
    """What is out of the picture costs nothing; what is hidden is as if its mesh had been there before."""
    camera, shown = unseen()
    read: list[str] = []

    def reading(name: str) -> Triangles:
        read.append(name)
        return *CARD, None

    meshes, items = Meshes(), [card(1, 4.0), card(2, 4.0, y_m=90.0, asset="far off"), card(3, 4.5)]
    with meshes.offered({name: partial(reading, name) for name in ("card", "far off")}):
        found = with_amodal(items, meshes, camera, shown)
    assert read == ["card"]
    assert "far off" not in meshes
    amodal_px = [item.amodal_px for item in found]
    assert amodal_px == [item.amodal_px for item in with_amodal(items, cards(), camera, shown)]
    assert amodal_px[0] == 256
    with pytest.raises(KeyError):
        meshes.away("far off", np.zeros(3), np.ones((1, 3), np.float32))


def test_a_card_covers_its_square_also_beyond_the_picture() -> None:
    # 16 px to the metre at 2 m: 32 px square, its middle 32 px left of the principal point: at the border.
    camera, shown = unseen()
    (found,) = with_amodal([card(1, 2.0, 2.0)], cards(), camera, shown, whole=True)
    assert found.amodal_px == 16 * 32
    assert found.silhouette is not None
    assert (found.silhouette.bbox, found.silhouette.area) == ((-16, 8, 32, 32), 32 * 32)
    (found,) = with_amodal([card(1, 2.0, 2.0)], cards(), camera, shown)
    assert (found.amodal_px, found.silhouette) == (16 * 32, None)


def test_silhouettes_end_one_picture_beyond_the_border() -> None:
    camera, shown = unseen()
    (found,) = with_amodal([card(1, 0.25)], cards(), camera, shown, whole=True)
    assert found.silhouette is not None
    assert (found.silhouette.bbox, found.silhouette.area) == ((-64, -48, 192, 144), 192 * 144)
    (aside,) = with_amodal([card(1, 2.0, 9.0)], cards(), camera, shown, whole=True)
    assert (aside.amodal_px, aside.silhouette) == (0, None)


def test_a_square_frame_keeps_its_hole() -> None:
    camera, shown = unseen()
    (found,) = with_amodal([card(1, 2.0)], cards(cut(ring(32, 6))), camera, shown, whole=True)
    # A pixel of the texture is a pixel of the picture.
    expected = np.ones((32, 32), dtype=np.bool_)
    expected[6:26, 6:26] = False
    np.testing.assert_array_equal(mask_of(found), expected)
    assert found.amodal_px == expected.sum()


def test_a_ray_goes_through_all_holes_to_what_is_behind() -> None:
    """Forty cards in a row, one behind the other, of which the last alone is whole."""
    count, (vertices, triangles) = 40, CARD
    stacked = np.concatenate([vertices + np.array([0.01 * step, 0, 0], np.float32) for step in range(count)])
    faces = np.concatenate([triangles + 4 * step for step in range(count)])
    textures = np.repeat([[0]] * (count - 1) + [[SOLID]], 2)
    both = CutOuts(textures.astype(np.int32), np.tile(CARD_UV, (count, 1, 1)), (ring(32, 6),))
    camera, shown = unseen()
    for cuts, middle in ((both, True), (replace(both, textures=np.zeros(2 * count, np.int32)), False)):
        meshes = Meshes()
        meshes.add("card", stacked, faces, cuts)
        item = replace(card(1, 2.0), box_centre_m=(0.2, 0.0, 0.0), box_size_m=(0.4, 2.0, 2.0))
        (found,) = with_amodal([item], meshes, camera, shown, whole=True)
        assert mask_of(found)[16, 16] == middle
        assert mask_of(found)[1, 16]


def test_what_is_all_hole_is_not_there() -> None:
    camera, shown = unseen()
    (found,) = with_amodal([card(1, 2.0)], cards(cut(ring(4, 1), (HOLE, SOLID))), camera, shown, whole=True)
    assert found.amodal_px == pytest.approx(32 * 32 / 2, abs=32)


def test_with_nothing_in_front_amodal_is_what_is_seen() -> None:
    """Whatever a second cast makes of edges and of cut-outs: the picture shows all there is."""
    camera, _ = unseen()
    ids, depth = np.zeros((48, 64), np.int32), np.full((48, 64), np.inf, np.float32)
    ids[8:39, 17:48:2], depth[8:39, 17:48:2] = 1, 2.0
    ids[40:], depth[40:] = 2, 3.0
    (found,) = with_amodal([card(1, 2.0)], cards(), camera, Shown(ids, depth), whole=True)
    assert found.amodal_px == (ids == 1).sum()
    np.testing.assert_array_equal(mask_of(found), ids[8:39, 17:48] == 1)


def test_what_is_nearer_hides_and_what_is_farther_does_not() -> None:
    camera, _ = unseen()
    ids, depth = np.full((48, 64), 9, np.int32), np.full((48, 64), 1.0, np.float32)
    ids[:, :32], depth[:, :32] = 8, 2.5
    (found,) = with_amodal([card(1, 2.0)], cards(), camera, Shown(ids, depth))
    # On the left something farther is seen: the card would be, if it were there.
    assert found.amodal_px == 16 * 32
    # Turned, one half is farther than 2 m: behind what is seen at 2 m there.
    shown = Shown(ids, np.where(ids == 8, np.float32(2.0), depth))
    left = []
    for turn in (-0.5, 0.5):
        (found,) = with_amodal([card(1, 2.0, turn=turn)], cards(), camera, shown, whole=True)
        assert found.silhouette is not None
        left.append(found.silhouette.bbox[0])
    assert sorted(column < 30 for column in left) == [False, True]


def test_order_is_told_pixel_by_pixel() -> None:
    """Two cards that cross each other: each is in front on one side. A third stands behind both."""
    camera, shown = unseen()
    items = [card(1, 4.0, turn=0.5), card(2, 4.0, turn=-0.5), card(3, 6.0)]
    found = with_amodal(items, cards(), camera, shown, whole=True)
    masks = [item.silhouette.in_picture(64, 48) for item in found if item.silhouette]
    one, other = found[0].nearer_px[2], found[1].nearer_px[1]
    assert one == pytest.approx(other, abs=16)
    assert one + other == np.count_nonzero(masks[0] & masks[1])
    assert found[0].nearer_px[3] == np.count_nonzero(masks[0] & masks[2])
    assert found[1].nearer_px[3] == np.count_nonzero(masks[1] & masks[2])
    assert found[2].nearer_px == {}


@pytest.mark.parametrize("lens", LENSES, ids=lambda lens: lens.name)
def test_beyond_the_picture_coarse_and_fine_agree(lens: Pinhole | BrownConrady | KannalaBrandt) -> None:
    """A card partly in the picture, against the card that a picture three times as large shows."""
    wide: Lens = replace(lens, width_px=192, height_px=144, cx_px=lens.cx_px + 64, cy_px=lens.cy_px + 48)
    for item in (card(1, 2.0, 1.7, 0.9, 0.3), card(1, 1.0, 1.0, -1.2, -0.4), card(1, 3.0, -2.5, 0.1, 1.2)):
        camera, shown = unseen(lens)
        (found,) = with_amodal([item], cards(cut(ring(16, 5))), camera, shown, whole=True)
        large, all_hidden = unseen(wide)
        (truth,) = with_amodal([item], cards(cut(ring(16, 5))), large, all_hidden, whole=True)
        assert found.silhouette is not None
        assert truth.silhouette is not None
        x, y = found.silhouette.origin
        moved = replace(found.silhouette, origin=(x + 64, y + 48)).in_picture(192, 144)
        expected = truth.silhouette.in_picture(192, 144)
        assert np.count_nonzero(moved != expected) <= 2
        assert found.amodal_px == np.count_nonzero(expected[48:96, 64:128])


def test_what_is_under_water_is_counted_in_the_picture_alone() -> None:
    camera, shown = unseen()
    (found,) = with_amodal([card(1, 2.0, 2.0)], cards(), camera, shown, 0.0, whole=True)
    assert (found.amodal_px, found.submerged_px) == (16 * 32, 16 * 16)
    (behind,) = with_amodal([card(1, -2.0)], cards(), camera, shown, 0.0, whole=True)
    assert (behind.amodal_px, behind.submerged_px, behind.silhouette) == (0, 0, None)


def test_through_a_fisheye_things_behind_the_camera_have_silhouettes() -> None:
    lens = KannalaBrandt(64, 48, 12.0, 12.0, 32.0, 24.0)
    assert lens.limit_rad > math.pi / 2
    camera, shown = unseen(lens)
    depth = np.full((48, 64), 1e-3, np.float32)
    depth[:, :8] = depth[:, -8:] = -1e-3
    (found,) = with_amodal([card(1, -0.5, 3.0)], cards(), camera, Shown(shown.ids, depth), whole=True)
    assert found.silhouette is not None
    assert (found.amodal_px or 0) > 10
    assert found.silhouette.area >= (found.amodal_px or 0)
