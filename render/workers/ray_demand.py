"""What a frame asks of the node of a Ray cluster that takes it, so that no node takes more frames than it can make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from longtail.annotate.errors import ConfigError

Node = Mapping[str, float]
"""A node's resources by Ray's names: CPU, GPU, memory (bytes)."""
# A quarter of all CPUs may stay idle: that costs less than frames with too few threads, each in a Blender of its own.
_ENOUGH = 0.75


@dataclass(frozen=True)
class Demand:
    """A frame's share of a node; `memory_bytes` 0 where nodes do not say how much they have."""

    cpus: int
    gpus: int
    memory_bytes: int

    @classmethod
    def of(cls, nodes: Sequence[Node], *, on_gpu: bool, threads: int, memory_bytes: int) -> Demand:
        """What suits the nodes that are there now, for frames that want `threads` and `memory_bytes`.

        A frame on a GPU takes no more CPUs than fall to each GPU. Without GPUs it takes as many as it wants, or fewer
        where nodes are so small that many would stay idle. It asks for no more memory than the largest node has.
        ConfigError where no node can make frames.
        """
        usable = [node for node in nodes if node.get("GPU" if on_gpu else "CPU", 0) >= 1]
        if not usable:
            raise ConfigError("--on ray: expected a cluster with CPUs or GPUs, got one without")
        memory = min(memory_bytes, int(max(node.get("memory", 0) for node in usable)))
        if on_gpu:
            share = min(int(node.get("CPU", 0) // node["GPU"]) for node in usable)
            return cls(min(threads, share), 1, memory)
        return cls(_cpus([int(node["CPU"]) for node in usable], threads), 0, memory)

    def places(self, nodes: Sequence[Node]) -> int:
        """How many frames the nodes can make at the same time."""
        return sum(self._places_on(node) for node in nodes)

    def options(self) -> dict[str, Any]:
        """As the options of a Ray task."""
        return {"num_cpus": self.cpus, "num_gpus": self.gpus, "memory": self.memory_bytes or None}

    def _places_on(self, node: Node) -> int:
        asked = (("CPU", self.cpus), ("GPU", self.gpus), ("memory", self.memory_bytes))
        return int(min(node.get(name, 0) // amount for name, amount in asked if amount))


def _cpus(nodes: Sequence[int], wanted: int) -> int:
    """The most CPUs a frame, up to `wanted`, that leave few idle."""
    used = {amount: sum(node // amount * amount for node in nodes) for amount in range(wanted, 0, -1)}
    return next(amount for amount, busy in used.items() if busy >= _ENOUGH * sum(nodes))
