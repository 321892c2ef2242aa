"""The network: a few convolutions down to a stride of 32 and back to 4, without anchors.

torch is imported by whoever asks for one. Sizes are chosen so that a step takes tenths of a second of one CPU core.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from longtail.annotate.usefulness.detector.decoding import Detections, decoded
from longtail.annotate.usefulness.detector.shown import Shown

_WIDTHS = (16, 32, 64, 96, 128)
_OUT = 48
_GROUPS = 8
_COARSEST = 32
_SIDE_PX = 16.0
"""Distances are said in units of this."""
_PRIOR = 0.01
"""How sure a new network is that a cell is a thing's middle: what is nearly everywhere must not be learnt first
(T. Lin et al., "Focal loss for dense object detection", ICCV 2017)."""


@dataclass(frozen=True, eq=False)
class Network:
    """Its blocks, from the finest to the coarsest, how they are joined again, and what is said at last.

    Attributes:
        modules: torch.nn.ModuleDict
    """

    modules: Any

    def __call__(self, pixels: Any) -> tuple[Any, Any]:
        """Logits (B, classes, h, w) and distances (B, 4, h, w) in pixels, of (B, 3, H, W) with sides of 32 pixels."""
        import torch.nn.functional as functional

        seen = []
        for block in self.modules["down"]:
            pixels = block(pixels)
            seen.append(pixels)
        up = self.modules["across"][-1](seen[-1])
        for place in (3, 2, 1):
            up = functional.interpolate(up, scale_factor=2.0, mode="nearest")
            up = self.modules["up"][place - 1](up + self.modules["across"][place](seen[place]))
        return self.modules["heat"](up), functional.softplus(self.modules["sides"](up)) * _SIDE_PX


def new_network(classes: int, seed: int) -> Network:
    """One that has learnt nothing; the same for the same seed."""
    import torch
    from torch import nn

    torch.manual_seed(seed)

    def convolution(into: int, out: int, stride: int = 1) -> Any:
        return nn.Sequential(
            nn.Conv2d(into, out, 3, stride, 1, bias=False), nn.GroupNorm(_GROUPS, out), nn.ReLU(inplace=True)
        )

    down = [nn.Sequential(convolution(3, _WIDTHS[0], 2))]
    for into, out in itertools.pairwise(_WIDTHS):
        down.append(nn.Sequential(convolution(into, out, 2), convolution(out, out)))
    heat = nn.Conv2d(_OUT, classes, 1)
    nn.init.constant_(heat.bias, -math.log((1 - _PRIOR) / _PRIOR))
    modules = {
        "down": nn.ModuleList(down),
        "across": nn.ModuleList([nn.Identity(), *(nn.Conv2d(width, _OUT, 1) for width in _WIDTHS[1:])]),
        "up": nn.ModuleList([convolution(_OUT, _OUT) for _ in range(3)]),
        "heat": nn.Sequential(convolution(_OUT, _OUT), heat),
        "sides": nn.Sequential(convolution(_OUT, _OUT), nn.Conv2d(_OUT, 4, 1)),
    }
    return Network(nn.ModuleDict(modules).to(memory_format=torch.channels_last))


def as_tensor(pixels: np.ndarray[Any, Any]) -> Any:
    """(B, 3, H, W) of pictures (B, H, W, 3) of 8 bits, about 0 and of deviation 1."""
    import torch

    return (torch.from_numpy(pixels).permute(0, 3, 1, 2).float() - 118.0) / 64.0


def find(network: Network, one: Shown) -> Detections:
    """What it finds in a whole picture."""
    import torch

    width, height = one.size_px
    padded = np.zeros((1, -(-height // _COARSEST) * _COARSEST, -(-width // _COARSEST) * _COARSEST, 3), dtype=np.uint8)
    padded[0, :height, :width] = one.rgb
    with torch.inference_mode():
        heat, sides = network(as_tensor(padded))
    h, w = -(-height // 4), -(-width // 4)
    return decoded(heat.sigmoid()[0, :, :h, :w].numpy(), sides[0, :, :h, :w].numpy(), one.size_px)
