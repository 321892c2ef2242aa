"""Which models of a folder are parts of the robots in it, and which are models of their own beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from longtail.annotate.errors import AssetError
from longtail.render.importing.urdf import SUFFIX, mesh_path, read_urdf


def beside_robots(models: Sequence[Path], robots: Sequence[Path], folder: Path) -> tuple[list[Path], list[Path]]:
    """The models that are no parts of the `robots` among them, and the parts that no robot refers to.

    Parts are all models of a folder of `folder` in which a robot or one of its meshes lies; where a robot lies in
    `folder` itself, all are.
    """
    used = {mesh for robot in robots for mesh in _meshes(robot, folder)}
    homes = {home for path in (*robots, *used) if (home := _home(path, folder)) is not None}
    everywhere = any(_home(robot, folder) is None for robot in robots)
    own: list[Path] = []
    unused: list[Path] = []
    for path in models:
        if path in robots or path.resolve() in used:
            continue
        (unused if everywhere or _home(path, folder) in homes else own).append(path)
    return own, unused


def _home(path: Path, folder: Path) -> str | None:
    """The folder of `folder` that a file is in; None where it lies in that itself."""
    own = folder.resolve() if path.is_relative_to(folder.resolve()) else folder
    words = path.relative_to(own).parts
    return words[0] if len(words) > 1 else None


def _meshes(robot: Path, folder: Path) -> Iterator[Path]:
    """The meshes that a robot refers to and that are there; none of one that cannot be read, as is said elsewhere."""
    if robot.suffix.lower() != SUFFIX:
        return
    try:
        read = read_urdf(robot)
    except AssetError:
        return
    for visual in (one for shapes in (*read.links.values(), *read.collisions.values()) for one in shapes if one.mesh):
        try:
            found = mesh_path(visual.mesh, robot, folder)
        except AssetError:
            continue
        if found is not None:
            yield found.resolve()
