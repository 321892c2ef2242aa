"""The table of frames that the page filters by and pages through, in few bytes: one letter for each value of a frame.

A letter of `LETTERS` stands for 0 to 63, two for 0 to 4095; "." for nothing. A set of frames is hexadecimal digits of
four frames each, the first frame's the least bit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.labels.draw import colour_of, ink_on
from longtail.annotate.report.charts import MOST_BARS
from longtail.annotate.report.gallery import Picture, offered
from longtail.annotate.report.layers import Scale, css, filter_of, is_over_the_picture, legend
from longtail.annotate.statistics.listing import OF_CONDITIONS, Listing

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
IGNORED = 256
_NONE = "."
_LARGEST = len(LETTERS) ** 2 - 1
_MOST_LETTERS_OF_BOXES = 1_500_000
"""150,000 boxes; of a dataset with more, frames evenly spread have theirs."""


def table(
    dataset: Dataset,
    stats: Mapping[str, Any],
    listing: Listing,
    flags: Mapping[int, Sequence[str]],
    pictures: Sequence[Picture],
    scale: Scale,
    *,
    linked: bool,
) -> dict[str, Any]:
    """What the page's program reads. `linked` says that the dataset's files lie beside the page."""
    taxonomy = dataset.info.taxonomy
    conditions = sorted(set(listing.conditions))
    sizes = sorted(set(listing.sizes))
    names = sorted({name for found in flags.values() for name in found})
    held = {picture.index for picture in pictures}
    return {
        "letters": LETTERS,
        "frames": listing.frames,
        "conditions": conditions,
        "condition": _numbers(listing.conditions, conditions),
        "sizes": sizes,
        "size": _numbers(listing.sizes, sizes),
        "categories": {
            number: {"name": category.name, "colour": css(colour_of(category)), "ink": css(ink_on(colour_of(category)))}
            for number, category in taxonomy
        },
        "seen": {
            category.name: members
            for number, category in taxonomy
            if (members := _set([number in seen for seen in listing.seen])).strip("0")
        },
        "flags": {name: _set([name in flags.get(index, ()) for index in listing.frames]) for name in names},
        "columns": dict(_columns(stats, listing)),
        "boxes": _boxes(listing, held),
        "pictures": {picture.index: _picture(picture, dataset) for picture in pictures},
        "layers": _layers(dataset, offered(dataset, pictures), scale, linked=linked),
        "images": _pattern(dataset, "images") if linked else None,
    }


def bins_of(values: ArrayLike, edges: Sequence[float]) -> NDArray[np.int64]:
    """Between which edges values lie, the last one included; -1 where between none. Edges may be rounded."""
    data, ends = np.asarray(values, dtype=np.float64), np.asarray(edges, dtype=np.float64)
    slack = 1e-6 * (ends[-1] - ends[0])
    places = np.clip(np.searchsorted(ends, data, side="right") - 1, 0, ends.size - 2)
    with np.errstate(invalid="ignore"):
        inside = (data >= ends[0] - slack) & (data <= ends[-1] + slack)
    return np.asarray(np.where(inside, places, -1), dtype=np.int64)


def packed(things: Iterable[Sequence[int]], sides_px: tuple[int, int]) -> str:
    """Things as five numbers of two letters each: category, and x, y, width, height in pixels.

    A category's id has `IGNORED` added where no human could annotate the thing. Of pictures wider or higher than 4095
    pixels, all numbers count `step_px` pixels.
    """
    step = step_px(sides_px)
    return "".join(
        "".join(_two(number) for number in (category, *(round(side / step) for side in box)))
        for category, *box in things
    )


def step_px(sides_px: tuple[int, int]) -> int:
    """How many pixels are one step of a box's numbers."""
    return -(-max(sides_px) // _LARGEST)


def _two(number: int) -> str:
    high, low = divmod(min(max(int(number), 0), _LARGEST), len(LETTERS))
    return LETTERS[high] + LETTERS[low]


def _columns(stats: Mapping[str, Any], listing: Listing) -> Iterator[tuple[str, str]]:
    """The bar of its chart that each frame's value belongs to, by path."""
    rows = [row for row in stats["parameters"] if row["kind"] != "constant"]
    rows += [{"path": name, "histogram": stats[name]} for name in OF_CONDITIONS if stats[name]["n"]]
    for row in rows:
        if "options" in row:
            places = {name: place for place, name in enumerate(row["options"]["names"])}
            bars = [places.get(value, -1) for value in listing.options(row["path"])]
        elif "histogram" in row:
            bars = bins_of(listing.numbers(row["path"]), row["histogram"]["edges"]).tolist()
        else:
            continue
        if max(bars, default=-1) < MOST_BARS:
            yield row["path"], "".join(LETTERS[bar] if bar >= 0 else _NONE for bar in bars)


def _boxes(listing: Listing, held: Collection[int]) -> dict[int, str]:
    """The things of frames that are not `held` as pictures, whose own list is longer, by index."""
    found = {
        index: packed(listing.boxes(row).tolist(), listing.sizes[row])
        for row, index in enumerate(listing.frames)
        if index not in held
    }
    every = -(-sum(map(len, found.values())) // _MOST_LETTERS_OF_BOXES)
    return dict(list(found.items())[:: max(every, 1)])


def _picture(picture: Picture, dataset: Dataset) -> dict[str, Any]:
    sides_px = dataset.record(picture.index).camera.size_px
    things = [(thing.category + IGNORED * thing.ignored, *thing.box) for thing in picture.things]
    return {
        "image": picture.image,
        "layers": picture.layers,
        "boxes": packed(things, sides_px),
        "notes": [thing.note for thing in picture.things],
    }


def _layers(dataset: Dataset, names: Sequence[str], scale: Scale, *, linked: bool) -> list[dict[str, Any]]:
    """The layers that can be shown: whether the picture is seen below, and the files that a browser can show."""
    rows = []
    for name in names:
        found = filter_of(dataset, name, scale) if linked else None
        row = {"name": name, "over": is_over_the_picture(name), "legend": legend(name, scale)}
        if found is not None:
            row |= {"files": _pattern(dataset, found[0]), "filter": found[1] is not None}
        rows.append(row)
    return rows


def _pattern(dataset: Dataset, layer: str) -> list[str]:
    """What stands before and after a frame's six digits in the path of its file."""
    stored = dataset.info.layers()[layer]
    return [f"{stored.folder}/", f".{stored.extension}"]


def _numbers(values: Sequence[Any], names: Sequence[Any]) -> list[int]:
    places = {name: place for place, name in enumerate(names)}
    return [places[value] for value in values]


def _set(members: Sequence[bool]) -> str:
    """Four members to a digit, the first one its least bit."""
    bits = np.zeros(-(-len(members) // 4) * 4, dtype=np.int64)
    bits[: len(members)] = members
    return "".join(f"{digit:x}" for digit in bits.reshape(-1, 4) @ (1, 2, 4, 8))
