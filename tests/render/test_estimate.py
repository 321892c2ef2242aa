"""What a dry run foresees, from a made-up past, a made-up trial and frames that are there."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.layers import IMAGE_FORMATS, LAYERS
from longtail.render.foreseeing.disk_size import _LAYERS, OF_THE_DATASET, FrameSize, measured_size, modelled_size
from longtail.render.foreseeing.estimate import Drawn, Hands, Work, duration, forecast_lines
from longtail.render.foreseeing.forecast import draw_conditions, hands_of, work_of
from longtail.render.foreseeing.pace import (
    Pace,
    Remembering,
    Stopwatch,
    cache_file,
    pace_of_log,
    remember,
    remembered,
    this_machine,
)
from longtail.render.machine.devices import Device
from longtail.render.watching.events import Event, EventLog, FrameDone, RunBegan, RunEnded, WorkerStopped
from longtail.scenes.assets import catalogue
from longtail.scenes.composing import scene_of
from longtail.scenes.config.config import Config
from longtail.scenes.config.loading import load
from longtail.scenes.drawing.sampling import draw
from longtail.scenes.scene import condition_of
from tests.annotate.stage import dataset

CONFIG = load("street", ["camera.size_px=[640, 360]", "render.samples=16"], frames=1000)
WORK = Work(1000, 0, (640, 360), 16, "cycles")
HANDS = Hands("2 workers on cpu (CPU)", 2, "2 x cpu", "8 x Some CPU", 3000, 20_000)
PAST = Pace("2 x cpu", "8 x Some CPU", 2, "cycles", (640, 360), 16, 120, 12.0, 4.0, 10.0, 1500)
SIZE = FrameSize(2_000_000, "mean of 120 frames that are there")
DRAWN = Drawn({"clear, day": 3, "rain, night": 1})


def rows(text: str) -> dict[str, str]:
    """The lines of a forecast by their label, continued lines joined."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        label, rest = line[:11].strip(), line[11:]
        if label:
            last = label
            found[label] = rest
        else:
            found[last] += f" {rest}"
    return found


def test_a_past_of_the_same_kind_tells_disk_and_time() -> None:
    told = rows(forecast_lines(WORK, DRAWN, HANDS, SIZE, [PAST]))
    assert told["frames"] == "1,000 frames of 640x360 at 16 samples"
    assert told["conditions"] == "clear day 750, rain night 250 (by 4 that were drawn)"
    assert told["memory"] == "3 GB planned for a worker, 6 GB in all; 20 GB may be used here"
    assert told["disk"] == "2 GB, 2 MB a frame: mean of 120 frames that are there"
    # Two workers, 16 s a frame each, begun anew once and twice: 8000 s, and 30 s of beginning.
    assert told["time"] == "about 2 h, 8 s a frame: by 120 frames made here"
    known = duration(WORK, HANDS, [PAST])
    assert known is not None
    assert known.of(1000, 2) == 8000 + 3 * 10


def test_large_pictures_are_planned_with_memory_of_their_own() -> None:
    hands = hands_of("2 workers", (Device("cpu", "CPU"),), 2, (3840, 2160))
    # 2.1 GB, 400 bytes for each of 8.3 million pixels, and 1.5 GB for the denoiser.
    told = rows(forecast_lines(WORK, DRAWN, hands, SIZE))["memory"]
    assert told.startswith("6.92 GB planned for a worker, 13.8 GB in all; ")


def test_a_part_without_frames_is_foreseen_too() -> None:
    """Of three frames the sixth of nine shards has none."""
    told = rows(forecast_lines(replace(WORK, frames=0), Drawn({}), HANDS, SIZE, [PAST]))
    assert told["conditions"] == "none: no frame is of this part"
    assert told["frames"] == "0 frames of 640x360 at 16 samples"


def test_without_a_past_time_is_unknown_and_says_how_to_know() -> None:
    assert "--estimate" in rows(forecast_lines(WORK, DRAWN, HANDS, SIZE))["time"]


@pytest.mark.parametrize(
    "other",
    [{"machine": "4 x Some CPU"}, {"engine": "eevee"}, {"devices": "2 x cuda Card"}],
    ids=["another machine", "another engine", "another device"],
)
def test_a_past_of_another_kind_tells_nothing(other: dict[str, str]) -> None:
    assert duration(WORK, HANDS, [replace(PAST, **other)]) is None  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [(96, 64), (8192, 4096)], ids=["far smaller", "far larger"])
def test_a_past_of_far_more_or_less_path_tracing_tells_nothing(size: tuple[int, int]) -> None:
    # By the rule of three, frames of 96x64 and one sample made 960x540 at 32 samples take an hour and a half each.
    assert duration(WORK, HANDS, [replace(PAST, size_px=size)]) is None
    assert duration(WORK, HANDS, [replace(PAST, size_px=size), PAST]) is not None


def test_path_tracing_is_reckoned_by_pixels_and_samples() -> None:
    known = duration(replace(WORK, size_px=(1280, 720), samples=32), HANDS, [PAST])
    assert known is not None
    assert known.each_s == (12 * 4 * 2 + 4) / 2
    assert known.source == "by 120 frames made here, reckoned from 640x360 at 16 samples"


def test_the_most_like_past_counts_and_of_equals_the_latest() -> None:
    far, near, older = (replace(PAST, samples=s, tracing_s=p) for s, p in ((64, 1.0), (16, 2.0), (16, 3.0)))
    known = duration(WORK, HANDS, [far, near, older])
    assert known is not None
    assert known.each_s == (2.0 + 4.0) / 2


def test_workers_share_a_cpus_cores_but_not_cards() -> None:
    one = replace(HANDS, workers=1, devices="cpu")
    known = duration(WORK, one, [PAST])
    assert known is not None
    assert known.each_s == 8
    assert known.source == "by 120 frames made here with 2 workers"
    cards = replace(PAST, devices="2 x cuda Card")
    assert duration(WORK, replace(one, devices="cuda Card"), [cards]) is None


def test_what_is_there_is_not_made_again() -> None:
    told = rows(forecast_lines(replace(WORK, there=990), DRAWN, HANDS, SIZE, [PAST]))
    assert told["frames"].endswith("; 990 of them there already")
    assert told["disk"].startswith("21 MB, 2 MB a frame")
    assert told["time"].startswith("about 90 s")
    done = rows(forecast_lines(replace(WORK, there=1000), DRAWN, HANDS, SIZE, [PAST]))
    assert done["time"] == "none: all frames are there"
    assert done["disk"].startswith("0 kB")


def test_a_part_is_told_with_the_whole() -> None:
    work = replace(WORK, frames=125, shards=8, frames_of_all=1000)
    told = rows(forecast_lines(work, DRAWN, HANDS, SIZE, [PAST]))
    assert told["disk"].startswith("251 MB")
    assert told["time"].startswith("about 17 min")
    assert told["all parts"] == (
        "1,000 frames in 8 parts, 2 GB, about 17 min on 8 machines like this, 2 h on this alone"
    )


def test_a_cluster_is_not_guessed_at() -> None:
    told = rows(forecast_lines(WORK, DRAWN, None, SIZE, [PAST]))
    assert told["workers"] == "a Ray cluster"
    assert told["memory"] == told["time"]
    assert told["time"].startswith("not known from here")


def test_variants_sweeps_and_shards_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("longtail.render.foreseeing.forecast._DRAWING_S", 1e9)
    config = load(
        "street", ["variants=[clear+day, fog]", "sweep={camera.height_m: [1.2, 1.5, 1.8]}"], seed=4, frames=60
    )
    work = work_of(config, range(1, 60, 3), {1, 2, 4}, 3)
    assert (work.frames, work.there, work.left) == (20, 2, 18)
    assert work.shown == "10 scenes x 2 variants x 3 points of the sweep"
    clip = load("street", ["clip={frames: 4}", "cameras=stereo"], frames=24)
    assert work_of(clip, range(24), (), 1).shown == "3 scenes x 4 moments x 2 cameras"
    drawn = draw_conditions(config, range(60))
    assert drawn.frames == 60
    assert sum(n for name, n in drawn.conditions.items() if name.startswith("fog")) == 30
    assert drawn.conditions["clear, day"] == 30


def test_a_million_frames_are_drawn_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("longtail.render.foreseeing.forecast._DRAWN", 128)
    monkeypatch.setattr("longtail.render.foreseeing.forecast._DRAWING_S", 1e9)
    config = load("street", ["variants=[clear+day, fog]"], frames=1_000_000)
    drawn = draw_conditions(config, range(1_000_000))
    assert drawn.frames == 128
    # A regular step of 20,000 would meet the same variant each time.
    assert {name.partition(",")[0] for name in drawn.conditions} == {"clear", "fog"}
    told = forecast_lines(replace(WORK, frames=1_000_000), drawn, HANDS, SIZE)
    assert "(by 128 that were drawn)" in " ".join(told.split())


def test_a_condition_is_named_as_the_scene_will_be() -> None:
    assets = catalogue(packs=False)
    for index in range(6):
        drawn = draw(CONFIG.asked, index)
        assert condition_of(drawn.values) == scene_of(CONFIG, index, assets).condition


# Disk


def test_frames_that_are_there_are_weighed_file_by_file(tmp_path: Path) -> None:
    root = dataset(tmp_path / "set", 5)
    found = Dataset.open(root)
    size = measured_size(found, found.frames(), "that are there")
    ours = [p for p in root.rglob("*") if p.is_file() and p.parent != root]
    # Heads of the COCO files and what their blocks waste are the set's, not a frame's.
    assert size.mean_bytes * 5 == pytest.approx(sum(p.stat().st_size for p in ours), abs=5 * 2048 * 8 + 20_000)
    assert size.source == "mean of 5 frames that are there"


def test_every_layer_and_format_has_its_bytes() -> None:
    assert set(_LAYERS) == {*LAYERS, *(f"images.{name}" for name in IMAGE_FORMATS)} - {"images"}


def test_a_model_knows_size_outputs_and_what_stands_there() -> None:
    assets = catalogue(packs=False)

    def mean(*changes: str) -> float:
        return modelled_size(load("street", changes, frames=3), assets).mean_bytes

    usual = mean()
    assert mean("outputs=[coco]") < usual < mean("outputs=[coco, panoptic, semantic, depth, normals]")
    assert mean("render.image_format=jpg") < usual
    assert mean("camera.size_px=[480, 270]") < usual < mean("camera.size_px=[1920, 1080]")
    assert mean("objects.vehicle.count=0", "objects.pedestrian.count=0", "objects.furniture.density=0") < usual
    assert OF_THE_DATASET > 0


# The past


def done(index: int, worker: int | None, tracing: float, other: float = 1.0) -> FrameDone:
    """The picture's rendering takes as long as that of the labels, half a second, and the path tracing besides."""
    seconds = {"beauty": tracing + 0.5, "ids": 0.5, "build": other - 1.0}
    return FrameDone(index, 1, worker, "clear, day", seconds, 900.0)


def seen(events: Sequence[Event], config: Config = CONFIG) -> Pace | None:
    watch = Stopwatch()
    for event in events:
        watch.see(event)
    return watch.pace(config)


BEGAN = RunBegan(9, 0, ("cpu", "cpu"), "0", 1)


def test_a_workers_first_frame_is_told_apart() -> None:
    events: list[Event] = [BEGAN, done(0, 0, 4.0, 11.0), done(1, 1, 4.0, 9.0), done(2, 0, 4.0), done(3, 1, 6.0)]
    pace = seen(events)
    assert pace is not None
    assert (pace.frames, pace.tracing_s, pace.other_s, pace.first_s) == (2, 5.0, 1.0, 8.0)
    assert (pace.devices, pace.workers, pace.machine) == ("2 x cpu", 2, this_machine())
    # A new process begins cold again.
    renewed = seen([*events, WorkerStopped(0, 7, "250 frames made"), done(4, 0, 4.0, 11.0)])
    assert renewed is not None
    assert renewed.frames == 2


def test_too_few_frames_and_those_of_a_cluster_tell_nothing() -> None:
    assert seen([BEGAN, done(0, 0, 4.0), done(1, 0, 4.0)]) is None
    assert seen([RunBegan(9, 0, (), "0", 1), *(done(i, None, 4.0) for i in range(9))]) is None


def a_run(tracing_s: float) -> list[Event]:
    """A run of four frames."""
    return [BEGAN, *(done(i, 0, tracing_s) for i in range(4)), RunEnded(4, 0, (), False, 9.0)]


def test_a_run_leaves_its_pace_for_the_next_one(tmp_path: Path) -> None:
    home = {"XDG_CACHE_HOME": str(tmp_path)}
    for tracing in (4.0, 5.0):
        watch = Remembering(CONFIG, home)
        for event in a_run(tracing):
            watch.see(event)
    assert [pace.tracing_s for pace in remembered(home)] == [5.0, 4.0]
    assert list(tmp_path.rglob("*.tmp")) == []


def test_of_many_runs_the_last_hundred_are_kept(tmp_path: Path) -> None:
    home = {"XDG_CACHE_HOME": str(tmp_path)}
    for number in range(103):
        remember(replace(PAST, frames=number + 1), home)
    kept = remembered(home)
    assert (len(kept), kept[0].frames, kept[-1].frames) == (100, 103, 4)


@pytest.mark.parametrize(
    "line",
    ["", "{", "[]", "7", '{"devices": "cpu"}', json.dumps({**asdict(PAST), "workers": 0}), "\udcff", "null"],
    ids=repr,
)
def test_a_damaged_past_is_none(line: str, tmp_path: Path) -> None:
    home = {"XDG_CACHE_HOME": str(tmp_path)}
    remember(PAST, home)
    file = cache_file(home)
    assert file is not None
    with file.open("a", encoding="utf-8", errors="surrogateescape") as lines:
        lines.write(line + "\n")
    assert remembered(home) == (PAST,)
    remember(PAST, home)
    assert remembered(home) == (PAST, PAST)


def test_where_nothing_can_be_kept_nothing_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="ascii")
    for home in (
        {},
        {"HOME": ""},
        {"XDG_CACHE_HOME": "relative"},
        {"HOME": "/proc/nowhere"},
        {"HOME": str(tmp_path / "file")},
    ):
        remember(PAST, home)
        assert remembered(home) == ()
    assert cache_file({"HOME": "/h"}) == Path("/h/.cache/longtail/pace.jsonl")
    assert cache_file({"HOME": "/h", "XDG_CACHE_HOME": "/c"}) == Path("/c/longtail/pace.jsonl")


def test_a_datasets_own_log_tells_its_pace(tmp_path: Path) -> None:
    log = EventLog(tmp_path)
    for event in a_run(4.0):
        log.see(event)
    with (tmp_path / "logs/events.jsonl").open("a", encoding="ascii") as file:
        file.write('{"event": "frame_done", "frame": 9}\n{"torn')
    pace = pace_of_log(tmp_path, CONFIG)
    assert pace is not None
    assert (pace.frames, pace.tracing_s) == (3, 4.0)
    shutil.rmtree(tmp_path / "logs")
    assert pace_of_log(tmp_path, CONFIG) is None


def test_a_scenario_that_knows_how_many_things_it_shows_composes_no_scene(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a tabletop takes seconds to settle")

    monkeypatch.setattr("longtail.scenes.composing.scene_of", refuse)
    config = load("tabletop", ["objects.count=12"], frames=100)
    assert "with the 12 objects a scene has here" in modelled_size(config, {}).source
