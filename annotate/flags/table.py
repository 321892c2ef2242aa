"""All flags, most serious first."""

from __future__ import annotations

from longtail.annotate.flags import artefacts, exposure, seen, sizes, standing
from longtail.annotate.flags.flag import Flag, Scorer


def _measured(highest: str) -> str:
    return f"the highest of 566 sound pictures has {highest}"


_LIT = "the highest of 631 sound pictures of streets has {}"

DUPLICATE, NEAR_DUPLICATE, OUTLIER = "duplicate", "near_duplicate", "outlier"
"""Those that take all frames together."""

# name, what it says, unit of the score, threshold, where that is from, and who scores a frame
_TABLE: tuple[tuple[str, str, str, float, str, Scorer | None], ...] = (
    (DUPLICATE, "its picture is that of an earlier frame, byte for byte", "frames", 0.0, "SHA-256 of the files", None),
    ("camera_inside", "the camera is inside of a thing, a house or a wall", "m", 0.05, _measured("0"),
     standing.camera_inside),
    ("missing_texture", "it has the magenta of a missing texture", "share of the picture", 0.0005, _measured("0"),
     artefacts.missing_texture),
    ("empty", "it shows nothing", "share of the picture", 0.97, _measured("0.16"), exposure.empty),
    ("too_dark", "it is darker than its light makes it", "stops", 0.5, _LIT.format(0.3), exposure.too_dark),
    ("blown_out", "it is brighter than its light makes it", "stops", 0.3, _LIT.format(0.27), exposure.blown_out),
    ("floating", "a thing has air under it", "times 0.1 m, or a fifth of its longest side", 1.0, _measured("0.65"),
     standing.floating),
    ("interpenetrating", "two things stand in one another", "share of half the lesser's least side", 0.5,
     _measured("0.32"), standing.interpenetrating),
    ("implausible_size", "a thing is larger or smaller than its kind", "times", 1.05, _measured("0.94"),
     sizes.implausible_size),
    (NEAR_DUPLICATE, "its picture is nearly that of an earlier frame of another scene", "correlation of details", 0.85,
     "of 66,251 pairs of different scenes none has more than 0.73", None),
    ("label_unseen", "a label that counts is of what cannot be seen", "times fainter than the least contrast", 1.25,
     _measured("0.98"), seen.label_unseen),
    ("fireflies", "bright points stand alone", "per megapixel", 600.0, _measured("350"), artefacts.fireflies),
    ("blotches", "even surfaces have patches of colour", "CIELAB", 5.0, _measured("4.4"), artefacts.blotches),
    ("illegible_sign", "a sign is large enough to be read, and its text is not there", "times", 1.0, _measured("0.61"),
     seen.illegible_sign),
    (OUTLIER, "its drawn values are far from those of all other frames", "times where outliers begin", 1.0,
     "tails of normal and exponential laws stay below", None),
)  # fmt: skip

FLAGS = {row[0]: Flag(*row) for row in _TABLE}
"""By name."""
