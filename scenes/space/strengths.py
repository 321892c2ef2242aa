"""What a condition looks like at low, middle and high strength: what previews, documentation and cost tables show."""

from __future__ import annotations

from collections.abc import Mapping

Pins = Mapping[str, object]
"""Overrides of a config, by path."""

Strengths = tuple[Pins, Pins, Pins]

STRENGTH_WORDS = ("low", "middle", "high")


def three(path: str, values: tuple[object, object, object], *fixed: Pins) -> Strengths:
    """One parameter at three values; `fixed` pins what the condition would otherwise leave to chance."""
    beside = {key: value for pins in fixed for key, value in pins.items()}
    first, second, third = ({**beside, path: value} for value in values)
    return first, second, third


DAYLIGHT: Pins = {"lighting.sun_elevation_deg": 35, "lighting.sun_azimuth_deg": 70}
"""What conditions are shown in that look alike in any light: a high sun from the side."""
