"""Street furniture of Debian's packs: lamps, bins, benches, barriers, cones, hydrant, mailbox."""

from __future__ import annotations

from longtail.scenes.assets.packs.curated import GLASS, WHITE_LAMP, Curated
from longtail.scenes.geometry.materials import GALVANISED, Principled, SignFace

_PAVEMENT = frozenset({"pavement"})
_IRON = Principled((0.03, 0.035, 0.033), roughness=0.4, coat=0.3, mottle=0.3)
_STEEL = Principled((0.4, 0.4, 0.4), roughness=0.35, metallic=0.9, mottle=0.4)

LIGHTS: tuple[Curated, ...] = (
    Curated(
        "Scopia#candelabre",
        "street light",
        surfaces={"iron": _IRON, "chrome": _STEEL, "glass": WHITE_LAMP},
        street=(0.51, 0.0, 6.65),
    ),
    Curated(
        "Scopia#farola1",
        "street light",
        scale=1.6,
        surfaces={"cristal_blanco": GLASS, "luz_lamp": WHITE_LAMP, "metalInto": _IRON, "metal_lamp": _IRON},
        street=(0.35, 0.0, 3.6),
    ),
    Curated(
        "Kator Legaz#classic-lamppost",
        "street light",
        scale=1.45,
        surfaces={"Glass": WHITE_LAMP, "Black_paint": _IRON, "stainless_steel": _IRON},
        street=(0.3, 0.0, 3.25),
    ),
)

FURNITURE: tuple[Curated, ...] = (
    Curated(
        "Scopia#cone",
        "traffic cone",
        surfaces={"redplastic": SignFace((0.75, 0.06, 0.012)), "whiteplastic": SignFace((0.75, 0.75, 0.74))},
    ),
    Curated(
        "Blend Swap CC-0#pedestrianRailing1",
        "barrier",
        frozenset({"railing"}),
        surfaces={"PedestrianRailing": GALVANISED},
    ),
    Curated(
        "Blend Swap CC-0#pedestrianRailing2",
        "barrier",
        frozenset({"railing"}),
        surfaces={"PedestrianRailing": GALVANISED},
    ),
    Curated("Kator Legaz#park-trashcan", "trash can", _PAVEMENT),
    Curated("Kator Legaz#residential-trashcan", "trash can", _PAVEMENT, scale=1.3),
    Curated("Blend Swap CC-0#dustbin", "trash can", _PAVEMENT, scale=2.4, surfaces={"CHROME": _STEEL}),
    Curated("Scopia#wood_bank", "bench", _PAVEMENT, scale=0.85),
    Curated("Scopia#littlebank", "bench", _PAVEMENT),
    Curated("Blend Swap CC-0#bench", "bench", _PAVEMENT),
    Curated("Kator Legaz#concrete-bench", "bench", _PAVEMENT, scale=1.12),
    Curated("Kator Legaz#painted-bench", "bench", _PAVEMENT, scale=1.05),
    Curated("Kator Legaz#fire-hydrant", "hydrant", _PAVEMENT),
    Curated("Blend Swap CC-0#mofx_mailbox", "mailbox", frozenset({"garden"}), scale=1.4),
)

THINGS = LIGHTS + FURNITURE
