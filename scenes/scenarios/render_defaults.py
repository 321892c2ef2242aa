"""What a scenario's pictures need of the renderer: defaults of `render.*`, which a config may set otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

GeneralQuality = Literal["fast", "balanced", "high"]
"""How thoroughly pictures are denoised, by networks that are meant for any picture; named as Cycles does (Blender
manual, "Render settings, Denoising")."""

DenoiseQuality = Literal["fitted", GeneralQuality]
"""`fitted` is a network of the size of "high" that was fitted to Longtail's own scenes."""

UNSAID: DenoiseQuality = "balanced"
"""What a config meant that said nothing of it, before there was another."""


@dataclass(frozen=True)
class RenderDefaults:
    """`samples` a pixel, 1..65536, and `denoise_quality` where a config says nothing of them. ValueError: others.

    Measured for each scenario, quality against time (docs/performance.md, "Denoiser and samples").
    """

    samples: int = 28
    denoise_quality: DenoiseQuality = "fitted"

    def __post_init__(self) -> None:
        if not 1 <= self.samples <= 65536:
            raise ValueError(f"expected samples in 1..65536, got {self.samples!r}")
        if self.denoise_quality not in (known := get_args(DenoiseQuality)):
            raise ValueError(f"expected a denoise_quality of {', '.join(known)}, got {self.denoise_quality!r}")


USUAL = RenderDefaults()
"""What most scenarios are content with."""
