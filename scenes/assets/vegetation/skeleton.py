"""Woody skeletons: a trunk grown into a crown by space colonisation, thickened by the pipe model, skinned with bark.

Runions, Lane, Prusinkiewicz: Modeling Trees with a Space Colonization Algorithm (Eurographics NPH 2007). Shinozaki et
al.: A quantitative analysis of plant form, the pipe model theory (Jpn. J. Ecol. 14, 1964).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.scenes.geometry.materials import Material
from longtail.scenes.geometry.mesh import Mesh, join

Points = NDArray[np.float64]
Index = NDArray[np.int64]
Rng = np.random.Generator


@dataclass(frozen=True, eq=False)
class Skeleton:
    """Nodes of a tree: `points_m` (N, 3), each node's `parents` (-1 for the root, always a lower index), `radii_m`."""

    points_m: Points
    parents: Index
    radii_m: Points

    @property
    def directions(self) -> Points:
        """Unit vectors (N, 3) from every node's parent to it."""
        ahead = self.points_m - self.points_m[np.maximum(self.parents, 0)]
        ahead[0] = 0.0, 0.0, 1.0
        return unit(ahead)


def unit(vectors: Points) -> Points:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9))


def grow(
    rng: Rng,
    trunk_m: Points,
    attractors_m: Points,
    *,
    step_m: float = 0.32,
    kill_m: float = 0.42,
    reach_m: float = 2.2,
    lift: float = 0.0,
    gnarl: float = 0.15,
) -> tuple[Points, Index]:
    """Nodes and parents: the trunk's points, then branches that reach for the attractors.

    Every attractor pulls its nearest node, every pulled node buds one step towards the mean pull; attractors that are
    reached fall away. `lift` bends shoots up (or down, negative), `gnarl` makes them wander.
    """
    points = list(trunk_m)
    parents = [-1, *range(len(trunk_m) - 1)]
    alive = attractors_m.copy()
    gaps = np.linalg.norm(alive[:, None] - trunk_m[None], axis=2)
    # Buds below the crown sleep: whatever pulls, branches leave the trunk at most 0.6 m below the lowest attractor.
    gaps[:, trunk_m[:, 2] < alive[:, 2].min() - 0.6] = np.inf
    nearest, distance = gaps.argmin(axis=1), gaps.min(axis=1)
    for turn in range(80):
        keep = distance > kill_m
        alive, nearest, distance = alive[keep], nearest[keep], distance[keep]
        # Far attractors join when the front comes near; if none is near, the nearest leads the way.
        near = distance < max(reach_m, float(distance.min(initial=np.inf)) + 0.3 if turn < 30 else 0.0)
        if not near.any():
            break
        pulled = np.unique(nearest[near])
        pull = np.zeros((len(points), 3))
        here = np.array(points)
        np.add.at(pull, nearest[near], unit(alive[near] - here[nearest[near]]))
        heading = unit(pull[pulled]) + rng.normal(0, gnarl, (len(pulled), 3)) + (0.0, 0.0, lift)
        buds = here[pulled] + step_m * unit(heading)
        gaps = np.linalg.norm(alive[:, None] - buds[None], axis=2)
        first, closest = gaps.argmin(axis=1), gaps.min(axis=1)
        closer = closest < distance
        nearest = np.where(closer, first + len(points), nearest)
        distance = np.where(closer, closest, distance)
        points += list(buds)
        parents += [int(p) for p in pulled]
        # An attractor between two nodes can be circled for ever; patience runs out.
        distance = np.where(near & ~closer, distance - 0.1, distance)
    return np.array(points), np.array(parents, dtype=np.int64)


def thicken(points: Points, parents: Index, trunk_radius_m: float, *, tip_m: float = 0.008) -> Skeleton:
    """Radii by the pipe model: a branch's radius**n is the sum of its children's; with a flare at the ground.

    n follows from the trunk, the twigs' `tip_m` and the number of twigs between them (about 1.8 to 2.3 in nature).
    """
    pipes = np.zeros(len(points))
    for node in range(len(points) - 1, -1, -1):
        pipes[node] += 0.15 if pipes[node] else 1.0
        if node:
            pipes[parents[node]] += pipes[node]
    radii = tip_m * pipes ** (np.log(trunk_radius_m / tip_m) / np.log(pipes[0]))
    flare = 1 + 0.55 * np.exp(-points[:, 2] / 0.16)
    return Skeleton(points, parents, radii * flare)


def skin(skeleton: Skeleton, bark: Material, *, thinnest_m: float = 0.0) -> Mesh:
    """Tubes over the skeleton's branches; the thicker, the more sides. Branches below `thinnest_m` are left out."""
    parents, radii = skeleton.parents, skeleton.radii_m
    count = len(parents)
    # A branch runs on along its thickest child; every other child starts a branch of its own at the fork.
    heir = np.full(count, -1)
    for node in np.argsort(radii[1:], kind="stable") + 1:
        heir[parents[node]] = node
    chains = []
    for node in range(count):
        if node == 0 or heir[parents[node]] != node:
            chain = [node] if node == 0 else [int(parents[node]), node]
            while heir[chain[-1]] >= 0:
                chain.append(int(heir[chain[-1]]))
            if len(chain) > 1 and radii[chain[1]] >= thinnest_m:
                chains.append(chain)
    parts = []
    for low, high, sides in ((0.0, 0.018, 3), (0.018, 0.04, 4), (0.04, 0.08, 6), (0.08, 9.0, 10)):
        chosen = [c for c in chains if low <= radii[c[1]] < high]
        if chosen:
            parts.append(_tubes(skeleton, chosen, sides, bark))
    return join(parts)


def _tubes(skeleton: Skeleton, chains: list[list[int]], sides: int, bark: Material) -> Mesh:
    nodes = np.concatenate([np.array(c) for c in chains])
    starts = np.cumsum([0, *(len(c) for c in chains)])
    first, last = starts[:-1], starts[1:] - 1
    middle = skeleton.points_m[nodes]
    radii = skeleton.radii_m[nodes].copy()
    radii[first] = np.where(first == 0, radii[first], np.minimum(radii[first], radii[first + 1] * 1.25))
    if nodes[0] == 0:
        radii[0] = skeleton.radii_m[0]
    radii[last] *= 0.4
    before, after = np.arange(len(nodes)) - 1, np.arange(len(nodes)) + 1
    before[first], after[last] = first, last
    along = unit(middle[after] - middle[before])
    # One reference axis per branch, the one that it runs along least, keeps its rings from twisting.
    lengths = last - first + 1
    axes = np.repeat(np.eye(3)[np.abs(middle[last] - middle[first]).argmin(axis=1)], lengths, axis=0)
    side = unit(np.cross(along, axes))
    up = np.cross(along, side)
    angle = 2 * np.pi * np.arange(sides) / sides
    offsets = np.cos(angle)[None, :, None] * side[:, None] + np.sin(angle)[None, :, None] * up[:, None]
    rings = middle[:, None] + radii[:, None, None] * offsets
    if nodes[0] == 0:
        rings[0, :, 2] = 0.0
    ring = np.setdiff1d(np.arange(len(nodes)), last)
    i, j = np.meshgrid(ring, np.arange(sides), indexing="ij")
    a, b = i * sides + j, i * sides + (j + 1) % sides
    c, d = a + sides, b + sides
    faces = np.concatenate([np.stack([a, b, d], -1).reshape(-1, 3), np.stack([a, d, c], -1).reshape(-1, 3)])
    return Mesh.of(rings.reshape(-1, 3), faces, bark, smooth=True)
