"""Takes all memory of the first GPU but some MiB, for two minutes: `python benchmarks/gpu/hold.py 450`."""

from __future__ import annotations

import ctypes
import sys
import time


def main() -> None:
    """https://docs.nvidia.com/cuda/cuda-driver-api/group__CUDA__MEM.html"""
    keep_mib = int(sys.argv[1])
    try:
        cuda = ctypes.CDLL("libcuda.so.1")
    except OSError as error:
        raise SystemExit(f"nothing is held, for there is no NVIDIA driver here: {error}") from error
    context, free, total, held = ctypes.c_void_p(), ctypes.c_size_t(), ctypes.c_size_t(), ctypes.c_void_p()
    _require(cuda.cuInit(0))
    _require(cuda.cuDevicePrimaryCtxRetain(ctypes.byref(context), 0))
    _require(cuda.cuCtxSetCurrent(context))
    _require(cuda.cuMemGetInfo_v2(ctypes.byref(free), ctypes.byref(total)))
    _require(cuda.cuMemAlloc_v2(ctypes.byref(held), ctypes.c_size_t(free.value - keep_mib * 2**20)))
    print(f"{(free.value >> 20) - keep_mib} of {total.value >> 20} MiB are held", flush=True)
    time.sleep(120)


def _require(status: int) -> None:
    if status:
        raise SystemExit(f"the driver's answer is {status}")


if __name__ == "__main__":
    main()
