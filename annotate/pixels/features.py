"""What a classifier may tell pictures apart by: some eighty classical features, in groups that people can name.

A feature's name is its group and what it is, as in "texture.lbp_3".
"""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from longtail.annotate.pixels.measure import luma_of
from longtail.annotate.pixels.texture import entropy_bits, noise_levels, sharpness, spectrum_slope

Floats = NDArray[np.float32]

GROUPS: Mapping[str, str] = {
    "light": "how bright parts of it are",
    "colour": "which colours it has",
    "edges": "how steep edges are, and where they point",
    "texture": "patterns of neighbouring pixels, sharpness, noise, spectrum",
    "layout": "how bright and colourful its parts are beside each other",
}

_SHARES = (0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98)
_DIRECTIONS = 9


def features(rgb: NDArray[np.uint8]) -> dict[str, float]:
    """Features by name of an sRGB picture (H, W, 3) of at least 16 by 16 pixels; 0 for what it has not."""
    luma = luma_of(rgb)
    lab = np.asarray(cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2Lab), dtype=np.float32)
    found = {**_light(luma), **_colour(lab), **_edges(luma), **_texture(luma), **_layout(luma, lab)}
    return {name: float(value) if np.isfinite(value) else 0.0 for name, value in found.items()}


def _light(luma: Floats) -> dict[str, float]:
    quantiles = np.quantile(luma, _SHARES)
    found = {f"light.quantile_{share:g}": float(q) for share, q in zip(_SHARES, quantiles, strict=True)}
    dark, blown = float((luma < 0.02).mean()), float((luma > 0.98).mean())
    return found | {"light.contrast": float(luma.std()), "light.black_share": dark, "light.white_share": blown,
                    "light.entropy": entropy_bits(luma)}  # fmt: skip


def _colour(lab: Floats) -> dict[str, float]:
    a, b = lab[..., 1], lab[..., 2]
    chroma = np.hypot(a, b)
    weights, total = chroma.ravel(), max(float(chroma.sum()), 1e-6)
    hues = np.floor((np.arctan2(b, a).ravel() + np.pi) / (2 * np.pi) * 8).astype(np.intp) % 8
    shares = np.bincount(hues, weights=weights, minlength=8) / total
    return {
        "colour.red_green": float(a.mean()),
        "colour.yellow_blue": float(b.mean()),
        "colour.red_green_spread": float(a.std()),
        "colour.yellow_blue_spread": float(b.std()),
        "colour.chroma": float(chroma.mean()),
        "colour.chroma_high": float(np.quantile(chroma, 0.95)),
        **{f"colour.hue_{place}": float(share) for place, share in enumerate(shares)},
    }


def _edges(luma: Floats) -> dict[str, float]:
    across, down = cv2.Sobel(luma, cv2.CV_32F, 1, 0), cv2.Sobel(luma, cv2.CV_32F, 0, 1)
    steep = np.hypot(across, down)
    bins = np.floor((np.arctan2(down, across).ravel() % np.pi) / np.pi * _DIRECTIONS).astype(np.intp) % _DIRECTIONS
    shares = np.bincount(bins, weights=steep.ravel(), minlength=_DIRECTIONS) / max(float(steep.sum()), 1e-6)
    return {
        "edges.mean": float(steep.mean()),
        **{f"edges.quantile_{share:g}": float(np.quantile(steep, share)) for share in (0.25, 0.5, 0.9, 0.99)},
        **{f"edges.direction_{place}": float(share) for place, share in enumerate(shares)},
    }


def _texture(luma: Floats) -> dict[str, float]:
    shares = np.bincount(_patterns(luma).ravel(), minlength=10)[:10] / max((luma.shape[0] - 2) * (luma.shape[1] - 2), 1)
    half = cv2.resize(luma, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    rough = luma - cv2.GaussianBlur(luma, (0, 0), 1.0)
    return {
        "texture.sharpness": sharpness(luma),
        "texture.sharpness_half": sharpness(np.asarray(half, dtype=np.float32)),
        "texture.noise": noise_levels(luma),
        "texture.spectrum_slope": spectrum_slope(luma),
        "texture.flat_share": float((np.abs(rough) < 0.5 / 255).mean()),
        "texture.kurtosis": float((rough**4).mean() / max(float((rough**2).mean()) ** 2, 1e-12)),
        **{f"texture.lbp_{place}": float(share) for place, share in enumerate(shares)},
    }


def _patterns(luma: Floats) -> NDArray[np.intp]:
    """Rotation-invariant uniform local binary patterns, 0 to 9, of the pixels that have eight neighbours.

    T. Ojala, M. Pietikainen, T. Maenpaa, IEEE Transactions on Pattern Analysis and Machine Intelligence 24, 2002.
    """
    middle = luma[1:-1, 1:-1]
    height, width = middle.shape
    around = ((0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0))
    brighter = np.stack([luma[r : r + height, c : c + width] >= middle for r, c in around])
    changes = (brighter != np.roll(brighter, 1, axis=0)).sum(axis=0)
    return np.where(changes <= 2, brighter.sum(axis=0), 9).astype(np.intp)


def _layout(luma: Floats, lab: Floats) -> dict[str, float]:
    grey = np.asarray(cv2.resize(luma, (3, 3), interpolation=cv2.INTER_AREA))
    blue = np.asarray(cv2.resize(lab[..., 2], (1, 3), interpolation=cv2.INTER_AREA)).ravel()
    found = {
        f"layout.luma_{row}_{column}": float(grey[row, column] - grey.mean()) for row in range(3) for column in range(3)
    }
    return found | {f"layout.yellow_blue_{row}": float(value - blue.mean()) for row, value in enumerate(blue)}
