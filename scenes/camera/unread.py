"""Numbers of lenses that another lens does not read."""

from __future__ import annotations

from longtail.scenes.camera.lenses import PATHS

_FIELDS = frozenset(field for field, *_ in PATHS.values())

OF_LENSES: frozenset[str] = frozenset(path for paths in PATHS.values() for path in paths)
"""The paths of the fields of view and of the coefficients of all lenses."""


def complaint(path: str, model: str) -> str:
    """What is expected in the place of a parameter that the lens `model` does not read."""
    owners = [name for name, paths in PATHS.items() if path in paths]
    own = PATHS[model][0]
    if path in _FIELDS:
        return (
            f"expected {own}, which is the field of view of camera.model {model}, got that of {', '.join(owners)}; say "
            f"it there, or choose another camera.model"
        )
    return (
        f"expected camera.model {' or '.join(owners)} beside it, got {model}, whose lens has no such number; choose "
        f"that model, or leave it out"
    )
