"""Colours of walls, as seen on European streets."""

from __future__ import annotations

from longtail.scenes.geometry.materials import Plaster, Stone, srgb

PLASTER = tuple(
    srgb(code)
    for code in (
        "#d9cfb8", "#e3dccb", "#cdb991", "#d8b98a", "#c9a27a", "#b9b4a8", "#d6c2ae", "#c58f72",
        "#aab3a6", "#b3bfc7", "#e6e1d6", "#cfae9c", "#d8cf9f", "#9fa3a0", "#c7c9c4", "#b98d6b",
    )
)  # fmt: skip
BRICK = tuple(srgb(code) for code in ("#8a4b38", "#7a4031", "#9a5f45", "#6b3b32", "#a88a63", "#b59a78", "#704f44"))
SANDSTONE = tuple(srgb(code) for code in ("#cbb892", "#d4c6a5", "#bfae8c", "#d8d0bd", "#c4b7a1", "#b7a07e", "#c9bfae"))
CONCRETE = tuple(srgb(code) for code in ("#c9c6bd", "#b8b7b2", "#d6d2c6", "#cfc0a6", "#a9adb0", "#d3cfc9"))
METAL = tuple(srgb(code) for code in ("#9aa3a8", "#5d7283", "#b8b9b4", "#6f7d6a", "#a3907a"))

PARTY_WALL = Plaster(srgb("#b3aa9b"), tinted=False)
PLINTH_STONE = Stone(srgb("#77726a"))
WHITE_TRIM = Plaster(srgb("#e4dfd3"), tinted=False)
