"""Lamps that light the scene: street lights and headlights, with the intensities of real luminaires.

Blender's point and spot lights take a power of 4 pi times the intensity; an intensity of 1 is 1 kcd here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import bpy
from mathutils import Matrix, Vector

from annotate.camera import Camera
from scenes.assets.asset import Lamp
from scenes.materials import Rgb

# A 7,000 lm LED luminaire that spreads over about 2.5 sr. A low beam has up to 44,100 cd in its hot spot (UNECE R112);
# a soft cone has to do with what it sends to the road from 5 m on, a few thousand candelas.
STREET_KCD = 2.8
HEAD_KCD = 4.5
TAIL_KCD = 0.004
_RGB: dict[str, Rgb] = {"street": (1.0, 0.78, 0.52), "head": (1.0, 0.94, 0.86), "tail": (1.0, 0.03, 0.02)}
_KCD = {"street": STREET_KCD, "head": HEAD_KCD, "tail": TAIL_KCD}
_CONE_DEG = {"street": 140.0, "head": 46.0, "tail": 110.0}


# A used white sheet of class RA1 returns about 50 cd/m2 per lux (EN 12899-1); a low beam sends some 350 cd above its
# cut-off.
RETRO_KCD = 50 * 350 / 1000
# Where the headlights of the vehicle that carries the camera sit, from the camera: ahead, to each side, over the road.
_EGO_AHEAD_M, _EGO_ASIDE_M, _EGO_HEIGHT_M = 1.9, 0.62, 0.66


def build_ego_headlights(scene: bpy.types.Scene, camera: Camera, heading_rad: float) -> None:
    """The low beams of the vehicle that carries the camera, which drives along `heading_rad`."""
    x, y, _ = (float(v) for v in camera.world_from_camera.matrix[:3, 3])
    lamps = [Lamp("head", (_EGO_AHEAD_M, side * _EGO_ASIDE_M, _EGO_HEIGHT_M), (1.0, 0.0, -0.035)) for side in (-1, 1)]
    world_from_vehicle = Matrix.Translation((x, y, 0.0)) @ Matrix.Rotation(heading_rad, 4, "Z")
    build_lamps(scene, lamps, world_from_vehicle, "ego")


def build_lamps(scene: bpy.types.Scene, lamps: Iterable[Lamp], world_from_object: Matrix, name: str) -> None:
    """Add the light of `lamps` (those of roles that light their surroundings) of one object to `scene`."""
    for number, lamp in enumerate(lamps):
        if lamp.role not in _KCD:
            continue
        data = bpy.data.lights.new(f"{name} {lamp.role} {number}", "SPOT")
        data.energy = 4 * math.pi * _KCD[lamp.role]
        data.color = _RGB[lamp.role]
        data.spot_size = math.radians(_CONE_DEG[lamp.role])
        data.spot_blend = 1.0
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
