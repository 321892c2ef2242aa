"""Settle many scenes of household models and measure them by their exact meshes: CPU time, gaps, interpenetration.

`python benchmarks/settling.py -n 50 --objects 10` needs the model packs. The first run cuts each model into convex
parts, which takes minutes; they are kept in XDG_CACHE_HOME/longtail/parts.
"""

from __future__ import annotations

import itertools
import time
from collections import Counter

import click
import numpy as np
from scipy.spatial.transform import Rotation

from longtail.annotate.camera.transform import Transform
from longtail.scenes.assets.packs.geometry import geometry
from longtail.scenes.assets.packs.household import HOUSEHOLD, Household
from longtail.scenes.assets.packs.locate import find_packs, open_packs, pack_asset
from longtail.scenes.physics.body import Body, Shape, Support, box
from longtail.scenes.physics.distances import Placed, clearance_m, parting_m
from longtail.scenes.physics.kept_parts import shape_of
from longtail.scenes.physics.settling import Settled, settle

_LIMIT_M = 0.006


def shapes() -> list[tuple[Household, Shape]]:
    """The household models that are installed."""
    homes = {entry.id: (pack, entry) for pack in open_packs(find_packs()) for entry in pack.entries}
    found = []
    for row in HOUSEHOLD:
        if row.model.entry in homes:
            mesh = geometry(pack_asset(row.model, *homes[row.model.entry]))
            found.append((row, shape_of(mesh.vertices_m.astype(np.float64), mesh.triangles)))
    return found


def scene(rng: np.random.Generator, things: list[tuple[Household, Shape]], count: int, heaped: bool) -> list[Body]:
    """Bodies over the middle of a table: standing, or turned any way and close together."""
    bodies = []
    for number in rng.integers(0, len(things), count):
        row, shape = things[number]
        turn = Rotation.from_quat(rng.normal(size=4)) if heaped else Rotation.from_euler("z", rng.uniform(0, 2 * np.pi))
        reach = 0.12 if heaped else 0.4
        matrix = np.eye(4)
        matrix[:3, :3] = turn.as_matrix()
        matrix[:3, 3] = [*rng.uniform(-reach, reach, 2), 0.1]
        bodies.append(
            Body(shape, row.mass_kg(shape.volume_m3), row.stuff.friction, Transform("world", "object", matrix))
        )
    return bodies


def worst(bodies: list[Body], settled: Settled, supports: list[Support]) -> tuple[list[float], list[float]]:
    """For the bodies that rest: depths of interpenetration of all pairs that meet, and gaps below."""
    kept = [k for k, fate in enumerate(settled.fates) if fate == "rests"]
    items = [Placed(bodies[k].shape, settled.poses[k]) for k in kept]
    fixed = [Placed(support.shape) for support in supports]
    pairs = [*itertools.combinations(items, 2), *itertools.product(items, fixed)]
    depths = []
    for one, other in pairs:
        if one.near(other, 0.0) and one.meets(other):
            shift = parting_m(one, other, _LIMIT_M)
            depths.append(_LIMIT_M if shift is None else float(np.linalg.norm(shift)))
    gaps = [
        clearance_m(one, [*fixed, *(o for o in items if o is not one and one.near(o, _LIMIT_M))], _LIMIT_M)
        for one in items
    ]
    return depths, gaps


@click.command()
@click.option("-n", "--scenes", default=50, show_default=True)
@click.option("--objects", default=10, show_default=True)
@click.option("--heaped", is_flag=True, help="Turned any way and close together.")
def main(scenes: int, objects: int, heaped: bool) -> None:
    """Print the CPU seconds of a scene, what became of its bodies, and the worst of all gaps and depths."""
    things = shapes()
    table = [Support(box((1.4, 1.4, 0.03), (0, 0, -0.015)))]
    fates: Counter[str] = Counter()
    depths: list[float] = []
    gaps: list[float] = []
    seconds = []
    for seed in range(scenes):
        bodies = scene(np.random.default_rng(seed), things, objects, heaped)
        begun = time.process_time()
        settled = settle(bodies, table, "together" if heaped else "in turn")
        seconds.append(time.process_time() - begun)
        fates.update(settled.fates)
        here = worst(bodies, settled, table)
        depths += here[0]
        gaps += here[1]
    click.echo(
        f"{len(things)} models, {scenes} scenes of {objects}: "
        f"{np.mean(seconds):.2f} s, at most {max(seconds):.2f} s of CPU time"
    )
    click.echo(", ".join(f"{fate} {count}" for fate, count in fates.most_common()))
    click.echo(f"pairs that meet: {len(depths)}, the deepest {1000 * max(depths, default=0):.3f} mm")
    click.echo(
        f"gaps below: the widest {1000 * max(gaps):.3f} mm, "
        f"over 0.1 mm: {sum(gap > 1e-4 for gap in gaps)} of {len(gaps)}"
    )


if __name__ == "__main__":
    main()
