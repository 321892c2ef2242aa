#!/bin/sh
# Compiles Cycles' CUDA code for GPUs that bpy's wheel has no binary for, as their driver would at first use.
#
#   kernels.sh FOLDER ARCH...     such as: kernels.sh .venv/lib/python3.11/site-packages 80 90
#
# FOLDER is the site-packages that bpy lies in, or wherever the binaries shall go (TARGET, the same unless set). ARCH is
# a compute capability without its dot: 80 for an A100, 90 for an H100 or H200, 100 for a B200; `nvidia-smi
# --query-gpu=compute_cap --format=csv` says it. Takes six minutes of one core and 1.7 GB for each, no GPU and no driver.
# PYTHON names an interpreter with pip, which fetches NVIDIA's assembler for the while; zstd must be there.
set -eu

if [ $# -lt 1 ]; then
    echo "usage: kernels.sh FOLDER ARCH..." >&2
    exit 2
fi
site=$1
shift
target=${TARGET:-$site}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    echo "kernels: $*" >&2
    exit 1
}

ptx=$(find "$site/bpy" -name 'kernel_compute_*.ptx.zst' 2>/dev/null | sort | tail -n 1)
[ -n "$ptx" ] || fail "expected bpy with Cycles' kernel_compute_*.ptx.zst in $site, found none"
lib=$target/${ptx#"$site/"}
lib=${lib%/*}
mkdir -p "$lib"
for arch in "$@"; do
    if [ -e "${ptx%/*}/kernel_sm_$arch.cubin.zst" ]; then
        echo "kernels: $arch is there already" >&2
        continue
    fi
    if [ ! -e "$work/kernel.ptx" ]; then
        zstd -q -d "$ptx" -o "$work/kernel.ptx"
        cat >"$work/nvcc.txt" <<'PIN'
nvidia-cuda-nvcc-cu12==12.9.86 --hash=sha256:5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0
PIN
        "${PYTHON:-python3}" -m pip install -q --no-deps --require-hashes --target "$work/nvcc" -r "$work/nvcc.txt"
        ptxas=$work/nvcc/nvidia/cuda_nvcc/bin/ptxas
        chmod +x "$ptxas"
    fi
    echo "kernels: compiling for $arch, some six minutes" >&2
    "$ptxas" "-arch=sm_$arch" -O3 "$work/kernel.ptx" -o "$work/kernel.cubin"
    zstd -q -19 -f "$work/kernel.cubin" -o "$work/kernel.zst"
    mv "$work/kernel.zst" "$lib/kernel_sm_$arch.cubin.zst"
done
