"""Daylight, twilight and night in photometric units. In Blender, a radiance of 1 stands for 1 kcd/m2."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from longtail.colour import luminance, unit_luminance
from longtail.distributions import Choice
from longtail.scenes.atmosphere import moon
from longtail.scenes.atmosphere.light_presets import part_of_day
from longtail.scenes.atmosphere.moon import MOONLESS, Moon
from longtail.scenes.geometry.materials import Rgb
from longtail.scenes.space.parameters import Parameter, Rule

Twilight = Literal["none", "civil", "nautical", "astronomical"]

# Extraterrestrial solar illuminance (IES RP-21, "Calculation of Daylight Availability").
SOLAR_KLX = 127.5

# log10 of the horizontal illuminance in lux against the sun's elevation in degrees, clear sky, no moon:
# sunrise and the ends of civil, nautical and astronomical twilight (Seidelmann, "Explanatory Supplement to the
# Astronomical Almanac", 1992, section 9.3: 400 lx at 0.8 degrees below, 3.5 lx, 8e-3 lx, 6e-4 lx).
_TWILIGHT_DEG = np.array([-18.0, -12.0, -6.0, -0.8, 5.0])
_TWILIGHT_LOG_LX = np.array([-3.22, -2.1, 0.54, 2.6, 3.62])

# Light that a town throws back from its own clear sky, as illuminance on the ground: a zenith of 17 mag/arcsec2, which
# is 0.017 cd/m2, above a brighter horizon. Clouds make it about ten times as bright (Kyba et al., PLoS ONE 6, 2011).
URBAN_SKYGLOW_LX = 0.07
_CLOUDS_AMPLIFY = 9.0
# What is left of it where the mains fail: the glow of the towns around.
_BLACKOUT_GLOW = 0.1
# The moon's B - V is 0.92 and the sun's 0.65 (Allen, "Astrophysical Quantities"): moonlight is the redder one.
_MOON_RGB = (1.12, 1.0, 0.8)
# What red, green and blue stand for.
_WAVELENGTHS_UM = np.array([0.61, 0.55, 0.465])

# Below this sun elevation street lamps burn, and below the next one drivers have their headlights on for certain.
LAMPS_ON_DEG = 0.5
HEADLIGHTS_ON_DEG = 3.0

_DRAWN = ("sun_elevation_deg", "sun_azimuth_deg", "cloud_cover", "haze", "exposure_ev", "skyglow", "blackout")


@dataclass(frozen=True)
class Light:
    """Where the sun is and what the sky does. Azimuths are counter-clockwise from world X.

    Without a `sky` no light comes from outside: of sun, moon, sky and town there is none.

    The filters are what weather below the clouds (dust, smoke, a storm's base) leaves of the sun's and the sky's light,
    by channel; illuminances and colours below are behind them.

    `lamps_lux` is what lamps give the air indoors, which scatters it as it would the sky's; no sum here has it.

    `panorama` names the asset whose picture is the sky, "" for a computed one: the sun is where it is said here, and
    the picture is turned and stretched to show it there.

    `skyglow` scales the light that the town's own lamps throw into the sky: 0 is the open country, 1 a town. In a
    `blackout` nothing shines that hangs on the mains.
    """

    sun_elevation_deg: float = -90.0
    sun_azimuth_deg: float = 0.0
    cloud_cover: float = 0.0
    haze: float = 0.3
    exposure_ev: float = 0.0
    sun_filter: Rgb = (1.0, 1.0, 1.0)
    sky_filter: Rgb = (1.0, 1.0, 1.0)
    moon: Moon = MOONLESS
    skyglow: float = 1.0
    blackout: bool = False
    sky: bool = True
    lamps_lux: float = 0.0
    panorama: str = ""

    @classmethod
    def drawn(cls, values: Mapping[str, Any], sun_filter: Rgb, sky_filter: Rgb) -> Self:
        """The light of one draw, under weather that lets through what the filters say.

        What the space does not declare is as this class has it. A space without `lighting.sun_elevation_deg` has no
        sky.
        """
        declared = {name: values[f"lighting.{name}"] for name in _DRAWN if f"lighting.{name}" in values}
        return cls(
            **declared,
            sun_filter=sun_filter,
            sky_filter=sky_filter,
            moon=Moon.drawn(values),
            sky="sun_elevation_deg" in declared,
        )

    def turned(self, heading_rad: float) -> Self:
        """The same with its azimuths, which were drawn against `heading_rad`, counted from world X."""
        turn_deg = math.degrees(heading_rad)
        moon = replace(self.moon, azimuth_deg=self.moon.azimuth_deg + turn_deg)
        return replace(self, sun_azimuth_deg=self.sun_azimuth_deg + turn_deg, moon=moon)

    @property
    def part_of_day(self) -> str:
        """ "day", "low_sun", "dusk" or "night", as configs call it; "indoors" where there is no sky."""
        return part_of_day(self.sun_elevation_deg) if self.sky else "indoors"

    @property
    def twilight(self) -> Twilight:
        """Which twilight it is: the sun's centre down to 6, 12 or 18 degrees below the horizon; else "none"."""
        if not self.sky or not -18 <= self.sun_elevation_deg < -0.8:
            return "none"
        if self.sun_elevation_deg >= -6:
            return "civil"
        return "nautical" if self.sun_elevation_deg >= -12 else "astronomical"

    @property
    def street_lamps_on(self) -> bool:
        """Street lamps switch on around sunset, earlier under thick cloud."""
        return not self.blackout and self.sun_elevation_deg < LAMPS_ON_DEG + 2.0 * self.cloud_cover

    @property
    def sun_klx(self) -> float:
        """Illuminance of the sun's direct beam on a surface that faces it, through the clouds in front of it."""
        if not self.sky or self.sun_elevation_deg <= -0.8:
            return 0.0
        return SOLAR_KLX * self._direct(self.sun_elevation_deg) * luminance(self.sun_filter)

    @property
    def moon_klx(self) -> float:
        """Illuminance of the moon's direct beam on a surface that faces it, through the clouds in front of it."""
        if not self.sky or self.moon.elevation_deg <= 0:
            return 0.0
        return self.moon.lux / 1000 * self._direct(self.moon.elevation_deg) * luminance(self.sun_filter)

    def _direct(self, elevation_deg: float) -> float:
        """The share of a beam from this elevation that comes through air and clouds."""
        extinction = 0.21 + 0.25 * self.haze
        # The sun stands in a gap of broken clouds until they close (compare Kasten & Czeplak, Solar Energy 24, 1980).
        through_clouds = max(0.0, 1.0 - float((self.cloud_cover / 0.85) ** 3.4))
        return math.exp(-extinction * air_mass(elevation_deg)) * through_clouds

    @property
    def sky_klx(self) -> float:
        """Horizontal illuminance of the sky without the sun's and the moon's beams."""
        return sum(self.sky_parts_klx)

    @property
    def sky_parts_klx(self) -> tuple[float, float, float]:
        """Horizontal illuminance of the sky as the sun (or the stars), the town and the moon light it."""
        if not self.sky:
            return 0.0, 0.0, 0.0
        kept = luminance(self.sky_filter)
        glow = URBAN_SKYGLOW_LX / 1000 * (1 + _CLOUDS_AMPLIFY * self.cloud_cover**2) * self.skyglow
        if self.blackout:
            glow *= _BLACKOUT_GLOW
        # Air and clouds scatter the moon's light as they do the sun's.
        moon = self.moon.lux / 1000 / SOLAR_KLX * self._sky_under_sun(max(self.moon.elevation_deg, 0.0))
        return self._sky_under_sun(self.sun_elevation_deg) * kept, glow * kept, moon * kept

    def _sky_under_sun(self, elevation: float) -> float:
        """Horizontal illuminance in klx of a sky with the sun at `elevation`.

        By day IES RP-21's fits, 0.8 + 15.5 sin(h)^0.5 klx for a clear and 0.3 + 21 sin(h) klx for a covered sky; in
        twilight the table above, of which thick clouds let about half through.
        """
        twilight = float(10 ** np.interp(elevation, _TWILIGHT_DEG, _TWILIGHT_LOG_LX)) / 1000
        low = twilight * (1 - 0.5 * self.cloud_cover)
        if elevation <= 5:
            return low
        sine = math.sin(math.radians(elevation))
        clear = 0.8 + 15.5 * math.sqrt(sine)
        covered = 0.3 + 21.0 * sine
        share = self.cloud_cover**2
        day = (1 - share) * (clear + 8 * self.cloud_cover * sine) + share * covered
        blend = min((elevation - 5) / 5, 1.0)
        return (1 - blend) * low + blend * day

    @property
    def horizontal_lux(self) -> float:
        """Illuminance of sun, moon and sky on level ground, in lux; lamps of the street come on top."""
        sun = self.sun_klx * max(math.sin(math.radians(self.sun_elevation_deg)), 0.0)
        moon = self.moon_klx * max(math.sin(math.radians(self.moon.elevation_deg)), 0.0)
        return 1000 * (self.sky_klx + sun + moon)

    @property
    def sun_rgb(self) -> Rgb:
        """The colour of the direct beam, of luminance 1: Rayleigh and aerosol extinction along its path."""
        return unit_luminance(self._reddened(self.sun_elevation_deg) * self.sun_filter)

    @property
    def moon_rgb(self) -> Rgb:
        """The colour of the moon's beam, of luminance 1."""
        return unit_luminance(self._reddened(self.moon.elevation_deg) * self.sun_filter * np.array(_MOON_RGB))

    def _reddened(self, elevation_deg: float) -> NDArray[np.float64]:
        mass = air_mass(max(elevation_deg, 0.0))
        depth = rayleigh_depth(_WAVELENGTHS_UM) + aerosol_depth(_WAVELENGTHS_UM, self.haze)
        return np.asarray(np.exp(-depth * mass))


def air_mass(elevation_deg: float) -> float:
    """Relative optical air mass (Kasten & Young, Applied Optics 28, 1989)."""
    elevation = max(elevation_deg, -0.5)
    return 1.0 / (math.sin(math.radians(elevation)) + 0.50572 * math.pow(elevation + 6.07995, -1.6364))


def rayleigh_depth(wavelength_um: NDArray[np.float64]) -> NDArray[np.float64]:
    """Vertical optical depth of the air at sea level for wavelengths in micrometres.

    A power law of ours, within 2.2 % from 0.4 to 0.7 um of 0.008569 w^-4 (1 + 0.0113 w^-2 + 0.00013 w^-4) (Hansen &
    Travis, Space Science Reviews 16, 1974).
    """
    return np.asarray(0.0088 * wavelength_um**-4.05)


def aerosol_depth(wavelength_um: NDArray[np.float64], haze: float) -> NDArray[np.float64]:
    """Vertical optical depth of the aerosol by Angstrom's formula, b w^-1.3 with his mean exponent (Geografiska Annaler
    11, 1929); his turbidity b goes from 0.04 in clean (`haze` 0) to 0.10 in turbid air (1), our estimate."""
    return np.asarray((0.04 + 0.06 * haze) * wavelength_um**-1.3)


PARAMETERS: tuple[Parameter, ...] = (
    *moon.PARAMETERS,
    Parameter("lighting.skyglow", 1.0, "", 0, 3, "a town's glow in the night sky; 0 in the open country"),
    Parameter(
        "lighting.lamps_failed",
        Choice({0.0: 16, 0.1: 2, 0.4: 1, 1.0: 1}),
        "",
        0,
        1,
        "share of dead street lamps",
    ),
    Parameter(
        "lighting.blackout",
        Choice({False: 0.97, True: 0.03}),
        "",
        None,
        None,
        "whether the mains have failed: no street lamps, windows, signs and signals",
        choices=(True, False),
    ),
    Parameter(
        "lighting.high_beam",
        Choice({False: 0.92, True: 0.08}),
        "",
        None,
        None,
        "whether the headlights of the camera's vehicle are on main beam",
        choices=(True, False),
    ),
)
RULES: tuple[Rule, ...] = (
    *moon.RULES,
    Rule(
        "lighting.high_beam",
        when=lambda values: bool(values["lighting.sun_elevation_deg"] > -2),
        choices=(False,),
        because="nobody needs the main beam by day",
    ),
)
