"""Longtail: labelled synthetic camera images of the scenes nobody can go out and record.

The few names that a program needs; the command line is in `longtail.command_line`.

    import longtail

    frames = longtail.open("out")
    frames[0].image, frames[0].depth_m, frames[0].instances.boxes
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from longtail.annotate import CATEGORIES, Camera, Dataset, Frame, SceneObject, label
    from longtail.programs import open, preview, render  # noqa: A004

__all__ = ["CATEGORIES", "Camera", "Dataset", "Frame", "SceneObject", "label", "open", "preview", "render"]


def __getattr__(name: str) -> Any:
    """The names above when they are first asked for: the command has handlers of signals to set before it is slow."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "render":  # the package, which can be called
        return import_module("longtail.render")
    return getattr(import_module("longtail.programs" if name in ("open", "preview") else "longtail.annotate"), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
