"""One stored frame whose arrays are read when they are asked for."""

from __future__ import annotations

from functools import cached_property
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera import Camera
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.encoders import encode_png
from longtail.annotate.dataset.layers import OUTPUTS
from longtail.annotate.dataset.stored import StoredFrame
from longtail.annotate.errors import DatasetError
from longtail.annotate.labels.draw import draw_labels, drawn_of
from longtail.annotate.labels.lanes import LANES, RoadLanes
from longtail.annotate.labels.parts import PARTS
from longtail.annotate.labels.points import LIDAR, Points, pose_of
from longtail.annotate.labels.rig import Rig
from longtail.annotate.labels.surfaces import SeenMaterial
from longtail.annotate.reading.things import Things

_OBJECT_IDS = 0xFFFF


class ReadFrame:
    """A frame of a dataset. H and W are the picture's height and width in pixels.

    Nothing is read before it is asked for, and what was read is kept as long as this object is. An array that the
    dataset was not made with raises DatasetError, which says how to get it; so does a file that is damaged.

    `index` is the frame's number in the run: the one of its files.
    """

    def __init__(self, dataset: Dataset, index: int) -> None:
        self.dataset = dataset
        self.index = index

    def __repr__(self) -> str:
        return f"<frame {self.index} of {self.dataset.place}>"

    def __reduce__(self) -> tuple[Any, ...]:
        """What was read stays behind: whoever gets this reads it again."""
        return type(self), (self.dataset, self.index)

    @cached_property
    def record(self) -> StoredFrame:
        """All that is known about the frame: drawn parameters, conditions, objects, which scene it shows."""
        return self.dataset.record(self.index)

    @property
    def camera(self) -> Camera:
        """The lens and its place: `project` world points to pixels, `unproject` pixels with their depth."""
        return self.record.camera

    @property
    def rig(self) -> Rig | None:
        """The other cameras' frames of the same moment, overlaps and stereo partner; None of a camera alone."""
        return self.record.rig

    @cached_property
    def instances(self) -> Things:
        """The things that the picture shows, as arrays with a row each. Ignored ones are among them, and flagged."""
        return Things.of(self.record)

    @cached_property
    def image(self) -> NDArray[np.uint8]:
        """(H, W, 3) uint8 sRGB, red first."""
        return cast("NDArray[np.uint8]", self._layer("images"))

    @cached_property
    def depth_m(self) -> NDArray[np.float32]:
        """(H, W) float32 metres along the optical axis, inf where nothing is within 256 m."""
        return cast("NDArray[np.float32]", self._layer("depth"))

    @cached_property
    def disparity_px(self) -> NDArray[np.float32]:
        """(H, W) float32 pixels from the left to the right picture of a rectified pair, 0 where none is known."""
        return cast("NDArray[np.float32]", self._layer("disparity"))

    @cached_property
    def points_m(self) -> NDArray[np.float64]:
        """(H, W, 3) float64 places in the world of what each pixel centre shows, NaN where `depth_m` is inf."""
        return self.camera.unproject(self.camera.pixel_centres(), self.depth_m)

    @cached_property
    def distance_m(self) -> NDArray[np.float32]:
        """(H, W) float32 metres along each pixel's ray, inf where nothing is within 256 m."""
        return cast("NDArray[np.float32]", self._layer("distance"))

    @cached_property
    def world_m(self) -> NDArray[np.float32]:
        """(H, W, 3) float32 places in the world of what each pixel centre shows, NaN where nothing is."""
        return cast("NDArray[np.float32]", self._layer("world"))

    @cached_property
    def albedo(self) -> NDArray[np.float32]:
        """(H, W, 3) float32 linear sRGB, the share of light that a surface scatters diffusely; 0 where nothing is."""
        return cast("NDArray[np.float32]", self._layer("albedo"))

    @cached_property
    def material(self) -> NDArray[np.uint16]:
        """(H, W) uint16 ids of `materials`, 0 where nothing is."""
        return cast("NDArray[np.uint16]", self._layer("material"))

    @property
    def materials(self) -> dict[int, SeenMaterial]:
        """What the picture's surfaces are made of, by the ids of `material`: this frame's own, names are for all."""
        return {row.id: row for row in self.record.materials}

    @cached_property
    def parts(self) -> NDArray[np.uint8]:
        """(H, W) uint8 ids of the dataset's parts, 0 where a surface is no named part of a thing."""
        return cast("NDArray[np.uint8]", self._layer("parts"))

    def part(self, name: str) -> NDArray[np.bool_]:
        """(H, W) bool, where wheels, windows or other parts of that name are. DatasetError for a name that is none."""
        if name not in PARTS:
            raise DatasetError(f"expected one of the parts {', '.join(PARTS)}, got {name!r}")
        return np.asarray(self.parts == PARTS[name].id)

    @cached_property
    def links(self) -> NDArray[np.uint16]:
        """(H, W) uint16, which link of the robot in `instance_mask` owns the pixel, counted from 1 in the order of the
        robot's `links` (`record.objects`); 0 where none does."""
        return cast("NDArray[np.uint16]", self._layer("links"))

    @cached_property
    def flow(self) -> NDArray[np.float32]:
        """(H, W, 2) float32, how many pixels to the right and down in the video's next frame what each pixel shows is,
        NaN where that is not known."""
        return cast("NDArray[np.float32]", self._layer("flow"))

    @cached_property
    def flow_backward(self) -> NDArray[np.float32]:
        """`flow` to the video's frame before."""
        return cast("NDArray[np.float32]", self._layer("flow_backward"))

    @cached_property
    def occluded(self) -> NDArray[np.bool_]:
        """(H, W) bool, where what the pixel shows is known not to be seen in the next frame."""
        return np.asarray(self._layer("occluded") > 0)

    @cached_property
    def occluded_backward(self) -> NDArray[np.bool_]:
        """`occluded` of the frame before."""
        return np.asarray(self._layer("occluded_backward") > 0)

    @cached_property
    def scene_flow_m(self) -> NDArray[np.float32]:
        """(H, W, 3) float32, how far each pixel's surface moves in the world until the next frame, NaN where that is
        not known."""
        return cast("NDArray[np.float32]", self._layer("scene_flow"))

    @cached_property
    def normals(self) -> NDArray[np.float32]:
        """(H, W, 3) float32 unit vectors in the camera frame (OpenCV axes), zeros where nothing is."""
        return cast("NDArray[np.float32]", self._layer("normals"))

    @cached_property
    def semantic(self) -> NDArray[np.uint8]:
        """(H, W) uint8 ids of the dataset's categories, 0 where no ray of the lens reaches the pixel."""
        if "semantic" in self._names or "panoptic" not in self._names:
            return cast("NDArray[np.uint8]", self._layer("semantic"))
        return (self.panoptic >> 16).astype(np.uint8)

    @cached_property
    def instance_mask(self) -> NDArray[np.uint16]:
        """(H, W) uint16, which of `instances.ids` owns the pixel; 0 where no thing does."""
        if "instance" in self._names or "panoptic" not in self._names:
            return cast("NDArray[np.uint16]", self._layer("instance"))
        return (self.panoptic & _OBJECT_IDS).astype(np.uint16)

    @cached_property
    def panoptic(self) -> NDArray[np.int32]:
        """(H, W) int32, `category id * 65536 + object id`, object id 0 for stuff, 0 for void."""
        return cast("NDArray[np.int32]", self._layer("panoptic"))

    @cached_property
    def lens(self) -> NDArray[np.bool_]:
        """(H, W) bool, where what lies on the lens blocks or distorts the view."""
        return np.asarray(self._layer("lens") > 0)

    @cached_property
    def drivable(self) -> NDArray[np.uint8]:
        """(H, W) uint8, 1 in the lane of what carries the camera, 2 where else that may drive, 0 elsewhere."""
        return cast("NDArray[np.uint8]", self._layer("drivable"))

    @cached_property
    def lanes(self) -> RoadLanes:
        """The lines and lanes of the road; what of them the picture shows stands in the record's `extra["lanes"]`."""
        if LANES not in self.record.extra:
            raise DatasetError(
                f"{self.dataset.place}: expected a dataset with lanes, got one whose outputs are "
                f"{', '.join(self.dataset.info.outputs)}; render it with lanes among its outputs"
            )
        return RoadLanes.from_json(self.record.extra[LANES])

    @cached_property
    def points(self) -> dict[str, Points]:
        """The point clouds of the frame's LiDARs by their names, with each one's place in the world."""
        names = [name.removeprefix(f"{LIDAR}/") for name in self._names if name.startswith(f"{LIDAR}/")]
        if not names:
            raise DatasetError(
                f"{self.dataset.place}: expected a dataset with point clouds, got one whose outputs are "
                f"{', '.join(self.dataset.info.outputs)}; render it with lidar: {{top: spinning_64}}"
            )
        return {
            name: Points(self._layer(f"{LIDAR}/{name}"), pose_of(self.record.extra, name)) for name in sorted(names)
        }

    def supervision(self, *, ignored: bool = False) -> Any:
        """What counts as `supervision.Detections`; with `ignored` all that is seen."""
        from longtail.annotate.reading.for_supervision import detections

        return detections(self, ignored=ignored)

    def drawn(self, *, names: bool = True) -> NDArray[np.uint8]:
        """(H, W, 3) uint8: the picture with its masks, boxes and names on it, as far as the dataset has them."""
        semantic = self.semantic if self._names & {"semantic", "panoptic"} else None
        owners = self.instance_mask if self._names & {"instance", "panoptic"} else None
        things = drawn_of(self.record.instances)
        return draw_labels(self.image, self.dataset.info.taxonomy, semantic, owners, things, names=names)

    def _repr_png_(self) -> bytes:
        """What a notebook shows of it."""
        return encode_png(self.drawn())

    @property
    def _names(self) -> frozenset[str]:
        return frozenset(self.dataset.info.layers())

    def _layer(self, name: str) -> NDArray[Any]:
        if name not in self._names:
            made_by = " or ".join(output for output, layers in OUTPUTS.items() if name in layers)
            raise DatasetError(
                f"{self.dataset.place}: expected a dataset with {name}, got one whose outputs are "
                f"{', '.join(self.dataset.info.outputs)}; render it with {made_by} among its outputs"
            )
        return self.dataset.read(name, self.index)
