"""The matrix of a pinhole camera, for the formats that know no other."""

from __future__ import annotations

from longtail.annotate.camera import Pinhole
from longtail.annotate.camera.stereo import HALF_PX as HALF_PX
from longtail.annotate.camera.stereo import camera_matrix as matrix_of
from longtail.annotate.camera.transform import Matrix
from longtail.annotate.errors import DatasetError
from longtail.annotate.exporters.selection import Sample


def camera_matrix(sample: Sample, format_name: str) -> Matrix:
    """OpenCV's K (3, 3) in pixels, whose principal point counts from the centre of the first pixel.

    DatasetError where the lens bends lines: labels in 3D would not lie on the picture.
    """
    lens = sample.record.camera.lens
    if not isinstance(lens, Pinhole):
        # A mount of a rig may have a lens of its own, which camera.model does not reach.
        mount, way = sample.record.shown.camera, "render with --set camera.model=pinhole"
        if mount:
            way = f"leave that one out (--where \"camera != '{mount}'\")"
        raise DatasetError(
            f"frame {sample.index}: expected a pinhole camera, the only one that {format_name} has, got {lens.name}; "
            f"{way}, or choose a format without cameras"
        )
    return matrix_of(lens)
