"""What a frame asks of whoever renders it, and what comes back. Blender is one that can be asked; tests have others."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Camera
from longtail.annotate.labels.cover import Cover
from longtail.annotate.labels.frame import SceneObject
from longtail.annotate.labels.motion import Flow
from longtail.annotate.labels.surfaces import Pass, Surfaces
from longtail.render.machine.devices import Device
from longtail.render.view.amodal import Shown
from longtail.render.view.moving import Elsewhen
from longtail.scenes.assets.asset import Asset
from longtail.scenes.scene import Scene

BuiltT = TypeVar("BuiltT")


@dataclass(frozen=True, eq=False)
class Pictured:
    """The light that reaches a camera: `radiance` (H, W, 3) float32 in kcd/m2.

    `thick_air` says whether it has come through the air that is too thick to be left to the finished picture.
    `mended_px` counts the pixels that the renderer broke, and that their neighbours have mended.
    """

    radiance: NDArray[np.float32]
    thick_air: bool = True
    mended_px: int = 0
    seconds: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Labelled:
    """The rasters of `annotate.Frame` and its objects. `mended_px` as with `Pictured`; `surfaces` where asked for.

    `facets` (H, W, 3) float32 are unit normals of the triangles that are seen, towards the camera, in its frame, zeros
    where nothing is; `normals`, where asked for, are those of surfaces with their relief. `cover` is what lies on the
    road, None where nothing does.
    """

    object_ids: NDArray[np.int32]
    depth_m: NDArray[np.float32]
    facets: NDArray[np.float32]
    objects: tuple[SceneObject, ...]
    mended_px: int = 0
    surfaces: Surfaces | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    cover: Cover | None = None
    normals: NDArray[np.float32] | None = None


@dataclass(frozen=True, eq=False)
class Scanned:
    """What the rays of a LiDAR meet, for each pixel (H, W) of its lens.

    `object_ids` int32, 0 where a ray meets nothing; `reach_m` float32, the ray's length, inf there; `normals` (H, W, 3)
    float32 in the world, zeros there; `surfaces` with albedo and material. `objects` are those of the scene, without
    amodal pixels. `mended_px` as with `Pictured`. `metals` says of metals by their materials' names how much light
    their roughness scatters: they have no albedo.
    """

    object_ids: NDArray[np.int32]
    reach_m: NDArray[np.float32]
    normals: NDArray[np.float32]
    surfaces: Surfaces
    objects: tuple[SceneObject, ...]
    mended_px: int = 0
    metals: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Exposed:
    """A rendered view before the sensor: what `Pictured` and `Labelled` say, and what the renderer complained of.

    `mended_px` counts by pass: "picture", "labels", "lidar NAME". `flows` are those to the moments that were asked for,
    `scans` those of LiDARs by their names.
    """

    radiance: NDArray[np.float32]
    object_ids: NDArray[np.int32]
    depth_m: NDArray[np.float32]
    facets: NDArray[np.float32]
    objects: tuple[SceneObject, ...]
    thick_air: bool = True
    surfaces: Surfaces | None = None
    mended_px: Mapping[str, int] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    cover: Cover | None = None
    flows: tuple[Flow | None, ...] = ()
    scans: Mapping[str, Scanned] = field(default_factory=dict)
    normals: NDArray[np.float32] | None = None

    @classmethod
    def of(
        cls,
        pictured: Pictured,
        labelled: Labelled,
        seconds: Mapping[str, float],
        flows: tuple[Flow | None, ...] = (),
        scans: Mapping[str, Scanned] | None = None,
    ) -> Exposed:
        """Both passes of one view, what else was asked for, and the seconds that each stage took."""
        return cls(
            pictured.radiance,
            labelled.object_ids,
            labelled.depth_m,
            labelled.facets,
            labelled.objects,
            pictured.thick_air,
            labelled.surfaces,
            {
                "picture": pictured.mended_px,
                "labels": labelled.mended_px,
                **{f"lidar {name}": scan.mended_px for name, scan in (scans or {}).items()},
            },
            {**seconds, **pictured.seconds, **labelled.seconds},
            labelled.cover,
            flows,
            scans or {},
            labelled.normals,
        )


class Renderer(Protocol[BuiltT]):
    """Builds scenes and exposes them, as often as one likes: no call relies on which calls came before it."""

    @property
    def device(self) -> Device:
        """What it renders on."""

    @property
    def labels_first(self) -> bool:
        """Whether a view of what is built is cheaper just now with its labels before its picture; both are the same."""

    def build(self, scene: Scene, assets: Mapping[str, Asset]) -> BuiltT:
        """`scene` ready to be exposed. What was built before is no longer there, but for what both share."""

    def begin_labels(self, built: BuiltT, camera: Camera) -> None:
        """Begin what of `labels` needs no renderer, beside what the renderer does next."""

    def picture(self, built: BuiltT, camera: Camera, lux: float, noise_seed: int) -> Pictured:
        """The light in `camera`'s view. `lux` is the light on the ground, which bounds fireflies; `noise_seed` decides
        the path tracer's random numbers. RenderError where what comes back is no picture."""

    def labels(
        self, built: BuiltT, camera: Camera, passes: frozenset[Pass] = frozenset(), *, silhouettes: bool = False
    ) -> Labelled:
        """What `camera` sees where, of surfaces what `passes` name, and of each thing the whole silhouette if asked.

        RenderError where what comes back cannot be labels of the scene.
        """

    def flow(self, built: BuiltT, scene: Scene, camera: Camera, seen: Shown, then: Elsewhen) -> Flow:
        """Where what `camera` sees of `built`, which shows `scene`, is in the picture of another moment of it."""

    def scan(self, built: BuiltT, camera: Camera) -> Scanned:
        """What the rays of a LiDAR meet, whose lens and place are those of `camera`: the same as `labels` would say.

        RenderError as with `labels`.
        """

    def clear(self) -> None:
        """Forget what is built."""


def expose(
    renderer: Renderer[BuiltT],
    scene: Scene,
    camera: Camera,
    assets: Mapping[str, Asset],
    noise_seed: int,
    *,
    passes: frozenset[Pass] = frozenset(),
    keep: bool = False,
    silhouettes: bool = False,
    moments: Sequence[Elsewhen | None] = (),
    meanwhile: Callable[[], object] = lambda: None,
) -> Exposed:
    """`scene` as `camera` sees it, rendered and read back. It stays built with `keep`, and after an error never.

    `passes` are what is to be known of surfaces; `silhouettes` of its things come if asked. To each of `moments` there
    is a flow, to what is None none. `meanwhile` is called once the scene stands, to begin what other
    threads may do beside the render.
    """
    seconds: dict[str, float] = {}
    whole = False
    try:
        with timed(seconds, "build"):
            built = renderer.build(scene, assets)
        meanwhile()
        renderer.begin_labels(built, camera)
        before = None if renderer.labels_first else renderer.picture(built, camera, scene.light_level_lux, noise_seed)
        labelled = renderer.labels(built, camera, passes, silhouettes=silhouettes)
        seen = Shown(labelled.object_ids, labelled.depth_m)
        with timed(seconds, "flow") if moments else nullcontext():
            flows = tuple(None if then is None else renderer.flow(built, scene, camera, seen, then) for then in moments)
        scans = {}
        for name, lidar in scene.lidars.items():
            with timed(seconds, "lidar"):
                scans[name] = renderer.scan(built, lidar.camera)
        pictured = before or renderer.picture(built, camera, scene.light_level_lux, noise_seed)
        whole = True
    finally:
        if not (keep and whole):
            with timed(seconds, "clear"):
                renderer.clear()
    return Exposed.of(pictured, labelled, seconds, flows, scans)


@contextmanager
def timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    """Add to `seconds[stage]` what is spent inside."""
    start = time.perf_counter()
    yield
    seconds[stage] = seconds.get(stage, 0.0) + time.perf_counter() - start
