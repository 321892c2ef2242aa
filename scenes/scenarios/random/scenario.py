"""The random scenario: how one draw becomes things in the air, lamps around them, and a backdrop behind all."""

from __future__ import annotations

import colorsys
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Camera, Lens
from longtail.annotate.camera.transform import Transform
from longtail.colour import unit_luminance
from longtail.scenes.assets import families
from longtail.scenes.assets.asset import Asset, Lamp
from longtail.scenes.assets.library.model import LibraryAsset
from longtail.scenes.assets.packs.locate import MODELS, name_of
from longtail.scenes.assets.shapes.backdrops import RADIUS_M
from longtail.scenes.atmosphere.light import Light
from longtail.scenes.camera import lenses
from longtail.scenes.camera.looking import looking
from longtail.scenes.camera.sensor import Sensor
from longtail.scenes.camera.soiling import Soiling
from longtail.scenes.drawing.sampling import Draw
from longtail.scenes.geometry.materials import Rgb
from longtail.scenes.lamps.kinds import LampKind
from longtail.scenes.scenarios.complexions import with_looks
from longtail.scenes.scenarios.random.dimensions import DIMENSIONS
from longtail.scenes.scenarios.random.ground import Nowhere
from longtail.scenes.scenarios.random.parameters import FAMILIES, PARAMETERS, RULES
from longtail.scenes.scenarios.recorded import recorded
from longtail.scenes.scenarios.scenario import Scenario
from longtail.scenes.scenarios.turning import any_turn
from longtail.scenes.scene import Placed, Scene
from longtail.scenes.space.space import Space

Rng = np.random.Generator
Points = NDArray[np.float64]

_TRIES = 24
# Nothing is nearer than this, of its own half diagonal, nor farther than what the backdrop leaves room for.
_NEAREST, _FARTHEST_M = 1.15, 0.75 * RADIUS_M
_SPREAD = 0.35
"""Standard deviation of the logarithm of what a thing's extent is against the median."""
EYE_M = (0.0, 0.0, RADIUS_M)


def compose(draw: Draw, lens: Lens, assets: Mapping[str, Asset]) -> Scene:
    """The randomised domain of a draw."""
    values, placing, named = draw.values, draw.placing, draw.stream
    camera = looking(lens, EYE_M, 0.0, placing["camera.pitch_deg"], placing["camera.roll_deg"])
    air = _Air(camera)
    things = _things(assets, str(placing["objects.family"]))
    upright = float(placing["objects.upright"])
    air.fill(
        things, int(placing["objects.count"]), float(placing["objects.extent"]), upright, named("objects"), "objects"
    )
    solids = [[asset for asset in assets.values() if "flying" in asset.tags]]
    count, extent = int(placing["distractors.count"]), float(placing["distractors.extent"])
    air.fill(solids, count, extent, 0.0, named("distractors"), "distractors")
    lux = float(values["lighting.ambient_lux"])
    middle_m = float(np.median(air.away_m)) if air.away_m else 5.0
    return Scene(
        number=draw.scene,
        parameters=recorded(values, lens),
        ground=Nowhere(_lamps(values, camera, middle_m, named("lighting.lamps"))),
        cameras={"camera": camera},
        light=Light(sky=False, exposure_ev=values["lighting.exposure_ev"]),
        objects=(*air.placed, *_behind(assets, draw)),
        indoor_lux=lux * (1 + float(values["lighting.lamps.share"]) * (int(values["lighting.lamps.count"]) > 0)),
        departures=replace(draw.departures, misfits=air.misfits),
        sensor=Sensor.drawn(values),
        soiling=Soiling.drawn(values),
    )


def _things(assets: Mapping[str, Asset], family: str) -> list[list[Asset]]:
    """What may be a thing, by its category: every category is as likely as any other, whatever the number of models."""
    homes, found = _homes(), dict[str, list[Asset]]()
    for asset in assets.values():
        home = asset.family if isinstance(asset, LibraryAsset) else homes.get(asset.name, "")
        if home in FAMILIES and family in ("any", home) and _whole(asset):
            found.setdefault(asset.category, []).append(asset)
    return list(found.values())


@cache
def _homes() -> dict[str, str]:
    """The family of each asset that is not the user's own, by its name."""
    packed = {name_of(row): name for name, rows in MODELS.items() for row in rows}
    return packed | {asset.name: name for name, assets in families().items() for asset in assets}


def _whole(asset: Asset) -> bool:
    """Whether it is a thing by itself: no rider without a bike, no film of water, no lamp's cord, no plate alone."""
    return (
        not asset.rides and not asset.attached and not asset.carries and min(asset.size_m) > 1e-3
        and asset.category not in ("spill", "distractor", "rider", "gripper")
    )  # fmt: skip


@dataclass
class _Air:
    """What flies before a camera, each in a ball of its own that meets no other."""

    camera: Camera
    placed: list[Placed] = field(default_factory=list)
    away_m: list[float] = field(default_factory=list)
    misfits: dict[str, int] = field(default_factory=dict)
    _balls: list[tuple[Points, float]] = field(default_factory=list)

    def fill(
        self, kinds: Sequence[Sequence[Asset]], count: int, extent: float, upright: float, rng: Rng, name: str
    ) -> None:
        """Let `count` of them fly; half diagonals over distances are log-normal about `extent`."""
        kinds = [kind for kind in kinds if kind]
        for _ in range(count if kinds else 0):
            models = kinds[int(rng.integers(len(kinds)))]
            asset = models[int(rng.integers(len(models)))]
            turn = _about_z(rng) if rng.random() < upright else any_turn(rng)
            tint = _tint(asset, rng)
            if not any(self._put(asset, extent, turn, tint, rng) for _ in range(_TRIES)):
                self.misfits[name] = self.misfits.get(name, 0) + 1

    def _put(self, asset: Asset, extent: float, turn: Points, tint: Rgb, rng: Rng) -> bool:
        size = np.array(asset.size_m)
        half = math.sqrt(float((size**2).sum())) / 2
        share = extent * math.exp(float(rng.normal(0, _SPREAD)))
        away = min(max(half / share, half * _NEAREST + 0.05), _FARTHEST_M)
        middle = self._ahead(rng) * away + EYE_M
        if any(math.sqrt(float(((middle - other) ** 2).sum())) < half + reach for other, reach in self._balls):
            return False
        matrix = np.eye(4)
        matrix[:3, :3] = turn
        matrix[:3, 3] = middle - turn @ (0.0, 0.0, size[2] / 2)
        pose = Transform("world", "object", np.round(matrix, 7))
        self.placed.append(with_looks(Placed.posed(asset.name, pose, tint=tint), asset, rng))
        self.away_m.append(away)
        self._balls.append((middle, half))
        return True

    def _ahead(self, rng: Rng) -> Points:
        """A direction (3,) of the world that the camera sees."""
        lens = self.camera.lens
        for _ in range(_TRIES):
            pixel = [[float(rng.uniform(0, lens.width_px)), float(rng.uniform(0, lens.height_px))]]
            ray = np.asarray(lens.rays(pixel)[0], dtype=np.float64)
            length = math.sqrt(float((ray**2).sum()))
            if math.isfinite(length) and length > 0:
                break
        else:
            ray, length = np.array([0.0, 0.0, 1.0]), 1.0
        return np.asarray(self.camera.world_from_camera.matrix[:3, :3] @ (ray / length))


def _about_z(rng: Rng) -> Points:
    angle = float(rng.uniform(-math.pi, math.pi))
    cos, sin = math.cos(angle), math.sin(angle)
    return np.array([[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]])


def _tint(asset: Asset, rng: Rng) -> Rgb:
    """Any colour: what may be painted has no colour of its own here."""
    hue, saturation, value = (float(v) for v in rng.random(3))
    red, green, blue = colorsys.hsv_to_rgb(hue, saturation, 0.05 + 0.9 * value)
    return (round(red, 5), round(green, 5), round(blue, 5)) if asset.tints else (1.0, 1.0, 1.0)


def _colour(rng: Rng, saturation: float) -> Rgb:
    """Of luminance 1."""
    red, green, blue = unit_luminance(colorsys.hsv_to_rgb(float(rng.random()), saturation, 1.0))
    return round(float(red), 6), round(float(green), 6), round(float(blue), 6)


def _lamps(values: Mapping[str, Any], camera: Camera, middle_m: float, rng: Rng) -> tuple[Lamp, ...]:
    """Lamps on all sides of where the things are, each aimed there: together they give `share` of the ambient light."""
    count = int(values["lighting.lamps.count"])
    if not count:
        return ()
    klx = float(values["lighting.lamps.share"]) * float(values["lighting.ambient_lux"]) / 1000
    target = np.array(EYE_M) + camera.world_from_camera.matrix[:3, 2] * middle_m
    parts = rng.dirichlet(np.full(count, 1.5))
    found = []
    for part in parts.tolist():
        towards = rng.normal(size=3)
        towards /= math.sqrt(float((towards**2).sum()))
        away = middle_m * float(rng.uniform(0.6, 2.5))
        place = target + away * towards
        kind = LampKind(
            "random", _colour(rng, float(values["lighting.lamps.saturation"])), part * klx * away**2,
            cone_deg=float(rng.uniform(60, 170)), radius_m=away * float(rng.uniform(0.005, 0.08)),
        )  # fmt: skip
        x, y, z = (float(v) for v in place)
        ax, ay, az = (float(-v) for v in towards)
        found.append(Lamp(kind, (x, y, z), (ax, ay, az)))
    return tuple(found)


def _behind(assets: Mapping[str, Asset], draw: Draw) -> tuple[Placed, ...]:
    """A panorama of the user's, upright, by its chance and where there is one; else a pattern."""
    panoramas = [a for a in assets.values() if a.category == "backdrop" and "panorama" in a.tags]
    rng = draw.stream("background.panorama")
    if not panoramas or float(rng.random()) >= float(draw.values["background.panorama"]):
        return _backdrop(assets, draw.values, draw.stream("background"))
    chosen = panoramas[int(rng.integers(len(panoramas)))]
    level = round(float(draw.values["lighting.ambient_lux"]) / 1000 / math.pi, 9)
    heading = round(float(rng.uniform(-math.pi, math.pi)), 6)
    x, y, z = EYE_M
    return (Placed(chosen.name, x, y, z - RADIUS_M, heading, (level, level, level)),)


def _backdrop(assets: Mapping[str, Asset], values: Mapping[str, Any], rng: Rng) -> tuple[Placed, ...]:
    """One with the pattern, turned anyhow, as bright as gives the ambient light: E is pi times its mean luminance."""
    pattern = str(values["background.pattern"])
    balls = [a for a in assets.values() if a.category == "backdrop" and pattern in a.tags]
    if not balls:
        return ()
    ball = balls[int(rng.integers(len(balls)))]
    turn = any_turn(rng)
    matrix = np.eye(4)
    matrix[:3, :3] = turn
    matrix[:3, 3] = np.array(EYE_M) - turn @ (0.0, 0.0, RADIUS_M)
    level = float(values["lighting.ambient_lux"]) / 1000 / math.pi
    red, green, blue = (level * channel for channel in _colour(rng, float(values["background.saturation"])))
    return (Placed.posed(ball.name, Transform("world", "object", np.round(matrix, 7)), tint=(red, green, blue)),)


RANDOM = Scenario(
    name="random",
    summary="things of any kind in the air, before patterns and among solids, in any light (Tremblay et al. 2018)",
    space=Space(PARAMETERS, RULES, DIMENSIONS),
    compose=compose,
    impossible=(lenses.FOLDED, lenses.FOLDED_MATRIX),
    families=(*FAMILIES, "shapes"),
    grounds=(Nowhere,),
    scenery=("backdrop",),
    background="backdrop",
)
