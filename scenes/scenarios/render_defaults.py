"""What a scenario's pictures need of the renderer: defaults of `render.*`, which a config may set otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

DenoiseQuality = Literal["fast", "balanced", "high"]
"""How thoroughly pictures are denoised, named as Cycles does (Blender manual, "Render settings, Denoising")."""


@dataclass(frozen=True)
class RenderDefaults:
    """`samples` a pixel, 1..65536, and `denoise_quality` where a config says nothing of them. ValueError: others.

    Measured for each scenario, quality against time (docs/performance.md, "Denoiser and samples").
    """

    samples: int = 32
    denoise_quality: DenoiseQuality = "balanced"

    def __post_init__(self) -> None:
        if not 1 <= self.samples <= 65536:
            raise ValueError(f"expected samples in 1..65536, got {self.samples!r}")
        if self.denoise_quality not in (known := get_args(DenoiseQuality)):
            raise ValueError(f"expected a denoise_quality of {', '.join(known)}, got {self.denoise_quality!r}")


USUAL = RenderDefaults()
"""What most scenarios are content with."""
