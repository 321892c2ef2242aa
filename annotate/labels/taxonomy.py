"""What things are called: a table of all categories, whose names last, and the taxonomy that one dataset makes of it.

A name means the same thing in every dataset. An id is a dataset's own: its things are numbered 1 to K without a gap, as
detectors want them, and its stuff goes on from there. A dataset carries its taxonomy, and is read by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

VOID = 0
MAX_CATEGORY = 255
"""The largest id: semantic masks are 8-bit PNGs."""

WATER = "water"
"""What things stand in where they have a waterline."""


@dataclass(frozen=True)
class Category:
    """One class. `is_thing` classes are counted and get instances; the others are stuff.

    `rgb` is what it is painted in, 0 to 255. `cityscapes_id` is Cityscapes' label id (not its train id), `coco_id` the
    id of COCO's 2017 `things` list or of the stuff in its panoptic one; 0 means that the other has no such class.
    """

    name: str
    supercategory: str
    is_thing: bool
    rgb: tuple[int, int, int]
    cityscapes_id: int = 0
    coco_id: int = 0


_THING, _STUFF = True, False

# Append only: a name that was ever in a dataset keeps its meaning, its kind and its colour. Names follow Cityscapes
# where it has the class (https://www.cityscapes-dataset.com/dataset-overview/), else Mapillary Vistas, COCO or LVIS.
CATEGORIES: tuple[Category, ...] = (
    Category("road", "flat", _STUFF, (128, 64, 128), 7, 149),
    Category("sidewalk", "flat", _STUFF, (244, 35, 232), 8, 191),
    Category("lane marking", "flat", _STUFF, (255, 255, 255), 7, 149),
    Category("crosswalk", "flat", _STUFF, (200, 128, 128), 7, 149),
    Category("parking", "flat", _STUFF, (250, 170, 160), 9, 149),
    Category("curb", "flat", _STUFF, (196, 196, 196), 8, 191),
    Category("building", "construction", _STUFF, (70, 70, 70), 11, 197),
    Category("wall", "construction", _STUFF, (102, 102, 156), 12, 199),
    Category("fence", "construction", _STUFF, (190, 153, 153), 13, 113),
    Category("vegetation", "nature", _STUFF, (107, 142, 35), 21, 184),
    Category("terrain", "nature", _STUFF, (152, 251, 152), 22, 193),
    Category("sky", "sky", _STUFF, (70, 130, 180), 23, 187),
    Category(WATER, "nature", _STUFF, (0, 170, 200), 0, 178),
    Category("person", "human", _THING, (220, 20, 60), 24, 1),
    Category("rider", "human", _THING, (255, 0, 0), 25, 1),
    Category("car", "vehicle", _THING, (0, 0, 142), 26, 3),
    Category("van", "vehicle", _THING, (0, 40, 190), 26, 3),
    Category("truck", "vehicle", _THING, (0, 0, 70), 27, 8),
    Category("bus", "vehicle", _THING, (0, 60, 100), 28, 6),
    Category("motorcycle", "vehicle", _THING, (0, 0, 230), 32, 4),
    Category("bicycle", "vehicle", _THING, (119, 11, 32), 33, 2),
    Category("traffic light", "object", _THING, (250, 170, 30), 19, 10),
    Category("traffic sign", "object", _THING, (220, 220, 0), 20, 0),
    Category("pole", "object", _STUFF, (153, 153, 153), 17, 0),
    Category("street light", "object", _THING, (210, 170, 100), 17, 0),
    Category("trash can", "object", _THING, (140, 140, 20), 0, 0),
    Category("bench", "object", _THING, (250, 0, 30), 0, 15),
    Category("traffic cone", "object", _THING, (210, 60, 60), 0, 0),
    Category("barrier", "object", _THING, (90, 120, 150), 0, 0),
    Category("dog", "animal", _THING, (180, 90, 60), 0, 18),
    Category("hydrant", "object", _THING, (100, 170, 30), 0, 11),
    Category("mailbox", "object", _THING, (33, 80, 150), 0, 0),
    Category("tornado", "weather", _THING, (120, 90, 160), 0, 0),
    Category("debris", "object", _THING, (111, 74, 0), 0, 0),
    Category("tunnel", "construction", _STUFF, (150, 120, 90), 16, 0),
    # Indoors.
    Category("table", "furniture", _STUFF, (153, 108, 6), 0, 189),
    Category("floor", "indoor", _STUFF, (96, 80, 64), 0, 190),
    Category("ceiling", "indoor", _STUFF, (236, 231, 216), 0, 186),
    Category("window", "indoor", _STUFF, (160, 215, 240), 0, 181),
    Category("curtain", "indoor", _STUFF, (200, 90, 150), 0, 109),
    Category("shelf", "furniture", _STUFF, (120, 60, 30), 0, 156),
    Category("cabinet", "furniture", _STUFF, (170, 120, 80), 0, 188),
    Category("door", "indoor", _STUFF, (130, 95, 120), 0, 112),
    Category("rug", "indoor", _STUFF, (176, 60, 92), 0, 200),
    Category("mirror", "indoor", _STUFF, (190, 225, 225), 0, 133),
    Category("bin", "container", _STUFF, (60, 110, 110), 0, 0),
    Category("tray", "container", _STUFF, (90, 150, 170), 0, 0),
    Category("cup", "kitchen", _THING, (255, 140, 0), 0, 47),
    Category("bottle", "kitchen", _THING, (0, 150, 80), 0, 44),
    Category("wine glass", "kitchen", _THING, (150, 0, 90), 0, 46),
    Category("bowl", "kitchen", _THING, (240, 200, 60), 0, 51),
    Category("plate", "kitchen", _THING, (205, 205, 255), 0, 0),
    Category("fork", "kitchen", _THING, (110, 130, 170), 0, 48),
    Category("knife", "kitchen", _THING, (70, 90, 200), 0, 49),
    Category("spoon", "kitchen", _THING, (150, 170, 120), 0, 50),
    Category("pot", "kitchen", _THING, (80, 40, 80), 0, 0),
    Category("pan", "kitchen", _THING, (45, 60, 45), 0, 0),
    Category("jug", "kitchen", _THING, (0, 120, 160), 0, 0),
    Category("jar", "kitchen", _THING, (190, 150, 210), 0, 0),
    Category("can", "food", _THING, (230, 60, 20), 0, 0),
    Category("box", "container", _THING, (186, 140, 70), 0, 0),
    Category("basket", "container", _THING, (150, 100, 20), 0, 0),
    Category("apple", "food", _THING, (180, 220, 40), 0, 53),
    Category("orange", "food", _THING, (255, 110, 30), 0, 55),
    Category("banana", "food", _THING, (255, 225, 50), 0, 52),
    Category("lemon", "food", _THING, (245, 245, 110), 0, 0),
    Category("pear", "food", _THING, (140, 200, 80), 0, 0),
    Category("book", "object", _THING, (60, 20, 140), 0, 84),
    Category("vase", "object", _THING, (200, 60, 200), 0, 86),
    Category("potted plant", "object", _THING, (20, 130, 40), 0, 64),
    Category("lamp", "object", _THING, (255, 235, 160), 0, 0),
    Category("candle", "object", _THING, (255, 190, 140), 0, 0),
    Category("clock", "object", _THING, (60, 200, 200), 0, 85),
    Category("picture frame", "object", _THING, (130, 70, 10), 0, 0),
    Category("scissors", "tool", _THING, (255, 60, 110), 0, 87),
    Category("hammer", "tool", _THING, (110, 10, 10), 0, 0),
    Category("screwdriver", "tool", _THING, (230, 120, 0), 0, 0),
    Category("wrench", "tool", _THING, (100, 110, 125), 0, 0),
    Category("pliers", "tool", _THING, (190, 40, 0), 0, 0),
    Category("drill", "tool", _THING, (240, 180, 0), 0, 0),
    Category("tape", "tool", _THING, (215, 190, 130), 0, 0),
    Category("pen", "object", _THING, (20, 60, 220), 0, 0),
    Category("laptop", "electronic", _THING, (80, 80, 100), 0, 73),
    Category("monitor", "electronic", _THING, (30, 100, 130), 0, 72),
    Category("keyboard", "electronic", _THING, (130, 130, 170), 0, 76),
    Category("mouse", "electronic", _THING, (175, 135, 245), 0, 74),
    Category("remote", "electronic", _THING, (90, 0, 130), 0, 75),
    Category("cell phone", "electronic", _THING, (0, 200, 130), 0, 77),
    Category("headphones", "electronic", _THING, (160, 20, 160), 0, 0),
    Category("camera", "electronic", _THING, (50, 130, 90), 0, 0),
    Category("teddy bear", "toy", _THING, (170, 105, 30), 0, 88),
    Category("toy", "toy", _THING, (255, 90, 200), 0, 0),
    Category("ball", "toy", _THING, (40, 220, 70), 0, 37),
    Category("block", "toy", _THING, (90, 190, 255), 0, 0),
    Category("shoe", "object", _THING, (110, 50, 90), 0, 0),
    Category("chair", "furniture", _THING, (192, 0, 0), 0, 62),
    Category("distractor", "other", _THING, (125, 125, 60), 0, 0),
    Category("other object", "other", _THING, (165, 165, 110), 0, 0),
    # Outdoors again. What Cityscapes has no label for is its `static` (4); a bus stop's shelter is its `building`, and
    # the back of a sign is `static`, as only the front is `traffic sign`. COCO's `fence-merged` takes in railings.
    Category("traffic sign back", "object", _THING, (128, 128, 128), 4, 0),
    Category("junction box", "object", _THING, (40, 40, 40), 4, 0),
    Category("billboard", "object", _THING, (220, 220, 220), 4, 0),
    Category("planter", "object", _THING, (90, 130, 60), 4, 64),
    Category("bus shelter", "construction", _THING, (150, 100, 100), 11, 0),
    Category("guard rail", "construction", _STUFF, (180, 165, 180), 14, 185),
    Category("deer", "animal", _THING, (150, 95, 40), 0, 0),
    Category("horse", "animal", _THING, (100, 45, 30), 0, 19),
    Category("wild boar", "animal", _THING, (70, 60, 80), 0, 0),
    # Halls.
    Category("rack", "furniture", _STUFF, (40, 70, 150), 0, 156),
    Category("column", "construction", _STUFF, (120, 120, 140), 0, 0),
    Category("floor marking", "flat", _STUFF, (235, 215, 60), 0, 190),
    Category("pallet", "logistics", _THING, (181, 137, 84), 0, 0),
    Category("unit load", "logistics", _THING, (205, 170, 120), 0, 0),
    Category("forklift", "vehicle", _THING, (255, 160, 0), 0, 0),
    Category("pallet truck", "vehicle", _THING, (200, 90, 30), 0, 0),
    Category("mobile robot", "vehicle", _THING, (0, 170, 230), 0, 0),
    Category("roll container", "logistics", _THING, (120, 150, 190), 0, 0),
    Category("barrel", "container", _THING, (20, 80, 140), 0, 0),
    Category("ladder", "tool", _THING, (190, 200, 90), 0, 0),
    Category("fire extinguisher", "object", _THING, (190, 10, 40), 0, 0),
    Category("sign", "object", _THING, (230, 240, 120), 0, 0),
    Category("spill", "hazard", _THING, (60, 90, 60), 0, 0),
    Category("backdrop", "other", _STUFF, (75, 75, 90), 0, 0),
    # Streets again: Cityscapes' and COCO's trains are also trams, and a lane of a road is road to them.
    Category("tram", "vehicle", _THING, (0, 80, 100), 31, 7),
    Category("bike lane", "flat", _STUFF, (128, 64, 255), 7, 149),
    Category("wire", "object", _STUFF, (0, 0, 50), 4, 0),
    # What a robot sees of itself.
    Category("gripper", "robot", _THING, (150, 60, 200), 0, 0),
    # Rooms again.
    Category("poster", "indoor", _STUFF, (225, 170, 215), 0, 0),
    Category("radiator", "indoor", _STUFF, (235, 235, 190), 0, 0),
)

BY_NAME: dict[str, Category] = {category.name: category for category in CATEGORIES}


@dataclass(frozen=True)
class Taxonomy:
    """The categories of one dataset by their ids, 1 to `MAX_CATEGORY`, in ascending order.

    `background` is the name of what a ray is on that meets nothing: the sky outdoors. ValueError where an id is out of
    range, a name stands twice, or the background is no stuff of the taxonomy.
    """

    categories: Mapping[int, Category]
    background: str

    def __post_init__(self) -> None:
        strange = [number for number in self.categories if not VOID < number <= MAX_CATEGORY]
        if strange:
            raise ValueError(f"categories: expected ids from 1 to {MAX_CATEGORY}, got {strange[:5]}")
        if len(self.ids) < len(self.categories):
            names = [category.name for category in self.categories.values()]
            twice = sorted({name for name in names if names.count(name) > 1})
            raise ValueError(f"categories: expected each name once, got {', '.join(twice[:5])} twice")
        if self.background not in self or self[self.background].is_thing:
            raise ValueError(f"background: expected stuff of the taxonomy, got {self.background!r}")

    @classmethod
    def of(cls, names: Sequence[str], background: str) -> Taxonomy:
        """Categories of `CATEGORIES` in the order of `names`: things from 1 on, then stuff; KeyError for another."""
        chosen = [BY_NAME[name] for name in names]
        ordered = sorted(chosen, key=lambda category: not category.is_thing)
        return cls(dict(enumerate(ordered, start=1)), background)

    @cached_property
    def ids(self) -> Mapping[str, int]:
        """The id of each name."""
        return {category.name: number for number, category in self.categories.items()}

    def __contains__(self, name: object) -> bool:
        return name in self.ids

    def __getitem__(self, name: str) -> Category:
        """The category of that name; KeyError where the taxonomy has none."""
        return self.categories[self.ids[name]]

    def __iter__(self) -> Iterator[tuple[int, Category]]:
        """(id, category) in ascending order of id."""
        return iter(self.categories.items())

    def __len__(self) -> int:
        return len(self.categories)

    def where(self, name: str, ids: NDArray[np.integer[Any]]) -> NDArray[np.bool_]:
        """Which of these ids are that category's: none where the taxonomy has no such."""
        return np.asarray(ids == self.ids.get(name, -1))

    def to_json(self) -> list[dict[str, Any]]:
        """The categories as dataset.json and the COCO files list them."""
        return [_row(number, category) for number, category in self]

    @classmethod
    def from_json(cls, rows: Iterable[Mapping[str, Any]], background: str) -> Taxonomy:
        """What `to_json` wrote, in any version; KeyError, TypeError or ValueError for anything else."""
        listed = [(int(row["id"]), _category(row)) for row in rows]
        if len(dict(listed)) < len(listed):
            raise ValueError("categories: expected each id once, got one twice")
        return cls(dict(sorted(listed, key=lambda pair: pair[0])), background)


def _row(number: int, category: Category) -> dict[str, Any]:
    return {
        "id": number,
        "name": category.name,
        "supercategory": category.supercategory,
        "isthing": int(category.is_thing),
        "color": list(category.rgb),
        "cityscapes_id": category.cityscapes_id,
        "coco_id": category.coco_id,
    }


def _category(row: Mapping[str, Any]) -> Category:
    red, green, blue = (int(channel) for channel in row["color"])
    if not all(0 <= channel <= 255 for channel in (red, green, blue)):
        raise ValueError(f"categories: expected a color of 0 to 255, got {[red, green, blue]}")
    return Category(
        str(row["name"]),
        str(row["supercategory"]),
        bool(row["isthing"]),
        (red, green, blue),
        int(row["cityscapes_id"]),
        int(row["coco_id"]),
    )
