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
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from longtail.annotate.errors import ConfigError, DeviceError
from longtail.render import worker
from longtail.render.devices import Device
from longtail.render.events import WorkerState
from longtail.render.extras import install_command
from longtail.render.probe import check_engine
from longtail.render.request import FRAME_LIMIT_S, THREADS_PER_WORKER, choose_devices
from longtail.render.slot import FRAMES_PER_WORKER, LostWorkerError
from longtail.render.store import FrameStore
from longtail.render.supervise import Task
from longtail.scenes.config import Config

_ANSWER_S = 10.0
# Long enough for an error to reach the driver before its process ends.
_LAST_WORDS_S = 0.5
_COMMITTING = 8
_device: Device | None = None


@dataclass(frozen=True)
class RayCrew:
    """A Ray cluster as `render.supervise.Crew`. `resource` ("GPU" or "CPU") is what a frame takes `amount` of.

    Frames are committed by threads of the driver's, several at a time.
    """

    store: FrameStore
    task: Any
    config: Any
    device: str
    resource: str
    amount: int
    limit_s: float
    _stopped: threading.Event = field(default_factory=threading.Event, init=False)
    _committing: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(_COMMITTING), init=False)

    def workers(self) -> Sequence[WorkerState]:
        return ()

    def has_room(self, running: int) -> bool:
        # Asked each time: nodes come and go. As many frames again wait in line.
        places = max(1, int(_ray().cluster_resources().get(self.resource, 0)) // self.amount)
        return running < 2 * places

    def begin(self, index: int) -> tuple[Future[worker.Done], None]:
        gpu = self.resource == "GPU"
        threads = 0 if gpu else self.amount
        reference = self.task.remote(self.config, self.device, threads, index, self.limit_s, on_gpu=gpu)
        done: Future[worker.Done] = Future()
        done.set_running_or_notify_cancel()

        def made(encoded: Future[tuple[worker.Encoded, float]]) -> None:
            with suppress(RuntimeError):  # stopped
                self._committing.submit(self._commit, index, encoded, done)

        reference.future().add_done_callback(made)
        return done, None

    def _commit(self, index: int, encoded: Future[tuple[worker.Encoded, float]], done: Future[worker.Done]) -> None:
        try:
            done.set_result(worker.commit(self.store.committer, index, *encoded.result(), self._stopped.wait))
        except BaseException as error:
            done.set_exception(error)

    def cause(self, error: BaseException) -> BaseException:
        from ray.exceptions import RayTaskError, WorkerCrashedError

        if isinstance(error, RayTaskError):
            return error.cause or error
        if isinstance(error, WorkerCrashedError):
            limit = f"{self.limit_s:g} s (--frame-timeout)"
            return LostWorkerError(f"the worker crashed, ran out of memory or took longer than {limit}", "crash")
        return error

    def blameless(self, error: BaseException) -> bool:
        from ray.exceptions import NodeDiedError, ObjectLostError

        return isinstance(error, NodeDiedError | ObjectLostError)

    def end(self, task: Task, error: BaseException | None) -> bytes:  # noqa: ARG002
        # Ray keeps its workers' logs on their nodes.
        return str(error).encode() if error else b""

    def watch(self) -> None:
        """Ray does."""

    def stop(self) -> None:
        """Ray drops a driver's tasks when it leaves; a frame that is being committed is there whole or not at all."""
        self._stopped.set()
        self._committing.shutdown(cancel_futures=True)


def check_installed() -> None:
    """ConfigError where Ray is not installed."""
    _ray()


@contextmanager
def ray_crew(config: Config, store: FrameStore, device: str, frame_limit_s: float = FRAME_LIMIT_S) -> Iterator[RayCrew]:
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
        crew = RayCrew(store, task, ray.put(config), asked, "GPU" if gpus else "CPU", amount, frame_limit_s)
        try:
            yield crew
        finally:
            crew.stop()
    finally:
        ray.shutdown()


def _ray() -> Any:
    """The library, which is large and types little of itself."""
    try:
        return importlib.import_module("ray")
    except ImportError as error:
        raise ConfigError(f"--on ray: expected Ray to be installed; run {install_command('ray')}") from error


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


def _encoded(
    config: Config, device: str, threads: int, index: int, limit_s: float, *, on_gpu: bool
) -> tuple[worker.Encoded, float]:
    """A frame, and its worker's resident memory in MB; the process is killed if it hangs past `limit_s`."""
    global _device
    assert sys.__stderr__ is not None
    faulthandler.dump_traceback_later(limit_s, exit=True, file=sys.__stderr__)
    try:
        # Ray shows a worker only the GPU that it may use.
        if _device is None:
            _device = _choose(device, on_gpu=on_gpu)
            check_engine(config.render.engine)
        return worker.make(config, _device, threads, index), worker.resident_mb()
    except Exception:
        # What went wrong may have spoilt Blender or the GPU's context, and a task cannot ask for a new process.
        threading.Timer(_LAST_WORDS_S, os._exit, [1]).start()
        raise
    finally:
        faulthandler.cancel_dump_traceback_later()


def _choose(asked: str, *, on_gpu: bool) -> Device:
    """This worker's device; DeviceError where the cluster gave it a GPU that Blender does not find."""
    device = choose_devices(asked)[0]
    if on_gpu and device.kind == "cpu":
        raise DeviceError(
            f"--on ray: expected a GPU, as the cluster says that {socket.gethostname()} has one, but Blender finds "
            "none there; see `longtail doctor` on that node, or say --device cpu"
        )
    return device
