"""Plates and posts, heads and masts: what hangs where, what it says, and that nothing is lost between them."""

from __future__ import annotations

import numpy as np
import pytest

from longtail.annotate.labels.taxonomy import BY_NAME
from longtail.scenes.assets import ASSETS
from longtail.scenes.assets.asset import Procedural, each_of
from longtail.scenes.assets.furniture.sign_meanings import MEANINGS
from longtail.scenes.assets.furniture.sign_plates import PLATES
from longtail.scenes.geometry.materials import LampGlass
from longtail.scenes.geometry.mesh import Mesh

SIGNS = [asset for asset in ASSETS.values() if asset.category == "traffic sign"]
LIGHTS = [asset for asset in ASSETS.values() if asset.category == "traffic light"]


def mesh_of(asset: object) -> Mesh:
    assert isinstance(asset, Procedural)
    return asset.mesh()


def areas_m2(mesh: Mesh) -> np.ndarray:  # type: ignore[type-arg]
    """Of faces, as vectors along their normals."""
    corners = mesh.vertices_m[mesh.triangles].astype(np.float64)
    return np.asarray(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]) / 2)


@pytest.mark.parametrize("asset", [*SIGNS, *LIGHTS], ids=lambda asset: asset.name)
def test_each_stands_on_one_pole(asset: Procedural) -> None:
    (carrying,) = [other for other in asset.attached if other.carries]
    assert carrying.category == "pole"
    assert carrying.size_m[2] > max(mesh_of(part).bounds_m[0][2] for part in each_of([asset]))
    assert all(other.tags == frozenset() and not other.attached for other in asset.attached)


@pytest.mark.parametrize("name", PLATES)
def test_a_plate_is_closed_by_its_back(name: str) -> None:
    """All faces of a closed surface add up to nothing, and its back is as large as the plate's outline."""
    front, back = ASSETS[f"sign/{name}"], ASSETS[f"sign/{name}"].attached[0]
    assert (front.category, back.category) == ("traffic sign", "traffic sign back")
    facing = areas_m2(mesh_of(back)).sum(axis=0)
    np.testing.assert_allclose(facing, (-PLATES[name].outline.area, 0, 0), atol=1e-6)
    # The print hangs 4 mm before the sheet, which is closed by itself.
    np.testing.assert_allclose(areas_m2(mesh_of(front)).sum(axis=0) + 2 * facing, 0, atol=2e-3)
    np.testing.assert_allclose(mesh_of(back).size_m[1:], mesh_of(front).size_m[1:], atol=1e-6)


def test_every_plate_says_what_it_is() -> None:
    assert MEANINGS.keys() == PLATES.keys()
    for name, meaning in MEANINGS.items():
        assert ASSETS[f"sign/{name}"].attributes == meaning
    assert [row["value"] for row in MEANINGS.values() if "value" in row] == [20, 30, 50, 60, 70, 100, 80, 120, 130]
    two = [sign.attributes["sign"] for sign in each_of([ASSETS["sign/limit-30-children"]]) if sign.attributes]
    assert two == ["limit-30", "warning-children"]
    names = [sign.attributes["text"] for sign in each_of([ASSETS["sign/street-names-blue"]]) if sign.attributes]
    assert names == ["MILL LANE", "CHURCH STREET"]


@pytest.mark.parametrize("asset", LIGHTS, ids=lambda asset: asset.name)
def test_a_head_says_what_its_lamps_show(asset: Procedural) -> None:
    """The lens that is lit is the reddest, the greenest, or has much of both."""
    heads = [head for head in each_of([asset]) if head.category == "traffic light"]
    assert len(heads) == {"post": 2, "arm": 3}[asset.name.split("/")[1].split("-")[0]]
    for head in heads:
        (lit,) = {value.rgb for value in mesh_of(head).materials if isinstance(value, LampGlass)}
        shown = "yellow" if min(lit[:2]) > 0.3 else "red" if lit[0] > lit[1] else "green"
        assert head.attributes["state"] == shown
        assert head.attributes["signal_for"] == ("walkers" if head.name.endswith("walkers") else "vehicles")


@pytest.mark.parametrize("name", [name for name, asset in ASSETS.items() if name.startswith("tree/young")])
def test_stakes_are_poles_and_no_part_of_their_tree(name: str) -> None:
    (stakes,) = ASSETS[name].attached
    assert (stakes.category, stakes.carries) == ("pole", True)
    assert mesh_of(stakes).bounds_m[1][2] < 2.0


def test_street_furniture_is_called_what_it_is() -> None:
    called = {
        "cabinet/wide": ("junction box", 4, 0),
        "advert_column/drum": ("billboard", 4, 0),
        "planter/box_bush": ("planter", 4, 64),
        "shelter/bus": ("bus shelter", 11, 0),
        "barrier/guard_rail": ("guard rail", 14, 185),
        "wall/brick": ("wall", 12, 199),
    }
    for name, (category, cityscapes_id, coco_id) in called.items():
        known = BY_NAME[ASSETS[name].category]
        assert (known.name, known.cityscapes_id, known.coco_id) == (category, cityscapes_id, coco_id)
