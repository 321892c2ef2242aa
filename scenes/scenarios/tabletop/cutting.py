"""Find the cuts of household things that are not known yet, and make the parts of all:
`python -m longtail.scenes.scenarios.tabletop.cutting`.

A thing without works as well, but each machine then finds its cuts at the first use, which takes seconds.
"""

from __future__ import annotations

from collections.abc import Iterator

import click
import numpy as np

from longtail.scenes.assets import catalogue
from longtail.scenes.assets.exact import mesh_of
from longtail.scenes.assets.household import stuff_of
from longtail.scenes.physics.body import Points, Shape, Triangles
from longtail.scenes.physics.convex_parts import convex_parts, find_cuts
from longtail.scenes.physics.known_cuts import digest_of, read_cuts, write_cuts
from longtail.scenes.physics.known_parts import PATH, packed, read_parts, write_parts


def meshes() -> Iterator[tuple[str, Points, Triangles]]:
    """The name and the mesh (V, 3), (F, 3) of each thing that can lie on a table here: procedural, and of packs."""
    for asset in catalogue(["household"]).values():
        if stuff_of(asset) is not None:
            mesh = mesh_of(asset)
            yield asset.name, mesh.vertices_m.astype(np.float64), mesh.triangles


@click.command()
def main() -> None:
    """Find what is missing or has changed, a thing a line; what stands there already stays, and things not here too.

    Parts are made anew of all that are here: that takes seconds, and the code that makes them may have changed.
    """
    cuts, parts = read_cuts(), read_parts() if PATH.exists() else {}
    for name, vertices_m, triangles in meshes():
        digest = digest_of(vertices_m, triangles)
        if cuts.get(name, ("", ()))[0] != digest:
            cuts[name] = digest, find_cuts(vertices_m, triangles)
            write_cuts(cuts)
            click.echo(f"{name}: {len(cuts[name][1])} cuts")
        parts[digest] = packed(Shape(vertices_m, triangles, convex_parts(vertices_m, triangles, cuts[name][1])))
    write_parts({digest: parts[digest] for digest, _ in cuts.values() if digest in parts})


if __name__ == "__main__":
    main()
