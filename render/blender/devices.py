"""Cycles' devices: what Blender finds here, and switching one on."""

from __future__ import annotations

from typing import Any

import bpy

from longtail.annotate.errors import DeviceError
from longtail.render.blender.assign import assign
from longtail.render.machine.devices import KINDS, Device


def _preferences() -> Any:
    return bpy.context.preferences.addons["cycles"].preferences


def find_devices() -> tuple[Device, ...]:
    """Every device that Cycles can use here, best kind first; the CPU is always among them."""
    preferences = _preferences()
    found: list[Device] = []
    for kind in KINDS[:-1]:
        try:
            entries = preferences.get_devices_for_type(kind.upper())
        except (TypeError, ValueError):
            continue  # a kind that this build of Blender does not have
        found += [Device(kind, entry.name, entry.id) for entry in entries if entry.type == kind.upper()]
    cpu = next((entry.name for entry in preferences.get_devices_for_type("NONE") if entry.type == "CPU"), "CPU")
    return (*found, Device("cpu", cpu))


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
