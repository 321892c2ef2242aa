"""A run's figures, read back by Prometheus' own parser."""

from __future__ import annotations

import socket
from urllib.request import urlopen

import pynvml
import pytest
from prometheus_client.parser import text_string_to_metric_families

from longtail.annotate.errors import ConfigError
from longtail.render.watching.events import (
    FrameDone,
    FrameFailed,
    FrameQuarantined,
    RunBegan,
    WorkerStarted,
    WorkerState,
)
from longtail.render.watching.gpu_load import GpuLoads
from longtail.render.watching.metrics import Metrics, serving


def served(metrics: Metrics) -> dict[str, float]:
    with serving(metrics, 0) as port, urlopen(f"http://localhost:{port}/metrics") as answer:
        families = list(text_string_to_metric_families(answer.read().decode()))
    return {
        sample.name + "".join(f" {value}" for key, value in sample.labels.items() if key != "le"): sample.value
        for family in families
        for sample in family.samples
    }


def test_what_happened_is_counted() -> None:
    metrics = Metrics()
    metrics.see(RunBegan(10, 4, ("cpu",), "0", 1))
    metrics.see(WorkerStarted(0, 99, "cpu"))
    for frame in (4, 5):
        metrics.see(FrameDone(frame, 1, 0, "clear, day", {"build": 0.25, "beauty": 2.0}, 900.0))
    metrics.see(FrameFailed(6, 1, 0, "memory", "too much: 4123 MB", counted=True))
    metrics.see(FrameQuarantined(6, "too much", "failed"))
    metrics.look([WorkerState(0, "cpu", 99, 7, 1.0, 900.0)])
    found = served(metrics)
    assert found["longtail_frames_asked"] == 10
    assert found["longtail_frames_finished"] == 6
    assert found["longtail_frames_made_total"] == 2
    assert found["longtail_stage_seconds_sum beauty"] == 4.0
    assert found["longtail_stage_seconds_count build"] == 2
    assert found["longtail_frame_seconds_sum"] == 4.5
    assert found["longtail_failures_total memory"] == 1
    assert found["longtail_frames_quarantined_total"] == 1
    assert found["longtail_worker_starts_total"] == 1
    assert found["longtail_worker_memory_bytes 0"] == 900e6
    assert found["longtail_worker_busy 0"] == 1


def test_a_port_that_is_taken_is_a_clear_message() -> None:
    with socket.create_server(("", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(ConfigError, match=rf"--metrics-port: expected a free port, but {port}"),
            serving(Metrics(), port),
        ):
            pass


class _Rates:
    gpu = 73


class _Memory:
    used = 5 << 30


def test_gpus_are_asked_of_the_drivers_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a stand-in for the driver: its own answers need a GPU."""
    for name, answer in {
        "nvmlInit": lambda: None,
        "nvmlDeviceGetCount": lambda: 2,
        "nvmlDeviceGetHandleByIndex": lambda number: number,
        "nvmlDeviceGetName": lambda number: b"Card A" if number == 0 else "Card B",
        "nvmlDeviceGetUtilizationRates": lambda _: _Rates(),
        "nvmlDeviceGetMemoryInfo": lambda _: _Memory(),
    }.items():
        monkeypatch.setattr(pynvml, name, answer)
    loads = GpuLoads().read()
    assert [(load.name, load.busy, load.memory_bytes) for load in loads] == [
        ("0 Card A", 0.73, 5 << 30),
        ("1 Card B", 0.73, 5 << 30),
    ]


def test_without_a_driver_there_are_no_gpus_to_show(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise pynvml.NVMLError(pynvml.NVML_ERROR_LIBRARY_NOT_FOUND)

    monkeypatch.setattr(pynvml, "nvmlInit", missing)
    assert GpuLoads().read() == ()
