"""Cuts of meshes that were found once, in cuts.json beside this file: to find them takes seconds each.

The parts that all users read are made by them, see `known_parts`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from longtail.scenes.physics.body import Points, Triangles
from longtail.scenes.physics.convex_parts import Cut

PATH = Path(__file__).with_name("cuts.json")


def digest_of(vertices_m: Points, triangles: Triangles) -> str:
    """The same for two meshes only if all of their bytes are."""
    digest = hashlib.sha256(f"{vertices_m.shape} {triangles.shape}".encode())
    digest.update(np.ascontiguousarray(vertices_m, dtype=np.float64).tobytes())
    digest.update(np.ascontiguousarray(triangles, dtype=np.int32).tobytes())
    return digest.hexdigest()


def read_cuts(path: Path = PATH) -> dict[str, tuple[str, tuple[Cut, ...]]]:
    """By the name of each thing: its mesh's digest, and its cuts, the very ones that `find_cuts` finds."""
    return {
        name: (mesh, tuple(Cut(*cut) for cut in cuts)) for name, (mesh, cuts) in json.loads(path.read_text()).items()
    }


def write_cuts(cuts: Mapping[str, tuple[str, tuple[Cut, ...]]], path: Path = PATH) -> None:
    """A thing a line."""
    lines = [f"{json.dumps(name)}: {json.dumps(cuts[name], separators=(',', ':'))}" for name in sorted(cuts)]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")
