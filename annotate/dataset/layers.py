"""Which files a frame consists of: one literal table of layers, one of outputs.

An output is what a config asks for; a layer is one file per frame. `images` is written always.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.camera.ray_lengths import ray_lengths_m, world_points_m
from longtail.annotate.dataset import encoders
from longtail.annotate.dataset.exr import decode_exr, encode_exr, encode_half
from longtail.annotate.dataset.flow_png import decode_flow, encode_flow
from longtail.annotate.dataset.layout import frame_name
from longtail.annotate.dataset.point_files import POINT_FORMATS
from longtail.annotate.errors import ConfigError
from longtail.annotate.labels.drivable import drivable_area
from longtail.annotate.labels.frame import Frame
from longtail.annotate.labels.instances import Instances
from longtail.annotate.labels.links import link_mask
from longtail.annotate.labels.motion import Motion
from longtail.annotate.labels.points import LIDAR
from longtail.annotate.labels.surfaces import Pass, Surfaces

Encoder = Callable[[Any], bytes]
Decoder = Callable[[bytes], NDArray[Any]]


@dataclass(frozen=True)
class Layer:
    """One file per frame: its folder, its extension, where its array comes from, its bytes and back.

    `passes` are what a renderer must say for it that it does not say of every frame. A `raster` has the picture's
    pixels; a point cloud has not.
    """

    name: str
    folder: str
    extension: str
    array: Callable[[Frame, Instances], NDArray[Any]]
    encode: Encoder
    decode: Decoder
    passes: tuple[Pass, ...] = ()
    raster: bool = True

    def path(self, index: int) -> str:
        """Relative to the dataset."""
        return f"{self.folder}/{frame_name(index)}.{self.extension}"


IMAGE_FORMATS: dict[str, Encoder] = {
    "png": encoders.encode_png,
    "jpg": encoders.encode_jpg,
    "webp": encoders.encode_webp,
}


def _lens(frame: Frame, _: Instances) -> NDArray[np.uint8]:
    """Where the lens is blocked: 255, elsewhere 0."""
    if frame.lens is None:
        return np.zeros(frame.object_ids.shape, dtype=np.uint8)
    return frame.lens.astype(np.uint8) * np.uint8(255)


def _normals(frame: Frame, _: Instances) -> NDArray[Any]:
    if frame.normals is None:
        raise ValueError("expected a frame whose renderer was asked for its normals, got one without them")
    return frame.normals


def _surfaces(frame: Frame) -> Surfaces:
    if frame.surfaces is None:
        raise ValueError("expected a frame whose renderer was asked for its surfaces, got one without them")
    return frame.surfaces


def _albedo(frame: Frame, _: Instances) -> NDArray[Any]:
    return _said(_surfaces(frame).albedo)


def _material(frame: Frame, _: Instances) -> NDArray[Any]:
    return _said(_surfaces(frame).material)


def _parts(frame: Frame, _: Instances) -> NDArray[Any]:
    return _said(_surfaces(frame).parts())


def _links(frame: Frame, _: Instances) -> NDArray[Any]:
    surfaces = _surfaces(frame)
    return link_mask(_said(surfaces.material), surfaces.materials)


def _disparity(frame: Frame, _: Instances) -> NDArray[np.float32]:
    """Pixels (H, W) of disparity in a rectified pair; 0 where nothing is, and everywhere of a camera without one."""
    scale = frame.rig.disparity_m_px if frame.rig else 0.0
    with np.errstate(divide="ignore"):
        return np.where(frame.depth_m > 0, scale / frame.depth_m.astype(np.float64), 0.0).astype(np.float32)


def _motion(frame: Frame) -> Motion:
    if frame.motion is None:
        raise ValueError("expected a frame whose renderer was asked for flow, got one without it")
    return frame.motion


def _white(mask: NDArray[np.bool_]) -> NDArray[np.uint8]:
    return mask.astype(np.uint8) * np.uint8(255)


def _said(array: NDArray[Any] | None) -> NDArray[Any]:
    if array is None:
        raise ValueError("expected a frame with this pass, got one whose renderer was asked for another")
    return array


LAYERS: dict[str, Layer] = {
    layer.name: layer
    for layer in (
        Layer("semantic", "masks/semantic", "png", lambda _, labels: labels.semantic,
              encoders.encode_mask8, encoders.decode_mask8),
        Layer("instance", "masks/instance", "png", lambda _, labels: labels.instance,
              encoders.encode_mask16, encoders.decode_mask16),
        Layer("panoptic", "panoptic", "png", lambda _, labels: labels.panoptic,
              encoders.encode_panoptic, encoders.decode_panoptic),
        Layer("depth", "depth", "png", lambda frame, _: frame.depth_m,
              encoders.encode_depth, encoders.decode_depth),
        Layer("normals", "normals", "png", _normals,
              encoders.encode_normals, encoders.decode_normals, passes=("normals",)),
        Layer("lens", "masks/lens", "png", _lens,
              encoders.encode_mask8, encoders.decode_mask8),
        Layer("drivable", "masks/drivable", "png", lambda frame, _: drivable_area(frame),
              encoders.encode_mask8, encoders.decode_mask8),
        Layer("disparity", "disparity", "png", _disparity,
              encoders.encode_disparity, encoders.decode_disparity),
        Layer("distance", "distance", "png", lambda frame, _: ray_lengths_m(frame.camera.lens, frame.depth_m),
              encoders.encode_depth, encoders.decode_depth),
        Layer("world", "world", "exr", lambda frame, _: world_points_m(frame.camera, frame.depth_m),
              encode_exr, decode_exr),
        Layer("albedo", "albedo", "exr", _albedo, encode_half, decode_exr, ("albedo", "material")),
        Layer("material", "masks/material", "png", _material,
              encoders.encode_mask16, encoders.decode_mask16, ("material",)),
        Layer("parts", "masks/parts", "png", _parts,
              encoders.encode_mask8, encoders.decode_mask8, ("material",)),
        Layer("links", "masks/links", "png", _links,
              encoders.encode_mask16, encoders.decode_mask16, ("material",)),
        Layer("flow", "flow/forward", "png", lambda frame, _: _motion(frame).forward.pixels,
              encode_flow, decode_flow),
        Layer("flow_backward", "flow/backward", "png", lambda frame, _: _motion(frame).backward.pixels,
              encode_flow, decode_flow),
        Layer("occluded", "flow/forward_occluded", "png", lambda frame, _: _white(_motion(frame).forward.occluded),
              encoders.encode_mask8, encoders.decode_mask8),
        Layer("occluded_backward", "flow/backward_occluded", "png",
              lambda frame, _: _white(_motion(frame).backward.occluded),
              encoders.encode_mask8, encoders.decode_mask8),
        Layer("scene_flow", "scene_flow", "exr", lambda frame, _: _motion(frame).forward.motion_m,
              encode_exr, decode_exr),
    )
}  # fmt: skip

OUTPUTS: dict[str, tuple[str, ...]] = {
    "images": (),
    # A COCO annotation names its value in the instance mask, so the mask comes along.
    "coco": ("instance",),
    "panoptic": ("panoptic",),
    "semantic": ("semantic",),
    "instance": ("instance",),
    "depth": ("depth",),
    "disparity": ("disparity",),
    "normals": ("normals",),
    "lens": ("lens",),
    # In records, and in COCO's files where these are asked for.
    "keypoints": (),
    "drivable": ("drivable",),
    # Polylines, in the record.
    "lanes": (),
    "distance": ("distance",),
    "world": ("world",),
    "albedo": ("albedo",),
    "material": ("material",),
    "parts": ("parts",),
    # The mask's numbers count within a robot, so the mask of instances comes along; names and poses are in the record.
    "links": ("links", "instance"),
    # Whole silhouettes overlap, which no file of one value a pixel can hold: they stand in records and COCO's rows.
    "amodal": (),
    "flow": ("flow", "flow_backward", "occluded", "occluded_backward"),
    "scene_flow": ("scene_flow",),
    # A folder for each sensor of the config's `lidar`.
    LIDAR: (),
}


OF_LANES = ("drivable", "lanes")
"""The outputs that take a ground with lanes."""

OF_VIDEOS = ("flow", "scene_flow")
"""The outputs that take frames before and after each."""

OF_PAIRS = ("disparity",)
"""The outputs that take the camera beside each."""


def images(image_format: str) -> Layer:
    """The layer of the pictures themselves, in one of `IMAGE_FORMATS`."""
    if image_format not in IMAGE_FORMATS:
        raise ConfigError(f"image format: expected one of {', '.join(IMAGE_FORMATS)}, got {image_format!r}")
    return Layer(
        "images", "images", image_format, lambda frame, _: frame.rgb, IMAGE_FORMATS[image_format], encoders.decode_rgb
    )


def point_clouds(name: str, point_format: str) -> Layer:
    """The layer of the point clouds of a LiDAR of that name, in one of `POINT_FORMATS`; its name is its folder."""
    if point_format not in POINT_FORMATS:
        raise ConfigError(f"point format: expected one of {', '.join(POINT_FORMATS)}, got {point_format!r}")
    folder = f"{LIDAR}/{name}"
    writer, reader = POINT_FORMATS[point_format]
    return Layer(folder, folder, point_format, lambda frame, _: frame.points[name].array, writer, reader, raster=False)


def point_formats_of(config: Mapping[str, Any]) -> dict[str, str]:
    """The formats of the point clouds that a dataset's config asks for, by the names of its sensors."""
    return {str(name): str(sensor["format"]) for name, sensor in config.get(LIDAR, {}).items()}


def layers_of(
    outputs: Iterable[str], image_format: str, point_formats: Mapping[str, str] | None = None
) -> dict[str, Layer]:
    """The layers that outputs need, by name, in the tables' order and not the caller's.

    `point_formats` are those of the point clouds by the names of their sensors.
    """
    wanted = set(outputs)
    if unknown := sorted(wanted - OUTPUTS.keys()):
        raise ConfigError(f"outputs: expected some of {', '.join(OUTPUTS)}, got {', '.join(unknown)}")
    names = {name for output in wanted for name in OUTPUTS[output]}
    clouds = [point_clouds(*sensor) for sensor in (point_formats or {}).items()] if LIDAR in wanted else []
    rasters = {"images": images(image_format)} | {name: LAYERS[name] for name in LAYERS if name in names}
    return rasters | {layer.name: layer for layer in clouds}


def passes_of(outputs: Iterable[str]) -> frozenset[Pass]:
    """What a renderer must say for outputs beyond what it says of every frame."""
    return frozenset(one for output in outputs for name in OUTPUTS[output] for one in LAYERS[name].passes)


def encode(
    frame: Frame,
    instances: Instances,
    outputs: Iterable[str],
    image_format: str = "png",
    point_formats: Mapping[str, str] | None = None,
) -> dict[str, bytes]:
    """The files of one frame, by path relative to the dataset; the record is not among them."""
    layers = layers_of(outputs, image_format, point_formats).values()
    return {layer.path(frame.index): layer.encode(layer.array(frame, instances)) for layer in layers}
