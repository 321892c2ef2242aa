"""The scenes that both render: each one scene of Longtail's, seen by several cameras."""

from __future__ import annotations

from dataclasses import dataclass, replace

from level_town import LEVEL_TOWN

SIZE_PX = (640, 360)
SAMPLES = 16


@dataclass(frozen=True)
class Kind:
    """A scene to compare on. `pins` are `path=value` as the command line takes them, `cameras` the mounts of a rig."""

    name: str
    scenario: str
    seed: int
    pins: tuple[str, ...]
    cameras: tuple[str, ...]

    def changes(self, samples: int = SAMPLES) -> list[str]:
        """All that is set, for `longtail.scenes.config.loading.load` and for `--set`."""
        return [
            f"camera.size_px=[{SIZE_PX[0]}, {SIZE_PX[1]}]",
            f"render.samples={samples}",
            f"cameras={{{', '.join(self.cameras)}}}",
            *self.pins,
        ]

    @property
    def pictures(self) -> int:
        """How many cameras look into the scene."""
        return len(self.cameras)

    def first(self, pictures: int) -> Kind:
        """The same scene, seen by fewer cameras."""
        return replace(self, cameras=self.cameras[:pictures])


_ROOM = ("support.kind=table", "edge_case=none", "camera.mount=tripod", "lighting.source=mixed",
         "lighting.table_lux=400", "camera.elevation_deg=40", "camera.distance_m=1.1")  # fmt: skip
_AROUND_THE_TABLE = ("a: {}", "b: {y_m: 0.25, yaw_deg: -10}", "c: {y_m: -0.25, yaw_deg: 10}", "d: {x_m: 0.2}")

_CITY = (*LEVEL_TOWN, "weather=clear", "lighting.sun_elevation_deg=38", "lighting.cloud_cover=0.2",
         "road.district=city", "road.tunnel=false", "camera.horizontal_fov_deg=68")  # fmt: skip
_FROM_A_CAR = ("ahead: {}", "left: {yaw_deg: 35}", "right: {yaw_deg: -35}", "back: {x_m: -3, yaw_deg: 180}")
# BlenderProc's own tutorials show a handful of simple, opaque things. Their meshes are not in its package.
_PLAIN = ("assets.packs=false", "objects.count=6", "objects.clutter=0", "objects.transparent=0", "objects.shiny=0",
          "objects.distractors=0")  # fmt: skip

KINDS = (
    Kind("street", "street", 11, _CITY, _FROM_A_CAR),
    Kind("tabletop", "tabletop", 3, (*_ROOM, "objects.count=15", "objects.clutter=0.4"), _AROUND_THE_TABLE),
    Kind("simple", "tabletop", 5, (*_ROOM, *_PLAIN), _AROUND_THE_TABLE),
)
BY_NAME = {kind.name: kind for kind in KINDS}
