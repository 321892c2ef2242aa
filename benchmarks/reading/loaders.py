"""Loaders of training: MMEngine, Hugging Face, WebDataset."""

from __future__ import annotations

import io
import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from reading.registry import check, close, quietly
from reading.truth import Truth


@check("mmengine", "mmdetection")
def mmdetection(truth: Truth, root: Path) -> str:
    from mmengine.dataset import BaseDataset

    found = BaseDataset(
        ann_file="annotations/train.json", data_root=str(root), data_prefix={"img_path": "images/train"}
    )
    count = 0
    for place in range(len(found)):
        one = found.get_data_info(place)
        assert Path(one["img_path"]).exists()
        things = list(truth.things(one["img_id"] - 1, ignored=True))
        close(
            [row["bbox"] for row in one["instances"]],
            [(x, y, x + w, y + h) for t in things for x, y, w, h in [t.box]],
        )
        names = [found.metainfo["classes"][row["bbox_label"]] for row in one["instances"]]
        assert Counter(names) == Counter(thing.name for thing in things)
        assert sum(row["ignore_flag"] for row in one["instances"]) == sum(thing.ignored for thing in things)
        count += len(things)
    return f"BaseDataset: {count} instances of {len(found)} pictures"


def rows_of_hub(truth: Truth, root: Path) -> Any:
    from datasets import load_dataset

    with tempfile.TemporaryDirectory() as cache:
        found = quietly(lambda: load_dataset(str(root), split="train", cache_dir=cache))
        names = found.features["objects"]["category"].feature.names
        for row in found:
            things = list(truth.things(row["image_id"] - 1, ignored=True))
            close(row["objects"]["bbox"], [thing.box for thing in things])
            found_names = [names[n] for n in row["objects"]["category"]]
            assert Counter(found_names) == Counter(thing.name for thing in things)
            yield row


@check("datasets", "huggingface")
def huggingface(truth: Truth, root: Path) -> str:
    rows = [row["image"].size for row in rows_of_hub(truth, root)]
    assert len(rows) == len(truth.frames)
    return f"load_dataset: {len(rows)} pictures with typed columns"


@check("datasets", "huggingface-parquet")
def huggingface_parquet(truth: Truth, root: Path) -> str:
    count = 0
    for row in rows_of_hub(truth, root):
        frame = row["image_id"] - 1
        assert (np.array(row["instance"]) == truth.picture("masks/instance", frame)).all()
        assert (np.array(row["depth"]) == truth.picture("depth", frame)).all()
        count += 1
    assert count == len(truth.frames)
    return f"load_dataset: {count} pictures with instance masks and 16-bit depth, pixel by pixel"


@check("webdataset", "webdataset")
def webdataset(truth: Truth, root: Path) -> str:
    import webdataset as tars

    count = 0
    for sample in tars.WebDataset(sorted(map(str, root.glob("train-*.tar"))), shardshuffle=False):
        frame = int(sample["__key__"])
        depth = np.array(Image.open(io.BytesIO(sample["depth.png16"])))
        assert (depth == truth.picture("depth", frame)).all()
        about = json.loads(sample["json"])
        close(about["objects"]["bbox"], [thing.box for thing in truth.things(frame, ignored=True)])
        count += 1
    assert count == len(truth.frames)
    return f"{count} samples with boxes and 16-bit depth, pixel by pixel"
