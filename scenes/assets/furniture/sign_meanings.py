"""What each plate says, as labels have it: its class by the Vienna Convention, the number on it, the words on it."""

from __future__ import annotations

from collections.abc import Mapping

from longtail.distributions.scalar import Scalar

Meaning = Mapping[str, Scalar]

# Classes after the Vienna Convention on Road Signs and Signals (1968), annex 1: A danger warning, B priority,
# C prohibitory, D mandatory, E special regulation, G direction. Chevrons are none of it: they mark bends.
_KINDS: Mapping[str, tuple[str, ...]] = {
    "danger warning": ("children", "bend", "danger", "road-works", "bump", "narrows"),
    "priority": ("stop", "yield", "priority"),
    "prohibitory": ("no-entry", "no-vehicles", "no-parking", "no-stopping", "no-overtaking"),
    "mandatory": ("straight-on", "turn-right", "keep-right", "roundabout", "cycle-path"),
    "special regulation": ("parking", "pedestrian-crossing", "one-way-left", "one-way-right"),
    "direction": ("direction-centre", "direction-station"),
    "marker": ("chevron-left", "chevron-right"),
}
_TEXTS = {"stop": "STOP", "parking": "P", "direction-centre": "CENTRE", "direction-station": "STATION"}
_LIMITS = (20, 30, 50, 60, 70, 100, 80, 120, 130)


def _meaning(name: str, kind: str) -> Meaning:
    plate = f"warning-{name}" if kind == "danger warning" else name
    return {"sign": plate, "sign_kind": kind, **({"text": _TEXTS[name]} if name in _TEXTS else {})}


def meaning_of_name(text: str) -> Meaning:
    """What the plate with the name of a street says."""
    return {"sign": "street-name", "sign_kind": "direction", "text": text}


_STATED = [_meaning(name, kind) for kind, names in _KINDS.items() for name in names]
_STATED += [{"sign": f"limit-{v}", "sign_kind": "prohibitory", "value": v, "text": f"{v}"} for v in _LIMITS]

MEANINGS: Mapping[str, Meaning] = {str(meaning["sign"]): meaning for meaning in _STATED}
"""By the names of `sign_plates.PLATES`: `sign` is that name, `sign_kind` the class, `value` a limit in km/h, `text`
what is written on it."""
