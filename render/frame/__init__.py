"""One frame from its index to its files."""

from longtail.render.frame.making import Made, make_frame

__all__ = ["Made", "make_frame"]
