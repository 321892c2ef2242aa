"""The commands that make and finish datasets: render, merge, stats."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from annotate import AssetCredit, Dataset, DatasetInfo, Licence, merge, merge_datasets
from annotate.atomic import replacing
from annotate.errors import ConfigError
from annotate.layout import DATASET
from render.devices import Device, choose
from render.progress import ShownProgress
from render.shard import Shard
from render.store import Store
from render.supervise import Outcome, supervise
from scenes.assets import catalogue
from scenes.assets.asset import Asset
from scenes.assets.packs.locate import missing
from scenes.config import Config, load

# Path tracing scales nearly linearly over threads, the rest of a frame hardly at all, so few threads a worker serve best
# on a CPU; more than this many workers just multiply memory (about 1 GB each).
THREADS_PER_WORKER = 4


def render_dataset(
    source: str,
    *,
    output: Path,
    frames: int | None,
    seed: int | None,
    changes: Sequence[str],
    workers: int | None,
    device: str,
    engine: str | None,
    shard: str,
    where: str,
    dry_run: bool,
) -> int:
    """Render what `source` describes into `output`; the exit status."""
    if where != "local":
        raise ConfigError(f"--on: expected local, got {where!r}; clusters come later, --shard works on any scheduler")
    if engine is not None:
        changes = [*changes, f"render.engine={engine}"]
    config = load(source, changes, seed=seed, frames=frames)
    part = Shard.parse(shard)
    devices = choose(device, _devices(device))
    count = workers or default_workers(devices)
    assets = catalogue(**config.assets.model_dump())
    indices = part.indices(config.frames)
    if dry_run:
        print(
            f"{config.scenario.name}: {len(indices)} frames of {config.camera.size_px[0]}x{config.camera.size_px[1]} "
            f"at {config.render.samples} samples to {output}\n"
            f"seed {config.seed}, digest {config.digest[:16]}, {len(assets)} assets\n"
            f"{count} workers on {', '.join(f'{d.kind} ({d.name})' for d in devices)}"
        )
        return 0
    if config.assets.packs and (note := missing()):
        _say(note)
    store = Store.prepare(output, describe(config, assets))
    _say(
        f"rendering {len(indices)} frames to {output} with {count} worker{'s' * (count > 1)} "
        f"on {devices[0].kind} ({devices[0].name})"
    )
    with ShownProgress() as progress:
        outcome = supervise(config, store, indices, devices, count, progress)
    finish(output, assets)
    return _conclude(output, outcome)


def default_workers(devices: Sequence[Device]) -> int:
    """One worker per GPU; on a CPU one for every few cores, at least one."""
    if devices[0].kind != "cpu":
        return len(devices)
    return max(1, (os.cpu_count() or 1) // THREADS_PER_WORKER)


def describe(config: Config, assets: Mapping[str, Asset]) -> DatasetInfo:
    """What dataset.json says of a run before its first frame; the assets follow when it is known which were used."""
    return DatasetInfo(
        config=config.to_json(),
        digest=config.digest,
        seed=config.seed,
        frames=config.frames,
        outputs=tuple(config.outputs),
        image_format=config.render.image_format,
        versions={
            "longtail": version("longtail"),
            "bpy": version("bpy"),
            "numpy": version("numpy"),
            "catalogue": catalogue_digest(assets),
        },
        licence=Licence("chosen by whoever publishes this dataset; see the assets' licences"),
    )


def catalogue_digest(assets: Mapping[str, Asset]) -> str:
    """What tells two catalogues apart: with another one, the same seed places other things."""
    text = "\n".join(repr((a.name, a.category, a.size_m, sorted(a.tags), a.tints)) for a in assets.values())
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def finish(root: Path, assets: Mapping[str, Asset]) -> None:
    """Write the dataset's own files from its frames: credits, COCO, statistics, report."""
    dataset = Dataset.open(root)
    used = sorted({item.asset for record in dataset.records() for item in record.objects if item.asset in assets})
    credits = tuple(
        AssetCredit(name, assets[name].credit.creator, assets[name].credit.licence, assets[name].credit.source)
        for name in used
    )
    with replacing(root / DATASET) as file:
        file.write(replace(dataset.info, assets=credits).dumps())
    merge(root)
    write_statistics(root, None, None)


def merge_shards(inputs: Sequence[Path], output: Path) -> int:
    """Put shards together; 1 where frames are missing."""
    merged = merge_datasets(inputs, output)
    write_statistics(output, None, None)
    _say(f"{output}: {merged.frames} frames, {merged.annotations} annotations")
    if merged.missing:
        shown = ", ".join(str(index) for index in merged.missing[:8])
        _say(f"{len(merged.missing)} frames are missing: {shown}{', ...' if len(merged.missing) > 8 else ''}")
        return 1
    return 0


def write_statistics(dataset: Path, against: Path | None, output: Path | None) -> int:
    """stats.json and report.html of a dataset, into it or into `output`."""
    return 0


def _devices(asked: str) -> tuple[Device, ...]:
    """What can be rendered on. Blender is asked in a process of its own: a broken driver must not take us along."""
    from render.probe import probe_devices

    return (Device("cpu", "CPU"),) if asked == "cpu" else probe_devices()


def _conclude(output: Path, outcome: Outcome) -> int:
    if outcome.interrupted:
        _say(f"stopped after {outcome.made} new frames; run the same command again to go on")
        return 1
    _say(f"{output}: {outcome.kept + outcome.made} frames; open {output / 'report.html'}")
    if outcome.failed:
        _say(f"{len(outcome.failed)} frames failed: {outcome.failed[:8]}; see {output / 'logs' / 'failed'}")
        return 1
    return 0


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
