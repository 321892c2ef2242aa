"""A mesh with the images that its materials name and the joints of whose body it is, as arrays that a file can keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.labels.joints import Joints
from longtail.scenes.geometry.edges import Edges
from longtail.scenes.geometry.mesh import Mesh
from longtail.scenes.geometry.spelled import read_spelled, spelled
from longtail.scenes.kept.arrays import Arrays


@dataclass(frozen=True, eq=False)
class Ready:
    """A mesh, the image files that its materials name, and what is known of it.

    That is a person's `joints` in its frame, and how far an antenna reaches over a vehicle's body (`geometry.antenna`),
    None where nobody has looked.

    Where `edges` are there, faces on both sides of a sharp edge share no corners: it is to be set as it is.
    """

    mesh: Mesh
    images: Mapping[str, bytes] = field(default_factory=dict)
    edges: Edges | None = None
    joints: Joints = ()
    antenna_m: float | None = None


def arrays_of(made: Ready) -> Arrays:
    """The arrays that `ready_of` reads; TypeError, ValueError or KeyError where its materials cannot be spelled."""
    mesh = made.mesh
    text = spelled(mesh.materials)
    # A material's own text is what names it in Blender.
    if repr(read_spelled(text)) != repr(mesh.materials):
        raise ValueError("expected materials that are the same when they are read again, got others")
    beside: dict[str, NDArray[Any]] = {} if mesh.uv is None else {"uv": np.asarray(mesh.uv, np.float32)}
    if made.edges is not None:
        beside |= {"edges": made.edges.vertices, "corner_edges": made.edges.of_corners}
    if made.joints:
        beside["joints"] = np.array(made.joints, np.float64)
    if made.antenna_m is not None:
        beside["antenna_m"] = np.array([made.antenna_m])
    return {
        "vertices_m": np.asarray(mesh.vertices_m, np.float32),
        "triangles": np.asarray(mesh.triangles, np.int32),
        "slots": np.asarray(mesh.slots, np.int32),
        "smooth": np.asarray(mesh.smooth, np.bool_),
        "materials": np.frombuffer(text.encode(), np.uint8),
        "images": np.frombuffer("\n".join(made.images).encode(), np.uint8),
        **{f"image {number}": np.frombuffer(data, np.uint8) for number, data in enumerate(made.images.values())},
        **beside,
    }


def ready_of(kept: Arrays) -> Ready | None:
    """The model that arrays tell; None where they tell none: somebody else has written them."""
    try:
        materials = read_spelled(kept["materials"].tobytes().decode())
        mesh = Mesh(
            kept["vertices_m"], kept["triangles"], kept["slots"], materials, kept["smooth"], kept.get("uv")
        )  # fmt: skip
        names = kept["images"].tobytes().decode().split("\n")
        images = {name: kept[f"image {number}"].tobytes() for number, name in enumerate(filter(None, names))}
        edges = Edges(kept["edges"], kept["corner_edges"]) if "edges" in kept else None
        joints = _joints(kept["joints"]) if "joints" in kept else ()
        antenna_m = _antenna_m(kept["antenna_m"]) if "antenna_m" in kept else None
    except (KeyError, TypeError, ValueError):
        return None
    return Ready(mesh, images, edges, joints, antenna_m) if _is_sound(mesh, edges) else None


def _joints(kept: NDArray[Any]) -> Joints:
    """Joints as they were, to the last bit; ValueError where these are none."""
    if kept.dtype != np.float64 or kept.ndim != 2 or kept.shape[1] != 4 or not np.isfinite(kept).all():
        raise ValueError(f"expected joints as (J, 4) finite float64, got {kept.dtype} {kept.shape}")
    return tuple((x, y, z, reach) for x, y, z, reach in kept.tolist())


def _antenna_m(kept: NDArray[Any]) -> float:
    """A height as it was; ValueError where this is none."""
    if kept.dtype != np.float64 or kept.shape != (1,) or not 0.0 <= kept[0] < np.inf:
        raise ValueError(f"expected the height of an antenna as one float64, got {kept.dtype} {kept.shape}")
    return float(kept[0])


def _is_sound(mesh: Mesh, edges: Edges | None) -> bool:
    """Whether Blender can be given it: it believes what corners and slots say."""
    faces = len(mesh.triangles)
    shapes = {
        "vertices_m": (mesh.vertices_m, np.float32, (len(mesh.vertices_m), 3)),
        "triangles": (mesh.triangles, np.int32, (faces, 3)),
        "slots": (mesh.slots, np.int32, (faces,)),
        "smooth": (mesh.smooth, np.bool_, (faces,)),
        **({} if mesh.uv is None else {"uv": (mesh.uv, np.float32, (faces, 3, 2))}),
    }
    if edges is not None:
        shapes["edges"] = edges.vertices, np.int32, (len(edges.vertices), 2)
        shapes["corner_edges"] = edges.of_corners, np.int32, (faces, 3)
    return (
        faces > 0
        and all(values.dtype == dtype and values.shape == shape for values, dtype, shape in shapes.values())
        and _are_below(mesh.triangles, len(mesh.vertices_m))
        and _are_below(mesh.slots, len(mesh.materials))
        and (edges is None or _are_there(mesh, edges))
    )


def _are_there(mesh: Mesh, edges: Edges) -> bool:
    """Whether all that edges and corners refer to is there."""
    ends = edges.vertices
    return len(ends) > 0 and _are_below(ends, len(mesh.vertices_m)) and _are_below(edges.of_corners, len(ends))


def _are_below(places: NDArray[np.int32], count: int) -> bool:
    """Whether all places are 0 or more and below `count`, in one look: without their signs negative ones are huge."""
    return int(places.view(np.uint32).max()) < count
