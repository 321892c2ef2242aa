"""Bottles, cans, cartons, boxes and books."""

from __future__ import annotations

from functools import partial

from longtail.scenes.assets.household.tableware import BROWN_GLASS, CLEAR, GREEN_GLASS
from longtail.scenes.assets.household.turned import Outline, Row, rounded, thing, vessel
from longtail.scenes.assets.packs.household import CARDBOARD, GLASS, LIQUID, PAPER
from longtail.scenes.geometry.materials import Material, Principled, Rgb, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, cylinder, lathe

PRINT = Principled((1.0, 1.0, 1.0), roughness=0.4, tinted=True)
GLOSSY_PRINT = Principled((1.0, 1.0, 1.0), roughness=0.22, coat=0.3, tinted=True)
PAPER_WHITE = Principled((0.78, 0.77, 0.73), roughness=0.7)
BOARD = Principled((0.4, 0.27, 0.155), roughness=0.85)
TAPE = Principled((0.5, 0.37, 0.2), roughness=0.25)
PAGES = Principled((0.74, 0.7, 0.6), roughness=0.9)
ALUMINIUM = Principled((0.68, 0.68, 0.69), roughness=0.22, metallic=1.0)
CAP = Principled((1.0, 1.0, 1.0), roughness=0.35, tinted=True)
WHITE_PLASTIC = Principled((0.78, 0.78, 0.77), roughness=0.35)

BRANDS: tuple[Rgb, ...] = tuple(
    srgb(code)
    for code in (
        "#a4332d", "#2a5081", "#346845", "#c69a2e", "#5a4177", "#c76a3b", "#2c6971", "#3a3a3c", "#b75d7d", "#779146",
    )
)  # fmt: skip
_CLOTHBOUND: tuple[Rgb, ...] = tuple(
    srgb(code) for code in ("#552527", "#22344b", "#324739", "#715f42", "#2b2b2d", "#877e70", "#48364d", "#9c563b")
)


def _bottle(outline: Outline, material: Material, label: tuple[float, float] | None, cap: Material) -> Mesh:
    """A bottle with a paper label between two heights and a cap on its neck."""
    neck, top = outline[-1]
    parts = [
        vessel(outline, 0.002, 0.005, material, round_m=0.012),
        lathe(rounded([(0.0, top - 0.016), (neck + 0.0022, top - 0.016), (neck + 0.0022, top + 0.004),
                       (0.0, top + 0.004)], 0.0012), cap),
    ]  # fmt: skip
    if label:
        low, high = label
        radius = max(r for r, z in outline if z <= high + 0.05) + 0.0004
        parts.append(lathe([(radius, low), (radius, high)], GLOSSY_PRINT, sides=48))
    return join(parts)


_WINE = [(0.034, 0.0), (0.037, 0.004), (0.037, 0.19), (0.031, 0.215), (0.0155, 0.245), (0.0145, 0.3)]
_BEER = [(0.028, 0.0), (0.0305, 0.004), (0.0305, 0.125), (0.024, 0.155), (0.0145, 0.185), (0.0132, 0.228)]
_WATER = [(0.03, 0.0), (0.033, 0.006), (0.033, 0.14), (0.028, 0.165), (0.0135, 0.19), (0.0135, 0.208)]
_DETERGENT = [(0.036, 0.0), (0.039, 0.005), (0.039, 0.15), (0.03, 0.175), (0.014, 0.19), (0.0135, 0.215)]


def _can(radius_m: float, height_m: float) -> Mesh:
    r, h = radius_m, height_m
    profile = [(0.0, 0.003), (r - 0.008, 0.003), (r - 0.006, 0.0), (r - 0.003, 0.001), (r, 0.008)]
    below = lathe(rounded(profile, 0.002), ALUMINIUM, sides=48)
    side = lathe([(r, 0.008), (r, h - 0.009)], GLOSSY_PRINT, sides=48)
    lid = [(r, h - 0.009), (r - 0.005, h - 0.002), (r - 0.006, h), (r - 0.008, h - 0.004), (0.0, h - 0.004)]
    return join([below, side, lathe(rounded(lid, 0.0015), ALUMINIUM, sides=48)])


def _tin(radius_m: float, height_m: float) -> Mesh:
    r, h = radius_m, height_m
    rim = 0.0014
    metal = lathe(
        [(0.0, 0.002), (r - 0.002, 0.002), (r + rim, 0.0), (r + rim, 0.003), (r, 0.0035), (r, h - 0.0035),
         (r + rim, h - 0.003), (r + rim, h), (r - 0.002, h - 0.002), (0.0, h - 0.002)], ALUMINIUM, sides=48
    )  # fmt: skip
    return join([metal, lathe([(r + 0.0004, 0.006), (r + 0.0004, h - 0.006)], PRINT, sides=48)])


def _printed_box(length_m: float, width_m: float, height_m: float, bands: tuple[float, ...]) -> Mesh:
    """A folding box standing upright, printed in bands that end at these shares of its height."""
    parts, low = [], 0.0
    for number, share in enumerate((*bands, 1.0)):
        high = share * height_m
        material = GLOSSY_PRINT if number % 2 == 0 else PAPER_WHITE
        parts.append(box((length_m, width_m, high - low), material, (0, 0, (low + high) / 2)))
        low = high
    return join(parts)


def _parcel(length_m: float, width_m: float, height_m: float) -> Mesh:
    body = box((length_m, width_m, height_m), BOARD, (0, 0, height_m / 2), bevel_m=0.0015)
    tape = box((length_m * 0.999, 0.048, height_m + 0.0006), TAPE, (0, 0, height_m / 2 + 0.0001))
    return join([body, tape])


def _book(length_m: float, width_m: float, thick_m: float) -> Mesh:
    """A bound book lying on its back cover, its spine along +Y."""
    cover, over = 0.0022, 0.003
    parts = [
        box((length_m, width_m, cover), PRINT, (0, 0, cover / 2), bevel_m=0.0005),
        box((length_m, width_m, cover), PRINT, (0, 0, thick_m - cover / 2), bevel_m=0.0005),
        box((length_m, cover, thick_m - 2 * cover), PRINT, (0, width_m / 2 - cover / 2, thick_m / 2)),
        box((length_m - 2 * over, width_m - over - cover, thick_m - 2 * cover), PAGES,
            (0, over / 2 - cover / 2, thick_m / 2)),
    ]  # fmt: skip
    return join(parts)


def _paperback(length_m: float, width_m: float, thick_m: float) -> Mesh:
    pages = box((length_m, width_m, thick_m - 0.001), PAGES, (0, 0, thick_m / 2))
    skin = [
        box((length_m, width_m, 0.0005), GLOSSY_PRINT, (0, 0, 0.00025)),
        box((length_m, width_m, 0.0005), GLOSSY_PRINT, (0, 0, thick_m - 0.00025)),
        box((length_m, 0.0005, thick_m), GLOSSY_PRINT, (0, width_m / 2 + 0.00025, thick_m / 2)),
    ]
    return join([pages, *skin])


def _carton(side_m: float, height_m: float) -> Mesh:
    """A drink carton with a gable and a screw cap."""
    from longtail.scenes.geometry.solids import convex_hull

    body = join(
        [
            box((side_m, side_m, height_m * 0.62), GLOSSY_PRINT, (0, 0, height_m * 0.31)),
            box((side_m, side_m, height_m * 0.2), WHITE_PLASTIC, (0, 0, height_m * 0.72)),
        ]
    )
    half, low, high = side_m / 2, height_m * 0.82, height_m
    gable = convex_hull(
        [(x, y, low) for x in (-half, half) for y in (-half, half)] + [(x, 0, high) for x in (-half, half)],
        WHITE_PLASTIC,
    )
    cap = cylinder(0.013, 0.012, CAP, sides=24).moved(z_m=-0.001)
    return join([body, gable, cap.rotated(0, 0.66).moved(0.0, -half * 0.5, (low + high) / 2)])


ROWS: tuple[Row, ...] = (
    thing("bottle_wine", "bottle", (0.0748, 0.0748, 0.304), partial(_bottle, _WINE, GREEN_GLASS, (0.06, 0.15), CAP),
          LIQUID, "transparent", tints=BRANDS),
    thing("bottle_beer", "bottle", (0.0618, 0.0618, 0.232), partial(_bottle, _BEER, BROWN_GLASS, (0.045, 0.105), CAP),
          LIQUID, "transparent", tints=BRANDS),
    thing("bottle_water", "bottle", (0.0668, 0.0668, 0.212), partial(_bottle, _WATER, CLEAR, (0.07, 0.12), CAP),
          GLASS, "transparent", tints=BRANDS),
    thing("bottle_white", "bottle", (0.0788, 0.0788, 0.219), partial(_bottle, _DETERGENT, WHITE_PLASTIC, (0.035, 0.135),
          CAP), LIQUID, tints=BRANDS),
    thing("bottle_colour", "bottle", (0.066, 0.066, 0.212), partial(_bottle, _WATER, PRINT, None, WHITE_PLASTIC),
          LIQUID, tints=BRANDS),
    thing("can", "can", (0.066, 0.066, 0.1142), partial(_can, 0.033, 0.115), LIQUID, tints=BRANDS),
    thing("can_slim", "can", (0.053, 0.053, 0.1442), partial(_can, 0.0265, 0.145), LIQUID, tints=BRANDS),
    thing("tin", "can", (0.0758, 0.0758, 0.108), partial(_tin, 0.0365, 0.108), LIQUID, "shiny", tints=BRANDS),
    thing("tin_flat", "can", (0.0878, 0.0878, 0.045), partial(_tin, 0.0425, 0.045), LIQUID, "shiny", tints=BRANDS),
    thing("box_cereal", "box", (0.065, 0.19, 0.27), partial(_printed_box, 0.065, 0.19, 0.27, (0.34, 0.52)),
          CARDBOARD, tints=BRANDS),
    thing("box_tea", "box", (0.065, 0.125, 0.075), partial(_printed_box, 0.065, 0.125, 0.075, (0.6, 0.8)),
          CARDBOARD, tints=BRANDS),
    thing("box_crackers", "box", (0.05, 0.105, 0.16), partial(_printed_box, 0.05, 0.105, 0.16, (0.2, 0.32)),
          CARDBOARD, tints=BRANDS),
    thing("box_pills", "box", (0.022, 0.075, 0.05), partial(_printed_box, 0.022, 0.075, 0.05, (0.3, 0.7)),
          CARDBOARD, tints=BRANDS),
    thing("parcel", "box", (0.2, 0.15, 0.1006), partial(_parcel, 0.2, 0.15, 0.1), CARDBOARD),
    thing("parcel_small", "box", (0.12, 0.12, 0.0806), partial(_parcel, 0.12, 0.12, 0.08), CARDBOARD),
    thing("carton", "box", (0.07, 0.07, 0.215), partial(_carton, 0.07, 0.215), LIQUID, tints=BRANDS),
    thing("book", "book", (0.22, 0.15, 0.028), partial(_book, 0.22, 0.15, 0.028), PAPER, tints=_CLOTHBOUND),
    thing("book_thick", "book", (0.24, 0.165, 0.045), partial(_book, 0.24, 0.165, 0.045), PAPER, tints=_CLOTHBOUND),
    thing("paperback", "book", (0.18, 0.1105, 0.018), partial(_paperback, 0.18, 0.11, 0.018), PAPER, tints=BRANDS),
)  # fmt: skip
