"""What works on this machine: devices proven by rendering on them, libraries, model packs, and what to install."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import PackageNotFoundError, version

from longtail.annotate.errors import LongtailError
from longtail.annotate.wording import counted, visible
from longtail.render.machine.devices import Device, names_of
from longtail.render.machine.limits import cores, memory_bytes
from longtail.render.machine.probe import NO_EGL, Answer, ask, first_picture, probe_devices, probe_eevee
from longtail.scenes.assets.packs.locate import find_packs, load_packs
from longtail.scenes.assets.packs.unused import pack_notes
from longtail.scenes.kept.folder import SWITCH, kept_folder

_LIBRARIES = ("bpy", "numpy", "scipy", "opencv-python", "pycocotools", "OpenEXR", "pebble", "shapely")
_TRIAL_LIMIT_S = 300


def examine(*, eevee: bool = False) -> int:
    """Print what works, and what is being tried while it is; 1 where rendering does not work.

    `eevee` has EEVEE make a picture where only software would render it, too.
    """
    print(f"python {platform.python_version()} on {platform.system()} {platform.machine()}")
    print(f"{'machine':<14} {counted(cores(), 'core')} and {memory_bytes() / 1e9:.0f} GB of memory are ours to use")
    for name in _LIBRARIES:
        print(f"{name:<14} {_installed(name)}")
    with _Doing("model packs", "opening them"):
        packs = _packs()
    print(packs)
    print(f"{'cache':<14} {_cache()}")
    try:
        with _Doing("devices", "Blender is asked, some seconds"):
            devices = probe_devices()
    except LongtailError as error:
        print(f"{'devices':<14} {error}")
        return 1
    worked = [_cycles(name, device) for name, device in zip(names_of(devices), devices, strict=True)]
    gpu = any(device.kind != "cpu" for device in devices)
    _eevee(software_too=eevee, gpu=gpu)
    if not gpu:
        print("No GPU was found: that works, and is slow. In a container, start it with --gpus all.")
    return 0 if all(worked) else 1


class _Doing:
    """Says what is being done while it is done: a line that the result takes the place of, elsewhere than on a
    terminal a line of its own. On standard output, so that the order holds in a file."""

    def __init__(self, subject: str, what: str) -> None:
        self._line = f"{subject:<14} ... {what}"

    def __enter__(self) -> None:
        print(self._line, end="" if sys.stdout.isatty() else "\n", flush=True)

    def __exit__(self, *_: object) -> None:
        if sys.stdout.isatty():
            # ECMA-48: back to the line's start, and erase it.
            print("\r\x1b[2K", end="", flush=True)


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return f"missing; install it with: pip install {name}"


def _packs() -> str:
    try:
        models, packs = counted(len(load_packs()), "model"), counted(len(find_packs()), "pack")
        lines = [f"{models} in {packs}", *map(visible, pack_notes())]
    except LongtailError as error:
        lines = [str(error)]
    return "\n".join(f"{'model packs':<14} {line}" for line in lines)


def _cache() -> str:
    folder = kept_folder()
    if folder is None:
        return f"none: {SWITCH}=off, or this user has no home"
    try:
        kept = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    except OSError as error:  # what a run takes away meanwhile, what is somebody else's
        return f"{visible(str(folder))} cannot be looked through ({error.strerror})"
    return f"{kept / 1e6:.0f} MB in {visible(str(folder))}"


def _cycles(name: str, device: Device) -> bool:
    """Have a device render; whether it did."""
    label = f"{name:<14} {device.name}"
    if device.kind != "cpu" and not _ready(label, name, device):
        return False
    question = ("cycles", device.kind, device.name, device.id)
    return _tried(label, name, "renders a small scene, some seconds", question)


def _ready(label: str, name: str, device: Device) -> bool:
    """Have a GPU make its first picture; whether it did.

    Its driver may compile then: it gets the time for it, which it would else need anew each time.
    """
    try:
        with _Doing(name, "makes a first picture; once on a machine its driver may compile for it, ten minutes"):
            answer = first_picture(device, "pinhole")
    except TimeoutError as error:
        print(f"{label}: {error}")
        return False
    if answer.value is None:
        print(f"{label}: {_outcome(answer)}")
    return answer.value is not None


def _eevee(*, software_too: bool, gpu: bool) -> None:
    """EEVEE is an extra: where it does not work, or not on the `gpu` that is there, Cycles serves."""
    try:
        with _Doing("eevee", "OpenGL is asked"):
            graphics = probe_eevee()
    except LongtailError as error:
        print(f"{'eevee':<14} {error}")
        return
    on = "software OpenGL, slow: " if graphics.software else ""
    label = f"{'eevee':<14} {on}{graphics.name}"
    if graphics.software and gpu:
        print(f"{'eevee':<14} not on the GPU: {NO_EGL}")
    if graphics.software and not software_too:
        # Its shaders are compiled for a quarter of a minute before the first picture.
        print(f"{label}: OpenGL renders; `longtail doctor --eevee` tries EEVEE on it, which takes a minute")
        return
    _tried(label, "eevee", "renders a small scene; its shaders are compiled first, up to a minute or two", ("eevee",))


def _tried(label: str, name: str, what: str, question: tuple[str, ...]) -> bool:
    """Have a small scene rendered in a process of its own; whether it was."""
    try:
        with _Doing(name, what):
            answer = ask(*question, limit_s=_TRIAL_LIMIT_S)
    except TimeoutError:
        print(f"{label}: no picture within {_TRIAL_LIMIT_S} s")
        return False
    print(f"{label}: {_outcome(answer)}")
    return answer.value is not None


def _outcome(answer: Answer) -> str:
    if answer.value is None:
        return f"failed with exit status {answer.status} ({visible(answer.last_words)})"
    return f"works, {answer.value / 1e6:.2f} million samples/s"
