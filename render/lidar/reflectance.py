"""How much light of 905 nm surfaces send back to where it came from.

A matt surface of reflectance r that is hit at an angle b from its normal returns r cos(b) of what a white one returns
that is hit face on (Lambert). What the label pass says of a surface is its visible albedo, with its texture, wetness
and the snow that lies on it; from there to the near infrared lead the factors below, by kind of material. They are set
by spectra of the ECOSTRESS library (Meerdink et al., Remote Sensing of Environment 230, 2019), as we remember their
plots: chlorophyll, melanin and most dyes let near infrared pass that the eye never sees, soot and bitumen do not.

Metals mirror light: back comes what their roughness scatters, reflectance times roughness (our estimate).

Glass beads and prisms throw light back against its direction. A sign's face is of class RA2 (EN 12899-1: 250 cd/(lx m2)
of white at 5 deg of incidence, 150 at 30, 110 at 40), a marking of class R3 (EN 1436: 150 mcd/(lx m2)); both from
memory. Their angle between lamp and eye is larger than that of a LiDAR, which sees more. A white matt surface has 1/pi.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.labels.surfaces import SeenMaterial

Array = NDArray[np.float32]

BRIGHTEST = 0.95


@dataclass(frozen=True)
class Nir:
    """Reflectance = `least` + `gain` times the brightest band of the visible albedo, `BRIGHTEST` at most.

    `sign_cd` and `marking_cd` are coefficients of retroreflection of white, in cd/(lx m2).
    """

    least: float = 0.0
    gain: float = 1.0
    sign_cd: float = 0.0
    marking_cd: float = 0.0


PLAIN = Nir()
"""Pigments send back as much near infrared as of the colour that they send back most."""

KINDS: Mapping[str, Nir] = {
    "asphalt": Nir(0.03, 1.2),
    "paving": Nir(0.0, 1.15),
    "stone": Nir(0.0, 1.1),
    "brick": Nir(0.0, 1.2),
    "roof tiles": Nir(0.0, 1.2),
    "wood": Nir(0.2, 1.2),
    "bark": Nir(0.15, 1.5),
    "soil": Nir(0.05, 1.4),
    "foliage": Nir(0.4, 0.5),
    "grass": Nir(0.38, 0.5),
    # Skin of all tones has 0.4 to 0.6, dark hair a quarter.
    "complexion": Nir(0.27, 0.6),
    "car paint": Nir(0.03, 0.85),
    # Of a pane only the dirt on it: what is mirrored goes elsewhere.
    "glass": Nir(0.03, 0.0),
    "window pane": Nir(0.03, 0.1),
    "lamp glass": Nir(0.1, 0.5),
    "sign face": Nir(0.1, 0.6, sign_cd=250.0),
    "road paint": Nir(0.0, 0.95, marking_cd=0.15),
}
"""By what `SeenMaterial.kind` calls them; all else is `PLAIN`."""

LICENSE_PLATE = "license plate"

CLOTHES = Nir(0.25, 0.65)
"""Plain surfaces of people: cotton, wool and polyester, whose dyes are clear at 905 nm."""

PLATE = Nir(0.1, 0.7, sign_cd=50.0)
"""What is a license plate, whatever it is made of: 45 to 60 cd/(lx m2) of white (ISO 7591; from memory)."""

_STILL_SIGN_RAD = np.radians(42.0)
"""Gauss's curve through the class's angles."""
_SHALLOW = 0.1
_WHITE = 0.8


def matt_and_retro(
    material: NDArray[np.uint16],
    materials: Sequence[SeenMaterial],
    albedo: Array,
    on_person: NDArray[np.bool_],
    cosine: Array,
    metals: Mapping[str, float] | None = None,
) -> Array:
    """The return (...) of each ray as the reflectance of a matt surface that is hit face on.

    `material` (...) are ids of `materials`, `albedo` (..., 3) is the visible one, and `cosine` (...) that of the angle
    between ray and normal. `metals` are those of `Scanned`.
    """
    rows = _rows(material, materials, metals or {})
    brightest = albedo.max(axis=-1)
    least, gain, sign, marking = (table[material] for table in rows.T)
    plain = np.isin(material, [row.id for row in materials if row.kind not in KINDS]) & on_person
    least, gain = np.where(plain, np.float32(CLOTHES.least), least), np.where(plain, np.float32(CLOTHES.gain), gain)
    returned = np.clip(least + gain * brightest, 0, BRIGHTEST) * cosine
    white = np.minimum(brightest / np.float32(_WHITE), 1)
    angle = np.arccos(np.clip(cosine, 0, 1))
    prisms = np.float32(np.pi) * sign * np.exp(-((angle / np.float32(_STILL_SIGN_RAD)) ** 2))
    beads = np.float32(np.pi) * marking
    return np.asarray(returned + white * (prisms / np.maximum(cosine, np.float32(_SHALLOW)) + beads), np.float32)


def _rows(material: NDArray[np.uint16], materials: Sequence[SeenMaterial], metals: Mapping[str, float]) -> Array:
    """(ids, 4) of least, gain, sign_cd, marking_cd by id; nothing of what has no material."""
    most = max((row.id for row in materials), default=0)
    table = np.zeros((max(int(material.max(initial=0)), most) + 1, 4), np.float32)
    for row in materials:
        kind = PLATE if row.part == LICENSE_PLATE else KINDS.get(row.kind, PLAIN)
        table[row.id] = kind.least + metals.get(row.name, 0.0), kind.gain, kind.sign_cd, kind.marking_cd
    return table
