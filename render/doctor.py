"""What works on this machine: devices proven by rendering on them, libraries, model packs, and what to install."""

from __future__ import annotations

import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version

from longtail.annotate.errors import LongtailError
from longtail.annotate.wording import counted, visible
from longtail.render.devices import names_of
from longtail.render.machine import cores, memory_bytes
from longtail.render.probe import probe_devices, probe_eevee
from longtail.scenes.assets.packs.locate import find_packs, load_packs
from longtail.scenes.assets.packs.unused import pack_notes

_LIBRARIES = ("bpy", "numpy", "scipy", "opencv-python", "pycocotools", "OpenEXR", "embreex", "pebble", "shapely")
_TRIAL_LIMIT_S = 300
_TRIAL_EEVEE = "from longtail.render.blender.trial import trial_eevee; print('TRIAL', trial_eevee())"
_TRIAL = "import sys; from longtail.render.blender.trial import trial; print('TRIAL', trial(*sys.argv[1:]))"


def examine() -> int:
    """Print what works; 1 where rendering does not."""
    print(f"python {platform.python_version()} on {platform.system()} {platform.machine()}")
    print(f"{'machine':<14} {cores()} cores and {memory_bytes() / 1e9:.0f} GB of memory are ours to use")
    for name in _LIBRARIES:
        print(f"{name:<14} {_installed(name)}")
    _packs()
    try:
        devices = probe_devices()
    except LongtailError as error:
        print(f"devices        {error}")
        return 1
    worked = [
        _try(f"{name:<14} {device.name}", _TRIAL, device.kind, device.name, device.id)
        for name, device in zip(names_of(devices), devices, strict=True)
    ]
    _eevee()
    if {device.kind for device in devices} == {"cpu"}:
        print("No GPU was found: that works, and is slow. In a container, start it with --gpus all.")
    return 0 if all(worked) else 1


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return f"missing; install it with: pip install {name}"


def _packs() -> None:
    try:
        models, packs = counted(len(load_packs()), "model"), counted(len(find_packs()), "pack")
        lines = [f"{models} in {packs}", *map(visible, pack_notes())]
    except LongtailError as error:
        lines = [str(error)]
    for line in lines:
        print(f"model packs    {line}")


def _eevee() -> None:
    """EEVEE is an extra: where it does not work, Cycles serves."""
    try:
        graphics = probe_eevee()
    except LongtailError as error:
        print(f"{'eevee':<14} {error}")
        return
    on = "software OpenGL, slow: " if graphics.software else ""
    _try(f"{'eevee':<14} {on}{graphics.name}", _TRIAL_EEVEE)


def _try(label: str, program: str, *arguments: str) -> bool:
    """Render a small scene in a process of its own; whether it worked."""
    try:
        answer = subprocess.run(
            [sys.executable, "-c", program, *arguments],
            capture_output=True,
            text=True,
            timeout=_TRIAL_LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        print(f"{label}: no picture within {_TRIAL_LIMIT_S} s")
        return False
    for line in answer.stdout.splitlines():
        if line.startswith("TRIAL "):
            print(f"{label}: works, {float(line.split()[1]):.2f} million samples/s")
            return True
    last = (answer.stderr.strip().splitlines() or ["no message"])[-1]
    print(f"{label}: failed with exit status {answer.returncode} ({last})")
    return False
