"""Flat pallets. EUR: EN 13698-1, 1200 by 800 by 144 mm. Block pallets for hire and of plastic: ISO 6780's 1200 by
1000 mm, 162 and 150 mm high, as poolers publish them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from longtail.scenes.assets.asset import Asset, Procedural, Vector
from longtail.scenes.geometry.interior_materials import SawnTimber
from longtail.scenes.geometry.materials import Material, Principled, Rgb, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box

EURO_M: Vector = (1.2, 0.8, 0.144)
_PLASTICS = tuple(srgb(code) for code in ("#2c2e31", "#3c4a5c", "#5d6164"))
_BEVEL_M = 0.003


def _euro(aged: float) -> Mesh:
    """Five deck boards and three runners along X, three bearers across, nine blocks."""
    long, across = SawnTimber(aged=aged), SawnTimber(along="y", aged=aged)
    decks = ((-0.3275, 0.145), (-0.16375, 0.1), (0.0, 0.145), (0.16375, 0.1), (0.3275, 0.145))
    boards = [box((1.2, wide, 0.022), long, (0, y, 0.133), bevel_m=_BEVEL_M) for y, wide in decks]
    bearers = [box((0.145, 0.8, 0.022), across, (x, 0, 0.111)) for x in (-0.5275, 0.0, 0.5275)]
    blocks = [
        box((0.145, 0.145 if y == 0 else 0.1, 0.078), across, (x, y, 0.061))
        for x in (-0.5275, 0.0, 0.5275)
        for y in (-0.35, 0.0, 0.35)
    ]
    runners = [
        box((1.2, 0.145 if y == 0 else 0.1, 0.022), long, (0, y, 0.011), bevel_m=_BEVEL_M) for y in (-0.35, 0.0, 0.35)
    ]
    return join([*boards, *bearers, *blocks, *runners])


def _block(rgb: Rgb, aged: float) -> Mesh:
    """Seven deck boards across, three bearers along, on a frame of boards: 1200 by 1000 by 162 mm."""
    deck, along = SawnTimber(rgb, "y", aged), SawnTimber(rgb, "x", aged)
    boards = [box((0.125, 1.0, 0.02), deck, (x, 0, 0.152), bevel_m=_BEVEL_M) for x in (-0.5375, 0.5375)]
    boards += [box((0.12, 1.0, 0.02), deck, (0.179 * k, 0, 0.152), bevel_m=_BEVEL_M) for k in (-2, -1, 0, 1, 2)]
    bearers = [box((1.2, 0.1, 0.02), along, (0, y, 0.132)) for y in (-0.45, 0.0, 0.45)]
    blocks = [box((0.14, 0.1, 0.1), along, (x, y, 0.072)) for x in (-0.53, 0, 0.53) for y in (-0.45, 0, 0.45)]
    frame = [box((1.2, 0.1, 0.022), along, (0, y, 0.011), bevel_m=_BEVEL_M) for y in (-0.45, 0.0, 0.45)]
    ends = [box((0.12, 0.8, 0.022), deck, (x, 0, 0.011)) for x in (-0.54, 0.54)]
    return join([*boards, *bearers, *blocks, *frame, *ends])


def _plastic() -> Mesh:
    """A deck of ribs on nine feet."""
    stuff: Material = Principled((1.0, 1.0, 1.0), roughness=0.5, mottle=0.3, tinted=True)
    rails = [box((1.2, 0.05, 0.022), stuff, (0, y, 0.139), bevel_m=_BEVEL_M) for y in (-0.375, 0.375)]
    rails += [box((0.05, 0.7, 0.022), stuff, (x, 0, 0.139)) for x in (-0.575, 0.575)]
    ribs = [box((1.1, 0.022, 0.016), stuff, (0, -0.33 + 0.055 * k, 0.141)) for k in range(13)]
    under = [box((0.03, 0.7, 0.03), stuff, (-0.5 + 0.2 * k, 0, 0.119)) for k in range(6)]
    feet = [
        box((0.16, 0.12, 0.128), stuff, (x, y, 0.064), bevel_m=0.008) for x in (-0.5, 0, 0.5) for y in (-0.33, 0, 0.33)
    ]
    return join([*rails, *ribs, *under, *feet])


def _asset(
    name: str, size_m: Vector, recipe: Callable[[], Mesh], *tags: str, tints: tuple[Rgb, ...] = ()
) -> Procedural:
    return Procedural(f"pallet/{name}", "pallet", size_m, tags=frozenset(tags), tints=tints, recipe=recipe)


ASSETS: tuple[Asset, ...] = (
    _asset("euro-new", EURO_M, partial(_euro, 0.08), "euro"),
    _asset("euro-used", EURO_M, partial(_euro, 0.4), "euro"),
    _asset("euro-old", EURO_M, partial(_euro, 0.8), "euro"),
    _asset("block-blue", (1.2, 1.0, 0.162), partial(_block, srgb("#1d4f9c"), 0.25), "wide"),
    _asset("block-red", (1.2, 1.0, 0.162), partial(_block, srgb("#9c2b22"), 0.3), "wide"),
    _asset("plastic", (1.2, 0.8, 0.15), _plastic, "other", tints=_PLASTICS),
)
