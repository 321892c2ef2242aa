"""Brake lights and indicators of placed objects, as properties that the materials of their glass read."""

from __future__ import annotations

import bpy

from longtail.distributions.scalar import Scalar
from longtail.scenes.assets.packs.wavefront import Imported
from longtail.scenes.blender.materials import value_of
from longtail.scenes.blender.materials.lamp_glow import BRAKING, DARK, INDICATING, TAIL_BRAKING
from longtail.scenes.geometry.materials import LampGlass
from longtail.scenes.lamps import kinds
from longtail.scenes.lamps.kinds import LampKind
from longtail.scenes.moving.signals import Signals

# By day they must be seen as well: 60 cd and more of a brake light and 50 cd of an indicator behind, from some 80 cm2
# (UN Regulation 148, from memory), are about 7 kcd/m2.
_SAYS_KCD_M2 = 7.0
_NO_BRAKES = ("bicycle",)


def show_blinking(item: bpy.types.Object, *, lit: bool) -> dict[str, Scalar]:
    """Have an object's warning lamps be lit or dark; returns what labels say of them."""
    item[DARK] = 0.0 if lit else 1.0
    item.update_tag()
    return {"lamp_lit": lit}


def show_signals(item: bpy.types.Object, category: str, signals: Signals) -> dict[str, Scalar]:
    """Have an object's lamps say what `signals` do; returns what labels say of those lamps that it has."""
    glass = _glass_of(item.data)
    said: dict[str, Scalar] = {}
    tail_alone = kinds.TAIL in glass and kinds.BRAKE not in glass and category not in _NO_BRAKES
    item[BRAKING] = signals.brake * _SAYS_KCD_M2 / kinds.BRAKE.glass_kcd_m2
    item[TAIL_BRAKING] = signals.brake * tail_alone * _SAYS_KCD_M2
    for side, name in INDICATING.items():
        item[name] = (signals.lit and signals.indicates == side) * _SAYS_KCD_M2 / kinds.INDICATOR.glass_kcd_m2
    # Blender hands objects with other properties to the renderer only where it is told.
    item.update_tag()
    if tail_alone or kinds.BRAKE in glass:
        said["brake_lights_on"] = signals.brake
    if kinds.INDICATOR in glass:
        said["indicator"] = signals.indicates or "off"
        said["indicator_lit"] = signals.lit
    return said


def _glass_of(data: bpy.types.Mesh) -> set[LampKind]:
    """The kinds of lamps whose glass a mesh has."""
    found: set[LampKind] = set()
    for made in data.materials:
        worn = value_of(made) if made is not None else None
        if isinstance(worn, LampGlass):
            found.add(worn.kind)
        elif isinstance(worn, Imported):
            found |= {kind for kind, *_ in worn.glows}
    return found
