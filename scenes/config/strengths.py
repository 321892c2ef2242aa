"""Every condition at low, middle and high strength: what previews, documentation and cost tables show.

Each is a mapping of config overrides that pins the condition's own parameters and, where the condition would otherwise
depend on chance, the light it is shown in.
"""

from __future__ import annotations

from collections.abc import Mapping

Pins = Mapping[str, object]

STRENGTH_WORDS = ("low", "middle", "high")

_DAY = {"lighting.sun_elevation_deg": 35, "lighting.sun_azimuth_deg": 70}
_DARK = {"weather": "clear", "lighting.cloud_cover": 0.0, "lighting.sun_elevation_deg": -25, "lighting.blackout": False}
_MOONLESS = {**_DARK, "lighting.moon_elevation_deg": -20}


def _three(path: str, values: tuple[object, object, object], **fixed: object) -> tuple[Pins, Pins, Pins]:
    first, second, third = ({**fixed, path: value} for value in values)
    return first, second, third


def _weather(
    name: str, path: str, values: tuple[object, object, object], light: Pins = _DAY, /, **also: object
) -> tuple[Pins, Pins, Pins]:
    fixed = {"weather": name, **light, **{key.replace("__", "."): value for key, value in also.items()}}
    return _three(path, values, **fixed)


STRENGTHS: Mapping[str, tuple[Pins, Pins, Pins]] = {
    "clear": _weather("clear", "lighting.cloud_cover", (0.0, 0.2, 0.45)),
    "clouds": _weather("clouds", "lighting.cloud_cover", (0.52, 0.68, 0.83)),
    "overcast": _weather("overcast", "lighting.cloud_cover", (0.86, 0.93, 1.0)),
    "rain": _weather("rain", "weather.rain.rate_mm_h", (1.0, 12.0, 80.0)),
    "fog": _weather("fog", "weather.fog.visibility_m", (500.0, 150.0, 40.0)),
    "mist": _weather(
        "clear+mist",
        "weather.mist.visibility_m",
        (150.0, 60.0, 25.0),
        {"lighting.sun_elevation_deg": 4, "lighting.sun_azimuth_deg": 40},
        weather__mist__top_m=3.0,
    ),
    "snow": _weather("snow", "weather.snow.rate_mm_h", (0.4, 1.5, 5.0)),
    "snow_cover": _weather("clear+snow_cover", "weather.snow_cover.depth_cm", (1.5, 6.0, 25.0)),
    "hail": _weather("hail", "weather.hail.stone_mm", (6.0, 15.0, 35.0)),
    "dust": _weather("dust", "weather.dust.visibility_m", (1000.0, 250.0, 60.0), weather__dust__redness=0.5),
    "smoke": _weather("smoke", "weather.smoke.optical_depth", (0.8, 2.0, 3.8), weather__smoke__visibility_m=900.0),
    "wind": _weather("clouds+wind", "air.wind_speed_m_s", (12.0, 18.0, 28.0)),
    "flood": _weather("flood", "weather.flood.depth_m", (0.1, 0.35, 0.9)),
    "tornado": _weather(
        "tornado",
        "weather.tornado.distance_m",
        (1800.0, 800.0, 300.0),
        # In the open country before the car, where houses do not hide it.
        {**_DAY, "road.district": "suburb", "weather.tornado.azimuth_deg": -2, "weather.tornado.lean_deg": 6},
        weather__tornado__width_m=90.0,
        weather__tornado__condensed=1.1,
    ),
    # Towards the lens, ever lower.
    "low_sun": _three(
        "lighting.sun_elevation_deg",
        (14, 7, 2.5),
        weather="clear",
        **{"lighting.cloud_cover": 0.1, "lighting.sun_azimuth_deg": 4},
    ),
    # Civil, nautical and astronomical.
    "twilight": _three(
        "lighting.sun_elevation_deg",
        (-3, -9, -15),
        weather="clear",
        **{"lighting.cloud_cover": 0.2, "lighting.moon_elevation_deg": -20, "lighting.blackout": False},
    ),
    # All lamps burn, half of them have failed, the mains are out.
    "night": (
        {**_MOONLESS, "lighting.lamps_failed": 0.0},
        {**_MOONLESS, "lighting.lamps_failed": 0.5},
        {**_MOONLESS, "lighting.blackout": True},
    ),
    # Without lamps: a thin crescent, the half and the full moon.
    "moon": _three(
        "lighting.moon_phase",
        (0.1, 0.5, 1.0),
        **{**_DARK, "lighting.blackout": True, "lighting.moon_elevation_deg": 45, "lighting.moon_azimuth_deg": 60},
    ),
    "lens.drops": _weather("rain", "lens.drops.count", (8, 40, 120), weather__rain__rate_mm_h=4.0),
    "lens.dirt": _weather("clouds", "lens.dirt.cover", (0.02, 0.1, 0.35)),
    "lens.dust": _weather("clear", "lens.dust.cover", (0.1, 0.35, 0.8)),
    "lens.frost": _weather("clear+snow_cover", "lens.frost.cover", (0.1, 0.35, 0.8)),
    "lens.condensation": _weather("overcast", "lens.condensation.cover", (0.15, 0.45, 0.9)),
}


def scenes_of(strengths: Mapping[str, tuple[Pins, Pins, Pins]] = STRENGTHS) -> list[dict[str, object]]:
    """The strengths as variants of a config: "rain, low" and so on."""
    return [
        {"name": f"{name}, {word}", **pins}
        for name, three in strengths.items()
        for word, pins in zip(STRENGTH_WORDS, three, strict=True)
    ]
