"""What the renderer only says: heard without being swallowed, and told as whose fault it is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from longtail.annotate.errors import DeviceError, DeviceFaultError, RenderError
from longtail.render.view.complaints import ShadowsFullError, require_no_complaint

# As Blender 5.0's sources word them (see the module), and as issues of projects that render with it quote them.
OF_DEVICES = (
    "Error: System is out of GPU memory",
    "System is out of GPU and shared host memory",
    "Fra:2 Mem:9000M | Time:00:41.20 | System is out of GPU and shared host memory",
    "Illegal address in cuCtxSynchronize() (intern/cycles/device/cuda/queue.cpp:118)",
    "Out of memory in cuStreamCreate(&cuda_stream_, CU_STREAM_NON_BLOCKING) (queue.cpp:21)",
    "Unknown error in cuMemcpyHtoD_v2((CUdeviceptr)device_pointer, host_pointer, size) (device_impl.cpp:540)",
    "Illegal address in CUDA queue copy_from_device (integrator_shade_surface)",
    "Launch failed in CUDA queue synchronize (integrator_intersect_closest)",
    "Unknown error in HIP queue synchronize (integrator_shade_surface)",
    "OPTIX_ERROR_INTERNAL_ERROR in optixLaunch(optix_device->pipelines[PIP_SHADE], ...) (queue.cpp:110)",
    "Failed to create CUDA context (Unknown error)",
    "Failed to retain CUDA context (Out of memory)",
    "Failed to initialize CUDA runtime (Unknown error)",
    "Failed to get CUDA device handle from ordinal (Invalid device)",
    "Failed to load CUDA kernel from '/site/cycles/lib/kernel_compute_75.ptx.zst' (Unsupported PTX version)",
    "Failed to load OptiX kernel from '/site/cycles/lib/kernel_optix.ptx.zst' (OPTIX_ERROR_INVALID_INPUT)",
    "Failed to load OptiX OSL camera kernel from '/site/cycles/lib/kernel_optix_osl_camera.ptx.zst'",
    "CUDA backend requires compute capability 5.0 or up, but found 3.5.",
    "OptiX initialization failed because the installed NVIDIA driver is too old. Please update to the latest driver!",
    "Failed loading render kernel, see console for errors",
    'oneAPI kernels loading: got a runtime exception "device lost"',
    "Error: CUDA device was lost",
    "00:34.031  cycles           | ERROR OpenImageDenoise error: out of memory",
    "00:34.031  cycles           | ERROR GPU denoiser creation has failed.",
    "Error: Could not allocate shadow atlas. Most likely out of GPU memory.",
)
OF_SCENES = (
    "00:34.031  cycles           | ERROR Shader graph: out of SVM stack space, shader mat too big.",
    "Out of SVM stack space, shader leaf too big.",
    "Error: no camera found in scene",
    "Image file /packs/car.png not found",
    "Failed to load image /packs/car.png",
    "Mesh car: invalid UV map",
)
HARMLESS = (
    "00:34.031  cycles           | WARNING CUEW initialization failed: Error opening the library",
    "00:42.440  render           | Saved: '/proc/self/fd/3'",
    "OBJ import of 'model.obj' took 0.85 ms",
    "00:02.140  cycles           | WARNING HIPEW initialization failed: Error opening HIP dynamic library",
    "Fra:1 Mem:212.45M (Peak 213.01M) | Time:00:01.20 | Rendering | Scene, ViewLayer | Sample 1/2",
)


@pytest.mark.parametrize("line", OF_DEVICES)
def test_a_devices_fault_is_the_devices(line: str) -> None:
    with pytest.raises(DeviceFaultError) as caught:
        require_no_complaint("\n".join((*HARMLESS, OF_SCENES[0], line)))
    assert line in str(caught.value)
    assert isinstance(caught.value, DeviceError)


@pytest.mark.parametrize("line", OF_SCENES)
def test_a_scenes_fault_is_the_frames(line: str) -> None:
    with pytest.raises(RenderError) as caught:
        require_no_complaint("\n".join((*HARMLESS, line, *HARMLESS)))
    assert line in str(caught.value)


def test_shadows_without_room_are_told_apart() -> None:
    line = "Error: Shadow buffer full, may result in missing shadows and lower performance. (2573 / 2048)"
    with pytest.raises(ShadowsFullError, match=r"2573 / 2048"):
        require_no_complaint(f"Fra:1 | Rendering\n{line}")


def test_what_is_harmless_passes() -> None:
    require_no_complaint("\n".join(HARMLESS))


def test_control_characters_are_spelled() -> None:
    with pytest.raises(RenderError, match=r"Error: \\x1b\[2J"):
        require_no_complaint("Error: \x1b[2J")


SPEAKER = """
import ctypes, os, sys
from longtail.render.machine.overheard import overheard
library = ctypes.CDLL(None)
print("before")
with overheard() as words:
    library.puts(b"from C")
    os.write(2, b"on stderr\\n")
    if sys.argv[1] == "dies":
        library.fflush(None)
        os._exit(3)
    print("from Python")
print("heard", sorted(words.text.split("\\n")))
"""
HEARD = "heard ['', 'from C', 'from Python', 'on stderr']"


def speak(how: str, **streams: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-c", SPEAKER, how], check=False, **streams)


def test_nothing_that_goes_to_a_pipe_is_lost() -> None:
    done = speak("lives", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    first, *both, last, end = done.stdout.decode().split("\n")
    # C and Python keep what is said in buffers of their own: which comes first depends on PYTHONUNBUFFERED.
    assert (first, sorted(both), last, end) == ("before", ["from C", "from Python"], HEARD, "")
    assert done.stderr == b"on stderr\n"


@pytest.mark.parametrize("how", ["lives", "dies"])
def test_a_log_has_it_at_once(how: str, tmp_path: Path) -> None:
    """As workers have it: both descriptors lead to one file, to the end of which is written."""
    log = tmp_path / "log"
    log.write_text("Error: of the frame before\n")
    with log.open("ab") as file:
        speak(how, stdout=file, stderr=file)
    lines = log.read_text().splitlines()
    assert {"before", "from C", "on stderr"} <= set(lines)
    assert lines[-1] == HEARD if how == "lives" else HEARD not in lines
