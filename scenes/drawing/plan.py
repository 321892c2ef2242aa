"""The plan of a run: which scene each frame shows, what is laid over it, when and from which camera.

Without all of these, frame i shows scene i. A scene is shown as each variant, each variant at each point of the grid of
the sweep, each of them at each moment, and each moment from each camera: V * S * T * C pictures in a row, the camera
varying fastest. Such siblings share the scene's number, hence all of its random numbers; they differ in what is laid
over them and in what follows from it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any

from longtail.annotate.wording import counted
from longtail.distributions import Distribution
from longtail.distributions.scalar import Scalar

APPEARANCE = frozenset({"weather", "air", "lighting", "lens", "sensor"})
"""The sections whose parameters change how a scene looks and never where things stand in it."""


@dataclass(frozen=True)
class Variant:
    """One condition that every scene is shown in: values or distributions by path, laid over the configuration's."""

    name: str
    settings: Mapping[str, Scalar | Distribution] = field(hash=False)

    def to_json(self) -> dict[str, Any]:
        """As a config spells it."""
        plain = {path: v.to_json() if isinstance(v, Distribution) else v for path, v in self.settings.items()}
        return {"name": self.name, **plain}


@dataclass(frozen=True)
class Axis:
    """One parameter of a sweep and the values that it takes, in turn."""

    path: str
    values: tuple[Scalar, ...]


@dataclass(frozen=True)
class Picture:
    """What one frame is to show.

    Attributes:
        variant: the variant's name; "" where the plan has none
        point: the sweep's values by path
        settings: all that is laid over the scene: the variant's settings, then the point
        siblings: the frames that show the same scene, this one among them
        camera: the name of the mount that it is taken from; "" where the plan has none
        time_s: the moment, counted from the scene's own
        clip_frame: which moment of its clip that is, from 0 on; None where the plan has none
    """

    frame: int
    scene: int
    variant: str
    point: Mapping[str, Scalar]
    settings: Mapping[str, Scalar | Distribution]
    siblings: range
    camera: str = ""
    time_s: float = 0.0
    clip_frame: int | None = None


FIRST = Picture(0, 0, "", {}, {}, range(1))
"""The first picture of a run without variants and sweeps."""


@dataclass(frozen=True)
class Plan:
    """The pictures of each scene. The last axis of the sweep varies faster than those before it.

    `times_s` are moments counted from the scene's own, which alone is shown without any; `cameras` the names of mounts.
    """

    variants: tuple[Variant, ...] = ()
    sweep: tuple[Axis, ...] = ()
    times_s: tuple[float, ...] = ()
    cameras: tuple[str, ...] = ()

    @cached_property
    def pictures_per_scene(self) -> int:
        return len(self._layers) * len(self._views)

    @property
    def pictures_per_draw(self) -> int:
        """How many pictures in a row share all that was drawn for them: each moment from each camera."""
        return len(self._views)

    @cached_property
    def _views(self) -> tuple[tuple[float, str], ...]:
        """Each moment from each camera."""
        return tuple(product(self.times_s or (0.0,), self.cameras or ("",)))

    @cached_property
    def _layers(self) -> tuple[tuple[str, Mapping[str, Scalar], Mapping[str, Scalar | Distribution]], ...]:
        """Each variant at each point of the sweep, and what they lay over a scene."""
        paths = [axis.path for axis in self.sweep]
        points = [dict(zip(paths, values, strict=True)) for values in product(*(axis.values for axis in self.sweep))]
        variants: Sequence[Variant] = self.variants or (Variant("", {}),)
        return tuple((v.name, point, {**v.settings, **point}) for v in variants for point in points)

    @property
    def paths(self) -> frozenset[str]:
        """The parameters that are laid over scenes."""
        of_variants = {path for variant in self.variants for path in variant.settings}
        return frozenset(of_variants | {axis.path for axis in self.sweep})

    def picture(self, frame: int) -> Picture:
        """What frame `frame` (>= 0) shows."""
        scene, place = divmod(frame, self.pictures_per_scene)
        layer, view = divmod(place, len(self._views))
        first = scene * self.pictures_per_scene
        time_s, camera = self._views[view]
        clip_frame = view // len(self.cameras or ("",)) if self.times_s else None
        siblings = range(first, first + self.pictures_per_scene)
        return Picture(frame, scene, *self._layers[layer], siblings, camera, time_s, clip_frame)

    def pictures(self, scene: int) -> tuple[Picture, ...]:
        """All pictures of one scene."""
        first = scene * self.pictures_per_scene
        return tuple(self.picture(frame) for frame in range(first, first + self.pictures_per_scene))

    def note(self, frames: int) -> str:
        """One line about a last scene that is not shown in full; "" where all are."""
        each = self.pictures_per_scene
        whole, rest = divmod(frames, each)
        if not rest:
            return ""
        even = f"{whole * each} or {(whole + 1) * each}" if whole else str(each)
        shown = f"{counted(frames, 'frame')} {'is' if frames == 1 else 'are'} {counted(whole, 'scene')}"
        return (
            f"{shown} of {each} pictures and {rest} of the {each} pictures of one more; "
            f"frames: {even} would come out even"
        )


EACH_SCENE_ONCE = Plan()


def laid_over(geometry: Mapping[str, Any], values: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """The values that decide where things stand: the scene's own (`geometry`), but for what is set by name.

    So a foggy variant has the people of the scene that it varies, however few walk in fog; and a sweep over
    `camera.height_m` does move the camera.
    """
    moved = {path: values[path] for path in settings if path.partition(".")[0] not in APPEARANCE}
    return {**geometry, **moved}
