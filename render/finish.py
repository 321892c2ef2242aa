"""What is written once frames are there: credits, COCO files, statistics and the report; shards put together."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from longtail.annotate import AssetCredit, Dataset, merge_datasets
from longtail.annotate.atomic import replacing
from longtail.annotate.layout import DATASET
from longtail.annotate.rendered_on import mixture
from longtail.annotate.report import REPORT, write_report
from longtail.render.place import Place, beside, dataset_at, staged
from longtail.scenes.assets.asset import Asset


def write_credits(dataset: Dataset, shown: Collection[str], assets: Mapping[str, Asset]) -> Dataset:
    """Write dataset.json with the credits of the assets that are `shown`, by name; the dataset with them."""
    used = sorted(assets.keys() & shown)
    credited = tuple(
        AssetCredit(name, assets[name].credit.creator, assets[name].credit.licence, assets[name].credit.source)
        for name in used
    )
    credited_dataset = replace(dataset, info=replace(dataset.info, assets=credited))
    with replacing(dataset.root / DATASET) as file:
        file.write(credited_dataset.info.dumps())
    return credited_dataset


def merge_shards(inputs: Sequence[Place], output: Place) -> int:
    """Put shards together; 1 where frames are missing."""
    with staged(output) as root:
        merged = merge_datasets([dataset_at(place, root) for place in inputs], root)
        write_report(root)
    _say(f"{output}: {merged.frames} frames, {merged.annotations} annotations")
    if line := mixture(merged.rendered_on):
        _say(line)
    if merged.missing:
        shown = ", ".join(str(index) for index in merged.missing[:8])
        _say(f"{len(merged.missing)} frames are missing: {shown}{', ...' if len(merged.missing) > 8 else ''}")
        return 1
    return 0


def write_statistics(dataset: Place, against: Path | None, output: Path | None) -> int:
    """stats.json and report.html of a dataset, into it or into `output`."""
    with staged(dataset) as root:
        write_report(dataset_at(dataset, root), against, output)
    _say(f"statistics and report: {beside(output or dataset, REPORT)}")
    return 0


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
