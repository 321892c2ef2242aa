"""What the surfaces of a view are made of, where somebody asked: materials, their parts, and how much light they
scatter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.labels.parts import NO_PART, PARTS

Pass = Literal["albedo", "material", "normals"]
"""What a renderer says of surfaces beyond who owns them and how far they are."""

NO_MATERIAL = 0
BRIGHTEST_ALBEDO = 1.25
"""What is both lit and shone through, as leaves are, may scatter a little more than all light; no share is larger."""


@dataclass(frozen=True)
class SeenMaterial:
    """A material that a picture shows: `id` is its value in that picture's mask, and in no other's.

    `name` tells it from all others and is the same in every frame that this version makes; `kind` is what it is a case
    of ("car paint", "glass"); `part` is one of `PARTS`, "" for none; `link` is the number of the robot's link that
    wears it (`annotate.labels.links`), 0 for none.
    """

    id: int
    name: str
    kind: str
    part: str = ""
    link: int = 0

    def to_json(self) -> dict[str, Any]:
        said = asdict(self)
        return said if self.link else {key: value for key, value in said.items() if key != "link"}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> SeenMaterial:
        """What `to_json` wrote; KeyError, TypeError or ValueError for anything else."""
        return cls(int(data["id"]), str(data["name"]), str(data["kind"]), str(data["part"]), int(data.get("link", 0)))


@dataclass(frozen=True, eq=False)
class Surfaces:
    """H and W are the picture's. What nobody asked for is None.

    Attributes:
        albedo: (H, W, 3) float32, linear sRGB, red first: the share of light that the surface scatters diffusely
        material: (H, W) uint16, the ids of `materials`, 0 where a ray meets nothing
        materials: those that the picture shows, in order of their ids, which is that of their names
    """

    albedo: NDArray[np.float32] | None = None
    material: NDArray[np.uint16] | None = None
    materials: tuple[SeenMaterial, ...] = ()

    def parts(self) -> NDArray[np.uint8] | None:
        """(H, W) ids of `PARTS`, 0 where a surface is none; None without materials."""
        return None if self.material is None else part_mask(self.material, self.materials)


def part_mask(material: NDArray[np.uint16], materials: Sequence[SeenMaterial]) -> NDArray[np.uint8]:
    """The part (H, W) uint8 of each pixel's material; KeyError for a part that is none of `PARTS`."""
    table = np.full(int(material.max(initial=0)) + 1, NO_PART, dtype=np.uint8)
    for row in materials:
        if row.part and row.id < table.size:
            table[row.id] = PARTS[row.part].id
    return table[material]


def numbered(
    index: NDArray[np.int64], known: Mapping[int, SeenMaterial]
) -> tuple[NDArray[np.uint16], tuple[SeenMaterial, ...]]:
    """A renderer's material numbers (H, W) as ids that follow from what is seen alone, and the table of these.

    `known` says what a renderer's numbers stand for, whatever ids it gives; 0 is nothing. Numbers of one name become
    one id. KeyError for a number that is not known.
    """
    shown, places = np.unique(index, return_inverse=True)
    rows = {known[number].name: known[number] for number in shown.tolist() if number}
    seen = tuple(replace(rows[name], id=place) for place, name in enumerate(sorted(rows), start=1))
    ids = {row.name: row.id for row in seen}
    table = np.array([ids[known[n].name] if n else NO_MATERIAL for n in shown.tolist()], dtype=np.uint16)
    return table[places].reshape(index.shape), seen
