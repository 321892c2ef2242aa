"""What vehicles are painted and made of.

Shares follow new registrations in Germany and Britain in 2023 (KBA, SMMT): grey and silver about 40 %, black 22 %,
white 18 %, blue 10 %, red 6 %, the rest green, beige, orange.
"""

from __future__ import annotations

from longtail.scenes.geometry.materials import Glass, LampGlass, Principled, Rgb, srgb
from longtail.scenes.lamps import kinds

_SHARES: tuple[tuple[str, int], ...] = (
    ("#0b0c0e", 4),
    ("#15171b", 2),
    ("#1c1f24", 1),  # black
    ("#e6e7e6", 4),
    ("#d9d8d2", 1),  # white
    ("#5b6066", 3),
    ("#3a3e44", 3),
    ("#7b8085", 2),  # greys
    ("#aeb2b5", 4),
    ("#949a9e", 1),  # silver
    ("#16294d", 1),
    ("#24518c", 1),
    ("#39526b", 1),  # blue
    ("#7d1417", 1),
    ("#a8201f", 1),  # red
    ("#26382c", 1),
    ("#8c8371", 1),
    ("#5a4636", 1),
    ("#b4551d", 1),  # green, beige, brown, orange
)
CAR_TINTS: tuple[Rgb, ...] = tuple(srgb(code) for code, share in _SHARES for _ in range(share))
WORK_TINTS: tuple[Rgb, ...] = tuple(
    srgb(code)
    for code, share in (("#e4e5e4", 7), ("#b2b5b7", 2), ("#1d3f73", 1), ("#c9a227", 1), ("#8f1c1c", 1), ("#33373c", 2))
    for _ in range(share)
)
BUS_TINTS: tuple[Rgb, ...] = tuple(
    srgb(code) for code in ("#a3191d", "#d8b02a", "#e2e3e2", "#1f5c3a", "#24518c", "#d9d3bd", "#e08a1e")
)
BIKE_TINTS: tuple[Rgb, ...] = tuple(
    srgb(code) for code in ("#121416", "#121416", "#8f1c1c", "#1d3f73", "#d8d8d4", "#3f6b57", "#c9842b", "#6a6f74")
)

GLASS = Glass((0.66, 0.72, 0.69), part="window")
PRIVACY = Glass((0.16, 0.17, 0.17), part="window")
CLEAR = Glass((0.92, 0.93, 0.93), part="light")
SEAL = Principled((0.012, 0.012, 0.012), roughness=0.6)
GAP = Principled((0.008, 0.008, 0.008), roughness=0.8)
DARK = Principled((0.02, 0.02, 0.021), roughness=0.7)
UNDER = Principled((0.012, 0.012, 0.012), roughness=0.95)
TRIM = Principled((0.035, 0.035, 0.037), roughness=0.65)
CABIN = Principled((0.05, 0.05, 0.052), roughness=0.85)
HEADLINER = Principled((0.3, 0.29, 0.27), roughness=0.95)
SEAT = Principled((0.06, 0.06, 0.065), roughness=0.9)
ALLOY = Principled((0.52, 0.53, 0.55), roughness=0.28, metallic=0.9)
DARK_ALLOY = Principled((0.1, 0.1, 0.11), roughness=0.3, metallic=0.8)
STEEL = Principled((0.25, 0.25, 0.26), roughness=0.4, metallic=0.9)
DISC = Principled((0.13, 0.12, 0.12), roughness=0.4, metallic=0.9)
TYRE = Principled((0.02, 0.02, 0.02), roughness=0.82, mottle=0.3)
REFLECTOR = Principled((0.45, 0.46, 0.48), roughness=0.15, metallic=1.0, part="light")
MIRROR = Principled((0.8, 0.8, 0.8), roughness=0.03, metallic=1.0)
PLATE = Principled((0.75, 0.75, 0.73), roughness=0.4)
INK = Principled((0.01, 0.01, 0.012), roughness=0.5)
BOX_WHITE = Principled((0.72, 0.73, 0.72), roughness=0.35, mottle=0.25)

HEAD = LampGlass(kinds.HEAD, (1.0, 0.95, 0.85), (0.72, 0.74, 0.76))
TAIL = LampGlass(kinds.TAIL, (1.0, 0.03, 0.02), (0.35, 0.008, 0.008))
BRAKE = LampGlass(kinds.BRAKE, (1.0, 0.04, 0.02), (0.28, 0.006, 0.006))
AMBER = LampGlass(kinds.INDICATOR, (1.0, 0.42, 0.02), (0.55, 0.18, 0.02))
REVERSE = Principled((0.6, 0.6, 0.6), roughness=0.15, coat=1.0, part="light")
