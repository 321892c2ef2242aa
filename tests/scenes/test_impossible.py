"""Scenes that cannot be rendered are refused before anything is: with their paths, their values and what to try."""

from __future__ import annotations

import re

import pytest

from longtail.annotate.camera import LENSES
from longtail.annotate.errors import ConfigError
from longtail.scenes.camera.lenses import FOLDED
from longtail.scenes.config.loading import load
from longtail.scenes.drawing.impossible import ends_of
from longtail.scenes.drawing.sampling import draw
from longtail.scenes.scenarios.street.above_water import UNDER_WATER

BARREL = "camera.model=brown_conrady"
PLAIN_BARREL = (BARREL, "camera.brown_conrady.k2=0", "camera.brown_conrady.k3=0")


def refusal(*changes: str, frames: int = 20) -> str:
    with pytest.raises(ConfigError) as caught:
        load("street", changes, frames=frames)
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 700
    return message


def test_a_lens_that_folds_back_is_refused_with_its_values() -> None:
    """1 - 3 r^2 is 0 at r = 0.577, which is 30 degrees from the axis."""
    said = refusal(*PLAIN_BARREL, "camera.brown_conrady.k1=-1", "camera.horizontal_fov_deg=120")
    assert said == (
        "--set camera.horizontal_fov_deg: camera.horizontal_fov_deg, camera.brown_conrady.k1, camera.brown_conrady.k2, "
        "camera.brown_conrady.k3: expected a horizontal field under 60.0 deg, where this distortion folds back, got "
        "120 deg with k1 -1; try a narrower field or less negative coefficients, or keep such draws out by a statement "
        "of require (so all frames, frame 0 first)"
    )


def test_a_fisheye_that_folds_back_is_refused() -> None:
    said = refusal(
        "camera.model=kannala_brandt", "camera.kannala_brandt.horizontal_fov_deg=200", "camera.kannala_brandt.k1=-0.3"
    )
    assert said.startswith("--set camera.kannala_brandt.horizontal_fov_deg: camera.kannala_brandt.horizontal_fov_deg, ")
    assert "got 200 deg with k1 -0.3" in said


def test_where_some_draws_fold_the_runs_own_are_counted() -> None:
    """At 45 degrees 1 + 3 k1 is 0 for k1 = -1/3: two thirds of -1..0 fold."""
    changes = (*PLAIN_BARREL, "camera.horizontal_fov_deg=90", "camera.brown_conrady.k1={uniform: [-1, 0]}")
    said = refusal(*changes, frames=300)
    counted = re.search(r"\(so (\d+) of the first 300 frames", said)
    assert counted, said
    assert int(counted[1]) == pytest.approx(200, abs=2)
    # Draws that a statement keeps out fold nothing.
    load("street", [*changes, "require=[camera.brown_conrady.k1 > -0.33]"], frames=300)


def test_a_sweep_that_ends_in_a_fold_is_refused() -> None:
    """1 - 0.9 r^2 is 0 at 46.5 degrees from the axis."""
    sweep = "sweep={camera.horizontal_fov_deg: [60, 90, 110]}"
    said = refusal(*PLAIN_BARREL, "camera.brown_conrady.k1=-0.3", sweep)
    assert said.startswith("--set camera.brown_conrady.k1: ")
    assert "under 93.0 deg" in said
    assert "(so 6 of the first 20 frames, frame 2 first)" in said
    load("street", [*PLAIN_BARREL, "camera.brown_conrady.k1=-0.3", sweep.replace("110", "92")])


@pytest.mark.parametrize("model", LENSES)
def test_no_default_lens_can_fold(model: str) -> None:
    config = load("street", [f"camera.model={model}", "camera.size_px=[960, 480]"])
    assert not FOLDED.can(config.camera.lens_request, ends_of(config.asked))


def test_a_camera_under_water_is_refused() -> None:
    said = refusal("weather=flood", "weather.flood.depth_m=1.3", "camera.height_m=0.6")
    assert said.startswith("--set camera.height_m: camera.height_m, weather.flood.depth_m: expected a camera at least")
    assert "got one 0.6 m over the road in a flood of 1.3 m; try a lower weather.flood.depth_m" in said
    load("street", ["weather=rain", "weather.flood.depth_m=1.3", "camera.height_m=0.6"])


def test_drawn_floods_stay_under_the_camera() -> None:
    config = load(
        "street", ["weather=flood", "camera.height_m=0.6", "weather.flood.depth_m={uniform: [0.03, 1.4]}"], frames=100
    )
    depths = [draw(config.asked, frame).values["weather.flood.depth_m"] for frame in range(100)]
    assert max(depths) <= 0.5
    assert max(depths) > 0.49


@pytest.mark.parametrize(
    ("changes", "can"),
    [
        ((), False),
        (("weather=flood", "camera.height_m=0.6", "weather.flood.depth_m={uniform: [0.03, 1.4]}"), False),
        (("weather=flood", "camera.height_m=0.6", "weather.flood.depth_m={uniform: [0.5, 1.4]}"), False),
        (("weather=rain", "camera.height_m=0.6", "weather.flood.depth_m={uniform: [0.51, 1.4]}"), True),
        (("weather=flood", "sweep={weather.flood.depth_m: [0.2, 1.05]}", "frames=2"), True),
    ],
)
def test_a_rule_keeps_what_is_drawn_above_the_water_so_that_nothing_need_be_tried(
    changes: tuple[str, ...], can: bool
) -> None:
    config = load("street", changes)
    assert UNDER_WATER.can(config.camera.lens_request, ends_of(config.asked)) is can


def test_statements_are_tried_in_more_than_the_first_scenes() -> None:
    """Held by one draw of 4,000: among 20 scenes of a thousand draws each some find none."""
    said = refusal("camera.roll_deg={uniform: [0, 1]}", "require=[camera.roll_deg < 0.00025]")
    assert "held in none of 1,000 draws of scene" in said
