"""Frames as tasks of a Ray cluster that runs already.

Every node has the same Longtail (and model packs) installed. The frames come back to the driver, which commits them:
no file system needs to be shared. https://docs.ray.io/en/latest/ray-core/tasks.html
"""

from __future__ import annotations

import faulthandler
import importlib
import os
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from annotate.errors import ConfigError
from render import worker
from render.devices import Device
from render.probe import check_engine
from render.request import THREADS_PER_WORKER, choose_devices
from render.store import FrameStore
from render.supervise import FRAMES_PER_WORKER
from scenes.config import Config

_ANSWER_S = 10.0
_device: Device | None = None


@dataclass(frozen=True)
class RayCrew:
    """A Ray cluster as `render.supervise.Crew`. `resource` ("GPU" or "CPU") is what a frame takes `amount` of."""

    store: FrameStore
    task: Any
    config: Any
    device: str
    resource: str
    amount: int
    limit_s: float

    def places(self) -> int:
        # Asked each time: nodes come and go.
        return max(1, int(_ray().cluster_resources().get(self.resource, 0)) // self.amount)

    def begin(self, index: int) -> Future[tuple[worker.Encoded, float]]:
        threads = 0 if self.resource == "GPU" else self.amount
        reference = self.task.remote(self.config, self.device, threads, index, self.limit_s)
        future: Future[tuple[worker.Encoded, float]] = reference.future()
        return future

    def receive(self, index: int, result: tuple[worker.Encoded, float]) -> worker.Done:
        return worker.commit(self.store, index, *result)

    def blameless(self, error: BaseException) -> bool:
        from ray.exceptions import NodeDiedError, ObjectLostError

        return isinstance(error, NodeDiedError | ObjectLostError)

    def stop(self) -> None:
        """Ray drops a driver's tasks when it leaves."""


def check_installed() -> None:
    """ConfigError where Ray is not installed."""
    _ray()


@contextmanager
def ray_crew(config: Config, store: FrameStore, device: str, frame_limit_s: float = 1800.0) -> Iterator[RayCrew]:
    """The cluster that RAY_ADDRESS names or that this machine belongs to; ConfigError where there is none.

    A frame takes a GPU where the cluster has any and `device` is not "cpu", else THREADS_PER_WORKER CPUs, or all of the
    smallest node that has fewer.
    """
    ray = _ray()
    try:
        _require_answer(os.environ.get("RAY_ADDRESS", ""))
        ray.init(address="auto", log_to_driver=False, logging_level="ERROR")
    except (ConnectionError, TimeoutError) as error:
        raise ConfigError(
            "--on ray: expected a running Ray cluster, got none; set RAY_ADDRESS, or begin one with ray start --head"
        ) from error
    try:
        gpus = device != "cpu" and ray.cluster_resources().get("GPU", 0) >= 1
        cpus = [node["Resources"].get("CPU", 0) for node in ray.nodes() if node["Alive"]]
        amount = 1 if gpus else _cpus_a_frame(cpus)
        # Tries are counted by the supervisor, which shows them; a worker starts afresh as local ones do.
        options: dict[str, Any] = {"max_retries": 0, "max_calls": FRAMES_PER_WORKER}
        options |= {"num_gpus": 1, "num_cpus": 1} if gpus else {"num_cpus": amount}
        task = ray.remote(**options)(_encoded)
        asked = device if gpus else "cpu"
        yield RayCrew(store, task, ray.put(config), asked, "GPU" if gpus else "CPU", amount, frame_limit_s)
    finally:
        ray.shutdown()


def _ray() -> Any:
    """The library, which is large and types little of itself."""
    try:
        return importlib.import_module("ray")
    except ImportError as error:
        raise ConfigError("--on ray: expected Ray to be installed; pip install 'longtail[ray]'") from error


def _require_answer(address: str) -> None:
    """ConnectionError or TimeoutError where nobody answers at "host:port": Ray itself goes on asking for minutes."""
    host, colon, port = address.rpartition(":")
    if colon and port.isdecimal() and "/" not in host:
        socket.create_connection((host, int(port)), timeout=_ANSWER_S).close()


def _cpus_a_frame(nodes: list[float]) -> int:
    usable = [int(cpus) for cpus in nodes if cpus >= 1]
    if not usable:
        raise ConfigError("--on ray: expected a cluster with CPUs or GPUs, got one without")
    return min(THREADS_PER_WORKER, *usable)


def _encoded(config: Config, device: str, threads: int, index: int, limit_s: float) -> tuple[worker.Encoded, float]:
    """A frame, and its worker's peak memory in MB; the process is killed if it hangs past `limit_s`."""
    global _device
    assert sys.__stderr__ is not None
    faulthandler.dump_traceback_later(limit_s, exit=True, file=sys.__stderr__)
    try:
        # Ray shows a worker only the GPU that it may use.
        if _device is None:
            _device = choose_devices(device)[0]
            check_engine(config.render.engine)
        return worker.make(config, _device, threads, index), worker.peak_mb()
    finally:
        faulthandler.cancel_dump_traceback_later()
