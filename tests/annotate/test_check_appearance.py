"""The check finds what a record says wrongly about air, water, lens and ignored things."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from longtail.annotate.check.check import check
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.encoders import encode_png
from longtail.annotate.dataset.layers import LAYERS
from longtail.annotate.dataset.merge import merge
from longtail.annotate.labels.ignore import IgnoreRule
from tests.annotate.flood import flooded
from tests.annotate.pictures import TAXONOMY, Board, camera, info
from tests.annotate.stage import messages, repaint, reseal, store

OUTPUTS = ("coco", "panoptic", "semantic", "depth", "lens")


def dataset(root: Path, **changes: Any) -> Path:
    store(root, [flooded(index=0), flooded((), index=1)], info(2, **{"outputs": OUTPUTS, **changes}))
    merge(root)
    return root


@pytest.mark.parametrize("outputs", [OUTPUTS, ("lens",), ("coco",), ("panoptic",)], ids=" ".join)
@pytest.mark.parametrize("image_format", ["png", "jpg"])
def test_a_sound_flood_has_no_findings(tmp_path: Path, outputs: tuple[str, ...], image_format: str) -> None:
    assert check(dataset(tmp_path, outputs=outputs, image_format=image_format)) == []


def test_a_waterline_near_the_cameras_plane_is_as_sure_as_its_depth(tmp_path: Path) -> None:
    """Depth has steps of 4 mm: of what is nearer than half of one they do not say how far below the camera it is."""
    wall = Board(1, "car", 0, 14, 64, 34, 0.001)
    store(tmp_path, [flooded((wall,), level_m=-0.015, view=camera(focal_px=1.0))], info(1))
    merge(tmp_path)
    columns = [x for line in Dataset.open(tmp_path)[0].instances[0].waterline for x, _ in line]
    assert min(columns) < 3
    assert max(columns) > 61
    assert "waterline" not in messages(tmp_path)


def both(**changes: Any) -> Callable[[dict[str, Any]], object]:
    """The same change to the car as an object and as an annotation."""
    return lambda record: (record["objects"][0].update(changes), record["annotations"][0].update(changes))


def line(*points: tuple[float, float]) -> Callable[[dict[str, Any]], object]:
    return lambda record: record["annotations"][0].update(waterline=[[list(point) for point in points]])


LIES: list[tuple[str, Callable[[dict[str, Any]], object], str]] = [
    ("image visibility", lambda r: r["image"].update(visibility_m=9.0), "image visibility_m 120.0, got 9.0"),
    ("image weather", lambda r: r["image"].pop("weather"), r"image weather 'rain\+mist\+flood', got None"),
    ("condition", lambda r: r["conditions"].update(rain_rate_mm_h=-1), "expected a sound record, got .* 0 or more"),
    ("no rule", lambda r: r.pop("ignore_rule"), "expected a key 'ignore_rule', got none"),
    ("transmission", both(transmission=1.25), "object 1 transmission from 0 to 1, got 1.25"),
    ("lens share", both(lens_fraction=-0.25), "object 1 lens_fraction from 0 to 1, got -0.25"),
    ("lens", both(lens_fraction=0.5), "masks/lens/000000.png: expected lens_fraction 0.5 of object 1, got 0.25"),
    ("negative contrast", both(contrast=-1.0), "object 1 contrast of 0 or more, got -1.0"),
    ("contrast", both(contrast=50.0), "object 1 contrast .*, as in the picture, got 50.0"),
    ("no contrast", both(contrast=None), "object 1 contrast .*, as in the picture, got None"),
    ("one contrast", lambda r: r["annotations"][0].update(contrast=50.0), "annotation of object 1: contrast"),
    ("one transmission", lambda r: r["annotations"][0].update(transmission=0.5), "1: transmission 0.75, got 0.5"),
    ("submerged", lambda r: r["objects"][0].update(submerged_px=61), "object 1 submerged_fraction 0.305, got 0.3"),
    ("too much", lambda r: r["objects"][0].update(submerged_px=999), "submerged_px from 0 to 200 amodal, got 999"),
    ("no level", lambda r: r["conditions"].update(water_level_m=None), "submerged_px null without a water level"),
    ("share", lambda r: r["objects"][0].update(submerged_px=None), "submerged_fraction null without counted pixels"),
    ("one share", lambda r: r["annotations"][0].update(submerged_fraction=0.0), "1: submerged_fraction 0.3, got 0.0"),
    ("ignored", lambda r: r["annotations"][0].update(iscrowd=1), r"1: iscrowd 0 for \[\].* got 1 for \[\]"),
    ("not ignored", lambda r: r["annotations"][1].update(iscrowd=0), "2: iscrowd 1 for .*transmission.*, got 0 for"),
    ("object", lambda r: r["objects"][1].update(ignore=0), "object 2 ignore 1, as the record's rule says, got 0"),
    ("reasons", lambda r: r["annotations"][1].update(ignored_for=["area"]), r"got 1 for \['area'\]"),
    ("rule", lambda r: r["ignore_rule"].update(min_area_px=9999), r"1: iscrowd 1 for \['area'\]"),
    ("bad rule", lambda r: r["ignore_rule"].update(max_lens_fraction=2), "max_lens_fraction: expected 0 to 1"),
    ("unseen", lambda r: r["objects"][0].update(ignore=None), "object 1 an appearance exactly where"),
    ("outside", line((8.5, 28.5), (64.5, 28.5)), "waterline centres of pixels within 64x48"),
    ("negative", line((-8.5, 28.5), (8.5, 28.5)), "waterline centres of pixels within 64x48"),
    ("corners", line((8.0, 28.0), (10.0, 28.0)), "waterline centres of pixels"),
    ("inner", line((10.5, 25.5), (12.5, 25.5)), "waterline pixels on the border of its mask"),
    ("beside", line((8.5, 29.5), (12.5, 29.5)), "waterline pixels on the border of its mask"),
    ("dry", line((10.5, 22.5), (12.5, 22.5)), "waterline pixels beside water"),
    ("point", line((8.5, 28.5)), "waterline lines of two points or more"),
    ("text", lambda r: r["annotations"][0].update(waterline=[["a"]]), "a sound record, got .*expected 2, got 1"),
    (
        "no line",
        lambda r: r["annotations"][0].pop("waterline"),
        "a sound record, got .*expected a key 'waterline', got none",
    ),
]


@pytest.mark.parametrize(("lie", "message"), [pytest.param(*rest, id=name) for name, *rest in LIES])
def test_a_lie_is_found(tmp_path: Path, lie: Callable[[dict[str, Any]], object], message: str) -> None:
    root = dataset(tmp_path)
    reseal(root, 0, lie)
    found = messages(root)
    assert re.search(message, found), found


def test_a_waterline_in_a_dry_picture_is_found(tmp_path: Path) -> None:
    root = dataset(tmp_path, outputs=("coco",))

    def dry(record: dict[str, Any]) -> None:
        record["segments_info"] = [
            row for row in record["segments_info"] if row["category_id"] != TAXONOMY.ids["water"]
        ]

    reseal(root, 0, dry)
    assert re.search(r"1: waterline \[\] in a picture without water", messages(root))


def test_wrong_lens_pixels_are_found(tmp_path: Path) -> None:
    root = dataset(tmp_path)
    layer = LAYERS["lens"]
    path = layer.path(0)
    mask = layer.decode((root / path).read_bytes()).copy()
    mask[25, 20] = 255  # one pixel of the car
    repaint(root, 0, path, layer.encode(mask))
    assert f"{path}: expected lens_fraction 0.25 of object 1" in messages(root)
    mask[25, 20] = 7
    repaint(root, 0, path, layer.encode(mask))
    assert f"{path}: expected 0 and 255 alone, got [7]" in messages(root)


def test_another_picture_under_the_labels_is_found(tmp_path: Path) -> None:
    root = dataset(tmp_path)
    rgb = np.full((48, 64, 3), 90, dtype=np.uint8)
    repaint(root, 0, "images/000000.png", encode_png(rgb))
    assert "contrast 0.0, as in the picture" in messages(root)


def test_the_rule_may_be_another_one(tmp_path: Path) -> None:
    root = dataset(tmp_path)
    reseal(root, 0, lambda record: record["ignore_rule"].update(IgnoreRule.nothing().to_json()))
    assert re.search(r"annotation of object 2: iscrowd 0 for \[\]", messages(root))
