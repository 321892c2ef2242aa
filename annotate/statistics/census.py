"""What is counted of records, in parts that can be made apart and joined."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Sequence

from longtail.annotate.camera import Camera, in_image_circle
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.glance import Glance
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.dataset.people import People
from longtail.annotate.dataset.shelf import Shelf
from longtail.annotate.errors import DatasetError
from longtail.annotate.labels.taxonomy import Taxonomy
from longtail.annotate.pixels.measure import LEAST_PX, measured
from longtail.annotate.statistics.appearance import Appearances
from longtail.annotate.statistics.brightness import brightness
from longtail.annotate.statistics.closely import CloserLook
from longtail.annotate.statistics.content import Content
from longtail.annotate.statistics.departures import DepartureCounts
from longtail.annotate.statistics.listing import Listing
from longtail.annotate.statistics.parameters import Values


class Census:
    """Takes records one at a time, in ascending order.

    Keeps 8 bytes for each drawn number and some 100 for each visible thing, in a file where they are many. Those of
    parts of a dataset, joined in order, are that of the whole, wherever it was cut.
    """

    def __init__(self, taxonomy: Taxonomy, *, closely: bool = False) -> None:
        self.frames = 0
        self._shelf = Shelf()
        self.values: dict[str, Values] = {}
        self.conditions: Counter[str] = Counter()
        self.machines: Counter[str] = Counter()
        self.mended: Counter[str] = Counter()
        self.mending: Counter[str] = Counter()
        self.content, self.appearances = Content(taxonomy, self._shelf), Appearances(self._shelf)
        self.departures = DepartureCounts()
        self.people = People(taxonomy)
        self.listing = Listing()
        self.bright = array("d")
        self.closer = CloserLook(taxonomy, self._shelf) if closely else None

    def add(self, glance: Glance) -> None:
        """One more record."""
        self.frames += 1
        for path, value in glance.parameters.items():
            known = self.values.get(path)
            if known is None:
                known = self.values[path] = Values(self._shelf)
            known.add(value, glance.scene)
        self.conditions[glance.condition] += 1
        if glance.rendered_on:
            self.machines[glance.rendered_on.title] += 1
        pixels = glance.extra.get("mended_px")
        for name, count in pixels.items() if isinstance(pixels, dict) else ():
            self.mended[name] += int(count)
            self.mending[name] += int(count > 0)
        self.content.add(glance)
        self.appearances.add(glance)
        self.people.add(glance)
        self.departures.add(glance.scene, glance.departures)

    def join(self, later: Census) -> None:
        """Add the records of a census of later frames."""
        self.frames += later.frames
        for path, values in later.values.items():
            self.values.setdefault(path, Values(self._shelf)).join(values)
        self.conditions.update(later.conditions)
        self.machines.update(later.machines)
        self.mended.update(later.mended)
        self.mending.update(later.mending)
        self.content.join(later.content)
        self.appearances.join(later.appearances)
        self.people.join(later.people)
        self.departures.join(later.departures)
        self.listing.join(later.listing)
        self.bright.extend(later.bright)
        if self.closer is not None and later.closer is not None:
            self.closer.join(later.closer)


def census(
    dataset: Dataset,
    indices: Sequence[int],
    pictured: Collection[int],
    measures: Collection[int] | None = None,
    draws: Collection[int] = (),
    listed: Collection[int] = (),
) -> Census:
    """Frames of a dataset, with the brightness of those of them that are `pictured`, and a row for those that are
    `listed`; DatasetError for a damaged one.

    With `measures` it is a closer look, too: at the pixels of those of the frames, and the parameters of the `draws`.
    """
    found = Census(dataset.info.taxonomy, closely=measures is not None)
    for index in indices:
        glance = dataset.glance(index)
        try:
            found.add(glance)
            if index in listed:
                found.listing.add(glance)
            if found.closer is not None:
                found.closer.add(glance, drawn=index in draws)
            _look(dataset, glance, found, bright=index in pictured, measure=index in (measures or ()))
        except KeyError as error:
            raise DatasetError(f"{dataset.files.at(record_path(index))}: expected a key {error}, got none") from error
        except (ValueError, TypeError, AttributeError, OverflowError) as error:
            # The record's digest holds, so this is one that somebody wrote differently.
            raise DatasetError(f"{dataset.files.at(record_path(index))}: {error}") from error
    return found


def _look(dataset: Dataset, glance: Glance, found: Census, *, bright: bool, measure: bool) -> None:
    """Decode a picture once, for all that is to be known of it."""
    if not bright and not measure:
        return
    circle = in_image_circle(Camera.from_json(dict(glance.camera)).lens)
    rgb = dataset.read("images", glance.index)
    if bright:
        found.bright.append(brightness(rgb, circle))
    if measure and found.closer is not None and min(rgb.shape[:2]) >= LEAST_PX:
        found.closer.pictures.add(glance.condition, measured(rgb, circle))
