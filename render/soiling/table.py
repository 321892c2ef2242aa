"""What can be on the glass, from the outermost to the innermost: one file each, one line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from longtail.render.soiling.condensation import condensation
from longtail.render.soiling.dirt import dirt
from longtail.render.soiling.drops import drops
from longtail.render.soiling.dust import dust
from longtail.render.soiling.frost import frost
from longtail.render.soiling.glass import Array, Glass, Layer, Rng
from longtail.scenes.camera.soiling import Soiling


@dataclass(frozen=True)
class Kind:
    """`put` shows a picture behind it; `amount` is how much of it there is, 0 for none."""

    put: Callable[[Array, Soiling, Glass, Rng], Layer]
    amount: Callable[[Soiling], float]


KINDS: dict[str, Kind] = {
    "dust": Kind(dust, lambda soiling: soiling.dust),
    "dirt": Kind(dirt, lambda soiling: soiling.dirt),
    "frost": Kind(frost, lambda soiling: soiling.frost),
    "drops": Kind(drops, lambda soiling: soiling.drops.count),
    "condensation": Kind(condensation, lambda soiling: soiling.condensation),
}
