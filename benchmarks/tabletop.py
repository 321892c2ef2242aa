"""Draw many tabletops and measure them by exact meshes: CPU time, what came to rest, gaps, interpenetration.

`python benchmarks/tabletop.py -n 50` spreads the clutter evenly from neat to heaped. All models are read and cut into
convex parts first, which is not counted.
"""

from __future__ import annotations

import itertools
import time
from collections import Counter

import click
import numpy as np

from longtail.scenes.assets.asset import Asset
from longtail.scenes.assets.household import stuff_of
from longtail.scenes.composing import catalogue_of, scene_of
from longtail.scenes.config.loading import load
from longtail.scenes.physics.distances import Placed, clearance_m, parting_m
from longtail.scenes.scenarios.tabletop.ground import Interior
from longtail.scenes.scenarios.tabletop.things import shape
from longtail.scenes.scene import Scene

_LIMIT_M = 0.006


def measured(scene: Scene, assets: dict[str, Asset]) -> tuple[list[float], list[float]]:
    """Depths of interpenetration of all pairs that meet, as shares of what is allowed, and gaps below, likewise.

    Allowed are 2 mm, or 1 % of the thing's size where that is more.
    """
    assert isinstance(scene.ground, Interior)
    # Lamps hang, and grippers are held.
    things = [placed for placed in scene.objects if stuff_of(assets[placed.asset])]
    items = [Placed(shape(assets[placed.asset]), placed.world_from_object) for placed in things]
    fixed = [Placed(support.shape) for support in scene.ground.furniture.supports()]
    depths, gaps = [], []
    for one, other in (*itertools.combinations(items, 2), *itertools.product(items, fixed)):
        if one.near(other, 0.0) and one.meets(other):
            shift = parting_m(one, other, _LIMIT_M)
            depth = _LIMIT_M if shift is None else float(np.linalg.norm(shift))
            depths.append(depth / max(0.002, 0.01 * one.shape.size_m))
    for one in items:
        near = [*fixed, *(o for o in items if o is not one and one.near(o, _LIMIT_M))]
        gaps.append(clearance_m(one, near, _LIMIT_M) / max(0.002, 0.01 * one.shape.size_m))
    return depths, gaps


@click.command()
@click.option("-n", "--scenes", default=50, show_default=True)
@click.option("--packs/--no-packs", default=True, show_default=True)
@click.argument("changes", nargs=-1)
def main(scenes: int, packs: bool, changes: tuple[str, ...]) -> None:
    """Print how long a scene takes, what became of its things, and the worst gaps and depths."""
    depths, gaps, seconds = [], [], []
    fates: Counter[str] = Counter()
    for number in range(scenes):
        clutter = f"objects.clutter={(number + 0.5) / scenes:.3f}"
        config = load("tabletop", [f"assets.packs={str(packs).lower()}", clutter, *changes], frames=number + 1)
        assets = catalogue_of(config)
        for asset in assets.values():
            if number == 0 and stuff_of(asset):
                shape(asset)
        begun = time.process_time()
        scene = scene_of(config, number, assets)
        seconds.append(time.process_time() - begun)
        fates["asked for"] += int(scene.parameters["objects.count"])
        fates["at rest"] += sum(stuff_of(assets[placed.asset]) is not None for placed in scene.objects)
        here = measured(scene, assets)
        depths += here[0]
        gaps += here[1]
        click.echo(
            f"scene {number}: {scene.parameters['support.kind']}, clutter {scene.parameters['objects.clutter']:.2f}, "
            f"{len(scene.objects)} of {scene.parameters['objects.count']}, {seconds[-1]:.2f} s, "
            f"depth {max(here[0], default=0):.3f}, gap {max(here[1], default=0):.3f}"
        )
    click.echo(f"{np.mean(seconds):.2f} s a scene, at most {max(seconds):.2f} s of CPU time")
    click.echo(", ".join(f"{fate} {count}" for fate, count in fates.most_common()))
    click.echo(f"pairs that meet: {len(depths)}, the deepest {max(depths, default=0):.3f} of what is allowed")
    click.echo(f"gaps below: {len(gaps)}, the widest {max(gaps, default=0):.3f} of what is allowed")


if __name__ == "__main__":
    main()
