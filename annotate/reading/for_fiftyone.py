"""Frames as a FiftyOne dataset: https://docs.voxel51.com/user_guide/using_datasets.html."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from longtail.annotate.errors import DatasetError
from longtail.annotate.reading.frame import ReadFrame
from longtail.annotate.reading.frames import Frames

FIELD = "ground_truth"


def fiftyone_dataset(frames: Frames, name: str | None = None, *, ignored: bool = False) -> Any:
    """A new `fiftyone.Dataset` whose samples are the frames' own pictures, with their things as `ground_truth`.

    Samples have the condition as a tag and scene, variant and every condition as fields. What no human could annotate
    is left out unless `ignored`. DatasetError where pictures lie in tars or an object store: FiftyOne opens files.
    """
    import fiftyone

    samples = []
    for frame in frames:
        sample = fiftyone.Sample(filepath=str(_picture(frame)), tags=[frame.record.condition])
        sample[FIELD] = fiftyone.Detections(detections=_detections(fiftyone, frame, ignored))
        for key, value in _fields(frame).items():
            sample[key] = value
        samples.append(sample)
    dataset = fiftyone.Dataset(name)
    dataset.add_samples(samples)
    return dataset


def _picture(frame: ReadFrame) -> Path:
    files = frame.dataset.files
    path = frame.dataset.info.layers()["images"].path(frame.index)
    place = files.on_disk(path)
    if place is None:
        raise DatasetError(
            f"{files.at(path)}: expected a picture that is a file of this machine, as FiftyOne opens it; "
            f"`longtail export {frame.dataset.place} --to yolo -o DIR` writes files"
        )
    return place.absolute()


def _detections(fiftyone: Any, frame: ReadFrame, ignored: bool) -> list[Any]:
    """Boxes in shares of the picture; masks cut to their box."""
    height, width = frame.instances.size
    found = []
    for row in frame.instances.rows:
        if row.ignore and not ignored:
            continue
        x, y, across, down = row.bbox
        found.append(
            fiftyone.Detection(
                label=row.category.name,
                bounding_box=[x / width, y / height, across / width, down / height],
                mask=row.mask()[y : y + down, x : x + across],
                object_id=row.id,  # instance_id is FiftyOne's own
                asset=row.asset,
                visible_fraction=row.visible_fraction,
                truncation=row.truncation,
                ignored=row.ignore,
            )
        )
    return found


def _fields(frame: ReadFrame) -> dict[str, Any]:
    """What can be filtered by; FiftyOne does without a field where there is nothing to say."""
    shown = frame.record.shown
    said = {"frame": frame.index, "scene": shown.scene, "variant": shown.variant, "camera": shown.camera}
    said |= frame.record.conditions.to_json()
    return {key: value for key, value in said.items() if value not in (None, "")}
