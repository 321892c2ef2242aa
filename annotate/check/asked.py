"""dataset.json against itself, and against what the names of its categories mean."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from longtail.annotate.check.finding import Finding
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.encoders import DEPTH_RANGE_M, DEPTH_STEP_M
from longtail.annotate.dataset.files import read
from longtail.annotate.dataset.layout import DATASET, record_path
from longtail.annotate.dataset.stored import StoredFrame
from longtail.annotate.labels.taxonomy import BY_NAME

_DEPTH = {"step_m": DEPTH_STEP_M, "range_m": DEPTH_RANGE_M}


def check_asked(dataset: Dataset) -> Iterator[Finding]:
    """What dataset.json says twice, each once more."""
    for name, expected, came in (*_stated_twice(dataset), *_depth(dataset), *_categories(dataset)):
        yield Finding(DATASET, None, f"{name} {expected}", came)


def check_rule(dataset: Dataset, stored: StoredFrame) -> Iterator[Finding]:
    """A record's rule against the config's."""
    rule = _at(dataset.info.config, "labels.ignore")
    if isinstance(rule, Mapping) and rule != (came := stored.ignore_rule.to_json()):
        expected = f"ignore_rule {dict(rule)}, as the config has it"
        yield Finding(record_path(stored.index), stored.index, expected, f"{came}")


_Lie = tuple[str, str, str]


def _stated_twice(dataset: Dataset) -> Iterator[_Lie]:
    info, config = dataset.info, dataset.info.config
    for name, path, value in (
        ("seed", "seed", info.seed),
        ("frames", "frames", info.frames),
        ("outputs", "outputs", list(info.outputs)),
        ("image_format", "render.image_format", info.image_format),
    ):
        asked = _at(config, path)
        if asked is not None and asked != value:
            yield name, f"{asked!r}, as its config has it", f"{value!r}"


def _depth(dataset: Dataset) -> Iterator[_Lie]:
    """What readers are told of a depth's steps must be what it was written in."""
    raw = json.loads(read(dataset.files, DATASET)).get("depth")
    if isinstance(raw, Mapping) and dict(raw) != _DEPTH:
        yield "depth", f"{_DEPTH}, as files have it", f"{dict(raw)}"


def _categories(dataset: Dataset) -> Iterator[_Lie]:
    """A name that was ever in a dataset keeps its kind and its colour."""
    for number, category in dataset.info.taxonomy:
        known = BY_NAME.get(category.name)
        if known is None:
            continue
        for what, truth, came in (("isthing", known.is_thing, category.is_thing), ("color", known.rgb, category.rgb)):
            if truth != came:
                yield f"category {number} ({category.name}) {what}", f"{truth}, as ever", f"{came}"


def _at(config: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path of a config, however it is nested; None where there is none."""
    node: Any = config
    for name in path.split("."):
        node = node.get(name) if isinstance(node, Mapping) else None
    return node
