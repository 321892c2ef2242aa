"""Asking Blender about devices and graphics in a process of its own, which may crash without harm."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from longtail.annotate.errors import DeviceError
from longtail.render.machine.devices import Device

ANSWER = "ANSWER"
"""What the line of `render.blender.trial` that answers begins with."""
_TRIAL = "longtail.render.blender.trial"
_LIMIT_S = 120


@dataclass(frozen=True)
class Answer:
    """What a process of `render.blender.trial` came to: its answer, or None and why there is none."""

    value: Any
    errors: str = ""
    status: int = 0

    @property
    def last_words(self) -> str:
        """Blender's last line on standard error."""
        return (self.errors.strip().splitlines() or ["no message"])[-1]


@dataclass(frozen=True)
class Graphics:
    """What EEVEE renders on, in the driver's words, and whether that is a CPU (Mesa's llvmpipe)."""

    name: str
    software: bool


def ask(*question: str, limit_s: float = _LIMIT_S) -> Answer:
    """The answer of `python -m longtail.render.blender.trial QUESTION...`; TimeoutError where it hangs."""
    words = [sys.executable, "-m", _TRIAL, *question]
    try:
        done = subprocess.run(words, capture_output=True, text=True, errors="replace", timeout=limit_s, check=False)
    except subprocess.TimeoutExpired as error:
        raise TimeoutError(f"no answer within {limit_s:g} s") from error
    answers = [line for line in done.stdout.splitlines() if line.startswith(f"{ANSWER} ")]
    value = json.loads(answers[-1].removeprefix(ANSWER)) if answers else None
    return Answer(value, done.stderr, done.returncode)


def probe_devices() -> tuple[Device, ...]:
    """Every device that Cycles can use here; DeviceError with Blender's last words where it does not even start."""
    try:
        answer = ask("devices")
    except TimeoutError as error:
        raise DeviceError(f"devices: Blender did not answer within {_LIMIT_S} s; try --device cpu") from error
    if answer.value is None:
        raise DeviceError(
            f"devices: expected Blender to start, got exit status {answer.status} ({answer.last_words}); "
            "run `longtail doctor`"
        )
    return tuple(Device(**entry) for entry in answer.value)


def probe_eevee() -> Graphics:
    """What EEVEE renders on here; DeviceError, saying what is missing, where there is no OpenGL that it could use."""
    try:
        answer = ask("graphics")
    except TimeoutError as error:
        raise DeviceError(
            f"render.engine: OpenGL made no picture within {_LIMIT_S} s, and EEVEE needs it; try --engine cycles"
        ) from error
    if answer.value is not None:
        return Graphics(**answer.value)
    if "libEGL.so" in answer.errors:
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
