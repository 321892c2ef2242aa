"""Layers of a frame as pictures for people: ids in colours, distances from red to blue, directions as they are stored.

A layer that this module does not know by name is shown by what its array is, so that new ones are shown too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.labels.draw import mask_layer, palette
from longtail.annotate.labels.parts import PARTS
from longtail.annotate.labels.taxonomy import Taxonomy

Array = NDArray[Any]
Rgba = NDArray[np.uint8]

MASKS = "masks"
"""The layer that is made of several: categories tinted, things outlined."""

_CATEGORIES = ("semantic", "panoptic")
_METRES = ("depth", "distance")
_OVER_THE_PICTURE = ("lens", "drivable", "parts", "links", "occluded", "occluded_backward")
_NEAREST_M, _FARTHEST_M = 0.1, 256.0
_OPACITY = 165
_COLOURED = 12
"""Ids without colours of their own take so many hues in turn."""


@dataclass(frozen=True)
class Scale:
    """What the colours of distances stand for: from red at `near_m` to blue at `far_m`, in equal ratios."""

    near_m: float = 1.0
    far_m: float = 100.0

    @classmethod
    def of(cls, depths_m: NDArray[np.floating[Any]]) -> Scale:
        """One that suits what lies at those distances, without the nearest and the farthest fiftieth."""
        known = depths_m[np.isfinite(depths_m) & (depths_m > 0)]
        if not known.size:
            return cls()
        near, far = (float(value) for value in np.quantile(known, (0.02, 0.98)))
        return cls(_two_digits(near), max(_two_digits(far), _two_digits(near * 2)))

    def shares(self, depths_m: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """Where values lie between near (0) and far (1), cut at both ends."""
        values = np.clip(depths_m.astype(np.float64), _NEAREST_M / 100, _FARTHEST_M * 100)
        return np.asarray(np.clip(np.log(values / self.near_m) / np.log(self.far_m / self.near_m), 0, 1))


def shown_layers(dataset: Dataset) -> list[str]:
    """The names of the layers of a dataset that a person can look at, the masks first."""
    names = [name for name, layer in dataset.info.layers().items() if layer.raster]
    masks = [MASKS] if any(name in names for name in (*_CATEGORIES, "instance")) else []
    rest = [name for name in names if name not in ("images", "instance", *_CATEGORIES)]
    return [*masks, *rest]


def painted(dataset: Dataset, name: str, index: int, size: tuple[int, int], scale: Scale) -> Rgba | None:
    """A layer of a frame as a picture of `size` (width, height): (height, width, 4), clear where it says nothing.

    None where the layer is not of the picture's pixels.
    """
    if name == MASKS:
        return _masks(dataset, index, size)
    stored = dataset.read(name, index)
    if not _is_of_pixels(stored, size):
        return None
    array = smaller(stored, size)
    if name in _METRES:
        return _spectrum(scale.shares(array), np.isfinite(array) & (array > 0))
    if name in _PAINTS:
        return _tinted(array, _PAINTS[name])
    return _by_its_kind(array)


def _is_of_pixels(array: Array, size: tuple[int, int]) -> bool:
    """Whether it has the sides of a picture of which one of `size` is a smaller copy."""
    return array.ndim in (2, 3) and abs(array.shape[0] * size[0] / max(array.shape[1], 1) - size[1]) <= 1


def smaller(array: Array, size: tuple[int, int]) -> Array:
    """An array (H, W, ...) at the pixels nearest to those of a smaller picture. Nothing between two ids is an id."""
    height, width = array.shape[:2]
    rows = ((np.arange(size[1]) + 0.5) * height / size[1]).astype(int)
    columns = ((np.arange(size[0]) + 0.5) * width / size[0]).astype(int)
    return np.asarray(array[rows[:, None], columns])


def _masks(dataset: Dataset, index: int, size: tuple[int, int]) -> Rgba:
    layers, taxonomy = dataset.info.layers(), dataset.info.taxonomy
    instance = smaller(dataset.read("instance", index), size) if "instance" in layers else None
    if "semantic" in layers:
        semantic = smaller(dataset.read("semantic", index), size)
    elif "panoptic" in layers:
        semantic = smaller(dataset.read("panoptic", index), size) >> 16
    else:
        return _things(dataset, index, instance, taxonomy)
    return mask_layer(semantic, taxonomy, instance)


def _things(dataset: Dataset, index: int, instance: Array | None, taxonomy: Taxonomy) -> Rgba:
    """Masks of things alone, whose categories stand in the record."""
    if instance is None:
        raise ValueError("expected a layer of masks, got none")
    semantic = np.zeros(instance.shape, dtype=np.uint8)
    for row in dataset.glance(index).annotations:
        semantic[instance == row["instance_id"]] = row["category_id"]
    return mask_layer(semantic, taxonomy, instance)


def _tinted(ids: Array, colours: Mapping[int, tuple[int, int, int]]) -> Rgba:
    layer = np.zeros((*ids.shape[:2], 4), dtype=np.uint8)
    for number, colour in colours.items():
        layer[ids == number] = (*colour, _OPACITY)
    return layer


_PAINTS: dict[str, dict[int, tuple[int, int, int]]] = {
    "lens": {255: (235, 60, 160)},
    "occluded": {255: (235, 60, 160)},
    "occluded_backward": {255: (235, 60, 160)},
    "drivable": {1: (40, 190, 110), 2: (60, 130, 230)},
    "parts": {part.id: part.rgb for part in PARTS.values()},
}

_MEANINGS: dict[str, dict[int, str]] = {
    "lens": {255: "blocked or distorted by what lies on the lens"},
    "occluded": {255: "not to be seen in the next frame"},
    "occluded_backward": {255: "not to be seen in the frame before"},
    "drivable": {1: "own lane", 2: "where else one may drive"},
    "parts": {part.id: part.name for part in PARTS.values()},
}


def _by_its_kind(array: Array) -> Rgba:
    """Vectors of three as red, green and blue; ids in hues; numbers from red, the least, to blue."""
    if array.ndim == 3:
        return _colours(array[..., :3])
    if array.dtype.kind in "biu":
        layer = palette_of_hues()[array.astype(np.int64) % _COLOURED]
        layer[array == 0] = 0
        return np.asarray(layer, dtype=np.uint8)
    known = np.isfinite(array)
    return _spectrum(_stretched(array, known), known)


def _colours(array: Array) -> Rgba:
    known = np.isfinite(array).all(axis=-1)
    if array.shape[-1] < 3:
        array = np.concatenate([array, np.zeros((*array.shape[:2], 3 - array.shape[-1]))], axis=-1)
    if array.dtype == np.uint8:
        rgb = array
    elif known.any() and float(np.abs(array[known]).max()) <= 1.0 + 1e-6 and float(array[known].min()) < 0:
        rgb, known = np.rint(array * 127 + 128), known & array.any(axis=-1)
    else:
        rgb = 255 * np.stack([_stretched(array[..., axis], known) for axis in range(3)], axis=-1)
    rgb = np.where(known[..., None], rgb, 0)
    return np.asarray(np.concatenate([rgb, 255.0 * known[..., None]], axis=-1), dtype=np.uint8)


def _stretched(values: Array, known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """0 at the 2nd, 1 at the 98th percentile of what is known."""
    low, high = np.quantile(values[known], (0.02, 0.98)) if known.any() else (0.0, 1.0)
    return np.asarray(np.clip((np.where(known, values, low) - low) / max(float(high - low), 1e-9), 0, 1))


def _spectrum(shares: NDArray[np.float64], known: NDArray[np.bool_]) -> Rgba:
    """Red at 0 to blue at 1, clear where nothing is known."""
    rgb = spectrum()[np.rint(shares * 255).astype(np.int64)]
    return np.asarray(np.concatenate([rgb, np.where(known, 255, 0)[..., None]], axis=-1), dtype=np.uint8)


def spectrum() -> NDArray[np.uint8]:
    """(256, 3): Turbo from its red end to its blue one (Mikhailov 2019), so that what is near is warm."""
    steps = np.arange(255, -1, -1, dtype=np.uint8)[:, None]
    return np.asarray(cv2.applyColorMap(steps, cv2.COLORMAP_TURBO)[:, 0, ::-1])


def palette_of_hues() -> Rgba:
    """(12, 4) hues a golden angle apart, so that ids that follow each other look different."""
    hues = (np.arange(_COLOURED) * 180 * 0.381966) % 180
    hsv = np.stack([hues, np.full(_COLOURED, 150), np.full(_COLOURED, 230)], axis=-1).astype(np.uint8)[:, None]
    rgb = cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)[:, 0]
    return np.asarray(np.concatenate([rgb, np.full((_COLOURED, 1), 255)], axis=-1), dtype=np.uint8)


def _two_digits(value: float) -> float:
    return float(f"{value:.2g}")


@dataclass(frozen=True)
class Filter:
    """How a browser paints a stored file itself: which of its channels is looked up in a table of 256 colours."""

    channel: str
    colours: Rgba


def filter_of(dataset: Dataset, name: str, scale: Scale) -> tuple[str, Filter | None] | None:
    """The stored layer that a browser can show by itself, and how; None where it cannot.

    Browsers keep the high byte of 16-bit files, which is whole metres of depth: enough where all lies far.
    """
    layers = dataset.info.layers()
    if name == MASKS:
        stored = next((layer for layer in _CATEGORIES if layer in layers), None)
        colours = palette(dataset.info.taxonomy)
        return (stored, Filter("B" if stored == "panoptic" else "R", colours)) if stored else None
    if name in _METRES:
        metres = np.arange(256, dtype=np.float64)
        whole = scale.near_m >= 4
        return (name, Filter("R", _spectrum(scale.shares(metres + 0.5), metres > 0))) if whole else None
    if name in _PAINTS:
        return name, Filter("R", _tinted(np.arange(256)[None], _PAINTS[name])[0])
    return (name, None) if name == "normals" else None


def legend(name: str, scale: Scale) -> list[tuple[str, str]]:
    """What a layer's colours mean: (CSS colour, words); nothing for the masks, whose things are listed."""
    if name in _METRES:
        metres = [scale.near_m * (scale.far_m / scale.near_m) ** (step / 4) for step in range(5)]
        return [(css(spectrum()[round(step * 255 / 4)]), f"{value:.2g} m") for step, value in enumerate(metres)]
    return [(css(_PAINTS[name][value]), words) for value, words in _MEANINGS.get(name, {}).items()]


def css(colour: Iterable[int]) -> str:
    """A colour of 8 bits as CSS spells it."""
    return "#" + "".join(f"{int(part):02x}" for part in colour)


def is_over_the_picture(name: str) -> bool:
    """Whether the picture is to be seen below."""
    return name in (MASKS, *_OVER_THE_PICTURE)
