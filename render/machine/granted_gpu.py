"""Signs that whoever started this process granted it a GPU."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from longtail.render.machine.devices import Device

# Which of a machine's GPUs a process may use, as drivers' libraries, container engines and schedulers say it:
# https://docs.nvidia.com/cuda/cuda-c-programming-guide/index.html#cuda-environment-variables,
# https://rocm.docs.amd.com/en/latest/conceptual/gpu-isolation.html,
# https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/docker-specialized.html,
# https://slurm.schedmd.com/sbatch.html, "OUTPUT ENVIRONMENT VARIABLES"
_OF_PROCESSES = ("CUDA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ZE_AFFINITY_MASK")
_OF_JOBS = ("SLURM_STEP_GPUS", "SLURM_JOB_GPUS", "SLURM_GPUS_ON_NODE", "NVIDIA_VISIBLE_DEVICES")
_NONE = {"", "-1", "0x", "none", "void", "nodevfiles"}
# Images of CUDA have it baked in, and mean nothing by it.
_BAKED_IN = "all"


def granted_gpu(environment: Mapping[str, str] = os.environ, devices: Path = Path("/dev")) -> str | None:
    """The sign that a GPU was granted, as a message shows it; None where there is none, or where GPUs are hidden."""
    for name in _OF_PROCESSES:
        if name in environment:
            value = environment[name].strip()
            return None if value.lower() in _NONE else f"{name}={value}"
    for name in _OF_JOBS:
        value = environment.get(name, "").strip()
        if value.lower() not in {*_NONE, "0" if name == "SLURM_GPUS_ON_NODE" else "", _BAKED_IN}:
            return f"{name}={value}"
    return next((str(path) for path in sorted(devices.glob("nvidia[0-9]*"))), None)


def granted_note(
    asked: str,
    chosen: Sequence[Device],
    environment: Mapping[str, str] = os.environ,
    devices: Path = Path("/dev"),
) -> str | None:
    """A warning where "auto" has taken the CPU though a GPU seems to be granted."""
    if asked != "auto" or chosen[0].kind != "cpu":
        return None
    sign = granted_gpu(environment, devices)
    return sign and (
        f"a GPU seems to be granted ({sign}), but Blender finds none that it can use: rendering on the CPU, which is "
        "slow. See `longtail doctor`; with --device optix or cuda such a run is an error"
    )
