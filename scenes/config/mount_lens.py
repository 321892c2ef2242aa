"""Reading the lens of a mount: what is said there lies over `camera`, as `--set camera...` would."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from longtail.distributions import Distribution
from longtail.distributions.grammar import shown, suggestion
from longtail.distributions.scalar import Scalar
from longtail.scenes.camera.lenses import INTRINSICS, PATHS
from longtail.scenes.camera.mount import LIMITS
from longtail.scenes.camera.mount_lens import LENS_PATHS, MountLens
from longtail.scenes.camera.unread import complaint
from longtail.scenes.config.camera_spelling import SPELLINGS, spelled_out
from longtail.scenes.config.leaves import sections_of, walk
from longtail.scenes.config.matrix import middles, unfit_size
from longtail.scenes.config.settings import CameraSettings, complaints
from longtail.scenes.space.space import Space

_SETTINGS = ("camera.model", "camera.size_px", "camera.k_size_px")
_FX = INTRINSICS[0]
_FIELDS = frozenset(field for field, *_ in PATHS.values())


@dataclass(frozen=True)
class DrawnCamera:
    """What a config says of `camera`, which all mounts have where they say nothing else.

    Attributes:
        where: the config's name, beside which files lie
        named: the paths that it names
        settings: its model and sizes
        parameters: what is asked of every parameter
        carried: whether the scenario's scenes have a carrier
    """

    where: str
    named: Mapping[str, Any]
    settings: CameraSettings
    space: Space
    parameters: Mapping[str, Scalar | Distribution]
    carried: bool = True

    @property
    def has_matrix(self) -> bool:
        return bool(self.parameters.get(_FX))


def read_mount_lens(node: Mapping[str, Any], drawn: DrawnCamera) -> MountLens | None:
    """The lens that `node` spells with the keys of `camera`; None where it says nothing.

    ValueError: "KEY: expected ..., got ...".
    """
    if not node:
        return None
    document = _leaves(node, drawn)
    named = _spelled(document, drawn)
    settings = _settings(named, drawn)
    given = {path: _checked(path, asked, drawn) for path, asked in named.items() if path not in _SETTINGS}
    own = PATHS[settings.model][0]
    if strange := next((path for path in given if path in _FIELDS and path != own), None):
        raise ValueError(f"{_short(strange)}: expected {_short(own)} of a mount whose model is {settings.model}")
    read = {*INTRINSICS, *PATHS[settings.model]}
    if strange := next((path for path in given if path not in read), None):
        raise ValueError(f"{_short(strange)}: {complaint(strange, settings.model).replace('camera.', '')}")
    if field := next((path for path in (own,) if path in given), None):
        if given.get(_FX):
            raise ValueError(f"{_short(field)}: expected a matrix or a field of view, got both; leave one of them out")
        # A field of its own is in place of the matrix that all others have.
        if drawn.has_matrix:
            given[_FX] = 0.0
    if (lone := next((path for path in INTRINSICS if given.get(path)), None)) and not given.get(_FX, drawn.has_matrix):
        raise ValueError(f"{_short(lone)}: expected {_short(_FX)} beside it; both are in place of a field of view")
    if given.get(_FX) or (drawn.has_matrix and _FX not in given):
        _fit(given, settings, drawn)
    return MountLens(settings.lens_request, given)


def _leaves(node: Mapping[str, Any], drawn: DrawnCamera) -> dict[str, Any]:
    names = {*(path for path in LENS_PATHS if path in drawn.space.paths), *SPELLINGS, *_SETTINGS}
    found: dict[str, Any] = {}
    for path, value in walk("camera", node, names, sections_of(names)):
        if path not in names:
            close = suggestion(_short(path), [*LIMITS, *map(_short, names)])
            raise ValueError(f"expected some of {', '.join(LIMITS)}, frame, or of a lens (model, size_px, k, file ...)"
                             f", got {shown(_short(path))}{close}")  # fmt: skip
        if path in found:
            raise ValueError(f"{_short(path)}: expected one value, got {shown(found[path])} and {shown(value)}")
        found[path] = value
    return found


def _spelled(document: Mapping[str, Any], drawn: DrawnCamera) -> dict[str, Any]:
    model = document.get("camera.model", drawn.named.get("camera.model"))
    sized = "camera.size_px" in document or "camera.size_px" in drawn.named
    named, problems = spelled_out(document, drawn.where, model, sized)
    if problems:
        raise ValueError(problems[0].removeprefix(f"{drawn.where}: camera."))
    return named


def _settings(named: Mapping[str, Any], drawn: DrawnCamera) -> CameraSettings:
    given = {path.rpartition(".")[2]: named[path] for path in _SETTINGS if path in named}
    base = drawn.settings
    inherited: dict[str, Any] = {"model": base.model, "size_px": base.size_px}
    # A matrix that all cameras have is for the pictures that `camera` says.
    if drawn.has_matrix and _FX not in named:
        inherited["k_size_px"] = base.k_size_px or (base.size_px if "size_px" in given else None)
    try:
        return CameraSettings.model_validate({**inherited, **given})
    except ValidationError as error:
        path, text = next(iter(complaints("", error).items()))
        raise ValueError(f"{path}: {text}") from error


def _checked(path: str, asked: Any, drawn: DrawnCamera) -> Scalar | Distribution:
    try:
        return drawn.space.parameter(path).checked(asked)
    except ValueError as error:
        raise ValueError(f"{_short(path)}: {error}") from error


def _fit(given: dict[str, Scalar | Distribution], settings: CameraSettings, drawn: DrawnCamera) -> None:
    """Have a matrix meet the middle of the picture where nobody says another place, and fit its pictures."""
    if not drawn.has_matrix:
        given |= {path: middle for path, middle in middles(settings).items() if path not in given}
    if wrong := unfit_size(settings):
        raise ValueError(f"size_px: {wrong}")


def _short(path: str) -> str:
    return path.removeprefix("camera.")
