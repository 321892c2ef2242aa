"""What goes wrong in aisles: spills, loads that fell, pallets left in the way."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from longtail.annotate.camera.transform import Transform
from longtail.scenes.assets.asset import Asset
from longtail.scenes.physics.body import Body, Support
from longtail.scenes.physics.body import box as solid
from longtail.scenes.scenarios.occupancy import footprint
from longtail.scenes.scenarios.warehouse.layout import Layout
from longtail.scenes.scenarios.warehouse.loads import Loader
from longtail.scenes.scenarios.warehouse.standing import Rng, Standing, one_of, tint_of
from longtail.scenes.scene import Placed

# Of cartons with goods, and of corrugated board on concrete (our estimates).
_DENSITY_KG_M3, _FRICTION = 160.0, 0.5
# Nothing comes to rest nearer to the camera.
_CLEAR_M = 1.4
_TRIES = 10


def spill(standing: Standing, layout: Layout, count: int, eye_m: tuple[float, float], rng: Rng) -> None:
    """Each ahead of the camera in its aisle; a board may warn of it."""
    kinds: dict[str, list[Asset]] = {}
    for asset in standing.having("spill"):
        kinds.setdefault(str(asset.attributes["stuff"]), []).append(asset)
    boards = standing.having("sign", "floor")
    for _ in range(count if kinds else 0):
        stuff = sorted(kinds)[int(rng.integers(len(kinds)))]
        asset = one_of(rng, kinds[stuff])
        for _ in range(_TRIES):
            x = eye_m[0] + float(rng.uniform(2.2, 8.0))
            y = float(rng.uniform(-1, 1)) * max(layout.aisle_m / 2 - asset.size_m[1] / 2, 0.1)
            heading = float(rng.uniform(-0.5, 0.5)) + math.pi * int(rng.integers(2))
            if standing.free(asset, x, y, heading):
                standing.put(rng, asset, (x, y, 0.0), heading)
                if boards and rng.random() < 0.4:
                    _beside(standing, boards[0], x, y, asset.size_m[0], rng)
                break


def _beside(standing: Standing, board: Asset, x: float, y: float, length_m: float, rng: Rng) -> None:
    at = x + (length_m / 2 + 0.4) * (1 if rng.random() < 0.5 else -1)
    if standing.free(board, at, y, 0.3):
        standing.put(rng, board, (at, y, 0.0), float(rng.uniform(-0.6, 0.6)))


def block(standing: Standing, loader: Loader, eye_m: tuple[float, float], rng: Rng) -> None:
    """Pallets set down in the aisle, some askew."""
    pallet = loader.pallet(rng)
    for _ in range(int(rng.integers(1, 4))):
        for _ in range(_TRIES):
            x, y = eye_m[0] + float(rng.uniform(3.0, 9.0)), float(rng.uniform(-0.8, 0.8))
            heading = math.pi / 2 * int(rng.integers(2)) + float(rng.normal(0, 0.2))
            if standing.free(pallet, x, y, heading):
                loader.load(rng, (x, y, 0.0), heading, float(rng.uniform(0.4, 1.6)), True)
                break


def fall(standing: Standing, layout: Layout, count: int, eye_m: tuple[float, float], rng: Rng) -> None:
    """A stack of cartons that came down in the aisle, settled by physics; what rolls too far is counted as lost."""
    from longtail.scenes.physics import distances  # 30 MB with MuJoCo, which other scenes do without
    from longtail.scenes.physics.floating import floating
    from longtail.scenes.physics.settling import settle

    cartons = standing.having("box", "carton")
    broken = standing.having("box", "crushed")
    if not count or not cartons:
        return
    side = 1 if rng.random() < 0.5 else -1
    middle = eye_m[0] + float(rng.uniform(3.5, 6.5)), side * (layout.aisle_m / 2 - 0.75)
    kind = one_of(rng, cartons)
    same = [carton for carton in cartons if carton.size_m == kind.size_m]
    things = [one_of(rng, broken if broken and rng.random() < 0.12 else same) for _ in range(count)]
    bodies = [_body(thing, number, middle, -side, rng) for number, thing in enumerate(things)]
    supports = _walled(middle[0], layout.aisle_m)
    settled = settle(bodies, supports, "together")
    rest = {number for number, fate in enumerate(settled.fates) if fate == "rests"}
    rest &= {n for n in rest if math.hypot(*(settled.poses[n].matrix[:2, 3] - eye_m)) > _CLEAR_M}
    items = {number: distances.Placed(bodies[number].shape, settled.poses[number]) for number in sorted(rest)}
    rest -= floating(items, [distances.Placed(support.shape) for support in supports])
    if len(rest) < count:
        standing.misfits["objects"] = standing.misfits.get("objects", 0) + count - len(rest)
    for number in sorted(rest):
        thing, pose = things[number], settled.poses[number]
        x, y, _ = (float(v) for v in pose.matrix[:3, 3])
        standing.occupied.add(footprint(x, y, 0.0, max(thing.size_m), max(thing.size_m)))
        standing.objects.append(
            Placed.posed(thing.name, pose, tint=tint_of(thing, rng), attributes={"state": "fallen"})
        )


def _walled(x_m: float, aisle_m: float) -> list[Support]:
    """The floor, and the faces of the racks to both sides: nothing rolls out of the aisle."""
    floor = Support(solid((60.0, 60.0, 0.2), (x_m, 0.0, -0.1)), 0.6)
    faces = [Support(solid((60.0, 0.3, 12.0), (x_m, side * (aisle_m / 2 + 0.15), 6.0)), 0.4) for side in (-1, 1)]
    return [floor, *faces]


def _body(asset: Asset, number: int, middle_m: Sequence[float], outwards: int, rng: Rng) -> Body:
    """In a loose column, tipping into the aisle."""
    length, width, height = asset.size_m
    shape = solid(asset.size_m, (0.0, 0.0, height / 2))
    layer, place = divmod(number, 3)
    roll, pitch, yaw = (float(v) for v in rng.normal(0, (0.5, 0.5, 0.4)))
    turn = _turn(roll + 0.5 * outwards, pitch, yaw)
    matrix = np.eye(4)
    matrix[:3, :3] = turn
    step = 0.1 + math.hypot(length, width, height)
    matrix[:3, 3] = [
        middle_m[0] + (place - 1) * step * 0.75 + float(rng.normal(0, 0.03)),
        middle_m[1] + outwards * float(rng.uniform(0.0, 0.3)) * layer,
        0.25 + height / 2 + layer * step,
    ]
    mass = length * width * height * _DENSITY_KG_M3
    return Body(shape, max(mass, 0.3), _FRICTION, Transform("world", "object", np.round(matrix, 6)))


def _turn(roll: float, pitch: float, yaw: float) -> np.ndarray:  # type: ignore[type-arg]
    """Rotation about X, then Y, then Z."""
    found = np.eye(3)
    for axis, angle in ((0, roll), (1, pitch), (2, yaw)):
        cos, sin = math.cos(angle), math.sin(angle)
        i, j = (axis + 1) % 3, (axis + 2) % 3
        one = np.eye(3)
        one[i, i], one[i, j], one[j, i], one[j, j] = cos, -sin, sin, cos
        found = one @ found
    return found
