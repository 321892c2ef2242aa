"""A tunnel that the street runs through: where it lies, what it keeps out, and its walls, lamps and hill as meshes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from longtail.distributions import Choice
from longtail.scenes.assets.asset import Lamp
from longtail.scenes.atmosphere.light import Light
from longtail.scenes.geometry.materials import Grass, LampGlass, Material, Principled, Stone
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, loft, polygon
from longtail.scenes.lamps import kinds
from longtail.scenes.scenarios.street.road import KERB_HEIGHT_M, KERB_WIDTH_M, Course, Junction, Road, Side, Tunnel
from longtail.scenes.scenarios.street.site import Rng, Site
from longtail.scenes.space.parameters import Parameter, Rule
from longtail.scenes.weather.combinations import having

_WALKWAY_M = 1.1
# Clear height over the road: 4.5 m and room for lamps and signs (RABT 2006: 4.5 m).
_HEIGHT_M, _SPRING_M, _CHAMFER_M = 5.3, 4.3, 0.9
_PANEL_TOP_M = 3.0
_COLLAR_M = 0.55
_HALF_WIDTH_M = 56.0
_LAMP_SPACING_M = 10.0
_SIGN_SPACING_M = 25.0
_NIGHT = 0.25
# The colour of the lamps' light; also what the emergency signs are lit with, far more dimly.
_WHITE, _GREEN = (1.0, 0.88, 0.7), (0.003, 0.05, 0.017)

Points = NDArray[np.float64]

PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "road.tunnel",
        Choice({False: 0.97, True: 0.03}),
        "",
        None,
        None,
        "whether the street runs through a tunnel",
        choices=(True, False),
    ),
)
RULES: tuple[Rule, ...] = (
    Rule(
        "road.tunnel",
        when=having(lambda kind: kind.needs_open_sky),
        choices=(False,),
        because="what falls from the sky or lies on the ground would end at the portal",
    ),
)


def draw_tunnel(
    values: Mapping[str, Any],
    rng: Rng,
    junction: Junction | None,
    crossings_m: Sequence[float],
) -> Tunnel | None:
    """Just ahead of the camera or around it, and clear of the junction and the crossings; None where none is drawn."""
    inside, ahead, length = bool(rng.random() < 0.5), float(rng.uniform(14, 40)), float(rng.uniform(45, 110))
    if not values["road.tunnel"]:
        return None
    spans = [(s - 3.0, s + 3.0) for s in crossings_m]
    if junction is not None:
        half = junction.lanes * values["road.lane_width_m"] / 2 + 12.0
        spans.append((junction.s_m - half, junction.s_m + half))
    first, last = min((low for low, _ in spans), default=np.inf), max((high for _, high in spans), default=-np.inf)
    if not spans:
        start = -0.4 * length if inside else ahead
        return Tunnel(max(start, -40.0), start + length)
    if first - 10 > 12:
        return Tunnel(-40.0, float(first) - 10)
    return Tunnel(float(last) + 8, float(last) + 8 + min(length, 70))


def reserve_tunnel(site: Site) -> None:
    """Keep everything but traffic out of the tunnel and off its hill."""
    street, tunnel = site.street, site.street.tunnel
    if tunnel is None:
        return
    low, high = tunnel.s0_m - 1.5, tunnel.s1_m + 1.5
    site.road_reserve.append(street.course.strip(low, high, -_HALF_WIDTH_M, _HALF_WIDTH_M))
    sides: tuple[Side, ...] = (-1, 1)
    for side in sides:
        # No bays lie in it, so its kerb is the road's edge.
        near, far = street.edge_m(side) + side * 0.05, side * _HALF_WIDTH_M
        site.occupied.add(street.course.strip(low, high, min(near, far), max(near, far)))


def tunnel_meshes(street: Road) -> dict[str, Mesh]:
    """Meshes in world metres by category: "tunnel" (lining, portals, lamps, signs) and "terrain" (the hill above)."""
    tunnel = street.tunnel
    if tunnel is None:
        return {}
    course = street.course
    stations = np.linspace(tunnel.s0_m - 0.5, tunnel.s1_m + 0.5, max(2, int((tunnel.s1_m - tunnel.s0_m) / 3) + 2))
    outline = _outline(street)
    concrete = Stone((0.34, 0.33, 0.31))
    panels = Principled((0.62, 0.63, 0.6), roughness=0.35, mottle=0.35)
    low, high = outline[0, 0], outline[-1, 0]
    lining = [
        _along(course, stations, np.array([(low, 0.0), (low, _PANEL_TOP_M)]), panels),
        _along(course, stations, np.array([(high, _PANEL_TOP_M), (high, 0.0)]), panels),
        _along(course, stations, outline[1:-1], concrete),
    ]
    for end, outwards in ((tunnel.s0_m, -1), (tunnel.s1_m, 1)):
        lining += _portal(course, end, outwards, outline)
    lining += [_furnished(street, tunnel)]
    return {"tunnel": join(lining), "terrain": _hill(course, tunnel)}


def tunnel_lamps(street: Road) -> tuple[Lamp, ...]:
    """The luminaires under the ceiling, in world metres: two rows, every 10 m."""
    tunnel = street.tunnel
    if tunnel is None:
        return ()
    lamps = []
    for s, t in _lamp_places(street, tunnel):
        x, y = (float(v) for v in street.course.at(s, t))
        lamps.append(Lamp(kinds.TUNNEL, (x, y, _HEIGHT_M - 0.16), (0.0, 0.0, -1.0)))
    return tuple(lamps)


def lit_share(light: Light) -> float:
    """How far its lamps burn: in full by day, dimmed in the dark, a tenth of that by the emergency supply."""
    if light.blackout:
        return 0.1 * _NIGHT
    return _NIGHT if light.street_lamps_on else 1.0


def _lamp_places(street: Road, tunnel: Tunnel) -> list[tuple[float, float]]:
    outline = _outline(street)
    low, high = outline[0, 0], outline[-1, 0]
    rows = (low + 0.27 * (high - low), high - 0.27 * (high - low))
    return [
        (float(s), float(t)) for s in np.arange(tunnel.s0_m + 4.0, tunnel.s1_m - 3.0, _LAMP_SPACING_M) for t in rows
    ]


def _outline(street: Road) -> Points:
    """The cross-section's (t, z) from the foot of the right wall over the ceiling to the foot of the left one."""
    low = street.kerb_m(-1) - KERB_WIDTH_M - _WALKWAY_M
    high = street.kerb_m(1) + KERB_WIDTH_M + _WALKWAY_M
    return np.array(
        [
            (low, 0.0),
            (low, _PANEL_TOP_M),
            (low, _SPRING_M),
            (low + _CHAMFER_M, _HEIGHT_M),
            (high - _CHAMFER_M, _HEIGHT_M),
            (high, _SPRING_M),
            (high, _PANEL_TOP_M),
            (high, 0.0),
        ]
    )


def _placed(course: Course, s: float, section: Points) -> Points:
    """Points (N, 3) in the world of a cross-section (N, 2) of (t, z) at station `s`."""
    return np.column_stack([course.at(np.full(len(section), s), section[:, 0]), section[:, 1]])


def _along(course: Course, stations: Points, section: Points, material: Material) -> Mesh:
    rings = np.stack([_placed(course, float(s), section) for s in stations])
    return loft(rings, material, closed=False, smooth=False)


def _portal(course: Course, end_m: float, outwards: int, outline: Points) -> list[Mesh]:
    """The retaining wall across the hill's end, and a collar around the opening."""
    stone = Stone((0.4, 0.38, 0.35))
    middle = (outline[0, 0] + outline[-1, 0]) / 2
    outer = np.column_stack(
        [outline[:, 0] + np.sign(outline[:, 0] - middle) * _COLLAR_M, outline[:, 1] + _COLLAR_M * (outline[:, 1] > 4)]
    )
    t = np.linspace(-_HALF_WIDTH_M, _HALF_WIDTH_M, 41)
    top = np.column_stack([t, _hill_height(t) + 0.8])
    face = shapely.Polygon([*top, (_HALF_WIDTH_M, 0.0), (-_HALF_WIDTH_M, 0.0)]).difference(shapely.Polygon(outline))
    frame = shapely.Polygon(outer).difference(shapely.Polygon(outline))
    coping = np.array([top, top + (0.0, 0.18)])
    front = end_m + outwards * 0.5
    parts = [_upright(course, end_m, face, stone), _upright(course, front, frame, Stone())]
    parts.append(_along(course, np.array([end_m, front]), outer, Stone()))
    cap = np.stack([_placed(course, end_m + outwards * d, section) for d in (0.12, -0.3) for section in coping])
    # Up the front, over the top, down the back.
    parts.append(loft(cap[[0, 1, 3, 2]], Stone((0.45, 0.44, 0.42)), closed=False, smooth=False))
    return parts


def _upright(course: Course, s: float, shape: shapely.Geometry, material: Material) -> Mesh:
    """A polygon in (t, z) standing across the street at station `s`."""
    flat = polygon(shape, 0.0, material)
    vertices = _placed(course, s, np.asarray(flat.vertices_m[:, :2], dtype=np.float64))
    return Mesh.of(vertices, flat.triangles, material, uv=flat.vertices_m[:, :2])


def _hill_height(t: Points) -> Points:
    return np.asarray(KERB_HEIGHT_M + 7.0 * (1 - (np.abs(t) / _HALF_WIDTH_M) ** 6))


def _hill(course: Course, tunnel: Tunnel) -> Mesh:
    stations = np.linspace(tunnel.s0_m, tunnel.s1_m, 13)
    t = np.linspace(-_HALF_WIDTH_M, _HALF_WIDTH_M, 29)
    rings = []
    for share, s in zip(np.linspace(0, 1, 13), stations, strict=True):
        rise = 3.0 * np.sin(np.pi * share) * (1 - (np.abs(t) / _HALF_WIDTH_M) ** 2)
        rings.append(_placed(course, float(s), np.column_stack([t, _hill_height(t) + rise])))
    return loft(np.array(rings), Grass(), closed=False)


def _furnished(street: Road, tunnel: Tunnel) -> Mesh:
    """Luminaires below the ceiling and lit emergency signs on the walls."""
    course, parts = street.course, []
    glass = LampGlass(kinds.TUNNEL, _WHITE, (0.7, 0.7, 0.66), part="")
    sign = LampGlass(kinds.EMERGENCY, _GREEN, (0.02, 0.25, 0.1), part="")
    housing = Principled((0.3, 0.3, 0.3), roughness=0.5, metallic=0.8)
    for s, t in _lamp_places(street, tunnel):
        x, y = (float(v) for v in course.at(s, t))
        turn = float(course.heading_at(s))
        parts.append(box((1.3, 0.3, 0.1), housing).rotated(2, turn).moved(x, y, _HEIGHT_M - 0.05))
        parts.append(box((1.2, 0.22, 0.02), glass).rotated(2, turn).moved(x, y, _HEIGHT_M - 0.11))
    outline = _outline(street)
    for number, s in enumerate(np.arange(tunnel.s0_m + 8.0, tunnel.s1_m - 4.0, _SIGN_SPACING_M)):
        side = 1 if number % 2 else -1
        t = outline[-1, 0] - 0.03 if side == 1 else outline[0, 0] + 0.03
        x, y = (float(v) for v in course.at(s, t))
        parts.append(box((0.8, 0.05, 0.4), sign).rotated(2, float(course.heading_at(s))).moved(x, y, 2.3))
    return join(parts)
