"""A run on a Ray cluster of several nodes, one of which goes away half-way, gives the bytes of a local run."""

from __future__ import annotations

import importlib
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.runs import command, contents, render_command, run

pytest.importorskip("ray", reason="ray is not installed")
pytestmark = [pytest.mark.blender, pytest.mark.filterwarnings("ignore")]


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A cluster whose head makes no frames."""
    utilities = importlib.import_module("ray.cluster_utils")
    cluster = utilities.Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
    monkeypatch.setenv("RAY_ADDRESS", cluster.address)
    yield cluster
    cluster.shutdown()


def test_a_lost_node_costs_no_frame(cluster: Any, tmp_path: Path) -> None:
    doomed = cluster.add_node(num_cpus=1)
    running = subprocess.Popen(
        render_command(tmp_path / "ray", "--on", "ray", frames=6), stderr=subprocess.PIPE, text=True
    )
    while running.poll() is None and not list((tmp_path / "ray").glob("frames/*.json")):
        time.sleep(0.1)
    cluster.add_node(num_cpus=1)
    cluster.remove_node(doomed, allow_graceful=False)
    _, said = running.communicate(timeout=400)
    assert running.returncode == 0, said
    assert "a Ray cluster" in said
    assert "6/6 frames" in said
    assert "try 1" in said
    run(command("check", tmp_path / "ray"))
    run(render_command(tmp_path / "local", "--workers", 1, frames=6))
    assert contents(tmp_path / "ray") == contents(tmp_path / "local")


def test_without_a_cluster_there_is_a_clear_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_ADDRESS", "127.0.0.1:1")
    said = run(render_command(tmp_path / "ray", "--on", "ray"), status=2)
    assert "--on ray: expected a running Ray cluster" in said
