"""What a frame was rendered on: pictures of two kinds of device or processor may differ in single pixels' rounding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class RenderedOn:
    """`device` is "cpu", or a GPU's kind and name ("optix NVIDIA H200"); `processor` the model and what it can do."""

    device: str
    processor: str

    @property
    def title(self) -> str:
        """For people; the processor goes without saying beside a GPU that did the work."""
        return self.processor if self.device == "cpu" else self.device

    def to_json(self) -> dict[str, str]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | None) -> RenderedOn | None:
        """What `to_json` wrote; None for None, as in records of frames that no renderer made."""
        return None if data is None else cls(str(data["device"]), str(data["processor"]))


def mixture(titles: Mapping[str, int]) -> str | None:
    """One line that names what the frames of a dataset were rendered on (frames by title); None for one thing alone."""
    if len(titles) < 2:
        return None
    most = sorted(titles, key=lambda title: (-titles[title], title))
    shares = ", ".join(f"{titles[title]} on {title}" for title in most)
    return f"rendered on more than one kind of machine, so that pictures differ in rounding: {shares}"
