"""Point clouds against the record, and against what the picture's labels say of the same places.

A point lies on a beam of its sensor, on an object of the record, and inside that object's 3D box. Where the camera
looks at the same place, depth and masks say the same of it: no point floats before what the camera sees, and what lies
at its depth is what the mask names. Rays of camera and LiDAR never meet the very same spot, and noise moves points
along their beams, so that few may differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera.transform import Matrix
from longtail.annotate.check.finding import Finding
from longtail.annotate.check.places import EXACT_M, Layers, kinds_of, owners_of
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.dataset.stored import StoredFrame
from longtail.annotate.errors import DatasetError
from longtail.annotate.labels.antenna import with_antenna
from longtail.annotate.labels.frame import SceneObject
from longtail.annotate.labels.points import LIDAR, Points, pose_of
from longtail.annotate.labels.taxonomy import VOID, Taxonomy
from longtail.annotate.rounding import arctan2

_SIGMAS = 6.0
"""How many standard deviations noise may move a point: one in a thousand million draws is farther away."""
_OFF_BEAM_RAD = 1e-4
_FLOATING, _OTHERS = 0.03, 0.03
"""Shares of points that may float before what the camera sees, or be called otherwise: edges, and what is thinner than
a pixel."""
_FEWEST = 50
_COARSE_M = 0.25
"""Pixels that are wider see too little of paint, posts and people to say what a point is on."""
_SLANT = 0.02
"""How much of its depth a surface may come nearer from a pixel's centre to where a point is in it."""


def check_points(dataset: Dataset, stored: StoredFrame, arrays: Layers) -> Iterator[Finding]:
    """Findings of each sensor of a frame."""
    sensors = stored.extra.get(LIDAR, {})
    layers = dataset.info.layers()
    for layer, array in arrays.items():
        name = layer.removeprefix(f"{LIDAR}/")
        if name == layer:
            continue
        path = layers[layer].path(stored.index)
        if name not in sensors:
            yield Finding(record_path(stored.index), stored.index, f"{LIDAR}.{name}: what the sensor is", "nothing")
            continue
        try:
            cloud = _Cloud(stored, sensors[name], Points(array, pose_of(stored.extra, name)))
        except DatasetError as error:
            yield Finding(record_path(stored.index), stored.index, f"{LIDAR}.{name}: where the sensor is", str(error))
            continue
        for expected, came in cloud.faults(dataset.info.taxonomy, arrays):
            yield Finding(path, stored.index, expected, came)


@dataclass(frozen=True, eq=False)
class _Cloud:
    stored: StoredFrame
    sensor: Mapping[str, Any]
    points: Points

    def faults(self, taxonomy: Taxonomy, arrays: Layers) -> Iterator[tuple[str, str]]:
        """(expected, came) of all that is wrong."""
        if not np.isfinite(self.points.xyz_m).all() or not (self.points.intensity >= 0).all():
            yield "finite places and intensities of 0 or more", "others"
            return
        yield from self._beams()
        wrong = list(self._ids(taxonomy))
        yield from wrong
        if not wrong:
            yield from self._inside_boxes()
            yield from self._seen(arrays)

    @property
    def _slack_m(self) -> float:
        """How far along its beam a point may be from the surface that it is on."""
        sensor = self.sensor
        apart_m = float(sensor["pulse_m"]) * (int(sensor["rays"]) - 1) if int(sensor["rays"]) > 1 else 0.0
        return _SIGMAS * float(sensor["range_noise_m"]) + float(sensor["range_step_m"]) / 2 + apart_m + EXACT_M

    def _wide_m(self, distance_m: Matrix) -> Matrix:
        """How far beside its beam's middle what a point is on may be."""
        wide = int(self.sensor["rays"]) > 1
        return distance_m * float(self.sensor["divergence_mrad"]) / 2000 if wide else 0 * distance_m

    def _beams(self) -> Iterator[tuple[str, str]]:
        elevations = np.radians(np.array(self.sensor["elevations_deg"], dtype=np.float64))
        ring, (x, y, z) = self.points.ring, self.points.xyz_m.astype(np.float64).T
        if (ring >= len(elevations)).any():
            yield f"rings of 0 to {len(elevations) - 1}", f"up to {ring.max()}"
            return
        off = np.abs(arctan2(z, np.hypot(x, y)) - elevations[ring]) > _OFF_BEAM_RAD
        if off.any():
            yield "points on the beams of their rings", f"{np.count_nonzero(off)} of {off.size} beside them"

    def _ids(self, taxonomy: Taxonomy) -> Iterator[tuple[str, str]]:
        """Objects and categories as the record and the taxonomy have them."""
        known = {item.id: taxonomy.ids[item.category] for item in self.stored.objects}
        things = {number for number, kind in taxonomy if kind.is_thing}
        pairs = np.unique(np.stack([self.points.instance, self.points.category]), axis=1).T.tolist()
        for instance, category in pairs:
            if category != VOID and category not in taxonomy.categories:
                yield "categories of the dataset's taxonomy", f"{category}"
            elif instance and known.get(instance) != category:
                yield f"object {instance} of category {known.get(instance, 'that the record knows')}", f"{category}"
            elif not instance and category in things:
                yield f"an object for each point on {taxonomy.categories[category].name}", "none at some"

    def _inside_boxes(self) -> Iterator[tuple[str, str]]:
        world_m, distance_m = self.points.world_m, np.linalg.norm(self.points.xyz_m.astype(np.float64), axis=-1)
        for item in self.stored.objects:
            its = self.points.instance == item.id
            if not its.any():
                continue
            slack_m = self._slack_m + self._wide_m(distance_m[its])
            far_m = _outside_m(with_antenna(item), world_m[its]) - slack_m
            if (far_m > 0).any():
                came = f"{np.count_nonzero(far_m > 0)} of {far_m.size} outside, up to {(far_m + slack_m).max():.4g} m"
                yield f"object {item.id}: its points inside its 3D box", came

    def _seen(self, arrays: Layers) -> Iterator[tuple[str, str]]:
        """What the camera says of the same places."""
        depth_m = arrays.get("depth")
        if depth_m is None:
            return
        pixels, z = self.points.seen_by(self.stored.camera)
        here = np.isfinite(z) & (z > 1) & (self.points.category != VOID)
        column, row = np.floor(pixels[here]).astype(np.int64).T
        z, slack_m = z[here], self._slack_m + _SLANT * z[here]
        floats = z < _nearest(depth_m)[row, column] - slack_m
        if len(z) >= _FEWEST and floats.mean() > _FLOATING:
            yield "no points before what the camera sees", f"{np.count_nonzero(floats)} of {floats.size} in the air"
        same = np.abs(z - depth_m[row, column]) < _SIGMAS * float(self.sensor["range_noise_m"]) + _SLANT * z
        lens = self.stored.camera.lens
        same &= (z if lens.central else 1.0) / lens.fx_px < _COARSE_M
        for what, mask, said in (
            ("category", kinds_of(arrays), self.points.category[here]),
            ("instance", owners_of(arrays), self.points.instance[here]),
        ):
            if mask is None:
                continue
            even = same & _even(mask)[row, column]
            other = mask[row, column][even] != said[even]
            if even.sum() >= _FEWEST and other.mean() > _OTHERS:
                came = f"another at {np.count_nonzero(other)} of {other.size} points"
                yield f"the {what} that the mask has at the same place", came


def _outside_m(item: SceneObject, world_m: Matrix) -> Matrix:
    """How far (N,) points (N, 3) are outside a 3D box."""
    own = item.world_from_object.inverse().points(world_m) - item.box_centre_m
    outside = np.maximum(np.abs(own) - np.array(item.box_size_m) / 2, 0.0)
    return np.asarray(np.linalg.norm(outside, axis=-1))


def _around(array: NDArray[Any]) -> NDArray[Any]:
    """(9, H, W): each pixel and those around it; at borders those at the border again."""
    wide = np.pad(array, 1, mode="edge")
    height, width = array.shape
    return np.stack([wide[down : down + height, right : right + width] for down in range(3) for right in range(3)])


def _nearest(depth_m: NDArray[Any]) -> NDArray[Any]:
    least: NDArray[Any] = _around(depth_m).min(axis=0)
    return least


def _even(mask: NDArray[Any]) -> NDArray[np.bool_]:
    """Where a pixel and all around it say the same."""
    around = _around(mask)
    return np.asarray((around == around[4]).all(axis=0))
