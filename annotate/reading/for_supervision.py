"""The things of a frame as `supervision.Detections`: https://supervision.roboflow.com/latest/detection/core/."""

from __future__ import annotations

from typing import Any

from longtail.annotate.reading.classes import classes_of
from longtail.annotate.reading.frame import ReadFrame


def detections(frame: ReadFrame, *, ignored: bool = False) -> Any:
    """Boxes and masks of what counts, of all that is seen with `ignored`.

    `class_id` counts as `DetectionDataset.classes` does, from 1; `data` has names, areas, visible shares and
    keypoints (N, 17, 3) by key.
    """
    import supervision

    things = frame.instances if ignored else frame.instances[~frame.instances.ignored]
    return supervision.Detections(
        xyxy=things.corners,
        mask=things.masks,
        class_id=classes_of(things.category_ids, frame.dataset.info.taxonomy),
        data={
            "class_name": things.categories,
            "instance_id": things.ids,
            "area": things.areas,
            "visible_fraction": things.visible_fraction,
            "keypoints": things.keypoints,
            "ignored": things.ignored,
        },
    )
