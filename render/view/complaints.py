"""What the renderer only says and goes on: a picture that it says so of is not the picture that was asked for.

After Infinigen v2 (Princeton, BSD licence), which looks for errors of shaders; the words of devices are those of
Cycles' sources (intern/cycles/device), where they are followed by a call of the driver: "Illegal address in
cuCtxSynchronize() (...)".
"""

from __future__ import annotations

import re

from longtail.annotate.errors import DeviceFaultError, RenderError
from longtail.annotate.wording import visible

_OF_DEVICES = re.compile(
    r"out of GPU|[Oo]ut of memory in |CUDA_ERROR_|OPTIX_ERROR_|hipError|ZE_RESULT_ERROR_"
    r"|\b(?:CUDA|OptiX|HIP|oneAPI|Metal) error\b|\bin (?:CUDA|OptiX|HIP|oneAPI|Metal) queue\b"
    r"|\bin (?:cu|optix|hip|ze)[A-Z]\w*\s*\(|Failed to create (?:CUDA|OptiX|HIP|Metal) (?:context|device)"
)
_OF_SCENES = re.compile(
    r"\bSVM stack\b|[Ss]hader graph\b|[Ss]hader compil|\bError: |\| ERROR\b"
    r"|[Ii]mage file .*(?:not found|does not exist)"
    r"|(?:[Ff]ailed|[Uu]nable) to (?:load|open|read) (?:image|texture|file)"
    r"|[Ii]nvalid UV"
)


def require_no_complaint(text: str) -> None:
    """DeviceFaultError or RenderError, with the line, where what was said during a render speaks of a failure."""
    lines = [line.strip() for line in text.splitlines()]
    # A device that fails brings errors of all kinds with it.
    for line in lines:
        if _OF_DEVICES.search(line):
            raise DeviceFaultError(f"the device failed: {visible(line)[:300]}")
    for line in lines:
        if _OF_SCENES.search(line):
            raise RenderError(f"the renderer complained: {visible(line)[:300]}")
