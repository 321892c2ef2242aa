"""Pictures with their grain, to fit a denoiser to: scenes as the scenarios draw them, each traced several times over.

Some of these exposures together are what a network is shown, all others together, which share no sample with them,
what it ought to make of that: denoised with high quality, as grain in what is wanted would have to be averaged over
very many pictures before it says anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import bpy
import numpy as np
from numpy.typing import NDArray

from denoiser.together import EXPOSURES, TOGETHER
from longtail.render.blender import session as sessions
from longtail.render.blender.denoising import denoiser, prepared
from longtail.render.blender.open_image_denoise import OpenImageDenoise
from longtail.render.machine.devices import Device
from longtail.scenes.assets.asset import Asset
from longtail.scenes.composing import catalogue_of, scene_of
from longtail.scenes.config.config import Config
from longtail.scenes.config.loading import load
from longtail.scenes.config.settings import RenderSettings
from longtail.scenes.scene import Scene

Array = NDArray[np.float32]

# What a file shows of a picture: a piece of this size.
WINDOW_PX = (208, 128)
SIZES_PX = ((320, 180), (640, 360), (640, 360), (960, 540), (1280, 720))
# How often each scenario comes.
SHARES = {"street": 9, "tabletop": 6, "warehouse": 3, "random": 2}
_PASSES = (("Combined", "RGB"), ("Denoising Albedo", "RGB"), ("Denoising Normal", "XYZ"))
_BRIGHTEST = 60_000.0


@dataclass(frozen=True)
class Window:
    """What is rendered of a picture of `size_px`: `WINDOW_PX` from (`left`, `top`) on."""

    size_px: tuple[int, int]
    left: int
    top: int

    @classmethod
    def drawn(cls, rng: Random) -> Window:
        """Anywhere, but for a quarter of what there is of room above, where there is sky."""
        width, height = size = rng.choice(SIZES_PX)
        spare = height - WINDOW_PX[1]
        return cls(size, rng.randint(0, width - WINDOW_PX[0]), rng.randint(spare // 4, spare))

    def show(self, render: bpy.types.RenderSettings) -> None:
        """Have Blender render this piece and no more; a quarter of a pixel, as it rounds down."""
        width, height = self.size_px
        render.use_border = render.use_crop_to_border = True
        render.border_min_x = (self.left + 0.25) / width
        render.border_max_x = (self.left + WINDOW_PX[0] + 0.25) / width
        render.border_min_y = (height - self.top - WINDOW_PX[1] + 0.25) / height
        render.border_max_y = (height - self.top + 0.25) / height


class _Seen(Exception):  # noqa: N818 (nothing is wrong)
    """All that a picture is made of has been rendered."""


class Grainy(sessions.Session):
    """A session whose pictures end with Cycles."""

    window: Window | None = None

    def exposed(self, scene: Scene, assets: Mapping[str, Asset], seeds: range, samples: int) -> Array:
        """(len(seeds), H, W, 9): radiance, albedo, normal, one picture for each seed of its noise; rows from above."""
        self._settings = self._settings.model_copy(update={"samples": samples})
        built = self.build(scene, assets)
        made = []
        for seed in seeds:
            try:
                self.picture(built, scene.camera, scene.light_level_lux, seed)
            except _Seen:
                made.append(self._found)
        self.clear()
        return np.stack(made)

    def _render(self, target: bpy.types.Scene) -> dict[str, Any]:
        if self.window:
            self.window.show(target.render)
        passes = super()._render(target)
        self._found = np.concatenate([sessions._channels(passes, *named) for named in _PASSES], axis=-1)
        raise _Seen


def config_of(scenario: str, size_px: tuple[int, int], seed: int) -> Config:
    """What to draw scenes from: all that the scenario has."""
    width, height = size_px
    return load(scenario, [f"camera.size_px=[{width}, {height}]"], seed=seed, frames=1_000_000)


def shown(exposures: Array, samples: int, library: OpenImageDenoise) -> Array:
    """(N, H, W, 9): each of `TOGETHER` as a network is told it, with its guides prepared as a frame's are."""
    found = []
    for which in TOGETHER[samples]:
        light, albedo, normal = np.split(exposures[list(which)].mean(axis=0), 3, axis=-1)
        found.append(np.concatenate([light, *prepared(library, albedo, normal)], axis=-1))
    return np.stack(found)


def wanted(exposures: Array, samples: int, library: OpenImageDenoise) -> Array:
    """(N, H, W, 3): what ought to come of each of `TOGETHER`; exposures and these have rows from below."""
    albedo, normal = (exposures[..., at : at + 3].mean(axis=0) for at in (3, 6))
    guides = library.guide("albedo", albedo, "high"), library.guide("normal", normal, "high")
    others = [np.delete(exposures[..., :3], which, axis=0).mean(axis=0) for which in TOGETHER[samples]]
    return np.stack([library.picture(other, *guides, "high") for other in others])


def make(folder: Path, frames: range, seed: int) -> None:
    """Write NUMBER.npz for each of `frames` that is not there, as `fitting.Scene` reads it: `exposures`, `shown` and
    `wanted`, float16, radiance in parts of the picture's mean; and the `scenario`. RuntimeError: no denoiser."""
    library = denoiser(1)
    if library is None:
        raise RuntimeError("expected Blender to bring Open Image Denoise along, found none")
    session = Grainy(RenderSettings(), Device("cpu", "CPU"), 1)
    assets: dict[str, Mapping[str, Asset]] = {}
    for frame in frames:
        path = folder / f"{frame:06d}.npz"
        if path.exists():
            continue
        rng = Random(frame)
        scenario = rng.choices(list(SHARES), list(SHARES.values()))[0]
        window, samples = Window.drawn(rng), rng.choice(list(EXPOSURES))
        config = config_of(scenario, window.size_px, seed)
        catalogue = assets.setdefault(scenario, catalogue_of(config))
        session.window = window
        seeds = range(1000 * frame, 1000 * frame + EXPOSURES[samples])
        made = session.exposed(scene_of(config, frame, catalogue), catalogue, seeds, samples)[:, ::-1]
        light = made[..., :3]
        light /= max(float(np.minimum(light, np.quantile(light, 0.98)).mean()), 1e-12)
        kept = {
            "exposures": made[..., :3],
            "shown": shown(made, samples, library),
            "wanted": wanted(made, samples, library),
        }
        small = {name: images.clip(-_BRIGHTEST, _BRIGHTEST).astype(np.float16) for name, images in kept.items()}
        np.savez(path, scenario=scenario, **small)
        print(f"{path.name}: {scenario}, {window.size_px[0]} x {window.size_px[1]}, {samples} samples", flush=True)
