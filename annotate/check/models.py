"""One model is one thing in all frames: of one category, with one 3D box; and so the catalogue has it.

Who walks in a clip changes shape with every step, who rides with every bend, and both are left out.

Names of catalogues have a slash ("sh3f/scopia/bicycle"). The rest are pieces of one scene's ground.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from longtail.annotate.check.finding import Finding
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.layout import DATASET, record_path
from longtail.annotate.dataset.stored import StoredFrame
from longtail.annotate.labels.antenna import ANTENNA
from longtail.annotate.labels.frame import SceneObject

Size = tuple[float, float, float]
_ROUNDED_M = 1e-5
"""Meshes are in single precision; of the largest, some 200 m, that is the last digit."""

_RIDER = "rider"
"""Whose arms reach for a bar that turns."""
_STATED_M, _STATED = 0.015, 0.012
"""How far a mesh may be off the size that its asset states, in metres and as a share: what is round has corners."""


@dataclass(frozen=True)
class Model:
    """What a catalogue says of an asset: its category, its size along X, Y and Z in metres, and whom to credit."""

    category: str
    size_m: Size
    creator: str = ""
    licence: str = ""
    source: str = ""


@dataclass(frozen=True)
class Shape:
    """An object's category and 3D box, as its record has them, and how far its antenna is above that."""

    category: str
    centre_m: Size
    size_m: Size
    antenna_m: float = 0.0

    @classmethod
    def of(cls, item: SceneObject) -> Shape:
        return cls(item.category, item.box_centre_m, item.box_size_m, float(item.attributes.get(ANTENNA, 0.0)))


Shapes = Mapping[str, Shape]


def shapes_of(stored: StoredFrame) -> Shapes:
    """The shape of each model that a frame has, by its name; the first one's, where a frame has several of it."""
    return {item.asset: Shape.of(item) for item in reversed(stored.objects) if _is_model(item)}


def _is_model(item: SceneObject) -> bool:
    return "/" in item.asset and not _changes(item)


def _changes(item: SceneObject) -> bool:
    """Whether its shape is that of the moment: who walks, and who rides with arms that follow the bar."""
    rides = item.category == _RIDER and item.velocity_m_s is not None
    return item.phase is not None or (rides and bool(item.joints_m))


def check_shapes(stored: StoredFrame) -> Iterator[Finding]:
    """A finding for each object that is not like the first one of its model in the same frame."""
    first = shapes_of(stored)
    for item in stored.objects:
        own = Shape.of(item)
        like = first.get(item.asset, own)
        if not _changes(item) and like != own and (lie := _difference(like, own)):
            name, expected, came = lie
            expected = f"object {item.id} ({item.asset}): {name} {expected}, as others of its model"
            yield Finding(record_path(stored.index), stored.index, expected, came)


class ModelCheck:
    """Takes frames in ascending order, and keeps one shape for each model."""

    def __init__(self, known: Mapping[str, Model]) -> None:
        self._known = known
        self._first: dict[str, tuple[int, Shape]] = {}

    def add(self, frame: int, shapes: Shapes) -> Iterator[Finding]:
        """Findings where a frame has a model otherwise than the first frame with it, or than the catalogue."""
        for name, shape in sorted(shapes.items()):
            before, first = self._first.setdefault(name, (frame, shape))
            if before == frame and name in self._known:
                yield from _against(frame, name, shape, self._known[name])
            elif first != shape and (lie := _difference(first, shape)):
                what, expected, came = lie
                yield Finding(record_path(frame), frame, f"{name}: {what} {expected}, as in frame {before}", came)


def check_credited(dataset: Dataset, known: Mapping[str, Model]) -> Iterator[Finding]:
    """A finding for each credit that is not what the catalogue says of its asset."""
    for credit in dataset.info.assets:
        model = known.get(credit.name)
        stated = (credit.creator, credit.licence, credit.source)
        if model and stated != (truth := (model.creator, model.licence, model.source)):
            yield Finding(DATASET, None, f"{credit.name} credited as {truth}, as its catalogue has it", f"{stated}")


def _against(frame: int, name: str, shape: Shape, model: Model) -> Iterator[Finding]:
    where = record_path(frame)
    if shape.category != model.category:
        expected = f"{name}: category {model.category!r}, as its catalogue has it"
        yield Finding(where, frame, expected, f"{shape.category!r}")
    length, width, height = shape.size_m
    sides = zip((length, width, height + shape.antenna_m), model.size_m, strict=True)
    if any(abs(came - size) > _STATED_M + _STATED * size for came, size in sides):
        expected = f"{name}: a 3D box of {_shown(model.size_m)} m, as its catalogue has it"
        above = f" under an antenna of {shape.antenna_m:g} m" if shape.antenna_m else ""
        yield Finding(where, frame, expected, f"{_shown(shape.size_m)}{above}")


def _difference(first: Shape, other: Shape) -> tuple[str, str, str] | None:
    if other.category != first.category:
        return "category", f"{first.category!r}", f"{other.category!r}"
    if other.antenna_m != first.antenna_m:
        return ANTENNA, f"{first.antenna_m}", f"{other.antenna_m}"
    for name in ("size_m", "centre_m"):
        one, its = getattr(first, name), getattr(other, name)
        if max(abs(a - b) for a, b in zip(one, its, strict=True)) > _ROUNDED_M:
            return f"box_{name}", _shown(one), _shown(its)
    return None


def _shown(values: Size) -> str:
    return str([round(value, 4) for value in values])
