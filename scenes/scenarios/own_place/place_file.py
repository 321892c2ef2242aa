"""A .blend of the user's, read: what every process is handed of it, and what tells it from others."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from longtail.annotate.errors import ConfigError
from longtail.scenes.scenarios.own_place.place import Place, unpacked

SUFFIX = ".blend"


@dataclass(frozen=True)
class PlaceFile:
    """`path` is as it was spelled, on the machine where the file was read.

    Attributes:
        sha256: SHA-256 (hex) of the .blend's bytes
        data: what it says, as `place.packed` has it
    """

    path: str
    sha256: str
    data: bytes = field(repr=False, compare=False)

    @property
    def name(self) -> str:
        """The file's name without its folder: what a dataset says of it, with its digest."""
        return Path(self.path).name

    @cached_property
    def place(self) -> Place:
        """What it says. ConfigError where the data are damaged."""
        found = unpacked(self.data)
        if found is None:
            raise ConfigError(f"{self.path}: expected a place as it was read, got damaged data; run the command again")
        return found
