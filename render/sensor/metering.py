"""Exposure: how bright the picture is taken, and with which shutter and gain."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from longtail.render.sensor.shot import LUMINANCE, Array, Exposure
from longtail.scenes.camera.sensor import Metering, Sensor

# The reflected-light meter constant (ISO 2720): mid grey at L = 2^EV100 * K / 100 cd/m2 with K = 12.5.
METER_K = 12.5
MID_GREY = 0.18
# Electronic shutters end at some tens of microseconds.
_SHORTEST_S = 1 / 40_000
_BASE_ISO = 100.0
# Pixels per step of the meter: it need not see each of them.
_STRIDE = 2
# What the upper third of the picture weighs: driving cameras meter the road, and hardly the sky.
_LESS_ABOVE: Mapping[Metering, float] = {"road": 0.25, "average": 1.0, "centre": 1.0}
# How far under mid grey the darkest nights are taken. Driving cameras leave them dark: a real picture by night is three
# stops darker than one by day (10 and 70 pictures of BDD100K and KITTI, docs/usefulness.md).
_DARKER_BY_NIGHT_EV: Mapping[Metering, float] = {"road": 3.0, "average": 1.5, "centre": 0.0}
# Darker begins below this light, which is that of lit rooms and shop fronts (from memory).
_NIGHT_EV = 7.0
# What the borders weigh where the middle counts most.
_BORDER = 0.15
# What is metered is taken as it is recorded, so that the meter's last digits, in which processors differ, show nowhere.
_DECIMALS = 4


def meter(radiance: Array, sensor: Sensor, offset_ev: float, circle: NDArray[np.bool_] | None = None) -> Exposure:
    """The exposure of radiance (H, W, 3) in kcd/m2: metered with an error of `offset_ev`, or as set by hand.

    Only what lies in the lens's image `circle` (H, W) is metered, all where it is None.

    EV100 = log2(N^2 / t * 100 / ISO) (ISO 2720), with the aperture N fixed. From bright to dark the shutter opens
    first, and then the gain rises. Where both are at their end, the picture comes out darker or brighter than asked.
    What is set by hand has neither the meter's error nor these limits.
    """
    if sensor.exposure == "manual":
        return _split(sensor.ev100, sensor, limited=False)
    return exposed_at(reading_ev100(radiance, sensor, offset_ev, circle), sensor)


def reading_ev100(radiance: Array, sensor: Sensor, offset_ev: float, circle: NDArray[np.bool_] | None = None) -> float:
    """The EV100 that `meter` finds for radiance (H, W, 3), whatever the camera can do."""
    if circle is None:
        circle = np.ones(radiance.shape[:2], dtype=np.bool_)
    return round(_metered(radiance, circle, sensor.metering) - offset_ev, _DECIMALS)


def exposed_at(ev100: float, sensor: Sensor) -> Exposure:
    """Shutter and gain for an EV100 that was metered, as far as the camera can follow."""
    return _split(round(ev100, _DECIMALS), sensor, limited=True)


def _metered(radiance: Array, circle: NDArray[np.bool_], metering: Metering) -> float:
    """EV100 over the log-average luminance, weighted as `metering` says."""
    luminance = np.maximum(radiance[::_STRIDE, ::_STRIDE] @ LUMINANCE, 1e-7) * 1000
    rows, columns = luminance.shape
    seen = circle[::_STRIDE, ::_STRIDE]
    weight = np.where(np.arange(rows) < rows / 3, _LESS_ABOVE[metering], 1.0)[:, None] * seen
    if metering == "centre":
        weight = weight * _towards_centre(rows, columns)
    # Lamps in the dark must not close the iris: nothing counts for more than 30 times the median.
    capped = np.minimum(luminance, 30 * float(np.median(luminance[seen])))
    average = math.exp(float((np.log(capped) * weight).sum() / weight.sum()))
    ev100 = math.log2(average * 100 / METER_K)
    # Night pictures are meant to look like night.
    return ev100 + _DARKER_BY_NIGHT_EV[metering] * min(max((_NIGHT_EV - ev100) / _NIGHT_EV, 0.0), 1.0)


def _towards_centre(rows: int, columns: int) -> NDArray[np.float64]:
    """Weights (rows, columns) that fall from 1 in the middle to `_BORDER` at the middles of the borders and beyond."""
    y, x = (2 * (np.arange(count) + 0.5) / count - 1 for count in (rows, columns))
    away = np.minimum(x[None] ** 2 + y[:, None] ** 2, 1.0)
    return np.asarray(1 - (1 - _BORDER) * away)


def _split(ev100: float, sensor: Sensor, limited: bool) -> Exposure:
    """Shutter and gain for `ev100`; within what the camera can do where it is `limited`."""
    aperture = sensor.f_number**2
    if limited:
        darkest = math.log2(aperture / sensor.max_shutter_s * _BASE_ISO / max(sensor.max_iso, _BASE_ISO))
        brightest = math.log2(aperture / _SHORTEST_S)
        ev100 = min(max(ev100, darkest), brightest)
    asked_s = aperture / 2**ev100
    shutter_s = min(asked_s, sensor.max_shutter_s)
    iso = _BASE_ISO * asked_s / shutter_s
    return Exposure(ev100, iso, shutter_s, sensor.f_number, scale_of(ev100))


def scale_of(ev100: float) -> float:
    """From kcd/m2 to the linear signal: what the meter takes for mid grey becomes 0.18."""
    return MID_GREY / (2**ev100 * METER_K / 100) * 1000
