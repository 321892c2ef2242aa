"""The closer look of `longtail stats`: planted flaws, sound sets, and numbers known on paper."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from scipy import stats as scipy_stats
from scipy.stats import qmc

from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.statistics import FORMAT, Closely, dumps, statistics
from longtail.annotate.statistics.census import Census, census
from longtail.annotate.statistics.closely import Redrawn
from longtail.annotate.statistics.closer_json import evidence, pixels_json
from longtail.annotate.statistics.histogram import json_safe
from longtail.annotate.statistics.joint import Cells, Table, discrepancies, discrepancy_by_chance, rank_correlations
from longtail.annotate.statistics.parquet import rows, write_parquet
from longtail.annotate.statistics.rejection import rejection
from longtail.annotate.statistics.schema import schema
from longtail.annotate.statistics.told import told
from longtail.annotate.statistics.verdicts import Verdict, verdicts
from longtail.command_line import main
from longtail.render.commands.redraw import redrawing
from tests.annotate.pictures import info
from tests.annotate.stage import dataset, show, store

Draw = dict[str, Any]

UNIFORM = [f"a.{letter}" for letter in "bcdefgh"]
CONFIG: dict[str, Any] = {
    "scenario": "boards",
    "weather": {"choice": {"clear": 3, "rain": 2, "fog": 1}},
    "light": {"choice": ["day", "night"]},
    "lanes": {"choice": [2, 3, 4], "weights": [5, 1, 2]},
    "people": {"poisson": 6},
    **{path: {"uniform": [0, 1]} for path in UNIFORM},
    "correlations": [["a.b", "a.c", 0.5]],
}


def drawn(count: int, seed: int) -> list[Draw]:
    """Independent draws of the config: fog is never by night, rain has a rate, b and c correlate as declared."""
    rng = np.random.default_rng(seed)
    made: list[Draw] = []
    for _ in range(count):
        weather = str(rng.choice(["clear", "rain", "fog"], p=[1 / 2, 1 / 3, 1 / 6]))
        one, other = rng.multivariate_normal([0, 0], [[1, (r := 2 * math.sin(math.pi / 12))], [r, 1]])
        draw: Draw = {path: float(rng.uniform()) for path in UNIFORM} | {
            "a.b": float(scipy_stats.norm.cdf(one)), "a.c": float(scipy_stats.norm.cdf(other)),
            "weather": weather, "light": "day" if weather == "fog" else str(rng.choice(["day", "night"])),
            "lanes": int(rng.choice([2, 3, 4], p=[5 / 8, 1 / 8, 2 / 8])), "people": int(rng.poisson(6)),
        }  # fmt: skip
        made.append(draw | ({"rate": float(rng.uniform(0, 9))} if weather == "rain" else {}))
    return made


@pytest.fixture(scope="module")
def expected() -> list[Draw]:
    return drawn(4096, 10**6)


def found(draws: list[Draw], expected: list[Draw] | None, config: dict[str, Any] = CONFIG) -> list[Verdict]:
    return verdicts(evidence(config, draws, len(draws), expected))


def same(draws: list[Draw], path: str, value: Any) -> list[Draw]:
    return [draw | {path: value} for draw in draws]


FLAWS: dict[str, tuple[Callable[[list[Draw]], list[Draw]], str, set[str]]] = {
    "a number that never varies": (lambda draws: same(draws, "a.e", 0.25), "constant", {"a.e"}),
    "an option that never varies": (lambda draws: same(draws, "light", "day"), "constant", {"light"}),
    "an option that never comes": (
        lambda draws: [draw for draw in draws if draw["weather"] != "rain"], "never", {"weather"},
    ),
    "a wrong correlation": (
        lambda draws: [draw | {"a.g": 0.8 * draw["a.f"] + 0.2 * draw["a.g"]} for draw in draws],
        "correlation", {"a.f", "a.g"},
    ),
    "a correlation that is missing": (
        lambda draws: [draw | {"a.c": other["a.d"]} for draw, other in zip(draws, draws[::-1], strict=True)],
        "correlation", {"a.b", "a.c"},
    ),
    "a missing cell of options": (
        lambda draws: [draw for draw in draws if (draw["weather"], draw["light"]) != ("rain", "night")],
        "empty cell", {"light", "weather"},
    ),
    "a missing cell of numbers": (
        lambda draws: [draw for draw in draws if not (draw["a.d"] < 0.3 and draw["a.h"] < 0.3)],
        "empty cell", {"a.d", "a.h"},
    ),
    "a law that was not kept": (
        lambda draws: [draw | {"a.h": draw["a.h"] ** 2} for draw in draws], "marginal", {"a.h"},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("flaw", "kind", "about"), FLAWS.values(), ids=FLAWS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_planted_flaw_is_the_first_thing_that_is_said(
    flaw: Callable[[list[Draw]], list[Draw]], kind: str, about: set[str], seed: int, expected: list[Draw]
) -> None:
    first = found(flaw(drawn(500, seed)), expected)[0]
    assert (first.kind, set(first.about)) == (kind, about)
    assert all(path in first.said for path in about)


def test_sound_sets_raise_no_alarm(expected: list[Draw]) -> None:
    """Of 60 sound sets, where two in a hundred might have one: three, with a chance of 3 %, would be one too many."""
    alarms = [seed for seed in range(60) if found(drawn((60, 200, 500)[seed % 3], seed), expected)]
    assert len(alarms) <= 2


def test_pictures_of_one_scene_are_no_further_evidence(expected: list[Draw]) -> None:
    """Twelve pictures of each of twenty scenes show what twenty do, and twenty happen to have little fog."""
    draws = [draw for draw in drawn(20, 5) for _ in range(12)]
    assert verdicts(evidence(CONFIG, draws, 20, expected)) == []


def test_where_nobody_can_redraw_only_what_was_declared_counts() -> None:
    sound = drawn(300, 4)
    assert found(sound, None) == []
    assert found(same(sound, "a.e", 0.5), None)[0].kind == "constant"
    first = found(same(sound, "lanes", 2), None)[0]
    assert (first.kind, first.about) == ("constant", ("lanes",))
    first = found([draw | {"a.c": 1 - draw["a.b"]} for draw in sound], None)[0]
    assert (first.kind, set(first.about)) == ("correlation", {"a.b", "a.c"})


def test_a_choice_that_hardly_varies_may_stay_as_it_is() -> None:
    config = {"rare": {"choice": [False, True], "weights": [0.99, 0.01]}}
    assert found([{"rare": False}] * 100, None, config) == []
    assert found([{"rare": False}] * 3000, None, config)[0].kind == "constant"


def test_rank_correlations_are_scipys() -> None:
    draws = drawn(80, 7)
    for draw in draws[::3]:
        del draw["a.d"]
    table = Table.of(draws, frozenset({"weather", "light"}), ["a.b", "a.c", "a.d", "lanes"])
    rho, n = rank_correlations(table, ["a.b", "a.c", "a.d", "lanes"])
    assert n[2, 0] == 80 - 27
    for i, j in itertools.combinations(range(4), 2):
        paths = ["a.b", "a.c", "a.d", "lanes"]
        both = [draw for draw in draws if paths[i] in draw and paths[j] in draw]
        due = scipy_stats.spearmanr([draw[paths[i]] for draw in both], [draw[paths[j]] for draw in both]).statistic
        assert (rho[i, j], rho[j, i]) == (pytest.approx(due), pytest.approx(due))


def test_coverage_on_paper() -> None:
    """Two options each; of the four cells three have a picture, and one of these nobody expected."""
    ours = [{"a": "x", "b": "u"}, {"a": "x", "b": "v"}, {"a": "y", "b": "v"}]
    theirs = [{"a": "x", "b": "u"}, {"a": "x", "b": "v"}, {"a": "y", "b": "u"}]
    one, other = (Table.of(draws, frozenset("ab"), ["a", "b"]) for draws in (ours, theirs))
    cells = Cells.of(one, other, ["a", "b"], 2)
    assert cells.counts.tolist() == [[2, 0, 1, 1], [0, 1, 0, 1], [1, 0, 1, 0], [1, 1, 0, 2]]
    assert cells.coverage().tolist() == [[1, pytest.approx(2 / 3)], [pytest.approx(2 / 3), 1]]
    assert Cells.of(one, None, ["a", "b"], 2).coverage()[0, 1] == pytest.approx(3 / 4)


def test_discrepancies_of_an_even_and_of_a_chance_set() -> None:
    config = {"a": {"uniform": [0, 1]}, "b": {"uniform": [2, 4]}, "c": {"integers": [1, 6]}}
    points = np.random.default_rng(0).uniform(size=(400, 64, 2))
    squares = [float(qmc.discrepancy(sample, method="CD")) for sample in points]
    assert np.mean(squares) == pytest.approx(discrepancy_by_chance(64), rel=0.1)
    even = qmc.Sobol(2, rng=np.random.default_rng(1)).random(64)
    draws = [{"a": x, "b": 2 + 2 * y, "c": 3} for x, y in even.tolist()]
    paths, realised, count = discrepancies(Table.of(draws, frozenset(), ["a", "b", "c"]), ["a", "b", "c"], config)
    assert (paths, count) == (["a", "b"], 64)
    assert realised[0, 1] == pytest.approx(qmc.discrepancy(even, method="CD"))
    assert realised[0, 1] < 0.2 * discrepancy_by_chance(64)


def test_the_bias_of_rejected_draws() -> None:
    """Of 0.5, 1.5, 2.5, 3.5 what is under 2 was drawn again: the mean is 3 for 2, of a deviation of sqrt(1.25)."""
    free = [{"x": 0.5, "w": "a"}, {"x": 1.5, "w": "a"}, {"x": 2.5, "w": "b"}, {"x": 3.5, "w": "b"}]
    held = [{"x": 2.5, "w": "b"}, {"x": 3.5, "w": "b"}, *free[2:]]
    departures = {"rejected": {"x > 2": {"frames": 2, "draws": 4}}}
    made = rejection({"x": {"uniform": [0, 4]}}, departures, held, 4, free)
    assert (made["draws"], made["share"], made["statements"]) == (4, 0.5, {"x > 2": 4})
    x, w = made["bias"]
    assert (x["path"], x["bias"]) == ("x", pytest.approx(1 / math.sqrt(1.25)))
    assert (x["declared"]["mean"], x["unrejected"]["mean"], x["realised"]["mean"]) == (pytest.approx(2), 2, 3)
    assert (w["path"], w["bias"], w["realised"]) == ("w", 0.5, {"b": 1.0})
    assert rejection({}, departures, held, 4, None)["bias"] == []
    said = list(told({"rejection": made}))
    assert said == ["rejected: 4 draws, 50% of all; x has the mean 3 for 2"]


def test_labels_and_pixels_of_the_staged_dataset(tmp_path: Path) -> None:
    found = statistics(Dataset.open(dataset(tmp_path, 3)), closely=Closely())
    things = {(row["category"], row["condition"]): row for row in found["labels"]["by_category"]}
    person = things["person", None]
    assert person == things["person", "clear"] | {"condition": None}
    # A board of 4x16 pixels, ten metres ahead, whose X axis points away from the camera: it shows its rear.
    assert (person["n"], person["aspect"]["mean"], person["depth_m"]["mean"]) == (1, 0.25, pytest.approx(10))
    assert (person["x"]["mean"], person["y"]["mean"]) == (22 / 64, pytest.approx(26 / 48))
    assert [side for side, count in person["sides"].items() if count] == ["rear"]
    assert person["elevation_deg"]["mean"] == pytest.approx(math.degrees(math.atan2(0.625, math.hypot(10, 3.125))))
    together = found["labels"]["together"][0]
    assert (together["condition"], together["images"]) == ("clear", 3)
    assert ["car", "person", 1] in together["pairs"]
    assert not any({"bus", "car"} == set(pair[:2]) for pair in together["pairs"])
    assert found["pixels"]["pictures"] == 3
    light = found["pixels"]["properties"][0]
    assert (light["name"], light["n"], sum(light["counts"])) == ("luminance", 3, 3)
    assert light["by_condition"]["clear"]["mean"] == light["mean"]


def test_stats_json_is_as_its_schema_says(tmp_path: Path) -> None:
    Draft202012Validator.check_schema(schema(FORMAT))
    validator = Draft202012Validator(schema(FORMAT))
    draws = drawn(64, 1)
    opened = Dataset.open(dataset(tmp_path, 3, config=CONFIG))
    for closely in (None, Closely(), Closely(0), Closely(redraw=lambda _: Redrawn(draws, draws[:3]))):
        found = statistics(opened, closely=closely)
        assert list(validator.iter_errors(json.loads(dumps(found)))) == []
        assert ("pairs" in found) == (closely is not None)
    found["pixels"]["properties"][0]["mean"] = "bright"
    assert list(validator.iter_errors(found))


def test_the_long_table_has_every_number_once(tmp_path: Path) -> None:
    found = {
        "frames": 3,
        "parameters": [{"path": "a.b", "kind": "number", "realised": {"mean": 0.5, "max": None}, "differs": True}],
        "labels": {"by_category": [{"category": "car", "condition": "fog", "n": 2}]},
    }
    assert list(rows(found)) == [
        ("frames", "", "", "frames", 3.0),
        ("parameters", "a.b", "", "realised.mean", 0.5),
        ("parameters", "a.b", "", "differs", 1.0),
        ("labels", "car", "fog", "by_category.n", 2.0),
    ]
    parquet = pytest.importorskip("pyarrow.parquet")
    write_parquet(found, tmp_path / "s.parquet")
    table = parquet.read_table(tmp_path / "s.parquet")
    assert (table.num_rows, table.column("value").to_pylist()) == (4, [3.0, 0.5, 1.0, 2.0])


def test_parts_that_are_joined_look_as_closely_as_the_whole(tmp_path: Path) -> None:
    store(tmp_path, show(9), info(9))
    opened = Dataset.open(tmp_path)
    whole, joined = census(opened, range(9), (), {0, 4}, {1, 8}), Census(opened.info.taxonomy, closely=True)
    for part in (range(2), range(2, 5), range(5, 9)):
        joined.join(census(opened, part, (), {0, 4}, {1, 8}))
    for one in (whole, joined):
        assert one.closer is not None
        assert (one.closer.frames, one.closer.scenes) == ([1, 8], [1, 8])
    assert whole.closer is not None
    assert joined.closer is not None
    for make in (lambda look: look.things.to_json(), lambda look: pixels_json(look.pictures)):
        assert json_safe(make(whole.closer)) == json_safe(make(joined.closer))


def test_the_command_says_what_is_wrong_and_writes_its_schema(tmp_path: Path) -> None:
    root = dataset(tmp_path / "out", 30, config={"weather": {"choice": ["clear", "rain"]}})
    ran = CliRunner().invoke(main, ["stats", str(root), "--pictures", "4", "--no-flags"])
    assert ran.exit_code == 0, ran.output
    assert "constant: weather never varied: it is clear in all of 30 pictures" in ran.output
    assert json.loads((root / "stats.json").read_bytes())["pixels"]["pictures"] == 4
    _, wrong = (root / "report.html").read_text().split('<section id="verdicts"', 1)
    assert "weather never varied" in wrong[: wrong.index("</li>")]  # the first thing that the page says
    ran = CliRunner().invoke(main, ["stats", "--schema"])
    assert (ran.exit_code, json.loads(ran.output)["title"]) == (0, FORMAT)


def test_a_config_that_is_not_ours_is_not_redrawn() -> None:
    assert redrawing(info(3)) is None
