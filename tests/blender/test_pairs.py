"""One scene under many conditions: what cannot change in the labels is the same bytes, and the records link them."""

from __future__ import annotations

from pathlib import Path

import pytest

from longtail.annotate import Dataset
from longtail.annotate.check.check import check
from tests.runs import TINY, command, render_command, run

pytestmark = pytest.mark.blender

# The flood comes last: it alone may change the labels, because it hides what lies below.
# Snow that lies hides what is painted on the road.
VARIANTS = ("clear+day", "fog+day", "rain+night", "snow+snow_cover", "dust", "smoke+wind", "hail", "mist+dusk", "flood")
LAYERS = ("semantic", "instance", "panoptic", "depth", "normals")
SNOWED, OF_PAINT = "snow+snow_cover", ("semantic", "panoptic")
SOILED = ("lens.drops.count=40", "lens.dirt.cover=0.2")
# Down into a dip, where the flood stands, and up again.
SLOPES = ("road.grade_percent=-5", "road.grade_change_percent=10")


ASKED = (f"variants=[{', '.join(VARIANTS)}]", "weather.flood.depth_m=0.5", *SOILED, *SLOPES)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("pairs")
    pins = [word for pin in ASKED for word in ("--set", pin)]
    run(render_command(out, *pins, "--workers", 1, frames=len(VARIANTS)))
    return out


def test_weather_and_soiling_change_no_label_pixel(pictures: Path) -> None:
    dataset = Dataset.open(pictures)
    first = {layer: dataset.read(layer, 0) for layer in LAYERS}
    for index, variant in enumerate(VARIANTS[:-1]):
        for layer in LAYERS:
            if layer in OF_PAINT and variant == SNOWED:
                continue
            path = dataset.info.layers()[layer].path(index)
            assert (dataset.read(layer, index) == first[layer]).all(), (variant, layer)
            assert (pictures / path).read_bytes() == (pictures / dataset.info.layers()[layer].path(0)).read_bytes()


def test_snow_hides_paint_and_nothing_else(pictures: Path) -> None:
    dataset = Dataset.open(pictures)
    ids, snowed = dataset.info.taxonomy.ids, VARIANTS.index(SNOWED)
    for layer, shift in (("semantic", 0), ("panoptic", 16)):
        bare, under = dataset.read(layer, 0), dataset.read(layer, snowed)
        hidden = bare != under
        assert hidden.sum() == dataset.record(snowed).extra["covered_px"] > 0
        assert set((bare[hidden] >> shift).tolist()) <= {ids["lane marking"], ids["crosswalk"]}
        assert set((under[hidden] >> shift).tolist()) <= {ids["road"], ids["parking"]}


def test_only_the_flood_hides_and_only_what_is_below(pictures: Path) -> None:
    dataset = Dataset.open(pictures)
    dry, wet = dataset.read("instance", 0), dataset.read("instance", len(VARIANTS) - 1)
    water = dataset.read("semantic", len(VARIANTS) - 1) == dataset.info.taxonomy.ids["water"]
    assert water.any()
    assert (dry[~water] == wet[~water]).all()
    assert (wet[water] == 0).all()


def test_the_pictures_differ(pictures: Path) -> None:
    dataset = Dataset.open(pictures)
    images = [dataset.read("images", index).tobytes() for index in range(len(VARIANTS))]
    assert len(set(images)) == len(VARIANTS)


def test_records_link_the_siblings_and_keep_poses_and_ids(pictures: Path) -> None:
    records = list(Dataset.open(pictures).records())
    for index, record in enumerate(records):
        assert record.shown.scene == 0
        assert record.shown.siblings == tuple(other for other in range(len(VARIANTS)) if other != index)
        placed = [item for item in record.objects if item.category != "water"]
        assert [(item.id, item.asset) for item in placed] == [(item.id, item.asset) for item in records[0].objects]
        for item, other in zip(placed, records[0].objects, strict=True):
            assert (item.world_from_object.matrix == other.world_from_object.matrix).all()
    assert {record.shown.variant for record in records} == set(VARIANTS)


def test_the_dataset_is_sound(pictures: Path) -> None:
    assert check(pictures) == []


def test_a_scene_from_a_file_is_the_same_bytes(pictures: Path, tmp_path: Path) -> None:
    """The scene of one picture, written to a file and made from it, all by itself."""
    frame = VARIANTS.index("rain+night")
    file, out = tmp_path / "scene.json", tmp_path / "out"
    pins = [word for pin in (*TINY, *ASKED) for word in ("--set", pin)]
    run(command("scene", "street", "--frame", frame, "-o", file, "--seed", 5, *pins))
    run(command("render", "--scene", file, "-o", out, "--device", "cpu", "--workers", 1))
    first, alone = Dataset.open(pictures), Dataset.open(out)
    for layer in ("images", *LAYERS):
        there, here = (s.info.layers()[layer].path(i) for s, i in ((first, frame), (alone, 0)))
        assert (pictures / there).read_bytes() == (out / here).read_bytes(), layer
    assert check(out) == []
