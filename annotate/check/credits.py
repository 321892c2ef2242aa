"""The credits of dataset.json against the assets that the records name."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from longtail.annotate.check.finding import Finding
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.layout import DATASET

_REPAIR = "the command that made the dataset writes them anew"
_SHOWN = 5


def check_credits(dataset: Dataset, shown: Collection[str]) -> Iterator[Finding]:
    """One finding for assets without a credit, one for credits of what no frame has; `shown` are the assets of all.

    Assets of a catalogue have a slash in their names ("sh3f/scopia/bicycle") and need a credit. The rest are pieces of
    one scene's ground, which no other scene has.
    """
    credited = {credit.name for credit in dataset.info.assets}
    if missing := sorted(name for name in frozenset(shown) - credited if "/" in name):
        yield Finding(DATASET, None, f"a credit for each asset; {_REPAIR}", f"none for {_listed(missing)}")
    if unused := sorted(credited.difference(shown)):
        yield Finding(DATASET, None, f"credits of what a frame has; {_REPAIR}", f"one for {_listed(unused)}")


def _listed(names: list[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
