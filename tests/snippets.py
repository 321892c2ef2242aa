"""A dataset for the documentation's snippets to read, and what each of them must find in it.

Frame 0 has a person before a car and a sign, frame 1 a bus that hides a dog, and a cone of six pixels; frame 3 five
people; frame 4, of the same scene, a car in a flood and two things that are lost in its fog; the others nothing.
"""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from pycocotools import mask

from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.merge import merge
from longtail.annotate.dataset.tars import SHARDS, write_tar
from longtail.annotate.labels.frame import Frame
from longtail.annotate.labels.shown import Shown
from longtail.render.importing.loading import load
from longtail.scenes.composing import catalogue_of, scene_of
from tests.annotate import jointed
from tests.annotate.clad import clad
from tests.annotate.flood import flooded
from tests.annotate.lined import LINES, lined
from tests.annotate.paired import paired
from tests.annotate.pictures import Board, info, picture, with_silhouettes
from tests.annotate.scanned import clouds
from tests.annotate.stage import SHOW, store

Names = dict[str, Any]

PEOPLE = tuple(Board(number, "person", 10 * number, 16, 6, 16, 8.0 + number) for number in range(1, 6))
SCENES = (0, 1, 2, 3, 3, 4)
OUTPUTS = (
    *("coco", "panoptic", "semantic", "depth", "normals", "distance", "world", "albedo", "material", "parts"),
    *("flow", "scene_flow"),
)


def frames() -> list[Frame]:
    made = [
        with_silhouettes(picture(SHOW[1], 0), SHOW[1]),
        with_silhouettes(picture(SHOW[2], 1), SHOW[2]),
        picture((), 2),
        with_silhouettes(picture(PEOPLE, 3), PEOPLE),
        flooded(index=4),
        picture((), 5),
    ]
    return [clad(dataclasses.replace(frame, shown=Shown(scene))) for frame, scene in zip(made, SCENES, strict=True)]


def stage(root: Path) -> Path:
    """The dataset, and what a detector says of it: each thing once, those that nobody can see first."""
    store(root, frames(), info(len(SCENES), outputs=OUTPUTS))
    merge(root)
    everything = json.loads((root / "annotations/instances_all.json").read_bytes())["annotations"]
    kept = ("image_id", "category_id", "bbox")
    found = [{key: row[key] for key in kept} | {"score": 0.5 + 0.4 * row["iscrowd"]} for row in everything]
    (root.parent / "detections.json").write_text(json.dumps(found))
    return root


def into_tars(root: Path) -> None:
    """Put the frames of a dataset of loose files into a tar beside them, as `--format webdataset` keeps them."""
    dataset = Dataset.open(root)
    inside = {
        frame.index: {path: (root / path).read_bytes() for path in frame.files}
        | {f"frames/{frame.index:06d}.json": dataset.record_bytes(frame.index)}
        for frame in dataset
    }
    (root / SHARDS).mkdir()
    with (root / SHARDS / "000000.tar").open("wb") as file:
        write_tar(file, inside)


def with_lanes(root: Path) -> Path:
    """A road with a line of paint, in the place of the dataset."""
    shutil.rmtree(root)
    return lined().write(root)


def with_a_pair(root: Path) -> Path:
    """Two boards before a rectified pair, in the place of the dataset."""
    shutil.rmtree(root)
    return paired(root)


def with_a_robot(root: Path) -> Path:
    """A robot of three links, one of them not to be seen, in the place of the dataset."""
    shutil.rmtree(root)
    return jointed.dataset(root)


def with_points(root: Path) -> Path:
    """Boards before a LiDAR, in the place of the dataset."""
    shutil.rmtree(root)
    return clouds(root)


def with_a_mug(root: Path) -> None:
    """Let the first thing of the first frame be a mug."""
    path = root / "frames/000000.json"
    record = json.loads(path.read_bytes())
    record["objects"][0]["asset"] = "household/mug"
    path.write_text(json.dumps(record))


def a_model_in_its_picture(names: Names) -> None:
    """Around the thing's middle, which the record has in pixels, too."""
    left, top, width, height = names["thing"]["projected_box_px"]
    size_px = names["camera"]["focal_px"][0] * 0.12 / names["points_m"][:, 2].min()
    assert np.abs(names["pixels"].mean(axis=0) - (left + width / 2, top + height / 2)).max() < size_px


def parts_by_scene(_: Names) -> None:
    parts = {name: json.loads(Path(f"instances_{name}.json").read_bytes()) for name in ("train", "val")}
    scenes = {name: {image["scene"] for image in part["images"]} for name, part in parts.items()}
    assert scenes["train"] | scenes["val"] == set(SCENES)
    assert not scenes["train"] & scenes["val"]
    assert len(scenes["val"]) == 1
    for part in parts.values():
        assert {row["image_id"] for row in part["annotations"]} <= {image["id"] for image in part["images"]}
    assert sum(len(part["annotations"]) for part in parts.values()) == len(_annotations("instances"))


def nothing_unseen_counts(names: Names) -> None:
    # All that can be seen is found, and what is found beside it only the renderer knows of.
    assert names["run"].stats[0] == 1
    assert any(row["iscrowd"] for row in names["truth"].anns.values())


def layers_as_they_are(names: Names) -> None:
    frame = names["frame"]
    assert (len(names["dataset"]), frame.index) == (len(SCENES), 0)
    assert (names["image"].shape, names["image"].dtype) == ((48, 64, 3), np.uint8)
    assert [[item.id for item in names[name]] for name in ("cars", "seen")] == [[1], [1]]
    # The second snippet reads without Longtail what the first one does with it, but for what is nowhere.
    depth_m = frames()[0].depth_m
    assert np.array_equal(names["dataset"].read("depth", 0), depth_m)
    assert np.array_equal(names["depth_m"], np.where(np.isfinite(depth_m), depth_m, 0.0))
    assert set(np.unique(names["ids"])) == {0, 1, 2, 7}


def disparities_of_pixels(names: Names) -> None:
    """One board stands 8 m away: 32 pixels of focal length and half a metre make 2 pixels of it."""
    found = names["disparity_px"]
    assert found.shape == (48, 64)
    assert found[30, 20] == 2.0
    assert found[4, 60] == 0.0


def places_of_pixels(names: Names) -> None:
    """The camera stands at the world's origin and looks along X."""
    depth_m = frames()[0].depth_m
    there = np.isfinite(depth_m)
    assert np.array_equal(np.isfinite(names["world_m"]).all(axis=-1), there)
    assert np.allclose(names["world_m"][there][:, 0], depth_m[there], rtol=1e-6)
    lengths = np.linalg.norm(names["world_m"], axis=-1)
    assert np.allclose(names["distance_m"][there], lengths[there], atol=1 / 511)


def surfaces_of_pixels(names: Names) -> None:
    made = frames()[0].surfaces
    assert made is not None
    assert made.albedo is not None
    assert made.material is not None
    assert np.array_equal(names["material"], made.material)
    assert names["names"] == {row.id: row.name for row in made.materials}
    assert (names["wheels"].shape, names["wheels"].any()) == ((48, 64), False)
    assert names["albedo"].dtype == np.float16
    assert np.array_equal(names["albedo"], made.albedo.astype(np.float16))


def links_of_a_robot(names: Names) -> None:
    own = {name: mask for (number, name), mask in names["masks"].items() if number == jointed.ROBOT}
    assert {name: int(mask.sum()) for name, mask in own.items()} == jointed.AREAS
    assert np.allclose(names["poses"][jointed.ROBOT, "hand"][:3, 3], jointed.HAND_M)


def lanes_of_a_road(names: Names) -> None:
    """The camera is over its own lane, left of whose middle the line of paint runs."""
    assert names["own"].any()
    assert {kind for kind, _ in names["lines"]} == {line.kind for line in LINES}
    (paint,) = [np.array(points) for kind, points in names["lines"] if kind == "centre line"]
    assert np.array_equal(names["frame"].lanes.to_json()["lanes"][0]["way"], "own")
    assert paint[:, 0].min() < np.nonzero(names["own"].any(axis=0))[0].mean()


def points_on_cars(names: Names) -> None:
    """The first frame is an empty road, the second has a car 20 m ahead."""
    assert names["points"].category.any()
    assert np.array_equal(names["same"], names["points"].array)
    assert np.allclose(names["on_cars"][:, 0], 20)
    assert len(names["on_cars"]) > 10


def a_car_behind_a_person(names: Names) -> None:
    """The car of the first picture is the first annotation; a person hides 48 pixels of it."""
    assert (names["x"], names["y"], names["whole"].shape) == (10, 20, (12, 30))
    assert names["whole"].sum() == 360
    assert names["hidden"] == {2: 48}
    assert names["before"] == []
    assert names["things"].amodal_boxes.tolist()[2] == [-5, 5, 10, 4]
    assert names["things"].amodal_masks.sum(axis=(1, 2)).tolist() == [360, 64, 20]


def runs_that_decode(_: Names) -> None:
    rows = json.loads(Path("instances_uncompressed.json").read_bytes())["annotations"]
    for row, before in zip(rows, _annotations("instances"), strict=True):
        rle = mask.frPyObjects(row["segmentation"], *row["segmentation"]["size"])
        assert np.array_equal(mask.decode(rle), mask.decode(before["segmentation"]))


def things_and_places(names: Names) -> None:
    assert names["image"].shape == (48, 64, 3)
    assert (names["boxes"].tolist(), names["masks"].shape) == ([[10, 20, 30, 12]], (1, 48, 64))
    # The person stands 10 m ahead; half a pixel is 10 / 32 / 2 m there.
    assert names["place"][0, 0] == 10
    assert np.allclose(names["pixel"], [[20.5, 25.5]])


def chosen_frames(names: Names) -> None:
    assert names["crowded"].indices == (3,)
    assert names["large"].indices == (0, 1, 4)
    assert {name for frame in names["large"] for name in frame.instances.categories} == {"car", "bus"}


def whole_scenes(names: Names) -> None:
    scenes = [{frame.record.shown.scene for frame in names[part]} for part in ("train", "val", "test")]
    assert sorted(map(len, scenes)) == [1, 1, 3]
    assert set.union(*scenes) == set(SCENES)


def all_samples(names: Names) -> None:
    assert (len(names["dataset"]), names["dataset"].classes[:2]) == (6, ("background", "bus"))
    assert names["counts"] == [1, 0]  # of the last two frames: what can be seen of a flood, and nothing


def rows_of_tables(names: Names) -> None:
    assert names["by_frame"]["count.person"] == [1, 0, 0, 5, 0, 0]
    assert len(names["by_thing"]["category"]) == 13
    assert names["table"] == {"made of": names["by_thing"]}
    assert names["detections"]["xyxy"].shape == (3, 4)


def pictures_of_a_run(names: Names) -> None:
    assert Path("sheet.png").exists()
    assert len(names["made"]) == len(SCENES)


def depth_in_metres(names: Names) -> None:
    """The last frame is an empty road 1.5 m below the camera, under a sky."""
    assert names["record"]["frame"] == len(SCENES) - 1
    below = np.maximum(np.arange(48) + 0.5 - 24, 0)[:, None] / 32
    road_m = np.divide(1.5, below, out=np.zeros_like(below), where=below > 0)
    np.testing.assert_allclose(names["depth_m"], np.broadcast_to(road_m, (48, 64)), atol=1 / 512)
    assert np.array_equal(names["image"], frames()[-1].rgb)


def a_field_for_a_focal_length(names: Names) -> None:
    assert names["lens"].fx_px == 1000
    assert round(names["lens"].horizontal_fov_deg, 6) == 72.932689


def a_later_moment(names: Names) -> None:
    assert names["later"].time_s == 0.7
    assert [item.asset for item in names["later"].objects] == [item.asset for item in names["scene"].objects]
    assert names["later"] != names["scene"]


def cameras_of_scenes(names: Names) -> None:
    """The set has one camera without a name; of a scene's pictures the last is found under it."""
    last = {scene: frame for frame, scene in enumerate(SCENES)}
    assert names["by_scene"] == {scene: {"": frame} for scene, frame in last.items()}


def _annotations(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(Path(f"out/annotations/{name}.json").read_bytes())["annotations"]
    return rows


def arrays_of_a_frame(names: Names) -> None:
    assert (names["image"].shape, names["depth_m"].shape, names["masks"].shape) == ((48, 64, 3), (48, 64), (3, 48, 64))


def flow_to_the_right(names: Names) -> None:
    """As `tests.annotate.clad` has it: by a sixty-fourth for each id, and up by as much."""
    owners = Dataset.open(Path("out")).read("instance", 0)
    flow, known = names["flow"], names["known"]
    for number in (1, 2, 7):
        own = owners == number
        assert known[own].all()
        assert np.allclose(flow[own], [number / 64, -number / 64])
        assert names["hidden"][own].all() == (number % 2 == 0)
    assert not known[:10, 40:].any()
    assert np.array_equal(names["here"].flow[known], flow[known])
    assert names["back"].shape == (48, 64, 3)


def a_scenario_with_a_drum(names: Names) -> None:
    assert names["SCENARIO"].assets == (names["DRUM"],)
    assert np.allclose(names["DRUM"].mesh().size_m, names["DRUM"].size_m, atol=0.01)


def a_place_with_a_crate(_names: Names) -> None:
    config = load("my_place.blend", ["assets.packs=false", "assets.models=false", "objects.person.count=6"])
    assets = catalogue_of(config)
    placed = [item.asset for item in scene_of(config, 0, assets).objects]
    assert placed[:3] == ["my-place/yard", "my-place/shed", "my-place/crate"]
    assert assets[placed[3]].category in ("car", "van")
    assert [assets[name].category for name in placed[4:]] == ["person"] * 6


FINDS: dict[tuple[str, str], Callable[[Names], None]] = {
    ("README.md", "Use"): arrays_of_a_frame,
    ("docs/tabletop.md", "Poses"): a_model_in_its_picture,
    ("docs/cameras.md", "What the dataset says of a rig"): cameras_of_scenes,
    ("docs/cameras.md", "Lenses and their field of view"): a_field_for_a_focal_length,
    ("docs/clips.md", "Everything is a function of time"): a_later_moment,
    ("docs/configuration.md", "Sets to train, validate and test on"): parts_by_scene,
    ("docs/extending.md", "The file"): a_scenario_with_a_drum,
    ("docs/extending.md", "A place in a .blend"): a_place_with_a_crate,
    ("docs/labels.md", "Whole silhouettes"): a_car_behind_a_person,
    ("docs/labels.md", "Ignored things"): nothing_unseen_counts,
    ("docs/labels.md", "Reading a dataset"): layers_as_they_are,
    ("docs/labels.md", "Disparity"): disparities_of_pixels,
    ("docs/labels.md", "Distances and places"): places_of_pixels,
    ("docs/labels.md", "Flow"): flow_to_the_right,
    ("docs/labels.md", "Materials, parts, albedo"): surfaces_of_pixels,
    ("docs/labels.md", "Links of robots"): links_of_a_robot,
    ("docs/labels.md", "Roads"): lanes_of_a_road,
    ("docs/labels.md", "Point clouds"): points_on_cars,
    ("docs/labels.md", "Tools that read it"): runs_that_decode,
    ("docs/python.md", "Frames"): things_and_places,
    ("docs/python.md", "Finding and choosing"): chosen_frames,
    ("docs/python.md", "Splitting"): whole_scenes,
    ("docs/python.md", "Training"): all_samples,
    ("docs/python.md", "Tables and other tools"): rows_of_tables,
    ("docs/python.md", "Rendering"): pictures_of_a_run,
    ("docs/storage.md", "Tars: `--format webdataset`"): depth_in_metres,
}
"""What the Python under a heading of a page must have come to, run from the top with the dataset in out/."""
