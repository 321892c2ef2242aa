"""Configs that even out what a dataset shows: known gaps, held against what is drawn of them."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from click.testing import CliRunner

from longtail.annotate.balance.evenness import evenness, filled, product_shares
from longtail.annotate.balance.shown import Shown
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.merge import merge
from longtail.command_line import main
from longtail.render.balancing import proof
from longtail.render.balancing.axes import Universe, cell_of, cells_of, drawn_axes
from longtail.render.balancing.calibrating import calibrated
from longtail.render.balancing.moves import Move, _presence
from longtail.render.commands.supplement import _dumped
from longtail.scenes.config.config import Config
from longtail.scenes.config.loading import load
from longtail.scenes.drawing.sampling import draw
from tests.annotate.pictures import info
from tests.annotate.stage import dataset, reseal, show, store

FRAMES = 24
WEATHER = "weather={choice: {clear: 6, fog: 1, rain: 1}}"


def test_evenness_is_on_paper() -> None:
    assert evenness([5, 5, 5, 5]) == pytest.approx(1)
    assert evenness([9, 0, 0]) == 0
    assert evenness([3, 1]) == pytest.approx(-(0.75 * math.log2(0.75) + 0.25 * math.log2(0.25)))
    assert (evenness([]), evenness([4]), evenness([0, 0])) == (1, 1, 0)


def test_water_finds_its_level() -> None:
    assert filled([4, 1, 0], 3).tolist() == [0, 1, 2]
    assert filled([0, 0], 5).tolist() == [2.5, 2.5]
    rng = np.random.default_rng(0)
    for _ in range(20):
        ground = rng.integers(0, 50, 7).astype(float)
        added = filled(ground, 60)
        assert added.sum() == pytest.approx(60)
        wet = (ground + added)[added > 0]
        assert np.allclose(wet, wet[0])
        assert (ground[added == 0] >= wet[0] - 1e-9).all()


def test_a_single_missing_cell_is_filled_by_both_its_sides() -> None:
    counts = np.array([[10.0, 10.0], [10.0, 0.0]])
    rows, columns = product_shares(counts, np.ones((2, 2), dtype=bool), 10)
    assert rows[1] * columns[1] > 0.9
    even, free = product_shares(np.zeros((3, 4)), np.ones((3, 4), dtype=bool), 100)
    assert np.allclose(even, 1 / 3)
    assert np.allclose(free, 1 / 4)
    # What cannot be is no gap.
    possible = np.array([[True, True], [True, False]])
    rows, columns = product_shares(np.array([[10.0, 10.0], [10.0, 0.0]]), possible, 30)
    assert rows[1] * columns[1] < 0.2


def test_no_other_shares_of_one_side_even_a_table_out_better() -> None:
    rng = np.random.default_rng(1)
    for _ in range(5):
        counts = rng.integers(0, 20, (4, 3)).astype(float)
        rows, columns = product_shares(counts, np.ones((4, 3), dtype=bool), 80)
        assert (rows.sum(), columns.sum()) == (pytest.approx(1), pytest.approx(1))
        best = ((counts + 80 * np.outer(rows, columns)) ** 2).sum()
        for _ in range(300):
            other = np.abs(columns + rng.normal(0, 0.05, 3))
            assert ((counts + 80 * np.outer(rows, other / other.sum())) ** 2).sum() >= best - 1e-6


def test_choices_that_decide_others_come_out_as_they_were_meant() -> None:
    """In the dark a tabletop's light is that of one lamp or of none: so lamps are given less of the rest."""

    def shares(config: Config) -> np.ndarray[Any, Any]:
        drawn = [str(draw(config.asked, index).values["lighting.source"]) for index in range(200)]
        return np.array([drawn.count(name) / 200 for name in sources])

    sources, cases = ("ceiling", "lamp", "mixed", "window"), ("dark", "none", "one_lamp", "transparent")

    def of(moves: Sequence[Move]) -> Config:
        return load("tabletop", [f"{move.key}={json.dumps(move.node)}" for move in moves], frames=200)

    moves = [Move("edge_case", {"choice": dict.fromkeys(cases, 0.25)}, ""),
             Move("lighting.source", {"choice": dict.fromkeys(sources, 0.25)}, "")]  # fmt: skip
    before, after = shares(of(moves)), shares(of(calibrated(moves, of)))
    assert np.abs(before - 0.25).max() > 0.08
    assert np.abs(after - 0.25).max() < 0.04


def day_or_night(number: int) -> Shown:
    """Of forty frames half are by night; all show a car, all of those by day a truck, half of each other kinds."""
    night = number % 2 == 1
    kinds = frozenset(["car", *([] if night else ["truck"]), *(["bus", "dog", "van"] if number < 20 else [])])
    values = {"weather": "clear" if number % 10 else "tornado", "lighting.sun_elevation_deg": -20.0 if night else 30.0}
    return Shown(values, kinds, dict.fromkeys(kinds, 1), {}, {})


def test_where_nights_are_to_come_what_nights_never_showed_is_asked_for_more_often() -> None:
    frames, kinds = [day_or_night(number) for number in range(40)], ("bus", "car", "dog", "truck", "van")
    universe = Universe({"weather": ("clear", "tornado")}, ("night", "day"), frozenset(), kinds, {})
    light, weather = cells_of(universe, frames)
    assert light.counts.tolist() == [[10, 10], [20, 20], [10, 10], [0, 20], [10, 10]]
    assert light.axis.counts["truck at night"] == 0
    assert weather.counts[3].tolist() == [16, 4]
    assert weather.possible.all()
    alone = replace(frames[0], classes=frozenset({"car"}), placed={"car": 1})
    (_, weather) = cells_of(universe, [*[alone] * 40, *(one for one in frames if one.values["weather"] == "clear")])
    # Of 76 frames 16 have a truck, so 8 of 40 tornadoes should have had one.
    assert weather.possible[3].tolist() == [True, False]
    assert "truck in tornado" not in weather.axis.counts
    axes = {axis.name: axis for axis in drawn_axes(universe, [frame.values for frame in frames])}
    # Trucks are the middle kind, and more of them by day are no help. Of nights they are: the middle cell will have 23,
    # and with the share s trucks by day 20 + 4 s, by night 36 s.
    assert _presence(universe, axes, frames, 40, []) == []
    sun = [{"below": -6, "share": 0.9}, {"above": 10, "share": 0.1}]
    (move,) = _presence(universe, axes, frames, 40, [Move("lighting.sun_elevation_deg", sun, "", quota=True)])
    assert move.node["truck"] == pytest.approx((4 * 3 + 36 * 23) / (4**2 + 36**2), rel=0.06)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Frames that say they are of a street in clear days, a few in rain, none in fog or by night."""
    root = tmp_path_factory.mktemp("supplement") / "out"
    quotas = (
        "quotas={objects.presence: {truck: 0.1, car: 0.9}, weather: {rain: 0.1}, "
        "weather.fog.visibility_m: [{below: 99, share: 0.5}]}"
    )
    config = load("street", [WEATHER, quotas, "objects.furniture.density=0.2"], frames=FRAMES)
    about = info(FRAMES, config=config.to_json(), digest=config.digest, seed=config.seed)
    store(root, show(FRAMES), about)
    for index in range(FRAMES):
        drawn = dict(draw(config.asked, index).values)
        drawn |= {"weather": "rain" if index % 8 == 0 else "clear", "lighting.sun_elevation_deg": 20.0 + index}
        reseal(root, index, lambda record, drawn=drawn: record.update(parameters=drawn))  # type: ignore[misc]
    merge(root)
    return root


def ran(*words: object, status: int = 0) -> str:
    answer = CliRunner().invoke(main, ["supplement", *map(str, words)])
    assert answer.exit_code == status, answer.output
    return str(answer.output)


def test_the_set_and_its_supplement_are_more_even_than_the_set(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof, "MOST_COMPOSED", 6)
    made = tmp_path / "more.yaml"
    said = ran(out, "-n", 48, "-o", made)
    text, config = made.read_text(), load(str(made))
    assert (config.frames, config.seed) == (48, Dataset.open(out).info.seed + 1)
    there = [Dataset.open(out).glance(index).parameters for index in range(FRAMES)]
    more = [draw(config.asked, index).values for index in range(48)]
    for name, of in (
        ("weather", lambda values: values["weather"]),
        ("light", lambda values: cell_of(values)[1]),
        ("joint", cell_of),
    ):
        before, after = _counts(there, of), _counts([*there, *more], of)
        cells = sorted(after, key=str)
        now, then = [before.get(cell, 0) for cell in cells], [after[cell] for cell in cells]
        assert evenness(then) > evenness(now) + 0.2, name
    fogs = sum(values["weather"] == "fog" for values in more)
    assert fogs > sum(values["weather"] == "rain" for values in more) > 48 / 8
    assert "weather and light" in said
    (line,) = (line for line in said.splitlines() if line.startswith("weather and light:"))
    assert f"#   {line}" in text
    assert "age_group" not in said  # nobody is there
    # A truck is seen in none of them: it is placed in many.
    shares = {event.value: float(event.share) for quota in config.quotas if quota.path == "objects.presence.truck"
              for event in quota.events}  # fmt: skip
    assert shares["some"] > 0.3
    kept = {quota.path for quota in config.quotas}
    assert {"objects.presence.car", "weather.fog.visibility_m"} <= kept
    assert "weather" not in kept  # its weights say it now
    trucks = sum(values["objects.presence.truck"] == "some" for values in more)
    assert trucks == pytest.approx(48 * shares["some"], abs=1)


def test_long_rows_of_a_rig_are_read_as_they_are_written() -> None:
    asked = load("street", ["cameras={a: {frame: carrier, model: kannala_brandt, size_px: [640, 480], z_m: 1.5}}"])
    rig = {"cameras": asked.to_json()["cameras"]}
    lines = _dumped(rig)
    assert len(lines) > 2
    assert yaml.safe_load("\n".join(lines)) == rig


def _counts(rows: list[Any], of: Any) -> dict[Any, int]:
    found: dict[Any, int] = {}
    for row in rows:
        found[of(row)] = found.get(of(row), 0) + 1
    return found


def test_what_cannot_be_supplemented_is_refused(out: Path, tmp_path: Path) -> None:
    assert "two sets of one seed" in ran(out, "-n", 5, "-o", tmp_path / "x.yaml", "--seed", 0, status=2)
    assert "got none; render some first" in ran(_empty(tmp_path), "-n", 5, "-o", tmp_path / "x.yaml", status=2)
    boards = dataset(tmp_path / "boards", 3)  # of a scenario that nothing offers
    assert "boards" in ran(boards, "-n", 5, "-o", tmp_path / "x.yaml", status=2)
    assert not (tmp_path / "x.yaml").exists()


def _empty(folder: Path) -> Path:
    config = load("street", frames=1)
    store(folder / "empty", [], info(1, config=config.to_json(), digest=config.digest, seed=config.seed))
    return folder / "empty"
