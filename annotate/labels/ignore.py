"""Which things no human could have annotated in the picture, by a rule that a dataset states with its numbers.

A renderer knows that a car stands behind the fog; nobody who looks at the picture does. A network that is trained on
such labels learns to guess, and one that is scored on them is scored on its guesses.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from longtail.annotate.labels.appearance import Appearance


@dataclass(frozen=True)
class IgnoreRule:
    """A thing is ignored where one of its numbers crosses its threshold. A number that is not known ignores nothing.

    Attributes:
        min_area_px: 16 visible pixels. Johnson's criteria (1958) put recognition at 4 cycles, 8 pixels, across a
            target. The target transfer probability function that goes with them has about one observer in ten succeed
            with half as many: 4 pixels across, taken as the square root of the area. Benchmarks are stricter:
            Cityscapes scores instances from 100 pixels on.
        min_visible_fraction: 0.1. Below it hardly more than a silhouette's edge is left, and what it belongs to is a
            guess.
        min_transmission: 0.05, the contrast threshold by which the meteorological optical range is defined (WMO-No. 8,
            chapter 9): a black thing before the horizon sky is lost where less than this share of its light comes
            through (Koschmieder's law).
        min_contrast: 1 unit of CIELAB along the outline. Colour patches differ just noticeably at 2.3 (Mahy, Van Eycken
            and Oosterlinck, 1994); an outline carries on where patches end, so only less than half of that is
            invisible.
        max_lens_fraction: 0.8, so that a fifth of what could be seen is seen undistorted.
    """

    min_area_px: int = 16
    min_visible_fraction: float = 0.1
    min_transmission: float = 0.05
    min_contrast: float = 1.0
    max_lens_fraction: float = 0.8

    def __post_init__(self) -> None:
        if self.min_area_px < 0 or self.min_contrast < 0:
            raise ValueError("ignore rule: expected min_area_px and min_contrast of 0 or more")
        for name in ("min_visible_fraction", "min_transmission", "max_lens_fraction"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"ignore rule {name}: expected 0 to 1, got {getattr(self, name)}")

    @classmethod
    def nothing(cls) -> IgnoreRule:
        """The rule that ignores no thing at all."""
        return cls(0, 0.0, 0.0, 0.0, 1.0)

    def reasons(self, area_px: int, visible_fraction: float | None, appearance: Appearance) -> tuple[str, ...]:
        """The names of the numbers that crossed their thresholds, in the rule's order; empty where a thing counts.

        Examples:
            Ten pixels of a car in fog:

            >>> IgnoreRule().reasons(10, 0.5, Appearance(transmission=0.01, contrast=2.0, lens_fraction=0.0))
            ('area', 'transmission')
        """
        below = (
            ("area", area_px, self.min_area_px),
            ("visible_fraction", visible_fraction, self.min_visible_fraction),
            ("transmission", appearance.transmission, self.min_transmission),
            ("contrast", appearance.contrast, self.min_contrast),
        )
        names = [name for name, value, least in below if value is not None and value < least]
        if appearance.lens_fraction > self.max_lens_fraction:
            names.append("lens_fraction")
        return tuple(names)

    def reasons_of_shape(self, area_px: int, visible_fraction: float | None) -> tuple[str, ...]:
        """Those of the reasons that are known before there is a picture."""
        return self.reasons(area_px, visible_fraction, Appearance(None, None, 0.0))

    @property
    def asks_the_picture(self) -> bool:
        """Whether there are reasons that only a picture knows."""
        return self.min_transmission > 0 or self.min_contrast > 0 or self.max_lens_fraction < 1

    def to_json(self) -> dict[str, Any]:
        """Every threshold by name."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> IgnoreRule:
        """What `to_json` wrote; KeyError, TypeError or ValueError for anything else."""
        return cls(
            int(data["min_area_px"]),
            float(data["min_visible_fraction"]),
            float(data["min_transmission"]),
            float(data["min_contrast"]),
            float(data["max_lens_fraction"]),
        )
