"""Asking Blender about devices and graphics in a process of its own, which may crash without harm."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any

from longtail.annotate.errors import DeviceError
from longtail.render.machine.answers import ANSWER
from longtail.render.machine.devices import Device
from longtail.render.machine.one_at_a_time import one_at_a_time

_TRIAL = "longtail.render.blender.trial"
_LIMIT_S = 120
# Where a GPU's kernels are not in bpy's wheel its driver compiles them, once: 449 s on a busy machine. What is cut off
# leaves nothing behind, and would begin anew for ever.
COMPILING_LIMIT_S = 1800
NO_EGL = (
    "the GPU's driver lacks its part for EGL: in a container NVIDIA_DRIVER_CAPABILITIES must hold graphics, and "
    "/usr/share/glvnd/egl_vendor.d name libEGL_nvidia.so.0, as Longtail's image has it"
)
"""Why OpenGL finds no GPU where there is one."""
# What is longer than any device takes that has nothing to compile.
_SOON_S = 15


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


def ask(*question: str, limit_s: float = _LIMIT_S, slow: Callable[[], None] | None = None) -> Answer:
    """The answer of `python -m longtail.render.blender.trial QUESTION...`; TimeoutError where it hangs.

    `slow` is called once where there is none within a quarter of a minute.
    """
    words = [sys.executable, "-m", _TRIAL, *question]
    # Files, which the process itself can read again: what Blender only says is heard there.
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        try:
            status = _ended(process, limit_s, slow)
        except subprocess.TimeoutExpired as error:
            raise TimeoutError(f"no answer within {limit_s:g} s") from error
        finally:
            process.kill()
            process.wait()
        answers = [line for line in _text(out).splitlines() if line.startswith(f"{ANSWER} ")]
        value = json.loads(answers[-1].removeprefix(ANSWER)) if answers else None
        return Answer(value, _text(err), status)


def first_picture(device: Device, lens: str, tell: Callable[[str], None] = lambda _: None) -> Answer:
    """The seconds that a device's first picture took, through a lens of that name; TimeoutError where there is none.

    Its driver may compile then, for minutes. One process of this machine at a time has a first picture made, so that
    what is compiled is compiled once. `tell` hears of whatever takes long.
    """

    def slow() -> None:
        tell(
            f"{device.title}: no first picture after {_SOON_S:g} s. As a rule its driver compiles for it then, once on "
            "a machine: that took 449 s on an H200, and is kept unless it is stopped. No frame's time runs meanwhile"
        )

    def waiting() -> None:
        tell(f"{device.title}: another process of this machine has a first picture made; waiting for it")

    question = ("first", device.kind, device.name, device.id, lens)
    with one_at_a_time("first-picture", waiting):
        return ask(*question, limit_s=COMPILING_LIMIT_S, slow=slow)


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


def check_engine(engine: str, asked: str, device: Device) -> str | None:
    """A warning where EEVEE would render on a CPU; `asked` is what --device says, `device` what Cycles renders on.

    DeviceError where a run could not be rendered by `engine` (without EGL, EEVEE takes its process down), or not on the
    GPU that was asked for.
    """
    if engine != "eevee":
        return None
    graphics = probe_eevee()
    if not graphics.software:
        return None
    found = f"OpenGL is software here ({graphics.name})"
    if device.kind == "cpu":
        return f"EEVEE is meant for GPUs, and {found}: pictures take minutes. --engine cycles may be faster"
    if asked.partition(":")[0] == "auto":
        return f"EEVEE renders without the {device.kind} device {device.name}, slowly: {found}; {NO_EGL}"
    raise DeviceError(
        f"render.engine: expected EEVEE to find the GPU that --device {asked} asks for, but {found}; {NO_EGL}. "
        "--device auto renders all the same, slowly; --engine cycles needs no OpenGL"
    )


def _ended(process: subprocess.Popen[bytes], limit_s: float, slow: Callable[[], None] | None) -> int:
    if slow is not None and limit_s > _SOON_S:
        with suppress(subprocess.TimeoutExpired):
            return process.wait(_SOON_S)
        slow()
        limit_s -= _SOON_S
    return process.wait(limit_s)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")
