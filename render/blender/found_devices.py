"""Cycles' devices that Blender finds here. A process that is asked for nothing else imports nothing else."""

from __future__ import annotations

import bpy

from longtail.scenes.config.device_kinds import DEVICE_KINDS


def found_devices() -> list[dict[str, str]]:
    """Every device that Cycles can use here, best kind first, as fields of a `render.machine.devices.Device`.

    The CPU is always among them.
    """
    preferences = bpy.context.preferences.addons["cycles"].preferences
    found: list[dict[str, str]] = []
    for kind in DEVICE_KINDS[:-1]:
        try:
            entries = preferences.get_devices_for_type(kind.upper())
        except (TypeError, ValueError):
            continue  # a kind that this build of Blender does not have
        found += [{"kind": kind, "name": one.name, "id": one.id} for one in entries if one.type == kind.upper()]
    cpu = next((entry.name for entry in preferences.get_devices_for_type("NONE") if entry.type == "CPU"), "CPU")
    return [*found, {"kind": "cpu", "name": cpu, "id": ""}]
