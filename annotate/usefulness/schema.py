"""What stands in the file of `longtail evaluate -o`, as a JSON Schema."""

from __future__ import annotations

import json
from typing import Any

from longtail.annotate.statistics.schema import COUNT, NUMBER, TEXT, keyed, listed, named, said
from longtail.annotate.usefulness.evaluate import FORMAT

_SHARE = said(NUMBER, "mean over classes of the share of their crops that is recognised, 0 to 1; null without classes")
_SIDE = keyed(
    name=TEXT,
    pictures=COUNT,
    groups=said(COUNT, "scenes of ours, or real pictures, where nearly identical ones are one"),
    crops=COUNT,
    conditions=named(COUNT, "pictures by condition"),
)
_FEW = {"anyOf": [COUNT, {"const": "all"}], "description": "pictures of the test set that are trained on"}
_WHERE = {
    "set": {"enum": ["test", "train"]},
    "condition": said(TEXT, "all, day, adverse (all but day), or one of them"),
}
_TESTED = keyed(
    **_WHERE, groups=COUNT, crops=COUNT, accuracy=_SHARE, low=NUMBER, high=NUMBER,
    recalls=named(NUMBER, "by class; null where it has fewer than five crops"),
)  # fmt: skip
_DETECTED = keyed(
    **_WHERE,
    groups=COUNT,
    things=COUNT,
    ap=said(NUMBER, "COCO's average precision, mean over IoU of 0.5 to 0.95, classes and repeats"),
    ap50=said(NUMBER, "the same at an IoU of 0.5"),
    low=said(NUMBER, "of ap50"),
    high=said(NUMBER, "of ap50"),
    by_class=named(NUMBER, "ap50 by class; null where there is none"),
)
_ADDED = keyed(**_WHERE, points=said(NUMBER, "hundredths of balanced accuracy"), low=NUMBER, high=NUMBER)


_DETECTOR = {
    "anyOf": [
        {"type": "null"},
        keyed(
            "a small detector with the same folds and the same few pictures",
            repeats=COUNT,
            steps=said(COUNT, "of each training"),
            batch=said(COUNT, "windows of pictures in a step"),
            things=listed(keyed(name=TEXT, train=COUNT, test=COUNT), "things of 8 pixels and more by class"),
            setups=listed(keyed(few=_FEW, train={"type": "boolean"}, tested=listed(_DETECTED))),
            added=listed(keyed(few=_FEW, tested=listed(_ADDED)), "points are hundredths of ap50"),
        ),
    ],
    "description": "null without --detector",
}


def schema() -> dict[str, Any]:
    """The schema as JSON values."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "usefulness",
        **keyed(
            "what one set is worth where another is tested on; intervals are of 95 %",
            format={"const": FORMAT},
            sets=keyed(train=_SIDE, test=_SIDE),
            classes=listed(keyed(name=TEXT, train=COUNT, test=COUNT), "crops by class"),
            left_out=keyed("rows and pictures that could not be read", rows=COUNT, named=listed(TEXT)),
            longest_px=said(COUNT, "the longer side that all pictures were shrunk to"),
            repeats=COUNT,
            folds=COUNT,
            few_of={"type": ["string", "null"], "description": "the condition of the few pictures; null for any"},
            pool=said(COUNT, "pictures of the test set that are never tested on where they are trained on"),
            shots_left_out=listed(COUNT, "numbers of pictures that the pool has not"),
            setups=listed(
                keyed(few=_FEW, train={"type": "boolean"}, tested=listed(_TESTED)), "who was trained on what"
            ),
            added=listed(keyed(few=_FEW, tested=listed(_ADDED)), "what the train set adds to these pictures"),
            detector=_DETECTOR,
        ),
    }


def dumps_schema() -> str:
    """The schema as text."""
    return json.dumps(schema(), indent=2) + "\n"
