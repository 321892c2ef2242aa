"""What is true in a frame: cameras, masks, boxes, the files that hold them, and the checks that keep them honest.

Needs no Blender: everything here also runs on stored frames on a laptop.
"""

from annotate.appearance import Appearance
from annotate.camera import LENSES, BrownConrady, Camera, KannalaBrandt, Lens, Pinhole
from annotate.check import check
from annotate.conditions import Conditions
from annotate.dataset import AssetCredit, Dataset, DatasetInfo, Licence
from annotate.finding import Finding
from annotate.frame import Frame, SceneObject
from annotate.ignore import IgnoreRule
from annotate.instances import Instance, Instances, label
from annotate.layers import OUTPUTS, encode
from annotate.merge import Merged, merge
from annotate.record import dumps, record_of
from annotate.shards import merge_datasets
from annotate.shown import Shown
from annotate.stored import StoredFrame, loads
from annotate.taxonomy import CATEGORIES, Category
from annotate.transform import Transform

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
