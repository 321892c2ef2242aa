"""Asking Blender about devices in a process of its own, which may crash without harm."""

from __future__ import annotations

import json
import subprocess
import sys

from annotate.errors import DeviceError
from render.devices import Device

_ASK = (
    "import json; from render.blender.devices import find_devices; "
    "print('DEVICES ' + json.dumps([[d.kind, d.name, d.id] for d in find_devices()]))"
)
_LIMIT_S = 120


def probe_devices() -> tuple[Device, ...]:
    """Every device that Cycles can use here; DeviceError with Blender's last words where it does not even start."""
    try:
        answer = subprocess.run(
            [sys.executable, "-c", _ASK], capture_output=True, text=True, timeout=_LIMIT_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise DeviceError(f"devices: Blender did not answer within {_LIMIT_S} s; try --device cpu") from error
    for line in answer.stdout.splitlines():
        if line.startswith("DEVICES "):
            return tuple(Device(*entry) for entry in json.loads(line.removeprefix("DEVICES ")))
    last = (answer.stderr.strip().splitlines() or ["no message"])[-1]
    raise DeviceError(
        f"devices: expected Blender to start, got exit status {answer.returncode} ({last}); run `longtail doctor`"
    )
