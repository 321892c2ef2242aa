"""The matrix of a pinhole camera, for the formats that know no other."""

from __future__ import annotations

import numpy as np

from longtail.annotate.camera import Pinhole
from longtail.annotate.camera.transform import Matrix
from longtail.annotate.errors import DatasetError
from longtail.annotate.exporters.selection import Sample

HALF_PX = 0.5
"""OpenCV's pixels have whole numbers at their centres, Longtail's at their corners."""


def camera_matrix(sample: Sample, format_name: str) -> Matrix:
    """OpenCV's K (3, 3) in pixels, whose principal point counts from the centre of the first pixel.

    DatasetError where the lens bends lines: labels in 3D would not lie on the picture.
    """
    lens = sample.record.camera.lens
    if not isinstance(lens, Pinhole):
        raise DatasetError(
            f"frame {sample.index}: expected a pinhole camera, the only one that {format_name} has, got {lens.name}; "
            "render with --set camera.model=pinhole, or choose a format without cameras"
        )
    return np.array([[lens.fx_px, 0.0, lens.cx_px - HALF_PX], [0.0, lens.fy_px, lens.cy_px - HALF_PX], [0.0, 0.0, 1.0]])
