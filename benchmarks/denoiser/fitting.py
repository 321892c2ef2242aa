"""Fits the network of high quality to Longtail's own scenes, as `denoiser.noisy` has them.

The error is the squared one of what is seen (the slope of sRGB, where 0.18 is grey). It counts by its logarithm, so
that a dark night weighs no more than a clear day.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from denoiser.archive import Tensors, written
from denoiser.exposure import exposure
from denoiser.network import ALIGNMENT_PX, Network

Array = NDArray[np.float32]

# Pieces of one step, and their sides.
_PIECES, _PIECE_PX = 8, 128
# Every tenth scene is kept aside, to tell how good the network is at what it was not fitted to.
_ASIDE = 10
# Exposures differ by this many stops from the one that the library would choose for the piece.
_STOPS = 0.6
# No more is made of a pixel's error than this, and less than this (57 dB) need not become better.
_WORST, _LEAST = 1e3, 2e-6
_STEEPEST = 5.0
_REPORT_EVERY = 250
# How far from where it began towards where it came what is written lies: bright, even scenes gain by that (measured).
_SHARE = np.float32(0.7)


@dataclass(frozen=True, eq=False)
class Scene:
    """A file of `denoiser.noisy`, float16, rows from below: `exposures` (E, H, W, 3); some of them together, as a
    network is `shown` them, with their guides (N, H, W, 9); and what is `wanted` of each of these (N, H, W, 3)."""

    scenario: str
    exposures: NDArray[np.float16]
    shown: NDArray[np.float16]
    wanted: NDArray[np.float16]

    @classmethod
    def read(cls, path: Path) -> Scene:
        with np.load(path) as kept:
            return cls(str(kept["scenario"]), kept["exposures"], kept["shown"], kept["wanted"])


def drawn(scene: Scene, rng: Random) -> tuple[Array, Array]:
    """What a network is shown of a piece of `scene` (H, W, 9), 0.18 being grey, and what it ought to make of it
    (H, W, 3): half of them mirrored, half with other colours, each at another exposure."""
    number = rng.randrange(len(scene.shown))
    shown, wanted = (images[number].astype(np.float32) for images in (scene.shown, scene.wanted))
    bright = np.float32(exposure(shown[..., :3]) * 2 ** rng.gauss(0, _STOPS))
    height, width, _ = shown.shape
    top, left = rng.randint(0, height - _PIECE_PX), rng.randint(0, width - _PIECE_PX)
    shown, wanted = (image[top : top + _PIECE_PX, left : left + _PIECE_PX] for image in (shown, wanted))
    shown[..., :3] *= bright
    wanted *= bright
    if rng.random() < 0.5:
        shown, wanted = shown[:, ::-1], wanted[:, ::-1]
        shown[..., 6] *= -1
    if rng.random() < 0.5:
        colours = rng.sample(range(3), 3)
        shown = shown[..., [*colours, *(3 + colour for colour in colours), 6, 7, 8]]
        wanted = wanted[..., colours]
    return shown, wanted


def error(made: Tensor, first: Tensor, second: Tensor) -> Tensor:
    """(N,): the squared error of `made` as it is seen; where `first` and `second` are right on average and share no
    sample, without their grain."""
    light = made.detach().clamp(min=0.0031308)
    slope = torch.where(light < 1, 1.055 / 2.4 * light ** (1 / 2.4 - 1), 1.055 / 2.4 / light)
    return (slope**2 * (made - first) * (made - second)).clamp(max=_WORST).mean((1, 2, 3))


def decibels(network: Network, scene: Scene) -> float:
    """How near the first exposure, which is shown by itself first, comes to all others, as PSNR."""
    shown = scene.shown[0].astype(np.float32)
    first, second = (scene.exposures[begin::2].astype(np.float32).mean(axis=0) for begin in (1, 2))
    height, width = (side // ALIGNMENT_PX * ALIGNMENT_PX for side in shown.shape[:2])
    bright = np.float32(exposure(shown[..., :3]))
    for image in (shown, first, second):
        image[..., :3] *= bright
    shown, first, second = (image[None, :height, :width] for image in (shown, first, second))
    with torch.no_grad():
        missed = error(network(*_told(shown)), _tensor(first), _tensor(second))
    return float(-10 * np.log10(max(missed.item(), 1e-7)))


def fit(start: Tensors, folder: Path, steps: int, rate: float, output: Path, seed: int = 0) -> None:
    """Fit the network `start` to what `folder` has, and write it to `output`, every so often and at the end.

    What is written lies `_SHARE` of the way from `start` to the running mean of the last steps' numbers. Prints how
    many decibels nearer that mean has brought the scenes that were kept aside, by scenario.
    """
    network = Network(start).to(memory_format=torch.channels_last)
    mean = Network(start)
    optimiser = torch.optim.Adam(network.parameters(), rate, betas=(0.9, 0.99))
    scenes = {int(path.stem): Scene.read(path) for path in sorted(folder.glob("*.npz"))}
    fitted = [scene for number, scene in scenes.items() if number % _ASIDE]
    aside = [scene for number, scene in scenes.items() if number % _ASIDE == 0]
    before = [decibels(mean, scene) for scene in aside]
    print(f"{len(fitted)} scenes to fit to, {len(aside)} kept aside: {np.mean(before):.2f} dB", flush=True)
    rng, began = Random(seed), time.monotonic()
    for step in range(1, steps + 1):
        for group in optimiser.param_groups:
            group["lr"] = rate * _pace(step, steps)
        shown, wanted = (
            np.stack(images) for images in zip(*(drawn(rng.choice(fitted), rng) for _ in range(_PIECES)), strict=True)
        )
        ought = _tensor(wanted)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            made = network(*_told(shown))
        loss = (error(made, ought, ought) + _LEAST).log().mean()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), _STEEPEST)
        optimiser.step()
        for ours, theirs in zip(mean.parameters(), network.parameters(), strict=True):
            ours.data.lerp_(theirs.data, 1 - min(0.999, step / (step + 9)))
        if step % _REPORT_EVERY == 0 or step == steps:
            gains = [decibels(mean, scene) - was for scene, was in zip(aside, before, strict=True)]
            print(f"{step}: {time.monotonic() - began:.0f} s, {_by_scenario(aside, gains)}", flush=True)
            output.write_bytes(written(_between(start, mean.tensors())))


def _between(start: Tensors, end: Tensors) -> dict[str, NDArray[np.float16]]:
    pairs = {name: (tensor.astype(np.float32), end[name].astype(np.float32)) for name, tensor in start.items()}
    return {name: (first + _SHARE * (last - first)).astype(np.float16) for name, (first, last) in pairs.items()}


def _pace(step: int, steps: int) -> float:
    """The rate of learning, in parts of the greatest: it rises over a hundred steps, then falls as a cosine does."""
    return min(1.0, step / 100) * (0.51 + 0.49 * float(np.cos(np.pi * step / steps)))


def _by_scenario(scenes: list[Scene], gains: list[float]) -> str:
    said = []
    for name in sorted({scene.scenario for scene in scenes}):
        theirs = [gain for scene, gain in zip(scenes, gains, strict=True) if scene.scenario == name]
        said.append(f"{name} {np.mean(theirs):+.2f} ({len(theirs)})")
    return f"{np.mean(gains):+.2f} dB: {', '.join(said)}"


def _told(shown: Array) -> tuple[Tensor, Tensor, Tensor]:
    """`shown` (N, H, W, 9) as a network takes it."""
    radiance, albedo, normal = (_tensor(shown[..., at : at + 3]) for at in (0, 3, 6))
    return radiance, albedo, normal


def _tensor(images: Array) -> Tensor:
    """(N, H, W, C) as (N, C, H, W)."""
    return torch.tensor(np.ascontiguousarray(images.transpose(0, 3, 1, 2)))
