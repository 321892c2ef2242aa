"""The outlines of what wind carries: leaves, paper, plastic bags, planks, metal sheets, branches."""

from __future__ import annotations

import numpy as np

from longtail.render.particles.sprites import Shape
from longtail.scenes.geometry.materials import Rgb

# Leaves from fresh green over yellow to brown (linear RGB).
_LEAVES: tuple[Rgb, ...] = (
    (0.055, 0.085, 0.025),
    (0.12, 0.13, 0.045),
    (0.24, 0.17, 0.05),
    (0.19, 0.085, 0.035),
    (0.10, 0.055, 0.03),
)
_PAPER: tuple[Rgb, ...] = ((0.75, 0.75, 0.72), (0.62, 0.58, 0.5), (0.55, 0.2, 0.16), (0.3, 0.34, 0.42))
_WOOD: tuple[Rgb, ...] = ((0.24, 0.17, 0.11), (0.15, 0.1, 0.065), (0.3, 0.25, 0.2))
_METAL: tuple[Rgb, ...] = ((0.45, 0.46, 0.47), (0.3, 0.13, 0.09), (0.2, 0.24, 0.26))


def leaf(rng: np.random.Generator) -> Shape:
    """A leaf of 4 to 11 cm with its stalk, curled about its midrib."""
    length, slim = rng.uniform(0.04, 0.11), rng.uniform(0.45, 0.8)
    along = np.array([0.0, 0.15, 0.4, 0.7, 1.0, 0.7, 0.4, 0.15]) - 0.5
    wide = np.array([0.03, 0.32, 0.5, 0.33, 0.0, -0.33, -0.5, -0.32]) * slim
    curl = rng.uniform(-0.6, 0.6) * wide**2 + rng.uniform(-0.5, 0.5) * along**2
    return Shape(length * np.column_stack([along, wide, curl]), _tinted(_LEAVES, rng))


def paper(rng: np.random.Generator) -> Shape:
    """A sheet, bent."""
    length, width = rng.uniform(0.15, 0.42), rng.uniform(0.1, 0.3)
    x = np.array([-0.5, 0.0, 0.5, 0.5, 0.0, -0.5]) * length
    y = np.array([-0.5, -0.5, -0.5, 0.5, 0.5, 0.5]) * width
    bend = rng.uniform(-0.8, 0.8) * np.abs(x) + rng.uniform(-0.3, 0.3) * y
    return Shape(np.column_stack([x, y, bend]), _tinted(_PAPER, rng))


def bag(rng: np.random.Generator) -> Shape:
    """A thin plastic bag, blown up, that light comes through."""
    angle = np.linspace(0, 2 * np.pi, 14, endpoint=False)
    radius = rng.uniform(0.12, 0.22) * (1 + 0.22 * rng.normal(size=14))
    outline = np.column_stack([radius * np.cos(angle), 0.75 * radius * np.sin(angle), 0.05 * rng.normal(size=14)])
    return Shape(outline, (0.72, 0.73, 0.75), 0.7)


def plank(rng: np.random.Generator) -> Shape:
    """A board of 0.5 to 3 m, its end split."""
    length, width = rng.uniform(0.5, 3.0), rng.uniform(0.06, 0.2)
    x = np.array([-0.5, 0.5, 0.46, 0.5, -0.5]) * length
    y = np.array([-0.5, -0.5, 0.1, 0.5, 0.5]) * width
    return Shape(np.column_stack([x, y, np.zeros(5)]), _tinted(_WOOD, rng))


def metal(rng: np.random.Generator) -> Shape:
    """A torn, bent sheet of roofing."""
    length, width = rng.uniform(0.5, 2.2), rng.uniform(0.4, 1.0)
    x = np.array([-0.5, -0.1, 0.5, 0.42, 0.5, 0.0, -0.45]) * length
    y = np.array([-0.5, -0.45, -0.5, 0.1, 0.4, 0.5, 0.45]) * width
    return Shape(np.column_stack([x, y, rng.uniform(-0.7, 0.7) * np.abs(x)]), _tinted(_METAL, rng))


def branch(rng: np.random.Generator) -> Shape:
    """A forked branch of 0.4 to 2.5 m."""
    length, thick = rng.uniform(0.4, 2.5), rng.uniform(0.015, 0.04)
    fork, side = rng.uniform(0.3, 0.6), rng.choice([-1.0, 1.0])
    x = np.array([0.0, fork, fork + 0.3, fork + 0.08, 1.0, fork + 0.05, 0.0]) - 0.5
    t = thick / length
    y = np.array([t, t, side * 0.3, t, side * -0.06, -t, -t])
    y[2] += t
    return Shape(length * np.column_stack([x, y, 0.2 * x**2]), _tinted(_WOOD, rng))


def _tinted(colours: tuple[Rgb, ...], rng: np.random.Generator) -> Rgb:
    red, green, blue = (float(v) for v in np.array(colours[int(rng.integers(len(colours)))]) * rng.uniform(0.7, 1.3))
    return red, green, blue
