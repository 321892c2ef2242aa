"""An asset that brings its mesh along: a thing that stays where it is in a place of the user's."""

from __future__ import annotations

from dataclasses import dataclass, field

from longtail.annotate.labels.taxonomy import Category
from longtail.scenes.assets.asset import Asset
from longtail.scenes.geometry.ready import Ready


@dataclass(frozen=True)
class AtHand(Asset):
    """`ready` is its mesh in the asset's frame, metres, with the images that it wears; `digest` tells it apart.

    `kind` is its category where Longtail does not have that.
    """

    ready: Ready = field(kw_only=True, compare=False, repr=False)
    digest: str = field(kw_only=True)
    kind: Category | None = field(kw_only=True, default=None)
