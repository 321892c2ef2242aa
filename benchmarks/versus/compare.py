"""PSNR and SSIM of pictures in linear light, inside BlenderProc's environment, which has scikit-image.

`python compare.py JOB.json`: the job's `pairs` are (picture, reference) as .npy files, its `white` is the radiance that
becomes 1. Both go through the sRGB curve (IEC 61966-2-1), so that errors count as they are seen; what is brighter than
white is white. Prints a list of {"psnr_db", "ssim"}.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def encoded(linear: NDArray[np.float32], white: float) -> NDArray[np.float64]:
    """A picture (H, W, 3) with the sRGB curve, 0..1."""
    share = np.clip(linear.astype(np.float64) / white, 0.0, 1.0)
    return np.where(share <= 0.0031308, 12.92 * share, 1.055 * share ** (1 / 2.4) - 0.055)


def likeness(picture: NDArray[np.float64], reference: NDArray[np.float64]) -> dict[str, float]:
    """How close two encoded pictures are."""
    metrics: Any = import_module("skimage.metrics")
    return {
        "psnr_db": float(metrics.peak_signal_noise_ratio(reference, picture, data_range=1.0)),
        "ssim": float(metrics.structural_similarity(reference, picture, data_range=1.0, channel_axis=2)),
    }


def main(job: dict[str, Any]) -> None:
    """Print how close the job's pairs are."""
    pairs = [[encoded(np.load(path), job["white"]) for path in pair] for pair in job["pairs"]]
    print(json.dumps([likeness(*pair) for pair in pairs]))


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()))
