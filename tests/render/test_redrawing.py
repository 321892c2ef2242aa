"""Scenes drawn again until their labels are as required: pure whoever makes which picture, counted, and bounded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from longtail.annotate.camera import Camera
from longtail.annotate.errors import ConfigError, RenderError
from longtail.annotate.labels.surfaces import Pass
from longtail.render.frame import make_frame, redrawing
from longtail.render.frame.redrawing import Decided
from longtail.render.view.exposing import Labelled
from longtail.scenes.assets.asset import Asset
from longtail.scenes.composing import catalogue_of, scene_file, scene_of
from longtail.scenes.config.config import Config
from longtail.scenes.config.loading import load
from longtail.scenes.drawing.sampling import Again, draw
from longtail.scenes.scene import Scene
from tests.render.renderers import ROAD, WALL, FakeRenderer

TINY = ("camera.size_px=[48, 32]", "assets.packs=false", "outputs=[coco, semantic, depth]", "weather=clear")
SEEN = "require=[count(car) >= 1]"
SWEPT = "sweep={sensor.max_iso: {values: [200, 800, 3200]}}"
# Whether the first, second, third, ... draw of a scene shows the car.
SHOWS = (False, False, True, True)


class Fickle(FakeRenderer):
    """The car is there in some draws of a scene, which are told apart by the height of their cameras."""

    def __init__(self, config: Config, assets: Mapping[str, Asset], shows: tuple[bool, ...] = SHOWS) -> None:
        super().__init__()
        self._draws = {}
        for scene in range(2):
            first = scene * config.plan.pictures_per_scene
            for times, there in enumerate(shows):
                height_m = scene_of(config, first, assets, Again(times)).camera.world_from_camera.matrix[2, 3]
                self._draws[round(float(height_m), 9)] = there

    def labels(
        self, built: Scene, camera: Camera, passes: frozenset[Pass] = frozenset(), *, silhouettes: bool = False
    ) -> Labelled:
        found = super().labels(built, camera, passes, silhouettes=silhouettes)
        if self._draws[round(float(camera.world_from_camera.matrix[2, 3]), 9)]:
            return found
        ids = np.where(found.object_ids == WALL, ROAD, found.object_ids).astype(np.int32)
        return replace(found, object_ids=ids)


@pytest.fixture(scope="module")
def assets() -> Mapping[str, Asset]:
    return catalogue_of(load("street", TINY))


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a process of its own."""
    monkeypatch.setattr(redrawing, "_decided", Decided())


def test_a_scene_is_drawn_again_until_its_labels_hold(assets: Mapping[str, Asset]) -> None:
    config = load("street", [*TINY, SEEN], seed=7)
    renderer = Fickle(config, assets)
    made = make_frame(renderer, config, 0, assets)
    record = json.loads(made.record)
    assert record["departures"]["rejected"] == {"count('car') >= 1": 2}
    wanted = draw(config.asked, 0, Again(2))
    assert record["parameters"]["camera.height_m"] == wanted.values["camera.height_m"]
    assert len(record["annotations"]) == 1
    # Two draws are seen through by their labels; of the third one they leave open what its picture shows.
    assert renderer.asked.calls == [*["build", "labels"] * 3, "build", "picture", "labels", "clear"]
    assert "redraw" in made.seconds


def test_any_picture_of_a_scene_comes_to_the_same_draw_alone(assets: Mapping[str, Asset]) -> None:
    config = load("street", [*TINY, SEEN, SWEPT], seed=7)
    renderer = Fickle(config, assets)
    in_turn = [make_frame(renderer, config, index, assets) for index in range(4)]
    heights = [json.loads(made.record)["parameters"]["camera.height_m"] for made in in_turn]
    assert heights == [draw(config.asked, index, Again(2)).values["camera.height_m"] for index in range(4)]
    for index in (3, 2):
        redrawing._decided._known.clear()
        alone = make_frame(Fickle(config, assets), config, index, assets)
        assert (alone.record, alone.files) == (in_turn[index].record, in_turn[index].files)


def test_draws_differ_also_where_all_values_are_pinned() -> None:
    asked = load("street", TINY, seed=7).asked
    first, second = (draw(asked, 0, Again(times)) for times in (0, 1))
    assert first == draw(asked, 0)
    assert first.stream("objects.vehicle").random() != second.stream("objects.vehicle").random()


def test_statements_of_drawn_values_hold_in_each_draw() -> None:
    asked = load("street", [*TINY, "require=[camera.horizontal_fov_deg < 60, count(car) >= 1]"], seed=7).asked
    assert asked.require == ("camera.horizontal_fov_deg < 60",)
    drawn = [draw(asked, 0, Again(times, {"seen": times})) for times in range(5)]
    assert all(made.values["camera.horizontal_fov_deg"] < 60 for made in drawn)
    assert len({made.values["camera.height_m"] for made in drawn}) == 5
    counts = [made.departures.rejected.get("camera.horizontal_fov_deg < 60", 0) for made in drawn]
    assert counts == sorted(counts)
    assert [made.departures.rejected["seen"] for made in drawn] == list(range(5))


def test_what_no_draw_shows_is_one_error_that_costs_once(
    assets: Mapping[str, Asset], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redrawing, "DRAWS", 5)
    config = load("street", [*TINY, "require=[share(road) > 0.99]"], seed=7)
    renderer = FakeRenderer()
    said = r"require: \"share\('road'\) > 0.99\" held in none of 5 draws of scene 0, none of which passed"
    for _ in range(2):
        with pytest.raises(RenderError, match=said):
            make_frame(renderer, config, 0, assets)
    # Labels alone told, and the second time it was known.
    assert renderer.asked.calls == [*["build", "labels"] * 5, "clear"]


def test_what_labels_decide_needs_no_picture_of_those_before(assets: Mapping[str, Asset]) -> None:
    config = load("street", [*TINY, "require=[share(road) > 0.3]", SWEPT], seed=7)
    renderer = FakeRenderer()
    make_frame(renderer, config, 2, assets)
    assert renderer.asked.calls == ["build", "labels", "build", "picture", "labels", "clear"]


def test_only_a_renderer_knows_the_scene(assets: Mapping[str, Asset]) -> None:
    with pytest.raises(ConfigError, match="only a rendered picture can decide"):
        scene_file(load("street", [*TINY, SEEN]), 0, assets)


def test_a_given_scene_is_not_drawn_again(assets: Mapping[str, Asset]) -> None:
    plain = load("street", TINY, seed=7)
    whole = scene_file(plain, 0, assets)
    assert whole["config"]["require"] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("count(unicorn) > 1", "expected a category of the dataset, got 'unicorn'"),
        ("count(road) > 1", "expected things to count, got road"),
        ("visible > 0.5", "expected visible of a thing"),
        ("count(car) + 1", "expected a statement that is true or false, got a number"),
    ],
)
def test_a_wrong_statement_is_refused_when_it_is_read(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        load("street", [f"require=['{text}']"])


def test_a_statement_of_labels_is_part_of_the_digest_and_is_spelled_once() -> None:
    config = load("street", [*TINY, "require=['count(vehicle) >= 2', night]"])
    assert config.require_seen == ("count(('car', 'van', 'truck', 'bus', 'motorcycle', 'bicycle', 'tram')) >= 2",)
    assert config.digest != load("street", TINY).digest
    assert set(config.to_json()["require"]) >= set(config.require_seen)
