"""Open Image Denoise as Blender brings it along, called from here: Cycles has one quality for all that it asks of it.

The wheel of bpy carries the library (2.3.3 in 5.0) and has it loaded. What is called is its C interface of version 2
(https://www.openimagedenoise.org/documentation.html); the file's name has that version's number.
"""

from __future__ import annotations

import ctypes
import weakref
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.errors import RenderError
from longtail.scenes.scenarios.render_defaults import GeneralQuality

Array = NDArray[np.float32]

LIBRARY = "libOpenImageDenoise.so.2"

# How much it works in at most, in MB: larger pictures are denoised piece by piece, with the same bytes (measured).
WORKING_MB = 1_500

_CPU, _FLOAT3 = 1, 3
_QUALITY: dict[GeneralQuality, int] = {"fast": 4, "balanced": 5, "high": 6}
_POINTER, _NAME, _SIZE = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t
# What each function that is called returns, and takes (oidn.h of 2.3).
_FUNCTIONS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "oidnNewDevice": (_POINTER, (ctypes.c_int,)),
    "oidnSetDeviceBool": (None, (_POINTER, _NAME, ctypes.c_bool)),
    "oidnSetDeviceInt": (None, (_POINTER, _NAME, ctypes.c_int)),
    "oidnCommitDevice": (None, (_POINTER,)),
    "oidnReleaseDevice": (None, (_POINTER,)),
    "oidnGetDeviceError": (ctypes.c_int, (_POINTER, ctypes.POINTER(_NAME))),
    "oidnNewFilter": (_POINTER, (_POINTER, _NAME)),
    "oidnSetSharedFilterImage": (None, (_POINTER, _NAME, _POINTER, ctypes.c_int, *[_SIZE] * 5)),
    "oidnSetSharedFilterData": (None, (_POINTER, _NAME, _POINTER, _SIZE)),
    "oidnSetFilterBool": (None, (_POINTER, _NAME, ctypes.c_bool)),
    "oidnSetFilterInt": (None, (_POINTER, _NAME, ctypes.c_int)),
    "oidnCommitFilter": (None, (_POINTER,)),
    "oidnExecuteFilter": (None, (_POINTER,)),
    "oidnReleaseFilter": (None, (_POINTER,)),
}


class OpenImageDenoise:
    """The library's filter for ray-traced images, on the CPU. The same images give the same bytes, on any number of
    threads."""

    def __init__(self, folder: Path, threads: int = 0) -> None:
        """The library that lies in `folder`, on `threads` threads, 0 for all.

        OSError where it cannot be loaded or has another interface, RenderError where it does not run on this CPU.
        """
        self._library = ctypes.CDLL(str(folder / LIBRARY))
        for name, (returns, takes) in _FUNCTIONS.items():
            try:
                function = getattr(self._library, name)
            except AttributeError as error:
                raise OSError(f"{folder / LIBRARY}: expected a function {name}, found none") from error
            function.restype, function.argtypes = returns, takes
        self._device = self._library.oidnNewDevice(_CPU)
        self._require_no_error()
        weakref.finalize(self, self._library.oidnReleaseDevice, self._device)
        # Threads are Blender's to place, as Cycles has it.
        self._library.oidnSetDeviceBool(self._device, b"setAffinity", False)
        if threads:
            self._library.oidnSetDeviceInt(self._device, b"numThreads", threads)
        self._library.oidnCommitDevice(self._device)
        self._require_no_error()

    def guide(self, name: str, image: Array, quality: GeneralQuality) -> Array:
        """What is to guide a picture's denoising without its noise: (H, W, 3), "albedo" (0..1) or "normal" (-1..1).

        RenderError where the library complains.
        """
        return self._filtered({name: image}, quality)

    def picture(
        self, radiance: Array, albedo: Array, normal: Array, quality: GeneralQuality, weights: bytes | None = None
    ) -> Array:
        """A picture's radiance (H, W, 3) without noise, in any unit; `albedo` and `normal` (H, W, 3) have none.

        `weights`: a tensor archive (TZA) in the place of the library's network of that quality, with the same layers.
        RenderError where the library complains.
        """
        images = {"color": radiance, "albedo": albedo, "normal": normal}
        return self._filtered(images, quality, weights, hdr=True, cleanAux=True)

    def _filtered(
        self, images: dict[str, Array], quality: GeneralQuality, weights: bytes | None = None, **switches: bool
    ) -> Array:
        library = self._library
        # They must live as long as the filter reads them.
        taken = {name: np.ascontiguousarray(image, dtype=np.float32) for name, image in images.items()}
        output = np.empty_like(next(iter(taken.values())))
        made = library.oidnNewFilter(self._device, b"RT")
        try:
            for name, image in {**taken, "output": output}.items():
                height, width, _ = image.shape
                library.oidnSetSharedFilterImage(
                    made, name.encode(), image.ctypes.data, _FLOAT3, width, height, 0, 0, 0
                )
            for name, switch in switches.items():
                library.oidnSetFilterBool(made, name.encode(), switch)
            library.oidnSetFilterInt(made, b"quality", _QUALITY[quality])
            library.oidnSetFilterInt(made, b"maxMemoryMB", WORKING_MB)
            if weights is not None:
                library.oidnSetSharedFilterData(made, b"weights", weights, len(weights))
            library.oidnCommitFilter(made)
            library.oidnExecuteFilter(made)
        finally:
            library.oidnReleaseFilter(made)
        self._require_no_error()
        return output

    def _require_no_error(self) -> None:
        said = ctypes.c_char_p()
        if self._library.oidnGetDeviceError(self._device, ctypes.byref(said)):
            words = (said.value or b"no reason").decode(errors="replace")
            raise RenderError(f"the denoiser: expected Open Image Denoise to run, got: {words}")
