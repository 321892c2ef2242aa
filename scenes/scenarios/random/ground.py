"""What there is of a world in a randomised domain: lamps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from longtail.scenes.assets.asset import Lamp
from longtail.scenes.geometry.surface import Surface
from longtail.scenes.scene import Ground


@dataclass(frozen=True)
class Nowhere(Ground):
    """Nothing to stand on; the lamps that light what flies."""

    kind: ClassVar[str] = "nowhere"

    lit: tuple[Lamp, ...]

    def pieces(self) -> tuple[Surface, ...]:
        return ()

    def lamps(self) -> tuple[Lamp, ...]:
        return self.lit
