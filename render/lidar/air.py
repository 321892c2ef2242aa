"""Air between a LiDAR and what it sees: what of a pulse comes through, and what comes back from the air itself.

Light is lost by exp(-a d) on each way (Bouguer, Lambert, Beer). The extinction a is that of the picture's haze
(`scenes.atmosphere.air`), turned from 550 to 905 nm: droplets of fog take all colours alike below 500 m of sight, and
what is finer takes less infrared the finer it is (Kim, McArthur & Korevaar, Proc. SPIE 4214, 2001, whose exponent q
goes by the visual range); smoke and dust by their Angstrom exponents. Rain and snow are larger than all that.

Fine particles send some of it straight back: a / S of each metre in 1/sr. S is the lidar ratio, 18.8 sr for droplets of
water at 905 nm (O'Connor, Illingworth & Hogan, J. Atmospheric and Oceanic Technology 21, 2004). So the air of half a
pulse's length returns as much as a matt surface of pi S^-1 a times that length (as soft targets do in Rasshofer, Spies
& Spies, Advances in Radio Science 9, 2011). Fog is no even wall: that it comes in wisps, by half its mean, is our
estimate.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from longtail.render.lidar.receiver import THRESHOLD, Array, Returns, least_strength, nobody, together
from longtail.scenes.atmosphere.air import CONTRAST_THRESHOLD, AirLayer, transmission
from longtail.scenes.lidar.lidar import Lidar

WAVELENGTH_NM, GREEN_NM = 905.0, 550.0
_WISPS = 4.0
"""Shape of the gamma distribution of what a pulse's length of fog returns: half its mean is its standard deviation."""
_MOST_CELLS = 80
# Noise of so many deviations below the threshold makes no returns that one would count.
_NEVER = 4.0


def infrared(layer: AirLayer) -> AirLayer:
    """The layer as light of 905 nm meets it."""
    if not layer.fine:
        return layer
    exponent = kim_exponent(layer.extinction_1_m) if layer.angstrom is None else layer.angstrom
    return replace(layer, extinction_1_m=layer.extinction_1_m * (WAVELENGTH_NM / GREEN_NM) ** -exponent)


def kim_exponent(extinction_1_m: float) -> float:
    """Kim's q by the extinction of green light.

    Examples:
        >>> kim_exponent(3.0 / 200), round(kim_exponent(3.0 / 10_000), 1)
        (0.0, 1.3)
    """
    range_km = -math.log(CONTRAST_THRESHOLD) / extinction_1_m / 1000
    if range_km <= 0.5:
        return 0.0
    if range_km <= 1:
        return range_km - 0.5
    return 0.16 * range_km + 0.34 if range_km <= 6 else 1.3


@dataclass(frozen=True)
class Air:
    """Layers as light of 905 nm meets them, seen from a height in the world."""

    layers: tuple[AirLayer, ...]
    height_m: float

    @classmethod
    def of(cls, layers: Sequence[AirLayer], height_m: float) -> Air:
        return cls(tuple(infrared(layer) for layer in layers if layer.extinction_1_m > 0), height_m)

    def there_and_back(self, rays: Array, distance_m: Array) -> Array:
        """The share (...) that is left of a pulse along unit vectors (..., 3) in the world."""
        if not self.layers:
            return np.ones(distance_m.shape, np.float32)
        heights = self.height_m + rays[..., 2] * distance_m
        return np.asarray(transmission(self.layers, self.height_m, heights, distance_m) ** 2, np.float32)

    def backscatter(self, heights_m: Array) -> Array:
        """How much of it each metre at heights (...) returns, as the reflectance of a matt surface."""
        total = np.zeros(heights_m.shape, np.float32)
        for layer in self.layers:
            if layer.fine:
                here = np.float32(math.pi * layer.extinction_1_m / layer.lidar_ratio_sr)
                total += np.where(heights_m < layer.top_m, here, np.float32(0))
        return total

    def returns(self, lidar: Lidar, rays: Array, before_m: Array, rng: np.random.Generator) -> Returns:
        """What the air itself returns before what is met at distances (N,) along unit vectors (N, 3)."""
        cells = np.arange(lidar.near_m, lidar.range_m, lidar.pulse_m, dtype=np.float32)[:_MOST_CELLS]
        most = self.backscatter(np.array(-1e9, np.float32)) * lidar.pulse_m
        # A wisp of four times the mean is one of ten thousand.
        cells = cells[4 * most > least_strength(lidar, cells, THRESHOLD - _NEVER)]
        found = [nobody()]
        for begin in cells.tolist():
            beam = np.flatnonzero(before_m > begin + lidar.pulse_m)
            middle_m = begin + np.float32(lidar.pulse_m) * rng.random(len(beam), dtype=np.float32)
            mean = self.backscatter(self.height_m + rays[beam, 2] * middle_m) * np.float32(lidar.pulse_m)
            wisps = rng.standard_gamma(_WISPS, len(beam), dtype=np.float32) / np.float32(_WISPS)
            strength = mean * wisps * self.there_and_back(rays[beam], middle_m)
            kept = strength > least_strength(lidar, middle_m, THRESHOLD - _NEVER)
            found.append(Returns(beam[kept], middle_m[kept], strength[kept], np.full(int(kept.sum()), -1)))
        return together(found)
