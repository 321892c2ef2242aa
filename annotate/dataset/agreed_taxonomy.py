"""Whether datasets call things by the same ids, as far as they have any of them to show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.documents import FrameLines
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.errors import DatasetError
from longtail.annotate.labels.taxonomy import Category, Taxonomy

_MOST = 5


def agreed_taxonomy(parts: Sequence[Dataset]) -> Taxonomy:
    """The taxonomy that all frames of the parts can be read by.

    Parts may list other categories, as those of another version do: what counts are the ids that occur. DatasetError
    where one of these means two things, or two of them mean one.
    """
    first = parts[0].info.taxonomy
    if all(part.info.taxonomy == first for part in parts):
        return first
    used: dict[int, Category] = {}
    owner: dict[int, Dataset] = {}
    clashes: list[str] = []
    for part in parts:
        for number, category in _in_use(part):
            known = next((n for n, other in used.items() if n == number or other.name == category.name), None)
            if known is None:
                used[number], owner[number] = category, part
            elif (known, used[known].name, used[known].is_thing) != (number, category.name, category.is_thing):
                clashes.append(
                    f"{known} is {used[known].name} in {owner[known].root} and "
                    f"{number} is {category.name} in {part.root}"
                )
    backgrounds = {part.info.taxonomy.background: part for part in parts}
    if len(backgrounds) > 1:
        clashes += [f"the background is {name} in {part.root}" for name, part in backgrounds.items()]
    if clashes:
        more = f"; and {len(clashes) - _MOST} more" if len(clashes) > _MOST else ""
        raise DatasetError(
            f"expected parts with the same ids of categories, but {'; '.join(clashes[:_MOST])}{more}. "
            "They were made by different versions: render one of them anew, or keep them apart"
        )
    return Taxonomy(dict(sorted(_filled_up(used, parts).items())), first.background)


def _in_use(part: Dataset) -> Iterator[tuple[int, Category]]:
    """The categories that a dataset's frames have objects or segments of, by their ids."""
    found = set[int]()
    for index in part.frames():
        found |= FrameLines.of(index, part.record_bytes(index), part.files.at(record_path(index))).categories()
    for number in sorted(found):
        if number not in part.info.taxonomy.categories:
            raise DatasetError(f"{part.root}: expected ids of categories that dataset.json lists, got {number}")
        yield number, part.info.taxonomy.categories[number]


def _filled_up(used: dict[int, Category], parts: Sequence[Dataset]) -> dict[int, Category]:
    """With all else that the parts list, where it takes no other's id or name."""
    filled = dict(used)
    for part in parts:
        for number, category in part.info.taxonomy:
            if number not in filled and all(category.name != other.name for other in filled.values()):
                filled[number] = category
    return filled
