"""Every condition at low, middle and high strength, as weathers, lights and glass say it of themselves.

Each is a mapping of config overrides that pins the condition's own parameters and, where the condition would otherwise
depend on chance, the light it is shown in.
"""

from __future__ import annotations

from collections.abc import Mapping

from longtail.occurrence import WEATHER
from longtail.scenes.atmosphere import light_presets
from longtail.scenes.camera import soiling
from longtail.scenes.space.space import Space
from longtail.scenes.space.strengths import STRENGTH_WORDS, Pins, Strengths
from longtail.scenes.weather.table import WEATHERS

STRENGTHS: Mapping[str, Strengths] = {
    **{name: kind.strengths for name, kind in WEATHERS.items() if kind.strengths is not None},
    **light_presets.STRENGTHS,
    **soiling.STRENGTHS,
}


def scenes_of(space: Space, strengths: Mapping[str, Strengths] = STRENGTHS) -> list[dict[str, object]]:
    """The strengths as variants of a config: "rain, low" and so on.

    Conditions that the space cannot show are left out, and so are pins of what it has not.
    """
    return [
        {"name": f"{name}, {word}", **{path: value for path, value in pins.items() if path in space.paths}}
        for name, three in strengths.items()
        if _shown(space, name, three)
        for word, pins in zip(STRENGTH_WORDS, three, strict=True)
    ]


def _shown(space: Space, name: str, three: Strengths) -> bool:
    """Whether the space has what tells the three apart and, where it is a weather, that weather."""
    told_apart = {path for pins in three for path in pins if len({repr(other.get(path)) for other in three}) > 1}
    return told_apart <= set(space.paths) and _offers(space, name, three[0])


def _offers(space: Space, name: str, pins: Pins) -> bool:
    if WEATHER not in space.paths:
        return name not in WEATHERS
    return WEATHER not in pins or pins[WEATHER] in (space.parameter(WEATHER).choices or ())
