"""Lenses: what a scenario draws of the camera's optics, and the lens that a draw gives.

Ranges hold the calibrations of real cameras that data sets are published with. Brown-Conrady: KITTI (A. Geiger et al.,
"Vision meets robotics: the KITTI dataset", IJRR 32(11), 2013; camera 0 of the raw data) k1 -0.373, k2 0.204, p1 0.0022,
p2 0.0014, k3 -0.072; EuRoC MAV (M. Burri et al., IJRR 35(10), 2016; camera 0) k1 -0.283, k2 0.074, p1 0.0002.
Kannala-Brandt: TUM VI (D. Schubert et al., IROS 2018; camera 0, a 195 deg fisheye) k1 0.0035, k2 0.0007, k3 -0.0021,
k4 0.0002.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from typing import Any

from longtail.annotate.camera import LENSES, BrownConrady, Equirectangular, FTheta, KannalaBrandt, Lens, Pinhole
from longtail.annotate.camera.intrinsics import OBLONG
from longtail.annotate.camera.orthographic import Orthographic
from longtail.annotate.errors import ConfigError
from longtail.distributions import Normal, Uniform
from longtail.scenes.camera.folding import require_rays
from longtail.scenes.space.impossible import Ends, Impossible, LensRequest
from longtail.scenes.space.parameters import Parameter

_DECIMALS = 9

FIELD = "camera.horizontal_fov_deg"
"""The path of the field of view of lenses that see less than half a turn; the scenario declares it."""

_FX, _FY, _CX, _CY = (f"camera.intrinsics.{name}_px" for name in ("fx", "fy", "cx", "cy"))
INTRINSICS = (_FX, _FY, _CX, _CY)
"""The paths of the numbers of a camera's matrix."""

HALF_PX = 0.5
"""OpenCV's pixels have whole numbers at their centres, Longtail's at their corners."""

_MATRIX = (
    Parameter(_FX, 0.0, "px", 0, 1e6, "focal length, as OpenCV's K has it; 0 takes it from the field of view"),
    Parameter(_FY, 0.0, "px", 0, 1e6, "the same down the picture; 0 takes fx_px: square pixels"),
    Parameter(_CX, 0.0, "px", -1e5, 1e5, "principal point, from the centre of the first pixel; the middle if not set"),
    Parameter(_CY, 0.0, "px", -1e5, 1e5, "the same down the picture"),
)

# Every pair of k1 and k2 drawn here has 9 k1^2 < 20 k2, so that with k3 = 0 the slope 1 + 3 k1 s + 5 k2 s^2 of the
# distorted radius has no zero: no draw folds the picture, whatever its field.
_BROWN_CONRADY = (
    Parameter(
        "camera.brown_conrady.k1", Normal(-0.32, 0.04, low=-0.38, high=-0.2), "", -1e6, 1e6, "radial, barrel below 0"
    ),
    Parameter("camera.brown_conrady.k2", Normal(0.12, 0.03, low=0.075, high=0.2), "", -1e6, 1e6, "radial, 4th power"),
    Parameter("camera.brown_conrady.p1", Normal(0, 0.001, low=-0.003, high=0.003), "", -10, 10, "tangential, down"),
    Parameter("camera.brown_conrady.p2", Normal(0, 0.001, low=-0.003, high=0.003), "", -10, 10, "tangential, right"),
    Parameter("camera.brown_conrady.k3", 0.0, "", -1e6, 1e6, "radial, 6th power"),
    Parameter("camera.brown_conrady.k4", 0.0, "", -1e6, 1e6, "of the rational model's denominator, 2nd power"),
    Parameter("camera.brown_conrady.k5", 0.0, "", -1e6, 1e6, "of the rational model's denominator, 4th power"),
    Parameter("camera.brown_conrady.k6", 0.0, "", -1e6, 1e6, "of the rational model's denominator, 6th power"),
)

# No corner of these four ranges folds within a 16:9 picture, whose corner is 15 % farther out than its side.
_KANNALA_BRANDT = (
    Parameter(
        "camera.kannala_brandt.horizontal_fov_deg",
        Uniform(130, 190),
        "deg",
        60,
        220,
        f"a fisheye's, between the rays at the left and right border; it takes this in place of {FIELD}",
    ),
    Parameter(
        "camera.kannala_brandt.k1", Normal(0, 0.006, low=-0.012, high=0.02), "", -1e3, 1e3, "3rd power of the angle"
    ),
    Parameter("camera.kannala_brandt.k2", Normal(0, 0.001, low=-0.001, high=0.003), "", -1e3, 1e3, "5th power"),
    Parameter(
        "camera.kannala_brandt.k3", Normal(-0.0014, 0.0003, low=-0.0019, high=-0.0005), "", -1e3, 1e3, "7th power"
    ),
    Parameter(
        "camera.kannala_brandt.k4", Normal(0.00022, 0.00002, low=0.00019, high=0.0003), "", -1e3, 1e3, "9th power"
    ),
)

_F_THETA = (
    Parameter(
        "camera.f_theta.horizontal_fov_deg",
        Uniform(100, 190),
        "deg",
        1,
        360,
        f"between the rays at the left and right border; it takes this in place of {FIELD}",
    ),
    Parameter("camera.f_theta.k2", 0.0, "", -1e3, 1e3, "of the angle: 2nd power of the distance over fx_px"),
    Parameter("camera.f_theta.k3", 0.0, "", -1e3, 1e3, "3rd power"),
    Parameter("camera.f_theta.k4", 0.0, "", -1e3, 1e3, "4th power"),
    Parameter("camera.f_theta.k5", 0.0, "", -1e3, 1e3, "5th power"),
)

_ORTHOGRAPHIC = (
    Parameter(
        "camera.orthographic.width_m",
        1.0,
        "m",
        0.001,
        1000,
        f"of what the picture shows from the left to the right border, in place of {FIELD}",
    ),
)

_EQUIRECTANGULAR = (
    Parameter(
        "camera.equirectangular.horizontal_fov_deg",
        360.0,
        "deg",
        1,
        360,
        f"longitudes from the left to the right border, in place of {FIELD}",
    ),
)

# Each lens: how it is made of a size, a field and coefficients, and what is drawn of it beside FIELD or instead of it.
_MODELS: Mapping[str, tuple[Callable[..., Lens], tuple[Parameter, ...]]] = {
    "pinhole": (Pinhole.from_fov, ()),
    "brown_conrady": (BrownConrady.from_fov, _BROWN_CONRADY),
    "kannala_brandt": (KannalaBrandt.from_fov, _KANNALA_BRANDT),
    "f_theta": (FTheta.from_fov, _F_THETA),
    "orthographic": (Orthographic.from_width, _ORTHOGRAPHIC),
    "equirectangular": (Equirectangular.from_fov, _EQUIRECTANGULAR),
}

PARAMETERS: tuple[Parameter, ...] = (*_MATRIX, *(parameter for _, own in _MODELS.values() for parameter in own))


def _paths(own: tuple[Parameter, ...]) -> tuple[str, ...]:
    paths = tuple(parameter.path for parameter in own)
    has_field = any(path.rpartition(".")[2] in ("horizontal_fov_deg", "width_m") for path in paths[:1])
    return paths if has_field else (FIELD, *paths)


PATHS: Mapping[str, tuple[str, ...]] = {model: _paths(own) for model, (_, own) in _MODELS.items()}
"""What the lens of each model is made of: its field, then its coefficients, each path ending in its name."""


def lens_of(asked: LensRequest, values: Mapping[str, Any]) -> Lens:
    """The lens that a run asks for (a name in `annotate.camera.LENSES`, and a size), from drawn `values`.

    It is that of a matrix where `camera.intrinsics.fx_px` is not 0, and of a field of view otherwise. Focal lengths,
    the principal point and coefficients are rounded as records keep them: whoever reads one has this very lens.

    ConfigError, naming a path: the drawn distortion folds back within the picture. No default draw does, and a run
    that has such draws is refused beforehand (`FOLDED`, `FOLDED_MATRIX`).
    """
    if has_matrix(values):
        lens = _of_matrix(asked, values)
        try:
            require_rays(lens)
        except ValueError as error:
            raise ConfigError(f"{_FX}: {error}") from error
        return lens
    field = PATHS[asked.model][0]
    try:
        return _MODELS[asked.model][0](*asked.size_px, float(values[field]), **_distortion(asked.model, values))
    except ValueError as error:
        raise ConfigError(f"{field}: {error}") from error


def has_matrix(values: Mapping[str, Any]) -> bool:
    """Whether drawn values give a camera's matrix, in place of its field of view."""
    return float(values.get(_FX, 0.0)) > 0


def lens_kind(model: str, parameters: Mapping[str, Any], varied: Set[str]) -> str:
    """The lens of a configuration as engines and devices know it (`Lens.kind`), the most that its draws may be.

    `varied` are the paths that are laid over scenes.
    """
    fx, fy = parameters.get(_FX, 0.0), parameters.get(_FY, 0.0)
    square = fx == 0 or fy == 0 or (fx == fy and isinstance(fx, float))
    apart = _FY in varied or (_FX in varied and fy != 0)
    return OBLONG if model == "pinhole" and (apart or not square) else model


def _of_matrix(asked: LensRequest, values: Mapping[str, Any]) -> Lens:
    """The lens of drawn `camera.intrinsics.*`, which count from the centre of the first pixel as OpenCV does.

    A picture of another size than they are for shows the same, scaled by its width. Where whole pixels have no exact
    ratio, above and below it has a little less or more.
    """
    width, height = asked.k_size_px or asked.size_px
    scale = asked.size_px[0] / width
    more_px = (asked.size_px[1] - height * scale) / 2
    fx, fy, cx, cy = (float(values[path]) for path in INTRINSICS)
    numbers = (fx * scale, (fy or fx) * scale, (cx + HALF_PX) * scale, (cy + HALF_PX) * scale + more_px)
    rounded = (round(number, _DECIMALS) for number in numbers)
    model: Callable[..., Lens] = LENSES[asked.model]
    return model(*asked.size_px, *rounded, **_distortion(asked.model, values))


def _distortion(model: str, values: Mapping[str, Any]) -> dict[str, float]:
    return {path.rpartition(".")[2]: round(float(values[path]), _DECIMALS) for path in PATHS[model][1:]}


def _can_fold(asked: LensRequest, ends: Ends) -> bool:
    """Whether any lens between these ends folds back within its field.

    The slope of the distorted radius is 1 plus positive powers of the angle times the radial coefficients: the widest
    field and the least of each coefficient are the hardest case of all. A denominator has no such case.
    """
    if ends.get(_FX, (0.0, 0.0))[0] > 0:
        return False
    if any(ends[path][:2] != (0.0, 0.0) for path in _seldom(asked.model)):
        return True
    field, *coefficients = PATHS[asked.model]
    hardest = {field: ends[field][1], **{path: ends[path][0] for path in coefficients}}
    return bool(_why_folded(asked, hardest))


def _why_folded(asked: LensRequest, values: Mapping[str, Any]) -> str:
    if has_matrix(values):
        return ""
    try:
        lens_of(asked, values)
    except ConfigError as error:
        field, *coefficients = (*_bending(asked), *_seldom(asked.model))
        got = ", ".join(f"{path.rpartition('.')[2]} {values[path]:.4g}" for path in coefficients if values[path])
        wider = "less negative" if any(values[path] < 0 for path in coefficients) else "smaller"
        return (
            f"{str(error).removeprefix(f'{field}: ')} with {got or 'no distortion'}; try a narrower field or {wider} "
            "coefficients, or keep such draws out by a statement of require"
        )
    return ""


def _bending(asked: LensRequest) -> tuple[str, ...]:
    """The paths of the field and of the radial coefficients that most lenses have: tangential ones fold nothing."""
    paths = (path for path in PATHS[asked.model] if path not in _seldom(asked.model))
    return tuple(path for path in paths if not path.rpartition(".")[2].startswith("p"))


FOLDED = Impossible(_bending, _can_fold, _why_folded)
"""Lenses whose picture folds back before it ends, by their field of view."""


def _why_matrix_folds(asked: LensRequest, values: Mapping[str, Any]) -> str:
    if not has_matrix(values):
        return ""
    try:
        lens_of(asked, values)
    except ConfigError as error:
        found = ((path.rpartition(".")[2], values[path]) for path in (*INTRINSICS, *PATHS[asked.model][1:]))
        got = ", ".join(f"{name} {value:.6g}" for name, value in found if value)
        return f"{str(error).removeprefix(f'{_FX}: ')}; drawn were {got}"
    return ""


FOLDED_MATRIX = Impossible(
    lambda asked: (_FX, *PATHS[asked.model][1:2]),
    lambda _, ends: ends.get(_FX, (0.0, 0.0))[1] > 0,
    _why_matrix_folds,
)
"""Lenses whose picture folds back before it ends, by their matrix."""


def _seldom(model: str) -> tuple[str, ...]:
    """The paths of coefficients that hardly any lens of a model has."""
    rare: tuple[str, ...] = getattr(LENSES[model], "SELDOM", ())
    return tuple(path for path in PATHS[model][1:] if path.rpartition(".")[2] in rare)


def unused(model: str, values: Mapping[str, Any]) -> frozenset[str]:
    """The paths of lens parameters that the lens `model` does not read: of no interest in a frame's record."""
    own = {path for path in PATHS[model] if path not in _seldom(model) or values.get(path)}
    if has_matrix(values):
        own = (own - {PATHS[model][0]}) | {*INTRINSICS}
    return frozenset({*INTRINSICS, *(path for paths in PATHS.values() for path in paths)}).difference(own)


LATER: frozenset[str] = frozenset(
    {
        *INTRINSICS,
        *(path for model in LENSES for path in _seldom(model)),
        *(path for model in ("f_theta", "orthographic", "equirectangular") for path in PATHS[model] if path != FIELD),
    }
)
"""Paths that a configuration spells out only where they are not as declared, so that those without them keep the
digest that they had before there were such parameters."""
