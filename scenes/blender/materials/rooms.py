"""What lies behind the panes of buildings: rooms, shops and halls that no mesh has.

A ray is followed through the pane into a box with a back wall, sides, floor and ceiling ("interior mapping", J. van
Dongen, "Interior Mapping", Computer Graphics International 2008), whose size, colours, things and light are drawn for
each window by a hash of its number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import partial
from typing import Any

from longtail.scenes.blender.nodes import Graph, Socket, Value, shared_group
from longtail.scenes.geometry.materials import WindowPane


@dataclass(frozen=True)
class _Box:
    """Metres of a typical room: its pane, what floor and ceiling are below and above the pane, its depth."""

    wide_m: float
    high_m: float
    floor_m: float
    ceiling_m: float
    deep_m: float


# Our estimates. The mesh does not say how large a pane is: another one shows a room that is a little stretched.
_HOME = _Box(1.15, 1.45, 0.85, 0.35, 3.8)
_OFFICE = _Box(1.6, 1.9, 0.5, 0.5, 5.5)
_SHOP = _Box(1.85, 2.35, 0.45, 0.45, 5.0)
_LAMP_SIZE_M, _PANEL_SHARE = 0.24, 0.16
# Of the luminance of a lit window (`ShaderInputs.window`): walls near the lamp, and its glass.
_LAMP_GLOW = 9.0
# What of the inputs of parts is a colour; all others are numbers.
_COLOURS = ("Paint", "RGB", "Glow")


@dataclass(frozen=True)
class Hashes:
    """Numbers in 0..1 that differ from window to window."""

    light: Value
    drape: Value
    blind: Value
    wall: Value
    tone: Value
    thing: Value


@dataclass(frozen=True)
class Inside:
    """What a pane shows. `rgb` is what daylight through the pane finds, `glow` (a colour) what its lamps make of it."""

    rgb: Socket
    glow: Socket


@dataclass(frozen=True)
class _Ray:
    """Where a ray goes through a pane and on: metres from the pane's middle, and what a metre of depth adds to both."""

    x_m: Socket
    z_m: Socket
    aside: Socket
    rise: Socket

    def at(self, graph: Graph, depth_m: Value) -> tuple[Socket, Socket]:
        """(x, z) at a depth."""
        return (
            graph.math("ADD", self.x_m, graph.math("MULTIPLY", self.aside, depth_m)),
            graph.math("ADD", self.z_m, graph.math("MULTIPLY", self.rise, depth_m)),
        )


def _part(graph: Graph, name: str, build: Callable[..., Mapping[str, Socket]], given: Mapping[str, Value]) -> Any:
    """The outputs of a group of its own, by name, that `build` makes of what is `given` in that order.

    Blender goes through a whole tree at each node, link and constant that it is given: three kinds of panes take half
    the time in parts, of which they share some.
    """
    carried = {label: "Color" if label in _COLOURS else "Float" for label in given}
    group = shared_group(f"longtail {name}", build, carried)
    return graph.node("ShaderNodeGroup", {"node_tree": group}, **given).outputs


def inside(value: WindowPane, graph: Graph, across: Socket, up: Socket, drawn: Hashes) -> Inside:
    """What is seen through a pane at (`across`, `up`): shares of its width and height, of which shops count on."""
    box = _SHOP if value.shop else _HOME if value.curtains else _OFFICE
    ray = _through(graph, box, across, up)
    if value.shop:
        return _shop(graph, box, ray, drawn)
    seen = _room(graph, box, ray, drawn, office=not value.curtains)
    given = {"RGB": seen.rgb, "Glow": seen.glow, "Across": across, "Up": up} | _labelled(drawn)
    found = _part(graph, "behind curtains", _draped, given) if value.curtains else _part(graph, "slats", _slats, given)
    return Inside(found["RGB"], found["Glow"])


def _labelled(drawn: Hashes) -> dict[str, Value]:
    """The numbers as inputs of a part, in their order."""
    return {field.name.capitalize(): getattr(drawn, field.name) for field in fields(drawn)}


def _through(graph: Graph, box: _Box, across: Socket, up: Socket) -> _Ray:
    given = {"Across": across, "Up": up, "Wide": box.wide_m, "High": box.high_m}
    found = _part(graph, "ray through a pane", _ray_through, given)
    return _Ray(found["X"], found["Z"], found["Aside"], found["Rise"])


def _ray_through(graph: Graph, across: Socket, up: Socket, wide_m: Socket, high_m: Socket) -> dict[str, Socket]:
    there = graph.given("ShaderNodeNewGeometry")
    normal, incoming = there.outputs["Normal"], there.outputs["Incoming"]
    right = graph.vector("NORMALIZE", graph.vector("CROSS_PRODUCT", (0.0, 0.0, 1.0), normal))
    inwards = graph.math("MAXIMUM", graph.vector("DOT_PRODUCT", incoming, normal), 0.04)
    aside = graph.math("DIVIDE", graph.vector("DOT_PRODUCT", incoming, right), inwards)
    rise = graph.math("DIVIDE", graph.split(incoming)[2], inwards)
    return {
        "X": graph.math("MULTIPLY", graph.math("SUBTRACT", across, 0.5), wide_m),
        "Z": graph.math("MULTIPLY", graph.math("SUBTRACT", up, 0.5), high_m),
        "Aside": graph.math("MULTIPLY", aside, -1.0),
        "Rise": graph.math("MULTIPLY", rise, -1.0),
    }


@dataclass(frozen=True)
class _Met:
    """What a ray meets in a box: where (x, height over the floor, depth); 1 where it is the ceiling, floor or back."""

    x_m: Socket
    over_m: Socket
    depth_m: Socket
    on_ceiling: Socket
    on_floor: Socket
    on_back: Socket


def _met(graph: Graph, box: _Box, ray: _Ray, half_m: Value) -> _Met:
    given = {"X": ray.x_m, "Z": ray.z_m, "Aside": ray.aside, "Rise": ray.rise, "Half": half_m}
    found = _part(graph, f"met in a room {box.high_m} m high, {box.deep_m} m deep", partial(_met_in, box), given)
    return _Met(*(found[label] for label in ("X", "Over", "Depth", "On Ceiling", "On Floor", "On Back")))


def _met_in(
    box: _Box, graph: Graph, x_m: Socket, z_m: Socket, aside: Socket, rise: Socket, half_m: Socket
) -> dict[str, Socket]:
    ray = _Ray(x_m, z_m, aside, rise)
    low, high = -box.high_m / 2 - box.floor_m, box.high_m / 2 + box.ceiling_m
    sideways = graph.math("MAXIMUM", graph.math("ABSOLUTE", ray.aside), 0.001)
    towards = graph.math("MULTIPLY", ray.x_m, graph.math("SIGN", ray.aside))
    to_side = graph.math("DIVIDE", graph.math("SUBTRACT", half_m, towards), sideways)
    rises = graph.math("GREATER_THAN", ray.rise, 0.0)
    room = graph.lerp(rises, graph.math("SUBTRACT", ray.z_m, low), graph.math("SUBTRACT", high, ray.z_m))
    to_level = graph.math("DIVIDE", room, graph.math("MAXIMUM", graph.math("ABSOLUTE", ray.rise), 0.001))
    depth = graph.math("MINIMUM", graph.math("MINIMUM", to_side, to_level), box.deep_m)
    x, z = ray.at(graph, depth)
    level = graph.math("LESS_THAN", to_level, graph.math("ADD", depth, 0.001))
    on_ceiling = graph.math("MULTIPLY", level, rises)
    on_back = graph.math("GREATER_THAN", depth, box.deep_m - 0.001)
    return {
        "X": x,
        "Over": graph.math("SUBTRACT", z, low),
        "Depth": depth,
        "On Ceiling": on_ceiling,
        "On Floor": graph.math("SUBTRACT", level, on_ceiling),
        "On Back": on_back,
    }


def _chances(graph: Graph, *cell: Value) -> tuple[Socket, Socket, Socket]:
    """Three numbers in 0..1 for a cell."""
    noise = graph.node("ShaderNodeTexWhiteNoise", {"noise_dimensions": "3D"}, Vector=graph.combine(*cell))
    return graph.split(noise.outputs["Color"])


def _pastel(graph: Graph, tone: Value) -> Socket:
    """A wall's colour."""
    cold = graph.mix(graph.step(tone, 0.0, 0.5), (0.62, 0.58, 0.5), (0.5, 0.55, 0.56))
    return graph.mix(graph.step(tone, 0.6, 1.0), cold, (0.68, 0.5, 0.36))


def _lit(graph: Graph, met: _Met, box: _Box, lamp_depth_m: float) -> Socket:
    """How much light of a lamp under the middle of the ceiling comes to a point, 1 close by."""
    height = box.high_m + box.floor_m + box.ceiling_m - 0.4
    away = graph.combine(
        met.x_m, graph.math("SUBTRACT", met.over_m, height), graph.math("SUBTRACT", met.depth_m, lamp_depth_m)
    )
    squared = graph.vector("DOT_PRODUCT", away, away)
    return graph.math("DIVIDE", 1.0, graph.math("ADD", 0.8, graph.math("MULTIPLY", squared, 0.22)))


def _room(graph: Graph, box: _Box, ray: _Ray, drawn: Hashes, *, office: bool) -> Inside:
    half: Value = 40.0 if office else graph.lerp(drawn.wall, 1.1, 2.3)
    met = _met(graph, box, ray, half)
    along = graph.lerp(met.on_back, met.depth_m, met.x_m)
    wall = {"Paint": _pastel(graph, drawn.tone), "Along": along, "Over": met.over_m, "Thing": drawn.thing}
    rgb: Socket = _part(graph, "furnished wall", _furnished, wall)["RGB"]
    rgb = graph.mix(met.on_floor, rgb, (0.17, 0.115, 0.075))
    rgb = graph.mix(met.on_ceiling, rgb, (0.72, 0.71, 0.68))
    lamp = _ceiling_panels(graph, met) if office else _ceiling_lamp(graph, met, 0.5 * box.deep_m)
    # Of an office, whose ceiling is full of lamps, all of the depth is lit alike.
    light: Value = graph.math("SUBTRACT", 0.9, graph.math("MULTIPLY", met.depth_m, 0.05))
    if not office:
        light = _lit(graph, met, box, 0.5 * box.deep_m)
    glow = graph.vector("SCALE", rgb, light)
    glow = graph.mix(lamp, glow, (_LAMP_GLOW, _LAMP_GLOW, _LAMP_GLOW))
    return _with_sill(graph, Inside(_by_day(graph, rgb, met.depth_m), glow), box, ray, drawn, desk=office)


def _by_day(graph: Graph, rgb: Socket, depth_m: Socket) -> Socket:
    """What daylight that came in through the pane shows of a room: less, the deeper."""
    return graph.vector("SCALE", rgb, graph.math("DIVIDE", 0.11, graph.math("ADD", 0.6, depth_m)))


def _furnished(graph: Graph, wall: Socket, along: Socket, over_m: Socket, thing: Socket) -> dict[str, Socket]:
    """A wall with pictures, shelves and cupboards: blocks of a grid, most of them low."""
    column = graph.math("FLOOR", graph.math("DIVIDE", along, 0.62))
    row = graph.math("FLOOR", graph.math("DIVIDE", over_m, 0.55))
    first, second, third = _chances(graph, column, row, graph.math("MULTIPLY", thing, 91.7))
    there = graph.math("LESS_THAN", first, graph.step(over_m, 0.4, 2.3, 0.75, 0.1))
    inner_x = graph.math(
        "ABSOLUTE", graph.math("SUBTRACT", graph.math("FRACT", graph.math("DIVIDE", along, 0.62)), 0.5)
    )
    inner_z = graph.math(
        "ABSOLUTE", graph.math("SUBTRACT", graph.math("FRACT", graph.math("DIVIDE", over_m, 0.55)), 0.5)
    )
    framed = graph.math("LESS_THAN", graph.math("MAXIMUM", inner_x, inner_z), graph.lerp(third, 0.3, 0.49))
    rgb = graph.mix(second, (0.06, 0.045, 0.035), (0.42, 0.3, 0.2))
    rgb = graph.mix(graph.math("GREATER_THAN", third, 0.7), rgb, (0.12, 0.17, 0.22))
    return {"RGB": graph.mix(graph.math("MULTIPLY", there, framed), wall, rgb)}


def _ceiling_lamp(graph: Graph, met: _Met, depth_m: float) -> Socket:
    """1 on the shade of a lamp under the middle of a ceiling."""
    away = graph.combine(met.x_m, graph.math("SUBTRACT", met.depth_m, depth_m), 0.0)
    near = graph.math("LESS_THAN", graph.vector("LENGTH", away), _LAMP_SIZE_M)
    return graph.math("MULTIPLY", near, met.on_ceiling)


def _ceiling_panels(graph: Graph, met: _Met) -> Socket:
    """1 on the light panels of an office's ceiling."""
    deep = graph.math("LESS_THAN", graph.math("FRACT", graph.math("MULTIPLY", met.depth_m, 0.55)), 2 * _PANEL_SHARE)
    side = graph.math("LESS_THAN", graph.math("FRACT", graph.math("MULTIPLY", met.x_m, 0.5)), 4 * _PANEL_SHARE)
    return graph.math("MULTIPLY", graph.math("MULTIPLY", deep, side), met.on_ceiling)


def _with_sill(graph: Graph, seen: Inside, box: _Box, ray: _Ray, drawn: Hashes, *, desk: bool) -> Inside:
    """Plants and things on the sill, or chairs and screens on the desks: dark before the light of the room."""
    x, z = ray.at(graph, 1.1 if desk else 0.16)
    given = {"X": x, "Z": z, "Wall": drawn.wall, "Thing": drawn.thing, "RGB": seen.rgb, "Glow": seen.glow}
    name = f"{'desks' if desk else 'sill'} under a pane {box.high_m} m high"
    found = _part(graph, name, partial(_on_sill, box, desk), given)
    return Inside(found["RGB"], found["Glow"])


def _on_sill(
    box: _Box, desk: bool, graph: Graph, x: Socket, z: Socket, wall: Socket, thing: Socket, rgb: Socket, glow: Socket
) -> dict[str, Socket]:
    seen = Inside(rgb, glow)
    over = graph.math("ADD", z, box.high_m / 2)
    size = 0.45 if desk else 0.24
    column = graph.math("DIVIDE", x, size)
    first, second, third = _chances(graph, graph.math("FLOOR", column), 5.0, graph.math("MULTIPLY", thing, 53.3))
    height = graph.math("MULTIPLY", second, 0.62 if desk else 0.42)
    there = graph.math("LESS_THAN", first, graph.math("MULTIPLY", wall, 0.75 if desk else 0.5))
    middle = graph.math("ABSOLUTE", graph.math("SUBTRACT", graph.math("FRACT", column), 0.5))
    round_ = graph.math("MULTIPLY", graph.math("SUBTRACT", 0.25, graph.math("MULTIPLY", middle, middle)), 4.0)
    below = graph.math("LESS_THAN", over, graph.math("MULTIPLY", height, graph.lerp(third, 1.0, round_)))
    wide = graph.math("LESS_THAN", middle, graph.lerp(third, 0.25, 0.46))
    solid = graph.math("MULTIPLY", graph.math("MULTIPLY", there, below), wide)
    rgb = graph.mix(third, (0.03, 0.03, 0.035), (0.03, 0.055, 0.02))
    return {
        "RGB": graph.mix(solid, seen.rgb, graph.vector("SCALE", rgb, 0.8)),
        "Glow": graph.mix(solid, seen.glow, (0.03, 0.035, 0.025)),
    }


def _draped(graph: Graph, rgb: Socket, glow: Socket, across: Socket, up: Socket, *hashes: Socket) -> dict[str, Socket]:
    """A room behind curtains that are half drawn or closed, behind a net, or a blind some way down."""
    drawn = Hashes(*hashes)
    middle = graph.math("ABSOLUTE", graph.math("SUBTRACT", across, 0.5))
    # Folds hang a little askew, and differ from window to window.
    fold_at = graph.math("MULTIPLY", across, graph.lerp(drawn.wall, 42.0, 78.0))
    bent = graph.math("ADD", fold_at, graph.math("SINE", graph.math("MULTIPLY", across, 19.0)))
    fold = graph.math("SINE", graph.math("ADD", bent, graph.math("MULTIPLY", up, 0.8)))
    drawn_to = graph.step(drawn.drape, 0.25, 1.0, 0.02, 0.5)
    curtain = graph.math("GREATER_THAN", middle, drawn_to)
    blind = graph.math("GREATER_THAN", up, graph.lerp(drawn.blind, 0.3, 2.4))
    net = graph.math("MULTIPLY", graph.math("GREATER_THAN", drawn.thing, 0.62), 0.55)
    cover = graph.math("MAXIMUM", graph.math("MAXIMUM", curtain, blind), net)
    cloth = graph.mix(drawn.tone, (0.42, 0.4, 0.36), (0.3, 0.2, 0.15))
    cloth = graph.mix(graph.math("MAXIMUM", blind, graph.math("GREATER_THAN", net, 0.1)), cloth, (0.45, 0.44, 0.41))
    pleats: Value = graph.math("MULTIPLY", fold, graph.math("SUBTRACT", 1.0, blind))
    day = graph.vector("SCALE", cloth, graph.math("ADD", 0.78, graph.math("MULTIPLY", pleats, 0.13)))
    # Lit from behind, with the lamp's light strongest a little above the middle.
    spot = graph.math(
        "ADD", graph.math("MULTIPLY", middle, 1.4), graph.math("ABSOLUTE", graph.math("SUBTRACT", up, 0.62))
    )
    through = graph.math("MULTIPLY", graph.step(spot, 0.0, 1.1, 0.62, 0.16), graph.lerp(drawn.light, 0.35, 1.0))
    night = graph.vector(
        "SCALE", cloth, graph.math("MULTIPLY", through, graph.math("ADD", 1.0, graph.math("MULTIPLY", pleats, 0.28)))
    )
    return {"RGB": graph.mix(cover, rgb, day), "Glow": graph.mix(cover, glow, night)}


def _slats(graph: Graph, rgb: Socket, glow: Socket, _across: Socket, up: Socket, *hashes: Socket) -> dict[str, Socket]:
    """An office with a Venetian blind some way down, half of them up."""
    drawn = Hashes(*hashes)
    down = graph.math("GREATER_THAN", up, graph.lerp(drawn.blind, 0.35, 1.7))
    slat = graph.step(graph.math("FRACT", graph.math("MULTIPLY", up, 40.0)), 0.15, 0.7, 0.35, 1.0)
    shade = graph.vector("SCALE", (0.4, 0.41, 0.42), slat)
    cover = graph.math("MULTIPLY", down, 0.85)
    dark = graph.vector("SCALE", shade, 0.5)
    return {"RGB": graph.mix(cover, rgb, shade), "Glow": graph.mix(cover, glow, dark)}


def _shop(graph: Graph, box: _Box, ray: _Ray, drawn: Hashes) -> Inside:
    """Shelves with goods along the back, rows of spots, and before them what is on display, some of it mannequins."""
    met = _met(graph, box, ray, 400.0)
    along = {"X": met.x_m, "Over": met.over_m, "Tone": drawn.tone, "Thing": drawn.thing}
    shelves: Socket = _part(graph, "shelves", _shelves, along)["RGB"]
    rgb = graph.mix(met.on_floor, shelves, (0.22, 0.18, 0.14))
    rgb = graph.mix(met.on_ceiling, rgb, (0.36, 0.36, 0.35))
    # Spots wash the wall in pools that are brightest at the height of heads; some shops light their display alone.
    pool = graph.math("COSINE", graph.math("MULTIPLY", met.x_m, 5.712))
    away = graph.math("ABSOLUTE", graph.math("SUBTRACT", met.over_m, 1.75))
    pool = graph.math("MULTIPLY", pool, graph.step(away, 0.0, 1.3, 0.3, 0.05))
    bright = graph.math("SUBTRACT", graph.math("ADD", 0.95, pool), graph.math("MULTIPLY", away, 0.3))
    bright = graph.math("SUBTRACT", bright, graph.math("MULTIPLY", met.depth_m, 0.06))
    deep = graph.step(drawn.drape, 0.2, 0.7, 0.12, 1.0)
    glow = graph.vector("SCALE", rgb, graph.math("MULTIPLY", bright, deep))
    spots = graph.math("MULTIPLY", _spots(graph, met), graph.math("GREATER_THAN", drawn.drape, 0.3))
    glow = graph.mix(spots, glow, (_LAMP_GLOW, _LAMP_GLOW, _LAMP_GLOW))
    return _displayed(graph, Inside(_by_day(graph, rgb, met.depth_m), glow), box, ray, drawn)


def _spots(graph: Graph, met: _Met) -> Socket:
    """1 on the spots in a shop's ceiling, a row each 1.3 m."""
    x, y = (
        graph.math("SUBTRACT", graph.math("FRACT", graph.math("DIVIDE", at, pitch)), 0.5)
        for at, pitch in ((met.x_m, 1.1), (met.depth_m, 1.3))
    )
    near = graph.math("LESS_THAN", graph.vector("LENGTH", graph.combine(x, y, 0.0)), 0.11)
    return graph.math("MULTIPLY", near, met.on_ceiling)


def _shelves(graph: Graph, x_m: Socket, over_m: Socket, tone: Socket, thing: Socket) -> dict[str, Socket]:
    """Goods on boards that are 0.42 m apart, under a plain wall; a third of the bays hold none."""
    along = graph.math("DIVIDE", x_m, 0.19)
    level = graph.math("DIVIDE", over_m, 0.42)
    column, row = graph.math("FLOOR", along), graph.math("FLOOR", level)
    first, second, third = _chances(graph, column, row, graph.math("MULTIPLY", thing, 37.1))
    bay = _chances(graph, graph.math("FLOOR", graph.math("DIVIDE", x_m, 1.14)), 2.0, thing)[0]
    filled = graph.math("LESS_THAN", graph.math("FRACT", level), graph.lerp(first, 0.25, 0.85))
    low = graph.math("LESS_THAN", over_m, 2.1)
    goods = graph.math("MULTIPLY", graph.math("MULTIPLY", filled, low), graph.math("LESS_THAN", bay, 0.68))
    hue = graph.mix(second, (0.5, 0.2, 0.12), (0.2, 0.3, 0.42))
    hue = graph.mix(graph.step(third, 0.45, 0.55), hue, (0.62, 0.58, 0.5))
    board = graph.math("MULTIPLY", graph.math("GREATER_THAN", graph.math("FRACT", level), 0.93), low)
    wall = graph.mix(board, graph.vector("SCALE", _pastel(graph, tone), 0.7), (0.14, 0.1, 0.07))
    return {"RGB": graph.mix(goods, wall, hue)}


def _displayed(graph: Graph, seen: Inside, box: _Box, ray: _Ray, drawn: Hashes) -> Inside:
    """Goods on a low stage behind the pane, and mannequins in some shops."""
    x, z = ray.at(graph, 0.5)
    given = {"X": x, "Z": z, "Wall": drawn.wall, "Thing": drawn.thing, "RGB": seen.rgb, "Glow": seen.glow}
    found = _part(graph, f"display behind a pane {box.high_m} m high", partial(_on_display, box), given)
    return Inside(found["RGB"], found["Glow"])


def _on_display(
    box: _Box, graph: Graph, x: Socket, z: Socket, wall: Socket, thing: Socket, there: Socket, lit: Socket
) -> dict[str, Socket]:
    over = graph.math("ADD", z, box.high_m / 2 + 0.1)
    column = graph.math("DIVIDE", x, 0.62)
    first, second, third = _chances(graph, graph.math("FLOOR", column), 11.0, graph.math("MULTIPLY", thing, 71.9))
    middle = graph.lerp(second, 0.36, 0.64)
    aside = graph.math("MULTIPLY", graph.math("SUBTRACT", graph.math("FRACT", column), middle), 0.62)
    off = graph.math("ABSOLUTE", aside)
    stands = graph.math("MULTIPLY", graph.math("GREATER_THAN", wall, 0.5), graph.math("LESS_THAN", first, 0.45))
    head = graph.math(
        "LESS_THAN",
        graph.vector("LENGTH", graph.combine(aside, graph.math("SUBTRACT", over, 1.53), 0.0)),
        0.095,
    )
    waist = graph.math("ABSOLUTE", graph.math("SUBTRACT", over, 1.02))
    # Wider towards hips and shoulders, which slope to a neck.
    half = graph.math("SUBTRACT", graph.step(waist, 0.0, 0.35, 0.115, 0.19), graph.step(over, 1.26, 1.44, 0.0, 0.15))
    body = graph.math("MULTIPLY", graph.math("LESS_THAN", off, half), graph.math("LESS_THAN", over, 1.46))
    figure = graph.math("MULTIPLY", graph.math("MAXIMUM", head, body), stands)
    goods = graph.math("LESS_THAN", over, graph.math("MULTIPLY", second, 0.95))
    goods = graph.math("MULTIPLY", goods, graph.math("LESS_THAN", off, graph.lerp(third, 0.12, 0.3)))
    goods = graph.math("MULTIPLY", goods, graph.math("GREATER_THAN", first, 0.35))
    solid = graph.math("MAXIMUM", figure, graph.math("MULTIPLY", goods, graph.math("SUBTRACT", 1.0, stands)))
    rgb = graph.mix(third, (0.42, 0.13, 0.1), (0.12, 0.2, 0.3))
    rgb = graph.mix(graph.step(second, 0.4, 0.6), rgb, (0.5, 0.46, 0.4))
    rgb = graph.mix(graph.math("MULTIPLY", head, stands), rgb, (0.2, 0.15, 0.12))
    # Lit from above, darker towards the edges of what is round.
    shaded = graph.math("MULTIPLY", graph.step(off, 0.0, 0.3, 1.0, 0.45), graph.step(over, 0.0, 1.5, 0.35, 1.0))
    day, night = graph.vector("SCALE", rgb, 0.16), graph.vector("SCALE", rgb, shaded)
    return {"RGB": graph.mix(solid, there, day), "Glow": graph.mix(solid, lit, night)}
