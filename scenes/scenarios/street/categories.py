"""What a street's labels call things; their order gives their ids, so a new one goes to the end of its kind."""

from __future__ import annotations

from longtail.annotate.labels.taxonomy import Taxonomy

TAXONOMY = Taxonomy.of(
    (
        # things
        "person",
        "rider",
        "car",
        "van",
        "truck",
        "bus",
        "motorcycle",
        "bicycle",
        "traffic light",
        "traffic sign",
        "street light",
        "trash can",
        "bench",
        "traffic cone",
        "barrier",
        "dog",
        "hydrant",
        "mailbox",
        "tornado",
        "debris",
        # stuff
        "road",
        "sidewalk",
        "lane marking",
        "crosswalk",
        "parking",
        "curb",
        "building",
        "wall",
        "fence",
        "vegetation",
        "terrain",
        "sky",
        "water",
        "pole",
        "tunnel",
    ),
    background="sky",
)
