"""Skin is of the colour that its wearer has: what the picture shows of it goes with the albedo that was drawn."""

from __future__ import annotations

import bpy
import numpy as np
import pytest

from longtail.annotate.camera.transform import Transform
from longtail.render.blender.session import Session
from longtail.scenes.assets.people.complexions import SKIN_TONES
from longtail.scenes.geometry.complexion import SKIN
from longtail.scenes.geometry.solids import box
from tests.blender.stage import expose, looking_along_x
from tests.blender.stage import session as new_session

pytestmark = pytest.mark.blender

WORN = ("very_light", "tan", "dark")


@pytest.fixture(scope="module")
def session() -> Session:
    return new_session()


def test_radiance_goes_with_the_drawn_albedo(session: Session) -> None:
    """One material on three objects under an even sky: what glints is alike on all, so that differences of radiance are
    as those of albedo."""
    panel = box((0.2, 1.0, 1.6), SKIN)
    poses = [Transform.upright("world", "object", (4.0, 1.4 - 1.4 * place, 0.0), 0.0) for place in range(3)]
    things = [(tone, "person", panel, pose) for tone, pose in zip(WORN, poses, strict=True)]

    def furnish(scene: bpy.types.Scene) -> None:
        for item in scene.collection.objects:
            item["skin"] = SKIN_TONES[item.name]

    exposed = expose(session, looking_along_x(), things, furnish)
    one, two, three = (exposed.radiance[exposed.object_ids == number].mean(axis=0) for number in (1, 2, 3))
    first, second, third = (np.array(SKIN_TONES[tone]) for tone in WORN)
    assert (one - two) / (two - three) == pytest.approx((first - second) / (second - third), rel=0.15)
