"""Searches: a query finds the frames that a reader of all records would find, and no nonsense passes for one."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import longtail
from longtail.annotate.choosing import search as searching
from longtail.annotate.choosing.frame_values import OF_THINGS
from longtail.annotate.choosing.search import search, statement_of
from longtail.annotate.choosing.words import LIGHTS
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.files import Folder
from longtail.annotate.dataset.merge import merge
from longtail.annotate.dataset.stored import StoredFrame
from longtail.annotate.errors import ConfigError, DatasetError
from longtail.annotate.labels.frame import Frame
from longtail.annotate.labels.shown import Shown
from longtail.command_line import main
from longtail.scenes.atmosphere.light_presets import part_of_day
from tests.annotate.flood import flooded
from tests.annotate.pictures import info
from tests.annotate.stage import show, store

CONFIG = {
    "scenario": "boards",
    "weather": {"choice": {"clear": 2, "rain+flood": 1}},
    "weather.flood.depth_m": {"uniform": [0, 1]},
    "weather.fog.visibility_m": {"loguniform": [20, 200]},
    "road.parking": {"choice": ["left", "none"]},
    "road.junction": {"choice": [True, False]},
    "variants": [{"name": "wet", "weather": "rain+wind"}],
    "cameras": [{"name": "left"}, {"name": "right"}],
}
KINDS = ("clear", "rain+flood", "fog")


def frames() -> list[Frame]:
    made = [flooded(index=index) if index % 3 == 1 else show(index + 1)[index] for index in range(9)]
    return [
        dataclasses.replace(frame, shown=Shown(frame.index // 2, "wet" if frame.index % 2 else "")) for frame in made
    ]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine frames whose weather is in turn clear, rain with a flood, and fog."""
    where = tmp_path_factory.mktemp("find") / "out"
    made = frames()
    for n, kind in enumerate(KINDS):
        store(where, made[n::3], info(9, config=CONFIG), day=kind)
    merge(where)
    return where


def seen(record: StoredFrame, *names: str, visible: float = -1.0) -> int:
    things = [thing for thing in record.instances if thing.category.name in names and not thing.ignore]
    return sum((thing.visible_fraction or 0) > visible for thing in things)


Expected = Callable[[StoredFrame], bool]
QUERIES: tuple[tuple[str, Expected], ...] = (
    ("flood", lambda r: "flood" in r.parameters["weather"]),
    ("not flood and not fog", lambda r: r.parameters["weather"] == "clear"),
    ("'rain' in weather or 'fog' in weather", lambda r: r.parameters["weather"] != "clear"),
    ("wind", lambda _: False),
    ("lighting.sun_elevation_deg > 1", lambda r: r.parameters["lighting.sun_elevation_deg"] > 1),
    ("count(person) >= 1", lambda r: seen(r, "person") >= 1),
    ("count((person, car)) == 2", lambda r: seen(r, "person", "car") == 2),
    ("count(vehicle, visible > 0.9) >= 1", lambda r: seen(r, "car", "bus", "truck", "van", visible=0.9) >= 1),
    ("count('traffic sign') > 0 and count(traffic_sign) > 0", lambda r: seen(r, "traffic sign") > 0),
    ("count(thing) == 0", lambda r: not any(not thing.ignore for thing in r.instances)),
    ("count(thing, ignored) > 0", lambda r: any(thing.ignore for thing in r.instances)),
    ("count(thing, ignored or true) > 2", lambda r: len(r.instances) > 2),
    ("count(car, asset == 'board_car' and truncation == 0) > 0", lambda r: seen(r, "car") > 0),
    ("count(car, submerged > 0) > 0", lambda r: any((t.submerged_fraction or 0) > 0 for t in r.instances)),
    ("water_level_m < 0", lambda r: r.conditions.water_level_m is not None),
    ("rain_rate_mm_h == 25", lambda r: r.conditions.rates_mm_h.get("rain") == 25),
    ("count(object) > 0", lambda r: seen(r, "traffic sign", "traffic cone") > 0),
    ("share(flat) == share(road)", lambda _: True),
    ("share(road) >= 0.4", lambda r: sum(s["area"] for s in r.segments_info if s["category_id"] == 11) >= 0.4 * 3072),
    ("variant == 'wet' and scene >= 1", lambda r: r.shown.variant == "wet" and r.shown.scene >= 1),
    ("frame in (2, 5) or file_name == '000007.png'", lambda r: r.index in (2, 5, 7)),
    ("width / 2 == 32 and min(height, 100) == 48 and max(1, 2) == 2 and abs(-1) == 1", lambda _: True),
    ("true", lambda _: True),
)  # fmt: skip


@pytest.mark.parametrize(("query", "expected"), QUERIES, ids=[query for query, _ in QUERIES])
def test_what_is_found_is_what_all_records_say(root: Path, query: str, expected: Expected) -> None:
    dataset = Dataset.open(root)
    assert search(dataset, query) == [record.index for record in dataset.records() if expected(record)]


def test_the_queries_tell_frames_apart(root: Path) -> None:
    """Or the test above would be passed by a search that finds all, or nothing."""
    counts = [len(search(Dataset.open(root), query)) for query, _ in QUERIES]
    assert len(set(counts)) > 4
    assert sum(0 < count < 9 for count in counts) > 12


def test_what_is_undecided_is_not_found(root: Path) -> None:
    dataset = Dataset.open(root)
    thick = search(dataset, "weather.fog.visibility_m < 100")
    assert thick == search(dataset, "not weather.fog.visibility_m < 100") == []
    assert search(dataset, "present(weather.fog)") == [2, 5, 8]
    # Nobody states what the boards' clear days are like.
    assert search(dataset, "visibility_m > 0 or not visibility_m > 0") == search(dataset, "flood")


def test_what_the_config_never_draws_is_not_found(root: Path) -> None:
    """A script may ask sets alike that were made to hold different things."""
    for query in ("road.parking == 'both'", "'hail' in weather", "variant == 'night'", "light == 'indoors'"):
        assert search(Dataset.open(root), query) == []


def test_how_far_a_thing_is_goes_to_the_middle_of_its_box(root: Path) -> None:
    dataset = Dataset.open(root)
    # The middle of the bus lies 9 m ahead, 12 pixels to the left and 4 above, at a focal length of 32.
    metres = 9 * (1 + (12 / 32) ** 2 + (4 / 32) ** 2) ** 0.5
    assert search(dataset, f"count(bus, {metres - 0.001} < distance_m < {metres + 0.001}) == 1") == [2, 5, 8]
    assert not search(dataset, f"count(bus, distance_m > {metres + 0.001}) > 0")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("floood", "did you mean flood"),
        ("sunny", "its weathers are clear, flood, fog, rain, wind"),
        ("count(peron) > 1", "did you mean person"),
        ("count(road) > 1", r"got road, which has no instances; share\(road\) is how much"),
        ("road.parking == 'lefft'", "expected left, none, or what this dataset's config never draws, got 'lefft'; did"),
        ("'floood' in weather", "did you mean flood"),
        ("variant == 'wett'", "did you mean wet"),
        ("camera == 'rihgt'", "did you mean right"),
        ("camera == right", "a word that a value is compared with stands in quotes: 'right'"),
        ("light == 'nihgt'", "did you mean night"),
        ("count(flat) > 1", "expected things to count, got flat"),
        ("count(person)", "expected a statement that is true or false, got a number"),
        ("count(person, visible) > 1", "expected a statement that is true or false, got 'visible', a number"),
        ("count(person, visibl > 1) > 1", "did you mean visible"),
        ("count(person, weather.fog.visibilty_m > 1) > 1", "did you mean weather.fog.visibility_m"),
        ("visible > 0.5", r"as in count\(car, visible \.\.\.\)"),
        ("count(person, count(car) > 1) > 1", "inside of another"),
        ("count(person, true, true) > 1", "got 3 arguments"),
        ("share(road, true) > 1", "got 2 arguments"),
        ("count() > 1", "expected one of the functions"),
        ("coutn(person) > 1", "did you mean count"),
        ("road.parking > 1", "a word and a number"),
        ("road.junction == 1", "a truth and a number"),
        ("__import__('os')", "expected one of the functions"),
        ("", "invalid syntax"),
        ("true " * 400, "at most 1000 characters"),
        ("(" * 300 + "1" + ")" * 300 + " > 0", "nest"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_one_line_for_what_is_no_query(root: Path, query: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        search(Dataset.open(root), query)
    assert len(str(caught.value)) < 700


@given(st.text(max_size=50))
def test_no_text_breaks_a_search(text: str) -> None:
    with suppress(ConfigError):
        statement_of(_opened(), text)


def _opened() -> Dataset:
    """A dataset without a frame, and without a folder."""
    return Dataset(Path("out"), info(9, config=CONFIG), Folder(Path("nowhere at all")))


def test_a_search_before_the_first_frame_knows_the_config() -> None:
    assert statement_of(_opened(), "flood") == "'flood' in weather"
    assert statement_of(_opened(), "night and road.junction") == "light == 'night' and road.junction"


def test_a_dataset_finds_as_the_command_does(root: Path) -> None:
    found = longtail.open(root).find("flood and count(car) > 0")
    assert found.indices == (1, 4, 7)
    assert found[1:].find("frame > 4").indices == (7,)
    assert found[::-1].find("true").indices == (7, 4, 1)
    answer = CliRunner().invoke(main, ["find", str(root), "flood and count(car) > 0"])
    assert answer.exit_code == 0
    assert answer.stdout.splitlines() == [str(root / f"images/{n:06d}.png") for n in (1, 4, 7)]
    assert answer.stderr == f"{root}: 3 of 9 frames\n"


def test_the_command_refuses_what_is_no_query(root: Path) -> None:
    answer = CliRunner().invoke(main, ["find", str(root), "floood"])
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert answer.stderr == (
        f"longtail: {root}: 'floood': expected a value of the dataset's frames, got 'floood'; did you mean flood\n"
    )


def test_many_processes_find_the_same(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "_FEW", 2)
    told: list[int] = []
    assert search(Dataset.open(root), "flood", processes=2, progress=told.append) == [1, 4, 7]
    assert told == list(range(1, 10))


def test_a_damaged_record_is_an_error_and_no_miss(tmp_path: Path) -> None:
    made = show(3)
    store(tmp_path / "out", made, info(3))
    record = tmp_path / "out/frames/000002.json"
    record.write_bytes(record.read_bytes().replace(b'"frame": 2', b'"frame": 3'))
    with pytest.raises(DatasetError, match="was changed after it was written"):
        search(Dataset.open(tmp_path / "out"), "count(car) > 0")


def test_every_word_for_a_thing_can_be_asked_for(root: Path) -> None:
    dataset = Dataset.open(root)
    for word, kind in OF_THINGS.items():
        if word in ("state", "sign", "text", "value"):  # of lights and signs, which these frames do not have
            continue
        condition = {"number": f"{word} <= 1e9", "word": f"{word} != ''", "truth": f"not {word}"}[kind]
        among = "flood" if word in ("submerged", "transmission") else "count(thing) > 0"
        assert search(dataset, f"count(thing, {condition}) > 0") == search(dataset, among), word


def test_what_signs_and_lights_say_can_be_asked_for(tmp_path: Path) -> None:
    said: dict[int, dict[str, str | int]] = {
        1: {"sign": "limit-30", "text": "30", "value": 30},
        2: {"sign": "street-name", "text": "MILL LANE", "state": "red"},
    }
    made = show(3)
    for index, attributes in said.items():
        objects = tuple(dataclasses.replace(item, attributes=attributes) for item in made[index].objects)
        made[index] = dataclasses.replace(made[index], objects=objects)
    store(tmp_path / "out", made, info(3))
    merge(tmp_path / "out")
    dataset = Dataset.open(tmp_path / "out")
    for query, found in (
        ("count(thing, value <= 30) > 0", [1]),
        ("count(thing, text == 'MILL LANE') > 0", [2]),
        ("count(thing, state == 'red') > 0", [2]),
        ("count(thing, sign == 'limit-30' or state == 'red') > 0", [1, 2]),
    ):
        assert search(dataset, query) == found, query


def test_lights_have_the_words_of_conditions() -> None:
    assert {part_of_day(elevation) for elevation in range(-90, 91)} == set(LIGHTS)
