"""What is true in a frame: cameras, masks, boxes, the files that hold them, and the checks that keep them honest.

Needs no Blender: everything here also runs on stored frames on a laptop.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from longtail.annotate.camera import (
        LENSES,
        BrownConrady,
        Camera,
        Equirectangular,
        FTheta,
        KannalaBrandt,
        Lens,
        Pinhole,
    )
    from longtail.annotate.camera.transform import Transform
    from longtail.annotate.check.check import check
    from longtail.annotate.check.finding import Finding
    from longtail.annotate.dataset.dataset import AssetCredit, Dataset, DatasetInfo, Licence
    from longtail.annotate.dataset.layers import OUTPUTS, encode
    from longtail.annotate.dataset.merge import Merged, merge
    from longtail.annotate.dataset.record import dumps, record_of
    from longtail.annotate.dataset.shards import merge_datasets
    from longtail.annotate.dataset.stored import StoredFrame, loads
    from longtail.annotate.labels.appearance import Appearance
    from longtail.annotate.labels.conditions import Conditions
    from longtail.annotate.labels.departures import Departures
    from longtail.annotate.labels.frame import Frame, SceneObject
    from longtail.annotate.labels.ignore import IgnoreRule
    from longtail.annotate.labels.instances import Instance, Instances, label
    from longtail.annotate.labels.shown import Shown
    from longtail.annotate.labels.taxonomy import CATEGORIES, Category, Taxonomy

__all__ = [
    "CATEGORIES",
    "LENSES",
    "OUTPUTS",
    "Appearance",
    "AssetCredit",
    "BrownConrady",
    "Camera",
    "Category",
    "Conditions",
    "Dataset",
    "DatasetInfo",
    "Departures",
    "Equirectangular",
    "FTheta",
    "Finding",
    "Frame",
    "IgnoreRule",
    "Instance",
    "Instances",
    "KannalaBrandt",
    "Lens",
    "Licence",
    "Merged",
    "Pinhole",
    "SceneObject",
    "Shown",
    "StoredFrame",
    "Taxonomy",
    "Transform",
    "check",
    "dumps",
    "encode",
    "label",
    "loads",
    "merge",
    "merge_datasets",
    "record_of",
]

_NAMES = {
    "camera": ("LENSES", "BrownConrady", "Camera", "Equirectangular", "FTheta", "KannalaBrandt", "Lens", "Pinhole"),
    "camera.transform": ("Transform",),
    "check.check": ("check",),
    "check.finding": ("Finding",),
    "dataset.dataset": ("AssetCredit", "Dataset", "DatasetInfo", "Licence"),
    "dataset.layers": ("OUTPUTS", "encode"),
    "dataset.merge": ("Merged", "merge"),
    "dataset.record": ("dumps", "record_of"),
    "dataset.shards": ("merge_datasets",),
    "dataset.stored": ("StoredFrame", "loads"),
    "labels.appearance": ("Appearance",),
    "labels.conditions": ("Conditions",),
    "labels.departures": ("Departures",),
    "labels.frame": ("Frame", "SceneObject"),
    "labels.ignore": ("IgnoreRule",),
    "labels.instances": ("Instance", "Instances", "label"),
    "labels.shown": ("Shown",),
    "labels.taxonomy": ("CATEGORIES", "Category", "Taxonomy"),
}
_HOMES = {name: home for home, names in _NAMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """The names above when they are first asked for: whoever takes one module waits for what it needs alone."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
