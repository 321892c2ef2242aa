"""Which devices Cycles can render on here, and which of them a run uses. Asks Blender; see `render.blender.devices`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from annotate.errors import DeviceError

# Best first; `auto` takes the first that is there.
KINDS = ("optix", "cuda", "hip", "oneapi", "metal", "cpu")
_NEEDS = {
    "optix": "an NVIDIA RTX-class GPU and driver; in a container add --gpus all and NVIDIA_DRIVER_CAPABILITIES=all",
    "cuda": "an NVIDIA GPU and driver; in a container start it with --gpus all",
    "hip": "an AMD GPU with the HIP runtime (package hip-runtime-amd or libamdhip64)",
    "oneapi": "an Intel GPU with the Level Zero driver (package intel-level-zero-gpu)",
    "metal": "a Mac with Apple silicon",
}


@dataclass(frozen=True)
class Device:
    """One render device: its kind (one of KINDS), its name, and Blender's id of it."""

    kind: str
    name: str
    id: str = ""


def choose(asked: str, found: Sequence[Device]) -> tuple[Device, ...]:
    """The devices of kind `asked` among `found`; DeviceError, saying what is there, where there is none."""
    if asked not in (*KINDS, "auto"):
        raise DeviceError(f"--device: expected one of auto, {', '.join(KINDS)}, got {asked!r}")
    kinds = KINDS if asked == "auto" else (asked,)
    for kind in kinds:
        chosen = tuple(device for device in found if device.kind == kind)
        if chosen:
            return chosen
    there = ", ".join(sorted({f"{device.kind} ({device.name})" for device in found})) or "none"
    raise DeviceError(
        f"--device: expected a {asked} device, but this machine has {there}; {asked} needs {_NEEDS[asked]}. "
        "Use --device auto to take the best that is there"
    )
