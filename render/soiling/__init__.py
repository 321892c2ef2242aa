"""What is on the glass in front of the lens, painted into the linear picture; labels see only where it hides it."""

from __future__ import annotations

from longtail.render.soiling.soil import Soiled, soil

__all__ = ["Soiled", "soil"]
