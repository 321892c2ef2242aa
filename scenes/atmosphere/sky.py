"""The clear sky's radiance by single scattering in a spherical atmosphere with ozone (no Blender, a few milliseconds).

After sunset the moon, the town and what is left of twilight share the sky.
Nishita et al., "Display of the Earth Taking into Account Atmospheric Scattering", SIGGRAPH 1993; coefficients after
Bruneton, "A Qualitative and Quantitative Evaluation of 8 Clear Sky Models", 2017.
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from longtail.colour import REC_709
from longtail.curves import smoothstep
from longtail.scenes.atmosphere.light import Light

Array = NDArray[np.float64]

EARTH_M = 6_360_000.0
TOP_M = 6_420_000.0
RAYLEIGH_1_M = np.array([5.8e-6, 13.56e-6, 33.1e-6])
RAYLEIGH_HEIGHT_M = 8_000.0
MIE_1_M = 4.0e-6
MIE_HEIGHT_M = 1_200.0
MIE_ASYMMETRY = 0.76
OZONE_1_M = np.array([0.65e-6, 1.881e-6, 0.085e-6])

ROWS, COLUMNS = 64, 128
_VIEW_STEPS, _SUN_STEPS = 14, 7
# What twilight and night skies fall back to where single scattering gives nothing: deep blue, the orange arch above the
# sun, airglow with starlight, and a town's own glow.
_TWILIGHT_RGB = np.array([0.35, 0.55, 1.0])
_ARCH_RGB = np.array([1.0, 0.62, 0.3])
_ARCH_RAD = np.array([0.21, 0.17, 0.10])
_NIGHT_RGB = np.array([0.85, 0.93, 1.0])
_GLOW_RGB = np.array([1.0, 0.78, 0.6])


def sky_map(light: Light) -> Array:
    """The cloudless sky of `light`: a map as `clear_sky` gives it, lit by sun, town and moon in their shares."""
    solar, town, lunar = light.sky_parts_klx
    total = solar + town + lunar
    mixed = clear_sky(round(light.sun_elevation_deg, 2), round(light.haze, 3)) * (solar / total)
    if town > 0:
        mixed = mixed + glow_sky() * (town / total)
    if lunar > 0:
        moonlit = clear_sky(round(max(light.moon.elevation_deg, 1.0), 2), round(light.haze, 3))
        # Pictures of all that is around run clockwise, against the azimuth.
        turn = -(light.moon.azimuth_deg - light.sun_azimuth_deg) / 360 * COLUMNS
        mixed = mixed + turned(moonlit, turn) * (lunar / total)
    return np.asarray(mixed)


@lru_cache(maxsize=64)
def clear_sky(sun_elevation_deg: float, haze: float) -> Array:
    """An equirectangular map (ROWS, COLUMNS, 3) of linear RGB whose horizontal irradiance has luminance 1.

    Row 0 is the zenith, the last row the nadir; column 0 looks away from the sun, the middle column towards it.
    """
    elevation, azimuth = _directions()
    view = np.stack(
        [np.cos(elevation) * np.cos(azimuth), np.cos(elevation) * np.sin(azimuth), np.sin(elevation)], axis=-1
    )
    scattered = _scattered(view, math.radians(sun_elevation_deg), haze)
    sky = np.concatenate([scattered, scattered[:, ::-1]], axis=1)
    day = _share(sun_elevation_deg, -7.0, 1.0)
    dark = _level(_late_twilight(sun_elevation_deg))
    upper = day * _level(sky) + (1 - day) * dark if day > 0 else dark
    return _with_ground(upper)


@lru_cache(maxsize=1)
def glow_sky() -> Array:
    """The night sky over a town, as a map like `clear_sky`: warm, and brighter towards the horizon all around."""
    elevation, _ = _directions()
    low = np.exp(-elevation / 0.35)[..., None]
    half = (0.35 + 1.4 * low) * _GLOW_RGB
    return _with_ground(_level(np.concatenate([half, half[:, ::-1]], axis=1)))


def turned(sky: Array, columns: float) -> Array:
    """A map (ROWS, COLUMNS, 3) shifted by a fraction of columns towards higher ones."""
    whole = math.floor(columns)
    share = columns - whole
    return np.asarray((1 - share) * np.roll(sky, whole, axis=1) + share * np.roll(sky, whole + 1, axis=1))


def _late_twilight(sun_elevation_deg: float) -> Array:
    """The upper half when the air in view lies in the Earth's shadow: deep blue over a bright arch above the sun.

    The arch sinks and reddens until the end of astronomical twilight, when only the even light of the night is left.
    """
    elevation, azimuth = _directions()
    night = _share(-sun_elevation_deg, 9.0, 17.0)
    low = np.exp(-elevation / 0.35)[..., None]
    towards = (0.5 + 0.5 * np.cos(azimuth))[..., None] ** 2
    sunk = _share(-sun_elevation_deg, 3.0, 13.0)
    arch = towards * np.exp(-elevation[..., None] / (_ARCH_RAD * (1 - 0.75 * sunk)))
    blue = (0.6 + low) * _TWILIGHT_RGB + 5.0 * arch * _ARCH_RGB
    dark = (0.8 + 0.5 * low) * _NIGHT_RGB
    half = (1 - night) * _level(blue) + night * _level(dark)
    return np.concatenate([half, half[:, ::-1]], axis=1)


def _directions() -> tuple[Array, Array]:
    """(elevations, azimuths) in radians of half the upper hemisphere, each (ROWS / 2, COLUMNS / 2)."""
    elevation = math.radians(90) - (np.arange(ROWS // 2) + 0.5) / ROWS * math.pi
    half = (np.arange(COLUMNS // 2) + 0.5) / COLUMNS * 2 * math.pi - math.pi
    height, azimuth = np.meshgrid(elevation, half, indexing="ij")
    return height, azimuth


def _with_ground(upper: Array) -> Array:
    """Light from below the horizon: what the ground reflects, here the horizon's own colour, dimmed."""
    lower = np.broadcast_to(upper[-1:].mean(axis=1, keepdims=True) * 0.4, upper.shape)
    return np.concatenate([upper, lower])


def irradiance(upper: Array) -> Array:
    """Horizontal irradiance (3,) of the upper hemisphere (rows, columns, 3) of an equirectangular map."""
    rows, columns = upper.shape[:2]
    zenith = (np.arange(rows) + 0.5) / rows * math.pi / 2
    weight = np.cos(zenith) * np.sin(zenith) * (math.pi / 2 / rows) * (2 * math.pi / columns)
    return np.asarray((upper * weight[:, None, None]).sum(axis=(0, 1)))


def _level(upper: Array) -> Array:
    total = irradiance(upper)
    return np.asarray(upper / max(float(total @ REC_709), 1e-12))


def _share(value: float, low: float, high: float) -> float:
    return smoothstep(min(max((value - low) / (high - low), 0.0), 1.0))


def _scattered(view: Array, sun_rad: float, haze: float) -> Array:
    """Radiance (..., 3) along unit directions (..., 3) for a sun of unit irradiance in the direction +X."""
    sun = np.array([math.cos(sun_rad), 0.0, math.sin(sun_rad)])
    mie = MIE_1_M * (0.4 + 3.0 * haze)
    eye = np.array([0.0, 0.0, EARTH_M + 50.0])
    reach = _exit(np.broadcast_to(eye, view.shape), view)
    # Quadratic spacing: the dense air is near the eye.
    edges = (np.arange(_VIEW_STEPS + 1) / _VIEW_STEPS) ** 2
    middle, step = (edges[1:] + edges[:-1]) / 2, np.diff(edges)
    cosine = view @ sun
    g = MIE_ASYMMETRY
    phase_rayleigh = 3 / (16 * math.pi) * (1 + cosine**2)
    phase_mie = 3 / (8 * math.pi) * (1 - g * g) * (1 + cosine**2) / ((2 + g * g) * (1 + g * g - 2 * g * cosine) ** 1.5)
    depth = np.zeros((*view.shape[:-1], 3))
    total = np.zeros((*view.shape[:-1], 3))
    for at, length in zip(middle, step, strict=True):
        point = eye + view * (reach * at)[..., None]
        span = (reach * length)[..., None]
        rayleigh, aerosol, absorbed = _density(point)
        extinction = (
            rayleigh[..., None] * RAYLEIGH_1_M + 1.1 * mie * aerosol[..., None] + absorbed[..., None] * OZONE_1_M
        )
        depth += extinction * span / 2
        arriving = np.exp(-depth - _sun_depth(point, sun, mie))
        scattering = (
            rayleigh[..., None] * RAYLEIGH_1_M * phase_rayleigh[..., None]
            + mie * aerosol[..., None] * phase_mie[..., None]
        )
        # Light scattered more than once fills in what single scattering leaves dark, mostly near the horizon.
        again = (rayleigh[..., None] * RAYLEIGH_1_M + mie * aerosol[..., None]) * 0.06
        total += arriving * (scattering + again) * span
        depth += extinction * span / 2
    return total


def _sun_depth(point: Array, sun: Array, mie: float) -> Array:
    """Optical depth (..., 3) from points towards the sun; very large in the Earth's shadow."""
    reach = _exit(point, np.broadcast_to(sun, point.shape))
    depth = np.zeros(point.shape)
    edges = (np.arange(_SUN_STEPS + 1) / _SUN_STEPS) ** 2
    for low, high in pairwise(edges.tolist()):
        sample = point + sun * (reach * (low + high) / 2)[..., None]
        rayleigh, aerosol, absorbed = _density(sample)
        extinction = (
            rayleigh[..., None] * RAYLEIGH_1_M + 1.1 * mie * aerosol[..., None] + absorbed[..., None] * OZONE_1_M
        )
        depth += extinction * (reach * (high - low))[..., None]
    along = point @ sun
    closest = np.sqrt(np.maximum((point**2).sum(axis=-1) - along**2, 0.0))
    shadowed = (along < 0) & (closest < EARTH_M)
    return np.where(shadowed[..., None], 1e3, depth)


def _density(point: Array) -> tuple[Array, Array, Array]:
    """Relative densities of air, aerosol and ozone at points (..., 3)."""
    height = np.maximum(np.linalg.norm(point, axis=-1) - EARTH_M, 0.0)
    ozone = np.maximum(0.0, 1 - np.abs(height - 25_000) / 15_000)
    return np.exp(-height / RAYLEIGH_HEIGHT_M), np.exp(-height / MIE_HEIGHT_M), ozone


def _exit(point: Array, direction: Array) -> Array:
    """Distance (...) along a direction to the top of the atmosphere."""
    along = (point * direction).sum(axis=-1)
    return np.asarray(-along + np.sqrt(along**2 - (point**2).sum(axis=-1) + TOP_M**2))
