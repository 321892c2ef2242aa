"""What is true in a frame: cameras, masks, boxes, the files that hold them, and the checks that keep them honest.

Needs no Blender: everything here also runs on stored frames on a laptop.
"""

from annotate.camera import Camera, Pinhole
from annotate.check import check
from annotate.dataset import AssetCredit, Dataset, DatasetInfo, Licence
from annotate.finding import Finding
from annotate.frame import Frame, SceneObject
from annotate.instances import Instance, Instances, label
from annotate.layers import OUTPUTS, encode
from annotate.merge import Merged, merge
from annotate.record import dumps, record_of
from annotate.shards import merge_datasets
from annotate.stored import StoredFrame, loads
from annotate.taxonomy import CATEGORIES, Category
from annotate.transform import Transform

__all__ = [
    "CATEGORIES",
    "OUTPUTS",
    "AssetCredit",
    "Camera",
    "Category",
    "Dataset",
    "DatasetInfo",
    "Finding",
    "Frame",
    "Instance",
    "Instances",
    "Licence",
    "Merged",
    "Pinhole",
    "SceneObject",
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
