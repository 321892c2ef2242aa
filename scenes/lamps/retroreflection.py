"""What sheets on signs throw back of the headlights' light to a camera beside them."""

from __future__ import annotations

import math

# A white sheet of class RA2 returns 250, 180 and 5 cd/m2 per lux to an eye that is 0.2, 0.33 and 2 degrees off its lamp
# (EN 12899-1, from memory): this curve goes through all three.
_STRAIGHT_CD, _HALVED_DEG = 294.0, 0.4
FALLS = 2.5
"""The power of the angle by which it falls."""
# From a camera behind a windscreen to the headlights (our estimate of cars).
_LAMPS_OFF_M = 0.95
HALVED_M = math.degrees(_LAMPS_OFF_M) / _HALVED_DEG
"""How far off a sheet is that returns half of what it returns where it is very far."""
# A dipped beam sends some 350 cd above its cut-off, a main one some ten thousand off its axis.
RETRO_KCD = {"dipped": _STRAIGHT_CD * 350 / 1000, "main": _STRAIGHT_CD * 10_000 / 1000}
"""By beam: what a white sheet sends straight back to its lamps, in kcd (kcd/m2 at 1 m)."""
