"""Datasets as programs read them: the arrays are those that were written, from wherever the files lie."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import longtail
from longtail.annotate.camera import Camera, KannalaBrandt
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.encoders import decode_rgb
from longtail.annotate.dataset.processes import in_processes
from longtail.annotate.errors import ConfigError, DatasetError
from longtail.annotate.labels.instances import label
from longtail.annotate.reading.frame import ReadFrame
from longtail.annotate.reading.frames import Frames
from longtail.annotate.reading.things import Things
from tests import snippets
from tests.annotate.pictures import FORWARD, info
from tests.annotate.stage import dataset, reseal, show, store, tree
from tests.object_store import s3

__all__ = ["s3"]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Frames 0 to 5, of which 3 is missing."""
    frames = [frame for frame in show(6) if frame.index != 3]
    where = tmp_path_factory.mktemp("reading") / "out"
    store(where, frames, info(6, outputs=("coco", "panoptic", "semantic", "depth", "normals", "lens")))
    return where


def test_arrays_are_those_that_were_written(root: Path) -> None:
    frames = longtail.open(root)
    for made in (frame for frame in show(6) if frame.index != 3):
        read, labels = frames.by_index(made.index), label(made)
        assert np.array_equal(read.image, made.rgb)
        near = np.where(made.depth_m < 256, made.depth_m, np.inf)
        assert np.array_equal(read.depth_m, near)
        assert made.normals is not None
        assert np.array_equal(read.normals, made.normals)
        assert np.array_equal(read.semantic, labels.semantic)
        assert np.array_equal(read.instance_mask, labels.instance)
        assert np.array_equal(read.panoptic, labels.panoptic)
        assert not read.lens.any()
        things = read.instances
        assert things.ids.tolist() == [thing.id for thing in labels.things]
        assert things.categories.tolist() == [thing.category.name for thing in labels.things]
        for n, thing in enumerate(labels.things):
            assert np.array_equal(things.masks[n], labels.instance == thing.id)
            assert tuple(things.boxes[n]) == thing.bbox
            rows, columns = np.nonzero(things.masks[n])
            assert things.corners[n].tolist() == [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
            assert np.array_equal(things.world_from_object[n], thing.item.world_from_object.matrix)
        assert things.areas.tolist() == things.masks.sum(axis=(1, 2)).tolist()


def test_a_dataset_is_a_sequence_by_position(root: Path) -> None:
    frames = longtail.open(str(root))
    assert [frame.index for frame in frames] == [0, 1, 2, 4, 5]
    assert len(frames) == 5
    assert (frames[3].index, frames[-1].index, frames[np.int64(1)].index) == (4, 5, 1)
    assert [frame.index for frame in frames[1:4:2]] == [1, 4]
    assert frames[::-1].indices == (5, 4, 2, 1, 0)
    assert frames[1:][0].index == 1
    with pytest.raises(IndexError, match="expected a position below 5, got 5"):
        frames[5]
    with pytest.raises(DatasetError, match=r"expected one of 5 frames \(0, 1, 2, 4, 5\), got frame 3"):
        frames.by_index(3)
    with pytest.raises(TypeError):
        frames["0"]  # type: ignore[call-overload]


def test_nothing_is_read_before_it_is_asked_for(tmp_path: Path) -> None:
    root = dataset(tmp_path / "out")
    frames = longtail.open(root)
    frame = frames[1]
    for folder in ("images", "masks", "depth", "frames"):
        for file in (root / folder).rglob("*.*"):
            file.write_bytes(b"")
    assert len(frames) == 3
    with pytest.raises(DatasetError, match=r"images/000001\.png: expected a picture, got 0 bytes"):
        _ = frame.image
    with pytest.raises(DatasetError, match=r"frames/000001\.json: expected a frame record"):
        _ = frame.instances


def test_an_array_that_was_not_made_says_how_to_get_it(tmp_path: Path) -> None:
    frame = longtail.open(dataset(tmp_path / "out", outputs=("coco",)))[0]
    with pytest.raises(DatasetError, match="with depth, got one whose outputs are coco; render it with depth among"):
        _ = frame.depth_m
    with pytest.raises(DatasetError, match="with semantic, got"):
        _ = frame.semantic
    assert frame.instance_mask.shape == (48, 64)
    things = longtail.open(tmp_path / "out")[1].instances
    for name in ("amodal_boxes", "amodal_areas", "amodal_masks"):
        with pytest.raises(DatasetError, match=r"3 things: expected whole silhouettes, got 0; render .* with amodal"):
            getattr(things, name)


def test_masks_of_ids_are_read_off_the_panoptic_picture_where_that_is_all(tmp_path: Path) -> None:
    frame = longtail.open(dataset(tmp_path / "out", outputs=("panoptic",)))[1]
    labels = label(show(2)[1])
    assert np.array_equal(frame.semantic, labels.semantic)
    assert np.array_equal(frame.instance_mask, labels.instance)


def test_things_are_chosen_as_numpy_chooses() -> None:
    things = Things((), (), (4, 6))
    assert (things.boxes.shape, things.masks.shape, things.world_from_object.shape) == ((0, 4), (0, 4, 6), (0, 4, 4))
    assert (things.amodal_boxes.shape, things.amodal_masks.shape) == ((0, 4), (0, 4, 6))
    assert len(things[things.ids > 3]) == 0


def test_a_thing_that_is_no_object_is_an_error(tmp_path: Path) -> None:
    root = dataset(tmp_path / "out")
    reseal(root, 1, lambda record: record["objects"].pop(1))
    with pytest.raises(DatasetError, match=r"frame 1: .* got one of object 2, which it has not"):
        _ = longtail.open(root)[1].instances


def test_rows_of_things(root: Path) -> None:
    things = longtail.open(root)[1].instances
    people = things[things.categories == "person"]
    assert (people.ids.tolist(), len(people)) == ([2], 1)
    assert things[1:].ids.tolist() == things.ids[1:].tolist()
    assert things[[0]].ids.tolist() == things.ids[:1].tolist()
    # The person stands at 10 m before a camera at the origin; a car behind him is partly hidden.
    assert people.box_centres_m[0, 0] == 10
    assert things[things.categories == "car"].visible_fraction[0] == pytest.approx(312 / 360)
    assert np.isnan(things.submerged_fraction).all()


def test_a_pixel_with_its_depth_is_a_place_in_the_world(root: Path) -> None:
    frame = longtail.open(root)[1]
    points = frame.points_m
    seen = np.isfinite(frame.depth_m)
    assert np.isnan(points[~seen]).all()
    assert points[seen][:, 0] == pytest.approx(frame.depth_m[seen])  # the camera looks along the world's X
    back = frame.camera.project(points[seen])
    assert back == pytest.approx(frame.camera.pixel_centres()[seen], abs=1e-6)


def test_a_fisheye_has_no_place_beside_itself() -> None:
    lens = KannalaBrandt.centred(64, 48, 16.0, k1=0.0, k2=0.0, k3=0.0, k4=0.0)
    camera = Camera(lens, FORWARD)
    pixels = np.array([[32.0, 24.0], [40.0, 24.0], [62.0, 24.0]])
    points = camera.unproject(pixels, [5.0, 5.0, 5.0])
    # Half a radian to the right, at a depth of 5 m; the last pixel's ray points backwards.
    assert points[:2] == pytest.approx(np.array([[5, 0, 0], [5, -5 * np.tan(0.5), 0]]))
    assert np.isnan(points[2]).all()


def test_a_notebook_shows_a_frame_with_its_labels(root: Path) -> None:
    frame = longtail.open(root)[1]
    shown = decode_rgb(frame._repr_png_())
    assert shown.shape == frame.image.shape
    assert not np.array_equal(shown, frame.image)
    assert repr(frame) == f"<frame 1 of {root}>"
    assert repr(longtail.open(root)) == f"<5 frames of {root}>"
    things = frame.instances
    assert repr(things) == f"<{len(things)} things: {', '.join(f'1 {name}' for name in things.categories)}>"
    assert repr(things[:0]) == "<0 things>"


def _arrays(frame: ReadFrame) -> list[np.ndarray[Any, Any]]:
    return [frame.image, frame.instances.masks, frame.depth_m]


def test_tars_and_stores_are_read_alike(tmp_path: Path) -> None:
    fsspec = pytest.importorskip("fsspec", reason="fsspec is not installed")
    loose = snippets.stage(tmp_path / "out")
    expected = [_arrays(frame) for frame in longtail.open(loose)]
    store = fsspec.filesystem("memory")
    for path, data in tree(loose).items():
        store.pipe_file(f"/reading/set/{path}", data)
    snippets.into_tars(loose)
    for folder in ("images", "masks", "depth", "normals", "frames"):
        for file in (loose / folder).rglob("*.*"):
            file.unlink()
    for place in (loose, "memory://reading/set"):
        frames = pickle.loads(pickle.dumps(longtail.open(place)))
        for frame, arrays in zip(frames, expected, strict=True):
            for read, array in zip(_arrays(frame), arrays, strict=True):
                assert np.array_equal(read, array)
    assert repr(longtail.open("memory://reading/set")) == "<6 frames of memory://reading/set>"


def _mean(frame: ReadFrame) -> float:
    return float(frame.image.mean())


def test_frames_travel_to_fresh_processes(root: Path) -> None:
    frames = longtail.open(root)
    means = list(in_processes(_mean, frames, 2))
    assert means == [float(frame.image.mean()) for frame in frames]


def test_frames_of_an_object_store_travel_too(root: Path, s3: str) -> None:
    fsspec = pytest.importorskip("fsspec", reason="fsspec is not installed")
    store, place = fsspec.core.url_to_fs(s3)
    for path, data in tree(root).items():
        store.pipe_file(f"{place}/{path}", data)
    frames = longtail.open(s3)
    assert list(in_processes(_mean, frames, 2)) == [float(frame.image.mean()) for frame in longtail.open(root)]
    with pytest.raises(DatasetError, match=r"expected a dataset that `longtail render` made"):
        longtail.open(f"{s3}/nothing")


def test_what_was_read_is_not_pickled(root: Path) -> None:
    frame = longtail.open(root)[1]
    before = len(pickle.dumps(frame))
    _ = frame.image, frame.instances.masks
    assert len(pickle.dumps(frame)) == before


@pytest.mark.parametrize(
    ("where", "error", "said"),
    [
        ("nothing/here", DatasetError, "expected a dataset that `longtail render` made, but there is no such folder"),
        (__file__, DatasetError, "expected a dataset that `longtail render` made, but it is a file"),
        ("s3:/bucket/set", ConfigError, "expected a folder, or a URL such as s3://bucket/set"),
        ("nowhere://bucket/set", ConfigError, "expected a folder or the URL of a store within reach"),
        ("", ConfigError, "expected a path or a URL, got nothing"),
    ],
)
def test_what_is_no_dataset_is_refused(where: str, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        longtail.open(where)


def test_the_package_is_imported_without_what_is_slow() -> None:
    heavy = {"numpy", "cv2", "scipy", "bpy", "click", "torch", "pandas", "polars", "longtail.annotate"}
    program = f"import sys, longtail; longtail.__all__; print(sorted({heavy!r} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_frames_of_a_dataset_that_is_open(root: Path) -> None:
    frames = Frames(Dataset.open(root))
    assert frames.info.seed == 7
    assert [category.name for category in frames.things][:2] == ["bus", "car"]
