"""Asking Blender about devices and graphics in a process of its own, which may crash without harm."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass

from longtail.annotate.errors import DeviceError
from longtail.render.devices import Device

_ASK = (
    "import json; from longtail.render.blender.devices import find_devices; "
    "print('DEVICES ' + json.dumps([[d.kind, d.name, d.id] for d in find_devices()]))"
)
_ASK_EEVEE = (
    "import json; from longtail.render.blender.trial import graphics_of_eevee; "
    "print('GRAPHICS ' + json.dumps(graphics_of_eevee()))"
)
_LIMIT_S = 120


def probe_devices() -> tuple[Device, ...]:
    """Every device that Cycles can use here; DeviceError with Blender's last words where it does not even start."""
    answer = _answer(_ASK, "devices: Blender did not answer within {} s; try --device cpu")
    for line in answer.stdout.splitlines():
        if line.startswith("DEVICES "):
            return tuple(Device(*entry) for entry in json.loads(line.removeprefix("DEVICES ")))
    last = (answer.stderr.strip().splitlines() or ["no message"])[-1]
    raise DeviceError(
        f"devices: expected Blender to start, got exit status {answer.returncode} ({last}); run `longtail doctor`"
    )


@dataclass(frozen=True)
class Graphics:
    """What EEVEE renders on, in the driver's words, and whether that is a CPU (Mesa's llvmpipe)."""

    name: str
    software: bool


def probe_eevee() -> Graphics:
    """What EEVEE renders on here; DeviceError, saying what is missing, where it cannot render at all."""
    answer = _answer(_ASK_EEVEE, "render.engine: EEVEE made no picture within {} s; try --engine cycles")
    for line in answer.stdout.splitlines():
        if line.startswith("GRAPHICS "):
            return Graphics(*json.loads(line.removeprefix("GRAPHICS ")))
    if "libEGL.so" in answer.stderr:
        missing = "the library libEGL.so.1 cannot be loaded; install Debian's package libegl1"
    else:
        missing = (
            "EGL has no driver with OpenGL 4.3 here; a GPU needs its driver (in a container also "
            "NVIDIA_DRIVER_CAPABILITIES with graphics in it), a machine without one Debian's libgl1-mesa-dri"
        )
    raise DeviceError(
        f"render.engine: expected graphics that EEVEE can render on, but {missing}; or use --engine cycles"
    )


def check_engine(engine: str) -> None:
    """DeviceError where a run could not be rendered by `engine`: without EGL, EEVEE takes its process down."""
    if engine == "eevee":
        probe_eevee()


def _answer(question: str, silent: str) -> subprocess.CompletedProcess[str]:
    """What a Python that runs `question` says; DeviceError with `silent` (which takes seconds) where it hangs."""
    try:
        return subprocess.run(
            [sys.executable, "-c", question], capture_output=True, text=True, timeout=_LIMIT_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise DeviceError(silent.format(_LIMIT_S)) from error
