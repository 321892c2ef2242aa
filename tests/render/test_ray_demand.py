"""How many frames each node of a Ray cluster takes, worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from longtail.annotate.errors import ConfigError
from longtail.render.storage.store import Store
from longtail.render.workers import ray_cluster
from longtail.render.workers.ray_demand import Demand, Node

GB = 10**9
HEAD, LARGE = {"CPU": 1.0, "memory": 4.0 * GB}, {"CPU": 64.0, "memory": 200.0 * GB}


def node(cpus: float, memory_gb: float, gpus: float = 0) -> Node:
    return {"CPU": cpus, "memory": memory_gb * GB, "GPU": gpus}


def demand(nodes: list[Node], *, on_gpu: bool = False, memory_gb: float = 3) -> Demand:
    return Demand.of(nodes, on_gpu=on_gpu, threads=4, memory_bytes=int(memory_gb * GB))


def test_a_small_head_does_not_set_the_measure() -> None:
    asked = demand([HEAD, LARGE])
    assert asked == Demand(4, 0, 3 * GB)
    assert asked.places([HEAD, LARGE]) == 16


@pytest.mark.parametrize(
    ("cpus", "each"), [([64], 4), ([6, 6], 3), ([2] * 10, 2), ([1], 1), ([3, 64], 4), ([7, 7, 7], 3), ([8, 2, 2], 2)]
)
def test_few_cpus_stay_idle(cpus: list[int], each: int) -> None:
    assert demand([node(count, 500) for count in cpus]).cpus == each


def test_memory_bounds_the_frames_of_a_node() -> None:
    nodes = [node(64, 20)]
    assert demand(nodes).places(nodes) == 6
    # Ray never runs what asks for more than any node has: such a frame takes the largest node alone.
    asked = demand([node(8, 2), node(8, 3.5)], memory_gb=24)
    assert asked.memory_bytes == 3.5 * GB
    assert asked.places([node(8, 2), node(8, 3.5)]) == 1


def test_a_gpu_takes_its_share_of_cpus() -> None:
    nodes = [node(16, 100, 8), node(64, 200, 1), node(32, 64)]
    asked = demand(nodes, on_gpu=True)
    assert asked == Demand(2, 1, 3 * GB)
    assert asked.places(nodes) == 9
    assert demand([node(0, 100, 2)], on_gpu=True).places([node(0, 100, 2)]) == 2


def test_nodes_that_do_not_tell_their_memory() -> None:
    asked = demand([{"CPU": 8.0}])
    assert asked.options() == {"num_cpus": 4, "num_gpus": 0, "memory": None}
    assert asked.places([{"CPU": 8.0}]) == 2


def test_a_cluster_that_makes_no_frames() -> None:
    with pytest.raises(ConfigError, match="expected a cluster with CPUs or GPUs, got one without"):
        demand([{"memory": 4.0 * GB}])


def test_a_cluster_whose_nodes_are_all_away_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there: list[Node] = [LARGE]
    monkeypatch.setattr(ray_cluster, "_ray", lambda: None)
    monkeypatch.setattr(ray_cluster, "_nodes", lambda _: list(there))
    crew = ray_cluster.RayCrew(Store(tmp_path), None, None, "cpu", False, 3 * GB, 60)
    assert crew.has_room(31)
    assert not crew.has_room(32)
    there.clear()
    assert crew.has_room(31)
    assert not crew.has_room(32)
