"""Blender in a worker starts no more threads than the worker may keep busy."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest

from longtail.render.machine.few_threads import few_threads

pytestmark = pytest.mark.skipif(
    not hasattr(os, "sched_getaffinity") or len(os.sched_getaffinity(0)) < 2, reason="needs two processors"
)

# Blender works out the edges of a mesh in as many threads as it has.
_COUNT_THREADS = """
import os
import numpy as np
from longtail.render.machine.few_threads import few_threads
with few_threads({threads}):
    import bpy
from longtail.scenes.blender.meshes import to_blender
from longtail.scenes.geometry.materials import Principled
from longtail.scenes.geometry.mesh import Mesh
to_blender(Mesh.of(np.zeros((300_000, 3)), np.arange(300_000), Principled()), "many faces")
threads = list(map(int, os.listdir("/proc/self/task")))
held = sum(os.sched_getaffinity(thread) != os.sched_getaffinity(0) for thread in threads)
print(len(threads), held)
"""


def _counted(threads: int) -> tuple[int, int]:
    """(all threads, those that may not run where the first may) of a process whose Blender has worked."""
    command = [sys.executable, "-c", _COUNT_THREADS.format(threads=threads)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return int(said[-2]), int(said[-1])


@pytest.mark.blender
def test_blender_starts_no_threads_above_the_limit() -> None:
    (all_of_them, _), (few, held) = _counted(0), _counted(1)
    assert few < all_of_them
    assert held == 0


@pytest.mark.parametrize("threads", [1, 2])
def test_as_many_processors_are_found(threads: int) -> None:
    with few_threads(threads):
        assert len(os.sched_getaffinity(0)) == threads


@pytest.mark.parametrize("threads", [0, 1, 10_000])
def test_all_run_everywhere_afterwards(threads: int) -> None:
    before = os.sched_getaffinity(0)
    done = threading.Event()
    with few_threads(threads):
        thread = threading.Thread(target=done.wait, daemon=True)
        thread.start()
    assert os.sched_getaffinity(0) == before
    assert thread.native_id is not None
    assert os.sched_getaffinity(thread.native_id) == before
    done.set()
    thread.join()


def test_a_place_where_it_is_forbidden_costs_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_thread: int, _processors: set[int]) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "sched_setaffinity", refuse)
    with few_threads(1):
        assert len(os.sched_getaffinity(0)) > 1
