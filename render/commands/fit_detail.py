"""Blur of the lens and grain of the chip, moved so that fine detail becomes that of real pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.stats import wasserstein_distance

from longtail.annotate.against.spectra import NAMES, Spectra
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.pixels.measure import LEAST_PX, luma_of
from longtail.annotate.pixels.scaled import picture, size_of
from longtail.colour import REC_709
from longtail.render.commands.fit_moving import WORTH, Move, shifted
from longtail.render.sensor.noise import noise_variance
from longtail.render.sensor.tone import CURVES
from longtail.scenes.camera.sensor import Sensor
from longtail.scenes.config.config import Config

BLUR, DENOISE = "sensor.blur_px", "sensor.denoise"
_TENTHS = tuple(round(0.1 * step, 1) for step in range(10))
# Where more pictures than this share do not say what their camera was, nothing is moved.
_MOST_UNKNOWN = 0.1

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Developing:
    """How code values become others: through the inverse of the tone curve `now`, `stops` lighter, through `then`."""

    now: str
    then: str
    stops: float = 0.0

    def light(self) -> Array:
        """The linear signal (256,) that each code value stands for, white being 1."""
        ramp = np.concatenate([[0.0], np.geomspace(1e-5, 8.0, 8192)])
        return np.interp(np.arange(256) / 255, CURVES[self.now](ramp), ramp)

    def table(self) -> NDArray[np.uint8]:
        """The code value (256,) that each becomes."""
        return np.asarray(np.rint(255 * CURVES[self.then](self.light() * 2.0**self.stops)), dtype=np.uint8)

    def slope(self) -> Array:
        """By how much what is developed, 0 to 1, grows with the signal that each code value (256,) becomes."""
        light = np.maximum(self.light() * 2.0**self.stops, 1e-5)
        return np.asarray((CURVES[self.then](light * 1.01) - CURVES[self.then](light * 0.99)) / (0.02 * light))


@dataclass(frozen=True)
class _Option:
    """A way to move a key: what becomes of a value, in words, and how far that is."""

    by: Callable[[float], float]
    words: str
    amount: float


_AS_IT_IS = _Option(lambda value: value, "", 0.0)


def _times(share: float, value: float) -> float:
    return share * value


def _more(pixels: float, value: float) -> float:
    return value + pixels


def _nearer_to_one(share: float, value: float) -> float:
    return 1 - share * (1 - value)


# Each keeps its key's order and stays inside its range, so that what is asked of a law is what becomes of its values.
_BLURS = (
    *(_Option(partial(_times, share), f"{share:g} times the blur", 1 - share) for share in _TENTHS),
    *(_Option(partial(_more, step / 10), f"{step / 10:g} px more blur", step / 10) for step in range(1, 21)),
)
_DENOISINGS = (
    *(_Option(partial(_times, share), f"{share:g} times the share of noise removed", 1 - share) for share in _TENTHS),
    *(_Option(partial(_nearer_to_one, share), f"{share:g} times the noise", 1 - share) for share in _TENTHS),
)


def detail(
    config: Config,
    dataset: Dataset,
    frames: Sequence[int],
    longest_px: int,
    developing: Developing,
    goal: Mapping[str, Array],
) -> list[Move]:
    """Moves of blur and denoising by which the sum of the earth mover's distances of `NAMES` becomes least.

    Our pictures are taken as they are after `developing`; `goal` are the real values of each. Each frame's own blur,
    noise and gain are known from its record. Nothing where records do not say these.
    """
    seen = [one for index in frames if (one := _Grained.of(dataset, index, longest_px, developing)) is not None]
    if len(seen) < (1 - _MOST_UNKNOWN) * len(frames) or not seen:
        return []
    spectra = Spectra.of(
        [one.luma for one in seen],
        [one.sensor.blur_px for one in seen],
        [one.noise(one.sensor.denoise, developing, again=False) for one in seen],
        [one.scale for one in seen],
    )
    blurs = [
        (option, np.array([option.by(one.sensor.blur_px) for one in seen]))
        for option in (_AS_IT_IS, *_usable(config, BLUR, _BLURS))
    ]
    noises = [
        (option, np.array([one.noise(option.by(one.sensor.denoise), developing, again=True) for one in seen]))
        for option in (_AS_IT_IS, *_usable(config, DENOISE, _DENOISINGS))
    ]
    found = {
        (blur, noise): _apart(spectra.under(blurred, grained), goal)
        for blur, blurred in blurs
        for noise, grained in noises
    }
    before = found[_AS_IT_IS, _AS_IT_IS]

    def order(pair: tuple[_Option, _Option]) -> tuple[float, float]:
        # Each key that is moved must be worth it by itself.
        moved = sum(option is not _AS_IT_IS for option in pair)
        return found[pair] + moved * WORTH, sum(option.amount for option in pair)

    best = min(found, key=order)
    told = f"sharpness, noise and slope of the spectrum together {before:.2f} real deviations apart"
    why = f"{told}, {found[best]:.2f} then"
    return [
        move
        for key, option in zip((BLUR, DENOISE), best, strict=True)
        for move in shifted(config, key, option.by, f"{option.words}; {why}", option.amount)
    ]


def _usable(config: Config, key: str, options: Sequence[_Option]) -> list[_Option]:
    now = config.to_json().get(key)
    made = ((option, shifted(config, key, option.by, "", option.amount)) for option in options)
    return [option for option, moves in made if moves and moves[0].node != now]


def _apart(values: Array, goal: Mapping[str, Array]) -> float:
    """The sum of all three distances, each over the real deviation."""
    total = 0.0
    for name, ours in zip(NAMES, values.T, strict=True):
        both = [side[np.isfinite(side)] for side in (ours, goal[name])]
        if min(map(len, both)):
            total += float(wasserstein_distance(*both)) / max(float(both[1].std()), 1e-9)
    return total


@dataclass(frozen=True, eq=False)
class _Grained:
    """A picture as small as the real ones: its luma, how its code values are spread, by what it was taken.

    `shares` (3, 256) are those of each code value in red, green and blue, before it is developed anew.
    """

    luma: NDArray[np.float32]
    shares: Array
    sensor: Sensor
    iso: float
    scale: float

    @classmethod
    def of(cls, dataset: Dataset, index: int, longest_px: int, developing: Developing) -> _Grained | None:
        """None where the frame's record does not say what its sensor was."""
        record = dataset.record(index)
        exposure = record.extra.get("exposure")
        if not {BLUR, DENOISE} <= set(record.parameters) or not isinstance(exposure, Mapping):
            return None
        rgb = dataset.read("images", index)
        size = (rgb.shape[1], rgb.shape[0])
        small = picture(rgb, size_of(size, max(longest_px, LEAST_PX)))
        shares = [np.bincount(small[..., channel].ravel(), minlength=256) / small[..., 0].size for channel in range(3)]
        sensor, scale = Sensor.drawn(record.parameters), small.shape[1] / size[0]
        return cls(luma_of(developing.table()[small]), np.array(shares), sensor, float(exposure["iso"]), scale)

    def noise(self, denoise: float, developing: Developing, *, again: bool) -> float:
        """The variance of luma's noise: of that which there is, developed along, or of what it would be anew.

        Fewer pixels are means of more: the variance shrinks with their number.
        """
        lighter = 2.0**developing.stops
        sensor, light = replace(self.sensor, denoise=denoise), developing.light()
        variance = (
            noise_variance(light * lighter, sensor, self.iso)
            if again
            else noise_variance(light, sensor, self.iso) * lighter**2
        )
        by_channel = self.shares @ (variance * developing.slope() ** 2)
        return float(np.square(REC_709) @ by_channel) * self.scale**2
