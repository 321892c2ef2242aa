"""Convex parts hug their mesh: all their corners lie on it, together they fill it, and what it can hold stays free."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from longtail.scenes.assets import catalogue
from longtail.scenes.assets.exact import mesh_of
from longtail.scenes.assets.household import stuff_of
from longtail.scenes.physics import convex_parts, kept_parts
from longtail.scenes.physics.body import Points, Shape, Triangles, box, joined
from longtail.scenes.physics.distances import Placed
from longtail.scenes.physics.known_cuts import digest_of, read_cuts, write_cuts
from longtail.scenes.physics.known_parts import PATH, known_shape, packed, read_parts, unpacked, write_parts

Mesh = tuple[Points, Triangles]


def lathe(profile: list[tuple[float, float]], sides: int = 32) -> Mesh:
    """Points (radius, height) turned about Z, open where the profile ends off the axis."""
    angle = 2 * np.pi * np.arange(sides) / sides
    rings = [np.column_stack([r * np.cos(angle), r * np.sin(angle), np.full(sides, z)]) for r, z in profile]
    k = np.arange(sides)
    after = (k + 1) % sides
    faces = []
    for level in range(len(profile) - 1):
        a, b = level * sides, (level + 1) * sides
        faces += [np.column_stack([a + k, a + after, b + after]), np.column_stack([a + k, b + after, b + k])]
    return np.concatenate(rings), np.concatenate(faces).astype(np.int32)


CUP = lathe([(0.0, 0.0), (0.04, 0.0), (0.04, 0.1), (0.036, 0.1), (0.036, 0.004), (0.0, 0.004)])
# A sheet without thickness, as many models have.
SHELL = lathe([(0.0, 0.0), (0.05, 0.0), (0.08, 0.05)])


PAIR = joined([box((0.02, 0.05, 0.05)), box((0.02, 0.05, 0.05), (0.06, 0, 0))])


@lru_cache
def cup() -> Shape:
    return parts_of(CUP)


def parts_of(mesh: Mesh) -> Shape:
    return Shape(*mesh, convex_parts.convex_parts(*mesh))


def test_a_convex_mesh_is_one_part() -> None:
    cube = box((0.05, 0.06, 0.07))
    (part,) = convex_parts.convex_parts(cube.vertices_m, cube.triangles)
    assert sorted(part.tolist()) == sorted(np.round(cube.vertices_m, 7).tolist())


def test_two_boxes_apart_are_two_parts() -> None:
    shape = parts_of((PAIR.vertices_m, PAIR.triangles))
    assert len(shape.parts_m) == 2
    assert shape.volume_m3 == pytest.approx(2 * 0.02 * 0.05 * 0.05, rel=1e-5)


def test_a_cup_has_walls_and_room_within() -> None:
    shape = cup()
    sides = np.sin(np.pi / 16) * 16
    whole = sides * 0.04**2 * 0.1
    room = sides * 0.036**2 * 0.096
    # No part's hull may bridge more than 1.2 % of the 10 cm, so the room shrinks by no more than that all around.
    assert whole - room - 1e-7 < shape.volume_m3 < whole - sides * 0.0348**2 * 0.0948
    corners = shape.corners_m
    assert corners.min(axis=0) == pytest.approx(CUP[0].min(axis=0), abs=1e-6)
    assert corners.max(axis=0) == pytest.approx(CUP[0].max(axis=0), abs=1e-6)


def test_corners_lie_on_the_mesh() -> None:
    mesh = Placed(Shape(*CUP, (CUP[0],)))
    tip = box((2e-6, 2e-6, 2e-6))
    for corner in cup().corners_m[::7]:
        speck = Placed(tip)
        speck.move_to(corner)
        assert speck.distance_m(mesh) < 1e-6


def test_an_open_sheet_can_hold_things() -> None:
    shape = parts_of(SHELL)
    assert len(shape.parts_m) > 4
    # The cone's room is 0.68 litres; the sheet's parts are as good as nothing of it.
    assert shape.volume_m3 < 0.15 * np.pi / 3 * 0.05 * (0.05**2 + 0.05 * 0.08 + 0.08**2)


def test_a_flat_sheet_gets_a_thickness() -> None:
    corners = np.array([[0, 0, 0], [0.2, 0, 0], [0.2, 0.3, 0], [0, 0.3, 0.0]])
    (part,) = convex_parts.convex_parts(corners, np.array([[0, 1, 2], [0, 2, 3]], dtype=np.int32))
    assert part.max(axis=0) - part.min(axis=0) == pytest.approx([0.2, 0.3, 0.001], abs=1e-6)


def test_parts_are_cut_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = {"XDG_CACHE_HOME": str(tmp_path)}
    mesh = PAIR.vertices_m, PAIR.triangles
    first = kept_parts.shape_of(*mesh, home)
    (kept,) = (tmp_path / "longtail/parts").iterdir()

    def refuse(*_: object) -> tuple[Points, ...]:
        raise AssertionError("cut again")

    with monkeypatch.context() as patch:
        patch.setattr(kept_parts, "convex_parts", refuse)
        again = kept_parts.shape_of(*mesh, home)
        with pytest.raises(AssertionError, match="cut again"):
            kept_parts.shape_of(mesh[0] * 2, mesh[1], home)
    assert [part.tobytes() for part in again.parts_m] == [part.tobytes() for part in first.parts_m]
    for broken in (b"", b"PK\x03\x04", kept.read_bytes()[:-200]):
        kept.write_bytes(broken)
        assert len(kept_parts.shape_of(*mesh, home).parts_m) == len(first.parts_m)
        assert len(kept.read_bytes()) > 500


THINGS = {asset.name: asset for asset in catalogue(["household"]).values() if stuff_of(asset) is not None}


def model(name: str) -> Mesh:
    found = mesh_of(THINGS[name])
    return found.vertices_m.astype(np.float64), found.triangles


def test_no_user_waits_for_the_parts_of_our_things() -> None:
    """`python -m longtail.scenes.scenarios.tabletop.cutting` makes those that are missing or have changed. To read all
    of the packs' models takes seconds: the meshes of some are read, of some of these parts are made again, and all are
    known by name."""
    cuts = read_cuts()
    assert set(cuts) >= set(THINGS)
    assert set(read_parts()) == {digest for digest, _ in cuts.values()}
    of_packs = [name for name in THINGS if name.startswith("sh3f/")]
    read = [name for name in THINGS if name not in of_packs] + of_packs[::9]
    meshes = {name: model(name) for name in read}
    assert [name for name in read if known_shape(*meshes[name]) is None] == []
    for name in read[::6]:
        made = Shape(*meshes[name], convex_parts.convex_parts(*meshes[name], cuts[name][1]))
        assert read_parts()[digest_of(*meshes[name])] == packed(made), name


def test_it_is_said_whose_models_the_parts_are_of() -> None:
    """Creators ask for it (CC-BY), each under the licence of his models: corners of parts are points of these."""
    _, *told = re.split(r"creativecommons\.org/(.+?)\)", PATH.with_name("parts_credits.txt").read_text())
    names = {
        {"licenses/by/3.0/": "CC-BY-3.0", "licenses/by/3.0/us/": "CC-BY-3.0-US"}.get(where, "CC0-1.0"): text
        for where, text in zip(told[::2], told[1::2], strict=True)
    }
    owed = {thing.credit for thing in THINGS.values() if thing.name.startswith("sh3f/")}
    assert len({credit.licence for credit in owed}) == len(names) == 3
    for credit in owed:
        for name in re.split(r" & | and |, s\.l\.| / ", credit.creator):
            assert name.partition(" (")[0].strip() in names[credit.licence], (name, credit.licence)


@pytest.mark.parametrize("name", ["household/bracket", "household/jar", "household/block_arch"])
def test_known_cuts_are_those_that_would_be_found(name: str) -> None:
    assert read_cuts()[name] == (digest_of(*model(name)), convex_parts.find_cuts(*model(name)))


def test_known_parts_are_those_that_would_be_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a cache or without, and nothing is kept of what is known."""
    name = "household/block_arch"
    cut = convex_parts.convex_parts(*model(name))

    def refuse(*_: object) -> tuple[convex_parts.Cut, ...]:
        raise AssertionError("cuts were looked for")

    monkeypatch.setattr(convex_parts, "find_cuts", refuse)
    for home in (str(tmp_path), "/proc/none"):
        parts = kept_parts.shape_of(*model(name), {"XDG_CACHE_HOME": home}).parts_m
        assert [part.tobytes() for part in parts] == [part.tobytes() for part in cut]
    assert list(tmp_path.iterdir()) == []


def test_parts_are_read_as_they_were_written(tmp_path: Path) -> None:
    """To the last bit: a zero below which a corner was rounded as well."""
    below = box((0.05, 0.06, 0.07), (0.025, 0.03, 0.0))
    corners = np.where(below.vertices_m == 0, -0.0, below.vertices_m)
    shape = Shape(corners, below.triangles, (corners, corners + (0.05, 0.0, 0.0)))
    assert np.signbit(shape.corners_m[:8, :2]).any()
    write_parts({"12": packed(shape), "0a": b"other"}, tmp_path / "parts.zip")
    found = unpacked(read_parts(tmp_path / "parts.zip")["12"], shape.vertices_m, shape.triangles)
    assert [part.tobytes() for part in found.parts_m] == [part.tobytes() for part in shape.parts_m]
    assert found.outline_m.tobytes() == shape.outline_m.tobytes()
    assert len(found.outline_m) == 8
    assert found.volumes_m3 == shape.volumes_m3 == pytest.approx([0.05 * 0.06 * 0.07] * 2)
    assert known_shape(shape.vertices_m, shape.triangles, tmp_path / "parts.zip") is None
    for wrong in (corners + 1e-9, corners + 1000.0):
        with pytest.raises(ValueError, match="expected corners of 7 digits within 100 m"):
            packed(Shape(corners, below.triangles, (wrong,)))


def test_cuts_are_read_as_they_were_written(tmp_path: Path) -> None:
    cuts = {"b": ("12", (convex_parts.Cut(0, 3, 0.1 + 0.2), convex_parts.Cut(1, 0, -1 / 3))), "a": ("34", ())}
    write_cuts(cuts, tmp_path / "cuts.json")
    assert read_cuts(tmp_path / "cuts.json") == cuts
    assert list(read_cuts(tmp_path / "cuts.json")) == ["a", "b"]


@pytest.mark.parametrize("home", [{}, {"HOME": "relative"}, {"XDG_CACHE_HOME": "/proc/none"}])
def test_without_a_cache_parts_are_cut_each_time(home: dict[str, str]) -> None:
    cube = box((0.05, 0.06, 0.07))
    assert len(kept_parts.shape_of(cube.vertices_m, cube.triangles, home).parts_m) == 1
