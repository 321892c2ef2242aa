"""The returns of surfaces: what the rays of each beam's footprint meet, put together by a pulse's length."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.render.lidar.air import Air
from longtail.render.lidar.receiver import Array, Returns
from longtail.render.lidar.reflectance import matt_and_retro
from longtail.render.view.exposing import Scanned
from longtail.scenes.lidar.lidar import Lidar


def hits(lidar: Lidar, scanned: Scanned, rays: Array, air: Air) -> Returns:
    """Returns of all that is met, through the air, with beams counted ring by ring from left to right.

    `rays` (H, W, 3) are unit vectors in the world. Of a beam whose footprint lies on several things, each that is
    `pulse_m` or more behind the one before is a return of its own; what is nearer to each other is one, at the mean
    distance by strength, on what returns most of it.
    """
    strength = _strengths(scanned, rays)
    there = np.isfinite(scanned.reach_m)
    strength = np.where(there, strength * air.there_and_back(rays, np.where(there, scanned.reach_m, 0)), 0)
    rows = len(lidar.elevations_deg) * lidar.rays
    reach_m, strength = scanned.reach_m[:rows], strength[:rows].astype(np.float32)
    places = np.arange(reach_m.size).reshape(reach_m.shape)
    if lidar.rays == 1:
        beams = np.flatnonzero(np.isfinite(reach_m))
        return Returns(beams, reach_m.ravel()[beams], strength.ravel()[beams], places.ravel()[beams])
    return _merged(lidar, _by_beam(lidar, reach_m), _by_beam(lidar, strength), _by_beam(lidar, places))


def _strengths(scanned: Scanned, rays: Array) -> Array:
    surfaces = scanned.surfaces
    assert surfaces.albedo is not None
    assert surfaces.material is not None
    # Single-sided or not, a surface returns light on the side that is hit.
    cosine = np.abs(np.einsum("...i,...i", scanned.normals, rays)).astype(np.float32)
    people = np.array([item.id for item in scanned.objects if item.kind.supercategory == "human"], dtype=np.int64)
    on_person = np.isin(scanned.object_ids, people)
    cosine, metals = np.minimum(cosine, 1), scanned.metals
    return matt_and_retro(surfaces.material, surfaces.materials, surfaces.albedo, on_person, cosine, metals)


def _by_beam(lidar: Lidar, array: NDArray[Any]) -> NDArray[Any]:
    """(rings * rays, W) as (beams, rays)."""
    return array.reshape(-1, lidar.rays, array.shape[1]).transpose(0, 2, 1).reshape(-1, lidar.rays)


def _merged(lidar: Lidar, reach_m: Array, strength: Array, places: NDArray[np.int64]) -> Returns:
    """Returns of beams (N, rays)."""
    order = np.argsort(reach_m, axis=1, kind="stable")
    reach_m, strength = np.take_along_axis(reach_m, order, axis=1), np.take_along_axis(strength, order, axis=1)
    places = np.take_along_axis(places, order, axis=1)
    there = np.isfinite(reach_m)
    begins = np.ones(reach_m.shape, dtype=np.bool_)
    with np.errstate(invalid="ignore"):
        begins[:, 1:] = reach_m[:, 1:] - reach_m[:, :-1] > lidar.pulse_m
    number = np.cumsum(begins.ravel()).reshape(begins.shape) - 1
    flat, count = number[there], int(number[-1, -1]) + 1 if number.size else 0
    weight = strength[there].astype(np.float64) + 1e-12
    whole = np.bincount(flat, weight, minlength=count)
    far = np.bincount(flat, weight * reach_m[there], minlength=count)
    met = whole > 0
    beam = np.zeros(count, dtype=np.int64)
    beam[flat] = np.repeat(np.arange(len(reach_m)), lidar.rays).reshape(reach_m.shape)[there]
    # What is written last stays: the strongest ray of each return.
    ray, by_strength = np.zeros(count, dtype=np.int64), np.argsort(weight, kind="stable")
    ray[flat[by_strength]] = places[there][by_strength]
    mean_m = (far[met] / whole[met]).astype(np.float32)
    return Returns(beam[met], mean_m, (whole[met] / lidar.rays).astype(np.float32), ray[met])
