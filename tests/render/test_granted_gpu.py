"""What looks like a granted GPU, and what does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from longtail.render.machine.devices import Device
from longtail.render.machine.granted_gpu import granted_gpu, granted_note

CPU, CARD = Device("cpu", "CPU"), Device("optix", "Card")


@pytest.mark.parametrize(
    ("environment", "sign"),
    [
        ({}, None),
        ({"CUDA_VISIBLE_DEVICES": "0,1"}, "CUDA_VISIBLE_DEVICES=0,1"),
        ({"CUDA_VISIBLE_DEVICES": "MIG-1d2f"}, "CUDA_VISIBLE_DEVICES=MIG-1d2f"),
        ({"CUDA_VISIBLE_DEVICES": "NoDevFiles"}, None),
        ({"CUDA_VISIBLE_DEVICES": "-1", "SLURM_JOB_GPUS": "0"}, None),
        ({"CUDA_VISIBLE_DEVICES": ""}, None),
        ({"NVIDIA_VISIBLE_DEVICES": "GPU-8f3c"}, "NVIDIA_VISIBLE_DEVICES=GPU-8f3c"),
        ({"NVIDIA_VISIBLE_DEVICES": "void"}, None),
        ({"NVIDIA_VISIBLE_DEVICES": "all"}, None),
        ({"SLURM_JOB_GPUS": "3"}, "SLURM_JOB_GPUS=3"),
        ({"SLURM_GPUS_ON_NODE": "0"}, None),
        ({"SLURM_GPUS_ON_NODE": "2"}, "SLURM_GPUS_ON_NODE=2"),
        ({"ROCR_VISIBLE_DEVICES": "0"}, "ROCR_VISIBLE_DEVICES=0"),
    ],
)
def test_signs_of_the_environment(environment: dict[str, str], sign: str | None, tmp_path: Path) -> None:
    assert granted_gpu(environment, tmp_path) == sign


def test_a_device_of_the_driver_is_a_sign_unless_it_is_hidden(tmp_path: Path) -> None:
    (tmp_path / "nvidiactl").touch()
    assert granted_gpu({}, tmp_path) is None
    (tmp_path / "nvidia0").touch()
    assert granted_gpu({"NVIDIA_VISIBLE_DEVICES": "all"}, tmp_path) == str(tmp_path / "nvidia0")
    assert granted_gpu({"CUDA_VISIBLE_DEVICES": "-1"}, tmp_path) is None


def test_a_cpu_in_a_granted_gpus_place_is_said(tmp_path: Path) -> None:
    granted = {"SLURM_JOB_GPUS": "0"}
    note = granted_note("auto", [CPU], granted, tmp_path)
    assert note is not None
    assert note.startswith("a GPU seems to be granted (SLURM_JOB_GPUS=0), but Blender finds none")
    assert granted_note("auto", [CARD], granted, tmp_path) is None
    assert granted_note("cpu", [CPU], granted, tmp_path) is None
    assert granted_note("auto", [CPU], {}, tmp_path) is None
