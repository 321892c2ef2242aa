"""The street that figures of different days are measured on, whatever is added to the mix of streets meanwhile."""

from __future__ import annotations

LEVEL_TOWN = ("road.kind=town", "road.roundabout=none", "road.grade_percent=0", "road.grade_change_percent=0")
"""What a config says so that a town's street is drawn, without a roundabout, on level ground."""
