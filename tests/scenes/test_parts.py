"""Parts of assets: every name is one of the table, on things that may have it, and things have what they ought to."""

from __future__ import annotations

import pytest

from longtail.annotate.labels.parts import PARTS
from longtail.annotate.labels.taxonomy import BY_NAME
from longtail.scenes.assets import ASSETS
from longtail.scenes.assets.asset import Procedural
from longtail.scenes.assets.packs.cars import CARS
from longtail.scenes.assets.packs.vehicles import VEHICLES
from longtail.scenes.geometry.materials import RUBBER, LampGlass, Principled
from longtail.scenes.geometry.mesh import join
from longtail.scenes.geometry.solids import box
from longtail.scenes.lamps import kinds

EXPECTED = {
    "car": {"wheel", "window", "license plate", "light", "mirror"},
    "van": {"wheel", "window", "license plate", "light", "mirror"},
    "truck": {"wheel", "window", "license plate", "light", "mirror"},
    "bus": {"wheel", "window", "license plate", "light", "mirror"},
    "motorcycle": {"wheel", "license plate", "light", "mirror", "saddle", "handlebar"},
    "bicycle": {"wheel", "saddle", "handlebar"},
    "traffic light": {"light"},
    "traffic sign": {"sign plate"},
    "street light": {"light"},
}


def parts_of(asset: Procedural) -> set[str]:
    mesh = asset.mesh()
    return {mesh.materials[slot].part for slot in set(mesh.slots.tolist())} - {""}


@pytest.mark.parametrize("name", [name for name, asset in ASSETS.items() if isinstance(asset, Procedural)])
def test_parts_are_those_of_the_table_on_what_may_have_them(name: str) -> None:
    asset = ASSETS[name]
    assert isinstance(asset, Procedural)
    for part in parts_of(asset):
        assert BY_NAME[asset.category].supercategory in PARTS[part].of
    if asset.category in EXPECTED:
        assert EXPECTED[asset.category] <= parts_of(asset)


@pytest.mark.parametrize("row", VEHICLES, ids=lambda row: row.entry)
def test_vehicles_of_packs_wear_parts_of_the_table(row: object) -> None:
    worn = {value.part for value in row.surfaces.values()} - {""}  # type: ignore[attr-defined]
    assert worn <= PARTS.keys()
    if row in CARS:
        assert "window" in worn


def test_a_mesh_becomes_a_part_but_for_what_is_one_already() -> None:
    lamp = LampGlass(kinds.HEAD, (1.0, 1.0, 1.0))
    both = join([box((1, 1, 1), RUBBER), box((1, 1, 1), lamp)])
    named = both.part("wheel")
    assert [value.part for value in named.materials] == ["wheel", "light"]
    assert [value.part for value in both.materials] == ["", "light"]
    assert named.triangles is both.triangles


def test_a_part_tells_two_equal_materials_apart() -> None:
    plain, part = Principled(), Principled(part="wheel")
    assert plain != part
    assert len(join([box((1, 1, 1), plain), box((1, 1, 1), part)]).materials) == 2
