"""What the renderer only says and goes on: a picture that it says so of is not the picture that was asked for.

After Infinigen v2 (Princeton, BSD licence), which looks for errors of shaders. The words of devices are those of
Blender 5.0's sources: Cycles' `set_error` in intern/cycles/device/*/device_impl.cpp ("Failed to load CUDA kernel from
'...' (No binary for GPU)") and device.cpp ("System is out of GPU memory"), the asserts of cuda/util.h and optix/util.h,
which quote the driver's call ("Illegal address in cuCtxSynchronize() (...)"), `debug_enqueue` of the queues ("Launch
failed in CUDA queue synchronize (...)"), intern/cycles/integrator/denoiser*.cpp, and for EEVEE source/blender/draw and
gpu ("Most likely out of GPU memory"). Cycles reports what `set_error` got as an error of the render operator, so that
it comes as a RuntimeError of Python's too.
"""

from __future__ import annotations

import re

from longtail.annotate.errors import DeviceFaultError, RenderError
from longtail.annotate.wording import visible

_API = r"(?:CUDA|OptiX|HIP|HIPRT|hiprt|oneAPI|Metal)"
_OF_DEVICES = re.compile(
    # Memory.
    r"out of GPU|[Oo]ut of memory in |failed, out of device|Most likely (?:an )?out of |out of GPU memory"
    # A call of the driver's, or a kernel of Cycles', that failed.
    r"|CUDA_ERROR_|OPTIX_ERROR_|hipError|ZE_RESULT_ERROR_"
    rf"|\b{_API} error\b|\bin {_API} queue\b|\b{_API} device (?:was )?(?:lost|removed)\b"
    r"|\bin (?:cu|optix|hip|hiprt|ze)[A-Z]\w*\s*\(|\boneAPI [\w ]+: got (?:a )?runtime exception"
    # A device that does not get ready.
    rf"|Failed to \w+(?: \w+)* {_API}\b|{_API} (?:backend requires|binary kernel|initialization failed because)"
    rf"|{_API} kernel compilation failed|Unable to load kernel|Failed loading (?:render|denoising) kernel"
    r"|Failed to create (?:display|headless) GPU context"
    # The denoiser, which works on the device that traces.
    r"|\b(?:OIDN|OpenImageDenoise) error\b|GPU denoiser \w+ has failed|Error (?:running denoiser|converting denoising)"
    r"|Error (?:copying denoiser|preprocessing guiding)"
)
_OF_SCENES = re.compile(
    r"\bSVM stack\b|[Ss]hader graph\b|[Ss]hader compil|\bError: |\| ERROR\b"
    r"|[Ii]mage file .*(?:not found|does not exist)"
    r"|(?:[Ff]ailed|[Uu]nable) to (?:load|open|read) (?:image|texture|file)"
    r"|[Ii]nvalid UV"
)
# EEVEE's pool of shadow maps, of `shadow_pool_size`.
_OF_SHADOWS = re.compile(r"Shadow buffer full")


class ShadowsFullError(RenderError):
    """More shadow maps were wanted than EEVEE has room for: some shadows are missing."""


def require_no_complaint(text: str) -> None:
    """DeviceFaultError, ShadowsFullError or RenderError, with the line, where what was said during a render speaks of a
    failure."""
    lines = [line.strip() for line in text.splitlines()]
    # A device that fails brings errors of all kinds with it.
    for line in lines:
        if _OF_DEVICES.search(line):
            raise DeviceFaultError(f"the device failed: {visible(line)[:300]}")
    for line in lines:
        if _OF_SCENES.search(line):
            kind = ShadowsFullError if _OF_SHADOWS.search(line) else RenderError
            raise kind(f"the renderer complained: {visible(line)[:300]}")
