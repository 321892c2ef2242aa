"""What a library knows of a model, beside its arrays: a small JSON file, read without looking at any mesh."""

from __future__ import annotations

import hashlib
import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from longtail.annotate.labels.taxonomy import BY_NAME, Category

NAME = re.compile(r"own/[a-z0-9][a-z0-9_.-]{0,63}(/[a-z0-9][a-z0-9_.-]{0,63})?", re.ASCII)
"""A model's name: own/MODEL, or own/PACK/MODEL."""
_WORD = re.compile(r"[a-z0-9][a-z0-9 _-]{0,39}", re.ASCII)

Length = Annotated[float, Field(gt=0, le=1000)]
Share = Annotated[float, Field(ge=0, le=1)]
Text = Annotated[str, Field(max_length=500)]
Position = Annotated[float, Field(ge=-1000, le=1000)]


class _Plain(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class LampSpot(_Plain):
    """A lamp of a model: a kind ("head", "tail") and where it shines from, in the asset's frame."""

    kind: str
    position_m: tuple[Position, Position, Position]


class SkySeen(_Plain):
    """What a panorama shows of the sky, as its picture is kept: of mean luminance 1, its sun dimmed.

    `sun_elevation_deg` and `sun_azimuth_deg` are its sun's, counter-clockwise from the middle column; None where clouds
    hide it. `level` is the illuminance that the picture's upper half gives a level surface.
    """

    sun_elevation_deg: float | None = Field(default=None, ge=-90, le=90)
    sun_azimuth_deg: float = Field(default=0.0, ge=-360, le=360)
    level: float = Field(gt=0, le=1e6)


class LinkSeen(_Plain):
    """A link of a robot: its name, and its frame in the asset's, the upper three rows of a 4x4 matrix in metres."""

    name: Text
    asset_from_link: tuple[
        Position, Position, Position, Position,
        Position, Position, Position, Position,
        Position, Position, Position, Position,
    ]  # fmt: skip


class SurfaceSeen(_Plain):
    """What a texture is as a surface: its mean colour, linear reflectance."""

    rgb: tuple[Share, Share, Share]


class Description(_Plain):
    """A model. `arrays` is the SHA-256 (hex) of the file with its arrays, of `bytes` bytes.

    `supercategory` is that of a category that Longtail does not have itself, else "". `serves` is the category in whose
    place scenarios put it, else "": an excavator drives where vans do. Sizes are metres, masses kilograms. `sky` is
    what a panorama shows that may be a scene's sky, `surface` what a texture is, `links` those of a robot in the order
    of their numbers; None of all else.
    """

    name: str
    category: str
    supercategory: str = ""
    family: str
    serves: str = ""
    size_m: tuple[Length, Length, Length]
    tags: tuple[str, ...] = ()
    weight: float = Field(default=4.0, gt=0, le=1e6)
    tints: tuple[tuple[Share, Share, Share], ...] = ()
    lamps: tuple[LampSpot, ...] = ()
    mass_kg: float | None = Field(default=None, gt=0, le=1e6)
    friction: float = Field(default=0.5, ge=0, le=5)
    branded: bool = False
    creator: Text = "unknown"
    licence: Text = "unknown"
    source: Text = ""
    sky: SkySeen | None = None
    surface: SurfaceSeen | None = None
    links: tuple[LinkSeen, ...] | None = None
    triangles: int = Field(ge=1)
    bytes: int = Field(ge=1)
    arrays: str = Field(pattern="^[0-9a-f]{64}$")

    @field_validator("name")
    @classmethod
    def _well_formed(cls, value: str) -> str:
        if not NAME.fullmatch(value):
            raise ValueError(
                f"expected own/MODEL or own/PACK/MODEL in small letters, digits, '-' and '_', got {value!r}"
            )
        return value

    @field_validator("category")
    @classmethod
    def _word(cls, value: str) -> str:
        if not _WORD.fullmatch(value):
            raise ValueError(f"expected a category's name in small letters and digits, got {value!r}")
        return value

    @property
    def digest(self) -> str:
        """Of all that it says, its arrays' digest among it: 32 hex digits of a SHA-256."""
        return hashlib.sha256(self.spelled().encode()).hexdigest()[:32]

    def spelled(self, indent: int | None = None) -> str:
        """As JSON. What came later and says nothing is left out, so that models which were kept before are the same."""
        return self.model_dump_json(indent=indent, exclude={name for name in _LATER if getattr(self, name) is None})

    @property
    def kind(self) -> Category:
        """Its category: ours where we have that name, else a new kind of thing."""
        return BY_NAME.get(self.category) or new_category(self.category, self.supercategory)


_LATER = ("sky", "surface", "links")


def new_category(name: str, supercategory: str) -> Category:
    """A kind of thing that Longtail has not, painted in a colour that follows from its name."""
    red, green, blue = (64 + value % 176 for value in hashlib.sha256(name.encode()).digest()[:3])
    return Category(name, supercategory or "object", True, (red, green, blue))
