"""People with their keypoints, for the formats that have nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from longtail.annotate.dataset.stored_instance import StoredInstance
from longtail.annotate.errors import DatasetError
from longtail.annotate.exporters.selection import Selection
from longtail.annotate.labels.keypoints import Keypoints

Person = tuple[StoredInstance, Keypoints]


def people_of(things: Iterable[StoredInstance]) -> list[Person]:
    """People and riders among things, with their keypoints."""
    return [(thing, thing.keypoints) for thing in things if thing.keypoints is not None]


def require_keypoints(selection: Selection, format_name: str) -> None:
    """DatasetError where a dataset was made without keypoints."""
    outputs = selection.info.outputs
    if "keypoints" not in outputs:
        raise DatasetError(
            f"{selection.dataset.root}: {format_name} needs the output keypoints, which this dataset does not have; it "
            f"has {', '.join(outputs)}. Render with --set outputs=[{', '.join([*outputs, 'keypoints'])}]"
        )
