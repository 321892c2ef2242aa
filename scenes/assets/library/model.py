"""A model of the library as an asset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from longtail.annotate.camera.transform import Transform
from longtail.annotate.errors import AssetError
from longtail.annotate.labels.links import Link
from longtail.annotate.labels.taxonomy import BY_NAME, Category
from longtail.scenes.assets.asset import Asset, Credit, Lamp, Vector
from longtail.scenes.assets.at_hand import AtHand
from longtail.scenes.assets.library.description import Description, LampSpot, LinkSeen, SkySeen, SurfaceSeen
from longtail.scenes.assets.library.surface import Textured  # noqa: F401  (arrays name it)
from longtail.scenes.geometry.pattern_materials import Panorama  # noqa: F401  (arrays name it)
from longtail.scenes.geometry.ready import Ready, ready_of
from longtail.scenes.kept.arrays import DAMAGED, arrays_in, whole
from longtail.scenes.lamps import kinds
from longtail.scenes.lamps.kinds import LampKind

# Headlights dip by 1 % (UN Regulation 48).
_AIMS: Mapping[str, tuple[LampKind, Vector]] = {
    "head": (kinds.HEAD, (1.0, 0.0, -0.01)),
    "tail": (kinds.TAIL, (-1.0, 0.0, 0.0)),
    "street": (kinds.STREET, (0.0, 0.0, -1.0)),
}
LAMP_KINDS = tuple(_AIMS)


@dataclass(frozen=True)
class LibraryAsset(Asset):
    """A model of the user's own. `path` is the file of its arrays.

    Attributes:
        digest: of all that is known of it, its arrays among it
        family: the family of assets that it joins
        kind: its category, which may be one that Longtail does not have
        mass_kg: None where nobody has said it
        friction: coefficient of sliding friction
        sky: what a panorama shows that may be a scene's sky; None of all else
        surface: what a texture is that may be laid on a scene's ground; None of all else
        bodies: the links of a robot; none of all else
    """

    digest: str = field(kw_only=True)
    path: Path = field(kw_only=True, compare=False, repr=False)
    family: str = field(kw_only=True)
    kind: Category = field(kw_only=True)
    mass_kg: float | None = field(kw_only=True, default=None)
    friction: float = field(kw_only=True, default=0.5)
    sky: SkySeen | None = field(kw_only=True, default=None)
    surface: SurfaceSeen | None = field(kw_only=True, default=None)
    bodies: tuple[Link, ...] = field(kw_only=True, default=())

    def links(self) -> tuple[Link, ...]:
        return self.bodies

    def read(self) -> Ready:
        """Its mesh in the asset's frame and its images. AssetError where the file is gone or damaged."""
        try:
            found = ready_of(arrays_in(whole(self.path)))
        except DAMAGED as error:
            raise AssetError(f"{self.name}: {_DAMAGED.format(path=self.path, why=error)}") from error
        if found is None:
            raise AssetError(f"{self.name}: {_DAMAGED.format(path=self.path, why='its arrays are of another form')}")
        return found


_DAMAGED = (
    "expected the arrays of a model in {path}, got none that can be read ({why}); "
    "`longtail assets add` brings the model back, `longtail assets remove` takes it out"
)


def asset_of(known: Description, path: Path) -> LibraryAsset:
    """The asset that a description tells, whose arrays lie at `path`."""
    return LibraryAsset(
        name=known.name,
        category=known.category,
        size_m=known.size_m,
        credit=Credit(known.creator, known.licence, f"{known.source}; model {known.digest}".lstrip("; ")),
        tags=frozenset(known.tags),
        tints=known.tints,
        lamps=tuple(_lamp(spot) for spot in known.lamps if spot.kind in _AIMS),
        branded=known.branded,
        weight=known.weight,
        serves=known.serves,
        digest=known.digest,
        path=path,
        family=known.family,
        kind=known.kind,
        mass_kg=known.mass_kg,
        friction=known.friction,
        sky=known.sky,
        surface=known.surface,
        bodies=tuple(map(_link, known.links or ())),
    )


def _link(seen: LinkSeen) -> Link:
    matrix = np.array([*seen.asset_from_link, 0.0, 0.0, 0.0, 1.0]).reshape(4, 4)
    return Link(seen.name, Transform("object", "link", matrix))


def _lamp(spot: LampSpot) -> Lamp:
    kind, aim = _AIMS[spot.kind]
    return Lamp(kind, spot.position_m, aim)


def category_of(asset: Asset) -> Category:
    """An asset's category; KeyError where an asset of another package has one that is none."""
    return own_category(asset) or BY_NAME[asset.category]


def own_category(asset: Asset) -> Category | None:
    """The category that an asset of the user's brings along, which Longtail may not have; None of all others."""
    return asset.kind if isinstance(asset, LibraryAsset | AtHand) else None
