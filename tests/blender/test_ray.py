"""A run on a Ray cluster of several nodes, one of which goes away half-way, gives the bytes of a local run."""

from __future__ import annotations

import importlib
import json
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from longtail.annotate import Dataset
from longtail.annotate.errors import DeviceError
from longtail.render.machine.devices import Device
from longtail.render.storage.store import Store
from longtail.scenes.config.loading import load
from tests.runs import contents, quick_command, run, run_here

pytest.importorskip("ray", reason="ray is not installed")
pytestmark = [pytest.mark.blender, pytest.mark.filterwarnings("ignore")]


# Long enough for the slowest machine's first frame, which loads Blender.
_FRAME_TIMEOUT_S = 45


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """A cluster whose head makes no frames. Its workers fail as FAULTS, which its nodes inherit, says."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent.parent / "faults"))
    monkeypatch.setenv("FAULTS_COUNTS", str(tmp_path))
    monkeypatch.setenv("FAULTS", json.dumps({1: ["wait"], 2: ["raise"], 3: ["segfault"], 4: ["hang"]}))
    utilities = importlib.import_module("ray.cluster_utils")
    cluster = utilities.Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
    monkeypatch.setenv("RAY_ADDRESS", cluster.address)
    yield cluster
    cluster.shutdown()


def begin(words: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(words, stderr=subprocess.PIPE, text=True)


def until_a_frame_is_there(running: subprocess.Popen[str], out: Path) -> None:
    while running.poll() is None and not list(out.glob("frames/*.json")):
        time.sleep(0.1)


def test_a_lost_node_and_lost_workers_cost_no_frame(cluster: Any, tmp_path: Path) -> None:
    out = tmp_path / "ray"
    doomed = cluster.add_node(num_cpus=1)
    words = quick_command(out, "--on", "ray", "--frame-timeout", _FRAME_TIMEOUT_S, frames=6)
    running = begin(words)
    until_a_frame_is_there(running, out)
    cluster.add_node(num_cpus=1)
    cluster.remove_node(doomed, allow_graceful=False)  # in the middle of frame 1
    (tmp_path / "go").touch()
    _, said = running.communicate(timeout=600)
    assert running.returncode == 0, said
    assert "a Ray cluster" in said
    assert "6/6 frames" in said
    events = [json.loads(line) for line in (out / "logs" / "events.jsonl").read_text().splitlines()]
    failed = [event for event in events if event["event"] == "frame_failed"]
    # What befell the node says nothing of its frame; what befell the workers is counted. (A machine that is busy may
    # take longer than the limit for other frames too.)
    assert any(not event["counted"] for event in failed)
    assert {event["frame"] for event in failed if event["counted"]} >= {2, 3, 4}
    assert "RuntimeError: Error: CUDA device was lost" in {event["error"] for event in failed}
    run_here("check", out)
    run(quick_command(tmp_path / "local", "--workers", 1, frames=6))
    assert contents(out) == contents(tmp_path / "local")


def test_ctrl_c_ends_the_run_and_it_goes_on_in_tars_or_not(cluster: Any, tmp_path: Path) -> None:
    out = tmp_path / "ray"
    (tmp_path / "go").touch()
    cluster.add_node(num_cpus=1)
    words = quick_command(out, "--on", "ray", "--format", "webdataset", frames=2)
    running = begin(words)
    while running.poll() is None and not list(out.glob("staging/frames/*.json")):
        time.sleep(0.1)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=120)
    assert "Traceback" not in said
    if running.returncode:  # it may have been done
        assert "run the same command again" in said
        run(words)
    assert Dataset.open(out).frames() == [0, 1]
    run_here("check", out)


def test_a_gpu_that_is_not_there_is_an_error_and_no_cpu_render(monkeypatch: pytest.MonkeyPatch) -> None:
    from longtail.render.workers import ray_cluster

    monkeypatch.setattr(ray_cluster, "devices_for", lambda _: ((Device("cpu", "CPU"),),))
    with pytest.raises(DeviceError, match="expected a GPU, as the cluster says"):
        ray_cluster._choose("auto", load("street"), on_gpu=True)
    assert ray_cluster._choose("auto", load("street"), on_gpu=False).kind == "cpu"


def test_a_frame_takes_a_gpu_where_the_cluster_has_any(cluster: Any) -> None:
    """The cluster's word for it: Ray believes what a node says of itself."""
    from longtail.render.workers.ray_cluster import ray_crew

    cluster.add_node(num_cpus=2, num_gpus=2)
    for device, on_gpu in (("auto", True), ("cpu", False)):
        with ray_crew(load("street"), Store(Path("unused")), device) as crew:
            assert (crew.on_gpu, crew.device) == (on_gpu, device)
            assert crew.has_room(3 if on_gpu else 1)
            assert not crew.has_room(4)


def test_without_a_cluster_there_is_a_clear_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_ADDRESS", "127.0.0.1:1")
    said = run(quick_command(tmp_path / "ray", "--on", "ray"), status=2)
    assert "--on ray: expected a running Ray cluster" in said
