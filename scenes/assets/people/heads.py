"""Heads with faces, and what grows or sits on them. Local frame: chin at z = 0, ears at x = 0, 0.225 m tall."""

from __future__ import annotations

import numpy as np

from longtail.scenes.assets.people.body import Build, Points, Spine, limb
from longtail.scenes.assets.people.joints import FACE
from longtail.scenes.geometry.materials import Material, Principled, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import convex_hull, ellipsoid, loft, tube

_SIDES = 26
_TALL_M = 0.228
_EYE, _IRIS = Principled((0.5, 0.47, 0.44), roughness=0.25), Principled((0.03, 0.02, 0.015), roughness=0.2)
_LIPS = Principled(srgb("#7a3f38"), roughness=0.55)

# Height over the chin: depth to the front, to the back, half width.
_HEAD = np.array(
    [
        (0.000, 0.058, 0.000, 0.022),
        (0.010, 0.077, 0.020, 0.038),
        (0.030, 0.084, 0.040, 0.050),
        (0.055, 0.086, 0.058, 0.059),
        (0.080, 0.089, 0.068, 0.065),
        (0.100, 0.089, 0.077, 0.070),
        (0.120, 0.084, 0.088, 0.073),
        (0.140, 0.090, 0.096, 0.075),
        (0.160, 0.090, 0.100, 0.076),
        (0.180, 0.083, 0.099, 0.074),
        (0.198, 0.068, 0.090, 0.067),
        (0.212, 0.048, 0.070, 0.054),
        (0.222, 0.022, 0.042, 0.034),
        (0.227, 0.003, 0.012, 0.010),
    ]
)
# Where hair starts, height over the chin at 0, 40, 62, 80, 105, 130 and 180 degrees from the front.
HAIRLINES: dict[str, tuple[float, ...]] = {
    "short": (0.190, 0.182, 0.150, 0.115, 0.105, 0.050, 0.030),
    "full": (0.176, 0.172, 0.125, 0.070, 0.050, 0.010, 0.005),
    "bald": (0.300, 0.300, 0.300, 0.140, 0.125, 0.060, 0.040),
    "cap": (0.165, 0.165, 0.155, 0.145, 0.135, 0.125, 0.115),
    "helmet": (0.168, 0.168, 0.166, 0.164, 0.162, 0.160, 0.158),
    "beanie": (0.160, 0.158, 0.145, 0.125, 0.115, 0.105, 0.100),
}
_TURNS = np.radians([0, 40, 62, 80, 105, 130, 180])


def _rings(heights: Points, grow_m: Points) -> Points:
    """Outlines of the head at `heights` (R,), grown by `grow_m` (R, sides)."""
    angle = 2 * np.pi * np.arange(_SIDES) / _SIDES
    c, s = np.cos(angle), np.sin(angle)
    front, back, half = (np.interp(heights, _HEAD[:, 0], _HEAD[:, i])[:, None] for i in (1, 2, 3))
    x = np.sign(c) * np.abs(c) ** 0.9 * np.where(c > 0, front, back) + grow_m * c
    y = np.sign(s) * np.abs(s) ** 0.9 * half + grow_m * s
    return np.stack([x, y, np.broadcast_to(heights[:, None], x.shape)], axis=-1)


def _skull(skin: Material) -> Mesh:
    heights = _HEAD[:, 0]
    head = loft(_rings(heights, np.zeros((len(heights), _SIDES))), skin)
    nose = convex_hull(
        [[0.07, 0, 0.135], [0.108, 0, 0.088], [0.1, 0.014, 0.084], [0.1, -0.014, 0.084], [0.08, 0.017, 0.08]]
        + [[0.08, -0.017, 0.08], [0.082, 0.008, 0.13], [0.082, -0.008, 0.13], [0.092, 0, 0.128], [0.07, 0, 0.078]],
        skin,
        smooth=True,
    )
    parts = [head, nose]
    for side in (1, -1):
        parts += [
            ellipsoid((0.017, 0.008, 0.03), skin, (-0.008, side * 0.077, 0.108), sides=8),
            ellipsoid((0.006, 0.012, 0.0056), _EYE, (0.0785, side * 0.031, 0.122), sides=10),
            ellipsoid((0.004, 0.0054, 0.0054), _IRIS, (0.0815, side * 0.0305, 0.122), sides=10),
        ]
    parts.append(ellipsoid((0.006, 0.021, 0.006), _LIPS, (0.0845, 0, 0.052), sides=8))
    return join(parts)


def _shell(line: str, material: Material, thick_m: float, *, top_m: float = 0.0) -> Mesh:
    """Hair or a cap: the head's skin grown outwards above its hairline, sunk into the head below."""
    low = np.interp(np.abs((2 * np.pi * np.arange(_SIDES) / _SIDES + np.pi) % (2 * np.pi) - np.pi), _TURNS,
                    HAIRLINES[line])  # fmt: skip
    heights = np.linspace(0.004, 0.2265, 22)
    above = np.clip((heights[:, None] - low[None, :]) / 0.012 + 0.5, 0, 1)
    rings = _rings(heights, -0.013 + above * (thick_m + 0.013))
    rings[..., 2] += (thick_m + top_m) * (heights[:, None] / _TALL_M) ** 3 * above
    return loft(rings, material)


def _brows(material: Material) -> Mesh:
    brow = tube([[0.083, 0.012, 0.141], [0.084, 0.03, 0.144], [0.074, 0.046, 0.14]], 0.0045, material, sides=5)
    return join([brow, brow.scaled(1, -1, 1)])


def _fall(material: Material, length_m: float) -> Mesh:
    """Long hair behind neck and shoulders."""
    angle = 2 * np.pi * np.arange(16) / 16
    rings = []
    for t in np.linspace(1, 0, 9):
        z = 0.15 - t * (0.15 + length_m)
        half = np.interp(t, [0, 0.3, 0.7, 1], [0.078, 0.088, 0.086, 0.06])
        deep = np.interp(t, [0, 0.4, 0.8, 1], [0.062, 0.05, 0.034, 0.014])
        centre = np.interp(t, [0, 0.4, 0.7, 1], [-0.05, -0.058, -0.085, -0.1])
        ripple = 1 + 0.05 * np.cos(5 * angle + 2)
        rings.append(np.column_stack([centre + deep * np.cos(angle), half * ripple * np.sin(angle), np.full(16, z)]))
    return loft(np.array(rings), material)


def hair(style: str, material: Material, cap: Material) -> list[Mesh]:
    """Everything on top of a head: "short", "long", "bun", "tail", "bald", "cap", "beanie" or "helmet"."""
    if style == "bald":
        return [_shell("bald", material, 0.006), _brows(material)]
    if style in ("cap", "beanie"):
        parts = [_shell("short", material, 0.006), _brows(material)]
        parts.append(_shell(style, cap, 0.014, top_m=0.004 if style == "cap" else 0.02))
        if style == "cap":
            angle = np.linspace(-0.9, 0.9, 9)
            rim = np.column_stack([0.075 + 0.02 * np.cos(angle), 0.078 * np.sin(angle) / np.sin(0.9), 0 * angle])
            peak = rim * (1, 0.85, 1) + np.column_stack([0.075 * np.cos(angle * 1.3), 0 * angle, -0.018 + 0 * angle])
            parts.append(convex_hull(np.concatenate([rim, peak, rim + (0, 0, 0.008), peak + (0, 0, 0.005)]), cap)
                         .moved(0, 0, 0.17))  # fmt: skip
        return parts
    if style == "helmet":
        brim = tube(
            [(0.108 * np.cos(a) + 0.004, 0.09 * np.sin(a), 0.166) for a in np.linspace(0, 2 * np.pi, 25)],
            0.007,
            cap,
            sides=5,
        )
        return [_shell("short", material, 0.006), _brows(material), _shell("helmet", cap, 0.024, top_m=0.012), brim]
    if style == "short":
        return [_shell("short", material, 0.013), _brows(material)]
    parts = [_shell("full" if style == "long" else "short", material, 0.014), _brows(material)]
    if style == "long":
        parts.append(_fall(material, 0.14))
    elif style == "bun":
        parts.append(ellipsoid((0.042, 0.045, 0.042), material, (-0.112, 0, 0.165), sides=12))
    else:
        path = [np.array(p) for p in ((-0.09, 0, 0.165), (-0.125, 0, 0.15), (-0.132, 0, 0.07), (-0.118, 0, -0.02))]
        parts.append(limb(path, [0.018, 0.03, 0.034, 0.008], material, sides=10))
    return parts


def neck(spine: Spine, skin: Material) -> Mesh:
    k = spine.build.scale
    lean = 0.5 * spine.tilt(1.0)
    top = spine.at(1.0) + (spine.build.chin_m + 0.05 * k) * np.array([np.sin(lean), 0, np.cos(lean)])
    girth = 0.5 + 0.5 * spine.build.girth
    return limb([spine.at(0.92), spine.at(1.0), top], np.array([0.06, 0.055, 0.052]) * k * girth, skin, sides=14)


def size_of(build: Build) -> float:
    """Beside a head of 0.228 m."""
    return build.head * build.stature_m / _TALL_M


def pose(spine: Spine, *, nod: float = 0.0, turn: float = 0.0) -> Points:
    """The matrix (4, 4) that sets a head upon a neck; the eyes stay near level however the trunk leans."""
    build = spine.build
    size = size_of(build)
    lean = 0.5 * spine.tilt(1.0)
    way = np.array([np.sin(lean), 0, np.cos(lean)])
    at = spine.at(1.0) + build.chin_m * way + 0.018 * build.scale * np.array([np.cos(lean), 0, -np.sin(lean)])
    wide = 0.7 + 0.3 * build.girth
    pitch = 0.35 * spine.tilt(1.0) + nod
    about_y = np.array([[np.cos(pitch), 0, np.sin(pitch)], [0, 1, 0], [-np.sin(pitch), 0, np.cos(pitch)]])
    about_z = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    # Turned about the first vertebra, a little above the chin.
    pivot, turned = np.array([0.0, 0.0, 0.02]), about_z @ about_y
    matrix = np.eye(4)
    matrix[:3, :3] = turned @ np.diag([size, size * wide, size])
    matrix[:3, 3] = at + pivot - turned @ pivot
    return matrix


def face(spine: Spine, nod: float, turn: float) -> Points:
    """Nose, eyes and ears (5, 3): left before right."""
    matrix = pose(spine, nod=nod, turn=turn)
    return np.asarray(np.array(FACE) @ matrix[:3, :3].T + matrix[:3, 3])


def head(spine: Spine, skin: Material, style: str, colour: Material, cap: Material, nod: float, turn: float) -> Mesh:
    return join([_skull(skin), *hair(style, colour, cap)]).transformed(pose(spine, nod=nod, turn=turn))


def bare(skin: Material) -> Mesh:
    """A head without hair, in its own frame."""
    return _skull(skin)
