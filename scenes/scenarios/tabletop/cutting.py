"""Find the cuts of household things that are not known yet: `python -m longtail.scenes.scenarios.tabletop.cutting`.

A thing without works as well, but each machine then finds its cuts at the first use, which takes seconds.
"""

from __future__ import annotations

from collections.abc import Iterator

import click
import numpy as np

from longtail.scenes.assets import catalogue
from longtail.scenes.assets.exact import mesh_of
from longtail.scenes.assets.household import stuff_of
from longtail.scenes.physics.body import Points, Triangles
from longtail.scenes.physics.convex_parts import find_cuts
from longtail.scenes.physics.known_cuts import digest_of, read_cuts, write_cuts


def meshes() -> Iterator[tuple[str, Points, Triangles]]:
    """The name and the mesh (V, 3), (F, 3) of each thing that can lie on a table here: procedural, and of packs."""
    for asset in catalogue(["household"]).values():
        if stuff_of(asset) is not None:
            mesh = mesh_of(asset)
            yield asset.name, mesh.vertices_m.astype(np.float64), mesh.triangles


@click.command()
def main() -> None:
    """Find what is missing or has changed, a thing a line; what stands there already stays, and things not here too."""
    cuts = read_cuts()
    for name, vertices_m, triangles in meshes():
        digest = digest_of(vertices_m, triangles)
        if cuts.get(name, ("", ()))[0] != digest:
            cuts[name] = digest, find_cuts(vertices_m, triangles)
            write_cuts(cuts)
            click.echo(f"{name}: {len(cuts[name][1])} cuts")


if __name__ == "__main__":
    main()
