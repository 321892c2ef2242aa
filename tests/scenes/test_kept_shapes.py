"""Shapes that were kept are those that are made, to the last bit, or they are made anew."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from longtail.scenes.assets import ASSETS
from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.physics.body import Shape
from longtail.scenes.scenarios.tabletop import kept_shapes
from longtail.scenes.scenarios.tabletop.kept_shapes import shape_of_asset

THING = ASSETS["household/block_arch"]


def content(shape: Shape) -> tuple[Any, ...]:
    """All that physics reads of a shape."""
    arrays: tuple[NDArray[Any], ...] = (shape.vertices_m, shape.triangles, *shape.parts_m, shape.outline_m)
    return (*((a.dtype, a.shape, a.tobytes()) for a in arrays), shape.volumes_m3, shape.volume_m3, shape.size_m)


def test_a_kept_shape_is_the_one_that_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = {"XDG_CACHE_HOME": str(tmp_path)}
    made = content(shape_of_asset(THING, {"LONGTAIL_CACHE": "off"}))
    assert content(shape_of_asset(THING, home)) == made
    (path,) = (tmp_path / "longtail/shapes").rglob("*.npz")
    sound = path.read_bytes()

    def refuse(asset: Asset) -> None:
        raise AssertionError(f"{asset.name} made again")

    with monkeypatch.context() as patch:
        patch.setattr(kept_shapes, "mesh_of", refuse)
        assert content(shape_of_asset(THING, home)) == made
        with pytest.raises(AssertionError, match="made again"):
            shape_of_asset(replace(THING, size_m=(1.0, 1.0, 1.0)), home)
        patch.setattr(kept_shapes, "code_digest", lambda *_: "other code")
        with pytest.raises(AssertionError, match="made again"):
            shape_of_asset(THING, home)
    with np.load(path) as kept:
        arrays = {name: kept[name] for name in kept.files}
    lies = {
        "triangles": np.full((2, 3), 10**6, np.int32),
        "part_ends": arrays["part_ends"] + 1,
        "volumes_m3": -arrays["volumes_m3"],
        "outline_m": np.full((5, 3), np.nan),
        "vertices_m": arrays["vertices_m"].astype(np.float32),
    }
    for name, lie in lies.items():
        np.savez(path, **(arrays | {name: lie}))
        assert content(shape_of_asset(THING, home)) == made
        assert path.read_bytes() == sound, "kept again"
    for broken in (b"", sound[:-200], sound[:900] + b"\xff\x00\xff" + sound[903:]):
        path.write_bytes(broken)
        assert content(shape_of_asset(THING, home)) == made
        assert path.read_bytes() == sound, "kept again"


def test_somebody_elses_thing_is_not_kept(tmp_path: Path) -> None:
    """Nothing is known of the code that makes it."""
    assert isinstance(THING, Procedural)
    theirs = Procedural("theirs/arch", THING.category, THING.size_m, recipe=THING.recipe)
    assert len(shape_of_asset(theirs, {"XDG_CACHE_HOME": str(tmp_path)}).parts_m) > 0
    assert not list((tmp_path / "longtail").rglob("*.npz"))
