"""Trees, palms, shrubs and hedges of Debian's packs. Botanical models: every leaf is a small mesh."""

from __future__ import annotations

from longtail.scenes.assets.packs.curated import Curated
from longtail.scenes.geometry.materials import Rgb

_LEAVES = frozenset({"Leaves", "leaves", "Twig", "TwigFlowers", "OldLeaves", "hedgetextured"})
# Pictures of leaves are brighter than leaves, whose albedo is 0.1 to 0.2.
_DIM: Rgb = (0.62, 0.62, 0.62)
# Sycamore and ficus come in autumn's olive; these make them green.
_GREENED: Rgb = (0.36, 0.6, 0.35)


def _plant(
    name: str, *tags: str, scale: float = 1.0, variant: str = "", species: str = "", texture_rgb: Rgb = _DIM
) -> Curated:
    return Curated(
        f"Scopia#{name}",
        "vegetation",
        frozenset(tags),
        scale=scale,
        leaves=_LEAVES,
        texture_rgb=texture_rgb,
        variant=variant,
        # Our own poplar looks too unlike this one for both to stand in one avenue.
        species=f"Scopia's {species or name}",
    )


_STREET = ("street tree", "garden")

TREES: tuple[Curated, ...] = (
    _plant("sycamoreMaple", *_STREET, variant="-tall", texture_rgb=_GREENED),
    _plant("sycamoreMaple", *_STREET, variant="-young", scale=0.68, texture_rgb=_GREENED),
    _plant("sycamoreMaple", *_STREET, "autumn", variant="Autumn-tall", species="sycamoreMaple in autumn"),
    _plant("poplar", *_STREET, variant="-tall", scale=1.45),
    _plant("poplar", *_STREET, variant="-young", scale=1.05),
    _plant("ficusTree", *_STREET, variant="-tall", scale=1.5, texture_rgb=_GREENED),
    _plant("ficusTree", *_STREET, variant="-young", scale=1.1, texture_rgb=_GREENED),
    _plant("copperBeech", "garden", "solitary", scale=1.1),
    _plant("acacia", "garden", "solitary"),
    _plant("japaneseMaple", "garden", scale=0.6),
    _plant("peachBlossom", "garden", scale=0.8),
    _plant("pine", "garden", "solitary", scale=1.2),
    _plant("cypress", "garden"),
    _plant("bamboo", "garden"),
)

# Few towns have them.
PALMS: tuple[Curated, ...] = tuple(
    _plant(name, "palm", "solitary") for name in ("palm", "sabalPalmeto", "coconutTree", "coconutTreeBended")
)

SHRUBS: tuple[Curated, ...] = (
    _plant("bush", "shrub", "garden"),
    _plant("hedge", "shrub", "hedge"),
    _plant("high-hedge", "hedge"),
    _plant("hedgeTextured", "hedge"),
)

PLANTS = TREES + PALMS + SHRUBS
