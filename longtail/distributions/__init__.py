"""Distributions: what a parameter may be drawn from. One line here per kind."""

from __future__ import annotations

from longtail.distributions.choice import Choice
from longtail.distributions.continuous import Beta, LogUniform, Normal, Triangular, Uniform
from longtail.distributions.distribution import Distribution, Truncated
from longtail.distributions.scalar import Scalar
from longtail.distributions.whole import Integers, NegativeBinomial, Poisson

DISTRIBUTIONS: dict[str, type[Distribution]] = {
    kind.name: kind
    for kind in (Uniform, LogUniform, Normal, Triangular, Beta, Poisson, NegativeBinomial, Integers, Choice)
}

__all__ = [
    "DISTRIBUTIONS",
    "Beta",
    "Choice",
    "Distribution",
    "Integers",
    "LogUniform",
    "NegativeBinomial",
    "Normal",
    "Poisson",
    "Scalar",
    "Triangular",
    "Truncated",
    "Uniform",
]
