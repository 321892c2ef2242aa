"""What things stand on in a place of the user's: all that is to be seen of it are assets, so this is its lamps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from longtail.scenes.assets.asset import Lamp
from longtail.scenes.geometry.surface import Surface
from longtail.scenes.scene import Ground


@dataclass(frozen=True)
class OwnPlace(Ground):
    """The lamps of a file, as they burn."""

    kind: ClassVar[str] = "own place"

    lit: tuple[Lamp, ...]

    def pieces(self) -> tuple[Surface, ...]:
        return ()

    def lamps(self) -> tuple[Lamp, ...]:
        return self.lit
