"""What a drawn value is."""

from __future__ import annotations

Scalar = float | int | str | bool
