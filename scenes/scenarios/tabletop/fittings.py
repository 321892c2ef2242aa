"""Where a room's sources of light are, and what one sees of them."""

from __future__ import annotations

import math

import shapely

from longtail.scenes.assets.asset import Lamp
from longtail.scenes.geometry.interior_materials import Glow
from longtail.scenes.geometry.materials import Principled, Rgb
from longtail.scenes.geometry.mesh import Mesh
from longtail.scenes.geometry.solids import box, polygon
from longtail.scenes.geometry.surface import Surface
from longtail.scenes.lamps.kinds import LampKind
from longtail.scenes.scenarios.tabletop.lighting import Emitter
from longtail.scenes.scenarios.tabletop.room import Room

PANEL_M = 0.6
_PANEL_DEPTH_M = 0.03
PENDANT = "household/pendant_lamp"
PENDANT_BULB_M = 0.035


def emitters(room: Room, pendant_m: tuple[float, float, float]) -> dict[str, Emitter]:
    """The window, a light panel on the ceiling, and the bulb of a pendant lamp at `pendant_m`, each of 1 kcd."""
    window = room.window
    frame = room.frame(window.wall)
    x, y, z = (float(v) for v in frame[:3, :3] @ (window.along_m, 0.1, window.sill_m + window.height_m / 2))
    inwards = (-float(frame[0, 1]), -float(frame[1, 1]), 0.0)
    size = window.width_m, window.height_m
    pane = LampKind("window", kcd=1.0, panel_m=size)
    panel = LampKind("ceiling light", kcd=1.0, panel_m=(PANEL_M, PANEL_M), mirrored=True)
    bulb = LampKind("pendant", kcd=1.0, cone_deg=140.0, radius_m=PENDANT_BULB_M, mirrored=True)
    middle = room.middle_m
    below = room.height_m - _PANEL_DEPTH_M - 0.001
    return {
        "window": Emitter(
            "window", Lamp(pane, (x + float(frame[0, 3]), y + float(frame[1, 3]), z), inwards), 1 / (size[0] * size[1])
        ),
        "ceiling": Emitter("ceiling", Lamp(panel, (*middle, below), (0.0, 0.0, -1.0)), 1 / PANEL_M**2),
        "lamp": Emitter("lamp", Lamp(bulb, pendant_m, (0.0, 0.0, -1.0)), 1 / (math.pi * PENDANT_BULB_M**2)),
    }


def ceiling_light(room: Room, glass_rgb: Rgb) -> tuple[Surface, ...]:
    """A square panel below the ceiling."""
    x, y = room.middle_m
    top = room.height_m
    half = PANEL_M / 2
    case = box(
        (PANEL_M + 0.02, PANEL_M + 0.02, _PANEL_DEPTH_M - 0.004),
        Principled((0.75, 0.75, 0.75), roughness=0.4),
        (x, y, top - (_PANEL_DEPTH_M - 0.004) / 2),
    )
    up = polygon(shapely.box(x - half, y - half, x + half, y + half), top - _PANEL_DEPTH_M, Glow())
    down = Mesh(up.vertices_m, up.triangles[:, ::-1], up.slots, up.materials, up.smooth, None)
    return (
        Surface("ceiling light case", "ceiling", case),
        Surface("ceiling light", "ceiling", down, glass_rgb),
    )
