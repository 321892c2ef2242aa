"""Shop-front ground floors: a stall riser, big panes, a recessed door, a fascia with lettering, an awning."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from longtail.scenes.assets.buildings.elevation import ANTHRACITE, GREY_STONE, Elevation, Window
from longtail.scenes.assets.buildings.planes import plates, quads, rectangles, reveals
from longtail.scenes.assets.lettering import word
from longtail.scenes.geometry.materials import LampGlass, Material, Principled, Wood, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import polygon
from longtail.scenes.lamps import kinds

# The fascia's lettering and colours; plain words, so that no real trader is shown.
_TRADES = {
    "BAKERY": ("#7a3b1d", "#f3e3c2", "awning"),
    "FLOWERS": ("#23452f", "#f0efe6", "awning"),
    "CAFE": ("#2a2320", "#e8d9b8", "awning"),
    "BOOKS": ("#1f3354", "#f2efe4", ""),
    "PHARMACY": ("#f1f1ee", "#1b7a3d", ""),
    "SHOES": ("#b8b2a4", "#26211d", ""),
    "OPTIK": ("#e9ebec", "#b01e28", ""),
    "KEBAB": ("#b3261e", "#ffe66b", "awning"),
    "MARKET": ("#1d6b34", "#ffffff", "awning"),
    "HAIR": ("#1c1c1e", "#e6b8c4", ""),
    "BIKES": ("#e2a51b", "#1b1b1b", ""),
    "HOTEL": ("#39222a", "#e9d7a0", ""),
    "KIOSK": ("#1c4f8a", "#ffffff", "awning"),
    "WINE": ("#4a1826", "#d9c08a", ""),
    "TOYS": ("#d8453a", "#fff3c9", ""),
    "TAILOR": ("#34403a", "#d8d2c0", ""),
    "PIZZA": ("#f0ead8", "#a8231c", "awning"),
    "BAR": ("#15181c", "#e0a23a", ""),
    "TEA": ("#7d9a86", "#f7f4ea", ""),
    "PHOTO": ("#d9d9d6", "#1d1d1f", ""),
    "DELI": ("#5a6b2c", "#f4ecd0", "awning"),
    "GALLERY": ("#f4f3f0", "#222426", ""),
    "GIFTS": ("#6b3f73", "#f3dcef", ""),
    "PAINT": ("#f2c230", "#2a3f7a", ""),
}
_AWNINGS = ("#8c1f24", "#1f4a35", "#d9c9a3", "#24406b", "#b5651d")
_TURN = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])  # From a drawing (right, up) onto the facade.


@dataclass(frozen=True)
class Shop:
    """Where a shop front sits: from `left_m` to `right_m` along the facade, its fascia between two heights.

    `trade` is one of `_TRADES`. Each style names the shops of its houses, so that no sign repeats along a street.
    """

    left_m: float
    right_m: float
    fascia_m: float
    top_m: float
    trade: str
    reach_m: float = 0.6


def _painted(code: str) -> Principled:
    """Enamel: a trader's board does not throw headlights back as a traffic sign does."""
    return Principled(srgb(code), roughness=0.4)


def shopfront(face: Elevation, shop: Shop, frame: Material = ANTHRACITE) -> None:
    """Add a shop front to `face`; the openings it needs are cut when the face builds its wall."""
    text = shop.trade
    ground, ink, extra = _TRADES[text]
    wide = shop.right_m - shop.left_m
    middle = (shop.left_m + shop.right_m) / 2
    door_wide = 1.1
    rng = np.random.default_rng(list(_TRADES).index(text))
    at_end = wide < 5 or bool(rng.random() < 0.4)
    door_y = shop.left_m + door_wide / 2 + 0.02 if at_end else middle
    whole = np.array([(shop.left_m, 0.0, shop.right_m, shop.fascia_m)])
    face.openings.append(whole)
    face.parts.append(reveals(whole, 0.0, -0.25, face.reveal, floor=False))
    face.door(
        door_y,
        0.03,
        width_m=door_wide,
        height_m=2.25,
        fanlight_m=shop.fascia_m - 2.28,
        leaf=frame,
        frame=frame,
        steps_to_m=0.0,
        glazed=True,
        inset_m=0.25,
        shop=True,
    )
    face.parts.append(
        plates(np.array([(door_y - door_wide / 2, 0.0, door_y + door_wide / 2, 0.03)]), -0.3, 0.0, GREY_STONE)
    )
    riser = Wood(srgb(ground)) if rng.random() < 0.5 else GREY_STONE
    for y0, y1 in ((shop.left_m, door_y - door_wide / 2), (door_y + door_wide / 2, shop.right_m)):
        if y1 - y0 < 0.4:
            continue
        count = max(1, round((y1 - y0) / 1.9))
        pane = (y1 - y0) / count
        panes = rectangles(y0 + pane * (np.arange(count) + 0.5), [0.5], pane, shop.fascia_m - 0.5)
        style = Window(frame=frame, verticals=(), horizontals=(0.78,) if rng.random() < 0.5 else (), frame_m=0.06)
        face.parts.append(face.glazing(panes, style, x_m=-0.2, shop=True))
        face.parts.append(plates(np.array([(y0, 0.0, y1, 0.5)]), -0.25, -0.16, riser))
    band = np.array([(shop.left_m - 0.1, shop.fascia_m, shop.right_m + 0.1, shop.top_m)])
    face.parts.append(plates(band, 0.0, 0.12, _painted(ground)))
    face.parts.append(plates(band + [[-0.02, shop.top_m - shop.fascia_m, 0.02, 0.07]], 0.0, 0.18, frame))
    height = (shop.top_m - shop.fascia_m) * 0.52
    letters = word(text, height, narrow=0.95)
    if letters.bounds[2] * 2 > wide * 0.85:
        letters = word(text, height * wide * 0.85 / (letters.bounds[2] * 2), narrow=0.95)
    glow = rng.random() < 0.55
    print_: Material = LampGlass(kinds.SIGN, srgb(ink), srgb(ink), part="") if glow else _painted(ink)
    face.parts.append(
        polygon(letters, 0.0, print_).transformed(_TURN).moved(0.127, middle, (shop.fascia_m + shop.top_m) / 2)
    )
    if extra == "awning":
        face.parts.append(_awning(shop, srgb(_AWNINGS[int(rng.integers(len(_AWNINGS)))])))


def _awning(shop: Shop, rgb: tuple[float, float, float]) -> Mesh:
    """A striped canvas that slopes from under the fascia to its valance."""
    y0, y1 = shop.left_m + 0.05, shop.right_m - 0.05
    top, low, reach, drop = shop.fascia_m - 0.02, shop.fascia_m - 0.42, shop.reach_m, 0.22
    count = max(4, round((y1 - y0) / 0.32)) | 1
    edges = np.linspace(y0, y1, count + 1)
    a, b = edges[:-1], edges[1:]

    def face(*corners: tuple[ArrayLike, ArrayLike, ArrayLike]) -> np.ndarray:  # type: ignore[type-arg]
        return np.stack([np.stack(np.broadcast_arrays(*c), axis=1) for c in corners], axis=1)

    slope = face((reach, a, low), (reach, b, low), (0.03, b, top), (0.03, a, top))
    valance = face((reach, a, low - drop), (reach, b, low - drop), (reach, b, low), (reach, a, low))
    canvas = (Principled(rgb, roughness=0.85), Principled(srgb("#efe9da"), roughness=0.85))
    parts = []
    for which, material in enumerate(canvas):
        pick = np.concatenate([slope[which::2], valance[which::2]])
        parts += [quads(pick, material), quads(pick[:, ::-1] - [0.0, 0.0, 0.012], material)]
    return join(parts)
