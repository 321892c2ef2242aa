"""Scores of all frames of a dataset: of each by itself, by as many processes as are given, then of all together."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.choosing.stored_flags import Raised
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.dataset.processes import in_processes
from longtail.annotate.errors import DatasetError
from longtail.annotate.flags.alike import Alike, Print, most_alike, print_of_luma
from longtail.annotate.flags.look import Look
from longtail.annotate.flags.outliers import outliers
from longtail.annotate.flags.table import DUPLICATE, FLAGS, NEAR_DUPLICATE, OUTLIER

_AT_ONCE = 16
_WORTH_A_PROCESS = 60
"""Beginning a process takes as long as scoring so many frames."""
_DIGITS = 5


@dataclass(frozen=True, eq=False)
class Traces:
    """What one frame is scored with, and what all frames together are judged by: `drawn` are its numbers by `paths`."""

    index: int
    scene: int
    scores: dict[str, tuple[float, str]]
    print: Print
    digest: str
    paths: tuple[str, ...]
    drawn: array[float]


@dataclass(frozen=True, eq=False)
class FrameScores:
    """One frame's scores by flag, without those that it has no layer for, and its flags, most serious first."""

    index: int
    scores: Mapping[str, float]
    raised: tuple[Raised, ...] = field(default=())

    @property
    def names(self) -> list[str]:
        """Of its flags."""
        return [flag.name for flag in self.raised]


def scored(dataset: Dataset, workers: int = 1, progress: Callable[[int], None] = lambda _: None) -> list[FrameScores]:
    """All frames of a dataset, in ascending order. DatasetError where a record or a file is missing or damaged.

    What is kept of each frame is about 4 kB. `progress` hears how many have been looked at.
    """
    indices = dataset.frames()
    processes = min(workers, math.ceil(len(indices) / _WORTH_A_PROCESS))
    traces: list[Traces] = []
    known: dict[tuple[str, ...], tuple[str, ...]] = {}
    with closing(in_processes(partial(traces_of, dataset), indices, processes, _AT_ONCE)) as looked_at:
        for done, one in enumerate(looked_at, start=1):
            # Frames have the same few sets of paths, which are kept once.
            traces.append(replace(one, paths=known.setdefault(one.paths, one.paths)))
            progress(done)
    together = _together(traces)
    return [_frame(one, {**one.scores, **more}) for one, more in zip(traces, together, strict=True)]


def traces_of(dataset: Dataset, index: int) -> Traces:
    """What one frame is scored with by itself."""
    look = Look(dataset, index)
    try:
        scores = {
            name: found
            for name, flag in FLAGS.items()
            if flag.score is not None and (found := flag.score(look)) is not None
        }
        picture = dataset.info.layers()["images"].path(index)
        drawn = {
            path: float(value)
            for path, value in look.record["parameters"].items()
            if isinstance(value, int | float) and not isinstance(value, bool)
        }
        # Of what is not raised nobody asks why.
        short = {name: (score, said if score > FLAGS[name].threshold else "") for name, (score, said) in scores.items()}
        return Traces(
            index,
            look.scene,
            short,
            print_of_luma(look.luma),
            look.record["files"][picture]["sha256"],
            tuple(drawn),
            array("d", drawn.values()),
        )
    except KeyError as error:
        raise DatasetError(f"{dataset.files.at(record_path(index))}: expected a key {error}, got none") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise DatasetError(f"{dataset.files.at(record_path(index))}: {error}") from error


def _together(traces: Sequence[Traces]) -> list[dict[str, tuple[float, str]]]:
    """The scores that take all frames."""
    alike = most_alike([one.print for one in traces], [one.scene for one in traces])
    far = outliers(_columns(traces))
    first: dict[str, int] = {}
    found = []
    for place, one in enumerate(traces):
        twin = first.setdefault(one.digest, one.index)
        same = (0.0, "") if twin == one.index else (1.0, f"its picture is that of frame {twin}, byte for byte")
        found.append({DUPLICATE: same, NEAR_DUPLICATE: _nearly(alike.get(place), traces), OUTLIER: far[place]})
    return found


def _nearly(alike: Alike | None, traces: Sequence[Traces]) -> tuple[float, str]:
    if alike is None:
        return 0.0, ""
    return alike.correlation, f"its picture is nearly that of frame {traces[alike.earlier].index}"


def _columns(traces: Sequence[Traces]) -> dict[str, NDArray[np.float64]]:
    """The drawn numbers by path, NaN where a frame has none."""
    paths = sorted({path for known in {one.paths for one in traces} for path in known})
    places = {path: place for place, path in enumerate(paths)}
    table = np.full((len(paths), len(traces)), np.nan)
    for row, one in enumerate(traces):
        table[[places[path] for path in one.paths], row] = one.drawn
    return dict(zip(paths, table, strict=True))


def _frame(one: Traces, scores: Mapping[str, tuple[float, str]]) -> FrameScores:
    rounded = {name: float(f"{scores[name][0]:.{_DIGITS}g}") for name in FLAGS if name in scores}
    raised = [
        Raised(name, score, times_of(name, score), scores[name][1])
        for name, score in rounded.items()
        if score > FLAGS[name].threshold
    ]
    # A picture that is another's is nearly another's, too.
    if any(flag.name == DUPLICATE for flag in raised):
        raised = [flag for flag in raised if flag.name != NEAR_DUPLICATE]
    return FrameScores(one.index, rounded, tuple(raised))


def times_of(name: str, score: float) -> float:
    """How many times the threshold a score is."""
    threshold = FLAGS[name].threshold
    return float(f"{score / threshold:.{_DIGITS}g}") if threshold else 1.0 + score
