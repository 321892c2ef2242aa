"""The land around a road outside towns: fields of many colours, level beside the road, with hills at the horizon."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from longtail.annotate.rounding import cos_sin
from longtail.scenes.geometry.materials import Grass, Material, Soil, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import polygon
from longtail.scenes.scenarios.street.outside.cross_section import Open

HORIZON_M = 1400.0
_STEP_M = 40.0
# Level as far as this from the road, and as hilly as it gets from there on.
_LEVEL_M, _HILLY_M = 90.0, 520.0
_FIELD_M = (110.0, 190.0)
# Meadow, pasture, winter wheat, ripe wheat, stubble, rape before it flowers, bare soil, wood seen from afar.
_CROPS: tuple[tuple[float, Material], ...] = (
    (0.26, Grass()),
    (0.18, Grass((0.115, 0.165, 0.045))),
    (0.16, Grass((0.06, 0.13, 0.035))),
    (0.12, Grass(srgb("#b39a5b"))),
    (0.1, Grass(srgb("#9d8a62"))),
    (0.08, Grass((0.075, 0.12, 0.05))),
    (0.1, Soil()),
)
_WOOD = Grass((0.025, 0.045, 0.018))
_HILL_M = (14.0, 45.0)
# Shares of the fields that are woods, on hills and below, none of them near the road.
_WOODED_HILLS, _WOODED, _WOODS_FROM_M = 0.55, 0.04, 150.0


class Land:
    """What of the land is a function of the place; the same for all pictures of a scene."""

    def __init__(self, road: Open) -> None:
        rng = np.random.default_rng([road.fields, 71])
        ends = road.start_m - 30.0, road.end_m + 30.0
        edges = [(side * (abs(road.edge_m(side)) + road.profile_m[-1][0])) for side in (-1, 1)]
        self.corridor = road.course.strip(*ends, *edges)
        self._line = shapely.LineString(road.course.at(np.linspace(*ends, 80), np.zeros(80)))
        self.level_m = road.profile_m[-1][1]
        self._hill_m = float(rng.uniform(*_HILL_M))
        self._turn = float(rng.uniform(0, np.pi))
        self._waves = rng.normal(0.0, 1.0, (5, 2)) * 2 * np.pi / rng.uniform(350, 900, (5, 1))
        self._phases = rng.uniform(0, 2 * np.pi, 5)
        self._seed = road.fields

    def heights_m(self, points_m: ArrayLike) -> NDArray[np.float64]:
        """Height (N,) of the fields and hills at world points (N, 2) that are beside the road's own ground."""
        points = np.asarray(points_m, dtype=np.float64)
        away = shapely.distance(shapely.points(points), self._line)
        share = np.clip((away - _LEVEL_M) / (_HILLY_M - _LEVEL_M), 0.0, 1.0)
        turns = (points[:, None, :] * self._waves).sum(axis=-1) + self._phases
        rolling = 0.5 + cos_sin(turns)[1].sum(axis=1) / 5
        return np.asarray(self.level_m + share * share * (3 - 2 * share) * self._hill_m * np.clip(rolling, 0.0, None))

    def _crops(self, points_m: NDArray[np.float64]) -> list[Material]:
        """What grows at world points (N, 2)."""
        cos, sin = (float(v) for v in cos_sin(self._turn))
        turned = np.column_stack([points_m @ (cos, sin), points_m @ (-sin, cos)])
        fields = np.floor(turned / _FIELD_M).astype(np.int64) + 1000
        wooded = self.heights_m(points_m) > 0.35 * self._hill_m
        far = shapely.distance(shapely.points(points_m), self._line) > _WOODS_FROM_M
        # Some thirteen squares of the land are of one field: its stream is begun once.
        sown = {field: self._sown(*field) for field in set(map(tuple, fields.tolist()))}
        found: list[Material] = []
        for field, high, away in zip(map(tuple, fields.tolist()), wooded.tolist(), far.tolist(), strict=True):
            luck, crop = sown[field]
            found.append(_WOOD if luck < (_WOODED_HILLS if high else _WOODED) and away else crop)
        return found

    def _sown(self, column: int, row: int) -> tuple[float, Material]:
        """What decides (0..1) whether a field is a wood, and what grows there where it is none."""
        rng = np.random.default_rng([self._seed, column, row])
        luck, shares = rng.random(), np.array([share for share, _ in _CROPS])
        return luck, _CROPS[int(rng.choice(len(_CROPS), p=shares / shares.sum()))][1]

    def mesh(self) -> Mesh:
        """Fields and hills out to the horizon, without the road's own ground."""
        middle = shapely.get_coordinates(self._line.interpolate(0.3, normalized=True))[0]
        steps = np.arange(-HORIZON_M, HORIZON_M + 1, _STEP_M)
        x, y = np.meshgrid(steps + middle[0], steps + middle[1], indexing="ij")
        points = np.stack([x, y], axis=-1)
        heights = self.heights_m(points.reshape(-1, 2)).reshape(x.shape)
        grid = np.concatenate([points, heights[..., None]], axis=-1)
        corners = np.stack([grid[:-1, :-1], grid[1:, :-1], grid[1:, 1:], grid[:-1, 1:]], axis=2).reshape(-1, 4, 3)
        centres = corners[:, :, :2].mean(axis=1)
        kept = np.hypot(*(centres - middle).T) < HORIZON_M
        corners, centres = corners[kept], centres[kept]
        squares = shapely.polygons(corners[:, :, :2])
        shapely.prepare(self.corridor)
        beside = shapely.intersects(self.corridor, squares)
        whole: dict[Material, list[NDArray[np.float64]]] = {}
        cut: dict[Material, list[shapely.Geometry]] = {}
        for material, square, points_m, meets in zip(self._crops(centres), squares, corners, beside, strict=True):
            if meets:
                cut.setdefault(material, []).append(square.difference(self.corridor))
            else:
                whole.setdefault(material, []).append(points_m)
        parts = [_quads(np.array(found), material) for material, found in whole.items()]
        parts += [polygon(shapely.union_all(shapes), self.level_m, material) for material, shapes in cut.items()]
        return join(parts)


def _quads(corners_m: NDArray[np.float64], material: Material) -> Mesh:
    """Squares (N, 4, 3) as triangles."""
    first = 4 * np.arange(len(corners_m))[:, None]
    faces = np.concatenate([first + (0, 1, 2), first + (0, 2, 3)])
    points = corners_m.reshape(-1, 3)
    return Mesh.of(points, faces, material, uv=points[:, :2])
