"""A frame's way from its index to its files, and the worker's loop, with a renderer that is not Blender."""

from __future__ import annotations

import json
import multiprocessing
import threading
from collections.abc import Callable, Iterator, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from longtail.annotate.dataset.encoders import decode_disparity
from longtail.annotate.errors import ConfigError, RenderError, StorageError
from longtail.render.frame import DrawnAhead, make_frame
from longtail.render.machine.devices import Device
from longtail.render.storage.store import Store
from longtail.render.workers import worker
from longtail.scenes.assets.asset import Asset
from longtail.scenes.composing import catalogue_of
from longtail.scenes.config.config import Config
from longtail.scenes.config.loading import load
from tests.render.renderers import WALL, FakeRenderer

TINY = ("camera.size_px=[48, 32]", "assets.packs=false", "outputs=[coco, semantic, depth]", "weather=clear")
CONFIG = load("street", TINY, seed=7)
SWEPT = load("street", [*TINY, "sweep={sensor.max_iso: {values: [200, 800, 3200]}}"], seed=7)
Employ = Callable[[FakeRenderer], None]
ONE_PASS = ["build", "picture", "labels"]


@pytest.fixture(scope="module")
def assets() -> Mapping[str, Asset]:
    return catalogue_of(CONFIG)


def test_each_stage_is_asked_once_and_timed(assets: Mapping[str, Asset]) -> None:
    renderer = FakeRenderer()
    made = make_frame(renderer, CONFIG, 0, assets)
    assert renderer.asked.calls == [*ONE_PASS, "clear"]
    assert set(made.seconds) == {"draw", "build", "beauty", "ids", "clear", "read", "sensor", "label", "encode"}
    assert (made.seconds["beauty"], made.seconds["ids"]) == (2.0, 1.0)
    assert {path.partition("/")[0] for path in made.files} == {"images", "masks", "depth"}
    assert made.frame.rgb.std() > 1


def test_labels_come_first_where_that_is_cheaper_and_frames_are_the_same(assets: Mapping[str, Asset]) -> None:
    renderer = FakeRenderer()
    renderer.labels_first = True
    made, usual = make_frame(renderer, CONFIG, 0, assets), make_frame(FakeRenderer(), CONFIG, 0, assets)
    assert renderer.asked.calls == ["build", "labels", "picture", "clear"]
    assert made.files == usual.files
    assert made.record == usual.record


def test_surfaces_are_asked_for_where_an_output_needs_them(assets: Mapping[str, Asset]) -> None:
    renderer = FakeRenderer()
    make_frame(renderer, CONFIG, 0, assets)
    outputs = "outputs=[coco, distance, world, albedo, material, parts]"
    made = make_frame(renderer, load("street", [*TINY, outputs], seed=7), 0, assets)
    assert renderer.asked.passes == [frozenset(), {"albedo", "material"}]
    assert {path.rpartition("/")[0] for path in made.files} == {
        *("images", "masks/instance", "distance", "world", "albedo", "masks/material", "masks/parts"),
    }
    assert [row["name"] for row in json.loads(made.record)["materials"]] == ["Asphalt 2", "CarPaint 1"]


def test_a_rig_of_six_is_traced_six_times_and_knows_of_itself(assets: Mapping[str, Asset]) -> None:
    """One pass of light and one of labels a picture, whatever lens and size each camera has."""
    lens = "rear: {yaw_deg: 180, model: kannala_brandt, size_px: [40, 30]}, map: {model: orthographic, pitch_deg: -90}"
    mounts = f"cameras={{a: {{}}, b: {{y_m: -1}}, c: {{yaw_deg: 60}}, d: {{yaw_deg: -60}}, {lens}}}"
    config = load("street", [*TINY, mounts, "outputs=[coco, depth, disparity]"], seed=7)
    renderer = FakeRenderer()
    made = [make_frame(renderer, config, index, assets) for index in range(6)]
    assert renderer.asked.calls == [*ONE_PASS * 6, "clear"]
    assert [camera.lens.name for camera in renderer.asked.cameras[-2:]] == ["kannala_brandt", "orthographic"]
    records = [json.loads(one.record) for one in made]
    assert [record["image"]["width"] for record in records] == [48, 48, 48, 48, 40, 48]
    assert {record["image"]["sample"] for record in records} == {0}
    assert [record["rig"]["frames"][record["shown"]["camera"]] for record in records] == list(range(6))
    assert [record["rig"].get("stereo", {}).get("partner") for record in records] == ["b", "a", *[None] * 4]
    # The wall is 12 m away, and a metre of baseline between the first two; the others have no partner.
    focal_px = records[0]["camera"]["focal_px"][0]
    drawn = [decode_disparity(one.files[f"disparity/{n:06d}.png"]).max() for n, one in enumerate(made)]
    assert drawn == pytest.approx([focal_px / 12, focal_px / 12, 0, 0, 0, 0], abs=1 / 256)


def test_a_clip_has_flow_to_the_moments_beside_each(assets: Mapping[str, Asset]) -> None:
    clip = ("clip.frames=3", "clip.rate_hz=4", "outputs=[coco, flow, scene_flow]")
    config = load("street", [*TINY, *clip], seed=7)
    asked, across, videos = [], [], []
    for index in range(3):
        renderer = FakeRenderer()
        made = make_frame(renderer, config, index, assets)
        asked.append(renderer.asked.calls.count("flow"))
        assert made.frame.motion is not None
        across.append([float(way.pixels[-1, 0, 0]) for way in (made.frame.motion.forward, made.frame.motion.backward)])
        record = json.loads(made.record)
        videos.append(record["shown"]["video"])
        assert (record["image"]["video_id"], record["image"]["frame_id"]) == (1, index)
        assert all(row["track_id"] == row["instance_id"] for row in record["annotations"])
        assert {"flow/backward", "flow/forward_occluded", "scene_flow"} < {path[:-11] for path in made.files}
    # Ten pixels a second, a quarter of a second on; there is nothing before the first moment, and after the last one.
    assert asked == [1, 2, 1]
    np.testing.assert_array_equal(across, [[2.5, np.nan], [2.5, -2.5], [np.nan, -2.5]])
    assert videos == [
        {"id": 1, "frame": 0, "previous": None, "next": 1},
        {"id": 1, "frame": 1, "previous": 0, "next": 2},
        {"id": 1, "frame": 2, "previous": 1, "next": None},
    ]


def test_flow_takes_a_clip() -> None:
    said = r"outputs: expected clip.frames of 2 or more for flow, scene_flow, got scenes that are shown at one moment"
    with pytest.raises(ConfigError, match=said):
        load("street", [*TINY, "outputs=[coco, flow, scene_flow]"])


def test_lidars_scan_what_is_built_and_their_points_are_files(assets: Mapping[str, Asset]) -> None:
    """Beside the labels, from every camera of a rig the same bytes; the record says what the sensor is."""
    renderer = FakeRenderer()
    sensors = "lidar={top: {preset: spinning_16, range_noise_m: {uniform: [0.01, 0.03]}}, front: {format: pcd}}"
    config = load("street", [*TINY, sensors, "cameras={left: {y_m: 0.2}, right: {y_m: -0.2}}"], seed=7)
    left, right = (make_frame(renderer, config, index, assets) for index in (0, 1))
    assert renderer.asked.calls[:5] == [*ONE_PASS, "scan", "scan"]
    assert {"lidar", "points"} < left.seconds.keys()
    assert {path for path in left.files if path.startswith("lidar")} == {
        "lidar/top/000000.npy",
        "lidar/front/000000.pcd",
    }
    assert left.files["lidar/top/000000.npy"] == right.files["lidar/top/000001.npy"]
    sensor = json.loads(left.record)["extra"]["lidar"]["top"]
    assert 0.01 <= sensor["range_noise_m"] <= 0.03
    assert len(sensor["elevations_deg"]) == 16
    points = left.frame.points["top"]
    assert set(points.instance.tolist()) == {0, WALL}
    assert len(points) > 1000


def test_mended_pixels_are_counted_by_pass(assets: Mapping[str, Asset]) -> None:
    made = make_frame(FakeRenderer(mended=(3, 5)), CONFIG, 0, assets)
    assert json.loads(made.record)["extra"]["mended_px"] == {"picture": 3, "labels": 5}


def test_a_scene_stays_built_until_its_last_picture(assets: Mapping[str, Asset]) -> None:
    renderer = FakeRenderer()
    for index in range(6):
        make_frame(renderer, SWEPT, index, assets)
    scene = [*ONE_PASS, *ONE_PASS, *ONE_PASS, "clear"]
    assert renderer.asked.calls == scene * 2
    assert len(set(renderer.asked.noise_seeds)) == 6


def test_a_frame_is_the_same_whatever_was_made_before(assets: Mapping[str, Asset]) -> None:
    renderer = FakeRenderer()
    in_turn = [make_frame(renderer, SWEPT, index, assets) for index in (0, 2, 1)]
    alone = [make_frame(FakeRenderer(), SWEPT, index, assets) for index in (0, 2, 1)]
    assert [(made.record, made.files) for made in in_turn] == [(made.record, made.files) for made in alone]


@pytest.mark.parametrize("call", ONE_PASS)
@pytest.mark.parametrize("config", [CONFIG, SWEPT], ids=["alone", "sibling"])
def test_nothing_stays_built_after_an_error(call: str, config: Config, assets: Mapping[str, Asset]) -> None:
    renderer = FakeRenderer(call, RenderError("the renderer complained: Error: x"))
    with pytest.raises(RenderError, match="complained: Error: x"):
        make_frame(renderer, config, 0, assets)
    assert renderer.asked.calls == [*ONE_PASS[: ONE_PASS.index(call) + 1], "clear"]


def test_a_black_picture_is_an_error(assets: Mapping[str, Asset]) -> None:
    with pytest.raises(RenderError, match="the same radiance all over"):
        make_frame(FakeRenderer(level=0.0), CONFIG, 0, assets)


# The worker.


@pytest.fixture
def employ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, assets: Mapping[str, Asset]) -> Employ:
    """Makes this process a worker with the given renderer, which writes to `tmp_path`."""
    store = Store(tmp_path)
    order = worker.Order(CONFIG, store.committer, Device("cpu", "CPU"), 1, tmp_path / "log", tmp_path, 60.0)
    monkeypatch.setattr(worker, "_order", order)
    monkeypatch.setattr(worker, "_assets", assets)
    return lambda renderer: monkeypatch.setattr(worker, "_session", renderer)


def test_a_worker_commits_what_it_makes(employ: Employ, tmp_path: Path) -> None:
    renderer = FakeRenderer()
    employ(renderer)
    done = [worker.render_one(index) for index in (1, 0)]
    assert [one.index for one in done] == [1, 0]
    assert all(one.seconds["store"] >= 0 and one.memory_mb > 0 for one in done)
    assert sorted(path.name for path in (tmp_path / "frames").iterdir()) == ["000000.json", "000001.json"]
    assert renderer.asked.calls == [*ONE_PASS, "clear"] * 2


def test_a_worker_tells_its_log_of_what_it_raises(
    employ: Employ, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    employ(FakeRenderer("labels", StorageError("full")))
    with pytest.raises(StorageError, match="full"):
        worker.render_one(0)
    assert "StorageError: full" in capfd.readouterr().err
    assert not list(tmp_path.glob("frames/*"))


def test_a_worker_goes_on_after_a_frame_that_failed(employ: Employ) -> None:
    employ(FakeRenderer("picture"))
    with pytest.raises(RuntimeError, match="spoilt"):
        worker.render_one(0)
    employ(FakeRenderer())
    assert worker.render_one(0).index == 0


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection]:
    """Where this process, as a worker, says what became of frames."""
    heard, told = multiprocessing.Pipe(duplex=False)
    monkeypatch.setattr(worker, "_answers", told)
    monkeypatch.setattr(worker, "_finishing", None)
    monkeypatch.setattr(worker, "_ahead", DrawnAhead())
    yield heard
    worker._settle()


def files_of(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_frames_finished_beside_others_are_those_made_alone(
    employ: Employ, answers: Connection, tmp_path: Path
) -> None:
    employ(FakeRenderer())
    for index in range(5):  # from 3 on their scenes are drawn beside others
        worker.render_beside(index)
        heard = [answers.recv() for _ in range(int(answers.poll()))]
        assert [answer.index for answer in heard] == ([index - 1] if index else [])  # told before the next is rendered
    assert worker.render_one(5).index == 5
    last = answers.recv()
    assert (last.index, last.error) == (4, None)
    assert last.done.seconds["encode"] > 0
    beside = files_of(tmp_path)
    for path in beside:
        (tmp_path / path).unlink()
    for index in range(6):
        worker.render_one(index)
    assert files_of(tmp_path) == beside


def test_the_next_frame_is_rendered_while_one_is_finished(
    employ: Employ, answers: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    employ(FakeRenderer())
    committed, may_end = worker.commit, threading.Event()

    def waiting(*made: Any) -> worker.Done:
        assert may_end.wait(60)
        return committed(*made)

    monkeypatch.setattr(worker, "commit", waiting)
    worker.render_beside(0)
    renderer = FakeRenderer()
    employ(renderer)
    threading.Timer(0.2, may_end.set).start()
    worker.render_beside(1)  # is rendered, and waits with what is left of it
    assert renderer.asked.calls == [*ONE_PASS, "clear"]
    assert answers.recv().index == 0


def test_a_frame_that_cannot_be_finished_says_so_and_keeps_none_from_it(
    employ: Employ, answers: Connection, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    class OwnError(Exception):
        """No other process knows it."""

    def refused(*_: object) -> worker.Done:
        raise errors.pop()

    employ(FakeRenderer())
    errors = [OwnError("odd"), StorageError("the disk is full")]
    with monkeypatch.context() as patched:
        patched.setattr(worker, "commit", refused)
        worker.render_beside(0)
        worker.render_beside(1)
        full, odd = answers.recv(), answers.recv()
    assert isinstance(full.error, StorageError)
    assert str(full.error) == "the disk is full"
    assert isinstance(odd.error, RenderError)
    assert str(odd.error) == "OwnError: odd"
    assert "StorageError: the disk is full" in capfd.readouterr().err
    assert worker.render_one(1).index == 1


def test_a_frame_is_finished_before_the_next_one_ends_the_process(employ: Employ, answers: Connection) -> None:
    employ(FakeRenderer())
    worker.render_beside(0)
    employ(FakeRenderer("picture"))
    with pytest.raises(RuntimeError, match="spoilt"):
        worker.render_beside(1)
    assert answers.poll()
    assert answers.recv().done.index == 0
