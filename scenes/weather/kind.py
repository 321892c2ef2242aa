"""What every kind of weather is: a name, its own parameters, what it asks of the world, and what it does to it.

Whoever has to know what a weather does asks it here, and none by its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from longtail.scenes.atmosphere.air import AirLayer
from longtail.scenes.camera.soiling import OnGlass
from longtail.scenes.geometry.materials import Rgb
from longtail.scenes.space.parameters import Parameter, Rule
from longtail.scenes.space.strengths import Strengths

WHITE: Rgb = (1.0, 1.0, 1.0)


@dataclass(frozen=True)
class WeatherKind:
    """Base of all kinds of weather. A kind declares its PARAMETERS below `weather.<name>.` and the RULES of nature.

    name             in configs, records and random streams
    summary          for lists, one line
    excludes         names of the kinds that cannot join this one; others may, as in "rain+flood"
    weights          how often it is drawn where a config asks for none, against the weights of all kinds: by weather,
                     "rain+wind" or its own name. Without weight it comes only when asked for
    strengths        how previews show it; None where they do not
    needs_open_sky   whether it falls from the sky or lies on the ground, and so would end at a tunnel's portal
    on_glass         what it does to the glass before the lens
    falls            what falls, as `rates_mm_h` and the labels call it: "rain" for liquid drops, "snow" for flakes
    """

    name: ClassVar[str]
    summary: ClassVar[str]
    excludes: ClassVar[frozenset[str]] = frozenset()
    PARAMETERS: ClassVar[tuple[Parameter, ...]] = ()
    RULES: ClassVar[tuple[Rule, ...]] = ()
    weights: ClassVar[Mapping[str, float]] = {}
    strengths: ClassVar[Strengths | None] = None
    needs_open_sky: ClassVar[bool] = False
    on_glass: ClassVar[OnGlass] = OnGlass()
    falls: ClassVar[tuple[str, ...]] = ()

    @property
    def rates_mm_h(self) -> Mapping[str, float]:
        """The rate of each of `falls`, as depth of (melted) water in an hour."""
        return {}

    @property
    def wetness(self) -> float:
        """0..1, how wet surfaces under the open sky are."""
        return 0.0

    @property
    def puddles(self) -> float:
        """0..1, how far puddles have grown."""
        return 0.0

    @property
    def shading(self) -> Mapping[str, float]:
        """What shaders of the ground read of it beside wetness and puddles, by the names of
        `scenes.blender.shader_inputs.ShaderInputs`."""
        return {}

    @property
    def water_level_m(self) -> float | None:
        """World Z of the surface of the water that stands in the scene; None where none does."""
        return None

    @property
    def gale_m_s(self) -> float | None:
        """The wind at 10 m where it is what the weather is about; None where no more than a breeze blows."""
        return None

    @property
    def trees_lean_rad(self) -> float:
        """How far it bends a tree of common size."""
        return 0.0

    @property
    def trees_lean_towards_deg(self) -> float:
        """Where it bends them to, counter-clockwise from world X."""
        return 0.0

    @property
    def strewn_pieces(self) -> float:
        """Mean number of pieces that it has broken off and dropped in sight."""
        return 0.0

    @property
    def air(self) -> tuple[AirLayer, ...]:
        """The layers of haze that it puts into the air."""
        return ()

    @property
    def sun_filter(self) -> Rgb:
        """What the direct beam keeps on its way down, by channel."""
        return WHITE

    @property
    def sky_filter(self) -> Rgb:
        """What the light of the sky keeps, by channel."""
        return WHITE

    @property
    def walkers(self) -> float:
        """Share of the usual number of people who are out on foot."""
        return 1.0

    @property
    def umbrellas(self) -> float:
        """Share of the people on foot who carry one open (our estimate)."""
        return 0.0

    @property
    def headlights_on(self) -> bool:
        """Whether every driver switches on the headlights, even by day."""
        return False

    def turned(self, heading_rad: float) -> Self:  # noqa: ARG002
        """The same with its directions, which were drawn against `heading_rad`, counted from world X."""
        return self

    @classmethod
    def drawn(cls, values: Mapping[str, Any]) -> Self:
        """The kind with the values of one draw; fields take the values of the parameters of the same name."""
        prefix = f"weather.{cls.name}."
        return cls(**{p.path.removeprefix(prefix): values[p.path] for p in cls.PARAMETERS})
