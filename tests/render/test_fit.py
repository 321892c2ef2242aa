"""Configs moved towards real sets whose distance from ours is known."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray

from longtail.annotate.dataset.encoders import encode_png
from longtail.annotate.dataset.merge import merge
from longtail.command_line import main
from longtail.render.commands.fit_detail import Developing
from longtail.render.commands.run import Request
from longtail.scenes.config.loading import load
from longtail.scenes.config.moving import moved
from longtail.scenes.drawing.sampling import draw
from tests.annotate.pictures import info
from tests.annotate.stage import show, store

FRAMES = 40
ANY = (-math.inf, math.inf)


@pytest.mark.parametrize(
    ("node", "due"),
    [
        (1.5, 3.0),
        ({"uniform": [1, 2]}, {"uniform": [2, 4]}),
        ({"loguniform": [1, 2], "high": 1.5}, {"loguniform": [2, 4], "high": 3}),
        ({"normal": [1, 0.2], "low": 0.5}, {"normal": [2, 0.4], "low": 1}),
        ({"triangular": [0, 1, 4]}, {"triangular": [0, 2, 8]}),
        ({"poisson": 7, "low": 0, "high": 60}, {"poisson": 14, "low": 0, "high": 60}),
        ({"poisson": [7]}, {"poisson": 14}),
        ({"negative_binomial": [7, 3], "low": 0}, {"negative_binomial": [14, 3], "low": 0}),
        ({"choice": [1, 2]}, None),
        ({"beta": [1, 2]}, None),
        ("auto", None),
        (True, None),
    ],
    ids=str,
)
def test_places_and_ends_move_and_shapes_do_not(node: Any, due: Any) -> None:
    assert moved(node, lambda value: 2 * value, ANY) == due


def test_nothing_moves_out_of_its_range() -> None:
    assert moved({"uniform": [1, 2]}, lambda value: value + 5, (0, 6.5)) == {"uniform": [6, 6.5]}


def picture(index: int) -> NDArray[np.uint8]:
    rng = np.random.default_rng(index)
    ramp = np.linspace(40 + 4 * (index % 9), 190, 64)[None, :, None] * np.ones((48, 1, 3))
    return np.clip(ramp + rng.normal(0, 4, (48, 64, 3)), 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty frames that say they are of a street: of three, one is empty, one has a car, one a bus."""
    root = tmp_path_factory.mktemp("fit") / "out"
    frames = [dataclasses.replace(frame, rgb=picture(frame.index)) for frame in show(FRAMES)]
    store(root, frames, info(FRAMES, config=load("street", frames=FRAMES).to_json()))
    merge(root)
    return root


def fitted(out: Path, real: Path, *more: str) -> Any:
    return CliRunner().invoke(
        main, ["fit", "street", "--set", f"frames={FRAMES}", "--to", str(real), "--by", str(out), *more]
    )


@pytest.mark.parametrize(("stops", "tone"), [(-1.0, "filmic"), (0.7, "filmic"), (0.0, "srgb")])
def test_a_known_exposure_and_tone_curve_are_found(out: Path, tmp_path: Path, stops: float, tone: str) -> None:
    table = Developing("filmic", tone, stops).table()
    (tmp_path / "real").mkdir()
    for index in range(FRAMES):
        (tmp_path / "real" / f"{index}.png").write_bytes(encode_png(table[picture(index)]))
    made = tmp_path / "fitted.yaml"
    ran = fitted(out, tmp_path / "real", "-o", str(made))
    assert ran.exit_code == 0, ran.output
    before, after = load("street"), load(str(made))
    assert draw(after.asked, 0).values
    asked = after.to_json()["lighting.exposure_ev"]["normal"]
    asked_before = before.to_json()["lighting.exposure_ev"]["normal"]
    assert asked == pytest.approx([asked_before[0] + stops, asked_before[1]], abs=0.11)
    assert after.parameters["sensor.tone"] == tone
    assert before.parameters.keys() == after.parameters.keys()


def test_more_things_are_a_higher_count_and_the_config_loads(out: Path, tmp_path: Path) -> None:
    raw = json.loads((out / "annotations/instances.json").read_bytes())
    car = next(row["id"] for row in raw["categories"] if row["name"] == "car")
    raw["annotations"] += [
        {"id": 10_000 + image["id"], "image_id": image["id"], "category_id": car, "bbox": [9, 9, 20, 12], "iscrowd": 0}
        for image in raw["images"]
    ]
    (tmp_path / "instances.json").write_text(json.dumps(raw))
    (tmp_path / "images").symlink_to(out / "images")
    ran = fitted(out, tmp_path / "instances.json", "-o", str(tmp_path / "fitted.yaml"))
    assert ran.exit_code == 0, ran.output
    # Of 40 pictures 13 show a car and 13 a bus; there, each has one more.
    due = 11 * (26 + 40) / 26
    made = load(str(tmp_path / "fitted.yaml")).to_json()["objects.vehicle.count"]
    assert made == {"negative_binomial": [pytest.approx(due, abs=0.01), 3], "low": 0, "high": 60}
    assert "exposure" not in ran.output
    # Nothing is asked for that reality has as well.
    ran = fitted(out, out / "annotations/instances.json", "-o", str(tmp_path / "same.yaml"))
    assert "0 keys moved" in ran.output
    assert load(str(tmp_path / "same.yaml")).digest == load("street", frames=FRAMES).digest


def test_without_frames_some_are_rendered_small(out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Request] = []

    def rendered(request: Request) -> int:
        asked.append(request)
        made = load(str(request.source), request.changes, frames=request.frames)
        assert isinstance(request.output, Path)
        store(request.output, [dataclasses.replace(one, rgb=picture(one.index)) for one in show(FRAMES)],
              info(FRAMES, config=made.to_json()))  # fmt: skip
        merge(request.output)
        return 0

    monkeypatch.setattr("longtail.render.commands.fit.render_dataset", rendered)
    words = ["fit", "street", "--to", str(out / "annotations/instances.json"), "-n", str(FRAMES)]
    ran = CliRunner().invoke(main, [*words, "-o", str(tmp_path / "made.yaml")])
    assert ran.exit_code == 0, ran.output
    assert "0 keys moved" in ran.output
    (request,) = asked
    assert request.output == tmp_path / f"made-{load('street').digest[:8]}"
    # The real pictures have 64x48 pixels; a street's have 16:9 and are not larger.
    assert request.changes == ["camera.size_px=[64,36]", "render.samples=4", "outputs=[coco]"]
    monkeypatch.setattr("longtail.render.commands.fit.render_dataset", lambda _: 1)
    ran = CliRunner().invoke(main, [*words, "-o", str(tmp_path / "none.yaml")])
    assert ran.exit_code == 1
    assert not (tmp_path / "none.yaml").exists()


def test_the_mix_of_vehicles_moves_by_what_is_seen_of_each(out: Path, tmp_path: Path) -> None:
    raw = json.loads((out / "annotations/instances.json").read_bytes())
    bus = next(row["id"] for row in raw["categories"] if row["name"] == "bus")
    raw["annotations"] += [
        {"id": 10_000 + image["id"] + 100 * copy, "image_id": image["id"], "category_id": bus,
         "bbox": [9 + copy, 9, 20, 12], "iscrowd": 0}
        for image in raw["images"] for copy in range(3)
    ]  # fmt: skip
    (tmp_path / "instances.json").write_text(json.dumps(raw))
    (tmp_path / "images").symlink_to(out / "images")
    ran = fitted(out, tmp_path / "instances.json", "-o", str(tmp_path / "fitted.yaml"))
    assert ran.exit_code == 0, ran.output
    made = load(str(tmp_path / "fitted.yaml")).to_json()
    # 13 buses become 133, all vehicles 26 become 146: a bus's share is this much larger. Cars are as many as they were.
    assert made["objects.vehicle.weight.bus"] == pytest.approx((133 / 13) / (146 / 26), rel=1e-3)
    assert made["objects.vehicle.weight.car"] == 1
    assert made["objects.vehicle.count"]["negative_binomial"][0] == pytest.approx(11 * 4)


def test_frames_of_another_config_are_refused(out: Path, tmp_path: Path) -> None:
    ran = fitted(out, out / "annotations/instances.json", "--set", "camera.height_m=2", "-o", str(tmp_path / "x.yaml"))
    assert ran.exit_code == 2
    assert "camera.height_m" in ran.output
    assert not (tmp_path / "x.yaml").exists()
