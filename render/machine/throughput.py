"""How many samples a second a device takes: the work grows until it lasts long enough to be measured."""

from __future__ import annotations

from collections.abc import Callable

# Long against what clocks and schedulers blur, short against anybody's patience.
_ENOUGH_S = 0.4
_GROWTH = 4
# A picture of so many samples would take a second on a device a hundred times as fast as any that was seen.
_MOST = 4**8


def samples_per_second(seconds_of: Callable[[int], float], pixels: int) -> float:
    """Samples of a pixel that are taken in a second, of all `pixels` together.

    `seconds_of` renders with so many samples a pixel and says what it took. What a picture takes whatever its samples
    (a GPU's session: 0.2 to 0.3 s) is measured first, with one, and counts for nothing; before that, one is rendered
    for whatever is loaded once.
    """
    seconds_of(1)
    least = seconds_of(1)
    samples = _GROWTH
    while True:
        more = seconds_of(samples) - least
        if more >= _ENOUGH_S or samples >= _MOST:
            return pixels * (samples - 1) / max(more, 1e-6)
        samples *= _GROWTH
