"""Cameras in Blender: every lens of `annotate.camera` shows the very rays that its labels are computed with.

Blender has no lens with distortion. Cycles takes a camera as an OSL shader, though, which says for each place of the
picture where its ray goes (Blender manual, "Custom Camera"), on the CPU and with OptiX.
"""

from __future__ import annotations

import hashlib
import importlib
import math
import tempfile
from functools import cache, lru_cache, singledispatch
from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix
from numpy.typing import NDArray

from longtail.annotate.camera import Beams, BrownConrady, Camera, Equirectangular, FTheta, KannalaBrandt, Lens, Pinhole
from longtail.annotate.camera.orthographic import Orthographic
from longtail.annotate.errors import RenderError

CV_FROM_BLENDER_CAMERA = np.diag([1.0, -1.0, -1.0, 1.0])

CLIP_M = (0.05, 5000.0)
"""Where what a camera sees begins and ends, along its axis, of a lens that bends lines along the ray."""

_SHADERS = Path(__file__).parent / "lenses"
_WIDEST = 1e3


def camera_object(camera: Camera) -> bpy.types.Object:
    """An unlinked Blender camera with the lens and the pose of `camera`. TypeError: a lens that has no builder."""
    data = bpy.data.cameras.new("camera")
    data.clip_start, data.clip_end = CLIP_M
    give_lens(camera.lens, data)
    item = bpy.data.objects.new("camera", data)
    item.matrix_world = Matrix(camera.world_from_camera.matrix @ CV_FROM_BLENDER_CAMERA)
    return item


def give_lens(lens: Lens, data: bpy.types.Camera) -> None:
    """Have a Blender camera see through `lens`, whatever it saw through before."""
    data.type, data.sensor_fit = "PERSP", "AUTO"
    data.shift_x = data.shift_y = 0.0
    for name in list(data.cycles_custom.keys()):
        del data.cycles_custom[name]
    build_lens(lens, data)


def z_depth_m(lens: Lens, depth_pass_m: NDArray[np.float32]) -> NDArray[np.float32]:
    """What Cycles' depth pass (H, W) says of a picture through `lens`, as z along the optical axis in metres.

    The pass of a perspective or orthographic camera is z, that of any other the length of the ray. Where `lens` has no
    ray it is inf.
    """
    if isinstance(lens, Orthographic) or (isinstance(lens, Pinhole) and lens.fx_px == lens.fy_px):
        return depth_pass_m
    along = _axial(lens)
    return np.where(np.isnan(along), np.float32(np.inf), depth_pass_m * along)


@lru_cache(maxsize=1)
def _axial(lens: Lens) -> NDArray[np.float32]:
    """The z component (H, W) of the unit ray through each pixel's centre; NaN where there is none."""
    u, v = np.meshgrid(np.arange(lens.width_px) + 0.5, np.arange(lens.height_px) + 0.5)
    return lens.rays(np.stack([u, v], axis=-1))[..., 2].astype(np.float32)


@singledispatch
def build_lens(lens: Lens, _data: bpy.types.Camera) -> None:
    """Give a Blender camera the optics of `lens`."""
    raise TypeError(f"expected a lens with a builder in scenes/blender/camera.py, got {type(lens).__name__}")


@build_lens.register
def _pinhole(lens: Pinhole, data: bpy.types.Camera) -> None:
    if lens.fx_px != lens.fy_px:
        # Blender's own camera would have pixels that are not square, of which its writer of EXR makes no file.
        _custom(data, lens, _WIDEST)
        return
    data.sensor_fit = "HORIZONTAL"
    data.angle = math.radians(lens.horizontal_fov_deg)
    data.shift_x = -(lens.cx_px - lens.width_px / 2) / lens.width_px
    data.shift_y = (lens.cy_px - lens.height_px / 2) / lens.width_px


@build_lens.register
def _brown_conrady(lens: BrownConrady, data: bpy.types.Camera) -> None:
    # A formula without end needs one for the search: a good deal more than the farthest corner looks aside.
    corners = np.array([[0, 0], [lens.width_px, 0], [0, lens.height_px], [lens.width_px, lens.height_px]], dtype=float)
    rays = lens.rays(corners)
    reach = np.hypot(rays[:, 0], rays[:, 1]) / rays[:, 2]
    limit = min(lens.radial.limit, _WIDEST if np.isnan(reach).any() else 2 * float(reach.max()))
    _custom(data, lens, limit, **{name: getattr(lens, name) for name in lens.DISTORTION})


@build_lens.register
def _kannala_brandt(lens: KannalaBrandt, data: bpy.types.Camera) -> None:
    _custom(data, lens, lens.limit_rad, k1=lens.k1, k2=lens.k2, k3=lens.k3, k4=lens.k4)


@build_lens.register
def _f_theta(lens: FTheta, data: bpy.types.Camera) -> None:
    limit = min(lens.radial.limit, _WIDEST)
    _custom(data, lens, limit, k2=lens.k2, k3=lens.k3, k4=lens.k4, k5=lens.k5)


@build_lens.register
def _orthographic(lens: Orthographic, data: bpy.types.Camera) -> None:
    """Blender's own, on every device. Its scale is the width of what it shows, its shifts are shares of that."""
    data.type = "ORTHO"
    data.sensor_fit = "HORIZONTAL"
    data.ortho_scale = lens.width_px / lens.fx_px
    data.shift_x = -(lens.cx_px - lens.width_px / 2) / lens.width_px
    data.shift_y = (lens.cy_px - lens.height_px / 2) / lens.width_px


@build_lens.register
def _equirectangular(lens: Equirectangular, data: bpy.types.Camera) -> None:
    """Cycles' own panorama, on every device. Its longitudes grow to the right, its latitudes upwards."""
    data.type = "PANO"
    data.panorama_type = "EQUIRECTANGULAR"
    data.longitude_min, data.longitude_max = -lens.cx_px / lens.fx_px, (lens.width_px - lens.cx_px) / lens.fx_px
    data.latitude_min, data.latitude_max = -(lens.height_px - lens.cy_px) / lens.fy_px, lens.cy_px / lens.fy_px


@build_lens.register
def _beams(lens: Beams, data: bpy.types.Camera) -> None:
    """A shader of the sensor's own: what lies at a pixel's place is looked up, and not computed."""
    data.type = "CUSTOM"
    data.custom_mode = "INTERNAL"
    data.custom_bytecode, data.custom_bytecode_hash = _compiled_source(beams_shader(lens))


def beams_shader(lens: Beams) -> str:
    """Open Shading Language for the rays of a LiDAR.

    A pixel is one ray wherever in it the sample lies, so that no beam is as wide as the filter of the picture.
    """
    count = lens.height_px
    elevations, turns = (
        ", ".join(f"{angle:.9g}" for angle in angles) for angles in (lens.elevations_rad, lens.turns_rad)
    )
    return f"""
shader beams(
    float elevations[{count}] = {{{elevations}}}, float turns[{count}] = {{{turns}}},
    output point position = 0.0, output vector direction = 0.0, output color throughput = 1.0)
{{
  point raster = camera_shader_raster_position();
  int row = clamp(int(floor((1.0 - raster[1]) * {count})), 0, {count - 1});
  float column = floor(raster[0] * {lens.width_px});
  float azimuth = {lens.first_rad:.9g} - column * {lens.step_rad:.9g} + turns[row];
  float level = cos(elevations[row]);
  direction = vector(-level * sin(azimuth), sin(elevations[row]), level * cos(azimuth));
}}
"""


def _custom(data: bpy.types.Camera, lens: Lens, limit: float, **coefficients: float) -> None:
    """Let an OSL shader say where the rays of `data` go; focal length and principal point as shares of the picture."""
    data.type = "CUSTOM"
    data.custom_mode = "INTERNAL"
    data.custom_bytecode, data.custom_bytecode_hash = _compiled(lens.name)
    parameters = data.cycles_custom
    parameters["focal"] = (lens.fx_px / lens.width_px, lens.fy_px / lens.height_px, 1.0)
    parameters["center"] = (lens.cx_px / lens.width_px, lens.cy_px / lens.height_px, 0.0)
    parameters["limit"] = limit
    for name, value in coefficients.items():
        parameters[name] = float(value)


@cache
def _compiled(name: str) -> tuple[str, str]:
    """A camera shader as Cycles' bytecode, and the digest by which Blender tells one from another."""
    return _bytecode(_SHADERS / f"{name}.osl")


@lru_cache(maxsize=16)
def _compiled_source(source: str) -> tuple[str, str]:
    """The same of a shader that is no file."""
    with tempfile.TemporaryDirectory(prefix="longtail-") as folder:
        path = Path(folder, "lens.osl")
        path.write_text(source, encoding="ascii")
        return _bytecode(path)


def _bytecode(path: Path) -> tuple[str, str]:
    with tempfile.TemporaryDirectory(prefix="longtail-") as folder:
        binary = Path(folder, f"{path.stem}.oso")
        # A module inside Blender that is there once `bpy` is; it has no public name.
        if not importlib.import_module("_cycles").osl_compile(str(path), str(binary)):
            raise RenderError(
                f"expected Cycles to compile the shader of the lens {path.stem}, but its OSL compiler refused"
            )
        bytecode = binary.read_text(encoding="utf-8")
    return bytecode, hashlib.md5(bytecode.encode(), usedforsecurity=False).hexdigest()
