"""Pictures without grain: what Cycles has traced, and the colours and normals that go with it, through the denoiser.

Cycles prepares both guides with the quality that the picture has, which takes two of three parts of the time. Less does
as well (docs/performance.md, "Preparing what the denoiser is told").
"""

from __future__ import annotations

import logging
from functools import cache
from pathlib import Path

import bpy
import cv2
import numpy as np
from numpy.typing import NDArray

from longtail.annotate.errors import RenderError
from longtail.render.blender.margin import with_margin, without_margin
from longtail.render.blender.open_image_denoise import OpenImageDenoise
from longtail.scenes.scenarios.render_defaults import DenoiseQuality

Array = NDArray[np.float32]

# Normals are uneven at edges alone, where samples fall on both sides. This much blur evens them out (measured).
_NORMAL_BLUR_PX = 0.5


@cache
def denoiser(threads: int = 0) -> OpenImageDenoise | None:
    """The one that Blender brings along, on `threads` threads, 0 for all; None, with a warning, where there is none."""
    try:
        return OpenImageDenoise(_folder(), threads)
    except (OSError, RenderError) as error:
        logging.getLogger(__name__).warning(
            "Pictures are denoised by Cycles itself, which takes longer, and other bytes come of it: %s", error
        )
        return None


def denoised(
    library: OpenImageDenoise, radiance: Array, albedo: Array, normal: Array, quality: DenoiseQuality, samples: int
) -> Array:
    """`radiance` (H, W, 3) as the mean of `samples` a pixel, without its noise; Cycles' denoising passes `albedo` and
    `normal` (H, W, 3) guide it.

    The library is told the sum of the samples, and rows from below, as Cycles does: without a margin, and with Cycles'
    way to prepare guides, the bytes are its own. RenderError where the library complains.
    """
    upwards = np.s_[::-1]
    # Nothing is kept longer than it is needed: such images are most of what a large picture takes.
    guides = prepared(library, with_margin(albedo[upwards]), with_margin(normal[upwards]))
    summed = with_margin(radiance[upwards])
    summed *= np.float32(samples)
    if quality == "fitted":
        result = library.picture(summed, *guides, "high", fitted_weights())
    else:
        result = library.picture(summed, *guides, quality)
    return np.ascontiguousarray(without_margin(result)[upwards] / np.float32(samples))


def prepared(library: OpenImageDenoise, albedo: Array, normal: Array) -> tuple[Array, Array]:
    """Both guides (H, W, 3) of a picture without their noise. RenderError where the library complains."""
    smooth = cv2.GaussianBlur(np.nan_to_num(normal), (3, 3), _NORMAL_BLUR_PX, borderType=cv2.BORDER_REPLICATE)
    return library.guide("albedo", albedo, "balanced"), np.asarray(smooth, dtype=np.float32)


@cache
def fitted_weights() -> bytes:
    """The network that was fitted to Longtail's own scenes, as the library takes it (`benchmarks/denoiser`)."""
    return Path(__file__).with_name("fitted.tza").read_bytes()


def _folder() -> Path:
    """Where Blender's libraries lie: beside the folder of its version, in the wheel and in its archives alike."""
    return Path(bpy.utils.resource_path("LOCAL")).parent / "lib"
