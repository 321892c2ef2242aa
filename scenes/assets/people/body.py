"""One human body for walkers and riders: proportions, a bending trunk, limbs by angles or by inverse kinematics.

Segment lengths are shares of stature after Drillis & Contini (1966): thigh 0.245, shank 0.246, upper arm 0.186,
forearm 0.146, hand 0.108, hip joints at 0.53, chin at 0.87. Sizes in tables are those of a 1.75 m figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.scenes.geometry.materials import Material
from longtail.scenes.geometry.mesh import Mesh
from longtail.scenes.geometry.solids import loft, tube

if TYPE_CHECKING:
    from scipy.interpolate import PchipInterpolator

Points = NDArray[np.float64]
_REFERENCE_M = 1.75
_CHIN = 0.014  # height of the chin over the neck's base, share of stature

# Share of the way from hip joints to neck base: half width, depth to the front, depth to the back.
_FIGURE = np.array(
    [
        (-0.20, 0.075, 0.080, 0.085),
        (-0.13, 0.150, 0.100, 0.122),
        (-0.05, 0.170, 0.108, 0.134),
        (0.05, 0.172, 0.110, 0.132),
        (0.17, 0.160, 0.106, 0.108),
        (0.30, 0.150, 0.104, 0.094),
        (0.45, 0.158, 0.112, 0.102),
        (0.60, 0.172, 0.118, 0.112),
        (0.72, 0.182, 0.112, 0.112),
        (0.82, 0.180, 0.090, 0.100),
        (0.88, 0.150, 0.072, 0.086),
        (0.93, 0.092, 0.058, 0.068),
        (0.97, 0.062, 0.052, 0.058),
        (1.04, 0.053, 0.050, 0.052),
    ]
)
_STATION = _FIGURE[:, 0]


@cache
def _profile() -> PchipInterpolator:
    from scipy.interpolate import PchipInterpolator  # slow to import, and needed where meshes are made only

    return PchipInterpolator(_STATION, _FIGURE[:, 1:])


@dataclass(frozen=True)
class Build:
    """A physique: widths relative to the average man's, and the shares of stature that change with age."""

    stature_m: float = 1.75
    girth: float = 1.0
    shoulders: float = 1.0
    hips: float = 1.0
    waist: float = 1.0
    belly_m: float = 0.0
    bust_m: float = 0.0
    leg: float = 0.53
    head: float = 0.13

    @property
    def scale(self) -> float:
        return self.stature_m / _REFERENCE_M

    @property
    def thick(self) -> float:
        """Scale of the limbs' radii."""
        return self.scale * self.girth

    @property
    def thigh_m(self) -> float:
        return (self.leg - 0.039) / 2 * self.stature_m

    @property
    def upper_arm_m(self) -> float:
        return 0.183 * self.stature_m

    @property
    def forearm_m(self) -> float:
        return 0.15 * self.stature_m

    @property
    def trunk_m(self) -> float:
        """From the hip joints to the base of the neck."""
        return self.stature_m * (1 - self.leg - self.head - _CHIN)

    @property
    def chin_m(self) -> float:
        return _CHIN * self.stature_m


class Spine:
    """The trunk's curve from the hip joints up: leaning, stooping, the shoulders turned against the hips."""

    def __init__(
        self, build: Build, hip_m: Points, lean: float, stoop: float = 0.0, turn: tuple[float, float] = (0.0, 0.0)
    ) -> None:
        self.build, self.lean, self.stoop, self.turn = build, lean, stoop, turn
        self._u = np.linspace(-0.3, 1.2, 76)
        tilt = np.array([self.tilt(u) for u in self._u])
        step = np.column_stack([np.sin(tilt), np.zeros_like(tilt), np.cos(tilt)]) * (self._u[1] * 1 - self._u[0])
        curve = np.cumsum(step, axis=0) * build.trunk_m
        zero = np.array([np.interp(0.0, self._u, curve[:, i]) for i in range(3)])
        self._curve = curve - zero + hip_m

    def tilt(self, u: float) -> float:
        """Forward lean in radians at share `u` of the way from hips to neck."""
        return float(self.lean * (0.6 + 0.8 * np.clip(u / 0.86, 0, 1)) + self.stoop * np.clip(u, 0, 1.1) ** 2)

    def at(self, u: float) -> Points:
        return np.array([np.interp(u, self._u, self._curve[:, i]) for i in range(3)])

    def axes(self, u: float) -> tuple[Points, Points, Points]:
        """Unit vectors to the front, to the left and upwards along the trunk."""
        tilt, yaw = self.tilt(u), float(np.interp(u, [0.0, 0.85], self.turn))
        fore = np.array([np.cos(tilt) * np.cos(yaw), np.cos(tilt) * np.sin(yaw), -np.sin(tilt)])
        left = np.array([-np.sin(yaw), np.cos(yaw), 0.0])
        return fore, left, np.cross(fore, left)

    def point(self, u: float, x_m: float = 0.0, y_m: float = 0.0, z_m: float = 0.0) -> Points:
        """A point beside the trunk's curve: metres to the front, left and up."""
        fore, left, up = self.axes(u)
        return np.asarray(self.at(u) + x_m * fore + y_m * left + z_m * up)

    def depths(self, u: float) -> tuple[float, float, float]:
        """Half width and depths to the front and to the back of the body at `u`, metres."""
        build = self.build
        half, front, back = (float(v) for v in _profile()(np.clip(u, _STATION[0], _STATION[-1])))
        k = build.scale
        body = float(np.clip((1.0 - u) / 0.15, 0, 1))  # the neck does not follow the girth
        wide = 1 + (build.girth - 1) * body
        half *= wide * float(np.interp(u, [0.05, 0.3, 0.45, 0.7, 0.9, 1.0], [build.hips, build.waist, build.waist]
                                       + [build.shoulders, build.shoulders, 1.0]))  # fmt: skip
        front = front * wide + build.belly_m * float(np.exp(-(((u - 0.22) / 0.2) ** 2)))
        front += build.bust_m * float(np.exp(-(((u - 0.56) / 0.12) ** 2)))
        return half * k, front * k, back * wide * k

    def ring(self, u: float, ease_m: float = 0.0, *, sides: int = 24) -> Points:
        """The body's outline at `u`, `ease_m` outside the skin, counter-clockwise from the front."""
        half, front, back = self.depths(u)
        fore, left, _ = self.axes(u)
        angle = 2 * np.pi * np.arange(sides) / sides
        c, s = np.cos(angle), np.sin(angle)
        x = np.sign(c) * np.abs(c) ** 0.85 * (np.where(c > 0, front, back) + ease_m)
        y = np.sign(s) * np.abs(s) ** 0.85 * (half + ease_m)
        return np.asarray(self.at(u) + np.outer(x, fore) + np.outer(y, left))

    def shoulder(self, side: int) -> Points:
        return self.point(0.81, 0.0, side * 0.172 * self.build.scale * self.build.shoulders, 0.0)


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


def limb(
    points: Sequence[Points], radii_m: ArrayLike, material: Material, *, sides: int = 12, rings: int | None = None
) -> Mesh:
    """A tapering limb whose bends are rounded; `rings` spaces that many cross-sections evenly."""
    path, size = np.array(points), np.asarray(radii_m, dtype=np.float64)
    for _ in range(2):
        near, far = path[:-1], path[1:]
        path = np.concatenate(
            [path[:1], np.stack([0.75 * near + 0.25 * far, 0.25 * near + 0.75 * far], 1).reshape(-1, 3), path[-1:]]
        )
        a, b = size[:-1], size[1:]
        size = np.concatenate([size[:1], np.stack([0.75 * a + 0.25 * b, 0.25 * a + 0.75 * b], 1).ravel(), size[-1:]])
    if rings:
        length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
        even = np.linspace(0, length[-1], rings)
        path = np.column_stack([np.interp(even, length, path[:, i]) for i in range(3)])
        size = np.interp(even, length, size)
    return tube(path, size, material, sides=sides)


def mid(a: Points, b: Points, t: float) -> Points:
    return np.asarray(a * (1 - t) + b * t)


def creased(mesh: Mesh, amount_m: float, seed: int) -> Mesh:
    """Cloth that falls in folds: a smooth displacement of space, so that layers and seams stay together."""
    rng = np.random.default_rng(seed)
    points = mesh.vertices_m.astype(np.float64)
    moved = points.copy()
    for _ in range(7):
        # Folds run across the body, a little aslant, 6 to 16 cm from one to the next.
        wave = rng.normal(size=3) * (0.6, 0.6, 1.0)
        wave *= 2 * np.pi / rng.uniform(0.06, 0.16) / np.linalg.norm(wave)
        push = rng.normal(size=3) * (1.0, 1.0, 0.25)
        moved += amount_m / np.sqrt(7) * np.outer(np.sin(points @ wave + rng.uniform(0, 2 * np.pi)), push)
    return Mesh(moved.astype(np.float32), mesh.triangles, mesh.slots, mesh.materials, mesh.smooth, mesh.uv)


def trouser_leg(
    build: Build, hip: Points, knee: Points, ankle: Points, material: Material, *, hem: float = 1.0, end: float = 1.0
) -> Mesh:
    """One leg of a pair of trousers; `hem` widens it, `end` 0.5 stops at the knee, 1 at the ankle."""
    k = build.thick
    forward = np.array([0.012, 0, 0]) * k
    calf = mid(knee, ankle, 0.35) - forward
    path = [hip + (0, 0, 0.02), mid(hip, knee, 0.35) + forward, mid(hip, knee, 0.8), knee]
    path += [calf, mid(knee, ankle, 0.7), mid(knee, ankle, 1.03)]
    radii = np.array([0.082, 0.085, 0.068, 0.064, 0.062, 0.054 * hem, 0.056 * hem]) * k
    if end < 1:
        path, radii = path[:4] + [mid(knee, ankle, 0.06)], np.append(radii[:4], 0.07 * k)
    return limb(path, radii, material, sides=14, rings=22 if end == 1 else 12)


def bare_leg(build: Build, hip: Points, knee: Points, ankle: Points, skin: Material) -> Mesh:
    k = build.thick
    calf = mid(knee, ankle, 0.3) - np.array([0.014, 0, 0]) * k
    path = [mid(hip, knee, 0.72), knee, calf, mid(knee, ankle, 0.7), ankle - (0, 0, 0.02)]
    return limb(path, np.array([0.058, 0.053, 0.055, 0.038, 0.036]) * k, skin, sides=12, rings=12)


def sleeve(
    build: Build,
    shoulder: Points,
    elbow: Points,
    wrist: Points,
    material: Material,
    *,
    side: int,
    ease_m: float = 0.0,
    end: float = 1.0,
) -> Mesh:
    """One arm's sleeve from inside the shoulder; `end` 0.35 is a short sleeve."""
    k = build.thick
    start = shoulder + np.array([0, -0.045 * side, 0.012]) * k
    path = [start, shoulder + np.array([0, 0.004 * side, 0.004]) * k, mid(shoulder, elbow, 0.3)]
    radii = np.array([0.052, 0.062, 0.057, 0.05, 0.047, 0.044, 0.036]) * k + ease_m
    if end < 1:
        path, radii = [*path, mid(shoulder, elbow, 0.72)], np.array([0.05, 0.06, 0.057, 0.058]) * k + ease_m
    else:
        path += [mid(shoulder, elbow, 0.8), elbow, mid(elbow, wrist, 0.4), mid(elbow, wrist, 0.98)]
    return limb(path, radii, material, sides=12, rings=18 if end == 1 else 9)


def bare_arm(build: Build, shoulder: Points, elbow: Points, wrist: Points, skin: Material) -> Mesh:
    path = [mid(shoulder, elbow, 0.5), mid(shoulder, elbow, 0.85), elbow, mid(elbow, wrist, 0.3), wrist]
    return limb(path, np.array([0.043, 0.04, 0.037, 0.039, 0.027]) * build.thick, skin, sides=10, rings=11)


def hand(build: Build, elbow: Points, wrist: Points, skin: Material, *, side: int, curl: float = 0.5) -> Mesh:
    """A relaxed hand that goes on from the forearm, its palm towards the body."""
    k = build.scale
    way = (wrist - elbow) / np.linalg.norm(wrist - elbow)
    palm = np.array([0.0, -side, 0.0]) - way * (-side * way[1])
    palm /= np.linalg.norm(palm)
    across = np.cross(palm, way) * side
    rings, at, angle = [], wrist - 0.012 * k * way, 2 * np.pi * np.arange(10) / 10
    last = 0.0
    for along, wide, thin, turn in (
        (0.0, 0.026, 0.022, 0.0),
        (0.03, 0.036, 0.020, 0.1),
        (0.075, 0.043, 0.018, 0.3),
        (0.105, 0.041, 0.017, 0.7),
        (0.145, 0.036, 0.014, 1.4),
        (0.172, 0.024, 0.009, 1.9),
    ):
        course = way * np.cos(turn * curl) + palm * np.sin(turn * curl)
        normal = palm * np.cos(turn * curl) - way * np.sin(turn * curl)
        at = at + (along - last) * k * course
        last = along
        u, v = (across, normal) if np.dot(np.cross(across, normal), course) > 0 else (normal, across)
        a, b = (wide, thin) if u is across else (thin, wide)
        rings.append(at + k * a * np.outer(np.cos(angle), u) + k * b * np.outer(np.sin(angle), v))
    return loft(np.array(rings), skin)
