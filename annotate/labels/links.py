"""The links of robots: which rigid body of a robot a surface is of, and where each of them is.

A link is what URDF calls one (http://wiki.ros.org/urdf/XML/link). The robot stays one instance; a link's number counts
within its robot, from 1 in the order of the robot's file, and is the same in every picture.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera.transform import Transform
from longtail.annotate.labels.surfaces import SeenMaterial

NO_LINK = 0


@dataclass(frozen=True)
class Link:
    """A link by its name, and `object_from_link`: its frame in that of the robot, in the robot's pose."""

    name: str
    object_from_link: Transform


@dataclass(frozen=True)
class SeenLink:
    """A link that a picture shows: its number, its name, and how many pixels of its robot's mask are its own."""

    id: int
    name: str
    area: int

    def to_json(self) -> dict[str, Any]:
        return {"id": self.id, "name": self.name, "area": self.area}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> SeenLink:
        """What `to_json` wrote; KeyError, TypeError or ValueError for anything else."""
        return cls(int(data["id"]), str(data["name"]), int(data["area"]))


def link_mask(material: NDArray[np.uint16], materials: Sequence[SeenMaterial]) -> NDArray[np.uint16]:
    """The number (H, W) uint16 of the link that each pixel's material is worn by; 0 where it is worn by none."""
    table = np.full(int(material.max(initial=0)) + 1, NO_LINK, dtype=np.uint16)
    for row in materials:
        if row.link and row.id < table.size:
            table[row.id] = row.link
    return table[material]


def seen_links(mask: NDArray[np.uint16], own: NDArray[np.bool_], links: Sequence[Link]) -> tuple[SeenLink, ...]:
    """Which of a robot's `links` a picture shows, in their order: `mask` (H, W) has their numbers, `own` (H, W) says
    where the robot is."""
    areas = np.bincount(mask[own], minlength=len(links) + 1)
    return tuple(SeenLink(k, link.name, int(areas[k])) for k, link in enumerate(links, start=1) if areas[k])


def links_of(rows: Sequence[Mapping[str, Any]], world_from_object: Transform) -> tuple[Link, ...]:
    """The links that a record's object states, whose frames it has in the world; KeyError, TypeError or ValueError
    where it states none."""
    if [row["id"] for row in rows] != list(range(1, len(rows) + 1)):
        raise ValueError(f"links: expected ids from 1 in their order, got {[row['id'] for row in rows][:8]}")
    object_from_world = world_from_object.inverse()
    frames = (Transform("world", "link", np.array(row["world_from_link"], dtype=np.float64)) for row in rows)
    return tuple(Link(str(row["name"]), object_from_world @ frame) for row, frame in zip(rows, frames, strict=True))
