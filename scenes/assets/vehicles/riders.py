"""Riders posed on the bikes, in the bikes' frames: a clothed 1.75 m figure whose hands and feet are put by two-bone
inverse kinematics. Segment lengths are shares of stature after Drillis & Contini (1966): thigh 0.245, shank 0.246,
upper arm 0.186, forearm 0.146, hand 0.108."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from longtail.annotate.labels.joints import Joints
from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.assets.people.joints import joints
from longtail.scenes.assets.people.who import facts
from longtail.scenes.assets.vehicles import bicycles, details, motorcycles
from longtail.scenes.assets.vehicles.bicycle_parts import Contacts
from longtail.scenes.assets.vehicles.bicycles import CRANK_ANGLE, CRANK_M, PEDAL_Y_M
from longtail.scenes.assets.vehicles.details import offset
from longtail.scenes.assets.vehicles.palette import DARK, INK
from longtail.scenes.assets.vehicles.shell import Points
from longtail.scenes.geometry.complexion import HAIR, SKIN
from longtail.scenes.geometry.materials import Material, Principled, Rgb, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, ellipsoid, loft, tube
from longtail.scenes.moving.forks import Fork

_THIGH, _SHANK, _UPPER_ARM, _FOREARM, _TRUNK = 0.43, 0.43, 0.315, 0.285, 0.49
_JEANS = Principled(srgb("#27344a"), roughness=0.9)
_CHINOS = Principled(srgb("#6d6350"), roughness=0.9)
_BLACK = Principled((0.018, 0.018, 0.02), roughness=0.75)
_TOP = Principled((0.9, 0.9, 0.9), roughness=0.85, tinted=True)
_SHOE = Principled((0.05, 0.045, 0.04), roughness=0.6)
_SOLE = Principled((0.5, 0.5, 0.48), roughness=0.7)
_HELMET = Principled((0.65, 0.66, 0.66), roughness=0.3, coat=0.6)
_VISOR = Principled((0.01, 0.01, 0.012), roughness=0.05, coat=1.0)

Limb = tuple[Points, Points, Points]
# Nose, eyes and ears on the head's skin, before its middle; a full helmet is around them.
_FACE = ((0.105, 0, -0.015), (0.085, 0.031, 0.01), (0.085, -0.031, 0.01), (0, 0.07, -0.005), (0, -0.07, -0.005))

_TINTS: tuple[Rgb, ...] = tuple(
    srgb(code)
    for code in ("#2b3a55", "#7a2a2a", "#3d5a45", "#d8d5cc", "#20242a", "#c76b2b", "#8f9aa3", "#d9c84a", "#4b3a5e")
)


@dataclass(frozen=True)
class Rider:
    """How one sits: lean of the trunk, and what one wears. `hip_m` is the hip joints' offset from the saddle's top.

    `fork` is that of the bike, in the bike's own frame.
    """

    contacts: Contacts
    lean_deg: float
    fork: Fork
    pedals: bool = True
    legs: Material = _JEANS
    top: Material = _TOP
    skin: Material = SKIN
    helmet: str = "bicycle"
    bag: bool = False
    shorts: bool = False
    shift_m: float = 0.0
    hip_m: tuple[float, float] = (0.03, 0.085)


def bend(root: Points, target: Points, upper_m: float, lower_m: float, pole: Points) -> tuple[Points, Points]:
    """Middle joint and end of a two-bone limb that reaches for `target`, bending towards `pole`."""
    way = target - root
    reach = min(float(np.linalg.norm(way)), 0.995 * (upper_m + lower_m))
    axis = way / np.linalg.norm(way)
    along = (upper_m**2 - lower_m**2 + reach**2) / (2 * reach)
    out = pole - axis * (pole @ axis)
    out /= np.linalg.norm(out)
    joint = root + along * axis + np.sqrt(max(upper_m**2 - along**2, 0.0)) * out
    return joint, root + reach * axis


def limb(points: list[Points], radii: list[float], material: Material, *, sides: int = 12) -> Mesh:
    """A tapering limb whose bends are rounded."""
    path, size = np.array(points), np.array(radii)
    for _ in range(2):
        near, far = path[:-1], path[1:]
        path = np.concatenate(
            [path[:1], np.stack([0.75 * near + 0.25 * far, 0.25 * near + 0.75 * far], 1).reshape(-1, 3), path[-1:]]
        )
        a, b = size[:-1], size[1:]
        size = np.concatenate([size[:1], np.stack([0.75 * a + 0.25 * b, 0.25 * a + 0.75 * b], 1).ravel(), size[-1:]])
    return tube(path, size, material, sides=sides)


def _mid(a: Points, b: Points, t: float) -> Points:
    return np.asarray(a * (1 - t) + b * t)


def _leg(rider: Rider, hip: Points, knee: Points, ankle: Points) -> list[Mesh]:
    lower = rider.skin if rider.shorts else rider.legs
    calf = offset(_mid(knee, ankle, 0.35), -0.015, 0, 0)
    parts = [
        limb(
            [hip, _mid(hip, knee, 0.4), _mid(hip, knee, 0.8), knee, _mid(knee, calf, 0.3)],
            [0.092, 0.083, 0.066, 0.062, 0.058],
            rider.legs,
        )
    ]
    slim = 0.85 if rider.shorts else 1.0
    parts.append(
        limb(
            [_mid(hip, knee, 0.9), knee, calf, _mid(knee, ankle, 0.75), ankle],
            [0.057 * slim, 0.06 * slim, 0.06 * slim, 0.048 * slim, 0.044 * slim],
            lower,
        )
    )
    x, y, z = ankle
    stations = [
        (-0.075, 0.025, 0.03),
        (-0.05, 0.037, 0.085),
        (0.02, 0.04, 0.085),
        (0.09, 0.045, 0.055),
        (0.15, 0.042, 0.04),
        (0.185, 0.02, 0.025),
    ]
    angle = 2 * np.pi * np.arange(12) / 12
    rings = []
    for dx, half, high in stations:
        ring = np.column_stack([np.full(12, dx), half * np.cos(angle), high * 0.5 * np.sin(angle) + high * 0.5])
        rings.append(ring)
    parts.append(loft(np.array(rings), _SHOE).moved(x, y, z - 0.085))
    parts.append(box((0.25, 0.08, 0.02), _SOLE, (x + 0.05, y, z - 0.084), bevel_m=0.006))
    return parts


def _arm(rider: Rider, shoulder: Points, elbow: Points, wrist: Points, side: int) -> list[Mesh]:
    start = offset(shoulder, 0, -0.03 * side, 0.012)
    glove = INK if rider.helmet == "full" else rider.skin
    return [
        limb(
            [start, _mid(shoulder, elbow, 0.25), _mid(shoulder, elbow, 0.8), elbow, _mid(elbow, wrist, 0.4), wrist],
            [0.064, 0.06, 0.05, 0.047, 0.044, 0.034],
            rider.top,
        ),
        ellipsoid((0.05, 0.042, 0.034), glove, tuple(offset(wrist, 0.03, 0, -0.008)), sides=10),
    ]


def _trunk(rider: Rider, hip: Points) -> tuple[list[Mesh], Points, Points, float]:
    """Trunk meshes, neck base, shoulder line's middle, and the lean at the neck."""
    lean = np.radians(rider.lean_deg)
    # (arc length from the hip joints, half width, half depth); the back rounds as it leans.
    stations = [
        (-0.10, 0.09, 0.085),
        (-0.07, 0.145, 0.115),
        (0.0, 0.172, 0.13),
        (0.1, 0.163, 0.12),
        (0.2, 0.155, 0.112),
        (0.32, 0.172, 0.122),
        (0.42, 0.183, 0.115),
        (0.475, 0.172, 0.09),
        (0.51, 0.125, 0.07),
        (0.545, 0.06, 0.056),
        (0.57, 0.052, 0.05),
    ]
    angle = 2 * np.pi * np.arange(18) / 18
    c, s = np.cos(angle), np.sin(angle)
    rings, centres, at = [], [], hip.copy()
    previous = -0.10
    at = hip - 0.10 * np.array([np.sin(0.5 * lean), 0, np.cos(0.5 * lean)])
    tilt = 0.5 * lean
    for length, half, depth in stations:
        tilt = lean * (0.6 + 0.8 * np.clip(length / _TRUNK, 0, 1))
        at = at + (length - previous) * np.array([np.sin(tilt), 0, np.cos(tilt)])
        previous = length
        fore = np.array([np.cos(tilt), 0, -np.sin(tilt)])
        rings.append(
            at
            + depth * np.outer(np.sign(c) * np.abs(c) ** 0.85, fore)
            + half * np.outer(np.sign(s) * np.abs(s) ** 0.85, [0, 1, 0])
        )
        centres.append(at.copy())
    seam = 4
    parts = [loft(np.array(rings[:seam]), rider.legs), loft(np.array(rings[seam - 1 :]), rider.top)]
    return parts, centres[-1], centres[6], tilt


def _head_centre(neck: Points, tilt: float) -> tuple[Points, Points]:
    """The middle of a head, and the way up to it."""
    way = np.array([np.sin(0.55 * tilt), 0, np.cos(0.55 * tilt)])
    return offset(neck + 0.125 * way, 0.025, 0, 0), way


def _head(rider: Rider, neck: Points, tilt: float) -> list[Mesh]:
    centre, way = _head_centre(neck, tilt)
    parts = [limb([neck - 0.04 * way, neck + 0.06 * way], [0.055, 0.05], rider.skin)]
    if rider.helmet == "full":
        shell = ellipsoid((0.14, 0.122, 0.145), _HELMET, sides=22)
        chin = box((0.12, 0.15, 0.09), _HELMET, (0.085, 0, -0.085), bevel_m=0.035)
        visor = ellipsoid((0.137, 0.114, 0.075), _VISOR, (0.016, 0, 0.014), sides=20)
        parts += [join([shell, chin, visor]).moved(*centre)]
        return parts
    face = [
        ellipsoid((0.094, 0.074, 0.108), rider.skin, sides=18),
        ellipsoid((0.05, 0.05, 0.045), rider.skin, (0.035, 0, -0.08), sides=12),
        ellipsoid((0.02, 0.014, 0.022), rider.skin, (0.095, 0, -0.015), sides=8),
        ellipsoid((0.098, 0.08, 0.088), HAIR, (-0.014, 0, 0.032), sides=18),
        ellipsoid((0.06, 0.07, 0.07), HAIR, (-0.045, 0, -0.02), sides=14),
    ]
    if rider.helmet == "bicycle":
        angle = np.linspace(0, np.pi / 2, 8)
        profile = np.column_stack([np.cos(angle), np.sin(angle)])
        from longtail.scenes.geometry.solids import lathe

        bowl = lathe(profile, _HELMET, sides=24).scaled(0.132, 0.1, 0.105)
        vents = [
            ellipsoid((0.075, 0.009, 0.02), DARK, (0.01, y, 0.088 - 6 * y * y), sides=8)
            for y in (-0.055, -0.02, 0.02, 0.055)
        ]
        face.append(join([bowl, *vents]).rotated(1, 0.12).moved(0.0, 0, 0.04))
    return [*parts, join(face).moved(*centre)]


def _hip(rider: Rider) -> Points:
    """The middle between the hip joints."""
    return offset(np.array(rider.contacts.saddle_m), rider.hip_m[0], 0, rider.hip_m[1])


def _limbs(
    rider: Rider, hip: Points, shoulders: Points, phase: float, bar_rad: float = 0.0
) -> tuple[list[Limb], list[Limb]]:
    """(shoulder, elbow, wrist) of both arms and (hip, knee, ankle) of both legs, the left ones first.

    `phase` (0..1) is how far through a turn, from how they stand in the model, the cranks are; `bar_rad` how far the
    bar is turned to the left.
    """
    shift = np.array([rider.shift_m, 0.0, 0.0])
    arms, legs = [], []
    foot: Points = np.array(rider.contacts.foot_m)
    for side in (1, -1):
        if rider.pedals:
            angle = CRANK_ANGLE + (0 if side > 0 else np.pi) - 2 * np.pi * phase
            tread = offset(foot, CRANK_M * np.cos(angle), side * PEDAL_Y_M, CRANK_M * np.sin(angle))
            ankle = offset(tread, -0.1, 0, 0.108)
        else:
            ankle = offset(foot * (1, side, 1), -0.03, 0, 0.1)
        root = offset(hip, 0, side * 0.092, 0)
        legs.append((root, *bend(root, ankle, _THIGH, _SHANK, np.array([1.0, 0.12 * side, 0.35]))))
        grip = offset(np.array(rider.contacts.grip_m) * np.array([1.0, side, 1.0]), -0.035, 0, 0.03)
        if bar_rad:
            grip = rider.fork.turned((grip + shift)[None], bar_rad)[0] - shift
        shoulder, pole = offset(shoulders, 0, side * 0.172, 0.02), np.array([-0.35, 0.5 * side, -0.8])
        arms.append((shoulder, *bend(shoulder, grip, _UPPER_ARM, _FOREARM, pole)))
    return arms, legs


def _rider(rider: Rider, phase: float = 0.0, bar_rad: float = 0.0) -> Mesh:
    hip = _hip(rider)
    trunk, neck, shoulders, tilt = _trunk(rider, hip)
    arms, legs = _limbs(rider, hip, shoulders, phase, bar_rad)
    parts = [*trunk, *_head(rider, neck, tilt)]
    for side, arm, leg in zip((1, -1), arms, legs, strict=True):
        parts += [*_leg(rider, *leg), *_arm(rider, *arm, side)]
    if rider.bag:
        back = np.array([np.cos(tilt), 0, -np.sin(tilt)])
        middle = _mid(hip, neck, 0.62) - 0.175 * back
        parts.append(box((0.14, 0.28, 0.42), DARK, bevel_m=0.05).rotated(1, tilt * 0.8).moved(*middle))
    return details.finished(parts, centred=False).moved(x_m=rider.shift_m)


def _joints(rider: Rider, phase: float = 0.0, bar_rad: float = 0.0) -> Joints:
    hip = _hip(rider)
    _, neck, shoulders, tilt = _trunk(rider, hip)
    centre, _ = _head_centre(neck, tilt)
    found = joints(centre + np.array(_FACE), *_limbs(rider, hip, shoulders, phase, bar_rad))
    return tuple((x + rider.shift_m, y, z, reach) for x, y, z, reach in found)


def _pedalling(rider: Rider, phase: float, _settled: float = 0.0, bar_rad: float = 0.0) -> tuple[Mesh, Joints]:
    """Somebody and the joints, so far (0..1) through a turn of the cranks, with the bar turned to the left."""
    return _rider(rider, phase, bar_rad), _joints(rider, phase, bar_rad)


def _sitting(rider: Rider, bar_rad: float) -> tuple[Mesh, Joints]:
    """Somebody on a motorcycle and the joints, with the bar turned to the left."""
    return _rider(rider, 0.0, bar_rad), _joints(rider, 0.0, bar_rad)


_CONTACTS = bicycles.CONTACTS | motorcycles.CONTACTS
_FORKS = bicycles.FORKS | motorcycles.FORKS


def _on(bike: str, lean_deg: float, **worn: Any) -> Rider:
    return Rider(_CONTACTS[bike], lean_deg, _FORKS[bike], **worn)


_RIDERS: dict[str, tuple[str, Rider]] = {
    "rider/cyclist-city": ("bicycle/city", _on("bicycle/city", 12.0, helmet="none", legs=_CHINOS)),
    "rider/cyclist-city-helmet": ("bicycle/city", _on("bicycle/city", 14.0, bag=True)),
    "rider/cyclist-trekking": ("bicycle/trekking", _on("bicycle/trekking", 24.0, bag=True, legs=_JEANS)),
    "rider/cyclist-road": ("bicycle/road", _on("bicycle/road", 42.0, legs=_BLACK, shorts=True)),
    "rider/motorcyclist": (
        "motorcycle/naked",
        _on("motorcycle/naked", 18.0, pedals=False, legs=_BLACK, helmet="full", shift_m=-0.0075),
    ),
    "rider/scooterist": (
        "motorcycle/scooter",
        _on("motorcycle/scooter", 15.0, pedals=False, helmet="full", shift_m=0.0475),
    ),
}

_SIZES: dict[str, tuple[float, float, float]] = {
    "rider/cyclist-city": (0.647, 0.696, 1.645),
    "rider/cyclist-city-helmet": (0.661, 0.703, 1.664),
    "rider/cyclist-trekking": (0.747, 0.69, 1.637),
    "rider/cyclist-road": (0.977, 0.523, 1.518),
    "rider/motorcyclist": (0.718, 0.796, 1.318),
    "rider/scooterist": (0.758, 0.733, 1.351),
}

ASSETS: tuple[Asset, ...] = tuple(
    Procedural(
        name,
        "rider",
        _SIZES[name],
        rides=bike,
        attributes=facts("adult", "average", "average", "light" if rider.shorts else "casual", 1.75),
        tints=_TINTS,
        recipe=partial(_rider, rider),
        skeleton=partial(_joints, rider),
        gait=partial(_pedalling, rider) if rider.pedals else None,
        fork=rider.fork,
        holds=None if rider.pedals else partial(_sitting, rider),
        stride_m=bicycles.CRANKS[bike].turn_m if rider.pedals else 0.0,
    )
    for name, (bike, rider) in _RIDERS.items()
)
