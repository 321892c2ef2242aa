"""One frame from its index to its files."""

from longtail.render.frame.ahead import DrawnAhead
from longtail.render.frame.making import Begun, Made, begin_frame, make_frame

__all__ = ["Begun", "DrawnAhead", "Made", "begin_frame", "make_frame"]
