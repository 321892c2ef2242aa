"""What Hugging Face's hub and `load_dataset` look for at the head of README.md: splits, columns, names of classes.

The format: https://huggingface.co/docs/hub/datasets-cards, and `datasets.Features` of the library.
"""

from __future__ import annotations

import math
from typing import Any

import yaml

from longtail.annotate.exporters.selection import Selection

SPLITS = {"train": "train", "val": "validation", "test": "test"}
"""Hugging Face's words for the splits."""


def preface(selection: Selection, paths: str, layers: tuple[str, ...] = ()) -> str:
    """The head of a card, between lines of dashes. The files of a split lie at `paths`, with its name for {}.

    `layers` are those that have columns beside the picture.
    """
    files = [{"split": SPLITS[name], "path": paths.format(SPLITS[name])} for name in selection.splits.names]
    features = [{"name": name, **_spelled(kind)} for name, kind in features_of(selection, layers).items()]
    about = {
        "license": "other",
        "task_categories": ["object-detection", "image-segmentation"],
        "tags": ["synthetic", "longtail"],
        "size_categories": [_size(len(selection.frames))],
        # Image folders heed the columns' types here alone, not under `dataset_info`.
        "configs": [{"config_name": "default", "data_files": files, "features": features}],
    }
    return f"---\n{yaml.safe_dump(about, sort_keys=False, allow_unicode=True)}---\n\n"


def _size(frames: int) -> str:
    """The hub's word for how many rows there are."""
    power = int(math.log10(max(frames, 1)))
    if power < 3:
        return "n<1K"
    names = ["1K", "10K", "100K", "1M", "10M", "100M", "1B", "10B"]
    return f"{names[power - 3]}<n<{names[power - 2]}" if power < 10 else "n>1T"


def features_of(selection: Selection, layers: tuple[str, ...] = ()) -> dict[str, Any]:
    """The columns in the words of `datasets.Features.to_dict`."""
    of_objects = {
        "id": _value("int64"),
        "bbox": _many(_value("float32"), 4),
        "category": {"names": selection.class_names, "_type": "ClassLabel"},
        "area": _value("int64"),
        "segmentation": _value("string"),
        "visible_fraction": _value("float32"),
        "truncation": _value("float32"),
        "ignored": _value("int64"),
        "asset": _value("string"),
    }
    return {
        "image": {"_type": "Image"},
        **{name: {"_type": "Image"} for name in layers},
        "image_id": _value("int64"),
        "width": _value("int64"),
        "height": _value("int64"),
        "scene": _value("int64"),
        "condition": _value("string"),
        "weather": _value("string"),
        "visibility_m": _value("float64"),
        "illuminance_lux": _value("float64"),
        "objects": {name: _many(kind) for name, kind in of_objects.items()},
    }


def _value(dtype: str) -> dict[str, Any]:
    return {"dtype": dtype, "_type": "Value"}


def _many(kind: dict[str, Any], length: int = -1) -> dict[str, Any]:
    # "Sequence" is what all versions of datasets read; since 4.0 they call it List.
    return {"feature": kind, "length": length, "_type": "Sequence"}


def _spelled(kind: dict[str, Any]) -> dict[str, Any]:
    """A column in the YAML of the hub's cards."""
    match kind.get("_type"):
        case "Image":
            return {"dtype": "image"}
        case "Value":
            return {"dtype": kind["dtype"]}
        case "ClassLabel":
            return {"dtype": {"class_label": {"names": {str(n): name for n, name in enumerate(kind["names"])}}}}
        case "Sequence":
            inner = _spelled(kind["feature"])
            inner = inner["dtype"] if inner.keys() == {"dtype"} else inner
            return {"sequence": inner} if kind["length"] < 0 else {"sequence": inner, "length": kind["length"]}
    return {"struct": [{"name": name, **_spelled(inner)} for name, inner in kind.items()]}
