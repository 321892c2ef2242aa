"""Panoramas in a library, as adding makes them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.dataset.exr import encode_exr
from longtail.scenes.assets.library.description import Description, SkySeen
from longtail.scenes.assets.library.store import Library
from longtail.scenes.assets.shapes.backdrops import RADIUS_M, inside_of_a_ball
from longtail.scenes.geometry.edges import edges_of
from longtail.scenes.geometry.pattern_materials import Panorama
from longtail.scenes.geometry.ready import Ready

SIDE_M = 2 * RADIUS_M


def keep_panorama(library: Library, name: str, pixels: NDArray[np.float32], sky: SkySeen | None) -> None:
    """A panorama of `pixels` (H, W, 3), which may be a sky where `sky` says what it shows of one."""
    data = encode_exr(pixels)
    mesh = inside_of_a_ball(Panorama(f"{name}.exr", RADIUS_M, light=f"{name}.exr"))
    known = Description(
        name=f"own/{name}", category="backdrop", family="shapes", size_m=(SIDE_M, SIDE_M, SIDE_M), tags=("panorama",),
        tints=((1.0, 1.0, 1.0),), triangles=1, bytes=1, arrays="0" * 64, sky=sky,
    )  # fmt: skip
    library.add(known, Ready(mesh, {f"{name}.exr": data}, edges_of(mesh.triangles)))


def library_of_skies(folder: Path) -> Library:
    """own/noon, whose sun is at 40 degrees, and own/grey, whose is hidden."""
    library = Library(folder)
    even = np.ones((16, 32, 3), np.float32)
    keep_panorama(library, "noon", even, SkySeen(sun_elevation_deg=40.0, sun_azimuth_deg=70.0, level=3.0))
    keep_panorama(library, "grey", even * 2, SkySeen(level=3.0))
    keep_panorama(library, "room", even * 3, None)
    return library
