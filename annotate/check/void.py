"""Void is where the lens has no ray, and nowhere else: the masks of a stored frame against its camera."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import in_image_circle
from longtail.annotate.check.finding import Finding
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.stored import StoredFrame
from longtail.annotate.labels.taxonomy import VOID

_CATEGORIES = ("semantic", "panoptic")
"""Layers that say of every pixel with a ray what it is."""


def check_void(dataset: Dataset, stored: StoredFrame, arrays: Mapping[str, NDArray[Any]]) -> Iterator[Finding]:
    """Findings of one frame, whose decoded layers are `arrays`, by name."""
    circle = in_image_circle(stored.camera.lens)
    layers = dataset.info.layers()

    def finding(name: str, expected: str, came: str) -> Finding:
        return Finding(layers[name].path(stored.index), stored.index, expected, came)

    for name in _CATEGORIES:
        if name in arrays:
            void = arrays[name] == VOID
            if gaps := int(np.count_nonzero(void & circle)):
                yield finding(name, "a category wherever the lens has a ray", f"void at {gaps} pixels")
            if beyond := int(np.count_nonzero(~void & ~circle)):
                yield finding(name, "void wherever the lens has no ray", f"a category at {beyond} pixels")
    for name, there in _filled(arrays).items():
        if beyond := int(np.count_nonzero(there & ~circle)):
            yield finding(name, "nothing where the lens has no ray", f"something at {beyond} pixels")


def _filled(arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[np.bool_]]:
    """Where (H, W) each other layer says that something is, by name."""
    found: dict[str, NDArray[np.bool_]] = {
        name: arrays[name] > 0 for name in ("instance", "lens", "material", "parts", "links") if name in arrays
    }
    if "depth" in arrays:
        found["depth"] = np.isfinite(arrays["depth"])
    if "disparity" in arrays:
        found["disparity"] = arrays["disparity"] > 0
    if "normals" in arrays:
        found["normals"] = lit(arrays["normals"])
    if "distance" in arrays:
        found["distance"] = np.isfinite(arrays["distance"])
    if "world" in arrays:
        found["world"] = np.isfinite(arrays["world"]).any(axis=-1)
    for name in ("flow", "flow_backward", "scene_flow"):
        if name in arrays:
            found[name] = np.isfinite(arrays[name]).any(axis=-1)
    found |= {name: arrays[name] > 0 for name in ("occluded", "occluded_backward") if name in arrays}
    if "albedo" in arrays:
        found["albedo"] = arrays["albedo"].any(axis=-1)
    return found


def lit(codes: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which pixels (H, W) of codes (H, W, 3) are not black, a tenth as long as `any` along the last axis takes."""
    return np.asarray((codes[..., 0] | codes[..., 1] | codes[..., 2]) > 0)
