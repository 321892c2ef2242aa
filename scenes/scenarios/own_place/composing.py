"""How one draw of a place becomes a scene: what stays, what stands in the stead of marks and in regions, who looks."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from longtail.annotate.camera import Camera, Lens
from longtail.annotate.camera.transform import Transform
from longtail.scenes.assets.asset import Asset, Lamp
from longtail.scenes.assets.at_hand import AtHand
from longtail.scenes.atmosphere.light import Light
from longtail.scenes.camera.looking import looking
from longtail.scenes.camera.sensor import Sensor
from longtail.scenes.camera.soiling import Soiling
from longtail.scenes.drawing.sampling import Draw
from longtail.scenes.lamps.kinds import LampKind
from longtail.scenes.scenarios.complexions import with_looks
from longtail.scenes.scenarios.occupancy import footprint
from longtail.scenes.scenarios.outdoors import outdoor_scene
from longtail.scenes.scenarios.own_place.ground import OwnPlace
from longtail.scenes.scenarios.own_place.obstacles import Obstacles, Standing, union_of
from longtail.scenes.scenarios.own_place.place import Bulb, Mark, Place, Region, Viewpoint
from longtail.scenes.scenarios.own_place.words import ANYWHERE, regions_by_group, swapped, viewpoint_regions
from longtail.scenes.scenarios.recorded import recorded
from longtail.scenes.scene import Placed, Scene

Rng = np.random.Generator
Point = NDArray[np.float64]

_TRIES = 40
# An asset in the stead of a thing may be so much longer than that.
_LARGER = 1.25
_CLEAR_M = 0.05
# Nothing is nearer to a drawn viewpoint than this.
_NEAREST_M = 0.25
_RESTLESS = frozenset({"driving", "sitting", "lying", "riding", "crossing", "ground"})


def composer(place: Place, names: Sequence[str]) -> Callable[[Draw, Lens, Mapping[str, Asset]], Scene]:
    """`compose` of a place; `names` are the assets' of what stays in it."""
    obstacles = Obstacles.of(place)
    staying = tuple(_staying(item.world_from_object, name) for item, name in zip(place.fixed, names, strict=True))

    def compose(draw: Draw, lens: Lens, assets: Mapping[str, Asset]) -> Scene:
        """The place of a draw."""
        offered = {name: asset for name, asset in assets.items() if not isinstance(asset, AtHand)}
        filling = _Filling(obstacles, offered)
        for group, marks in swapped(place).items():
            filling.swap(group, marks, float(draw.placing[f"objects.{group}.share"]), draw.stream(f"swap {group}"))
        for group, regions in regions_by_group(place).items():
            filling.fill(group, regions, int(draw.placing[f"objects.{group}.count"]), draw.stream(f"region {group}"))
        camera = _camera(place, filling, draw, lens)
        ground = OwnPlace(_lit(place.bulbs, float(draw.values.get("lighting.lamps", 1.0))))
        objects = (*staying, *filling.objects)
        if place.sky:
            return outdoor_scene(draw, lens, ground, camera, objects, filling.misfits, assets)
        return Scene(
            number=draw.scene,
            parameters=recorded(draw.values, lens),
            ground=ground,
            cameras={"camera": camera},
            light=Light(sky=False, exposure_ev=draw.values["lighting.exposure_ev"]),
            objects=objects,
            indoor_lux=_level_lux(ground.lit, camera),
            departures=replace(draw.departures, misfits={k: n for k, n in filling.misfits.items() if n}),
            sensor=Sensor.drawn(draw.values),
            soiling=Soiling.drawn(draw.values),
        )

    return compose


def _staying(pose: Sequence[float], name: str) -> Placed:
    return Placed.posed(name, Transform("world", "object", np.round(np.array(pose).reshape(4, 4), 7)))


@dataclass(eq=False)
class _Filling:
    """What has been put into a place so far; `misfits` says how many found no room, by group."""

    obstacles: Obstacles
    assets: Mapping[str, Asset]
    objects: list[Placed] = field(default_factory=list)
    misfits: dict[str, int] = field(default_factory=dict)
    standing: Standing = field(default_factory=lambda: Standing([], []))

    def swap(self, group: str, marks: Sequence[Mark], share: float, rng: Rng) -> None:
        """An asset in the stead of each mark, or by chance nothing: what stays is no matter, it was built around it."""
        for mark in marks:
            wanted, heading = float(rng.random()) < share, mark.heading_rad
            asset = self._one_of(mark.categories, rng, max(mark.size_m) * _LARGER)
            if not wanted:
                continue
            x, y, z = mark.at_m
            shape = None if asset is None else footprint(x, y, heading, *asset.size_m[:2])
            if asset is None or shape is None or self.standing.meet(shape, z, z + asset.size_m[2]):
                self._missed(f"swap {group}")
                continue
            self._put(asset, (x, y, z), heading, shape, rng)

    def fill(self, group: str, regions: Sequence[Region], count: int, rng: Rng) -> None:
        """`count` things, each somewhere in the regions with all of its footprint, and in nothing."""
        spread = _Spread.over(regions)
        for _ in range(count):
            if not any(self._stand(spread, rng) for _ in range(_TRIES)):
                self._missed(f"region {group}")

    def _stand(self, spread: _Spread, rng: Rng) -> bool:
        number, (x, y, z) = spread.point(rng)
        heading = round(float(rng.uniform(-math.pi, math.pi)), 6)
        asset = self._one_of(spread.categories[number], rng, math.inf)
        if asset is None:
            return False
        length, width, height = asset.size_m
        shape = footprint(x, y, heading, length, width)
        wide = footprint(x, y, heading, length, width, _CLEAR_M)
        if not spread.covers(shape) or self.standing.meet(wide, z, z + height):
            return False
        if self.obstacles.meet(shape, z, z + height) or self.obstacles.enclose(x, y, z + height / 2):
            return False
        self._put(asset, (x, y, z), heading, shape, rng)
        return True

    def _one_of(self, categories: Sequence[str], rng: Rng, most_m: float) -> Asset | None:
        """An asset: each category is as likely as any other, and models by their weights. Of those that are no longer
        than `most_m`, where there are some and it is more than 0."""
        category = categories[int(rng.integers(len(categories)))]
        u = float(rng.random())
        every = [a for a in self.assets.values() if category in (a.category, a.serves) and _stands(a)]
        small = [asset for asset in every if max(asset.size_m) <= most_m]
        chosen = small or every
        if not chosen:
            return None
        weights = np.cumsum([asset.weight for asset in chosen])
        return chosen[int(np.searchsorted(weights, u * weights[-1], side="right").clip(0, len(chosen) - 1))]

    def _put(
        self, asset: Asset, at: tuple[float, float, float], heading: float, shape: shapely.Polygon, rng: Rng
    ) -> None:
        x, y, z = (round(float(value), 6) for value in at)
        tint = asset.tints[int(rng.integers(len(asset.tints)))] if asset.tints else (1.0, 1.0, 1.0)
        self.objects.append(with_looks(Placed(asset.name, x, y, z, round(heading, 6), tint), asset, rng))
        self.standing.add(shape, z, z + asset.size_m[2])

    def _missed(self, what: str) -> None:
        self.misfits[what] = self.misfits.get(what, 0) + 1


def _stands(asset: Asset) -> bool:
    """Whether it stands there by itself: no rider without a bike, nobody who sits without a seat."""
    if asset.rides or asset.carries or min(asset.size_m) <= 1e-3:
        return False
    return not asset.tags & _RESTLESS or bool(asset.tags & {"parked", "standing", "walking"})


@dataclass(frozen=True, eq=False)
class _Spread:
    """Points that are even over the area of regions."""

    triangles_m: NDArray[np.float64]
    numbers: NDArray[np.int64]
    sums_m2: NDArray[np.float64]
    categories: tuple[tuple[str, ...], ...]
    shadow: shapely.Geometry

    @classmethod
    def over(cls, regions: Sequence[Region]) -> _Spread:
        every = np.concatenate([region.triangles_m for region in regions])
        numbers = np.repeat(np.arange(len(regions)), [len(region.triangles_m) for region in regions])
        sides = every[:, 1:] - every[:, :1]
        areas = np.sqrt((np.cross(sides[:, 0], sides[:, 1]) ** 2).sum(axis=1)) / 2
        shadow = union_of([region.triangles_m for region in regions])
        shapely.prepare(shadow)
        return cls(every, numbers, np.cumsum(areas), tuple(region.categories for region in regions), shadow)

    def point(self, rng: Rng) -> tuple[int, tuple[float, float, float]]:
        """The number of a region, and a point of it."""
        u, v, w = (float(value) for value in rng.random(3))
        k = int(np.searchsorted(self.sums_m2, u * self.sums_m2[-1], side="right").clip(0, len(self.sums_m2) - 1))
        a, b = (1 - v, 1 - w) if v + w > 1 else (v, w)
        corner, second, third = self.triangles_m[k]
        x, y, z = (corner + a * (second - corner) + b * (third - corner)).tolist()
        return int(self.numbers[k]), (x, y, z)

    def covers(self, shape: shapely.Polygon) -> bool:
        return bool(shapely.covers(self.shadow, shape))


def _camera(place: Place, filling: _Filling, draw: Draw, lens: Lens) -> Camera:
    """The camera of a draw: as the file has it or anywhere, then moved and turned a little."""
    placing, rng = draw.placing, draw.stream("camera")
    name = str(placing["camera.viewpoint"])
    view = next((view for view in place.viewpoints if view.name == name), None)
    if view is None or name == ANYWHERE:
        position, heading = _anywhere(place, filling, float(placing["camera.height_m"]), rng)
        pitch = roll = 0.0
    else:
        position, heading, pitch, roll = _angles(view)
    away = rng.normal(size=3)
    away *= float(placing["camera.shift_m"]) / max(math.sqrt(float((away**2).sum())), 1e-9)
    x, y, z = (round(float(value), 6) for value in position + away)
    heading = round(heading + math.radians(placing["camera.turn_deg"]), 7)
    pitch = min(max(pitch + float(placing["camera.tilt_deg"]), -90.0), 90.0)
    return looking(lens, (x, y, z), heading, round(pitch, 6), round(roll, 6))


def _anywhere(place: Place, filling: _Filling, height_m: float, rng: Rng) -> tuple[Point, float]:
    """A point over the regions of viewpoints, with nothing near it if one is found, and any heading."""
    spread = _Spread.over(viewpoint_regions(place))
    position, heading = np.zeros(3), 0.0
    for _ in range(_TRIES):
        _, at = spread.point(rng)
        position, heading = np.array(at) + (0.0, 0.0, height_m), float(rng.uniform(-math.pi, math.pi))
        x, y, z = (float(value) for value in position)
        room = footprint(x, y, 0.0, 2 * _NEAREST_M, 2 * _NEAREST_M)
        low, high = z - _NEAREST_M, z + _NEAREST_M
        if not filling.obstacles.meet(room, low, high) and not filling.standing.meet(room, low, high):
            break
    return position, heading


def _angles(view: Viewpoint) -> tuple[Point, float, float, float]:
    """(position, heading in radians, pitch and roll in degrees) of a camera of the file, as `looking` takes them."""
    matrix = np.array(view.world_from_camera).reshape(4, 4)
    right, down, ahead = matrix[:3, 0], matrix[:3, 1], matrix[:3, 2]
    flat = math.hypot(float(ahead[0]), float(ahead[1]))
    pitch = math.degrees(math.atan2(float(ahead[2]), flat))
    # Straight up or down the heading is at the picture's top, or its bottom.
    along = ahead if flat > 1e-6 else -down * (1.0 if ahead[2] < 0 else -1.0)
    heading = math.atan2(float(along[1]), float(along[0]))
    level = np.array([math.sin(heading), -math.cos(heading), 0.0])
    roll = math.degrees(math.atan2(-float(level @ down), float(level @ right)))
    return matrix[:3, 3], heading, pitch, roll


def _lit(bulbs: Sequence[Bulb], share: float) -> tuple[Lamp, ...]:
    """The lamps of a file, each as far as it burns."""
    found = []
    for bulb in bulbs:
        kind = LampKind(bulb.name, bulb.rgb, bulb.kcd * share, bulb.cone_deg, bulb.radius_m, bulb.panel_m)
        # Lamps begin to shine before their housings; those of a file are where it has them.
        x, y, z = (round(at - kind.clear_m * towards, 6) for at, towards in zip(bulb.position_m, bulb.aim, strict=True))
        found.append(Lamp(kind, (x, y, z), bulb.aim))
    return tuple(found)


def _level_lux(lamps: Sequence[Lamp], camera: Camera) -> float:
    """About how light it is where the camera is: what lamps send there, half of it if they look elsewhere.

    Our estimate, which decides how lamps are sampled, and is stated with the frame; exposure is metered.
    """
    eye = camera.world_from_camera.matrix[:3, 3]
    total = 0.0
    for lamp in lamps:
        away = np.array(eye) - np.array(lamp.position_m)
        squared = max(float((away**2).sum()), 0.25)
        towards = float((away * np.array(lamp.aim)).sum()) / math.sqrt(squared)
        total += 1000 * lamp.kind.kcd / squared * (1.0 if lamp.kind.bare else max(towards, 0.5))
    return round(max(total, 0.01), 4)
