"""Which devices Cycles can render on here, and which of them a run uses. Asks Blender; see `render.blender.trial`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from longtail.annotate.camera import Beams
from longtail.annotate.errors import ConfigError, DeviceError
from longtail.scenes.config.device_kinds import DEVICE_KINDS
from longtail.scenes.config.settings import is_device

KINDS = DEVICE_KINDS
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

    @property
    def title(self) -> str:
        """Kind and name, for people."""
        return "cpu" if self.kind == "cpu" else f"{self.kind} {self.name}"


# Where Cycles takes a lens as a shader, as all but its own ones are (Blender manual, "Open Shading Language").
SHADER_CAMERAS = ("cpu", "optix")
OWN_LENSES = ("pinhole", "equirectangular", "orthographic")


def ranked(asked: str, found: Sequence[Device]) -> tuple[tuple[Device, ...], ...]:
    """The devices among `found` that `asked` means, by kind: "auto", a kind, or "kind:0,2" for some of its devices.

    "auto" means all kinds that are there, best first; for anything else there is one group. ConfigError where `asked`
    means nothing; DeviceError, saying what is there, where one that was asked for is not.
    """
    kind, colon, numbers = asked.partition(":")
    if not is_device(asked):
        raise ConfigError(
            f"--device: expected one of auto, {', '.join(KINDS)}, with numbers behind a colon for some of its devices "
            f"(cuda:0,2), got {asked!r}"
        )
    groups = _of_kind(kind, found)
    if not colon:
        return tuple(groups)
    indices = list(dict.fromkeys(int(number) for number in numbers.split(",")))
    best = groups[0]
    if max(indices) >= len(best):
        there = ", ".join(f"{number} ({device.name})" for number, device in enumerate(best))
        raise DeviceError(
            f"--device: expected {best[0].kind} devices by their numbers, got {asked!r}, but there are only {there}"
        )
    # As a rule a card is of several kinds, and has the same number in each.
    numbered = [tuple(group[i] for i in indices) for group in groups if max(indices) < len(group)]
    return (*numbered, *(group for group in groups[len(numbered) :] if group[0].kind == "cpu"))


def names_of(found: Sequence[Device]) -> list[str]:
    """What to call each device on the command line: its kind, with its number where there are several of the kind."""
    counts = Counter(device.kind for device in found)
    numbers = {kind: count() for kind in counts}
    named = ((device.kind, next(numbers[device.kind])) for device in found)
    return [f"{kind}:{number}" if counts[kind] > 1 else kind for kind, number in named]


def require_lens_of_kind(lens: str, asked: str) -> None:
    """ConfigError where no machine's device of the kind that `asked` (as in `ranked`) names renders through a lens."""
    kind = asked.partition(":")[0]
    if lens not in OWN_LENSES and kind in KINDS and kind not in SHADER_CAMERAS:
        raise ConfigError(_unfit(lens, kind))


def require_lens(lens: str, device: Device) -> None:
    """DeviceError where Cycles cannot render through a lens on the device."""
    if lens not in OWN_LENSES and device.kind not in SHADER_CAMERAS:
        raise DeviceError(_unfit(lens, device.kind))


def _unfit(lens: str, kind: str) -> str:
    if lens == Beams.name:
        return (
            f"lidar: expected no sensors on {kind}, got some, whose rays Cycles traces on "
            f"{' and '.join(SHADER_CAMERAS)} only; try --device {SHADER_CAMERAS[0]}"
        )
    return (
        f"camera.model: expected {' or '.join(OWN_LENSES)} on {kind}, got {lens}, which Cycles renders on "
        f"{' and '.join(SHADER_CAMERAS)} only; try --device {SHADER_CAMERAS[0]}"
    )


def _of_kind(asked: str, found: Sequence[Device]) -> list[tuple[Device, ...]]:
    kinds = KINDS if asked == "auto" else (asked,)
    of_kinds = (tuple(device for device in found if device.kind == kind) for kind in kinds)
    if groups := [group for group in of_kinds if group]:
        return groups
    there = ", ".join(dict.fromkeys(f"{device.kind} ({device.name})" for device in found)) or "none"
    raise DeviceError(
        f"--device: expected a device of kind {asked}, but this machine has {there}; {asked} needs {_NEEDS[asked]}. "
        "Use --device auto to take the best that is there"
    )
