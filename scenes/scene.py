"""A scene: one draw of a scenario, whichever. Every leaf is a value; builders in `scenes/blender/` realise it.

World: right-handed, Z up, metres. All directions of light, wind and weather are counter-clockwise from world X.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Self

from pydantic import PlainSerializer, PlainValidator, ValidationInfo

from longtail.annotate.camera.transform import Transform
from longtail.annotate.labels.departures import Departures
from longtail.annotate.labels.lanes import RoadLanes
from longtail.annotate.labels.relief import LEVEL, Relief
from longtail.distributions.grammar import shown
from longtail.distributions.scalar import Scalar
from longtail.scenes.assets.asset import Lamp, Vector
from longtail.scenes.atmosphere.light import Light
from longtail.scenes.camera.sensor import Sensor
from longtail.scenes.camera.soiling import Soiling
from longtail.scenes.geometry.materials import Rgb
from longtail.scenes.geometry.surface import Surface
from longtail.scenes.lamps.kinds import Circuit, Headlights
from longtail.scenes.lidar.lidar import Lidar
from longtail.scenes.moving.motion import Motion
from longtail.scenes.moving.signals import Flasher, Signals
from longtail.scenes.moving.traffic_light import Aspect, TrafficSignal
from longtail.scenes.spelling.plain import CameraValue, TransformValue, WeatherValue, plain, read
from longtail.scenes.weather import Weather
from longtail.scenes.weather.combinations import drawn_weather


@dataclass(frozen=True)
class Placed:
    """An asset standing somewhere: position in world metres, heading in radians counter-clockwise from X.

    `tint` is the linear RGB that its tinted materials take; `lamps_on` switches its lamps. It is tilted by `tilt_rad`
    about its origin, so that its top moves towards the world heading `tilt_towards_rad`; heading and tilt together make
    every orientation. `skin` and `hair` are the linear RGB of somebody's own, None where nothing is said.

    In a scene that moves, `velocity_m_s` is that of its origin in the world at the scene's moment, `yaw_rate_rad_s` how
    fast its heading grows, and `motion` how it goes on; None where it stays. `phase` is how far (0..1) somebody is
    through two steps, None where the asset's own posture is shown, and `settled` (0..1) how far they have come to a
    stand; `rolled_m` is the way that its wheels have made
    since the scene's own moment, None where nothing rolls; `steers_1_m` is the curvature, positive to the left, that
    its front wheels are steered to, and `banks_rad` how far to its left it leans there; `signals` is what the lamps of
    a vehicle say, None where its brake lights and indicators are dark. `signal` has a traffic light change, and
    `aspect` is what it shows,
    None where that is what its asset does. `blinks` has warning lamps blink, and `lit` says whether they are lit, None
    of what has none that blink.
    """

    asset: str
    x_m: float
    y_m: float
    z_m: float
    heading_rad: float
    tint: Rgb = (1.0, 1.0, 1.0)
    lamps_on: bool = False
    attributes: Mapping[str, Scalar] = field(default_factory=dict, hash=False)
    tilt_rad: float = 0.0
    tilt_towards_rad: float = 0.0
    skin: Rgb | None = None
    hair: Rgb | None = None
    motion: Motion | None = None
    velocity_m_s: Vector = (0.0, 0.0, 0.0)
    yaw_rate_rad_s: float = 0.0
    phase: float | None = None
    rolled_m: float | None = None
    signals: Signals | None = None
    signal: TrafficSignal | None = None
    aspect: Aspect | None = None
    steers_1_m: float = 0.0
    blinks: Flasher | None = None
    lit: bool | None = None
    settled: float = 0.0
    banks_rad: float = 0.0

    @classmethod
    def posed(cls, asset: str, world_from_object: Transform, **also: Any) -> Self:
        """An asset in any pose, standing or tipped over; `also` are the other fields."""
        matrix = world_from_object.matrix
        up_x, up_y, up_z = (float(value) for value in matrix[:3, 2])
        tilt, towards = math.atan2(math.hypot(up_x, up_y), up_z), math.atan2(up_y, up_x)
        x, y, z = (float(value) for value in matrix[:3, 3])
        # Tilted back, its X shows its heading.
        flat = Transform("world", "object", matrix).tilted(-tilt, towards).matrix
        heading = math.atan2(float(flat[1, 0]), float(flat[0, 0]))
        return cls(asset, x, y, z, heading, tilt_rad=tilt, tilt_towards_rad=towards, **also)

    @property
    def world_from_object(self) -> Transform:
        """The pose of the asset frame."""
        upright = Transform.upright("world", "object", (self.x_m, self.y_m, self.z_m), self.heading_rad)
        return upright.tilted(self.tilt_rad, self.tilt_towards_rad) if self.tilt_rad else upright


class Ground(ABC):
    """What a scenario stands its objects on: a street, a table in a room. A value, which makes meshes when asked to.

    A kind of ground is a frozen dataclass of plain values, tuples and further dataclasses; `kind` names it in JSON.
    One with lanes says that it `has_lanes`.
    """

    kind: ClassVar[str]
    has_lanes: ClassVar[bool] = False

    @abstractmethod
    def pieces(self) -> tuple[Surface, ...]:
        """Everything that is no asset, each piece with its category; names are unique."""

    def lamps(self) -> tuple[Lamp, ...]:
        """Lamps that are fixed to it, in world metres."""
        return ()

    def lanes(self, at_m: tuple[float, float]) -> RoadLanes | None:  # noqa: ARG002
        """Its lanes, for who drives at (x, y) of the world; None for a kind of ground without lanes."""
        return None

    def rises(self) -> Relief:
        """How it rises and falls under what moves on it, beside the heights that things have over it."""
        return LEVEL

    def shading(self) -> Mapping[str, float]:
        """What shaders of the ground read, by the names of `scenes.blender.shader_inputs.ShaderInputs`."""
        return {}

    def to_json(self) -> dict[str, Any]:
        """Its kind and its fields as JSON values."""
        return {"kind": self.kind, **plain(self)}


_laid: tuple[tuple[Ground, tuple[Surface, ...]], ...] = ()


def ground_pieces(ground: Ground) -> tuple[Surface, ...]:
    """The pieces of a ground, kept for the last two that were asked about: who draws a scene ahead may make them, too.

    They are found by the very ground, not by one that equals it, so that they never depend on what came before.
    """
    global _laid
    for known, pieces in _laid:
        if known is ground:
            return pieces
    made = ground.pieces()
    _laid = (*_laid[-1:], (ground, made))  # in one step: threads that do so together lose a piece of work at the most
    return made


def _ground(data: Any, info: ValidationInfo) -> Ground:
    """The ground whose kind is one of the context's."""
    grounds: Mapping[str, type[Ground]] = info.context or {}
    kind = data.get("kind") if isinstance(data, Mapping) else None
    if not isinstance(kind, str) or kind not in grounds:
        raise ValueError(f"expected a ground whose kind is one of {', '.join(grounds)}, got {shown(kind)}")
    return read(grounds[kind], {key: value for key, value in data.items() if key != "kind"})


GroundValue = Annotated[Ground, PlainValidator(_ground), PlainSerializer(lambda ground: ground.to_json())]


@dataclass(frozen=True)
class Carrier:
    """What carries the cameras: a vehicle, a robot. `velocity_m_s` is a vector in the world.

    `lamps` are its headlamps in its own frame, X ahead and Z up, and shine with `beam`; None leaves them off.

    In a scene that moves, `motion` is how it goes on, and `carrier_from_camera` and `carrier_from_lidar` have, by their
    names, the poses of the cameras and LiDARs that go with it.
    """

    world_from_carrier: TransformValue
    velocity_m_s: Vector = (0.0, 0.0, 0.0)
    lamps: tuple[Lamp, ...] = ()
    beam: Headlights | None = None
    motion: Motion | None = None
    yaw_rate_rad_s: float = 0.0
    carrier_from_camera: Mapping[str, TransformValue] = field(default_factory=dict)
    carrier_from_lidar: Mapping[str, TransformValue] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Its pose, velocity and beam, for the frame's record; of one that moves how fast it turns, too."""
        # Nine decimals, as poses of objects have: the last digits are not the same on every processor.
        pose = [[round(value, 9) + 0.0 for value in row] for row in self.world_from_carrier.matrix.tolist()]
        said: dict[str, Any] = {"world_from_carrier": pose, "beam": self.beam}
        if self.motion is None:
            return {**said, "velocity_m_s": list(self.velocity_m_s)}
        velocity = [round(speed, 9) + 0.0 for speed in self.velocity_m_s]
        return {**said, "velocity_m_s": velocity, "yaw_rate_rad_s": round(self.yaw_rate_rad_s, 9) + 0.0}


@dataclass(frozen=True)
class Scene:
    """What a frame shows.

    Attributes:
        number: which scene of its run it is
        parameters: every drawn value by its dotted path
        ground: what it stands on
        cameras: by the names of their mounts, at least one; the scene is built around the first
        light: of sun, moon and sky
        weather: its kinds, none indoors
        objects: what stands, lies or drives in it
        carrier: what carries the cameras; None where they stand on their own
        wind_m_s: vector in the world, where the cameras are
        indoor_lux: the level of light indoors, as illuminance on level surfaces; None under the open sky
        circuits: how far the lamps of each circuit burn, 0..1; in full where nothing is said
        departures: what of it did not come out as declared
        sensor, soiling: what is behind the lens, and on the glass before it
        time_s: the moment that it shows, counted from its own; `scenes.moment.scene_at` makes others
        moves: whether it is one of a clip, whose things have velocities
        lidars: by their names
        surfaces: the assets whose texture pieces of the ground wear, by the categories of these
    """

    number: int
    parameters: Mapping[str, Scalar]
    ground: GroundValue
    cameras: Mapping[str, CameraValue]
    light: Light
    weather: WeatherValue = field(default_factory=Weather)
    objects: tuple[Placed, ...] = ()
    carrier: Carrier | None = None
    wind_m_s: Vector = (0.0, 0.0, 0.0)
    indoor_lux: float | None = None
    circuits: Mapping[Circuit, float] = field(default_factory=dict)
    departures: Departures = field(default_factory=Departures)
    sensor: Sensor = field(default_factory=Sensor)
    soiling: Soiling = field(default_factory=Soiling)
    time_s: float = 0.0
    moves: bool = False
    lidars: Mapping[str, Lidar] = field(default_factory=dict)
    surfaces: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.cameras:
            raise ValueError(f"scene {self.number}: expected at least one camera, got none")

    @property
    def camera(self) -> CameraValue:
        """The first camera."""
        return next(iter(self.cameras.values()))

    @property
    def centre_m(self) -> tuple[float, float]:
        """World X and Y of the first camera: what has no end, such as air, is built around it."""
        x, y = self.camera.world_from_camera.matrix[:2, 3]
        return float(x), float(y)

    @property
    def backed_by(self) -> tuple[str, ...]:
        """The names of assets that it shows and that are none of its objects: its sky's panorama, textures."""
        return tuple(sorted({*filter(None, (self.light.panorama,)), *self.surfaces.values()}))

    @property
    def velocity_m_s(self) -> Vector:
        """The cameras' velocity in the world."""
        return self.carrier.velocity_m_s if self.carrier else (0.0, 0.0, 0.0)

    @property
    def light_level_lux(self) -> float:
        """Illuminance of level surfaces: of the open ground by sun, moon and sky, or what is said of indoors."""
        return self.light.horizontal_lux if self.indoor_lux is None else self.indoor_lux

    def to_json(self) -> dict[str, Any]:
        """Everything that it is as JSON values: `from_json` makes an equal scene of them."""
        return plain(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any], grounds: Mapping[str, type[Ground]]) -> Scene:
        """What `to_json` wrote, on one of `grounds`, by their kinds. ValueError: "PATH: expected ..., got ...".

        Nothing is taken for another type, and what a scene does not have is an error.
        """
        return read(cls, data, grounds)

    @property
    def condition(self) -> str:
        """The weather and the part of the day, "rain, night"; what of them there is."""
        return _condition(self.weather, self.light)


def condition_of(values: Mapping[str, Any]) -> str:
    """`Scene.condition` of a scene with these drawn values, without making the scene."""
    return _condition(drawn_weather(values), Light.drawn(values, (1.0, 1.0, 1.0), (1.0, 1.0, 1.0)))


def _condition(weather: Weather, light: Light) -> str:
    return ", ".join(filter(None, (weather.name, light.part_of_day)))
