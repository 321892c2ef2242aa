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

from longtail.annotate.errors import ConfigError, DeviceError, DeviceFaultError
from longtail.render.machine.devices import Device, require_lens
from longtail.render.machine.extras import install_command
from longtail.render.machine.limits import taken_mb
from longtail.render.machine.probe import check_engine
from longtail.render.machine.proving import proven
from longtail.render.storage.store import FrameStore
from longtail.render.watching.events import WorkerState
from longtail.render.watching.say import say
from longtail.render.workers import worker
from longtail.render.workers.ray_demand import Demand, Node
from longtail.render.workers.request import FRAME_LIMIT_S, THREADS_PER_WORKER, devices_for, worker_memory_mb
from longtail.render.workers.slot import FRAMES_PER_WORKER, LostWorkerError
from longtail.render.workers.supervise import Task
from longtail.scenes.config.config import Config

_ANSWER_S = 10.0
# Long enough for an error to reach the driver before its process ends.
_LAST_WORDS_S = 0.5
_COMMITTING = 8
_device: Device | None = None


@dataclass
class RayCrew:
    """A Ray cluster as `render.workers.supervise.Crew`. A frame wants `memory_bytes`, and a GPU where `on_gpu`.

    Frames are committed by threads of the driver's, several at a time.
    """

    store: FrameStore
    task: Any
    config: Any
    device: str
    on_gpu: bool
    memory_bytes: int
    limit_s: float
    _more_bytes: dict[int, int] = field(default_factory=dict, init=False)
    _seen: list[Node] = field(default_factory=list, init=False)
    _stopped: threading.Event = field(default_factory=threading.Event, init=False)
    _committing: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(_COMMITTING), init=False)

    def workers(self) -> Sequence[WorkerState]:
        return ()

    def has_room(self, running: int) -> bool:
        # As many frames again wait in line.
        nodes = self._looked()
        return running < 2 * max(1, self._demand(nodes).places(nodes))

    def next_worker(self) -> None:
        """Ray decides. A worker that happens to get two pictures of a scene in turn builds it once, too."""

    def begin(self, index: int, *, alone: bool) -> tuple[Future[worker.Done], None]:  # noqa: ARG002 (each is)
        demand = self._demand(self._looked(), self._more_bytes.get(index, 0))
        threads = 0 if self.on_gpu else demand.cpus
        task = self.task.options(**demand.options())
        reference = task.remote(self.config, self.device, threads, index, self.limit_s, on_gpu=self.on_gpu)
        done: Future[worker.Done] = Future()
        done.set_running_or_notify_cancel()

        def made(encoded: Future[tuple[worker.Encoded, float]]) -> None:
            with suppress(RuntimeError):  # stopped
                self._committing.submit(self._commit, index, encoded, done)

        reference.future().add_done_callback(made)
        return done, None

    def turns(self) -> Sequence[Future[Any]]:
        return ()

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
        from ray.exceptions import NodeDiedError, ObjectLostError, OutOfMemoryError

        # Whom Ray kills where a node's memory runs out says more of its neighbours than of its frame.
        return isinstance(error, NodeDiedError | ObjectLostError | OutOfMemoryError | DeviceFaultError)

    def _looked(self) -> list[Node]:
        # Each time: nodes come and go. While all are away, frames wait for others like them.
        nodes = _nodes(_ray())
        if any(node.get("GPU" if self.on_gpu else "CPU", 0) >= 1 for node in nodes):
            self._seen = nodes
        return self._seen

    def _demand(self, nodes: Sequence[Node], memory_bytes: int = 0) -> Demand:
        memory_bytes = memory_bytes or self.memory_bytes
        return Demand.of(nodes, on_gpu=self.on_gpu, threads=THREADS_PER_WORKER, memory_bytes=memory_bytes)

    def end(self, task: Task, error: BaseException | None) -> bytes:
        from ray.exceptions import OutOfMemoryError

        if isinstance(error, OutOfMemoryError):
            self._more_bytes[task.index] = 2 * self._more_bytes.get(task.index, self.memory_bytes)
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

    A frame takes a GPU where the cluster has any and `device` is not "cpu"; see `render.workers.ray_demand` for the
    rest.
    """
    with _connected() as ray:
        gpus = device != "cpu" and ray.cluster_resources().get("GPU", 0) >= 1
        # Tries are counted by the supervisor, which shows them; a worker starts afresh as local ones do.
        task = ray.remote(max_retries=0, max_calls=FRAMES_PER_WORKER)(_encoded)
        needed_bytes = int(1e6 * worker_memory_mb(config.largest_px))
        asked = device if gpus else "cpu"
        crew = RayCrew(store, task, ray.put(config), asked, gpus, needed_bytes, frame_limit_s)
        crew.has_room(0)  # an error where no node makes frames
        try:
            yield crew
        finally:
            crew.stop()


def require_cluster() -> None:
    """ConfigError where there is no cluster, or none that could make a frame."""
    with _connected() as ray:
        on_gpu = bool(ray.cluster_resources().get("GPU", 0))
        Demand.of(_nodes(ray), on_gpu=on_gpu, threads=THREADS_PER_WORKER, memory_bytes=0)


@contextmanager
def _connected() -> Iterator[Any]:
    """The library while it talks to the cluster."""
    ray = _ray()
    try:
        _require_answer(os.environ.get("RAY_ADDRESS", ""))
        ray.init(address="auto", log_to_driver=False, logging_level="ERROR")
    except (ConnectionError, TimeoutError) as error:
        raise ConfigError(
            "--on ray: expected a running Ray cluster, got none; set RAY_ADDRESS, or begin one with ray start --head"
        ) from error
    try:
        yield ray
    finally:
        ray.shutdown()


def _nodes(ray: Any) -> list[Node]:
    return [node["Resources"] for node in ray.nodes() if node["Alive"]]


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


def _encoded(
    config: Config, device: str, threads: int, index: int, limit_s: float, *, on_gpu: bool
) -> tuple[worker.Encoded, float]:
    """A frame, and the memory that its worker takes in MB; the process is killed if it hangs past `limit_s`."""
    global _device
    assert sys.__stderr__ is not None
    try:
        # Ray shows a worker only the GPU that it may use. Its driver may compile for minutes, which are no frame's.
        if _device is None:
            _device = _choose(device, config, on_gpu=on_gpu)
        faulthandler.dump_traceback_later(limit_s, exit=True, file=sys.__stderr__)
        return worker.make(config, _device, threads, index), taken_mb(os.getpid())
    except Exception:
        # What went wrong may have spoilt Blender or the GPU's context, and a task cannot ask for a new process.
        threading.Timer(_LAST_WORDS_S, os._exit, [1]).start()
        raise
    finally:
        faulthandler.cancel_dump_traceback_later()


def _choose(asked: str, config: Config, *, on_gpu: bool) -> Device:
    """This worker's device, which makes pictures; DeviceError where the cluster gave it a GPU that Blender cannot use.

    What there is to say stands in the worker's log.
    """
    ranked, lens = devices_for(asked), config.lens_kind
    require_lens(lens, ranked[0][0])
    device = proven(ranked, asked, lens, say)[0]
    if on_gpu and device.kind == "cpu":
        raise DeviceError(
            f"--on ray: expected a GPU, as the cluster says that {socket.gethostname()} has one, but Blender finds "
            "none there that works; see `longtail doctor` on that node, or say --device cpu"
        )
    if slow := check_engine(config.render.engine, asked, device):
        say(slow)
    return device
