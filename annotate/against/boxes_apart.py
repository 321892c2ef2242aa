"""Things of a dataset beside those of a real one: what is shown how often, how large, and where.

Distances are two-sample Kolmogorov-Smirnov statistics (0 alike, 1 apart) and Wasserstein distances in the quantity's
own unit. They measure the gap to be closed by changing the configuration; p-values would only say that there is one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.against.real import RealDataset
from longtail.annotate.against.samples import two_samples
from longtail.annotate.labels.taxonomy import Taxonomy
from longtail.annotate.statistics.boxes import Boxes

ALIASES = {
    "pedestrian": "person",
    "people": "person",
    "cyclist": "rider",
    "motor": "motorcycle",
    "motorbike": "motorcycle",
    "bike": "bicycle",
    "lorry": "truck",
    "fire hydrant": "hydrant",
    "stop sign": "traffic sign",
}
"""What other datasets (BDD100K, KITTI, COCO) call our categories."""


def matches(theirs: Iterable[str], taxonomy: Taxonomy) -> dict[str, tuple[set[str], set[str]]]:
    """Categories that both have: a name, then (their names, our names) that count as it.

    A category of ours that they lack counts as the one that has the same COCO id, if they have that: where vans are not
    told from cars, ours are cars as well.
    """
    found: dict[str, tuple[set[str], set[str]]] = {}
    for name in theirs:
        own = ALIASES.get(name, name)
        if own in taxonomy and taxonomy[own].is_thing:
            found.setdefault(own, (set(), {own}))[0].add(name)
    for _, category in taxonomy:
        if category.is_thing and category.name not in found and category.coco_id:
            for name, (_, ours) in found.items():
                if taxonomy[name].coco_id == category.coco_id:
                    ours.add(category.name)
                    break
    return {category.name: found[category.name] for _, category in taxonomy if category.name in found}


def boxes_apart(own: Boxes, real: RealDataset, taxonomy: Taxonomy) -> dict[str, Any]:
    """Categories one by one, and where things are, as JSON values."""
    pairs = matches(real.categories, taxonomy)
    ours_all, theirs_all = _none(own), _none(real.boxes)
    rows = []
    for name, (their_names, our_names) in pairs.items():
        ours, theirs = own.of(our_names), real.boxes.of(their_names)
        ours_all, theirs_all = ours_all | ours, theirs_all | theirs
        rows.append(
            {
                "name": name,
                "ours": sorted(our_names),
                "theirs": sorted(their_names),
                "per_image": two_samples(own.per_picture(ours), real.boxes.per_picture(theirs)),
                "size": two_samples(own.sizes()[ours], real.boxes.sizes()[theirs]),
                "heat_map_distance": heat_map_distance(own.heat_map(ours), real.boxes.heat_map(theirs)),
            }
        )
    return {
        "categories": rows,
        "only_theirs": sorted(set(real.categories) - {name for theirs, _ in pairs.values() for name in theirs}),
        "only_ours": sorted(set(own.categories) - {name for _, ours in pairs.values() for name in ours}),
        "per_image": two_samples(own.per_picture(ours_all), real.boxes.per_picture(theirs_all)),
        "size": two_samples(own.sizes()[ours_all], real.boxes.sizes()[theirs_all]),
        "heat_maps": {"ours": own.heat_map(ours_all), "theirs": real.boxes.heat_map(theirs_all)},
        "heat_map_distance": heat_map_distance(own.heat_map(ours_all), real.boxes.heat_map(theirs_all)),
    }


def heat_map_distance(ours: NDArray[np.int64], theirs: NDArray[np.int64]) -> float | None:
    """Total variation between two maps, 0 alike to 1 apart; None where one is empty.

    Cells are put together three by three, because sparse maps differ by chance in every single cell.
    """
    shares = []
    for counts in (ours, theirs):
        coarse = np.add.reduceat(np.add.reduceat(counts, np.arange(0, counts.shape[0], 3), axis=0),
                                 np.arange(0, counts.shape[1], 3), axis=1)  # fmt: skip
        if not coarse.sum():
            return None
        shares.append(coarse / coarse.sum())
    return float(np.abs(shares[0] - shares[1]).sum() / 2)


def _none(boxes: Boxes) -> NDArray[np.bool_]:
    return np.zeros(len(boxes), dtype=np.bool_)
