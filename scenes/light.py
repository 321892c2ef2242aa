"""Daylight, twilight and night in photometric units. In Blender, a radiance of 1 stands for 1 kcd/m2."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from scenes.materials import Rgb

# Extraterrestrial solar illuminance (IES RP-21, "Calculation of Daylight Availability").
SOLAR_KLX = 127.5

# log10 of the horizontal illuminance in lux against the sun's elevation in degrees, clear sky, no moon:
# sunrise and the ends of civil, nautical and astronomical twilight (Seidelmann, "Explanatory Supplement to the
# Astronomical Almanac", 1992, section 9.3: 400 lx at 0.8 degrees below, 3.5 lx, 8e-3 lx, 6e-4 lx).
_TWILIGHT_DEG = np.array([-18.0, -12.0, -6.0, -0.8, 5.0])
_TWILIGHT_LOG_LX = np.array([-3.22, -2.1, 0.54, 2.6, 3.62])

# Light that a town throws back from its own sky, as illuminance on the ground.
URBAN_SKYGLOW_LX = 0.15

# Below this sun elevation street lamps burn, and below the next one drivers have their headlights on for certain.
LAMPS_ON_DEG = 0.5
HEADLIGHTS_ON_DEG = 3.0


@dataclass(frozen=True)
class Light:
    """Where the sun is and what the sky does. Azimuth is counter-clockwise from the street's heading at the camera.

    The filters are what weather below the clouds (dust, smoke, a storm's base) leaves of the sun's and the sky's light,
    by channel; illuminances and colours below are behind them.
    """

    sun_elevation_deg: float
    sun_azimuth_deg: float
    cloud_cover: float
    haze: float
    exposure_ev: float
    sun_filter: Rgb = (1.0, 1.0, 1.0)
    sky_filter: Rgb = (1.0, 1.0, 1.0)

    @property
    def part_of_day(self) -> str:
        """ "day", "dusk" (civil twilight and the first degrees of sun) or "night"."""
        if self.sun_elevation_deg > 4:
            return "day"
        return "dusk" if self.sun_elevation_deg > -6 else "night"

    @property
    def street_lamps_on(self) -> bool:
        """Street lamps switch on around sunset, earlier under thick cloud."""
        return self.sun_elevation_deg < LAMPS_ON_DEG + 2.0 * self.cloud_cover

    @property
    def sun_klx(self) -> float:
        """Illuminance of the sun's direct beam on a surface that faces it, through the clouds in front of it."""
        if self.sun_elevation_deg <= -0.8:
            return 0.0
        extinction = 0.21 + 0.25 * self.haze
        clear = SOLAR_KLX * math.exp(-extinction * air_mass(self.sun_elevation_deg))
        # The sun stands in a gap of broken clouds until they close (compare Kasten & Czeplak, Solar Energy 24, 1980).
        through_clouds = max(0.0, 1.0 - float((self.cloud_cover / 0.85) ** 3.4))
        return clear * through_clouds * luminance(self.sun_filter)

    @property
    def sky_klx(self) -> float:
        """Horizontal illuminance of the sky without the sun.

        By day IES RP-21's fits, 0.8 + 15.5 sin(h)^0.5 klx for a clear and 0.3 + 21 sin(h) klx for a covered sky; in
        twilight the table above, and never less than the town's own glow.
        """
        elevation = self.sun_elevation_deg
        twilight = float(10 ** np.interp(elevation, _TWILIGHT_DEG, _TWILIGHT_LOG_LX)) / 1000
        glow = URBAN_SKYGLOW_LX / 1000 * (1 + 3 * self.cloud_cover)
        low = max(twilight * (1 - 0.5 * self.cloud_cover), glow)
        kept = luminance(self.sky_filter)
        if elevation <= 5:
            return low * kept
        sine = math.sin(math.radians(elevation))
        clear = 0.8 + 15.5 * math.sqrt(sine)
        covered = 0.3 + 21.0 * sine
        share = self.cloud_cover**2
        day = (1 - share) * (clear + 8 * self.cloud_cover * sine) + share * covered
        blend = min((elevation - 5) / 5, 1.0)
        return ((1 - blend) * low + blend * day) * kept

    @property
    def horizontal_lux(self) -> float:
        """Illuminance of sun and sky on level ground, in lux."""
        return 1000 * (self.sky_klx + self.sun_klx * max(math.sin(math.radians(self.sun_elevation_deg)), 0.0))

    @property
    def sun_rgb(self) -> Rgb:
        """The colour of the direct beam, of luminance 1: Rayleigh and aerosol extinction along its path."""
        mass = air_mass(max(self.sun_elevation_deg, 0.0))
        # Optical depths at 610, 550 and 465 nm: Rayleigh 0.0088 w^-4.05, aerosol 0.06 w^-1.3 with w in micrometres.
        wavelengths = np.array([0.61, 0.55, 0.465])
        depth = 0.0088 * wavelengths**-4.05 + (0.04 + 0.06 * self.haze) * wavelengths**-1.3
        return unit_luminance(np.exp(-depth * mass) * self.sun_filter)


def air_mass(elevation_deg: float) -> float:
    """Relative optical air mass (Kasten & Young, Applied Optics 28, 1989)."""
    elevation = max(elevation_deg, -0.5)
    return 1.0 / (math.sin(math.radians(elevation)) + 0.50572 * math.pow(elevation + 6.07995, -1.6364))


def luminance(rgb: Rgb) -> float:
    """Luminance of linear RGB (Rec. 709 weights)."""
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]


def unit_luminance(rgb: np.ndarray | Rgb) -> Rgb:  # type: ignore[type-arg]
    """`rgb` scaled to luminance 1 (Rec. 709 weights)."""
    values = np.asarray(rgb, dtype=np.float64)
    red, green, blue = (float(v) for v in values / float(values @ [0.2126, 0.7152, 0.0722]))
    return red, green, blue
