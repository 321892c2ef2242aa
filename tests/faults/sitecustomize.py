"""Put on PYTHONPATH, this has frames fail in worker processes as the environment says; Python imports it at its start.

FAULTS is a JSON object of what happens at a frame's first, second, third attempt: {"2": ["segfault", "hang"]}. Frames
that are not named, and attempts past the list, go well. FAULTS_COUNTS is a folder where attempts are counted, since
each happens in another process; who waits goes on once it holds a file "go". CLOCK_SET_BACK has the time of day fall a
day behind after the first frame.
"""

from __future__ import annotations

import ctypes
import importlib.abc
import importlib.machinery
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

_PATCHED = "longtail.render.workers.worker"
_DAY_S = 86_400.0


def _segfault() -> None:
    ctypes.string_at(0)


def _hang() -> None:
    while True:
        time.sleep(60)


def _wait() -> None:
    while not (Path(os.environ["FAULTS_COUNTS"]) / "go").exists():
        time.sleep(0.02)


def _eat_memory() -> None:
    eaten = []
    while True:
        eaten.append(b"x" * 50_000_000)
        time.sleep(0.02)


def _raise() -> None:
    raise RuntimeError("Error: CUDA device was lost")


def _lose_device() -> None:
    from longtail.annotate.errors import DeviceError

    raise DeviceError("expected the cuda device Card, but Blender finds none")


def _leave() -> None:
    os._exit(0)


FAULTS: dict[str, Callable[[], None]] = {
    "segfault": _segfault,
    "hang": _hang,
    "wait": _wait,
    "eat_memory": _eat_memory,
    "raise": _raise,
    "lose_device": _lose_device,
    "leave": _leave,
}


def _strike(index: int) -> None:
    planned = json.loads(os.environ.get("FAULTS", "{}")).get(str(index), [])
    if planned:
        counts = Path(os.environ["FAULTS_COUNTS"]) / str(index)
        attempt = len(counts.read_text()) if counts.exists() else 0
        counts.write_text("x" * (attempt + 1))
        if attempt < len(planned):
            FAULTS[planned[attempt]]()


def _patch(module: Any) -> None:
    begin_frame = module.begin_frame

    def faulty(session: Any, config: Any, index: int, *others: Any) -> Any:
        _strike(index)
        begun = begin_frame(session, config, index, *others)
        if "CLOCK_SET_BACK" in os.environ:
            _set_clock_back()
        return begun

    module.begin_frame = faulty


def _set_clock_back() -> None:
    now = time.time
    time.time = lambda: now() - _DAY_S


class _Finder(importlib.abc.MetaPathFinder):
    """Patches the worker's module when it is imported: importing it here would have every Python load all of ours."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != _PATCHED:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            loader, run = spec.loader, spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                run(module)
                _patch(module)

            loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


sys.meta_path.insert(0, _Finder())
