"""Which devices a run uses: the best that make a picture when they are tried, before any frame depends on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from longtail.annotate.errors import DeviceError
from longtail.annotate.wording import visible
from longtail.render.machine.devices import SHADER_CAMERAS, Device
from longtail.render.machine.probe import first_picture


def proven(groups: Sequence[Sequence[Device]], asked: str, lens: str, say: Callable[[str], None]) -> tuple[Device, ...]:
    """The devices of the first of `groups`, as `render.machine.devices.ranked` has them, that make a picture.

    Of devices with one name one is tried, through a lens of the kind `lens`. Whatever its driver compiles at first, and
    keeps, is compiled then, outside any frame's time, and not by all workers at once. `say` hears what takes long and
    what is passed over. A CPU is never tried. DeviceError where no device makes a picture.
    """
    failures: dict[str, str] = {}
    for group in groups:
        if group[0].kind == "cpu":
            _tell(failures, group, say)
            return tuple(group)
        if failures and lens != "pinhole" and group[0].kind not in SHADER_CAMERAS:
            continue
        named = {device.name: device for device in group}
        failed = {name: why for name, device in named.items() if (why := _failure(device, lens, say)) is not None}
        failures |= {named[name].title: why for name, why in failed.items()}
        if working := tuple(device for device in group if device.name not in failed):
            _tell(failures, working, say)
            return working
    raise DeviceError(
        f"--device: expected {asked} to make a picture, but a small one failed: {_listed(failures)}. Run "
        "`longtail doctor`, or let --device auto take the best that works"
    )


def _failure(device: Device, lens: str, say: Callable[[str], None]) -> str | None:
    """Why a device makes no picture; None where it does."""
    try:
        answer = first_picture(device, lens, say)
    except TimeoutError as error:
        return str(error)
    if answer.value is not None:
        return None
    return f"{visible(answer.last_words)[:300]} (exit status {answer.status})"


def _tell(failures: dict[str, str], taken: Sequence[Device], say: Callable[[str], None]) -> None:
    if failures:
        slow = ", which is slow" if taken[0].kind == "cpu" else ""
        say(f"no picture from {_listed(failures)}: rendering on {taken[0].title}{slow}; see `longtail doctor`")


def _listed(failures: dict[str, str]) -> str:
    return "; ".join(f"{title} ({why})" for title, why in failures.items())
