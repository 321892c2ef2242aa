"""A robot in a pose, as parts that Blender reads one by one: each mesh or solid with its place."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.errors import AssetError
from longtail.annotate.wording import listed
from longtail.distributions import Distribution, Uniform
from longtail.distributions.grammar import parse, suggestion
from longtail.render.importing.urdf import Robot, Visual, mesh_path

Matrix = NDArray[np.float64]

READ = {".obj": "obj", ".stl": "stl", ".ply": "ply", ".glb": "gltf", ".gltf": "gltf", ".dae": "dae"}
"""Meshes of robots that can be read, by the endings of their files."""
POSES = 6
"""How many poses are kept of a robot that moves, where nobody says a number."""
# M. Roberts, "The Unreasonable Effectiveness of Quasirandom Sequences" (2018): x(n) = frac(0.5 + n a), a(k) = phi^-k
# with phi the positive root of x^(d+1) = x + 1, found by x <- (1 + x)^(1 / (d + 1)).
_ROUNDS = 60


def poses_of(robot: Robot, asked: Mapping[str, Any], count: int) -> list[dict[str, float]]:
    """`count` poses: the value of each joint that moves by itself, in radians or metres.

    `asked` spells a number or a distribution for some of them; others are even over their limits, and over a turn where
    there are none. Values spread evenly over the poses. AssetError, "expected ..., got ...".
    """
    moving = [joint for joint in robot.joints if joint.moves]
    names = [joint.name for joint in moving]
    if strangers := [name for name in asked if name not in names]:
        raise AssetError(
            f"joints: expected joints of the robot that move ({listed(names, most=6) if names else 'it has none'}), "
            f"got {strangers[0]!r}{suggestion(strangers[0], names)}"
        )
    drawn = []
    for joint in moving:
        limits = joint.limits or (-math.pi, math.pi)
        usual: Any = limits[0] if limits[0] == limits[1] else Uniform(*limits)
        given = _spelled(joint.name, asked.get(joint.name, usual))
        drawn.append(given)
        low, high = given.support if isinstance(given, Distribution) else (given, given)
        if joint.limits and not (limits[0] - 1e-9 <= low and high <= limits[1] + 1e-9):
            raise AssetError(f"joints.{joint.name}: expected values in its limits, {limits[0]:g} to {limits[1]:g}, got "
                             f"{low:g} to {high:g}")  # fmt: skip
    if not any(isinstance(given, Distribution) for given in drawn):
        count = 1
    root = 2.0
    for _ in range(_ROUNDS):
        root = (1 + root) ** (1 / (len(moving) + 1))
    poses = []
    for number in range(count):
        us = [(0.5 + (number + 1) * root ** -(k + 1)) % 1.0 for k in range(len(moving))]
        values = [d.ppf(u) if isinstance(d, Distribution) else d for d, u in zip(drawn, us, strict=True)]
        poses.append({name: round(float(value), 6) for name, value in zip(names, values, strict=True)})
    return poses


def _spelled(name: str, node: Any) -> float | Distribution:
    try:
        given = parse(node)
    except ValueError as error:
        raise AssetError(f"joints.{name}: {error}") from error
    if isinstance(given, str | bool):
        raise AssetError(f"joints.{name}: expected a number or a distribution of numbers, got {given!r}")
    return given


def placed(robot: Robot, pose: Mapping[str, float]) -> dict[str, Matrix]:
    """The frame (4, 4) of each link in that of the link which all others hang on."""
    values = dict(pose)
    by_name = {joint.name: joint for joint in robot.joints}

    def value(name: str) -> float:
        joint = by_name[name]
        if joint.mimic is None:
            return values.get(name, 0.0)
        other, factor, offset = joint.mimic
        return factor * value(other) + offset

    children = {joint.child for joint in robot.joints}
    frames = {link: np.eye(4) for link in robot.links if link not in children}
    for joint in robot.joints:
        moved = np.eye(4)
        q = value(joint.name) if joint.kind in ("revolute", "continuous", "prismatic") else 0.0
        if joint.kind == "prismatic":
            moved[:3, 3] = np.array(joint.axis) * q
        else:
            moved[:3, :3] = _about(joint.axis, q)
        frames[joint.child] = frames[joint.parent] @ _pose(joint.xyz, joint.rpy) @ moved
    return frames


def parts_of(robot: Robot, pose: Mapping[str, float], urdf: Path, root: Path) -> tuple[list[dict[str, Any]], list[str]]:
    """What is to be read of a robot in a pose, as JSON values, and what is to be said of it. Links have numbers, from
    1 in the order of the file.

    AssetError where a mesh is not there, or of a format that is not read and without a collision shape in its place.
    """
    frames = placed(robot, pose)
    parts, notes = [], []
    for number, (link, visuals) in enumerate(robot.links.items(), start=1):
        shapes: Sequence[Visual] = visuals
        unread = [v for v in visuals if v.shape == "mesh" and Path(v.mesh).suffix.lower() not in READ]
        if unread:
            shapes = [v for v in robot.collisions[link] if v.shape != "mesh" or Path(v.mesh).suffix.lower() in READ]
            if not shapes:
                raise AssetError(
                    f"link {link!r}: expected a mesh of {', '.join(READ)}, got {Path(unread[0].mesh).name!r}; convert "
                    "it, to .glb for example"
                )
            notes.append(f"link {link!r} is shown as its collision shape: {Path(unread[0].mesh).name!r} is not read")
        parts += [{"number": number, **_part(link, visual, frames[link], urdf, root)} for visual in shapes]
    if not parts:
        raise AssetError("expected links that are seen, got none with a visual")
    return parts, notes


def _part(link: str, visual: Visual, frame: Matrix, urdf: Path, root: Path) -> dict[str, Any]:
    matrix = frame @ _pose(visual.xyz, visual.rpy)
    part: dict[str, Any] = {"link": link, "shape": visual.shape, "size": visual.size, "rgba": visual.rgba}
    if visual.shape == "mesh":
        path = mesh_path(visual.mesh, urdf, root)
        if path is None:
            raise AssetError(
                f"link {link!r}: expected its mesh {visual.mesh!r} in the model's folder, got none; put it there, or "
                "name the folder that holds the package"
            )
        part |= {"file": str(path), "format": READ[path.suffix.lower()]}
        matrix = matrix @ np.diag([*visual.size, 1.0])
    return part | {"matrix": matrix.ravel().tolist()}


def _pose(xyz: Sequence[float], rpy: Sequence[float]) -> Matrix:
    """URDF's angles are about the fixed axes X, Y and Z, in this order."""
    matrix = np.eye(4)
    roll, pitch, yaw = rpy
    matrix[:3, :3] = _about((0, 0, 1), yaw) @ _about((0, 1, 0), pitch) @ _about((1, 0, 0), roll)
    matrix[:3, 3] = xyz
    return matrix


def _about(axis: Sequence[float], angle: float) -> Matrix:
    """The rotation about a unit vector (Rodrigues' formula)."""
    x, y, z = axis
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    turned: Matrix = np.eye(3) + math.sin(angle) * cross + (1 - math.cos(angle)) * (cross @ cross)
    return turned
