"""Conditions and exposure against the values that they were drawn from, and against each other."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from longtail.annotate.check.finding import Finding
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.dataset.stored import StoredFrame

_SUN = "lighting.sun_elevation_deg"
_PARTS_OF_DAY = ((10.0, "day"), (0.0, "low_sun"), (-6.0, "dusk"), (-math.inf, "night"))
"""Sun elevations above which the parts of a day begin, in degrees."""
_TWILIGHTS = ((-0.8, "none"), (-6.0, "civil"), (-12.0, "nautical"), (-18.0, "astronomical"), (-math.inf, "none"))
_AT_A_BORDER_DEG = 1e-6

_ROUNDED = 1e-8
_CLEAR_M = 30_000.0
_EVEN_AIR = ("fog", "dust", "smoke", "tornado")
"""Weathers whose drawn visibility is that of the air at eye level, and beside which other air only takes more."""

# Solar illuminance outside the air (IES RP-21), and more than any sky adds; before sunrise, what a clear sky has with
# the sun 5 degrees up (Seidelmann, "Explanatory Supplement to the Astronomical Almanac", 1992); at night, a full moon's
# and a town's under clouds, some 2 lx, and the 3.5 lx with which it begins.
_SUN_LX, _SKY_LX, _LOW_LX, _NIGHT_LX = 127_500.0, 30_000.0, 5_000.0, 10.0
_LOW_DEG, _NIGHT_DEG = 5.0, -6.0

_Lie = tuple[str, str, str]


def check_drawn_conditions(stored: StoredFrame) -> Iterator[Finding]:
    """Findings of one frame. What its parameters do not say, of scenarios without sun or weather, is not checked."""
    lies = (*_weather(stored), *_rates(stored), *_visibility(stored), *_water(stored), *_light(stored))
    for name, expected, came in (*lies, *_condition(stored), *_exposure(stored)):
        yield Finding(record_path(stored.index), stored.index, f"{name} {expected}", came)


def _kinds(stored: StoredFrame) -> list[str]:
    weather = stored.parameters.get("weather")
    return weather.split("+") if isinstance(weather, str) else []


def _weather(stored: StoredFrame) -> Iterator[_Lie]:
    drawn = stored.parameters.get("weather")
    if drawn is not None and stored.conditions.weather is not None and drawn != stored.conditions.weather:
        yield "conditions weather", f"{drawn!r}, as drawn", f"{stored.conditions.weather!r}"


def _rates(stored: StoredFrame) -> Iterator[_Lie]:
    kinds = _kinds(stored)
    if not kinds:
        return
    for what, came in stored.conditions.rates_mm_h.items():
        drawn = stored.parameters.get(f"weather.{what}.rate_mm_h") if what in kinds else 0.0
        if drawn is not None and not _same(drawn, came):
            yield f"conditions {what}_rate_mm_h", f"{drawn:.6g}, as drawn", f"{came:.6g}"


def _visibility(stored: StoredFrame) -> Iterator[_Lie]:
    came, kinds = stored.conditions.visibility_m, _kinds(stored)
    drawn = [stored.parameters.get(f"weather.{kind}.visibility_m") for kind in kinds if kind in _EVEN_AIR]
    ranges_m = [float(value) for value in drawn if isinstance(value, int | float)]
    if came is None or not ranges_m:
        return
    # Extinctions add up, and are inverse to ranges.
    most_m = min(1 / sum(1 / value for value in ranges_m), _CLEAR_M)
    if came > most_m and not _same(came, most_m):
        yield "conditions visibility_m", f"at most {most_m:.6g}, as drawn", f"{came:.6g}"
    elif len(kinds) == 1 and not _same(came, most_m):
        yield "conditions visibility_m", f"{most_m:.6g}, as drawn", f"{came:.6g}"


def _water(stored: StoredFrame) -> Iterator[_Lie]:
    kinds, level_m = _kinds(stored), stored.conditions.water_level_m
    drawn = stored.parameters.get("weather.flood.depth_m") if "flood" in kinds else None
    if drawn is not None and (level_m is None or not _same(drawn, level_m)):
        yield "conditions water_level_m", f"{drawn:.6g}, the drawn depth over the road", f"{level_m}"
    if kinds and "flood" not in kinds and level_m is not None and not _offered(kinds):
        yield "conditions water_level_m", f"null in {stored.parameters['weather']}", f"{level_m}"


def _offered(kinds: list[str]) -> bool:
    """Whether a weather of another package may bring water of its own."""
    return any(kind not in _DRY for kind in kinds)


_DRY = frozenset(
    ("clear", "clouds", "overcast", "rain", "fog", "mist", "snow", "snow_cover", "hail", "dust", "smoke", "wind",
     "tornado")
)  # fmt: skip


def _light(stored: StoredFrame) -> Iterator[_Lie]:
    lux, sun_deg = stored.conditions.illuminance_lux, stored.parameters.get(_SUN)
    table_lux = stored.parameters.get("lighting.table_lux")
    if lux is None:
        return
    if table_lux is not None and not _same(table_lux, lux):
        yield "conditions illuminance_lux", f"{table_lux:.6g}, as drawn", f"{lux:.6g}"
    if sun_deg is not None and lux > (most := _most_lux(float(sun_deg))):
        yield "conditions illuminance_lux", f"at most {most:.6g} with the sun at {sun_deg:.1f} deg", f"{lux:.6g}"


def _most_lux(sun_deg: float) -> float:
    if sun_deg < _NIGHT_DEG:
        return _NIGHT_LX
    return _LOW_LX if sun_deg < _LOW_DEG else _SUN_LX * math.sin(math.radians(sun_deg)) + _SKY_LX


def _condition(stored: StoredFrame) -> Iterator[_Lie]:
    """The words for weather and part of the day, and for the twilight."""
    sun_deg = stored.parameters.get(_SUN)
    if sun_deg is None or stored.conditions.weather is None:
        return
    twilight = stored.extra.get("twilight")
    if not _at_a_border(sun_deg, _PARTS_OF_DAY):
        expected = ", ".join(filter(None, (stored.conditions.weather, _named(sun_deg, _PARTS_OF_DAY))))
        if stored.condition != expected:
            yield "condition", f"{expected!r} with the sun at {sun_deg:.1f} deg", f"{stored.condition!r}"
    if twilight is not None and not _at_a_border(sun_deg, _TWILIGHTS) and twilight != _named(sun_deg, _TWILIGHTS):
        yield "twilight", f"{_named(sun_deg, _TWILIGHTS)!r} with the sun at {sun_deg:.1f} deg", f"{twilight!r}"


def _named(value: float, table: tuple[tuple[float, str], ...]) -> str:
    return next(name for least, name in table if value >= least)


def _at_a_border(value: float, table: tuple[tuple[float, str], ...]) -> bool:
    return any(abs(value - least) < _AT_A_BORDER_DEG for least, _ in table)


def _exposure(stored: StoredFrame) -> Iterator[_Lie]:
    """EV100 = log2(N^2 / t * 100 / ISO) (ISO 2720), of numbers that records round."""
    exposure = stored.extra.get("exposure")
    if not isinstance(exposure, Mapping) or not all(isinstance(exposure.get(key), int | float) for key in _EXPOSURE):
        return
    ev100, iso, shutter_s, f_number = (float(exposure[key]) for key in _EXPOSURE)
    if min(iso, shutter_s, f_number) > 0:
        value = math.log2(f_number**2 / shutter_s * 100 / iso)
        slack = 1e-4 + (2 * 0.005 / f_number + 5e-8 / shutter_s + 0.05 / iso) * 2 / math.log(2)
        if abs(value - ev100) > slack:
            yield "exposure ev100", f"{value:.4f}, as of its aperture, shutter and gain", f"{ev100}"
    yield from _sensor(stored.parameters, ev100, iso, shutter_s, f_number)


_EXPOSURE = ("ev100", "iso", "shutter_s", "f_number")


def _sensor(drawn: Mapping[str, Any], ev100: float, iso: float, shutter_s: float, f_number: float) -> Iterator[_Lie]:
    """What the drawn camera can do."""
    aperture = drawn.get("sensor.f_number")
    if aperture is not None and abs(aperture - f_number) > 0.005 + _ROUNDED:
        yield "exposure f_number", f"{aperture:.2f}, as drawn", f"{f_number}"
    if drawn.get("sensor.exposure") == "manual" and abs(drawn.get("sensor.ev100", ev100) - ev100) > 1e-4:
        yield "exposure ev100", f"{drawn['sensor.ev100']}, as set by hand", f"{ev100}"
    if drawn.get("sensor.exposure") != "auto":
        return
    if shutter_s > drawn.get("sensor.max_shutter_s", math.inf) + 1e-7:
        yield "exposure shutter_s", f"at most {drawn['sensor.max_shutter_s']:.6f}, as drawn", f"{shutter_s}"
    if iso > max(drawn.get("sensor.max_iso", math.inf), 100) + 0.1:
        yield "exposure iso", f"at most {drawn['sensor.max_iso']:.1f}, as drawn", f"{iso}"


def _same(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=_ROUNDED, abs_tol=_ROUNDED)
