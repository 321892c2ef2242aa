"""Tabletops as Blender shows them: how bright the table is, who owns glass, and what 6D poses are worth."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest

from longtail.annotate import Dataset
from longtail.annotate.camera import Camera, Pinhole
from longtail.annotate.check.check import check
from longtail.render.blender.session import Session
from longtail.render.view.exposing import Exposed, expose
from longtail.scenes.assets import FAMILIES
from longtail.scenes.assets.asset import Asset
from longtail.scenes.assets.exact import mesh_of
from longtail.scenes.camera.looking import looking
from longtail.scenes.geometry.materials import Principled
from longtail.scenes.geometry.solids import box
from longtail.scenes.geometry.surface import Surface
from longtail.scenes.scenarios.tabletop.ground import Interior
from longtail.scenes.scene import Placed, Scene
from tests.blender.stage import session as new_session
from tests.runs import command, run
from tests.scenes.tabletops import composed, rasterised, simple_assets

pytestmark = pytest.mark.blender

CARD_ALBEDO = 0.5


@pytest.fixture
def session() -> Session:
    return new_session()


def exposed(session: Session, scene: Scene, assets: Mapping[str, Asset]) -> Exposed:
    return expose(session, scene, scene.camera, assets, noise_seed=1)


@dataclass(frozen=True)
class Carded(Interior):
    """With a matt card on the table's middle."""

    def pieces(self) -> tuple[Surface, ...]:
        matt = Principled((CARD_ALBEDO,) * 3, roughness=1.0)
        card = box((0.2, 0.2, 0.001), matt, (0, 0, self.furniture.top_m + 0.0015))
        return (*super().pieces(), Surface("card", "table", card))


def bare(scene: Scene, camera: Camera) -> Scene:
    """Without things, seen by another camera."""
    return replace(scene, objects=(), cameras={"test": camera})


@pytest.mark.parametrize("source", ["window", "ceiling", "lamp", "mixed"])
def test_the_table_has_the_light_that_is_recorded(source: str) -> None:
    scene = composed(1, support__kind="table", edge_case="none", lighting__source=source, objects__count=1)
    ground = scene.ground
    assert isinstance(ground, Interior)
    eye = (0.0, -0.25, ground.furniture.top_m + 0.6)
    down = -math.degrees(math.atan2(0.6, 0.25))
    view = bare(scene, looking(Pinhole.from_fov(16, 16, 10.0), eye, math.pi / 2, down))
    view = replace(view, ground=Carded(ground.room, ground.furniture, ground.lit))
    radiance = exposed(new_session(samples=128), view, simple_assets()).radiance.mean(axis=(0, 1)) @ [
        0.2126,
        0.7152,
        0.0722,
    ]
    assert 1000 * math.pi / CARD_ALBEDO * float(radiance) == pytest.approx(scene.indoor_lux, rel=0.25)


def test_a_projected_model_covers_its_amodal_mask(session: Session) -> None:
    """Each thing alone is what it would show with nothing in front of it: as many pixels as its label says."""
    scene = composed(
        2, support__kind="table", camera__mount="wrist", objects__count=6, camera__size_px=[240, 136], edge_case="none"
    )
    assets = simple_assets()
    together = exposed(session, scene, assets)
    compared = 0
    for number, placed in enumerate(scene.objects, start=1):
        item = next(o for o in together.objects if o.id == number)
        if (item.amodal_px or 0) < 400:
            continue
        mesh = mesh_of(assets[placed.asset])
        mask = rasterised(scene.camera, item.world_from_object.points(mesh.vertices_m), mesh.triangles)
        alone = exposed(session, replace(scene, objects=(placed,)), assets).object_ids == 1
        assert (mask & alone).sum() / (mask | alone).sum() > 0.99
        assert mask.sum() == pytest.approx(item.amodal_px, rel=0.01)
        compared += 1
    assert compared >= 2


def test_glass_belongs_to_what_it_is(session: Session) -> None:
    """A tumbler before a block: what is seen through it is labelled as the tumbler, at the tumbler's depth."""
    assets = {a.name: a for a in FAMILIES["household"]}
    scene = composed(1, support__kind="table", edge_case="none", objects__count=1)
    assert isinstance(scene.ground, Interior)
    top = scene.ground.furniture.top_m
    placed = (Placed("household/tumbler", 0.0, 0.0, top, 0.0), Placed("household/ball_large", 0.0, 0.2, top, 0.0))
    camera = looking(Pinhole.from_fov(64, 48, 30.0), (0.0, -0.4, top + 0.055), math.pi / 2)
    shown = exposed(session, replace(scene, objects=placed, cameras={"test": camera}), assets)
    assert shown.object_ids[24, 32] == 1
    assert shown.depth_m[24, 32] == pytest.approx(0.4 - 0.035, abs=0.006)
    assert (shown.object_ids == 2).any()


def test_a_small_run_has_no_findings(tmp_path_factory: pytest.TempPathFactory) -> None:
    out = tmp_path_factory.mktemp("tabletop") / "out"
    few = ["--set", "assets.packs=false", "--set", "objects.count=3", "--set", "edge_case=none"]
    small = ["--set", "camera.size_px=[96,54]", "--set", "render.samples=1", "--device", "cpu", "--workers", "1"]
    # Nothing but what is cut into convex parts in no time.
    plain = ["--set", "objects.distractors=1", "--set", "support.kind=bin"]
    run(command("render", "tabletop", "-o", out, "-n", 2, *few, *small, *plain))
    dataset = Dataset.open(out)
    assert check(out) == []
    names = {category["name"] for category in dataset.info.to_json()["categories"]}
    assert {"cup", "distractor", "table", "wall"} <= names
    assert "road" not in names
