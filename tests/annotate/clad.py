"""What frames without a renderer lack: what each thing is made of, by its category and the side that is seen, and how
it moves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from longtail.annotate.labels.frame import Frame
from longtail.annotate.labels.motion import Flow, Motion
from longtail.annotate.labels.surfaces import SeenMaterial, Surfaces, numbered

PAINT = SeenMaterial(0, "CarPaint 1c", "car paint")
PANE = SeenMaterial(0, "Glass 07", "glass", "window")
PLATE = SeenMaterial(0, "SignFace 9f", "sign face", "sign plate")
SKIN = SeenMaterial(0, "Principled 44", "principled")
GROUND = SeenMaterial(0, "Asphalt e2", "asphalt")
KNOWN = dict(enumerate((PAINT, PANE, PLATE, SKIN, GROUND), start=11))
_ALBEDO = {11: (0.5, 0.1, 0.1), 12: (0.0, 0.0, 0.0), 13: (0.75, 0.75, 0.5), 14: (0.3, 0.2, 0.2), 15: (0.0625,) * 3}


def clad(frame: Frame) -> Frame:
    """The frame with its surfaces: vehicles are painted, with panes on what faces left or right."""
    index = np.zeros(frame.object_ids.shape, dtype=np.int64)
    assert frame.normals is not None
    aside = np.abs(frame.normals[..., 0]) > 0.5
    for item in frame.objects:
        own = frame.object_ids == item.id
        if item.kind.supercategory == "vehicle":
            index[own & aside], index[own & ~aside] = 12, 11
        else:
            index[own] = 13 if item.category == "traffic sign" else 14 if item.kind.is_thing else 15
    material, materials = numbered(index, KNOWN)
    albedo = np.zeros((*index.shape, 3), dtype=np.float32)
    for number, rgb in _ALBEDO.items():
        albedo[index == number] = rgb
    return replace(frame, surfaces=Surfaces(albedo, material, materials), motion=_motion(frame))


def _motion(frame: Frame) -> Motion:
    """To the right by a sixty-fourth for each id, and not known of the sky; what has an even id is hidden."""
    ids = frame.object_ids[..., None].astype(np.float32)
    known = np.where(ids > 0, ids, np.float32(np.nan))
    pixels = (known / np.array([64, -64])).astype(np.float32)
    forward = Flow(pixels, frame.object_ids % 2 == 0, np.repeat(known, 3, axis=-1))
    return Motion(forward, Flow.unknown(frame.camera.size_px))
