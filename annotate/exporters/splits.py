"""Where exporters look for the splits, which are those of `longtail.annotate.choosing.splits`."""

from longtail.annotate.choosing.splits import NAMES, Splits

__all__ = ["NAMES", "Splits"]
