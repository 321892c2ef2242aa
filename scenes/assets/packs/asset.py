"""A pack's model as an asset: what its catalogue says, and what our curated table adds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from longtail.scenes.assets.asset import Asset
from longtail.scenes.assets.packs.sh3f import Entry, Pack
from longtail.scenes.assets.packs.wavefront import Glow, Imported
from longtail.scenes.geometry.materials import Material, Rgb

Surfaces = tuple[tuple[str, Material], ...]


@dataclass(frozen=True)
class PackAsset(Asset):
    """A model of a pack. `size_m` is what the model is scaled to.

    They look better than procedural assets, so they are chosen more often where both serve.

    yaw_deg    turn about Z (counter-clockwise) that brings the model's front to X, after Sweet Home's +Z front
    surfaces   our material for a material name of the model; the others keep what the MTL file says
    leaves     names of materials that are thin leaves
    texture_rgb   what the model's textures are multiplied with
    lit        names of textured materials on which lamps are drawn, and
    glows      where those lamps are
    """

    weight: float = 4.0
    pack: Pack = field(kw_only=True, compare=False, repr=False)
    entry: Entry = field(kw_only=True)
    yaw_deg: float = field(default=0.0, kw_only=True)
    surfaces: Surfaces = field(default=(), kw_only=True)
    leaves: frozenset[str] = field(default=frozenset(), kw_only=True)
    texture_rgb: Rgb = field(default=(1.0, 1.0, 1.0), kw_only=True)
    lit: frozenset[str] = field(default=frozenset(), kw_only=True)
    glows: tuple[Glow, ...] = field(default=(), kw_only=True)

    def material(self, name: str, given: Imported) -> Material:
        """What the part called `name` is made of, where the model's own file says `given`."""
        ours = dict(self.surfaces).get(name)
        if ours is not None:
            return ours
        return replace(
            given,
            rgb=self.texture_rgb if given.image else given.rgb,
            leaf=name in self.leaves,
            glows=self.glows if name in self.lit else (),
        )
