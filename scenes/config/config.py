"""A configuration: a scenario with every leaf set. `scenes.config.loading` reads one from YAML."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from longtail.annotate.camera import Beams
from longtail.distributions import Distribution
from longtail.distributions.scalar import Scalar
from longtail.scenes.camera.lenses import INTRINSICS, LATER, lens_kind
from longtail.scenes.camera.mount import Mount
from longtail.scenes.config.given import Given
from longtail.scenes.config.keys import SCENE
from longtail.scenes.config.own_scenario import DIGEST
from longtail.scenes.config.settings import (
    NO_CLIP,
    AssetSettings,
    CameraSettings,
    ClipSettings,
    IgnoreSettings,
    RenderSettings,
)
from longtail.scenes.config.sweep import axes_json
from longtail.scenes.drawing.asked import Asked
from longtail.scenes.drawing.copula import Correlation
from longtail.scenes.drawing.plan import EACH_SCENE_ONCE, Picture, Plan
from longtail.scenes.drawing.quota import Quota
from longtail.scenes.lidar.asked import AskedLidar
from longtail.scenes.scenarios.render_defaults import UNSAID
from longtail.scenes.scenarios.scenario import Scenario
from longtail.statements.grammar import parsed, speaks_of_labels


@dataclass(frozen=True)
class Config:
    """A request, complete: every parameter of the scenario has its value or distribution, in the table's order."""

    scenario: Scenario
    seed: int
    frames: int
    camera: CameraSettings
    assets: AssetSettings
    parameters: Mapping[str, Scalar | Distribution]
    correlations: tuple[Correlation, ...]
    render: RenderSettings
    outputs: tuple[str, ...]
    ignore: IgnoreSettings
    quotas: tuple[Quota, ...] = ()
    require: tuple[str, ...] = ()
    plan: Plan = EACH_SCENE_ONCE
    given: Given | None = None
    mounts: tuple[Mount, ...] = ()
    clip: ClipSettings = NO_CLIP
    lidars: tuple[AskedLidar, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain data that `resolve` turns into an equal configuration, whatever the order of its keys."""
        file = self.scenario.file
        return {
            "scenario": file.name if file else self.scenario.name,
            **({DIGEST: file.sha256} if file else {}),
            "seed": self.seed,
            "frames": self.frames,
            "camera": self.camera.to_json(),
            "assets": self.assets.model_dump(mode="json"),
            **{
                path: value.to_json() if isinstance(value, Distribution) else value
                for path, value in self.parameters.items()
                if path not in self._unsaid
            },
            # Left out where there is none, as the rig is.
            **({"clip": self.clip.model_dump(mode="json")} if self.clip.moves else {}),
            # Left out where there are none: a config without a rig has the digest that it had before there were rigs.
            **({"cameras": [mount.to_json() for mount in self.mounts]} if self.mounts else {}),
            **({"lidar": {lidar.name: lidar.to_json() for lidar in self.lidars}} if self.lidars else {}),
            "correlations": [list(correlation) for correlation in self.correlations],
            "quotas": {quota.path: [event.to_json() for event in quota.events] for quota in self.quotas},
            "require": list(self.require),
            "sweep": axes_json(self.plan.sweep),
            "variants": [variant.to_json() for variant in self.plan.variants],
            "render": self.render.model_dump(mode="json"),
            "labels": {"ignore": self.ignore.model_dump(mode="json")},
            "outputs": list(self.outputs),
            **({} if self.given is None else {SCENE: self.given.to_json()}),
        }

    @property
    def lens_kind(self) -> str:
        """What an engine or a device has to have, the hardest of all cameras: the lens by its name, or a pinhole whose
        pixels may not be square."""
        if self.lidars:
            return Beams.name
        return lens_kinds(self.camera.model, self.mounts, self.parameters, self.plan.paths)[0]

    @property
    def sizes_px(self) -> tuple[tuple[int, int], ...]:
        """(width, height) of the pictures of each camera."""
        own = (mount.lens.request.size_px if mount.lens else self.camera.size_px for mount in self.mounts)
        return tuple(own) or (self.camera.size_px,)

    @property
    def largest_px(self) -> tuple[int, int]:
        """(width, height) of the largest pictures."""
        return max(self.sizes_px, key=lambda size: size[0] * size[1])

    def resized(self, scale: float) -> Config:
        """The same cameras with larger or smaller pixels, at least 16 a side."""

        def size(size_px: tuple[int, int]) -> tuple[int, int]:
            # A panorama may not grow over a pole.
            return max(16, round(size_px[0] * scale)), max(16, math.floor(size_px[1] * scale))

        mounts = tuple(
            replace(mount, lens=mount.lens.resized(size(mount.lens.request.size_px))) if mount.lens else mount
            for mount in self.mounts
        )
        return replace(self, camera=self.camera.resized(size(self.camera.size_px)), mounts=mounts)

    @property
    def point_formats(self) -> dict[str, str]:
        """The formats of point clouds, by the names of their sensors."""
        return {lidar.name: lidar.format for lidar in self.lidars}

    @cached_property
    def _unsaid(self) -> frozenset[str]:
        """Paths that are left out where they are as declared, as configurations were before there were any of them."""
        declared = {parameter.path: parameter.default for parameter in self.scenario.space.parameters}
        same = {path for path in LATER & declared.keys() if self.parameters[path] == declared[path]}
        # What of a matrix is not said is read as its middle, so that all of it is said or nothing.
        laid_over = self.plan.paths
        whole = same.issuperset(INTRINSICS) and not laid_over.intersection(INTRINSICS)
        return frozenset(same if whole else same.difference(INTRINSICS))

    @cached_property
    def asked(self) -> Asked:
        """What decides the values of each picture."""
        return Asked(
            self.scenario.space,
            self.seed,
            self.parameters,
            self.correlations,
            self.quotas,
            tuple(statement for statement in self.require if statement not in self.require_seen),
            self.plan,
        )

    @cached_property
    def require_seen(self) -> tuple[str, ...]:
        """Those of the statements that speak of labels: the first picture of each scene decides whether they hold."""
        return tuple(text for text in self.require if speaks_of_labels(parsed(text)))

    def drawn_for(self, index: int) -> Picture:
        """The picture that the chance in frame `index` belongs to: a scene that is given brings its own."""
        return self.given.picture if self.given else self.plan.picture(index)

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of what determines the pixels and labels of frame i.

        That is the scenario's name (of a file of the user's, all that is in it), the seed, the camera, the assets, all
        parameters, the correlations, the quotas and requirements, the sweep, the variants, the clip, the rig, the
        LiDARs, the rule of what is ignored, and of the renderer all but the device. Not: how many frames, on which
        device, where the library and the file lie, and which outputs are kept.
        """
        data = self.to_json()
        del data["frames"], data["outputs"], data["render"]["device"], data["assets"]["library"]
        if data["render"]["denoise_quality"] == UNSAID:
            # As it was before this could be chosen.
            del data["render"]["denoise_quality"]
        if not data["render"]["adaptive"]:
            del data["render"]["adaptive"]
        # Where there are none of the user's own a config has the digest that it had before there were any.
        if not data["assets"]["models"]:
            del data["assets"]["models"]
        text = json.dumps(data, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()


def lens_kinds(
    model: str, mounts: Sequence[Mount], parameters: Mapping[str, Scalar | Distribution], varied: frozenset[str]
) -> tuple[str, ...]:
    """The lenses of a configuration's cameras as engines and devices know them, those first that few of them have.

    `varied` are the paths that are laid over scenes.
    """
    drawn = lens_kind(model, parameters, varied)
    kinds = [drawn if mount.lens is None else mount.lens.kind(parameters, varied) for mount in mounts] or [drawn]
    ease = ("orthographic", "equirectangular", "pinhole")
    return tuple(sorted(dict.fromkeys(kinds), key=lambda kind: ease.index(kind) if kind in ease else -1))
