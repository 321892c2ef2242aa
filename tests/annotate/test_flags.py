"""Flags: planted flaws are found, each as what it is, and sound frames have none."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import cv2
import jsonschema
import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from longtail.annotate.camera.transform import Transform
from longtail.annotate.choosing.stored_flags import StoredFlags
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.encoders import encode_png
from longtail.annotate.dataset.record_text import RecordText
from longtail.annotate.errors import DatasetError
from longtail.annotate.flags.alike import MOST_BITS, Print, most_alike, print_of
from longtail.annotate.flags.glance import at_a_glance
from longtail.annotate.flags.look import Look
from longtail.annotate.flags.outliers import LEAST_FRAMES, outliers
from longtail.annotate.flags.scoring import FrameScores, scored
from longtail.annotate.flags.seen import illegible_sign
from longtail.annotate.flags.sizes import HEIGHT_M, LONGEST_M
from longtail.annotate.flags.solids import Solids, overlap_m
from longtail.annotate.flags.standing import floating, interpenetrating
from longtail.annotate.flags.table import FLAGS
from longtail.annotate.labels.frame import Frame, SceneObject
from longtail.annotate.labels.relief import Relief
from longtail.annotate.labels.taxonomy import BY_NAME, Taxonomy
from longtail.annotate.statistics import FORMAT
from longtail.annotate.statistics.schema import schema
from longtail.command_line import main
from longtail.scenes.assets import families
from tests.annotate.pictures import ROAD, ROAD_BELOW_M, TAXONOMY, camera, info, picture
from tests.annotate.stage import repaint, reseal, store

WIDE, HIGH = 160, 96
TEXTURE = np.random.default_rng(5).normal(0, 1, (40, 400, 600))

Rgb = NDArray[np.uint8]


def thing(
    number: int, category: str, x_m: float, y_m: float, size_m: Sequence[float], lift_m: float = 0.0
) -> SceneObject:
    """A box that stands on the road."""
    pose = Transform.upright("world", "object", (x_m, y_m, lift_m - ROAD_BELOW_M), 0.3)
    length, width, height = size_m
    return SceneObject(number, category, f"a_{category}", pose, (0.0, 0.0, height / 2), (length, width, height), 400)


def frame(index: int, objects: Sequence[SceneObject] = (), change: Callable[[Rgb], Rgb] = lambda rgb: rgb) -> Frame:
    """A road with a car, a person and what else is given, painted as blocks; every frame shows other blobs."""
    view = camera(WIDE, HIGH, 100.0)
    base = picture((), index, view)
    car, person = thing(1, "car", 12.0, 1.0, (4.4, 1.8, 1.5)), thing(2, "person", 9.0, -2.0, (0.5, 0.5, 1.7))
    standing = {item.id: item for item in (car, person, *objects)}
    ids = base.object_ids.copy()
    for place, number in enumerate(sorted(standing)):
        ids[50:64, 20 + 30 * place : 38 + 30 * place] = number
    blobs = cv2.GaussianBlur(TEXTURE[index % 40, :HIGH, :WIDE], (0, 0), 6)
    grey = np.clip(118 + 700 * blobs, 40, 190)
    rgb = np.repeat(grey[..., None], 3, axis=2)
    for number in standing:
        rgb[ids == number] = (200 - 20 * (number % 7), 60, 40)
    shown = change(np.rint(rgb).astype(np.uint8))
    depth = np.where(np.isin(ids, list(standing)), np.float32(10), base.depth_m).astype(np.float32)
    return dataclasses.replace(
        base, rgb=shown, object_ids=ids, depth_m=depth, objects=(*base.objects, *standing.values()))  # fmt: skip


def made(root: Path, frames: Sequence[Frame]) -> Dataset:
    store(root, frames, info(len(frames)))
    return Dataset.open(root)


def flags_of(found: Sequence[FrameScores]) -> dict[int, list[str]]:
    return {one.index: [flag.name for flag in one.raised] for one in found if one.raised}


def planted(tmp_path: Path, odd: Frame) -> list[str]:
    """The flags of a frame among three sound ones, which have none."""
    found = flags_of(scored(made(tmp_path, [*(frame(index) for index in range(3)), odd])))
    assert set(found) <= {3}
    return found.get(3, [])


def test_sound_frames_have_no_flag(tmp_path: Path) -> None:
    found = scored(made(tmp_path, [frame(index) for index in range(6)]))
    assert flags_of(found) == {}
    assert set(found[0].scores) == set(FLAGS)


def magenta(rgb: Rgb) -> Rgb:
    rgb[50:64, 20:38] = (210, 20, 190)
    return rgb


def hidden(rgb: Rgb) -> Rgb:
    rgb[40:74, 10:48] = 90
    return rgb


def speckled(rgb: Rgb) -> Rgb:
    rgb[4:40:7, 5:150:9] = 255
    return rgb


def blotched(rgb: Rgb) -> Rgb:
    spots = np.stack([cv2.GaussianBlur(TEXTURE[k, 100 : 100 + HIGH, :WIDE], (0, 0), 3) for k in range(3)], axis=-1)
    return np.asarray(np.clip(rgb + 18 * spots / spots.std(), 0, 255), dtype=np.uint8)


PICTURES: dict[str, Callable[[Rgb], Rgb]] = {
    "too_dark": lambda rgb: (rgb * 0.15).astype(np.uint8),
    "blown_out": lambda rgb: np.clip(rgb * 1.3 + 100, 0, 255).astype(np.uint8),
    "empty": lambda rgb: np.full_like(rgb, 118),
    "missing_texture": magenta,
    "fireflies": speckled,
    "blotches": blotched,
}


@pytest.mark.parametrize("name", PICTURES)
def test_what_is_wrong_with_a_picture_is_said_first(tmp_path: Path, name: str) -> None:
    assert planted(tmp_path, frame(3, (), PICTURES[name]))[0] == name


def test_what_stands_out_at_a_glance() -> None:
    rgb, instance = np.zeros((60, 80, 3), dtype=np.uint8), np.zeros((60, 80), dtype=np.uint16)
    instance[10:30, 10:30], instance[10:30, 50:70], instance[40:43, 40:43] = 3, 70, 9
    rgb[instance == 3] = 255
    found = at_a_glance(rgb, instance, (3, 9, 70, 71))
    # White on black is 100 in L*, of which a blur of five pixels leaves half or more beside the border.
    assert found.keys() == {3, 9, 70}
    assert 75 < found[3] <= 100
    assert found[9] == found[70] == 0


@pytest.mark.parametrize("written", ["as records are", "differently"])
def test_objects_are_read_from_their_text(tmp_path: Path, written: str) -> None:
    dataset = made(tmp_path, [frame(0, [thing(4, "traffic sign", 15.0, 3.0, (0.1, 0.6, 2.0))])])
    text = RecordText.of(dataset.record_bytes(0), "")
    objects = text.parsed()["objects"]
    rows = text.without_objects()[0] if written == "as records are" else json.dumps(objects)[1:-1].encode("ascii")
    found, expected = Solids.of_text(rows, TAXONOMY), Solids.of(objects, TAXONOMY)
    assert len(expected.ids) == 4
    for name in ("ids", "categories", "kinds", "assets", "attributes", "seen", "middles_m", "axes", "sizes_m"):
        assert np.array_equal(getattr(found, name), getattr(expected, name)), name
    assert Solids.of_text(b"", TAXONOMY).ids == []


def test_a_label_that_is_painted_over_is_said(tmp_path: Path) -> None:
    made(tmp_path, [frame(index) for index in range(3)])
    repaint(tmp_path, 1, "images/000001.png", encode_png(hidden(frame(1).rgb.copy())))
    found = scored(Dataset.open(tmp_path))
    assert flags_of(found) == {1: ["label_unseen"]}
    assert found[1].raised[0].said.startswith("car 1 has a contrast of 0.0")


SCENES: dict[str, SceneObject] = {
    "floating": thing(3, "car", 20.0, 8.0, (4.4, 1.8, 1.5), lift_m=0.5),
    "interpenetrating": thing(3, "van", 13.0, 1.2, (5.0, 2.0, 2.0)),
    "implausible_size": thing(3, "car", 30.0, 8.0, (8.8, 3.6, 3.0)),
    "camera_inside": thing(3, "bus", 0.0, 0.0, (12.0, 2.5, 3.0)),
}


@pytest.mark.parametrize("name", SCENES)
def test_what_is_wrong_with_a_scene_is_said_first(tmp_path: Path, name: str) -> None:
    assert planted(tmp_path, frame(3, (SCENES[name],))) == [name]


def test_what_is_sunk_in_the_ground_interpenetrates(tmp_path: Path) -> None:
    sunk = thing(3, "car", 20.0, 8.0, (4.4, 1.8, 1.5), lift_m=-0.7)
    assert planted(tmp_path, frame(3, (sunk,))) == ["interpenetrating"]


def test_two_on_a_motorcycle_are_no_flaw(tmp_path: Path) -> None:
    taxonomy = Taxonomy.of(["motorcycle", *(kind.name for _, kind in TAXONOMY)], "sky")
    ridden = thing(3, "motorcycle", 20.0, 8.0, (2.1, 0.8, 1.2))
    rider = thing(4, "rider", 20.0, 8.0, (0.8, 0.6, 1.4), lift_m=0.4)
    odd = [dataclasses.replace(frame(index, (ridden, rider)), taxonomy=taxonomy) for index in range(2)]
    store(tmp_path, odd, info(2, taxonomy=taxonomy))
    assert flags_of(scored(Dataset.open(tmp_path))) == {}


def test_a_driver_sits_in_what_he_drives(tmp_path: Path) -> None:
    van, driver = (
        thing(3, "van", 20.0, 8.0, (5.0, 2.0, 2.0)),
        thing(4, "person", 20.0, 8.0, (0.8, 0.6, 1.4), lift_m=0.5),
    )
    seated = dataclasses.replace(driver, attributes={"state": "driving"})
    found = scored(made(tmp_path, [frame(0, (van, seated)), frame(1, (van, driver))]))
    assert flags_of(found) == {1: ["interpenetrating"]}


def test_a_camera_in_a_room_is_inside_of_nothing(tmp_path: Path) -> None:
    """Whose walls are one object, whose box is around all that is in the room."""
    pose = Transform.upright("world", "object", (10.0, 0.0, -ROAD_BELOW_M), 0.0)
    walls = SceneObject(950, "wall", "walls", pose, (0.0, 0.0, 2.0), (40.0, 30.0, 4.0))
    posts = tuple(thing(3 + k, "traffic cone", 15.0 + 3 * k, 8.0, (0.4, 0.4, 0.7)) for k in range(4))
    within = dataclasses.replace(frame(0), objects=(*frame(0).objects, *posts, walls))
    assert flags_of(scored(made(tmp_path, [within]))) == {}


def test_copies_are_told_exact_or_near(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).normal(0, 3, (HIGH, WIDE, 3))
    again = frame(7).rgb
    near = np.clip(again * 1.05 + 4 + noise, 0, 255).astype(np.uint8)
    frames = [
        *(frame(index) for index in range(8)),
        dataclasses.replace(frame(8), rgb=again),
        dataclasses.replace(frame(9), rgb=near),
    ]
    found = scored(made(tmp_path, frames))
    assert flags_of(found) == {8: ["duplicate"], 9: ["near_duplicate"]}
    assert "frame 7" in found[8].raised[0].said
    assert "frame 7" in found[9].raised[0].said


def test_pictures_of_one_scene_are_alike_on_purpose() -> None:
    prints = [print_of(frame(0).rgb)] * 2
    assert most_alike(prints, [0, 0]) == {}
    assert most_alike(prints, [0, 1])[1].correlation == pytest.approx(1)


def test_hashes_are_found_within_their_bits_and_never_beyond() -> None:
    """Against comparing all with all."""
    rng = np.random.default_rng(3)
    words = rng.integers(0, 1 << 63, 60, dtype=np.uint64).tolist()
    for start, flips in ((0, MOST_BITS), (1, MOST_BITS + 1), (2, 1), (3, 0)):
        changed = words[start]
        for bit in rng.choice(64, flips, replace=False).tolist():
            changed ^= 1 << bit
        words.append(changed)
    details = rng.integers(-127, 127, (24, 24)).astype(np.int8)
    found = most_alike([Print(word, details) for word in words], list(range(len(words))))
    near = {
        later: [earlier for earlier in range(later) if (words[later] ^ words[earlier]).bit_count() <= MOST_BITS]
        for later in range(len(words))
    }
    assert {later: [one.earlier] for later, one in found.items()} == {k: v for k, v in near.items() if v}
    assert set(found) == {60, 62, 63}


def test_ten_thousand_hashes_are_few_comparisons(monkeypatch: pytest.MonkeyPatch) -> None:
    """All with all would be fifty million pairs; details are compared of those that are near alone."""
    rng = np.random.default_rng(4)
    words = rng.integers(0, 1 << 63, 10_000, dtype=np.uint64).tolist()
    words[9_000] = words[10]
    details = rng.integers(-127, 127, (24, 24)).astype(np.int8)
    compared: list[int] = []

    def correlations(_: Sequence[Print], pairs: NDArray[np.int64]) -> NDArray[np.float64]:
        compared.append(len(pairs))
        return np.ones(len(pairs))

    monkeypatch.setattr("longtail.annotate.flags.alike._correlations", correlations)
    assert most_alike([Print(word, details) for word in words], list(range(10_000))).keys() == {9_000}
    assert compared == [1]


def test_a_thousand_black_pictures_are_found_all_the_same() -> None:
    black = print_of(np.zeros((90, 160, 3), dtype=np.uint8))
    assert set(most_alike([black] * 1000, list(range(1000)))) == set(range(1, 1000))


def test_outliers_by_themselves_and_in_pairs() -> None:
    rng = np.random.default_rng(0)
    height, sun = rng.normal(1.5, 0.1, 300), rng.uniform(-10, 60, 300)
    columns: dict[str, Any] = {
        "camera.height_m": height,
        "sun": sun,
        "lux": np.exp(0.1 * sun + rng.normal(0, 0.05, 300)),
        "lens.cover": np.where(rng.random(300) < 0.9, 0.0, rng.exponential(0.01, 300)),
        "count": rng.poisson(4, 300).astype(float),
        "rate": np.where(rng.random(300) < 0.3, rng.lognormal(1, 1, 300), np.nan),
        "fixed": np.full(300, 2.0),
    }
    assert all(score <= 1 for score, _ in outliers(columns))
    height[7] = 4.0
    columns["lux"][9] = columns["lux"].max()
    sun[9] = -9.5
    found = [(row, said) for row, (score, said) in enumerate(outliers(columns)) if score > 1]
    assert [row for row, _ in found] == [7, 9]
    assert "camera.height_m is 4, far from all others" in found[0][1]
    assert "sun -9.5" in found[1][1]
    assert "lux" in found[1][1]
    few = {path: column[: LEAST_FRAMES - 1] for path, column in columns.items()}
    assert all(score == 0 for score, _ in outliers(few))
    assert outliers({}) == []


@pytest.mark.parametrize("seed", range(5))
def test_sound_laws_have_no_outliers(seed: int) -> None:
    rng = np.random.default_rng(seed)
    laws = (rng.normal, rng.uniform, rng.exponential, rng.lognormal, lambda size: rng.beta(0.3, 3, size))
    columns: dict[str, Any] = {f"{law}{k}": law(size=500) for law in laws for k in range(6)}
    assert np.mean([score > 1 for score, _ in outliers(columns)]) <= 0.01


def test_boxes_overlap_as_on_paper() -> None:
    taxonomy = Taxonomy.of(("car", "road"), "road")
    rows = [_row(1, (0, 0, 0)), _row(2, (3, 0, 0)), _row(3, (5, 0, 0)), _row(4, (0, 2.2, 0), turned=np.pi / 4)]
    solids = Solids.of(rows, taxonomy)
    assert overlap_m(solids, 0, 1) == pytest.approx(1)
    assert overlap_m(solids, 0, 2) == pytest.approx(-1)
    # A square of 2 by 2, turned by 45 degrees, reaches 1.414 to its corner.
    assert overlap_m(solids, 0, 3) == pytest.approx(1 + 2 * np.sqrt(2) * 1.5 / np.sqrt(2) / 2 * np.sqrt(2) - 2.2, abs=2)
    assert solids.inside_m(np.array([0.0, 0.0, 0.5])).tolist()[:3] == pytest.approx([0.5, -1, -3])


def _row(number: int, middle: Sequence[float], turned: float = 0.0) -> dict[str, Any]:
    cos, sin = float(np.cos(turned)), float(np.sin(turned))
    x, y, z = middle
    pose = [[cos, -sin, 0, x], [sin, cos, 0, y], [0, 0, 1, z], [0, 0, 0, 1]]
    return {"id": number, "category": "car", "asset": "a", "world_from_object": pose, "box_centre_m": [0, 0, 0],
            "box_size_m": [4, 2, 2], "box_centre_world_m": list(middle), "visible_px": 1}  # fmt: skip


def test_sizes_are_of_categories_that_are() -> None:
    assert set(LONGEST_M) <= set(BY_NAME)
    assert set(HEIGHT_M) <= set(LONGEST_M)
    assert all(0 < low < high for low, high in (*LONGEST_M.values(), *HEIGHT_M.values()))


def test_our_own_models_are_of_plausible_sizes() -> None:
    for assets in families().values():
        for asset in assets:
            for table, size in ((LONGEST_M, max(asset.size_m)), (HEIGHT_M, asset.size_m[2])):
                if asset.category in table:
                    low, high = table[asset.category]
                    assert low <= size <= high, asset.name


def test_a_fixed_exposure_may_be_anything(tmp_path: Path) -> None:
    made(tmp_path, [frame(0, (), PICTURES["too_dark"])])
    reseal(tmp_path, 0, lambda record: record["parameters"].update({"sensor.exposure": "manual"}))
    (found,) = scored(Dataset.open(tmp_path))
    assert "too_dark" not in found.scores
    reseal(tmp_path, 0, lambda record: record["parameters"].update(
        {"sensor.exposure": "auto", "lighting.exposure_ev": -5.0}))  # fmt: skip
    (found,) = scored(Dataset.open(tmp_path))
    assert found.scores["too_dark"] == 0


def test_a_picture_of_another_size_is_told(tmp_path: Path) -> None:
    made(tmp_path, [frame(0)])
    data = encode_png(np.zeros((8, 8, 3), dtype=np.uint8))
    (tmp_path / "images/000000.png").write_bytes(data)
    with pytest.raises(DatasetError, match="expected a picture of 160x96 pixels, got 8x8"):
        scored(Dataset.open(tmp_path))


def test_a_record_without_a_key_is_told(tmp_path: Path) -> None:
    made(tmp_path, [frame(0)])
    reseal(tmp_path, 0, lambda record: record["files"].clear())
    with pytest.raises(DatasetError, match="expected a key"):
        scored(Dataset.open(tmp_path))


@pytest.mark.parametrize(
    ("light", "value", "flagged"), [("day", 1.0, True), ("night", 1.0, False), ("night", 0.4, True)]
)
def test_a_sign_that_shines_back_headlights_may_be_white_all_over(light: str, value: float, flagged: bool) -> None:
    sign = {"instance_id": 5, "bbox": [10, 10, 30, 30], "iscrowd": 0, "attributes": {"text": "30"}}
    instance = np.zeros((60, 60), dtype=np.uint16)
    instance[10:40, 10:40] = 5
    luma = np.where(instance == 5, np.float32(value), np.float32(0.1))
    look = SimpleNamespace(annotations=[sign], instance=instance, luma=luma, light=light, name=lambda _: "traffic sign")
    found = illegible_sign(cast(Look, look))
    assert found is not None
    assert (found[0] > FLAGS["illegible_sign"].threshold) is flagged


SLOPE = Relief(((-50.0, 0.0), (0.0, 0.0), (16.0, 0.06), (200.0, 0.06)))


def _on_the_slope(lift_m: float, turned: bool) -> Look:
    """A car of 4.4 m that stands, or hangs or is sunk, on a road that rises by 6 % from X = 16 on, in a street of
    houses on plinths that are one object."""
    x, climb = 100.0, math.atan(0.06)
    z = float(SLOPE.height_m(x)) + lift_m
    turn = Rotation.from_euler("z", 180.0 if turned else 0.0, degrees=True)
    pose = np.eye(4)
    pose[:3, :3], pose[:3, 3] = (Rotation.from_euler("y", -climb) * turn).as_matrix(), (x, 0.0, z)
    top = float(SLOPE.height_m(200.0))
    road = {"id": 1, "category": "road", "asset": "road", "visible_px": 9, "world_from_object": np.eye(4).tolist(),
            "box_centre_world_m": [75.0, 0.0, (top - 0.2) / 2], "box_size_m": [250.0, 10.0, top + 0.2]}  # fmt: skip
    plinths = {**road, "id": 2, "category": "building", "asset": "plinths",
               "box_centre_world_m": [75.0, 0.0, top / 2], "box_size_m": [250.0, 60.0, top]}  # fmt: skip
    middle = (pose[:3, :3] @ (0, 0, 0.75) + pose[:3, 3]).tolist()
    car = {"id": 3, "category": "car", "asset": "car/city", "visible_px": 9, "world_from_object": pose.tolist(),
           "box_centre_world_m": middle, "box_size_m": [4.4, 1.8, 1.5]}  # fmt: skip
    places = [(20.0 * place, 7.0, float(SLOPE.height_m(20.0 * place)) + 0.75) for place in range(4)]
    others = [{**car, "id": 4 + place, "box_centre_world_m": at} for place, at in enumerate(places)]
    kinds = {number: BY_NAME[name] for number, name in enumerate(("car", "road", "building", "sky"), start=1)}
    solids = Solids.of([road, plinths, car, *others], Taxonomy(kinds, "sky"))
    taken = SimpleNamespace(
        solids=solids, levelled=solids.levelled(SLOPE, frozenset({"road", "building"})), things=frozenset({"car"})
    )
    return cast(Look, taken)


@pytest.mark.parametrize("turned", [False, True])
def test_what_stands_on_a_slope_neither_floats_nor_sinks(turned: bool) -> None:
    sound, lifted, lowered = (_on_the_slope(lift_m, turned) for lift_m in (0.0, 0.4, -0.6))
    assert floating(sound)[0] < 0.05
    # In no plinth either: their box is around all that stands along the street.
    assert interpenetrating(sound)[0] < 0.05
    said = floating(lifted)
    assert said[0] == pytest.approx(4.0, abs=0.05)
    assert "car 3 (car/city) has 0.40 m of air under it" in said[1]
    score, words = interpenetrating(lowered)
    assert score == pytest.approx(0.6 / 0.75, abs=0.01)
    assert "car 3 (car/city) is sunk 0.60 m into the ground" in words


def test_stats_says_flags_first_and_keeps_them(tmp_path: Path) -> None:
    frames = [*(frame(index) for index in range(3)), frame(3, (SCENES["floating"],))]
    made(tmp_path, frames)
    answer = CliRunner().invoke(main, ["stats", str(tmp_path), "--pictures", "0"])
    assert answer.exit_code == 0, answer.output
    first = answer.output.splitlines()
    assert any(line.startswith("floating: 1 frame; frame 3: car 3 (a_car) has 0.50 m of air") for line in first[:2])
    page = (tmp_path / "report.html").read_text()
    _, wrong = page.split('<section id="verdicts"', 1)
    assert "1 frame</button> flagged floating" in wrong[: wrong.index("</li>")]
    stats = json.loads((tmp_path / "stats.json").read_text())
    jsonschema.validate(stats, schema(FORMAT))
    assert (stats["flags"]["frames"], stats["flags"]["flagged"]) == (4, 1)
    assert [kind["name"] for kind in stats["flags"]["kinds"] if kind["frames"]] == ["floating"]
    flags = StoredFlags.among(Dataset.open(tmp_path))
    assert flags is not None
    assert flags.names == list(FLAGS)
    assert flags.of(3)[0].times == pytest.approx(5, rel=1e-3)
    assert flags.of(0) == ()
    digest = hashlib.sha256((tmp_path / "flags.jsonl").read_bytes()).hexdigest()
    assert CliRunner().invoke(main, ["stats", str(tmp_path), "--pictures", "0"]).exit_code == 0
    assert hashlib.sha256((tmp_path / "flags.jsonl").read_bytes()).hexdigest() == digest
    CliRunner().invoke(main, ["stats", str(tmp_path), "--no-flags", "-o", str(tmp_path / "other")])
    assert "flags" not in json.loads((tmp_path / "other/stats.json").read_text())
    assert not (tmp_path / "other/flags.jsonl").exists()


def test_processes_change_no_score(tmp_path: Path) -> None:
    whole = made(tmp_path, [frame(index) for index in range(3)])
    heard: list[int] = []
    assert [one.scores for one in scored(whole, 2, heard.append)] == [one.scores for one in scored(whole)]
    assert heard == [1, 2, 3]


def test_the_road_is_where_the_boxes_stand() -> None:
    assert frame(0).objects[0].id == ROAD
