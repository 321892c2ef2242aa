"""What things are called. Ids are fixed: they never depend on what a dataset happens to contain.

Names follow Cityscapes where it has the class (https://www.cityscapes-dataset.com/dataset-overview/), else Mapillary
Vistas or COCO. `cityscapes_id` is Cityscapes' label id (not its train id), `coco_id` the id of COCO's 2017 `things`
and `stuff` lists; 0 means that the other taxonomy has no such class.
"""

from __future__ import annotations

from dataclasses import dataclass

VOID = 0


@dataclass(frozen=True)
class Category:
    """One class. `is_thing` classes are counted and get instances; the others are stuff."""

    id: int
    name: str
    supercategory: str
    is_thing: bool
    rgb: tuple[int, int, int]
    cityscapes_id: int = 0
    coco_id: int = 0


_THING, _STUFF = True, False

CATEGORIES: tuple[Category, ...] = (
    Category(1, "road", "flat", _STUFF, (128, 64, 128), 7, 149),
    Category(2, "sidewalk", "flat", _STUFF, (244, 35, 232), 8, 191),
    Category(3, "lane marking", "flat", _STUFF, (255, 255, 255), 7, 149),
    Category(4, "crosswalk", "flat", _STUFF, (200, 128, 128), 7, 149),
    Category(5, "parking", "flat", _STUFF, (250, 170, 160), 9, 149),
    Category(6, "curb", "flat", _STUFF, (196, 196, 196), 8, 191),
    Category(7, "building", "construction", _STUFF, (70, 70, 70), 11, 197),
    Category(8, "wall", "construction", _STUFF, (102, 102, 156), 12, 199),
    Category(9, "fence", "construction", _STUFF, (190, 153, 153), 13, 113),
    Category(10, "vegetation", "nature", _STUFF, (107, 142, 35), 21, 184),
    Category(11, "terrain", "nature", _STUFF, (152, 251, 152), 22, 193),
    Category(12, "sky", "sky", _STUFF, (70, 130, 180), 23, 187),
    Category(13, "water", "nature", _STUFF, (0, 170, 200), 0, 178),
    Category(14, "person", "human", _THING, (220, 20, 60), 24, 1),
    Category(15, "rider", "human", _THING, (255, 0, 0), 25, 1),
    Category(16, "car", "vehicle", _THING, (0, 0, 142), 26, 3),
    Category(17, "van", "vehicle", _THING, (0, 40, 190), 26, 3),
    Category(18, "truck", "vehicle", _THING, (0, 0, 70), 27, 8),
    Category(19, "bus", "vehicle", _THING, (0, 60, 100), 28, 6),
    Category(20, "motorcycle", "vehicle", _THING, (0, 0, 230), 32, 4),
    Category(21, "bicycle", "vehicle", _THING, (119, 11, 32), 33, 2),
    Category(22, "traffic light", "object", _THING, (250, 170, 30), 19, 10),
    Category(23, "traffic sign", "object", _THING, (220, 220, 0), 20, 0),
    Category(24, "pole", "object", _STUFF, (153, 153, 153), 17, 0),
    Category(25, "street light", "object", _THING, (210, 170, 100), 17, 0),
    Category(26, "trash can", "object", _THING, (140, 140, 20), 0, 0),
    Category(27, "bench", "object", _THING, (250, 0, 30), 0, 15),
    Category(28, "traffic cone", "object", _THING, (210, 60, 60), 0, 0),
    Category(29, "barrier", "object", _THING, (90, 120, 150), 0, 0),
    Category(30, "dog", "animal", _THING, (180, 90, 60), 0, 18),
    Category(31, "hydrant", "object", _THING, (100, 170, 30), 0, 11),
    Category(32, "mailbox", "object", _THING, (33, 80, 150), 0, 0),
    Category(33, "tornado", "weather", _THING, (120, 90, 160), 0, 0),
    Category(34, "debris", "object", _THING, (111, 74, 0), 0, 0),
    Category(35, "tunnel", "construction", _STUFF, (150, 120, 90), 16, 0),
)

BY_NAME: dict[str, Category] = {category.name: category for category in CATEGORIES}
BY_ID: dict[int, Category] = {category.id: category for category in CATEGORIES}
