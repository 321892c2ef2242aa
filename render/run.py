"""The commands that make and finish datasets: render, merge, stats."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from annotate import AssetCredit, Dataset, merge, merge_datasets
from annotate.atomic import replacing
from annotate.errors import ConfigError
from annotate.layout import DATASET
from annotate.report import REPORT, write_report
from annotate.tars import FRAMES_PER_TAR
from render.place import LAYOUTS, Place, beside, dataset_at, opened, staged
from render.probe import check_engine
from render.progress import ShownProgress
from render.ray_cluster import check_installed, ray_crew
from render.request import choose_devices, default_workers, describe
from render.shard import Shard
from render.supervise import Outcome, supervise, supervise_crew
from scenes.assets import catalogue
from scenes.assets.asset import Asset
from scenes.assets.packs.locate import missing
from scenes.config import load


def render_dataset(
    source: str,
    *,
    output: Place,
    frames: int | None,
    seed: int | None,
    changes: Sequence[str],
    workers: int | None,
    device: str | None,
    engine: str | None,
    shard: str,
    where: str,
    dry_run: bool,
    layout: str = LAYOUTS[0],
) -> int:
    """Render what `source` describes into `output`; the exit status."""
    if where not in ("local", "ray"):
        raise ConfigError(f"--on: expected local or ray, got {where!r}; --shard works on any other scheduler")
    if where == "ray":
        check_installed()
    if engine is not None:
        changes = [*changes, f"render.engine={engine}"]
    config = load(source, changes, seed=seed, frames=frames)
    part = Shard.parse(shard)
    asked_device = device or config.render.device
    # What a cluster's nodes have, they find out themselves.
    devices = choose_devices("cpu" if where == "ray" else asked_device)
    count = workers or default_workers(devices)
    assets = catalogue(**config.assets.model_dump())
    indices = part.indices(config.frames, FRAMES_PER_TAR if layout == "webdataset" else 1)
    if uneven := config.plan.note(config.frames):
        _say(uneven)
    if dry_run:
        print(
            f"{config.scenario.name}: {len(indices)} frames of {config.camera.size_px[0]}x{config.camera.size_px[1]} "
            f"at {config.render.samples} samples to {output}\n"
            f"seed {config.seed}, digest {config.digest[:16]}, {len(assets)} assets\n"
            f"{count} workers on {', '.join(f'{d.kind} ({d.name})' for d in devices)}"
        )
        return 0
    if where != "ray":
        check_engine(config.render.engine)
    if config.assets.packs and (note := missing()):
        _say(note)
    with opened(output, describe(config, assets), layout) as store:
        hands = f"{count} worker{'s' * (count > 1)} on {devices[0].kind} ({devices[0].name})"
        _say(f"rendering {len(indices)} frames to {output} with {'a Ray cluster' if where == 'ray' else hands}")
        with ShownProgress() as progress:
            if where == "ray":
                hired = partial(ray_crew, config, store, asked_device)
                outcome = supervise_crew(hired, config, store, indices, progress)
            else:
                outcome = supervise(config, store, indices, devices, count, progress)
        finish(store.dataset(), assets)
        store.publish()
    return _conclude(output, outcome)


def finish(dataset: Dataset, assets: Mapping[str, Asset]) -> None:
    """Write the dataset's own files from its frames: credits, COCO, statistics, report."""
    used = sorted({item.asset for record in dataset.records() for item in record.objects if item.asset in assets})
    credited = tuple(
        AssetCredit(name, assets[name].credit.creator, assets[name].credit.licence, assets[name].credit.source)
        for name in used
    )
    credited_dataset = replace(dataset, info=replace(dataset.info, assets=credited))
    with replacing(dataset.root / DATASET) as file:
        file.write(credited_dataset.info.dumps())
    merge(credited_dataset)
    write_report(credited_dataset)


def merge_shards(inputs: Sequence[Place], output: Place) -> int:
    """Put shards together; 1 where frames are missing."""
    with staged(output) as root:
        merged = merge_datasets([dataset_at(place, root) for place in inputs], root)
        write_report(root)
    _say(f"{output}: {merged.frames} frames, {merged.annotations} annotations")
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


def _conclude(output: Place, outcome: Outcome) -> int:
    if outcome.interrupted:
        _say(f"stopped after {outcome.made} new frames; run the same command again to go on")
        return 1
    _say(f"{output}: {outcome.kept + outcome.made} frames; open {beside(output, REPORT)}")
    if outcome.failed:
        _say(f"{len(outcome.failed)} frames failed: {outcome.failed[:8]}; see {beside(output, 'logs/failed')}")
        return 1
    return 0


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
