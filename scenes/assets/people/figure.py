"""A dressed person: build, pose and outfit in, mesh out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.labels.joints import Joints
from longtail.scenes.assets.people import carried, garments, heads, prams
from longtail.scenes.assets.people.body import (
    Build,
    bare_arm,
    bare_leg,
    creased,
    hand,
    sleeve,
    trouser_leg,
)
from longtail.scenes.assets.people.feet import TOES_OUT_RAD, shoe
from longtail.scenes.assets.people.gait import Gait, posture
from longtail.scenes.assets.people.joints import joints, moved
from longtail.scenes.assets.people.poses import Pose, Skeleton, skeleton
from longtail.scenes.geometry.complexion import HAIR, SKIN
from longtail.scenes.geometry.materials import Material, Principled, SignFace, srgb
from longtail.scenes.geometry.mesh import Mesh, join

MAIN = Principled((0.9, 0.9, 0.9), roughness=0.85, tinted=True)
JEANS = Principled(srgb("#2b3b55"), roughness=0.9)
JEANS_PALE = Principled(srgb("#5f738c"), roughness=0.9)
CHINOS = Principled(srgb("#7d7059"), roughness=0.9)
BLACK = Principled((0.02, 0.02, 0.023), roughness=0.85)
GREY = Principled(srgb("#54565a"), roughness=0.9)
LINEN = Principled(srgb("#d8d4ca"), roughness=0.85)
TIGHTS = Principled(srgb("#2a2426"), roughness=0.7)
LEATHER_SHOE = Principled(srgb("#2a1c14"), roughness=0.45)
DARK_SHOE = Principled((0.025, 0.024, 0.026), roughness=0.55)
WHITE_SHOE = Principled(srgb("#cfcdc8"), roughness=0.6)
SOLE = Principled((0.4, 0.39, 0.37), roughness=0.75)
DARK_SOLE = Principled((0.03, 0.03, 0.03), roughness=0.8)


LIME = Principled(srgb("#c6e61a"), roughness=0.8)
ORANGE = Principled(srgb("#f2661a"), roughness=0.8)
BAND = SignFace((0.55, 0.56, 0.58))


@dataclass(frozen=True)
class Outfit:
    """What one wears. `cut` is "shirt", "tee", "jacket", "hoodie", "coat" or "dress"; `hem_m` is where a coat or skirt
    ends over the ground; `legs` None leaves them bare."""

    cut: str = "jacket"
    style: str = "short"
    main: Material = MAIN
    legs: Material | None = JEANS
    skirt: Material | None = None
    under: Material = LINEN
    shoes: Material = DARK_SHOE
    sole: Material = DARK_SOLE
    cap: Material = BLACK
    hem_m: float = 0.55
    flare: float = 1.0
    shorts: bool = False
    vest: Material | None = None
    carries: tuple[str, ...] = ()
    bag: Material = carried.NYLON
    skin: Material = SKIN
    hair: Material = HAIR


_EASE = {"shirt": 0.008, "tee": 0.007, "dress": 0.006, "jacket": 0.02, "hoodie": 0.018, "coat": 0.022}


def _trunk(outfit: Outfit, body: Skeleton) -> list[Mesh]:
    spine, main, ease = body.spine, outfit.main, _EASE[outfit.cut] * body.build.scale
    cloth: list[Mesh] = []
    if outfit.cut in ("coat", "dress"):
        cloth.append(
            garments.hanging(
                body,
                main,
                start=0.12,
                hem_m=outfit.hem_m,
                ease_m=ease,
                flare=0.1 if outfit.cut == "coat" else 0.18,
                folds_m=0.004 if outfit.cut == "coat" else 0.009,
            )
        )
    else:
        lower = outfit.skirt or outfit.legs or outfit.main
        cloth.append(garments.seat(spine, lower))
        if outfit.skirt is not None:
            cloth.append(garments.hanging(body, outfit.skirt, start=0.14, hem_m=outfit.hem_m, flare=0.16, ease_m=0.006))
    hem = {"jacket": -0.1, "hoodie": -0.04, "shirt": 0.0, "tee": 0.02, "coat": 0.1, "dress": 0.1}[outfit.cut]
    if outfit.skirt is not None:
        hem = 0.1
    opening = outfit.under if outfit.cut in ("coat", "jacket", "shirt") else None
    low = 0.74 if outfit.cut != "shirt" else 0.84
    if outfit.cut in ("dress", "tee"):
        opening, low = outfit.skin, 0.86
    cloth.append(garments.top(spine, main, hem=hem, ease_m=ease, opening=opening, opening_low=low))
    if outfit.cut in ("jacket", "coat", "shirt"):
        cloth.append(garments.collar(spine, main, tall_m=0.02 if outfit.cut == "shirt" else 0.034))
    if outfit.cut in ("jacket", "hoodie", "coat"):
        cloth.append(garments.strip(spine, BLACK, hem + 0.02, low, ease, 0.008))
    if outfit.cut == "hoodie":
        cloth.append(garments.hood(spine, main))
    if outfit.vest is not None:
        cloth.append(garments.vest(spine, outfit.vest, BAND, ease + 0.012 * body.build.scale))
    return cloth


def person(build: Build, pose: Pose, outfit: Outfit, *, stoop_deg: float = 0.0, seed: int = 0) -> Mesh:
    """The whole person on z = 0, walking along X, the middle of the bounds over the origin."""
    return _figure(build, pose, outfit, stoop_deg, seed)[0]


def skeleton_of(build: Build, pose: Pose, outfit: Outfit, *, stoop_deg: float = 0.0, seed: int = 0) -> Joints:
    """The joints of that person."""
    return _figure(build, pose, outfit, stoop_deg, seed)[1]


def walking(
    build: Build,
    pose: Pose,
    outfit: Outfit,
    gait: Gait,
    phase: float,
    settled: float = 0.0,
    *,
    stoop_deg: float = 0.0,
    seed: int = 0,
) -> tuple[Mesh, Joints]:
    """That person at a phase (0..1) of two steps, with its joints; the middle between the hips over the origin.

    `settled` (0..1) is how far somebody has come to a stand. The triangles are the same ones at every phase.
    """
    held = ("shopping" in outfit.carries, "stick" in outfit.carries)
    kept = _kept(build, pose, outfit, gait, stoop_deg, seed)
    whole, found = _raw(build, posture(build, pose, gait, phase, held, settled), outfit, stoop_deg, seed)
    return _without(whole, kept), found


@lru_cache(maxsize=512)
def _kept(build: Build, pose: Pose, outfit: Outfit, gait: Gait, stoop_deg: float, seed: int) -> NDArray[np.bool_]:
    """Which triangles are none of the slivers that collapsed caps leave."""
    held = ("shopping" in outfit.carries, "stick" in outfit.carries)
    return _no_sliver(_raw(build, posture(build, pose, gait, 0.0, held), outfit, stoop_deg, seed)[0])


# Whoever is built is asked for the mesh, and then for the joints.
@lru_cache(maxsize=4)
def _figure(build: Build, pose: Pose, outfit: Outfit, stoop_deg: float, seed: int) -> tuple[Mesh, Joints]:
    whole, found = _raw(build, pose, outfit, stoop_deg, seed)
    whole = _without(whole, _no_sliver(whole))
    turned = _LAID[pose.laid]
    whole = whole.transformed(turned)
    low, high = whole.bounds_m
    shift = np.eye(4)
    shift[:3, 3] = -float(low[0] + high[0]) / 2, -float(low[1] + high[1]) / 2, -float(low[2])
    return whole.transformed(shift), moved(found, shift @ turned)


def _raw(build: Build, pose: Pose, outfit: Outfit, stoop_deg: float, seed: int) -> tuple[Mesh, Joints]:
    """The person as its parts are put together, standing where its hips are; and its joints."""
    feet = [
        shoe(build.scale, np.radians(leg.pitch_deg), side * TOES_OUT_RAD, outfit.shoes, outfit.sole)
        for side, leg in zip((1, -1), pose.legs, strict=True)
    ]
    body = skeleton(build, pose, (feet[0].ankle_m, feet[1].ankle_m), np.radians(stoop_deg))
    spine = body.spine
    cloth, firm = _trunk(outfit, body), []
    ease = _EASE[outfit.cut] * build.scale
    for side, (hip, knee, ankle), foot in zip((1, -1), body.legs, feet, strict=True):
        firm.append(foot.mesh.moved(float(ankle[0]), float(ankle[1]), float(ankle[2]) - foot.ankle_m))
        if outfit.legs is None or outfit.shorts:
            firm.append(bare_leg(build, hip, knee, ankle, outfit.skin))
        if outfit.legs is not None:
            slim = outfit.flare
            end = 0.5 if outfit.shorts else 1.0
            cloth.append(trouser_leg(build, hip, knee, ankle, outfit.legs, hem=slim, end=end))
        shoulder, elbow, wrist = body.arms[0 if side > 0 else 1]
        short = outfit.cut in ("tee", "dress")
        if short:
            firm.append(bare_arm(build, shoulder, elbow, wrist, outfit.skin))
        cloth.append(
            sleeve(build, shoulder, elbow, wrist, outfit.main, side=side, ease_m=0.5 * ease, end=0.35 if short else 1.0)
        )
        arm = pose.arms[0 if side > 0 else 1]
        if arm.hold is None or arm.hold[0] > 0.3 or arm.hold[1] > 0.2:
            firm.append(hand(build, elbow, wrist, outfit.skin, side=side, curl=0.5 if arm.hold is None else 1.1))
    nod, look = np.radians(pose.nod_deg), np.radians(pose.look_deg)
    firm += [heads.neck(spine, outfit.skin)]
    firm.append(heads.head(spine, outfit.skin, outfit.style, outfit.hair, outfit.cap, nod, look))
    _, right_elbow, right_wrist = body.arms[1]
    _, left_elbow, left_wrist = body.arms[0]
    for thing in outfit.carries:
        if thing == "backpack":
            firm += carried.backpack(spine, outfit.bag, ease_m=ease)
        elif thing == "handbag":
            firm += carried.handbag(spine, outfit.bag, 1, ease_m=ease)
        elif thing == "shopping":
            firm += carried.shopping_bag(left_wrist, left_elbow, build.scale)
        elif thing == "umbrella":
            grip = right_wrist + 0.075 * build.scale * (right_wrist - right_elbow) / build.forearm_m
            firm += carried.umbrella(grip, outfit.bag)
        elif thing == "stick":
            firm += carried.stick(right_wrist, -1, build.scale)
        elif thing == "phone":
            firm += carried.phone(right_wrist, right_elbow, -1, build.scale)
        elif thing == "phone at the ear":
            firm += carried.phone_at_ear(right_wrist, right_elbow)
        elif thing == "paddle":
            firm += carried.paddle(right_wrist, right_elbow, build.scale)
        elif thing == "pram":
            firm += prams.pram(left_wrist, right_wrist, outfit.bag, build.scale)
    whole = join([*(creased(part, 0.0055 * build.scale, seed) for part in cloth), *firm])
    face, size = heads.face(spine, nod, look), heads.size_of(build)
    return whole, joints(face, body.arms, body.legs, build.thick, size)


# How those who lie are turned: the front up, or the left side up; the head towards -X.
_LAID = {
    "": np.eye(4),
    "back": np.array([[0.0, 0, -1, 0], [0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1]]),
    "side": np.array([[0.0, 0, -1, 0], [-1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1]]),
}


def _no_sliver(mesh: Mesh) -> NDArray[np.bool_]:
    """Which triangles (F,) have an area."""
    corner = mesh.vertices_m[mesh.triangles].astype(np.float64)
    area = np.linalg.norm(np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0]), axis=1) / 2
    return np.asarray(area > 1e-8)


def _without(mesh: Mesh, keep: NDArray[np.bool_]) -> Mesh:
    """The triangles that are kept, without UVs, which cloth here does not use."""
    used, inverse = np.unique(mesh.triangles[keep], return_inverse=True)
    faces = inverse.reshape(-1, 3).astype(np.int32)
    return Mesh(mesh.vertices_m[used], faces, mesh.slots[keep], mesh.materials, mesh.smooth[keep], None)
