"""Lamps that light the scene: street lights and headlights, with the intensities of real luminaires.

Blender's point and spot lights take a power of 4 pi times the intensity; an intensity of 1 is 1 kcd here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import bpy
from mathutils import Matrix, Vector

from scenes.assets.asset import Lamp
from scenes.materials import Rgb

# A 7,000 lm LED luminaire that spreads over about 2.5 sr; the peak of a low beam is limited to 44,100 cd at 50 V
# (UNECE R112), and its hot spot averages about half of that over a cone of 20 degrees.
STREET_KCD = 2.8
HEAD_KCD = 16.0
TAIL_KCD = 0.004
_RGB: dict[str, Rgb] = {"street": (1.0, 0.78, 0.52), "head": (1.0, 0.94, 0.86), "tail": (1.0, 0.03, 0.02)}
_KCD = {"street": STREET_KCD, "head": HEAD_KCD, "tail": TAIL_KCD}
_CONE_DEG = {"street": 140.0, "head": 38.0, "tail": 110.0}


def build_lamps(scene: bpy.types.Scene, lamps: Iterable[Lamp], world_from_object: Matrix, name: str) -> None:
    """Add the light of `lamps` (those of roles that light their surroundings) of one object to `scene`."""
    for number, lamp in enumerate(lamps):
        if lamp.role not in _KCD:
            continue
        data = bpy.data.lights.new(f"{name} {lamp.role} {number}", "SPOT")
        data.energy = 4 * math.pi * _KCD[lamp.role]
        data.color = _RGB[lamp.role]
        data.spot_size = math.radians(_CONE_DEG[lamp.role])
        data.spot_blend = 0.8
        data.shadow_soft_size = 0.12 if lamp.role == "street" else 0.05
        # The glowing glass is what one sees of a lamp; its light source must not show a second time.
        data.cycles.is_portal = False
        item = bpy.data.objects.new(data.name, data)
        aim = Vector(lamp.aim).normalized()
        # Clear of the lamp's own housing, which would swallow the light.
        start = Vector(lamp.position_m) + aim * 0.12
        item.matrix_world = world_from_object @ (
            Matrix.Translation(start) @ aim.to_track_quat("-Z", "Y").to_matrix().to_4x4()
        )
        item.visible_camera = False
        item.visible_glossy = False
        scene.collection.objects.link(item)
