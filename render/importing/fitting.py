"""From a model as its file has it to the asset's frame, with what a user states of its materials."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from longtail.render.importing.guesses import VEHICLES, Guess
from longtail.render.importing.pack_file import Stated
from longtail.scenes.assets.library.description import LampSpot, LinkSeen
from longtail.scenes.assets.library.surface import Textured
from longtail.scenes.assets.packs.curated import AMBER, BRAKE, HEAD, PAINT, TAIL, WHITE_LAMP
from longtail.scenes.assets.vehicles.palette import BIKE_TINTS, BUS_TINTS, CAR_TINTS, WORK_TINTS
from longtail.scenes.geometry.materials import Material, Rgb
from longtail.scenes.geometry.mesh import Mesh

_LAMPS: Mapping[str, Material] = {
    "head": HEAD, "tail": TAIL, "brake": BRAKE, "indicator": AMBER, "street": WHITE_LAMP,
}  # fmt: skip
_TINTS: Mapping[str, tuple[Rgb, ...]] = {
    "car": CAR_TINTS, "van": WORK_TINTS, "truck": WORK_TINTS, "bus": BUS_TINTS, "motorcycle": BIKE_TINTS,
    "bicycle": BIKE_TINTS,
}  # fmt: skip
_PAINT = re.compile(r"paint|carrosserie|bodywork|\bbody\b|lacquer|firstcolor|primary", re.IGNORECASE)
_LAMP_WORDS = {
    "head": re.compile(r"head.?(light|lamp)", re.IGNORECASE),
    "tail": re.compile(r"(tail|rear).?(light|lamp)", re.IGNORECASE),
    "brake": re.compile(r"brake.?(light|lamp)", re.IGNORECASE),
}
# A lamp shines from just outside the body, which would shade it.
_CLEAR_M = 0.02


@dataclass(frozen=True, eq=False)
class Fitted:
    """A mesh in the asset's frame: X forward, Y left, Z up, metres, its footprint's middle at the origin.

    `paint` and `emissive` say which materials take the tint and which are lamps, by their names; `guessed` names what
    of it nobody has stated. `middle_m` (3,) is where the origin lies in the file's mesh once that is turned and scaled.
    """

    mesh: Mesh
    lamps: tuple[LampSpot, ...]
    tints: tuple[Rgb, ...]
    paint: tuple[str, ...]
    emissive: Mapping[str, str]
    guessed: tuple[str, ...]
    middle_m: NDArray[np.float64] = field(default_factory=lambda: np.zeros(3))


def fitted(mesh: Mesh, names: Sequence[str], guess: Guess, stated: Stated) -> Fitted:
    """The mesh turned, scaled and set down, with materials called `names` as they are to be worn."""
    kind = guess.serves or guess.category
    guessed = []
    paint = stated.paint
    if paint is None:
        paint = tuple(name for name in dict.fromkeys(names) if kind in VEHICLES and _PAINT.search(name))
        guessed += ["paint"] if paint else []
    emissive: Mapping[str, str] = stated.emissive or {}
    if stated.emissive is None:
        emissive = _lamps_by_name(names) if kind in VEHICLES else {}
        guessed += ["emissive"] if emissive else []
    tints = stated.tint_rgbs or (_TINTS.get(kind, CAR_TINTS) if paint else ())
    worn = tuple(
        _worn(material, name, paint if tints else (), emissive, kind)
        for material, name in zip(mesh.materials, names, strict=True)
    )
    made, middle_m = _set_down(replace(mesh, materials=worn), guess)
    spots = _spots(made, names, emissive)
    return Fitted(made, spots, tints if paint else (), paint, emissive, tuple(guessed), middle_m)


def links_of(
    frames: Mapping[str, NDArray[np.float64]], guess: Guess, middle_m: NDArray[np.float64]
) -> tuple[LinkSeen, ...]:
    """The links of a robot whose `frames` (4, 4) are in the file's mesh, where that is set down: turned as they were,
    and as far apart as the mesh has become large."""
    found = []
    for name, frame in frames.items():
        place = np.eye(4)
        place[:3, :3] = guess.turn @ frame[:3, :3]
        place[:3, 3] = (guess.turn @ frame[:3, 3]) * np.array(guess.scale) - middle_m
        found.append(LinkSeen(name=name[:500], asset_from_link=tuple(np.round(place[:3], 9).ravel().tolist())))
    return tuple(found)


def _lamps_by_name(names: Sequence[str]) -> dict[str, str]:
    return {name: lamp for name in names for lamp, words in _LAMP_WORDS.items() if words.search(name)}


def _worn(material: Material, name: str, paint: Sequence[str], emissive: Mapping[str, str], kind: str) -> Material:
    return replace(_dressed(material, name, paint, emissive, kind), link=material.link)


def _dressed(material: Material, name: str, paint: Sequence[str], emissive: Mapping[str, str], kind: str) -> Material:
    if name in emissive:
        return _LAMPS[emissive[name]]
    if name in paint:
        if isinstance(material, Textured) and material.image:
            return replace(material, tinted=True)
        if kind in VEHICLES:
            return PAINT
        given = material if isinstance(material, Textured) else Textured()
        white: Rgb = (1.0, 1.0, 1.0)
        return replace(given, tinted=True, rgb=white, factor_rgb=white)
    return material


def _set_down(mesh: Mesh, guess: Guess) -> tuple[Mesh, NDArray[np.float64]]:
    points = mesh.vertices_m.astype(np.float64) @ guess.turn.T * np.array(guess.scale)
    used = np.unique(mesh.triangles)
    low, high = points[used].min(axis=0), points[used].max(axis=0)
    middle = (low + high) / 2
    middle[2] = low[2]
    return replace(mesh, vertices_m=(points - middle).astype(np.float32)), middle


def _spots(mesh: Mesh, names: Sequence[str], emissive: Mapping[str, str]) -> tuple[LampSpot, ...]:
    """Where lamps that light something shine from: the middles of their glass, on the left and on the right."""
    found = []
    for lamp in dict.fromkeys(emissive.values()):
        if lamp not in ("head", "tail", "street"):
            continue
        slots = [number for number, name in enumerate(names) if emissive.get(name) == lamp]
        corners = mesh.vertices_m[mesh.triangles[np.isin(mesh.slots, slots)]].astype(np.float64)
        if not len(corners):
            continue
        areas = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1) + 1e-12
        middles = corners.mean(axis=1)
        front = {"head": mesh.size_m[0] / 2 + _CLEAR_M, "tail": -mesh.size_m[0] / 2 - _CLEAR_M}.get(lamp)
        apart = float(np.ptp(middles[:, 1])) > 0.3
        sides = [middles[:, 1] > 0, middles[:, 1] <= 0] if apart else [np.full(len(middles), True)]
        for those in sides:
            if those.any():
                x, y, z = (float(v) for v in np.average(middles[those], axis=0, weights=areas[those]))
                place = (round(x if front is None else float(front), 4), round(y, 4), round(z, 4))
                found.append(LampSpot(kind=lamp, position_m=place))
    return tuple(found)
