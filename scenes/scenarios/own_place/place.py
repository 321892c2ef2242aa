"""A place as plain values: what a .blend says of it, read once, and the same in every process that is handed it.

World metres, Z up, as Blender's own world has it. The form is arrays in one .npz: meshes with their materials and
images, and all else as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.scenes.assets.asset import Vector
from longtail.scenes.assets.library.surface import Textured  # noqa: F401  (arrays name it)
from longtail.scenes.geometry.materials import Rgb
from longtail.scenes.geometry.ready import Ready, arrays_of, ready_of
from longtail.scenes.kept.arrays import DAMAGED, Arrays

_JSON = "place"
Matrix = tuple[float, ...]
"""Sixteen numbers: a pose (4, 4), row by row."""


@dataclass(frozen=True)
class Fixed:
    """What stays: an object by its name, its category, and mesh number `mesh` in the pose world_from_object.

    `where` names the collection that says so, for messages; `supercategory` is stated for a category that Longtail does
    not have.
    """

    name: str
    category: str
    where: str
    world_from_object: Matrix
    mesh: int
    supercategory: str = ""


@dataclass(frozen=True)
class Mark:
    """What is swapped: an asset of one of `categories` stands in its stead, on `at_m`, the middle of its bottom.

    `size_m` is (length, width, height) about its heading; zeros for an empty, which has none.
    """

    name: str
    categories: tuple[str, ...]
    where: str
    at_m: Vector
    heading_rad: float
    size_m: Vector


@dataclass(frozen=True, eq=False)
class Region:
    """Where things of `categories` may stand: triangles (T, 3, 3) float64 in world metres that face up.

    `count` is how many are usual, None where the file says nothing.
    """

    categories: tuple[str, ...]
    where: str
    count: float | None
    triangles_m: NDArray[np.float64]


@dataclass(frozen=True)
class Viewpoint:
    """A camera of the file: its pose with OpenCV's axes (X right, Y down, Z ahead), and its horizontal field."""

    name: str
    world_from_camera: Matrix
    horizontal_fov_deg: float


@dataclass(frozen=True)
class Bulb:
    """A lamp of the file: to all sides (`cone_deg` 360), into a cone, or from a rectangle `panel_m` along `aim`.

    `kcd` is its luminous intensity along `aim` in kilocandelas, for light of the colour `rgb`.
    """

    name: str
    rgb: Rgb
    kcd: float
    cone_deg: float
    radius_m: float
    panel_m: tuple[float, float] | None
    position_m: Vector
    aim: Vector


@dataclass(frozen=True, eq=False)
class Place:
    """A whole place.

    Attributes:
        meshes: of the things that stay, each in its own frame (X ahead, Z up, origin in the middle of its bottom)
        sky: whether it lies under the open sky
        floods: whether the world's height 0 is that from which floods are measured: without it there are none
        creator, licence: of the file, "unknown" where it says nothing
        notes: what of the file could not be kept
    """

    fixed: tuple[Fixed, ...]
    marks: tuple[Mark, ...]
    regions: tuple[Region, ...]
    viewpoints: tuple[Viewpoint, ...]
    bulbs: tuple[Bulb, ...]
    meshes: tuple[Ready, ...]
    sky: bool
    creator: str
    licence: str
    notes: tuple[str, ...]
    floods: bool = False


def packed(told: dict[str, Any], meshes: Sequence[Ready], regions: Sequence[NDArray[np.float64]]) -> bytes:
    """The file of a place: `told` is what `Place` says beside its meshes and the triangles of its regions."""
    arrays: dict[str, NDArray[Any]] = {
        _JSON: np.frombuffer(json.dumps({**told, "meshes": len(meshes)}).encode(), np.uint8)
    }
    for number, mesh in enumerate(meshes):
        arrays |= {f"mesh {number} {name}": values for name, values in arrays_of(mesh).items()}
    arrays |= {f"region {number}": np.asarray(triangles, np.float64) for number, triangles in enumerate(regions)}
    buffer = BytesIO()
    np.savez(buffer, **arrays)  # type: ignore[arg-type, unused-ignore]
    return buffer.getvalue()


def told_of(
    fixed: Sequence[Fixed], marks: Sequence[Mark], viewpoints: Sequence[Viewpoint], bulbs: Sequence[Bulb], **rest: Any
) -> dict[str, Any]:
    """What `packed` is to be told, as JSON values; `rest` are the other fields of `Place`."""
    return rest | {
        "fixed": [asdict(item) for item in fixed],
        "marks": [asdict(item) for item in marks],
        "viewpoints": [asdict(item) for item in viewpoints],
        "bulbs": [asdict(item) for item in bulbs],
    }


def unpacked(data: bytes) -> Place | None:
    """The place that `packed` made a file of; None for other bytes."""
    try:
        with np.load(BytesIO(data), allow_pickle=False) as kept:
            arrays = {name: kept[name] for name in kept.files}
        told = json.loads(arrays[_JSON].tobytes())
        meshes = [ready_of(_under(arrays, f"mesh {number} ")) for number in range(int(told["meshes"]))]
        found = tuple(mesh for mesh in meshes if mesh is not None)
        if len(found) != len(meshes):
            return None
        return _place(told, found, arrays)
    except (*DAMAGED, TypeError):
        return None


def _under(arrays: Arrays, prefix: str) -> Arrays:
    return {name.removeprefix(prefix): values for name, values in arrays.items() if name.startswith(prefix)}


def _place(told: dict[str, Any], meshes: tuple[Ready, ...], arrays: Arrays) -> Place:
    regions = (
        Region(tuple(row["categories"]), row["where"], row["count"], arrays[f"region {number}"])
        for number, row in enumerate(told["regions"])
    )
    return Place(
        tuple(Fixed(**_tuples(row)) for row in told["fixed"]),
        tuple(Mark(**_tuples(row)) for row in told["marks"]),
        tuple(regions),
        tuple(Viewpoint(**_tuples(row)) for row in told["viewpoints"]),
        tuple(Bulb(**_tuples(row)) for row in told["bulbs"]),
        meshes,
        bool(told["sky"]),
        str(told["creator"]),
        str(told["licence"]),
        tuple(told["notes"]),
        bool(told.get("floods", False)),
    )


def _tuples(row: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
