"""When a rule of the world applies: while some kind of weather is part of what was drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from longtail.occurrence import kinds_drawn

When = Callable[[Mapping[str, Any]], bool]
"""Whether a rule of the world applies to the values drawn so far."""


def during(name: str) -> When:
    """A rule's `when`: whether the kind `name` is part of the drawn weather."""
    return lambda values: name in kinds_drawn(values)
