"""Hypothesis as this project uses it: no deadlines (nothing may depend on timing), and the same examples every time."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("longtail", deadline=None, derandomize=True)
settings.load_profile("longtail")
