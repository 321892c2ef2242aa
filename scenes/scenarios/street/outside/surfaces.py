"""A road outside towns as meshes: carriageways, verges, markings, rails, barriers and the land around them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

import numpy as np
import shapely

from longtail.annotate.labels.lanes import Line
from longtail.scenes.geometry.materials import Asphalt, Grass, Material, RoadPaint, Soil, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import loft, polygon
from longtail.scenes.geometry.surface import Surface
from longtail.scenes.scenarios.street.outside.cross_section import BROAD_M, MEDIAN_RAIL_M, RAIL_M, WALL_M, WIDE_M, Open
from longtail.scenes.scenarios.street.outside.land import Land
from longtail.scenes.scenarios.street.outside.rails import guard_rail, noise_barrier
from longtail.scenes.scenarios.street.painting import painted
from longtail.scenes.scenarios.street.road import MARKING_HEIGHT_M, Course, Side

_SIDES: tuple[Side, ...] = (-1, 1)
_STEP_M = 5.0
_GRAVEL = Soil(srgb("#756d60"))
# Dashes and gaps after RMS 1 (Germany): 4 m and 8 m on rural roads, 6 m and 12 m on motorways.
_DASHES_M = {"rural": (4.0, 8.0), "motorway": (6.0, 12.0)}
_SOLID_M = 10.0


def surfaces(road: Open) -> tuple[Surface, ...]:
    """The whole ground of `road`; pieces meet at edges or lie at least 4 mm apart."""
    land = Land(road)
    paved = polygon(road.areas().carriageway, 0.0, Asphalt(age=road.asphalt_age))
    paint = RoadPaint(rgb=srgb("#e8e6df"), wear=road.marking_wear)
    pieces = [
        Surface("road", "road", paved),
        Surface("verges", "terrain", join(list(_verges(road)))),
        Surface("land", "terrain", land.mesh()),
        Surface(
            "lane markings",
            "lane marking",
            painted([s for line in road.paint() for s in _strips(road, line)], MARKING_HEIGHT_M, paint),
            painted_on="road",
        ),
    ]
    if rails := list(_rails(road)):
        pieces.append(Surface("guard rails", "guard rail", join(rails)))
    if road.noise_walls:
        ends = road.start_m, road.end_m
        walls = [
            noise_barrier(road.course, *ends, road.edge_m(side) + side * WALL_M, 3.2 + 0.25 * (road.fields % 6),
                          road.fields)
            for side in road.noise_walls
        ]  # fmt: skip
        pieces.append(Surface("noise barriers", "wall", join(walls)))
    return tuple(pieces)


def _verges(road: Open) -> Iterator[Mesh]:
    """The ground between what is paved and the fields: gravel first, then grass; and a motorway's median."""
    for side in _SIDES:
        edge, profile = road.edge_m(side), road.profile_m
        yield _band(road, [(edge + side * d, z) for d, z in profile[:2]], side, _GRAVEL)
        yield _band(road, [(edge + side * d, z) for d, z in profile[1:]], side, Grass((0.085, 0.13, 0.04)))
    if road.median_m:
        half = road.median_m / 2
        yield _band(road, [(-half, -0.02), (0.0, 0.06), (half, -0.02)], 1, Grass((0.1, 0.14, 0.045)))


def _band(road: Open, section: list[tuple[float, float]], side: Side, material: Material) -> Mesh:
    """A strip of ground along the road, from points (t, z) from inside to outside."""
    line = np.array(section if side == 1 else section[::-1])
    ends = road.start_m - 30.0, road.end_m + 30.0
    stations = np.linspace(*ends, int((ends[1] - ends[0]) / _STEP_M) + 2)
    rings = np.stack(
        [np.column_stack([road.course.at(np.full(len(line), s), line[:, 0]), line[:, 1]]) for s in stations]
    )
    return loft(rings, material, closed=False, smooth=True)


def _strips(road: Open, line: Line) -> Iterator[shapely.Polygon]:
    """The paint of a line; of a solid one in pieces."""
    course = Course(**asdict(line.course))
    broad = road.sort == "motorway" and line.kind == "edge line"
    half = (BROAD_M if broad else WIDE_M) / 2
    dash, gap = _DASHES_M[road.sort] if line.style == "dashed" else (_SOLID_M, 0.0)
    s = np.arange(line.start_m, line.end_m - 0.2, dash + gap)
    yield from course.strips(s, np.minimum(s + dash, line.end_m), line.offset_m - half, line.offset_m + half)


def _rails(road: Open) -> Iterator[Mesh]:
    ends = road.start_m, road.end_m
    for side in road.rails:
        t = road.edge_m(side) + side * RAIL_M
        yield guard_rail(road.course, *ends, t, -1 if side == 1 else 1, -0.05)
    if road.median_m:
        for side in _SIDES:
            yield guard_rail(road.course, *ends, side * (road.median_m / 2 - MEDIAN_RAIL_M), side)
