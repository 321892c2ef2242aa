"""What the rows of a COCO file say. They come from elsewhere: what says nothing usable is a KeyError or a ValueError.

Some commands leave such rows out, and others refuse the file; the sentence is the same.
"""

from __future__ import annotations

import json
import math
from collections.abc import Container, Mapping, Sequence
from typing import Any

Box = tuple[float, float, float, float]

_LISTS = ("images", "annotations", "categories")
_FARTHEST_PX = 1e9
"""From a picture's corner: products of such numbers stay finite."""


def document_of(data: bytes) -> Mapping[str, Any]:
    """A COCO instances file: an object with lists of images, annotations and categories."""
    raw = json.loads(data)
    if not isinstance(raw, Mapping):
        rest = ", as of predictions" if isinstance(raw, list) else ""
        raise ValueError(f"expected an object with {', '.join(_LISTS)}, got {called(raw)}{rest}")
    for key in _LISTS:
        if not isinstance(raw[key], list):
            raise ValueError(f"expected a list of {key}, got {called(raw[key])}")
    return raw


def categories_of(rows: Sequence[Any]) -> dict[int, str]:
    """Names in lower case, by id. ValueError where two categories share an id: one of them would be the other."""
    names: dict[int, str] = {}
    for row in rows:
        number, name = _whole(object_of(row)["id"], "id of a category"), row["name"]
        if not isinstance(name, str) or not name.strip():
            raise ValueError(f"expected a name of category {number}, got {called(name)}")
        if number in names:
            raise ValueError(f"expected an id of each category's own, got {number} for {names[number]} and {name}")
        names[number] = name.strip().lower()
    return names


def size_of_image(row: Any) -> tuple[int, int]:
    """(width, height) in pixels."""
    width, height = _whole(object_of(row)["width"], "width"), _whole(row["height"], "height")
    if width < 1 or height < 1:
        raise ValueError(f"expected a width and height of 1 or more, got {width} and {height}")
    return width, height


def known(row: Any, key: str, among: Container[Any], of: str) -> Any:
    """What a row has under `key`: one of those `among`, which are `of` something."""
    value = object_of(row)[key]
    if isinstance(value, (list, dict)) or value not in among:
        raise ValueError(f"expected {'an' if key == 'image_id' else 'a'} {key} {of}, got {called(value)}")
    return value


def box_of(box: Any) -> Box:
    """[x, y, width, height] in pixels, all finite, and no side below zero."""
    values = [number_of(value) for value in box] if isinstance(box, list) else []
    if len(values) != 4 or not all(abs(value) < _FARTHEST_PX for value in values) or min(values[2:]) < 0:
        raise ValueError(f"expected a bbox [x, y, width, height], got {called(box)}")
    return values[0], values[1], values[2], values[3]


def require_in_picture(box: Box, size_px: tuple[int, int]) -> None:
    """ValueError for a box that has nothing of the picture."""
    x, y, width, height = box
    if x >= size_px[0] or y >= size_px[1] or x + width <= 0 or y + height <= 0:
        raise ValueError(f"expected a bbox in the picture of {size_px[0]}x{size_px[1]} pixels, got {list(box)}")


def object_of(row: Any) -> Mapping[str, Any]:
    """A row as it is."""
    if not isinstance(row, Mapping):
        raise ValueError(f"expected an object, got {called(row)}")
    return row


def number_of(value: Any) -> float:
    """As a float, NaN for what is none."""
    try:
        return float(value) if isinstance(value, (int, float, str)) else math.nan
    except (ValueError, OverflowError):
        return math.nan


def row_called(row: Any, place: int) -> str:
    """What to call a row: its id, else its place in the file."""
    number = row.get("id") if isinstance(row, Mapping) else None
    return f"{number!r:.40}" if number is not None else f"number {place + 1} of the file"


def called(value: Any) -> str:
    """A value in a message, as JSON has it and short; of a list or an object that is long, only what it is."""
    text = json.dumps(value, ensure_ascii=False)
    if len(text) <= 80:
        return text
    if isinstance(value, str):
        return f"a text of {len(value):,} letters"
    return "a list" if isinstance(value, list) else "an object" if isinstance(value, dict) else f"{text[:40]}..."


def reason(error: Exception) -> str:
    """The sentence of an error that these raise."""
    return f"expected a key {error}" if isinstance(error, KeyError) else str(error)[:200]


def _whole(value: Any, what: str) -> int:
    number = number_of(value)
    if not math.isfinite(number) or number != int(number):
        raise ValueError(f"expected a whole number as {what}, got {called(value)}")
    return int(value) if isinstance(value, int) else int(number)
