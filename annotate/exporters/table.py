"""The exporters: one line each here, and those that installed packages add."""

from __future__ import annotations

from longtail.annotate.exporters.bop import BOP
from longtail.annotate.exporters.cityscapes import CITYSCAPES
from longtail.annotate.exporters.coco import COCO, COCO_POLYGONS, COCO_UNCOMPRESSED
from longtail.annotate.exporters.coco_keypoints import COCO_KEYPOINTS
from longtail.annotate.exporters.coco_panoptic import COCO_PANOPTIC
from longtail.annotate.exporters.datumaro import DATUMARO
from longtail.annotate.exporters.exporter import Exporter
from longtail.annotate.exporters.huggingface import HUGGINGFACE
from longtail.annotate.exporters.huggingface_parquet import HUGGINGFACE_PARQUET
from longtail.annotate.exporters.kitti import KITTI
from longtail.annotate.exporters.kitti_tracking import KITTI_TRACKING
from longtail.annotate.exporters.labelme import LABELME
from longtail.annotate.exporters.mmdetection import MMDETECTION
from longtail.annotate.exporters.mot import MOT
from longtail.annotate.exporters.nuscenes import NUSCENES
from longtail.annotate.exporters.voc import VOC
from longtail.annotate.exporters.webdataset import WEBDATASET
from longtail.annotate.exporters.yolo import YOLO, YOLO_OBB, YOLO_SEGMENT
from longtail.annotate.exporters.yolo_pose import YOLO_POSE
from longtail.annotate.exporters.youtube_vis import YOUTUBE_VIS
from longtail.plug_ins import with_plug_ins

GROUP = "longtail.exporters"
"""The group of entry points under which other packages offer an `Exporter`."""

EXPORTERS: dict[str, Exporter] = {
    exporter.name: exporter
    for exporter in (
        COCO,
        COCO_UNCOMPRESSED,
        COCO_POLYGONS,
        COCO_KEYPOINTS,
        COCO_PANOPTIC,
        YOLO,
        YOLO_SEGMENT,
        YOLO_OBB,
        YOLO_POSE,
        CITYSCAPES,
        KITTI,
        VOC,
        LABELME,
        DATUMARO,
        MMDETECTION,
        HUGGINGFACE,
        HUGGINGFACE_PARQUET,
        WEBDATASET,
        BOP,
        NUSCENES,
        MOT,
        KITTI_TRACKING,
        YOUTUBE_VIS,
    )
}


def all_exporters() -> dict[str, Exporter]:
    """Ours, then those of installed packages by the names of their entry points.

    PlugInError where one of these cannot be imported, is no Exporter, or has a name that is taken.
    """
    return with_plug_ins(GROUP, EXPORTERS, _checked)


def _checked(name: str, offered: object) -> Exporter:
    if not isinstance(offered, Exporter):
        raise TypeError(f"expected an Exporter, got {type(offered).__name__}")
    if offered.name != name:
        raise ValueError(f"expected an Exporter of the entry point's name {name!r}, got {offered.name!r}")
    return offered
