"""What is written once frames are there: credits, COCO files, statistics and the report; shards put together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from longtail.annotate import AssetCredit, Dataset, merge_datasets
from longtail.annotate.atomic import replacing
from longtail.annotate.documents import AllInstancesDocument
from longtail.annotate.layout import DATASET
from longtail.annotate.rendered_on import mixture
from longtail.annotate.report import REPORT, write_report
from longtail.annotate.wording import counted, listed
from longtail.render.place import Place, beside, dataset_at, staged
from longtail.render.say import say
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
    flagged = f", {merged.ignored} of them in {AllInstancesDocument.path} alone" if merged.ignored else ""
    say(f"{output}: {counted(merged.frames, 'frame')}, {counted(merged.annotations, 'annotation')}{flagged}")
    if line := mixture(merged.rendered_on):
        say(line)
    if merged.missing:
        say(f"not there: {counted(len(merged.missing), 'frame')} ({listed(merged.missing)})")
        return 1
    return 0


def write_statistics(dataset: Place, against: Path | None, output: Path | None) -> int:
    """stats.json and report.html of a dataset, into it or into `output`."""
    with staged(dataset) as root:
        write_report(dataset_at(dataset, root), against, output)
    say(f"statistics and report: {beside(output or dataset, REPORT)}")
    return 0
