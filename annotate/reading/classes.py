"""Class numbers as detectors count them: things from 1 on without a gap, and 0 for the background."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.labels.taxonomy import Taxonomy

BACKGROUND = "background"


def class_names(taxonomy: Taxonomy) -> tuple[str, ...]:
    """The names of the classes by their numbers; a network's `num_classes` is how many there are."""
    return BACKGROUND, *(category.name for _, category in taxonomy if category.is_thing)


def classes_of(category_ids: NDArray[np.int64], taxonomy: Taxonomy) -> NDArray[np.int64]:
    """The class numbers (N,) of things by their category ids (N,): the ids themselves, where these have no gap."""
    things = [number for number, category in taxonomy if category.is_thing]
    return np.searchsorted(np.array(things, dtype=np.int64), category_ids).astype(np.int64) + 1
