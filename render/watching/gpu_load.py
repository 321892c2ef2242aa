"""How busy this machine's NVIDIA GPUs are, by the driver's management library."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache

import pynvml

# The driver's own figure is an average over a sixth of a second to a second.
_ASK_EVERY_S = 1.0


@dataclass(frozen=True)
class GpuLoad:
    """`busy`: the share 0..1 of the last sampling period in which a kernel ran; `memory_bytes` in use by anyone.

    https://docs.nvidia.com/deploy/nvml-api/structnvmlUtilization__t.html
    """

    name: str
    busy: float
    memory_bytes: int


class GpuLoads:
    """Asks the driver, once a second at most; finds nothing where there is no driver."""

    def __init__(self) -> None:
        self._handles: list[tuple[str, object]] = []
        self._last: tuple[GpuLoad, ...] = ()
        self._asked = float("-inf")
        try:
            pynvml.nvmlInit()
            for number in range(pynvml.nvmlDeviceGetCount()):
                handle = pynvml.nvmlDeviceGetHandleByIndex(number)
                self._handles.append((f"{number} {_text(pynvml.nvmlDeviceGetName(handle))}", handle))
        except pynvml.NVMLError:
            return  # no driver, or none that answers

    def read(self) -> tuple[GpuLoad, ...]:
        now = time.monotonic()
        if self._handles and now - self._asked >= _ASK_EVERY_S:
            self._asked = now
            try:
                self._last = tuple(_load(name, handle) for name, handle in self._handles)
            except pynvml.NVMLError:
                self._last = ()
        return self._last


@cache
def _loads() -> GpuLoads:
    return GpuLoads()


def gpu_loads() -> tuple[GpuLoad, ...]:
    """The load of every NVIDIA GPU of this machine."""
    return _loads().read()


def _load(name: str, handle: object) -> GpuLoad:
    busy = pynvml.nvmlDeviceGetUtilizationRates(handle).gpu / 100
    return GpuLoad(name, busy, int(pynvml.nvmlDeviceGetMemoryInfo(handle).used))


def _text(name: str | bytes) -> str:
    return name.decode() if isinstance(name, bytes) else name
