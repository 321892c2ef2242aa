"""`longtail evaluate`: what one set is worth to whoever is tested on another."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from longtail.annotate.against.conditions import condition_of
from longtail.annotate.against.real import read_real
from longtail.annotate.dataset.atomic import into, replacing
from longtail.annotate.errors import ConfigError, DatasetError
from longtail.annotate.usefulness.classes import BACKGROUND, shared_classes
from longtail.annotate.usefulness.detector import learning
from longtail.annotate.usefulness.detector.evaluate import STEPS, Side, Training, detected, trainings
from longtail.annotate.usefulness.detector.shown import shown_pictures
from longtail.annotate.usefulness.evaluate import MISSING, SHOTS, Protocol, evaluate, installed
from longtail.annotate.usefulness.leaks import leaks
from longtail.annotate.usefulness.sets import Crops, Source, Sources, cropped
from longtail.annotate.usefulness.told import told
from longtail.annotate.wording import counted, listed, visible
from longtail.render.machine.limits import readers
from longtail.render.storage.place import Place, dataset_at, run_note
from longtail.render.storage.store import require_file
from longtail.render.watching.say import say

_MOST_TOLD = 20
_TRIED = 6
"""Pictures, and steps, by which it is foretold how long detectors take."""


@dataclass(frozen=True)
class Evaluation:
    """What is asked of `longtail evaluate`.

    Attributes:
        pictures: of either side at most so many are used, evenly spread
        few_of: a condition, by any of its names; pictures of the test set that are trained on have it
        detector: draws of folds on which detectors are trained, too; 0 for none
        steps: of each of these trainings
        renamed: names of categories, and what they are called
    """

    repeats: int = 10
    shots: tuple[int, ...] = SHOTS
    few_of: str = ""
    pictures: int = 1000
    detector: int = 0
    steps: int = STEPS
    renamed: Mapping[str, str] | None = None


def evaluate_sets(train: Sequence[Place], test: Sequence[Place], asked: Evaluation, output: Path | None = None) -> int:
    """Print the table, and write it to `output` as JSON; 1 where the sets share scenes or pictures, which are named."""
    if not installed():
        raise ConfigError(f"evaluate: {MISSING}")
    if asked.detector and not learning.installed():
        raise ConfigError(f"evaluate --detector: {learning.MISSING}")
    if output is not None:
        require_file(output, "worth.json")
    one, other = _side("--train", train), _side("--test", test)
    classes = shared_classes(one.categories, other.categories, asked.renamed or {})
    jobs = (one.jobs(asked.pictures), other.jobs(asked.pictures))
    longest = min(one.longest_px(jobs[0]), other.longest_px(jobs[1]))
    crops = []
    for side, names, chosen in zip((one, other), classes, jobs, strict=True):
        if not chosen:
            raise DatasetError(f"{side.name}: expected pictures, got none that are there")
        crops.append(cropped(side, chosen, longest, names, readers()))
    if found := leaks(one, other, (crops[0], crops[1])):
        return _refused(found)
    made = _evaluated(one, other, (crops[0], crops[1]), asked) | {"longest_px": longest, "detector": None}
    if asked.detector:
        sides = [
            Side(found, shown_pictures(side, chosen, longest, names, _names(made), readers()))
            for side, names, chosen, found in zip((one, other), classes, jobs, crops, strict=True)
        ]
        made["detector"] = _detected(sides[0], sides[1], _names(made), asked)
    for line in told(made):
        print(visible(line))
    if output is not None:
        with into(output), replacing(output) as file:
            file.write((json.dumps(made, indent=2, allow_nan=False) + "\n").encode("ascii"))
        say(f"{output}: the table as JSON; longtail evaluate --schema says what stands in it")
    return 0


def _side(option: str, places: Sequence[Place]) -> Sources:
    sources = tuple(_source(option, place) for place in places)
    names = [place.name if isinstance(place, Path) else str(place).rstrip("/").rpartition("/")[2] for place in places]
    where = places[0]
    if names == ["instances.json"] and isinstance(where, Path):
        names = [where.resolve().parent.name]  # what people call such a set
    return Sources(names[0] if len(names) == 1 else option.removeprefix("--"), sources)


def _source(option: str, place: Place) -> Source:
    """A dataset of ours, or a COCO file."""
    if isinstance(place, Path) and not place.is_dir():
        return read_real(place, option)
    if note := run_note(place):
        say(f"{note}; only the frames that are there now are taken")
    return dataset_at(place, Path())


def _refused(found: Sequence[str]) -> int:
    for text in found[:_MOST_TOLD]:
        print(visible(text))
    if len(found) > _MOST_TOLD:
        print(f"... and {len(found) - _MOST_TOLD} more")
    say(
        f"evaluate: the set to test on shares {counted(len(found), 'scene or picture', 'scenes or pictures')} with the "
        "one to train on, so nothing was trained; leave them out of one of the two, or render with another --seed"
    )
    return 1


def _evaluated(one: Sources, other: Sources, crops: tuple[Crops, Crops], asked: Evaluation) -> dict[str, Any]:
    protocol = Protocol(asked.repeats, asked.shots, _few_of(asked))
    made = evaluate(*crops, protocol, lambda done: say(f"trained {done} of {asked.repeats} times"))
    left = [*one.left_out, *other.left_out]
    rows = made["left_out"]
    rows["named"] = [*left, *rows["named"]][:50]
    rows["rows"] += len(left)
    return made


def _few_of(asked: Evaluation) -> str:
    return condition_of(asked.few_of) if asked.few_of else ""


def _names(made: Mapping[str, Any]) -> list[str]:
    """The classes of things that have enough crops."""
    return [row["name"] for row in made["classes"] if row["name"] != BACKGROUND]


def _detected(train: Side, test: Side, names: Sequence[str], asked: Evaluation) -> dict[str, Any]:
    """The detectors' table; how long it will take is said after a few steps that are thrown away."""
    protocol = Training(asked.detector, asked.steps, asked.shots, _few_of(asked))
    count = trainings(test.crops, train.crops, protocol)
    began = time.process_time()
    learning.trained([train.pictures[:_TRIED], test.pictures[:_TRIED]], len(names), _TRIED, 0)
    minutes = (time.process_time() - began) / _TRIED * asked.steps * count / 60
    took = counted(max(round(minutes), 1), "minute")
    say(f"{counted(count, 'detector')} of {counted(asked.steps, 'step')} each: about {took} of CPU time")
    done = 0

    def progress() -> None:
        nonlocal done
        done += 1
        if done % max(count // 20, 1) == 0:
            say(f"trained {done} of {count} detectors")

    return detected(train, test, names, protocol, progress=progress)


def shots_of(text: str) -> tuple[int, ...]:
    """Numbers of pictures, as in "10,50"; ConfigError for anything else."""
    words = [word.strip() for word in text.split(",") if word.strip()]
    if not all(word.isdecimal() and 0 <= int(word) <= 1_000_000 for word in words):
        raise ConfigError(f"--shots: expected numbers of pictures, such as 10,50,200, got {listed(words)}")
    return tuple(sorted({int(word) for word in words} - {0}))
