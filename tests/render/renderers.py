"""A renderer without Blender: a wall on a road, which notes what it was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from longtail.annotate.camera import Camera
from longtail.annotate.camera.transform import Transform
from longtail.annotate.labels.frame import SceneObject
from longtail.annotate.labels.motion import Flow
from longtail.annotate.labels.surfaces import Pass, SeenMaterial, Surfaces, numbered
from longtail.render.machine.devices import Device
from longtail.render.view.amodal import Shown
from longtail.render.view.exposing import Labelled, Pictured, Renderer, Scanned
from longtail.render.view.moving import Elsewhen
from longtail.scenes.assets.asset import Asset
from longtail.scenes.scene import Scene

WALL, ROAD = 1, 2
WALL_M = 12.0


@dataclass(eq=False)
class Asked:
    """What was asked in turn: the name of each call, and what the picture passes were given."""

    calls: list[str] = field(default_factory=list)
    noise_seeds: list[int] = field(default_factory=list)
    cameras: list[Camera] = field(default_factory=list)
    passes: list[frozenset[Pass]] = field(default_factory=list)


class FakeRenderer:
    """Every scene is a red car before a road under the sky. `fails` names the call that raises `error`, `mended` what
    each pass says that it mended."""

    device = Device("cpu", "CPU")
    labels_first = False

    def __init__(
        self, fails: str = "", error: Exception | None = None, mended: tuple[int, int] = (0, 0), level: float = 1.0
    ) -> None:
        self.asked = Asked()
        self._fails = fails
        self._error = error or RuntimeError("spoilt")
        self._mended = mended
        self._level = level
        self._standing: Scene | None = None

    def build(self, scene: Scene, assets: Mapping[str, Asset]) -> Scene:
        assert assets
        self._note("build")
        self._standing = scene
        return scene

    def begin_labels(self, built: Scene, camera: Camera) -> None:
        assert built is self._standing
        assert camera in built.cameras.values()

    def picture(self, built: Scene, camera: Camera, lux: float, noise_seed: int) -> Pictured:
        self._note("picture")
        assert built is self._standing
        assert lux == built.light_level_lux
        self.asked.noise_seeds.append(noise_seed)
        self.asked.cameras.append(camera)
        ids = self._ids(camera)
        shades = np.array([[2.0, 2.2, 2.6], [0.9, 0.1, 0.1], [0.4, 0.4, 0.4]], np.float32) * np.float32(self._level)
        return Pictured(shades[ids], mended_px=self._mended[0], seconds={"beauty": 2.0})

    def labels(
        self, built: Scene, camera: Camera, passes: frozenset[Pass] = frozenset(), *, silhouettes: bool = False
    ) -> Labelled:
        self._note("labels")
        assert not silhouettes
        assert built is self._standing
        ids = self._ids(camera)
        depth = np.where(ids > 0, np.float32(WALL_M), np.float32(np.inf))
        normals = np.where(ids[..., None] > 0, [0.0, 0.0, -1.0], 0.0).astype(np.float32)
        self.asked.passes.append(passes)
        surfaces = self._surfaces(ids) if passes - {"normals"} else None
        asked = normals if "normals" in passes else None
        return Labelled(ids, depth, normals, self._objects(ids), self._mended[1], surfaces, {"ids": 1.0}, normals=asked)

    def scan(self, built: Scene, camera: Camera) -> Scanned:
        self._note("scan")
        assert built is self._standing
        ids = self._ids(camera)
        reach = np.where(ids > 0, np.float32(WALL_M), np.float32(np.inf))
        facing = -(camera.lens.rays(camera.pixel_centres()) @ camera.world_from_camera.matrix[:3, :3].T)
        normals = np.where(ids[..., None] > 0, facing, 0.0).astype(np.float32)
        return Scanned(ids, reach, normals, self._surfaces(ids), self._objects(ids))

    def flow(self, built: Scene, scene: Scene, camera: Camera, seen: Shown, then: Elsewhen) -> Flow:
        """Everything goes ten pixels to the right for each second."""
        self._note("flow")
        assert built is self._standing is scene
        assert then.camera in then.scene.cameras.values()
        flow = Flow.unknown(camera.size_px)
        flow.pixels[seen.ids > 0] = (10 * (then.scene.time_s - scene.time_s), 0.0)
        return flow

    def clear(self) -> None:
        self._note("clear")
        self._standing = None

    def _note(self, call: str) -> None:
        self.asked.calls.append(call)
        if call == self._fails:
            raise self._error

    @staticmethod
    def _objects(ids: np.ndarray[tuple[int, int], np.dtype[np.int32]]) -> tuple[SceneObject, ...]:
        pose = Transform.upright("world", "object", (WALL_M, 0.0, 0.0), 0.0)
        car = SceneObject(WALL, "car", "wall", pose, (0.0, 0.0, 0.7), (4.0, 1.8, 1.4), amodal_px=int((ids == 1).sum()))
        road = SceneObject(ROAD, "road", "road", Transform("world", "object", np.eye(4)), (0, 0, 0), (100, 100, 0.1))
        return car, road

    @staticmethod
    def _surfaces(ids: np.ndarray[tuple[int, int], np.dtype[np.int32]]) -> Surfaces:
        paint, asphalt = SeenMaterial(0, "CarPaint 1", "car paint"), SeenMaterial(0, "Asphalt 2", "asphalt")
        material, seen = numbered(ids.astype(np.int64), {WALL: paint, ROAD: asphalt})
        return Surfaces(np.full((*ids.shape, 3), 0.5, np.float32) * (ids > 0)[..., None], material, seen)

    @staticmethod
    def _ids(camera: Camera) -> np.ndarray[tuple[int, int], np.dtype[np.int32]]:
        width, height = camera.size_px
        ids = np.zeros((height, width), np.int32)
        ids[height // 2 :] = ROAD
        ids[height // 3 : 2 * height // 3, width // 3 : width // 2] = WALL
        return ids


_AS_ASKED: type[Renderer[Scene]] = FakeRenderer
