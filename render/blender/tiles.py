"""Textures of several tiles (UDIM): one picture that has them side by side, as they lie in the plane of coordinates.

Tile 1001 lies over U and V from 0 to 1, each next one of ten further along U, and each ten further up V.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_FIRST, _ACROSS = 1001, 10
# Where a tile is missing.
_GREY = (128, 128, 128, 255)


@dataclass(frozen=True)
class Grid:
    """The columns and rows of tiles that a texture has, from its lowest and leftmost one on."""

    column: int
    row: int
    columns: int
    rows: int

    @classmethod
    def of(cls, image: Any) -> Grid:
        """That of Blender's image whose source is TILED."""
        places = [_place(tile.number) for tile in image.tiles] or [(0, 0)]
        (left, right), (low, high) = ((min(axis), max(axis)) for axis in zip(*places, strict=True))
        return cls(left, low, right - left + 1, high - low + 1)

    @property
    def matrix(self) -> NDArray[np.float64]:
        """From coordinates to those of the picture that has all tiles, (3, 3)."""
        wide, high = float(self.columns), float(self.rows)
        return np.array([[1 / wide, 0.0, -self.column / wide], [0.0, 1 / high, -self.row / high], [0.0, 0.0, 1.0]])

    def most_px(self, whole_px: int) -> int:
        """How many pixels a tile may have on each side where the whole may have so many."""
        return max(whole_px // max(self.columns, self.rows), 1)

    def joined(self, tiles: Mapping[int, Image.Image]) -> bytes:
        """A PNG of the tiles, by their numbers, all as large as the largest; what is missing is grey."""
        side = max(max(tile.size) for tile in tiles.values())
        whole = Image.new("RGBA", (side * self.columns, side * self.rows), _GREY)
        for number, tile in tiles.items():
            column, row = _place(number)
            # Rows of pictures go down.
            corner = (column - self.column) * side, (self.rows - 1 - (row - self.row)) * side
            whole.paste(tile.convert("RGBA").resize((side, side), Image.Resampling.LANCZOS), corner)
        data = BytesIO()
        whole.save(data, "PNG")
        return data.getvalue()


def named(path: str, number: int) -> str:
    """The file of a tile where its number stands for a mark in the path."""
    column, row = _place(number)
    return path.replace("<UDIM>", str(number)).replace("<UVTILE>", f"u{column + 1}_v{row + 1}")


def _place(number: int) -> tuple[int, int]:
    return (number - _FIRST) % _ACROSS, (number - _FIRST) // _ACROSS
