"""From a request to what a run needs: which devices, how many workers, and what dataset.json says."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from importlib.metadata import version

from longtail.annotate import DatasetInfo, Licence
from longtail.render.machine.devices import Device, ranked
from longtail.render.machine.limits import cores, memory_bytes
from longtail.render.machine.probe import probe_devices
from longtail.render.workers.slot import Limits
from longtail.scenes.assets.asset import Asset, each_of
from longtail.scenes.composing import taxonomy_of
from longtail.scenes.config.config import Config
from longtail.scenes.drawing.sampling import DRAWS

# Path tracing scales nearly linearly over threads, the rest of a frame hardly at all, so few threads a worker serve
# best on a CPU; see docs/performance.md.
THREADS_PER_WORKER = 4
# What a worker takes at least, and once the whole catalogue has come in; what each pixel adds: the path tracer's
# passes, their file in memory, and what the sensor makes of them; and what the denoiser works in, which has a limit
# (`open_image_denoise.WORKING_MB`); see docs/performance.md, "Memory".
MEMORY_PER_WORKER_MB = 3_000
_CATALOGUE_MB = 2_100
_BYTES_PER_PIXEL = 400
_DENOISER_BYTES_PER_PIXEL, _DENOISER_MB = 730, 1_500
FRAME_LIMIT_S = 1800.0
"""How long a frame may take before its worker counts as hung."""
# Of the machine's memory, or its control group's; the rest is for the supervisor, the system and the page cache.
_MEMORY_SHARE = 0.9


def devices_for(asked: str) -> tuple[tuple[Device, ...], ...]:
    """What to render on, best first, as `ranked` has it. What is there is listed, and nothing tried.

    Blender is asked in a process of its own: a broken driver must not take us along.
    """
    return ranked(asked, (Device("cpu", "CPU"),) if asked == "cpu" else probe_devices())


def worker_memory_mb(size_px: tuple[int, int]) -> float:
    """What one worker takes at most of pictures of this size (width, height)."""
    megapixels = size_px[0] * size_px[1] / 1e6
    denoiser_mb = min(_DENOISER_BYTES_PER_PIXEL * megapixels, _DENOISER_MB)
    return max(MEMORY_PER_WORKER_MB, _CATALOGUE_MB + _BYTES_PER_PIXEL * megapixels + denoiser_mb)


def default_workers(devices: Sequence[Device], per_gpu: int = 1, needed_mb: float = MEMORY_PER_WORKER_MB) -> int:
    """`per_gpu` workers for each GPU; on a CPU one for every few cores, as far as memory goes; at least one.

    `needed_mb` is what one of them takes.
    """
    if devices[0].kind != "cpu":
        return len(devices) * per_gpu
    memory_mb = _MEMORY_SHARE * memory_bytes() / 1e6
    return max(1, min(cores() // THREADS_PER_WORKER, int(memory_mb / needed_mb)))


def limits_for(workers: int, frame_s: float = FRAME_LIMIT_S, memory_gb: float | None = None) -> Limits:
    """What each of `workers` may take: an equal share of the memory, unless `memory_gb` says another limit."""
    share_mb = _MEMORY_SHARE * memory_bytes() / 1e6 / workers
    return Limits(frame_s, share_mb if memory_gb is None else 1000 * memory_gb)


def memory_note(workers: int, needed_mb: float = MEMORY_PER_WORKER_MB) -> str | None:
    """A warning where so many workers cannot all have the memory that one takes."""
    share_mb = limits_for(workers).memory_mb
    if share_mb >= needed_mb:
        return None
    share, needed = f"{share_mb / 1000:.1f} GB", f"{needed_mb / 1000:.1f} GB"
    if workers == 1:
        return (
            f"there is {share} of memory for a worker, and one takes up to {needed}: it may be ended and begun anew; "
            "smaller pictures take less"
        )
    return (
        f"{workers} workers leave {share} of memory for each, and one takes up to {needed}: some will be ended and "
        "begun anew; fewer --workers may be faster"
    )


def engine_note(engine: str, devices: Sequence[Device]) -> str | None:
    """A warning where the engine leaves all devices but one idle: EGL gives every process the same GPU."""
    if engine != "eevee" or len(devices) < 2:
        return None
    return (
        f"EEVEE renders on the first of the {len(devices)} GPUs, whichever worker asks; the others only make labels. "
        "Start one container or machine per GPU, and give each a --shard"
    )


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
            "draws": DRAWS,
        },
        licence=Licence("chosen by whoever publishes this dataset; see the assets' licences"),
        taxonomy=taxonomy_of(config.scenario, assets),
    )


def catalogue_digest(assets: Mapping[str, Asset]) -> str:
    """What tells two catalogues apart: with another one, the same seed places other things.

    It covers what the scenario draws from and nothing else, so that an asset of another family changes no digest.
    """
    text = "\n".join(repr((a.name, a.category, a.size_m, sorted(a.tags), a.tints)) for a in each_of(assets.values()))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
