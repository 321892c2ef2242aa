"""A run's figures for Prometheus, served over HTTP while it lasts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, make_wsgi_app

from longtail.annotate.errors import MachineError
from longtail.leaving_clients import LeavingClients
from longtail.render.watching.events import (
    Event,
    FrameDone,
    FrameFailed,
    FrameQuarantined,
    RunBegan,
    WorkerStarted,
    WorkerState,
)
from longtail.render.watching.gpu_load import gpu_loads

_SECONDS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000)


class Metrics:
    """Counts what happens, as `render.watching.events.Watcher`."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._asked = self._gauge("frames_asked", "Frames asked of this run")
        self._there = self._gauge("frames_finished", "Frames of this run that exist")
        self._done = Counter("longtail_frames_made", "Frames made since the start", registry=self.registry)
        self._stages = self._histogram("stage_seconds", "Seconds of a frame's stages", ("stage",))
        self._frames = self._histogram("frame_seconds", "Seconds of a frame", ())
        self._failures = self._counter("failures", "Attempts that failed, by the kind of error", ("kind",))
        self._given_up = Counter("longtail_frames_quarantined", "Frames given up", registry=self.registry)
        self._processes = Counter("longtail_worker_starts", "Worker processes begun", registry=self.registry)
        self._memory = self._gauge("worker_memory_bytes", "Resident memory of a worker", ("worker",))
        self._busy = self._gauge("worker_busy", "1 while a worker makes a frame", ("worker",))
        self._gpu_busy = self._gauge("gpu_utilization_ratio", "Share of time in which a GPU was busy", ("gpu",))
        self._gpu_memory = self._gauge("gpu_memory_bytes", "Memory in use on a GPU", ("gpu",))

    def see(self, event: Event) -> None:
        match event:
            case RunBegan():
                self._asked.set(event.frames)
                self._there.set(event.kept)
            case WorkerStarted():
                self._processes.inc()
            case FrameDone():
                self._done.inc()
                self._there.inc()
                self._frames.observe(sum(event.seconds.values()))
                for stage, seconds in event.seconds.items():
                    self._stages.labels(stage).observe(seconds)
            case FrameFailed():
                self._failures.labels(event.kind).inc()
            case FrameQuarantined():
                self._given_up.inc()

    def look(self, workers: Sequence[WorkerState]) -> None:
        for state in workers:
            self._memory.labels(str(state.worker)).set(1e6 * state.memory_mb)
            self._busy.labels(str(state.worker)).set(state.frame is not None)
        for load in gpu_loads():
            self._gpu_busy.labels(load.name).set(load.busy)
            self._gpu_memory.labels(load.name).set(load.memory_bytes)

    def _gauge(self, name: str, text: str, labels: Sequence[str] = ()) -> Gauge:
        return Gauge(f"longtail_{name}", text, labels, registry=self.registry)

    def _counter(self, name: str, text: str, labels: Sequence[str]) -> Counter:
        return Counter(f"longtail_{name}", text, labels, registry=self.registry)

    def _histogram(self, name: str, text: str, labels: Sequence[str]) -> Histogram:
        return Histogram(f"longtail_{name}", text, labels, buckets=_SECONDS, registry=self.registry)


class _Server(LeavingClients, ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing: the terminal is the run's."""


@contextmanager
def serving(metrics: Metrics, port: int) -> Iterator[int]:
    """Serve the metrics at http://<any address>:port/metrics; the port, which the system chooses for 0.

    MachineError where the port cannot be had.
    """
    try:
        server = make_server("0.0.0.0", port, make_wsgi_app(metrics.registry), _Server, _Silent)
    except OSError as error:
        raise MachineError(
            f"--metrics-port: expected a free port, but {port} cannot be had ({error.strerror}); try another, or 0 for "
            "any"
        ) from error
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
