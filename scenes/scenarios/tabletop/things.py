"""Which things lie on the table, where they are let go, and where they come to rest."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera.transform import Transform
from longtail.scenes.assets.asset import Asset
from longtail.scenes.assets.household import mass_kg_of, stuff_of
from longtail.scenes.assets.library.model import LibraryAsset
from longtail.scenes.geometry.materials import Rgb
from longtail.scenes.physics.body import Body, Shape
from longtail.scenes.scenarios.occupancy import Occupancy, footprint
from longtail.scenes.scenarios.tabletop.kept_shapes import shape_of_asset
from longtail.scenes.scenarios.tabletop.support import BIN_M, Furniture
from longtail.scenes.scenarios.turning import any_turn
from longtail.scenes.scene import Placed

if TYPE_CHECKING:
    from longtail.scenes.physics.settling import Settled

Rng = np.random.Generator

DISTRACTOR = "distractor"
# Below this clutter all stand upright and apart.
_NEAT = 0.3
_TRIES = 60
# How much of a table neat things may cover, each by its own rectangle.
_COVERED = 0.7
# More than so many things have to be small for all to find room; heaped ones may cover this much of the board.
_FEW = 30
_HEAPED = 1.5
_AGAIN = 2
_BELOW_M = 0.004
_LARGEST_M = 0.42


class Dropped(NamedTuple):
    """A thing before it falls: where it is let go, how it is turned, its tint."""

    asset: Asset
    start: Transform
    tint: Rgb


@dataclass(frozen=True)
class Wanted:
    """What is asked of the things: how many, how cluttered 0..1, and the chances 0..1 that one is a distractor, is of
    glass, is of polished metal."""

    count: int
    clutter: float
    distractors: float
    transparent: float
    shiny: float


def chosen(assets: Mapping[str, Asset], wanted: Wanted, furniture: Furniture, rng: Rng) -> list[Asset]:
    """What is to lie there, each category as likely as any other, whatever the number of its models."""
    room_m = furniture.area_m
    movable = [a for a in assets.values() if stuff_of(a) is not None and _fits(a, room_m)]
    if wanted.clutter < _NEAT:
        # Side by side, many things have to be small.
        share_m2 = _COVERED * room_m[0] * room_m[1] / wanted.count
        movable = [a for a in movable if a.size_m[0] * a.size_m[1] < share_m2 and max(a.size_m[:2]) < room_m[1]]
    elif wanted.count > _FEW:
        movable = [a for a in movable if _in_a_crowd(a, wanted.count, furniture)] or movable
    kinds: dict[str, list[list[Asset]]] = {}
    for group, member in (
        (DISTRACTOR, lambda a: a.category == DISTRACTOR),
        ("transparent", lambda a: "transparent" in a.tags),
        ("shiny", lambda a: "shiny" in a.tags),
        ("any", lambda a: a.category != DISTRACTOR),
    ):
        by_category: dict[str, list[Asset]] = {}
        for asset in movable:
            if member(asset):
                by_category.setdefault(asset.category, []).append(asset)
        kinds[group] = list(by_category.values())
    found = []
    for _ in range(wanted.count):
        first, second, third = rng.random(3)
        group = "any"
        if first < wanted.distractors:
            group = DISTRACTOR
        elif second < wanted.transparent:
            group = "transparent"
        elif third < wanted.shiny:
            group = "shiny"
        categories = kinds[group] or kinds["any"]
        models = categories[int(rng.integers(len(categories)))]
        found.append(_one_of(models, rng))
    return found


def _one_of(models: Sequence[Asset], rng: Rng) -> Asset:
    """One model; those of the user's library as often as their weights have it, beside 1 for each of the others."""
    if not any(isinstance(model, LibraryAsset) for model in models):
        return models[int(rng.integers(len(models)))]
    weights = np.array([model.weight if isinstance(model, LibraryAsset) else 1.0 for model in models])
    return models[int(rng.choice(len(models), p=weights / weights.sum()))]


def _fits(asset: Asset, room_m: tuple[float, float]) -> bool:
    longest = max(asset.size_m)
    return longest < _LARGEST_M and max(asset.size_m[:2]) < 0.9 * min(room_m)


def _in_a_crowd(asset: Asset, count: int, furniture: Furniture) -> bool:
    """Of so many things each takes no more than its share of a bin's volume, or of a heap that covers the board."""
    length, width, height = asset.size_m
    if furniture.kind == "bin":
        return length * width * height < math.prod(BIN_M) / count
    return length * width < _HEAPED * math.prod(furniture.area_m) / count


def let_go(things: Sequence[Asset], furniture: Furniture, clutter: float, rng: Rng) -> tuple[list[Dropped], int]:
    """Where each thing is let go, and how many found no place: neat things stand apart, others may fall on others."""
    length, width = furniture.area_m
    top = furniture.top_m
    spread = 1.0 if furniture.kind == "bin" else 1.0 - 0.62 * max(0.0, (clutter - 0.15) / 0.85)
    half = np.array([length, width]) / 2 - (0.02 if furniture.kind == "bin" else 0.05)
    # Few things keep together, many need the whole table.
    spread *= 1.0 if furniture.kind == "bin" else min(1.0, 0.42 + 0.034 * len(things))
    if len(things) > _FEW:
        covered = sum(a.size_m[0] * a.size_m[1] for a in things) / (_HEAPED * length * width)
        spread = max(spread, math.sqrt(min(covered, 1.0)))
    centre = (1 - spread) * half * rng.uniform(-0.5, 0.5, 2)
    reach = half * spread
    tossed = min(max((clutter - 0.2) / 0.6, 0.0), 1.0)
    apart = clutter < _NEAT
    gap_m = 0.035 * (1 - clutter / _NEAT) + 0.006 if apart else 0.0
    occupied = Occupancy()
    dropped: list[Dropped] = []
    missed = 0
    base_heading = rng.normal(0, 0.04)
    for asset in sorted(things, key=lambda a: -a.size_m[0] * a.size_m[1]) if apart else things:
        tint = asset.tints[int(rng.integers(len(asset.tints)))] if asset.tints else (1.0, 1.0, 1.0)
        upright = rng.random() >= tossed
        turn = _upright(rng, base_heading, clutter) if upright else any_turn(rng)
        size = np.array(asset.size_m)
        extent = np.abs(turn) @ size if not upright else size
        place = None
        for _ in range(_TRIES if apart else 1):
            own = (np.abs(turn) @ size)[:2] / 2
            margin = np.maximum(reach - own - 0.005, 0.0)
            xy = centre * (margin > 0) + rng.uniform(-margin, margin)
            heading = math.atan2(turn[1, 0], turn[0, 0])
            shape = footprint(float(xy[0]), float(xy[1]), heading, float(size[0]), float(size[1]), gap_m / 2)
            if not apart or occupied.take(shape):
                place = xy
                break
        if place is None and furniture.kind == "bin":
            place = xy  # where all is full, on others
        if place is None:
            missed += 1
            continue
        matrix = np.eye(4)
        matrix[:3, :3] = turn
        middle = turn @ np.array([0, 0, size[2] / 2])
        matrix[:3, 3] = [
            float(place[0]) - middle[0],
            float(place[1]) - middle[1],
            top + 0.01 + float(extent[2]) / 2 - middle[2],
        ]
        dropped.append(Dropped(asset, Transform("world", "object", np.round(matrix, 7)), tint))
    return dropped, missed


def _upright(rng: Rng, base: float, clutter: float) -> NDArray[np.float64]:
    """Aligned with the table when neat, turned anyhow in clutter."""
    quarter = int(rng.integers(4)) * math.pi / 2
    loose = min(clutter / _NEAT, 1.0)
    angle = quarter + base + float(rng.normal(0, 0.05 + 1.2 * loose**2))
    cos, sin = math.cos(angle), math.sin(angle)
    return np.array([[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]])


class Resting(NamedTuple):
    """Things at rest, with their upright boxes (N, 2, 3) in the world; so many are `lost`: they fell off, or could not
    be freed from others."""

    placed: tuple[Placed, ...]
    boxes_m: NDArray[np.float64]
    lost: int


def at_rest(dropped: Sequence[Dropped], furniture: Furniture, rng: Rng) -> Resting:
    """Where they come to rest on `furniture`. What rolls off or gets stuck in others is let go again on top of them,
    nearer to the middle; what still does not rest is left out."""
    items, lying = list(dropped), dict[int, Transform]()
    for again in range(_AGAIN + 1):
        lying = _settle(items, furniture, lying)
        lost = [number for number in range(len(items)) if number not in lying]
        if not lost or again == _AGAIN:
            break
        for number in lost:
            items[number] = _nearer(items[number], rng)
    corners = {number: pose.points(shape(items[number].asset).vertices_m) for number, pose in lying.items()}
    return Resting(
        tuple(Placed.posed(items[n].asset.name, pose, tint=items[n].tint) for n, pose in lying.items()),
        np.array([(points.min(axis=0), points.max(axis=0)) for points in corners.values()]).reshape(-1, 2, 3),
        len(lost),
    )


def _settle(items: Sequence[Dropped], furniture: Furniture, lying: Mapping[int, Transform]) -> dict[int, Transform]:
    """Poses of those that come to rest on it, by number, of which some lie there already."""
    key = tuple((item.asset, item.start.matrix.tobytes()) for item in items)
    settled = _settled(key, furniture, tuple((number, pose.matrix.tobytes()) for number, pose in lying.items()))
    found = dict(lying)
    for number, (item, pose, fate) in enumerate(zip(items, settled.poses, settled.fates, strict=True)):
        # What hangs over the edge, or lies on the table beside the bin, is lost, too.
        if number in lying:
            continue
        if fate == "rests" and pose.points(shape(item.asset).vertices_m)[:, 2].min() >= furniture.top_m - _BELOW_M:
            found[number] = pose
    floating = _floating(items, found, lying.keys(), furniture)
    return {number: found[number] for number in sorted(found) if number not in floating}


def _floating(
    items: Sequence[Dropped], poses: Mapping[int, Transform], lying: Collection[int], furniture: Furniture
) -> set[int]:
    """What has nothing below it by exact meshes, and what lay on that: a dish's convex parts fill it by millimetres.

    What was `lying` before lies on.
    """
    from longtail.scenes.physics import distances  # 30 MB with MuJoCo, which workers of other scenarios do without
    from longtail.scenes.physics.floating import floating

    placed = {number: distances.Placed(shape(items[number].asset), pose) for number, pose in poses.items()}
    fixed = [distances.Placed(support.shape) for support in furniture.supports()]
    came = {number: item for number, item in placed.items() if number not in lying}
    return floating(came, [*fixed, *(placed[number] for number in lying)])


def _nearer(item: Dropped, rng: Rng) -> Dropped:
    matrix = item.start.matrix.copy()
    matrix[:2, 3] = np.round(matrix[:2, 3] * 0.5 + rng.uniform(-0.06, 0.06, 2), 7)
    return item._replace(start=Transform("world", "object", matrix))


@lru_cache(maxsize=8)
def _settled(
    key: tuple[tuple[Asset, bytes], ...], furniture: Furniture, lying: tuple[tuple[int, bytes], ...]
) -> Settled:
    """Pictures of one scene settle once."""
    from longtail.scenes.physics.settling import settle

    bodies = [body(asset, _pose(start)) for asset, start in key]
    return settle(bodies, furniture.supports(), lying={number: _pose(pose) for number, pose in lying})


def _pose(matrix: bytes) -> Transform:
    return Transform("world", "object", np.frombuffer(matrix).reshape(4, 4))


def body(asset: Asset, start: Transform) -> Body:
    """A thing as physics knows it."""
    stuff, form = stuff_of(asset), shape(asset)
    mass_kg = mass_kg_of(asset, form.volume_m3)
    if stuff is None or mass_kg is None:
        raise ValueError(f"{asset.name}: expected a thing whose stuff is known, got one of which it is not")
    return Body(form, mass_kg, stuff.friction, start)


@lru_cache(maxsize=256)
def shape(asset: Asset) -> Shape:
    """A thing's exact mesh with its convex parts."""
    return shape_of_asset(asset)
