"""MuJoCo's warnings, kept out of the user's folder.

Unless a program takes its warnings, MuJoCo prints them and appends them to MUJOCO_LOG.TXT in whatever folder the
program was started in (mujoco.h, `mjLogConfig`). What they say is counted in `mjData.warning`, too, where the
simulation reads it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import mujoco


@contextmanager
def unheard() -> Iterator[None]:
    """While it is open, warnings are neither printed nor written; then whoever took them before takes them again."""
    before = mujoco.get_mju_user_warning()
    mujoco.set_mju_user_warning(_nobody)
    try:
        yield
    finally:
        mujoco.set_mju_user_warning(before)


def _nobody(_: str) -> None:
    """Takes a warning."""
