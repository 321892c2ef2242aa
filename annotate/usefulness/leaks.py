"""What a set to test on has in common with one to train on, so that a good score would say nothing."""

from __future__ import annotations

from collections.abc import Iterator

from longtail.annotate.choosing.shared_scenes import shared_scenes
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.pixels.alike import alike
from longtail.annotate.usefulness.sets import Crops, Sources

_THE_SAME = 0.999


def leaks(train: Sources, test: Sources, cuts: tuple[Crops, Crops]) -> list[str]:
    """A sentence for each scene, and each picture, that both sides show."""
    return [*_scenes(train, test), *_pictures(*cuts)]


def _scenes(train: Sources, test: Sources) -> Iterator[str]:
    for one in train.sources:
        for other in test.sources:
            if isinstance(one, Dataset) and isinstance(other, Dataset):
                for shared in shared_scenes(one, other):
                    yield (
                        f"{one.place} frame {shared.frame} and {other.place} frame {shared.other_frame} show one scene "
                        f"({shared.share:.0%} of its things)"
                    )


def _pictures(train: Crops, test: Crops) -> Iterator[str]:
    for one, other, correlation in alike(train.marks, test.marks):
        how = "are one picture" if correlation > _THE_SAME else f"are nearly one picture ({correlation:.2f})"
        yield f"{train.pictures[one].where} and {test.pictures[other].where} {how}"
