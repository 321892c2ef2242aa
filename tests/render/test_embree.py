"""Rays at triangles and at meshes in their places, against what is known on paper and against plain arithmetic."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from longtail.annotate.camera.transform import Matrix
from longtail.annotate.errors import RenderError
from longtail.render.view import embree
from longtail.render.view.embree import NOTHING, Stand, Tree

Array = NDArray[np.float32]

CORNER = Tree(np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], np.float32), np.array([[0, 1, 2]], np.int32))


def downwards(*places: tuple[float, float]) -> tuple[Array, Array, Array]:
    """Rays from 2 m above places, half as long as the way to z = 0."""
    origins = np.array([(x, y, 2.0) for x, y in places], np.float32)
    return origins, np.tile(np.array([[0, 0, -1]], np.float32), (len(places), 1)), np.zeros(len(places), np.float32)


def placed(x: float, z: float, size: float = 1.0) -> Matrix:
    matrix = np.diag([size, size, size, 1.0])
    matrix[:3, 3] = x, 0.0, z
    return matrix


def test_where_a_triangle_is_met() -> None:
    struck = CORNER.struck(*downwards((0.25, 0.5), (0.75, 0.5), (0.5, 0.25)))
    assert struck.away == pytest.approx([2.0, NOTHING, 2.0], rel=1e-6)
    assert struck.triangles.tolist() == [0, -1, 0]
    assert struck.u == pytest.approx([0.25, 0.0, 0.5], abs=1e-6)
    assert struck.v[[0, 2]] == pytest.approx([0.5, 0.25], abs=1e-6)
    assert struck.facing[:, 0] == pytest.approx([0.0, 0.0, 1.0])


@pytest.mark.parametrize("count", [0, 1, 15, 16, 17, 8192, 8193])
def test_any_number_of_rays(count: int) -> None:
    at = np.linspace(0.0, 0.9, count)
    struck = CORNER.struck(*downwards(*((x, 0.05) for x in at.tolist()))) if count else CORNER.struck(*_none())
    assert len(struck.away) == len(struck.places) == count
    assert struck.u == pytest.approx(at, abs=1e-6)


def _none() -> tuple[Array, Array, Array]:
    return np.empty((0, 3), np.float32), np.empty((0, 3), np.float32), np.empty(0, np.float32)


def test_the_nearest_of_several_places_from_where_a_ray_begins() -> None:
    stand = Stand([(CORNER, placed(0, 0)), (CORNER, placed(0, 1)), (CORNER, placed(10, 0, 0.5))])
    origins, along, begun = downwards((0.25, 0.25), (10.3, 0.1), (20.0, 0.0))
    struck = stand.struck(origins, along, begun)
    assert struck.places.tolist() == [1, 2, -1]
    assert struck.away == pytest.approx([1.0, 2.0, NOTHING], rel=1e-6)
    # Shares and facing are of the mesh, however large it stands.
    assert (struck.u[1], struck.v[1]) == pytest.approx((0.6, 0.2), abs=1e-5)
    behind = stand.struck(origins, along, np.array([1.5, 0.0, 0.0], np.float32))
    assert behind.places.tolist() == [0, 2, -1]
    assert Stand([]).struck(origins, along, begun).places.tolist() == [-1, -1, -1]


@settings(max_examples=50)
@given(st.integers(0, 2**32 - 1))
def test_a_heap_of_triangles_is_met_as_arithmetic_has_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    corners = rng.uniform(-1, 1, (12, 3, 3)).astype(np.float32)
    tree = Tree(corners.reshape(-1, 3), np.arange(36, dtype=np.int32).reshape(-1, 3))
    origins = rng.uniform(-3, 3, (20, 3)).astype(np.float32)
    along = (rng.uniform(-1, 1, (20, 3)) - origins).astype(np.float32)
    away, inside = _moeller_trumbore(origins, along, corners)
    struck = tree.struck(origins, along, np.zeros(20, np.float32))
    first = np.where(inside > 0, away, np.inf).min(axis=1)
    # Where a ray passes an edge by less than single precision can tell, either answer will do.
    clear = (np.abs(inside) > 1e-4).all(axis=1)
    met = struck.triangles >= 0
    np.testing.assert_array_equal(met[clear], np.isfinite(first)[clear])
    both = clear & met
    np.testing.assert_allclose(struck.away[both], first[both], rtol=2e-4, atol=1e-5)


def _moeller_trumbore(origins: Array, along: Array, corners: Array) -> tuple[Matrix, Matrix]:
    """How many rays (N, 3) far each plane (F, 3, 3) is, and by how much the ray is within its triangle and before its
    beginning (N, F); in double precision (Moeller and Trumbore, Journal of Graphics Tools 2, 1997)."""
    a, b, c = (corners[None, :, number].astype(np.float64) for number in range(3))
    direction, begun = along[:, None].astype(np.float64), origins[:, None].astype(np.float64)
    across = np.cross(direction, c - a)
    det = (across * (b - a)).sum(axis=-1)
    u = ((begun - a) * across).sum(axis=-1) / det
    other = np.cross(begun - a, b - a)
    v = (direction * other).sum(axis=-1) / det
    away = ((c - a) * other).sum(axis=-1) / det
    return away, np.minimum(np.minimum(u, v), np.minimum(1 - u - v, away))


def test_blender_keeps_its_threads() -> None:
    """What allows TBB how many threads is one for the process, and Blender's as well."""
    program = (
        "import ctypes; from longtail.render.view import embree; import numpy as np\n"
        "tbb = ctypes.CDLL(str(embree.folder() / 'libtbb.so.12'))\n"
        "allowed = tbb._ZN3tbb6detail2r127global_control_active_valueEi\n"
        "allowed.restype, before = ctypes.c_size_t, allowed(0)\n"
        "tree = embree.Tree(np.eye(3, dtype=np.float32), np.array([[0, 1, 2]], np.int32))\n"
        "print(before, allowed(0))\n"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert said[0] == said[1]


def test_a_package_without_the_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embree, "LIBRARY", "libembree9.so")
    with pytest.raises(RenderError, match=r"expected Embree's libembree9\.so among the libraries of .* bpy"):
        embree._library.__wrapped__()
