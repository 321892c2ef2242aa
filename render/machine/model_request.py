"""What is asked of the process that reads a model's file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ARRAYS = "arrays.npz"
"""The file, on the process's desk, that the mesh is written to."""
PLACE = "place"
"""The format of a .blend that is read as a place: the file on the desk is that of `own_place.place.packed`."""
ROBOT = "robot"
"""The format of a robot in a pose, of which `Asked.parts` says what is to be read."""
PANORAMA = "panorama"
"""The format of a picture of all that is around: the file on the desk is that of a model, a ball seen from inside."""
TEXTURE = "texture"
"""The format of a texture's maps, of which `Asked.parts` says which file is which: the file on the desk is that of a
model, a plate of 1 m."""


@dataclass(frozen=True)
class Asked:
    """A request: the file to read, as which format, and with what means.

    Attributes:
        root: the folder that textures and parts of the model may lie in
        desk: an empty folder, which takes the arrays
        parts: of a robot (`ROBOT`), each mesh or solid with its place, as `render.importing.robots` has them; of a
            texture (`TEXTURE`) each map, as `render.importing.textures` has them
        most_faces: of more the model is refused; above `faces` it is reduced to so many
    """

    file: str
    format: str
    root: str
    desk: str
    most_faces: int = 10_000_000
    faces: int = 250_000
    cpu_s: int = 300
    memory_bytes: int = 8 << 30
    file_bytes: int = 1 << 30
    parts: Sequence[Mapping[str, Any]] = ()
