"""How near each network brings a few samples to a long picture, for scenes that none was fitted to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from versus.compare import encoded
from versus.kinds import KINDS

from denoiser.exposure import exposure
from denoiser.noisy import Grainy
from longtail.render.blender.denoising import denoised, denoiser
from longtail.render.machine.devices import Device
from longtail.scenes.composing import catalogue_of, scene_of
from longtail.scenes.config.config import Config
from longtail.scenes.config.loading import load
from longtail.scenes.scenarios.render_defaults import DenoiseQuality

Array = NDArray[np.float32]

SIZE_PX = (320, 180)
# Two long pictures, which are held against each other's error, so that their own grain falls out.
LONG_SAMPLES = 112
_LONG_SEEDS = (101, 102)
_NIGHT = (
    "weather=rain",
    "weather.rain.rate_mm_h=8",
    "lighting.sun_elevation_deg=-12",
    "road.district=city",
    "road.tunnel=false",
)


@dataclass(frozen=True)
class Sample:
    """A scene to look at: frame `frame` of what `changes` make of `scenario`."""

    name: str
    scenario: str
    seed: int
    frame: int = 0
    changes: tuple[str, ...] = ()

    def config(self) -> Config:
        size = f"camera.size_px=[{SIZE_PX[0]}, {SIZE_PX[1]}]"
        return load(self.scenario, [*self.changes, size], seed=self.seed, frames=self.frame + 1)


SCENES = (
    *(Sample(kind.name, kind.scenario, kind.seed, 0, kind.pins) for kind in KINDS),
    Sample("hall", "warehouse", 3, 4),
    Sample("aisle", "warehouse", 3, 1),
    Sample("night", "street", 3, 0, _NIGHT),
)


@dataclass(frozen=True, eq=False)
class Exposures:
    """A scene's pictures with their grain, (H, W, 9) as `Grainy` has them, by samples; and two long ones."""

    few: dict[int, Array]
    long: tuple[Array, Array]

    def decibels(self, samples: int, quality: DenoiseQuality) -> float:
        """PSNR of the picture of `samples`, denoised, as sRGB with white at five and a half times its mean grey."""
        library = denoiser()
        if library is None:
            raise RuntimeError("expected Blender to bring Open Image Denoise along, found none")
        first, second = (picture[..., :3] for picture in self.long)
        white = 1 / exposure((first + second) / 2)
        light, albedo, normal = np.split(self.few[samples], 3, axis=-1)
        made = encoded(denoised(library, light, albedo, normal, quality, samples), white)
        errors = [made - encoded(truth, white) for truth in (first, second)]
        return float(-10 * np.log10(max(float(np.mean(errors[0] * errors[1])), 1e-9)))


def exposures(sample: Sample, samples: Sequence[int], folder: Path) -> Exposures:
    """Rendered, or read from `folder`, where they are kept."""
    path = folder / f"{sample.name} {' '.join(map(str, samples))}.npz"
    if not path.exists():
        config = sample.config()
        assets = catalogue_of(config)
        session = Grainy(config.render, Device("cpu", "CPU"))
        scene = scene_of(config, sample.frame, assets)
        few = {str(count): session.exposed(scene, assets, range(1, 2), count)[0] for count in samples}
        long = {
            f"long {seed}": session.exposed(scene, assets, range(seed, seed + 1), LONG_SAMPLES)[0]
            for seed in _LONG_SEEDS
        }
        folder.mkdir(parents=True, exist_ok=True)
        np.savez(path, **few, **long)
    with np.load(path) as kept:
        first, second = (kept[f"long {seed}"] for seed in _LONG_SEEDS)
        return Exposures({count: kept[str(count)] for count in samples}, (first, second))


def table(samples: Sequence[int], qualities: Sequence[DenoiseQuality], folder: Path) -> Iterator[str]:
    """Markdown: a row for each scene and quality."""
    yield f"| scene, quality | {' | '.join(f'{count} samples' for count in samples)} |"
    yield "|---|" + "---|" * len(samples)
    for sample in SCENES:
        found = exposures(sample, samples, folder)
        for quality in qualities:
            cells = [f"{found.decibels(count, quality):.2f}" for count in samples]
            yield f"| {sample.name}, {quality} | {' | '.join(cells)} |"
