"""Lenses: what a scenario draws of the camera's optics, and the lens that a draw gives.

Ranges hold the calibrations of real cameras that data sets are published with. Brown-Conrady: KITTI (A. Geiger et al.,
"Vision meets robotics: the KITTI dataset", IJRR 32(11), 2013; camera 0 of the raw data) k1 -0.373, k2 0.204, p1 0.0022,
p2 0.0014, k3 -0.072; EuRoC MAV (M. Burri et al., IJRR 35(10), 2016; camera 0) k1 -0.283, k2 0.074, p1 0.0002.
Kannala-Brandt: TUM VI (D. Schubert et al., IROS 2018; camera 0, a 195 deg fisheye) k1 0.0035, k2 0.0007, k3 -0.0021,
k4 0.0002.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from longtail.annotate.camera import BrownConrady, KannalaBrandt, Lens, Pinhole
from longtail.annotate.errors import ConfigError
from longtail.distributions import Normal, Uniform
from longtail.scenes.space.impossible import Ends, Impossible, LensRequest
from longtail.scenes.space.parameters import Parameter

_DECIMALS = 9

FIELD = "camera.horizontal_fov_deg"
"""The path of the field of view of lenses that see less than half a turn; the scenario declares it."""

# Every pair of k1 and k2 drawn here has 9 k1^2 < 20 k2, so that with k3 = 0 the slope 1 + 3 k1 s + 5 k2 s^2 of the
# distorted radius has no zero: no draw folds the picture, whatever its field.
_BROWN_CONRADY = (
    Parameter(
        "camera.brown_conrady.k1", Normal(-0.32, 0.04, low=-0.38, high=-0.2), "", -1, 1, "radial, barrel below 0"
    ),
    Parameter("camera.brown_conrady.k2", Normal(0.12, 0.03, low=0.075, high=0.2), "", -1, 1, "radial, 4th power"),
    Parameter("camera.brown_conrady.p1", Normal(0, 0.001, low=-0.003, high=0.003), "", -0.05, 0.05, "tangential, down"),
    Parameter(
        "camera.brown_conrady.p2", Normal(0, 0.001, low=-0.003, high=0.003), "", -0.05, 0.05, "tangential, right"
    ),
    Parameter("camera.brown_conrady.k3", 0.0, "", -1, 1, "radial, 6th power"),
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
        "camera.kannala_brandt.k1", Normal(0, 0.006, low=-0.012, high=0.02), "", -0.5, 0.5, "3rd power of the angle"
    ),
    Parameter("camera.kannala_brandt.k2", Normal(0, 0.001, low=-0.001, high=0.003), "", -0.5, 0.5, "5th power"),
    Parameter(
        "camera.kannala_brandt.k3", Normal(-0.0014, 0.0003, low=-0.0019, high=-0.0005), "", -0.2, 0.2, "7th power"
    ),
    Parameter(
        "camera.kannala_brandt.k4", Normal(0.00022, 0.00002, low=0.00019, high=0.0003), "", -0.1, 0.1, "9th power"
    ),
)

# Each lens: how it is made of a size, a field and coefficients, and what is drawn of it beside FIELD or instead of it.
_MODELS: Mapping[str, tuple[Callable[..., Lens], tuple[Parameter, ...]]] = {
    "pinhole": (Pinhole.from_fov, ()),
    "brown_conrady": (BrownConrady.from_fov, _BROWN_CONRADY),
    "kannala_brandt": (KannalaBrandt.from_fov, _KANNALA_BRANDT),
}

PARAMETERS: tuple[Parameter, ...] = tuple(parameter for _, own in _MODELS.values() for parameter in own)


def _paths(own: tuple[Parameter, ...]) -> tuple[str, ...]:
    paths = tuple(parameter.path for parameter in own)
    has_field = any(path.rpartition(".")[2] == FIELD.rpartition(".")[2] for path in paths[:1])
    return paths if has_field else (FIELD, *paths)


PATHS: Mapping[str, tuple[str, ...]] = {model: _paths(own) for model, (_, own) in _MODELS.items()}
"""What the lens of each model is made of: its field, then its coefficients, each path ending in its name."""


def lens_of(asked: LensRequest, values: Mapping[str, Any]) -> Lens:
    """The lens that a run asks for (a name in `annotate.camera.LENSES`, and a size), from drawn `values`.

    Coefficients are rounded as records keep them: whoever reads one has this very lens.

    ConfigError, naming the field's path: the drawn distortion folds back within the field. No default draw does, and
    a run that has such draws is refused beforehand (`FOLDED`).
    """
    field = PATHS[asked.model][0]
    try:
        return _MODELS[asked.model][0](*asked.size_px, float(values[field]), **_distortion(asked.model, values))
    except ValueError as error:
        raise ConfigError(f"{field}: {error}") from error


def _distortion(model: str, values: Mapping[str, Any]) -> dict[str, float]:
    return {path.rpartition(".")[2]: round(float(values[path]), _DECIMALS) for path in PATHS[model][1:]}


def _can_fold(asked: LensRequest, ends: Ends) -> bool:
    """Whether any lens between these ends folds back within its field.

    The slope of the distorted radius is 1 plus positive powers of the angle times the radial coefficients: the widest
    field and the least of each coefficient are the hardest case of all.
    """
    field, *coefficients = PATHS[asked.model]
    hardest = {field: ends[field][1], **{path: ends[path][0] for path in coefficients}}
    return bool(_why_folded(asked, hardest))


def _why_folded(asked: LensRequest, values: Mapping[str, Any]) -> str:
    try:
        lens_of(asked, values)
    except ConfigError as error:
        field, *coefficients = _bending(asked)
        got = ", ".join(f"{path.rpartition('.')[2]} {values[path]:.4g}" for path in coefficients if values[path])
        wider = "less negative" if any(values[path] < 0 for path in coefficients) else "smaller"
        return (
            f"{str(error).removeprefix(f'{field}: ')} with {got or 'no distortion'}; try a narrower field or {wider} "
            "coefficients, or keep such draws out by a statement of require"
        )
    return ""


def _bending(asked: LensRequest) -> tuple[str, ...]:
    """The paths of the field and of the radial coefficients: tangential ones fold nothing."""
    return tuple(path for path in PATHS[asked.model] if not path.rpartition(".")[2].startswith("p"))


FOLDED = Impossible(_bending, _can_fold, _why_folded)
"""Lenses whose picture folds back before it ends."""


def unused(model: str) -> frozenset[str]:
    """The paths of lens parameters that the lens `model` does not read: of no interest in a frame's record."""
    return frozenset(path for paths in PATHS.values() for path in paths).difference(PATHS[model])
