"""The lens of a camera of a rig, where it is another than that of the drawn camera."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from longtail.annotate.camera import Lens
from longtail.distributions import Distribution
from longtail.distributions.scalar import Scalar
from longtail.scenes.camera.lenses import FIELD, INTRINSICS, PATHS, lens_kind, lens_of, unused
from longtail.scenes.space.impossible import LensRequest

LENS_PATHS: tuple[str, ...] = tuple(
    dict.fromkeys((FIELD, *INTRINSICS, *(path for paths in PATHS.values() for path in paths)))
)
"""The parameters of the drawn camera that a mount may have of its own."""

_SECTION = "camera."


@dataclass(frozen=True)
class MountLens:
    """A lens model and size, and what of `LENS_PATHS` is laid over what is drawn for all cameras, by path."""

    request: LensRequest
    given: Mapping[str, Scalar | Distribution] = field(default_factory=dict, hash=False)

    def values(self, drawn: Mapping[str, Any], share: Callable[[str], float]) -> dict[str, Any]:
        """The drawn values of a scene with the mount's own; `share` gives the coordinate 0..1 of each, by its name."""
        own = {
            path: asked.ppf(share(path.removeprefix(_SECTION))) if isinstance(asked, Distribution) else asked
            for path, asked in self.given.items()
        }
        return {**drawn, **own}

    def lens(self, values: Mapping[str, Any]) -> Lens:
        """The lens of `values`. ConfigError as in `lens_of`."""
        return lens_of(self.request, values)

    def recorded(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """What of `values` the lens is made of, by name within the mount."""
        foreign = unused(self.request.model, values)
        return {p.removeprefix(_SECTION): values[p] for p in LENS_PATHS if p in values and p not in foreign}

    def kind(self, parameters: Mapping[str, Any], varied: frozenset[str]) -> str:
        """What an engine or a device has to have for it; `parameters` are those of the config, `varied` laid over."""
        return lens_kind(self.request.model, {**parameters, **self.given}, varied - self.given.keys())

    def resized(self, size_px: tuple[int, int]) -> MountLens:
        """The same lens with other pixels."""
        asked = self.request
        return replace(self, request=LensRequest(asked.model, size_px, asked.k_size_px or asked.size_px))

    def to_json(self) -> dict[str, Any]:
        """As a config spells it, beside the place."""
        model, size_px, k_size_px = self.request
        return {
            "model": model,
            "size_px": list(size_px),
            **({"k_size_px": list(k_size_px)} if k_size_px else {}),
            **{
                path.removeprefix(_SECTION): asked.to_json() if isinstance(asked, Distribution) else asked
                for path, asked in self.given.items()
            },
        }
