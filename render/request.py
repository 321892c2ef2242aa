"""From a request to what a run needs: which devices, how many workers, and what dataset.json says."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from importlib.metadata import version

from annotate import DatasetInfo, Licence
from render.devices import Device, choose
from render.probe import probe_devices
from scenes.assets.asset import Asset
from scenes.config import Config

# Path tracing scales nearly linearly over threads, the rest of a frame hardly at all, so few threads a worker serve
# best on a CPU; more workers than that just multiply memory (about 1 GB each).
THREADS_PER_WORKER = 4


def choose_devices(asked: str) -> tuple[Device, ...]:
    """The devices to render on. Blender is asked in a process of its own: a broken driver must not take us along."""
    return choose(asked, (Device("cpu", "CPU"),) if asked == "cpu" else probe_devices())


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
        ignored=config.labels.ignored,
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
