"""Statistics against answers known on paper."""

from __future__ import annotations

import itertools
import json
import math
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from longtail.annotate.against.boxes_apart import heat_map_distance, matches
from longtail.annotate.against.real import read_coco
from longtail.annotate.against.samples import two_samples
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.errors import DatasetError
from longtail.annotate.labels.departures import Departures
from longtail.annotate.labels.shown import Shown
from longtail.annotate.report import REPORT, write_report
from longtail.annotate.statistics import dumps, statistics
from longtail.annotate.statistics.asked_for import Constant, Numbers, Options, asked_for
from longtail.annotate.statistics.boxes import Boxes
from longtail.annotate.statistics.census import Census, census
from longtail.annotate.statistics.histogram import histogram, json_safe, summary
from longtail.annotate.statistics.parameters import Values, parameter_json, wasserstein
from tests.annotate.flood import flooded
from tests.annotate.pictures import TAXONOMY, info
from tests.annotate.stage import dataset, reseal, show, store


def row(node: Any, values: list[Any], frames: int | None = None) -> dict[str, Any]:
    held = Values()
    for value in values:
        held.add(value)
    safe: dict[str, Any] = json_safe(parameter_json("p", node, held, len(values) if frames is None else frames))
    json.dumps(safe, allow_nan=False)
    return safe


@pytest.mark.parametrize(
    ("node", "mean", "std"),
    [
        ({"uniform": [50, 90], "low": 60, "high": 72}, 66, 12 / math.sqrt(12)),
        ({"triangular": [0, 1, 4]}, 5 / 3, math.sqrt(13 / 18)),
        ({"normal": [1.5, 0.1]}, 1.5, 0.1),
        ({"beta": [2, 5]}, 2 / 7, math.sqrt(10 / 49 / 8)),
        ({"poisson": 6}, 6, math.sqrt(6)),
        ({"integers": [2, 6]}, 4, math.sqrt(2)),
        ({"loguniform": [1, math.e]}, math.e - 1, math.sqrt((math.e**2 - 1) / 2 - (math.e - 1) ** 2)),
    ],
    ids=str,
)
def test_what_was_asked_for_has_its_mean_and_spread(node: dict[str, Any], mean: float, std: float) -> None:
    found = row(node, [mean])["asked_for"]
    assert (found["mean"], found["std"]) == (pytest.approx(mean, rel=1e-3), pytest.approx(std, rel=5e-3))


def test_options_are_told_by_their_text_and_share() -> None:
    assert asked_for({"choice": [2, 4, 6.5], "weights": [1, 2, 1]}) == Options({"2": 0.25, "4": 0.5, "6.5": 0.25})
    assert asked_for({"choice": {"rain": 1, "clear": 3}}) == Options({"clear": 0.75, "rain": 0.25})


def test_a_cut_in_a_far_tail_is_shown_as_it_was_drawn() -> None:
    """Where a normal is cut off eight deviations out, shares counted from below have no digits left."""
    asked = asked_for({"normal": [0, 1], "low": 8, "high": 9})
    assert isinstance(asked, Numbers)
    assert list(asked.cut) == [8, 9]
    assert asked.cdf(asked.ppf([0.25, 0.5, 0.75])) == pytest.approx([0.25, 0.5, 0.75], rel=1e-9)


def test_what_is_no_known_distribution_is_not_guessed_at() -> None:
    assert asked_for({"from_a_plugin": [1, 2]}) is None
    assert asked_for({"uniform": "high"}) is None
    assert asked_for(None) is None
    assert asked_for(True) == Constant(True)
    assert row({"from_a_plugin": 1}, [1.0, 2.0])["realised"]["mean"] == 1.5


def test_a_value_in_the_middle_of_a_uniform() -> None:
    found = row({"uniform": [0, 1]}, [0.5])
    assert found["distance"]["ks"] == 0.5
    # Every share u of 0..1 is moved by |u - 1/2|, which is 1/4 on average.
    assert found["distance"]["wasserstein"] == pytest.approx(0.25)
    assert found["asked_for"] == pytest.approx({"mean": 0.5, "std": 1 / math.sqrt(12), "low": 0, "high": 1}, rel=1e-6)
    assert sum(found["histogram"]["counts"]) == 1
    assert sum(found["histogram"]["expected"]) == pytest.approx(1)
    assert found["differs"] is False


def test_an_even_draw_is_as_near_as_can_be_and_a_shifted_one_differs() -> None:
    even = ((np.arange(100) + 0.5) / 100).tolist()
    found = row({"uniform": [0, 1]}, even)
    assert found["distance"]["ks"] == pytest.approx(0.005)
    assert found["distance"]["p"] == 1.0
    shifted = row({"uniform": [0, 2]}, even)
    assert shifted["distance"]["ks"] == pytest.approx(0.5, abs=0.01)
    assert shifted["distance"]["wasserstein"] == pytest.approx(0.5, abs=1e-3)
    assert shifted["differs"] is True


def test_options_by_chi_square() -> None:
    found = row({"choice": {"rain": 1, "clear": 3}}, ["clear"] * 60 + ["rain"] * 40)
    assert found["options"]["names"] == ["clear", "rain"]
    assert found["options"]["expected"] == [75, 25]
    # (40 - 25)^2 / 25 + (60 - 75)^2 / 75
    assert found["distance"]["chi_square"] == pytest.approx(12)
    assert found["distance"]["total_variation"] == pytest.approx(0.15)
    assert found["distance"]["p"] == pytest.approx(math.erfc(math.sqrt(6)))
    assert found["differs"] is True


def test_an_option_that_nobody_asked_for_differs() -> None:
    assert row({"choice": ["a", "b"]}, ["a", "b", "c"])["differs"] is True
    assert row({"choice": [True, False]}, [True, False])["options"] == {
        "names": ["false", "true"], "counts": [1, 1], "expected": [1, 1],
    }  # fmt: skip


def test_whole_numbers_get_a_bar_each() -> None:
    found = row({"integers": [1, 4]}, [1, 2, 3, 4] * 5)
    assert found["histogram"]["edges"] == [0.5, 1.5, 2.5, 3.5, 4.5]
    assert found["histogram"]["counts"] == [5, 5, 5, 5]
    assert found["histogram"]["expected"] == pytest.approx([5, 5, 5, 5])
    assert found["distance"]["chi_square"] == pytest.approx(0, abs=1e-9)
    wide = row({"poisson": 1e6}, [10**6, 10**6 + 500])
    assert wide["differs"] is False
    assert sum(wide["histogram"]["counts"]) == 2


def test_a_constant_and_a_constant_that_was_not_kept() -> None:
    kept = row(1.5, [1.5, 1.5])
    assert (kept["kind"], kept["as_asked"], kept["differs"]) == ("constant", 2, False)
    assert row("rain", ["rain", "clear"])["differs"] is True
    assert row(2, [2, 2.0])["differs"] is False


def test_values_that_are_no_numbers_are_counted_apart() -> None:
    found = row({"uniform": [0, 1]}, [0.25, math.nan, math.inf, None, 0.75])
    assert (found["frames"], found["not_finite"], found["realised"]["n"]) == (5, 3, 2)
    assert found["realised"]["mean"] == 0.5
    assert row({"uniform": [0, 1]}, [math.nan])["realised"]["mean"] is None


def test_a_parameter_that_no_frame_has() -> None:
    found = row({"uniform": [0, 1]}, [], frames=3)
    assert (found["frames"], found["frames_without"], found["realised"]["n"]) == (0, 3, 0)
    assert "distance" not in found


def test_values_outside_what_was_asked_stay_in_the_picture() -> None:
    found = row({"normal": [0, 1]}, [12.0] + [0.0] * 20)
    assert sum(found["histogram"]["counts"]) == 21


def test_wasserstein_of_a_shift_is_the_shift() -> None:
    law = asked_for({"uniform": [0, 1]})
    assert isinstance(law, Numbers)
    assert wasserstein(law, (np.arange(4096) + 0.5) / 4096 + 3) == pytest.approx(3)


def test_summary_and_histogram_on_paper() -> None:
    found = json_safe(summary([1, 2, 3, 4]))
    assert (found["mean"], found["min"], found["max"], found["quantiles"]["0.5"]) == (2.5, 1, 4, 2.5)
    assert found["std"] == pytest.approx(math.sqrt(1.25))
    counted = json_safe(histogram([-1, 0, 0.5, 1, 2, 9], [0, 1, 2]))
    assert (counted["counts"], counted["below"], counted["above"]) == ([2, 2], 1, 1)
    assert json_safe({"a": math.nan, "b": np.int64(3), "c": -0.0}) == {"a": None, "b": 3, "c": 0.0}


@pytest.mark.parametrize("frames", [0, 1, 3])
def test_a_dataset_of_so_many_frames(tmp_path: Path, frames: int) -> None:
    root = dataset(tmp_path, frames)
    found = statistics(Dataset.open(root))
    assert found["frames"] == frames
    assert json.loads(dumps(found)) == found
    assert dumps(found) == dumps(statistics(Dataset.open(root)))


def test_content_of_the_staged_dataset(tmp_path: Path) -> None:
    config = {"weather": {"choice": {"clear": 1}}, "lighting.sun_elevation_deg": {"uniform": [0, 1]}}
    found = statistics(Dataset.open(dataset(tmp_path, 3, config=config)))
    rows = {entry["name"]: entry for entry in found["categories"]}
    # Frame 1 has a person before a car, and a sign; frame 2 a bus that hides a dog, and a cone of
    # six pixels, which is ignored.
    assert {name: entry["instances"] for name, entry in rows.items() if entry.get("instances")} == {
        "person": 1, "car": 1, "traffic sign": 1, "bus": 1,
    }  # fmt: skip
    assert (rows["dog"]["in_scene"], rows["dog"]["instances"], rows["dog"]["images"]) == (1, 0, 0)
    assert (rows["sky"]["images"], rows["road"]["images"]) == (3, 3)
    assert sum(entry["pixels"] for entry in rows.values()) == 3 * 64 * 48
    assert rows["person"]["pixels"] == 4 * 16
    # The person's board stands 10 m ahead, 8.5 px right and 2 px above the middle, at 32 px focal length.
    ahead, right, down = 10.0, (22 - 32) * 10 / 32, (26 - 24) * 10 / 32
    assert rows["person"]["distance_m"]["mean"] == pytest.approx(math.hypot(ahead, right, down))
    assert found["things_per_image"]["mean"] == pytest.approx(4 / 3)
    assert found["conditions"] == {"clear": {"frames": 3, "share": 1.0}}
    assert found["image_sizes"] == {"64x48": 3}
    together = found["together"]
    place = {name: number for number, name in enumerate(together["categories"])}
    assert together["images"][place["person"]][place["car"]] == 1
    assert together["images"][place["person"]][place["bus"]] == 0
    assert [entry["path"] for entry in found["parameters"]] == ["weather", "lighting.sun_elevation_deg"]
    assert found["parameters"][1]["realised"]["max"] == pytest.approx(2 / 3)


def test_appearance_of_the_flood(tmp_path: Path) -> None:
    store(tmp_path, [flooded(index=0), flooded((), index=1)], info(2))
    found = statistics(Dataset.open(tmp_path))
    assert (found["visibility_m"]["n"], found["visibility_m"]["mean"]) == (2, 120)
    assert sum(found["illuminance_lux"]["counts"]) == 2
    assert (found["transmission"]["n"], found["transmission"]["max"]) == (3, 0.75)
    assert found["submerged_fraction"]["mean"] == pytest.approx(0.1)
    assert (found["ignored"]["things"], found["ignored"]["share"]) == (2, pytest.approx(2 / 3))
    assert found["ignored"]["reasons"]["transmission"] == 2
    rows = {row["name"]: (row["instances"], row["ignored"]) for row in found["categories"] if row["is_thing"]}
    assert {name: counts for name, counts in rows.items() if counts != (0, 0)} == {
        "car": (1, 0), "traffic sign": (0, 1), "person": (0, 1),
    }  # fmt: skip
    assert found["things_per_image"]["mean"] == 0.5


def test_conditions_that_nobody_stated_have_no_statistics(tmp_path: Path) -> None:
    found = statistics(Dataset.open(dataset(tmp_path)))
    for name in ("visibility_m", "illuminance_lux", "transmission", "submerged_fraction"):
        assert (found[name]["n"], sum(found[name]["counts"])) == (0, 0)
    assert found["contrast"]["n"] > 0


def coco(path: Path, boxes: list[list[float]], category: str = "car", **changes: Any) -> Path:
    raw = {
        "images": [{"id": 7, "width": 100, "height": 50, "file_name": "a.jpg"}],
        "categories": [{"id": 3, "name": category}],
        "annotations": [{"image_id": 7, "category_id": 3, "bbox": box, "iscrowd": 0} for box in boxes],
    }
    path.write_text(json.dumps(raw | changes))
    return path


def test_sizes_and_places_of_real_boxes(tmp_path: Path) -> None:
    real = read_coco(coco(tmp_path / "real.json", [[0, 0, 20, 10], [90, 40, 10, 10]]))
    assert real.boxes.sizes() == pytest.approx([0.2, math.sqrt(0.1 * 0.2)])
    heat = real.boxes.heat_map()
    assert (heat.sum(), heat[1, 3], heat[16, 30]) == (2, 1, 1)
    assert real.boxes.per_picture().tolist() == [2]


def test_two_samples_on_paper() -> None:
    found = json_safe(two_samples([0, 0, 1, 1], [1, 1, 2, 2]))
    assert (found["ks"], found["wasserstein"]) == (0.5, 1.0)
    assert found["histograms"]["ours"]["counts"] == [2, 2, 0]
    assert two_samples([], [1])["ks"] is None
    one, other = Boxes(), Boxes()
    one.add_picture((10, 10), ["car"], [[0, 0, 1, 1]])
    other.add_picture((10, 10), ["car"], [[9, 9, 1, 1]])
    assert heat_map_distance(one.heat_map(), other.heat_map()) == 1.0
    assert heat_map_distance(one.heat_map(), Boxes().heat_map()) is None


def test_names_of_other_datasets() -> None:
    found = matches(["pedestrian", "car", "toaster"], TAXONOMY)
    # Without riders and vans of their own, theirs are persons and cars.
    assert found == {"person": ({"pedestrian"}, {"person", "rider"}), "car": ({"car"}, {"car", "van"})}


def test_mended_pixels_are_summed_up(tmp_path: Path) -> None:
    root = dataset(tmp_path)
    for index, pixels in enumerate(({"picture": 2, "labels": 0}, {"picture": 0, "labels": 0}, {"picture": 1})):
        reseal(root, index, lambda record, pixels=pixels: record["extra"].update(mended_px=pixels))  # type: ignore[misc]
    found = statistics(Dataset.open(root))["mended"]
    assert found == {"labels": {"pixels": 0, "frames": 0}, "picture": {"pixels": 3, "frames": 2}}
    assert "3 bad pixels of the picture were mended from their neighbours, in 2 frames" in render_report(root)


def render_report(root: Path) -> str:
    write_report(Dataset.open(root))
    return (root / REPORT).read_text(encoding="utf-8")


def test_departures_are_told_apart_and_what_a_scene_tried_counts_once(tmp_path: Path) -> None:
    """Two pictures of one scene, one of them pinned against a rule, and one of another scene."""
    shown = [Shown(0, "day", {}, (1,)), Shown(0, "night", {}, (0,)), Shown(1)]
    tried = Departures({"a.b": 1}, {"x > 1": 3}, {"objects.vehicle": 7})
    against = replace(tried, overridden={"lighting.cloud_cover": "rain has clouds"})
    for index, (scene, departures) in enumerate(
        zip(shown, (tried, against, Departures({}, {"x > 1": 2})), strict=True)
    ):
        frame = replace(flooded(index=index), shown=scene)
        store(tmp_path, [frame], info(3), departures=departures)
    stats = statistics(Dataset.open(tmp_path))
    assert stats["departures"] == {
        "clamped": {"a.b": {"frames": 2}},
        "rejected": {"x > 1": {"frames": 3, "draws": 5}},
        "misfits": {"objects.vehicle": {"frames": 2, "places": 7}},
        "overridden": {"lighting.cloud_cover": {"frames": 1, "because": "rain has clouds"}},
    }
    page = write_report(tmp_path).read_text("utf-8")
    for said in ("lighting.cloud_cover in 1 frame (rain has clouds)", "x &gt; 1 5", "vehicle 7", "a.b in 2 frames"):
        assert said in page
    assert Dataset.open(tmp_path).record(1).departures == against


def test_a_report_of_frames_that_came_out_as_declared_says_nothing_of_it(tmp_path: Path) -> None:
    page = write_report(dataset(tmp_path)).read_text("utf-8")
    assert not any(word in page for word in ("rejected", "Clamped", "against the rules", "did not fit"))


@pytest.mark.parametrize("seed", range(4))
def test_parts_that_are_joined_tell_what_the_whole_tells(tmp_path: Path, seed: int) -> None:
    """Wherever a dataset is cut, between the pictures of one scene too."""
    rng = np.random.default_rng(seed)
    frames = [replace(frame, shown=Shown(frame.index // 3, siblings=(99,))) for frame in show(12)]
    store(tmp_path, frames, info(12), departures=Departures(rejected={"a > b": 2}, misfits={"objects.car": 1}))
    opened = Dataset.open(tmp_path)
    whole, joined = census(opened, range(12), {0, 5, 11}), Census(opened.info.taxonomy)
    cuts = [0, *sorted(rng.choice(np.arange(1, 12), rng.integers(1, 8), replace=False).tolist()), 12]
    for start, end in itertools.pairwise(cuts):
        joined.join(census(opened, range(start, end), {0, 5, 11}))
    assert json_safe(everything(joined)) == json_safe(everything(whole))
    assert [len(values) for values in whole.values.values()] == [
        4 if path == "weather" else 12 for path in whole.values
    ]


def everything(found: Census) -> dict[str, Any]:
    rows = [parameter_json(path, None, found.values[path], found.frames) for path in sorted(found.values)]
    own = {name: getattr(found, name) for name in ("frames", "conditions", "machines", "mended", "mending")}
    parts = {**found.content.to_json(), **found.appearances.to_json(), **found.departures.to_json()}
    return {"rows": rows, **own, **parts, "bright": list(found.bright), "boxes": found.content.boxes.column("x")}


def test_a_value_that_repeats_across_a_cut_counts_once() -> None:
    for values in ([1.5, 1.5, 2.5], ["rain", "rain", "fog"], [math.nan, math.nan], [True, True], [3, 3, 3]):
        whole, one, other = Values(), Values(), Values()
        for place, value in enumerate(values):
            whole.add(value, scene=4)
            (one if place == 0 else other).add(value, scene=4)
        one.join(other)
        assert (len(one), one.repeats, one.by_option()) == (len(whole), whole.repeats, whole.by_option())


def test_a_glance_tells_what_the_whole_record_tells(tmp_path: Path) -> None:
    store(tmp_path, [flooded(index=0)], info(1))
    opened = Dataset.open(tmp_path)
    stored, glance = opened.record(0), opened.glance(0)
    objects = {item.id: item for item in stored.objects}
    assert [row["instance_id"] for row in glance.annotations] == [thing.id for thing in stored.instances]
    middles = [objects[thing.id].world_from_object.points(objects[thing.id].box_centre_m) for thing in stored.instances]
    assert np.array_equal(glance.middles_m, middles)
    assert glance.in_scene == Counter(item.category for item in stored.objects)
    assert glance.parameters == stored.parameters
    assert (glance.scene, glance.conditions) == (stored.shown.scene, stored.conditions.to_json())


def test_two_processes_count_what_one_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("longtail.annotate.statistics._WORTH_A_PROCESS", 4)
    root, seen = dataset(tmp_path, 8), list[int]()
    one = dumps(statistics(Dataset.open(root)))
    assert dumps(statistics(Dataset.open(root), workers=2, progress=seen.append)) == one
    assert seen == list(range(1, 9))


@pytest.mark.parametrize(
    "change",
    [
        lambda record: record["annotations"][0].update(instance_id=40),
        lambda record: record["annotations"][0].update(category_id=200),
        lambda record: record["annotations"][0].pop("area"),
        lambda record: record["objects"][1].update(category_id=200),
        lambda record: record["objects"][1].pop("category"),
        lambda record: record["camera"].pop("size_px"),
        lambda record: record["conditions"].update(visibility_m="far"),
    ],
)
def test_a_record_that_somebody_wrote_differently_is_refused_in_words(tmp_path: Path, change: Any) -> None:
    root = dataset(tmp_path, 2)
    reseal(root, 1, change)
    with pytest.raises(DatasetError, match=r"000001\.json"):
        statistics(Dataset.open(root))
