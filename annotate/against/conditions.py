"""What two datasets call the same condition."""

from __future__ import annotations

import re

_PLAIN = frozenset(
    {"day", "daytime", "clear", "clouds", "overcast", "wind", "low_sun", "partly", "cloudy", "or", "and"}
)
"""Words of a day on which nothing falls or hides."""

_SAME = {
    "rainy": "rain", "snowy": "snow", "foggy": "fog", "mist": "fog", "nighttime": "night", "twilight": "dusk",
    "dawn": "dusk", "snow_cover": "snow",
}  # fmt: skip


def condition_of(text: str) -> str:
    """A condition's plain name, whoever spelled it: its words in order, joined by "+"; "day" where nothing is left.

    Examples:
        >>> condition_of("rain+flood, day"), condition_of("night_rain"), condition_of("clouds+wind, low_sun")
        ('flood+rain', 'night+rain', 'day')
    """
    text = text.strip().lower()
    for name in ("low_sun", "snow_cover"):
        text = text.replace(name, _SAME.get(name, "day"))
    words = {_SAME.get(word, word) for word in re.split(r"[^a-z]+", text) if word}
    return "+".join(sorted(words - _PLAIN)) or "day"
