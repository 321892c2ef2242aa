"""Which mounts of a rig are a rectified pair in every scene."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

from longtail.annotate.camera import Pinhole
from longtail.annotate.camera.stereo import is_rectified
from longtail.distributions import Distribution
from longtail.scenes.camera.looking import looking
from longtail.scenes.camera.mount import Mount
from longtail.scenes.space.impossible import LensRequest

NO_PAIR = (
    "expected two cameras that are a rectified pair for disparity, pinholes with one lens that look the same way from "
    "side by side, got none; try cameras: stereo, or cameras: {left: {y_m: 0.25}, right: {y_m: -0.25}}"
)

_ANY = Pinhole.from_fov(640, 480, 90.0)


def any_pair(mounts: Sequence[Mount], camera: LensRequest) -> bool:
    """Whether two of the mounts are a rectified pair, of which all but those with a lens have `camera`."""
    fixed = [mount for mount in mounts if not mount.spread]
    return any(_are_a_pair(left, right, camera) for left, right in permutations(fixed, 2))


def _are_a_pair(left: Mount, right: Mount, camera: LensRequest) -> bool:
    if left.frame != right.frame or _optics(left, camera) is None or _optics(left, camera) != _optics(right, camera):
        return False
    drawn = looking(_ANY, (0.0, 0.0, 0.0))
    carrier = drawn.world_from_camera
    return is_rectified(left.on(drawn, carrier), right.on(drawn, carrier))


def _optics(mount: Mount, camera: LensRequest) -> object:
    """What must be the same of two lenses; None of one that is no pinhole, or another in every scene."""
    lens = mount.lens
    if lens is None:
        return (camera, ()) if camera.model == "pinhole" else None
    if lens.request.model != "pinhole" or any(isinstance(asked, Distribution) for asked in lens.given.values()):
        return None
    return lens.request, tuple(sorted(lens.given.items()))
