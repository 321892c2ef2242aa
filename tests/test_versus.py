"""What `benchmarks/versus_blenderproc.py` reckons with, without BlenderProc."""

from __future__ import annotations

import platform
import sys
from pathlib import Path

import numpy as np
import pytest

from longtail.scenes.config.loading import load

with pytest.MonkeyPatch.context() as patch:
    patch.syspath_prepend(str(Path(__file__).parents[1] / "benchmarks"))
    from versus import environment
    from versus.compare import encoded
    from versus.contest import DEFAULTS, EQUAL, LONGTAIL, Entry
    from versus.environment import SetupError, blenderproc_python
    from versus.kinds import KINDS, Kind
    from versus.quality import LADDER, entries, equal_samples, otherwise_denoised
    from versus.table import HEADER, ratio, table
    from versus.timing import Turn, TurnError, frames_done, run

# Writes two marks, and spends 0.2 s of CPU time in a process of its own between them.
_SPENDER = """
import subprocess, sys
spin = "import time\\nwhile time.process_time() < 0.2: pass"
with open(sys.argv[1], "w") as marks:
    marks.write('{"what": "loaded"}\\n{"what": "frame"}\\n')
subprocess.run([sys.executable, "-c", spin], check=True)
with open(sys.argv[1], "a") as marks:
    marks.write('{"what": "frame"}\\n')
sys.exit(int(sys.argv[2]))
"""


def spend(folder: Path, status: int) -> Turn:
    marks = folder / "marks.jsonl"
    command = [sys.executable, "-c", _SPENDER, str(marks), str(status)]
    return run(command, marks, ("what", "frame"), folder / "log", {})


def test_a_turn_counts_frames_and_the_time_of_all_its_processes(tmp_path: Path) -> None:
    turn = spend(tmp_path, 0)
    assert turn.frames == 2
    assert turn.cpu_s >= 0.2
    assert turn.first_cpu_s <= turn.cpu_s
    assert turn.first_wall_s <= turn.wall_s


def test_a_turn_that_fails_says_what_it_ran(tmp_path: Path) -> None:
    with pytest.raises(TurnError, match="status 3 after 2 frames of"):
        spend(tmp_path, 3)


def test_a_turn_that_makes_no_frame_has_failed(tmp_path: Path) -> None:
    with pytest.raises(TurnError, match="status 0 after 0 frames of"):
        run([sys.executable, "-c", ""], tmp_path / "none", ("what", "frame"), tmp_path / "log", {})


def test_a_line_that_is_still_being_written_is_not_counted() -> None:
    assert frames_done('{"event": "frame_done"}\n{"event": "run_began"}\n{"event": "fra', "event", "frame_done") == 1


def test_the_first_frame_is_shown_apart() -> None:
    turn = Turn(frames=4, first_cpu_s=20.0, cpu_s=50.0, first_wall_s=12.0, wall_s=28.0)
    assert (turn.further_cpu_s, turn.each_cpu_s, turn.each_wall_s) == (10.0, 12.5, 7.0)


def test_the_ratio_is_the_median_over_pairs_of_turns() -> None:
    ours = [Turn(2, 1.0, cpu, 1.0, 9.0) for cpu in (10.0, 20.0, 10.0)]
    theirs = [Turn(2, 1.0, cpu, 1.0, 9.0) for cpu in (15.0, 60.0, 11.0)]
    assert ratio(theirs, ours, "each_cpu_s") == 1.5


def test_every_row_of_the_table_has_every_column() -> None:
    turns = {"Longtail": [Turn(2, 4.0, 10.0, 3.0, 8.0)], "other": [Turn(2, 5.0, 15.0, 3.0, 8.0)]}
    lines = table(turns, {"Longtail": {"psnr_db": 31.26, "ssim": 0.9}}).splitlines()
    assert lines[:2] == HEADER.splitlines()
    assert lines[2] == "| Longtail | 31.3 | 0.900 | 4.0 | 6.0 | 5.0 | 4.0 | 1.00 | 1.00 |"
    assert lines[3] == "| other |  |  | 5.0 | 10.0 | 7.5 | 4.0 | 1.67 | 1.50 |"
    assert {line.count("|") for line in lines} == {10}


@pytest.mark.parametrize(("wanted_db", "samples"), [(30.0, 8), (32.0, 16), (31.0, 11), (20.0, 8), (40.0, 32)])
def test_equal_quality_is_found_between_two_measurements(wanted_db: float, samples: int) -> None:
    assert equal_samples({8: 30.0, 16: 32.0, 32: 33.0}, wanted_db) == samples


@pytest.mark.parametrize(("wanted_db", "samples"), [(31.0, 11), (40.0, 32)])
def test_more_samples_that_came_out_worse_are_as_good_as_fewer(wanted_db: float, samples: int) -> None:
    assert equal_samples({8: 30.0, 16: 32.0, 32: 31.5}, wanted_db) == samples


@pytest.mark.parametrize(
    ("ours_db", "more"),
    [
        (30.0, [Entry(DEFAULTS, 32), Entry(LONGTAIL, 8)]),
        (31.0, [Entry(EQUAL, 32), Entry(DEFAULTS, 32), Entry(LONGTAIL, 8)]),
        (29.0, [Entry(EQUAL, 8), Entry(LONGTAIL, 32)]),
    ],
)
def test_a_side_is_timed_once_more_where_equal_quality_needs_other_samples(ours_db: float, more: list[Entry]) -> None:
    likeness: dict[str, dict[str, float]] = {}
    ours = ours_db - 1, ours_db, ours_db + 1
    for side, ladder_db in ((LONGTAIL, ours), (EQUAL, (29.0, 30.0, 31.0)), (DEFAULTS, (28.0, 29.0, 30.0))):
        likeness |= {Entry(side, n).name: {"psnr_db": db} for n, db in zip(LADDER, ladder_db, strict=True)}
    assert entries(likeness) == [Entry(LONGTAIL), Entry(EQUAL), Entry(DEFAULTS), *more]


def test_longtail_is_timed_with_other_denoisers_too() -> None:
    for kind in KINDS:
        others = otherwise_denoised(kind)
        asked = [
            load(kind.scenario, [*kind.changes(entry.samples), *entry.pins]) for entry in (Entry(LONGTAIL), *others)
        ]
        assert [config.render.denoise_quality for config in asked] == ["fitted", "balanced", "high"]
        likeness = {Entry(side, n).name: {"psnr_db": 30.0} for side in (LONGTAIL, EQUAL, DEFAULTS) for n in LADDER}
        assert entries(likeness, others)[:3] == [Entry(LONGTAIL), *others]


def test_pictures_are_compared_as_they_are_seen() -> None:
    # IEC 61966-2-1: half the light is 0.7354 of the signal.
    linear = np.array([[[-1.0, 0.0, 1.0], [2.0, 9.0, 0.004]]], dtype=np.float32)
    assert encoded(linear, 2.0) == pytest.approx(np.array([[[0, 0, 0.7354], [1, 1, 0.002 * 12.92]]]), abs=1e-4)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_scene_can_be_asked_for_and_is_seen_by_its_cameras(kind: Kind) -> None:
    config = load(kind.scenario, kind.changes(), seed=kind.seed, frames=kind.pictures)
    assert len(config.mounts) == kind.pictures > 1


def test_an_environment_that_is_there_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "_run", lambda *_: pytest.fail("nothing is to be installed"))
    python = tmp_path / "bin/python"
    python.parent.mkdir()
    python.touch()
    (tmp_path / "ready").write_text(environment.wanted())
    assert blenderproc_python(tmp_path) == python


def test_what_keeps_the_environment_from_being_made_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "python3.11"
    broken.write_text("#!/bin/sh\necho no module named venv >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(environment, "_python_311", lambda: str(broken))
    with pytest.raises(SetupError, match=r"could not make a virtual environment \(status 1\):\nno module named venv"):
        blenderproc_python(tmp_path / "environment")


def test_another_python_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "python_version_tuple", lambda: ("3", "13", "0"))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SetupError, match=r"expected python3\.11, for which bpy 4\.5 is packaged"):
        environment._python_311()
