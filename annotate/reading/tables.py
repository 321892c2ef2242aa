"""Frames as tables: a row a frame or a row a thing, as columns that pandas and Polars take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from longtail.annotate.errors import ConfigError
from longtail.annotate.reading.frame import ReadFrame
from longtail.annotate.reading.things import Things

Rows = Literal["frames", "instances"]


def columns(frames: Iterable[ReadFrame], rows: Rows) -> dict[str, list[Any]]:
    """Equally long lists by name; None where a row has nothing to say.

    A row of `frames` has its number, its picture's path, what COCO's images say, how many things of each category
    count (`count.car`), how many are ignored, and every drawn parameter by its dotted path. A row of `instances` has a
    thing's numbers, its box as `x`, `y`, `width`, `height` in pixels and the middle and size of its 3D box in metres;
    `frame` is the number of the other table's row. ConfigError for other `rows`.
    """
    if rows not in ("frames", "instances"):
        raise ConfigError(f"rows: expected frames or instances, got {rows!r}")
    found = [_of_frame(frame) for frame in frames] if rows == "frames" else _of_things(frames)
    return _joined(found)


def _joined(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Columns of rows, which need not have the same keys."""
    table: dict[str, list[Any]] = {}
    for place, row in enumerate(rows):
        for key in row:
            table.setdefault(key, [None] * place)
        for key, column in table.items():
            column.append(row.get(key))
    return table


def _of_frame(frame: ReadFrame) -> dict[str, Any]:
    record = frame.record
    counted = [thing for thing in record.instances if not thing.ignore]
    things = [category.name for _, category in frame.dataset.info.taxonomy if category.is_thing]
    image = {key: value for key, value in record.image.items() if key not in ("id", "license", "file_name", "frame")}
    return {
        "frame": frame.index,
        "path": frame.dataset.info.layers()["images"].path(frame.index),
        **image,
        **{f"count.{name}": sum(thing.category.name == name for thing in counted) for name in things},
        "count.ignored": len(record.instances) - len(counted),
        **record.parameters,
    }


def _of_things(frames: Iterable[ReadFrame]) -> Iterator[dict[str, Any]]:
    for frame in frames:
        things = frame.instances
        for place, row in enumerate(things.rows):
            x, y, width, height = row.bbox
            yield {
                "frame": frame.index,
                "instance_id": row.id,
                "category": row.category.name,
                "category_id": row.category_id,
                "asset": row.asset,
                "x": x,
                "y": y,
                "width": width,
                "height": height,
                "area": row.area,
                "visible_fraction": row.visible_fraction,
                "truncation": row.truncation,
                "submerged_fraction": row.submerged_fraction,
                "transmission": row.appearance.transmission,
                "contrast": row.appearance.contrast,
                "lens_fraction": row.appearance.lens_fraction,
                "ignored": row.ignore,
                **_box_3d(things, place),
            }


def _box_3d(things: Things, place: int) -> dict[str, float]:
    middle, size = things.box_centres_m[place].tolist(), things.box_sizes_m[place].tolist()
    names = ("x_m", "y_m", "z_m", "length_m", "width_m", "height_m")
    return dict(zip(names, [*middle, *size], strict=True))
