"""Flat materials look as their builders say: the same radiance to the bit, dry, wet and under snow."""

from __future__ import annotations

from dataclasses import replace

import bpy
import numpy as np
import pytest
from numpy.typing import NDArray

from longtail.render.blender.session import Session
from longtail.scenes.assets.library.surface import Paved, Textured
from longtail.scenes.assets.packs.wavefront import Imported
from longtail.scenes.blender import materials, packs
from longtail.scenes.blender.materials.flat import Flat, flat_of
from longtail.scenes.blender.shader_inputs import ShaderInputs
from longtail.scenes.geometry.materials import Material, Principled, Stone
from longtail.scenes.geometry.solids import box
from longtail.scenes.lamps import kinds
from tests.blender.stage import at, expose, looking_along_x
from tests.blender.stage import session as new_session

pytestmark = pytest.mark.blender

RED = (0.7, 0.1, 0.05)
TINT = (0.2, 0.5, 0.9, 1.0)
FLAT: tuple[Material, ...] = (
    Principled(RED, 0.3),
    Principled((0.1, 0.5, 0.2), 0.17, metallic=0.9, coat=0.6),
    Principled(RED, 0.6, transmission=0.4, ior=1.33, subsurface=0.2),
    Principled((0.9, 0.8, 0.7), 0.4, tinted=True),
    Textured(rgb=(0.3, 0.3, 0.3), factor_rgb=(0.1, 0.4, 0.8), roughness=0.23, metallic=1.0),
    Textured(rgb=(0.5, 0.1, 0.1), factor_rgb=RED, roughness=0.7, tinted=True),
    Imported((0.2, 0.2, 0.6), shine=0.37),
    Imported(RED),
)
MORE: tuple[Material, ...] = (
    Stone(),
    Principled(mottle=0.1),
    Paved(),
    Textured(image="a.png"),
    Textured(normal_image="a.png"),
    Textured(roughness_map=("a.png", 1)),
    Textured(metallic_map=("a.png", 2)),
    Textured(opacity=0.5),
    Textured(emission_kcd_m2=0.1),
    Imported(image="a.png"),
    Imported(opacity=0.5),
    Imported(leaf=True),
    Imported(glows=((kinds.HEAD, 0.6, 0.7, 0.2),)),
)


@pytest.fixture(scope="module")
def session() -> Session:
    return new_session(samples=4)


def test_which_materials_are_flat() -> None:
    assert packs  # registers some
    assert all(isinstance(flat_of(value), Flat) for value in FLAT)
    assert [value for value in MORE if flat_of(value) is not None] == []


def radiance(session: Session, inputs: ShaderInputs) -> NDArray[np.float32]:
    """Of boxes side by side, one of each flat material, on a red floor that throws light back."""
    things = [
        (f"box {k}", "box", box((0.8, 0.5, 0.8), value), at(6.0, k - 3.5, -0.5, 0.4)) for k, value in enumerate(FLAT)
    ]
    floor = box((20.0, 20.0, 0.1), replace(FLAT[0], part="floor"), (0.0, 0.0, -1.0))
    things.append(("floor", "terrain", floor, at(6.0)))

    def furnish(scene: bpy.types.Scene) -> None:
        for item in scene.collection.objects:
            item.color = TINT

    return expose(session, looking_along_x(64, 24), things, furnish, inputs=inputs).radiance


def test_flat_materials_look_as_their_builders_say(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    weathers = (ShaderInputs(), ShaderInputs(wetness=0.8, snow_lies=1.0, snow=0.6))
    dry, snowy = (radiance(session, inputs) for inputs in weathers)
    worn = [made.name for made in bpy.data.materials if made.node_tree.nodes.get("flat")]
    bpy.data.batch_remove(list(bpy.data.meshes))
    bpy.data.batch_remove(list(bpy.data.materials))
    monkeypatch.setattr(materials, "flat_of", lambda _: None)
    again = [radiance(session, inputs) for inputs in weathers]
    assert len(worn) >= len(FLAT) + 1
    assert not [made.name for made in bpy.data.materials if made.node_tree.nodes.get("flat")]
    assert np.array_equal(dry, again[0])
    assert np.array_equal(snowy, again[1])
    assert not np.array_equal(dry, snowy)
