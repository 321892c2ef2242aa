"""A detector trained from scratch: so many steps, whoever is trained on, and as many windows of either side."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.usefulness.detector.network import Network, as_tensor, new_network
from longtail.annotate.usefulness.detector.shown import Shown
from longtail.annotate.usefulness.detector.targets import targets
from longtail.annotate.usefulness.detector.windows import WINDOW_PX, window

BATCH = 8
_RATE, _WARM_UP, _DECAY = 2e-3, 0.1, 1e-2
_OVERLAP_WEIGHT = 2.0
MISSING = "PyTorch is not installed: pip install 'longtail[detector]'"

Pixels = Callable[[Shown], NDArray[np.uint8]]


def installed() -> bool:
    """Whether there is PyTorch."""
    try:
        import torch  # noqa: F401
    except ImportError:
        return False
    return True


def trained(sides: Sequence[Sequence[Shown]], classes: int, steps: int, seed: int) -> Network:
    """A network that has seen `steps` batches of 8 windows.

    Of several `sides` that have pictures each gives as many windows, so that few pictures are not drowned by many. The
    same sides, steps and seed make the same network on the same machine.
    """
    import torch

    network, rng = new_network(classes, seed), np.random.default_rng(seed)
    parameters = list(network.modules.parameters())
    optimiser = torch.optim.AdamW(parameters, lr=_RATE, weight_decay=_DECAY)
    able = [side for side in sides if len(side)]
    decks = [_Deck(len(side), rng) for side in able]
    pixels: dict[int, NDArray[np.uint8]] = {}
    network.modules.train()
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = _RATE * rate_of(step, steps)
        rows = []
        for number in range(BATCH):
            which = number % len(able)
            one = able[which][decks[which].next()]
            if id(one) not in pixels:
                pixels[id(one)] = one.rgb
            rows.append(window(one, pixels[id(one)], rng))
        wanted = [targets(row.boxes_px, row.codes, row.ignored_px, WINDOW_PX, classes) for row in rows]
        heat, said = network(as_tensor(np.stack([row.rgb for row in rows])))
        maps = [torch.from_numpy(np.stack(part)) for part in zip(
            *((one.heat, one.sides_px, one.weight, one.counts) for one in wanted), strict=True)]  # fmt: skip
        loss = _heat_loss(heat, maps[0], maps[3]) + _OVERLAP_WEIGHT * _sides_loss(said, maps[1], maps[2])
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 10.0)
        optimiser.step()
    network.modules.eval()
    return network


def rate_of(step: int, steps: int) -> float:
    """The learning rate's share of its highest: up within the first tenth, then down along half a cosine."""
    warm = max(round(_WARM_UP * steps), 1)
    if step < warm:
        return (step + 1) / warm
    return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(steps - warm, 1)))


class _Deck:
    """Pictures in an order of chance, all of them before one comes again."""

    def __init__(self, count: int, rng: np.random.Generator) -> None:
        self._count, self._rng = count, rng
        self._left: list[int] = []

    def next(self) -> int:
        if not self._left:
            self._left = self._rng.permutation(self._count).tolist()
        return self._left.pop()


def _heat_loss(logits: Any, wanted: Any, counts: Any) -> Any:
    """The focal loss of penalty-reduced Gaussians (H. Law, J. Deng, "CornerNet", ECCV 2018), for each thing."""
    import torch
    import torch.nn.functional as functional

    sure, unsure = functional.logsigmoid(logits), functional.logsigmoid(-logits)
    chance = torch.sigmoid(logits)
    middles = wanted > 0.999
    lost = torch.where(middles, sure * (1 - chance) ** 2, unsure * chance**2 * (1 - wanted) ** 4)
    return -(lost * counts[:, None]).sum() / middles.sum().clamp(min=1)


def _sides_loss(said: Any, wanted: Any, weight: Any) -> Any:
    """1 less the generalised intersection over union (Rezatofighi et al., CVPR 2019) of boxes about one cell."""
    import torch

    area = [(one[:, 0] + one[:, 2]) * (one[:, 1] + one[:, 3]) for one in (said, wanted)]
    least, most = torch.minimum(said, wanted), torch.maximum(said, wanted)
    both = (least[:, 0] + least[:, 2]).clamp(min=0) * (least[:, 1] + least[:, 3]).clamp(min=0)
    around = (most[:, 0] + most[:, 2]) * (most[:, 1] + most[:, 3])
    either = area[0] + area[1] - both
    lost = 1 - both / either.clamp(min=1e-6) + (around - either) / around.clamp(min=1e-6)
    return (lost * weight).sum() / weight.sum().clamp(min=1)
