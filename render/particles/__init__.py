"""What flies in the air between the camera and the scene, painted into the linear picture; labels never see it."""

from __future__ import annotations

from longtail.render.particles.fly import fly
from longtail.render.particles.view import View

__all__ = ["View", "fly"]
