"""Switching on one of Cycles' devices."""

from __future__ import annotations

from typing import Any

import bpy

from longtail.annotate.errors import DeviceError
from longtail.render.blender.assign import assign
from longtail.render.machine.devices import Device


def _preferences() -> Any:
    return bpy.context.preferences.addons["cycles"].preferences


def use_device(scene: bpy.types.Scene, device: Device) -> None:
    """Render `scene` on `device` and on nothing else; DeviceError where it is not there (any more).

    With no device switched on Cycles would render on the CPU and say nothing.
    """
    assign(scene.cycles, device="CPU" if device.kind == "cpu" else "GPU")
    if device.kind == "cpu":
        return
    preferences = _preferences()
    assign(preferences, compute_device_type=device.kind.upper())
    entries = list(preferences.get_devices_for_type(device.kind.upper()))
    for entry in entries:
        assign(entry, use=entry.id == device.id)
    if not any(entry.use for entry in entries):
        there = ", ".join(entry.name for entry in entries) or "none"
        raise DeviceError(f"expected the {device.kind} device {device.name} ({device.id}), but Blender finds {there}")
