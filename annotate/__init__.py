"""What is true in a frame: cameras, masks, boxes, the files that hold them, and the checks that keep them honest.

Needs no Blender: everything here also runs on stored frames on a laptop.
"""

from longtail.annotate.appearance import Appearance
from longtail.annotate.camera import LENSES, BrownConrady, Camera, KannalaBrandt, Lens, Pinhole
from longtail.annotate.check import check
from longtail.annotate.conditions import Conditions
from longtail.annotate.dataset import AssetCredit, Dataset, DatasetInfo, Licence
from longtail.annotate.finding import Finding
from longtail.annotate.frame import Frame, SceneObject
from longtail.annotate.ignore import IgnoreRule
from longtail.annotate.instances import Instance, Instances, label
from longtail.annotate.layers import OUTPUTS, encode
from longtail.annotate.merge import Merged, merge
from longtail.annotate.record import dumps, record_of
from longtail.annotate.shards import merge_datasets
from longtail.annotate.shown import Shown
from longtail.annotate.stored import StoredFrame, loads
from longtail.annotate.taxonomy import CATEGORIES, Category
from longtail.annotate.transform import Transform

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
