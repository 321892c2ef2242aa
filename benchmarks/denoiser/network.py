"""The network of Open Image Denoise's high quality in PyTorch, so that it can be fitted: the same numbers as there.

A U-Net of nineteen 3x3 convolutions, told of each pixel what comes from it, its colour and its normal: nine channels.
Radiance goes through a curve that follows how brightness is seen (training/model.py and training/color.py of
https://github.com/RenderKit/oidn, Apache-2.0; the curve: Aydin and others, 2008, "Extending Quality Metrics to Full
Luminance Range Images").
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from denoiser.archive import Tensors

# Of a library's networks the one of high quality for radiance with colours and normals (2.3.3, in bpy 5.0).
HIGH = 10
# Sides must be multiples of this many pixels: it halves them four times.
ALIGNMENT_PX = 16

_A, _B, _C, _D = 1.41283765e03, 1.64593172e00, 4.31384981e-01, -2.94139609e-03
_E, _F, _G = 1.92653254e-01, 6.26026094e-03, 9.98620152e-01
_Y0, _Y1, _X0, _X1 = 1.57945760e-06, 3.22087631e-02, 2.23151711e-03, 3.70974749e-01
# What the brightest half float is on the curve.
_TOP = _E * float(np.log(65504.0 + _F)) + _G
# How far the curve is followed back, so that a network that has gone astray makes no infinities.
_FURTHEST = 1.3 * _TOP


class Network(nn.Module):  # type: ignore[misc]
    """The layers of an archive, by their names; float32."""

    def __init__(self, tensors: Tensors) -> None:
        super().__init__()
        for name in dict.fromkeys(name.rpartition(".")[0] for name in tensors):
            weight, bias = (torch.tensor(tensors[f"{name}.{part}"].astype(np.float32)) for part in ("weight", "bias"))
            layer = nn.Conv2d(weight.shape[1], weight.shape[0], 3, padding=1)
            layer.weight.data, layer.bias.data = weight, bias
            self.add_module(name, layer)

    def forward(self, radiance: Tensor, albedo: Tensor, normal: Tensor) -> Tensor:
        """`radiance` (grey is 0.18) without its grain; `albedo` is 0..1, `normal` -1..1. All are (N, 3, H, W), of sides
        that are multiples of `ALIGNMENT_PX`."""
        told = torch.cat((_seen(radiance.clamp(min=0)), albedo.clamp(0, 1), normal.clamp(-1, 1) / 2 + 0.5), 1)
        x, larger = told, [told]
        for level in range(1, 5):
            x = functional.max_pool2d(self._pair(f"enc_conv{level}", x), 2)
            larger.append(x)
        x = self._pair("enc_conv5", x)
        for level in range(4, 0, -1):
            x = functional.interpolate(x, scale_factor=2, mode="nearest")
            x = self._pair(f"dec_conv{level}", torch.cat((x, larger[level - 1].to(x.dtype)), 1))
        # In 16 bits, of which eight are the number's, steps would show.
        with torch.autocast("cpu", enabled=False):
            made: Tensor = self.get_submodule("dec_conv1c")(x.float())
            return _light(made)

    def _pair(self, name: str, x: Tensor) -> Tensor:
        for part in "ab":
            x = functional.relu(self.get_submodule(name + part)(x))
        return x

    def tensors(self) -> dict[str, NDArray[np.float16]]:
        """Its numbers, as an archive takes them."""
        return {name: value.detach().numpy().astype(np.float16) for name, value in self.state_dict().items()}


def _seen(light: Tensor) -> Tensor:
    """How bright `light` is to the network."""
    root = _B * light.clamp(min=_Y0) ** _C + _D
    curve = torch.where(light <= _Y1, root, _E * (light + _F).log() + _G)
    return torch.where(light <= _Y0, _A * light, curve) / _TOP


def _light(seen: Tensor) -> Tensor:
    """The inverse of `_seen`."""
    x = seen * _TOP
    root = ((x.clamp(_X0, _X1) - _D) / _B) ** (1 / _C)
    bright = ((x.clamp(max=_FURTHEST) - _G) / _E).exp() - _F
    return torch.where(x <= _X0, x / _A, torch.where(x <= _X1, root, bright))
