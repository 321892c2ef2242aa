"""What a shader's nodes work out, worked out for many places at once: a pen that writes numbers, not nodes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.scenes.geometry.noise import flat_noise

Array = NDArray[np.float64]

_OPERATIONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "ADD": lambda a, b: a + b,
    "SUBTRACT": lambda a, b: a - b,
    "MULTIPLY": lambda a, b: a * b,
    "DIVIDE": lambda a, b: a / b,
    "MAXIMUM": np.maximum,
    "LESS_THAN": lambda a, b: np.where(a < b, 1.0, 0.0),
    "GREATER_THAN": lambda a, b: np.where(a > b, 1.0, 0.0),
    "ABSOLUTE": lambda a, _: np.abs(a),
    "FRACT": lambda a, _: a - np.floor(a),
    "SIGN": lambda a, _: np.sign(a),
    "SQRT": lambda a, _: np.sqrt(a),
}


class ArrayPen:
    """Works out at N places what `scenes.blender.nodes.Graph` writes down for every place: scalars are (N,) or one
    number, vectors (N, 3) or three. KeyError for an operation that no label has asked for yet.

    `places_m` (N, 3) are in the world, `normals` (N, 3) unit vectors there.
    """

    def __init__(self, places_m: Array, normals: Array) -> None:
        self._places_m, self._normals = places_m, normals

    def math(self, operation: str, a: Any, b: Any = 0.0, *, clamp: bool = False) -> Any:
        found = _OPERATIONS[operation](a, b)
        return np.clip(found, 0.0, 1.0) if clamp else found

    def vector(self, operation: str, a: Any, b: Any = None) -> Any:
        return _OPERATIONS[operation](np.asarray(a), np.asarray(b))

    def split(self, vector: Any) -> tuple[Any, Any, Any]:
        x, y, z = np.moveaxis(np.asarray(vector), -1, 0)
        return x, y, z

    def step(self, value: Any, low: float, high: float, to_low: float = 0.0, to_high: float = 1.0) -> Any:
        share = np.clip((value - low) / (high - low), 0.0, 1.0)
        return to_low + (3 - 2 * share) * share * share * (to_high - to_low)

    def noise(
        self, vector: Any, scale: float, *, detail: float = 2.0, roughness: float = 0.5, flat: bool = False
    ) -> Any:
        """Flat noise of whole octaves; ValueError for any other."""
        if not flat or detail != int(detail):
            raise ValueError(
                f"expected flat noise of whole octaves, got {'flat' if flat else 'solid'} noise of {detail:g}"
            )
        x, y, _ = self.split(vector)
        return flat_noise(x * scale, y * scale, int(detail), roughness)

    def world_position(self) -> Any:
        return self._places_m

    def world_normal(self) -> Any:
        return self._normals
