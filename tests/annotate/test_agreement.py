"""A frame made twice: pictures may differ, and one of them is taken; scenes may not, nor one machine's labels."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from longtail.annotate.check.check import check
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.merge import merge
from longtail.annotate.dataset.rendered_on import RenderedOn, mixture
from longtail.annotate.dataset.shards import merge_datasets
from longtail.annotate.errors import DatasetError
from longtail.annotate.labels.frame import Frame
from longtail.annotate.report import render_report
from longtail.annotate.statistics import counted, statistics_of
from tests.annotate.pictures import info
from tests.annotate.stage import show, store, tree

CPU = RenderedOn("cpu", "AMD EPYC 7763 (x86-64-v3)")
GPU = RenderedOn("optix NVIDIA L4", "Intel Xeon (x86-64-v4)")


def brighter(frame: Frame) -> Frame:
    return replace(frame, rgb=frame.rgb + np.uint8(1))


def with_another_pixel(frame: Frame) -> Frame:
    """The same scene with one pixel of a car given to the road."""
    road, car, *_ = frame.objects
    ids = frame.object_ids.copy()
    row, column = (ids == car.id).nonzero()
    ids[row[0], column[0]] = road.id
    return replace(frame, object_ids=ids)


def test_another_picture_of_the_same_scene_gives_way(tmp_path: Path) -> None:
    frames = show(4)
    store(tmp_path / "a", frames[:3], info(4), GPU)
    store(tmp_path / "b", map(brighter, frames[2:]), info(4), GPU)
    assert merge_datasets([tmp_path / "a", tmp_path / "b"], tmp_path / "out").missing == ()
    assert check(tmp_path / "out") == []
    whole, first = tree(tmp_path / "out"), tree(tmp_path / "a")
    assert all(whole[path] == data for path, data in first.items() if "0000" in path)


def test_labels_of_one_machine_must_agree(tmp_path: Path) -> None:
    store(tmp_path / "a", show(2), info(2), CPU)
    store(tmp_path / "b", map(with_another_pixel, show(2)[1:]), info(2), CPU)
    with pytest.raises(DatasetError, match=r"frame 1 is already in .* with other content \(labels\)"):
        merge_datasets([tmp_path / "a", tmp_path / "b"], tmp_path / "out")


def test_labels_of_two_machines_need_not(tmp_path: Path) -> None:
    store(tmp_path / "a", show(2), info(2), CPU)
    store(tmp_path / "b", map(with_another_pixel, show(2)[1:]), info(2), GPU)
    merge_datasets([tmp_path / "a", tmp_path / "b"], tmp_path / "out")
    assert check(tmp_path / "out") == []
    assert Dataset.open(tmp_path / "out").record(1).rendered_on == CPU


def test_another_scene_is_refused_whatever_it_was_rendered_on(tmp_path: Path) -> None:
    store(tmp_path / "a", show(1), info(1), CPU)
    store(tmp_path / "b", show(1), info(1), GPU, day="rain")
    with pytest.raises(DatasetError, match=r"with other content \(parameters\)"):
        merge_datasets([tmp_path / "a", tmp_path / "b"], tmp_path / "out")


def test_a_mixture_is_named(tmp_path: Path) -> None:
    store(tmp_path, show(3)[:1], info(3), CPU)
    store(tmp_path, show(3)[1:], info(3), GPU)
    merged = merge(tmp_path)
    assert merged.rendered_on == {CPU.processor: 1, GPU.device: 2}
    line = mixture(merged.rendered_on)
    assert line is not None
    assert line.endswith("2 on optix NVIDIA L4, 1 on AMD EPYC 7763 (x86-64-v3)")
    assert mixture({CPU.processor: 3}) is None
    dataset = Dataset.open(tmp_path)
    found = counted(dataset)
    assert "optix NVIDIA L4 (2 frames)" in render_report(dataset, statistics_of(dataset, found), found.listing)


def test_records_of_before_say_nothing_and_are_read(tmp_path: Path) -> None:
    store(tmp_path, show(1), info(1))
    assert merge(tmp_path).rendered_on == {}
    assert Dataset.open(tmp_path).record(0).rendered_on is None
