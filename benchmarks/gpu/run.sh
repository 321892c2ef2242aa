#!/bin/sh
# On the GPU machine, in a copy of Longtail's tree with .gpu/ as pack.py made it; pieces may come one after another.
#
#   sh .gpu/run.sh take                         keep the pieces that came with this call
#   sh .gpu/run.sh run -o OUT [OPTION|CHECK]... unpack them, once, and run checks.py
#   sh .gpu/run.sh do COMMAND...                unpack them, once, and run a command; `python` is the packed one
#
# All lies in LONGTAIL_KIT, /tmp/longtail-kit unless set, and stays there while the machine does.
set -eu

root=$(pwd)
kit=${LONGTAIL_KIT:-/tmp/longtail-kit}
what=${1:-}
[ $# -eq 0 ] || shift
mkdir -p "$kit/parts" "$kit/lend" "$kit/cache"

for part in .gpu/part-*; do
    [ ! -e "$part" ] || cp -l "$part" "$kit/parts/" 2>/dev/null || cp "$part" "$kit/parts/"
done

unpack() {
    [ ! -e "$kit/unpacked" ] || return 0
    # Not every machine has xz; Python can do it where there is one.
    if command -v xz >/dev/null; then
        cat "$kit"/parts/part-* | xz -dc -T0 | tar -C "$kit" -xf -
    else
        cat "$kit"/parts/part-* | python3 -c \
            'import sys, tarfile; tarfile.open(fileobj=sys.stdin.buffer, mode="r|xz").extractall(sys.argv[1])' "$kit"
    fi
    touch "$kit/unpacked"
}

# Where the driver put a file, if it is not where loaders look by themselves.
find_driver() {
    find /usr/local/nvidia /usr/lib/x86_64-linux-gnu /usr/lib64 /opt/nvidia /usr/share -maxdepth 5 -name "$1" 2>/dev/null |
        head -n 1
}

prepare() {
    unpack
    known=" $( (ldconfig -p || /sbin/ldconfig -p) 2>/dev/null | awk '{ printf "%s ", $1 }')"
    path=$kit/lend${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
    # The machine's own libraries first: lent are only those that it lacks, and Python's, which must fit.
    for file in "$kit"/lib/*; do
        name=${file##*/}
        case $name:$known in libpython*) ;; *" $name "*) continue ;; esac
        ln -sf "$file" "$kit/lend/$name"
    done
    for name in libcuda.so.1 libnvoptix.so.1 libEGL_nvidia.so.0 libnvidia-ml.so.1; do
        case $known in *" $name "*) continue ;; esac
        file=$(find_driver "$name")
        [ -z "$file" ] || path=$path:${file%/*}
    done
    # Without the driver's own file EGL is told by ours.
    if [ -z "$(find /usr/share/glvnd /etc/glvnd -name '*nvidia*.json' 2>/dev/null)" ] && [ -n "$(find_driver libEGL_nvidia.so.0)" ]; then
        export __EGL_VENDOR_LIBRARY_FILENAMES="$root/docker/10_nvidia.json"
    fi
    export LD_LIBRARY_PATH="$path" PYTHONPATH="$root:$kit/site" PYTHONHOME="$kit/python" PATH="$kit/python/bin:$PATH"
    export LONGTAIL_PACKS="$kit/packs" XDG_CACHE_HOME="$kit/cache" MPLCONFIGDIR="$kit/cache" PYTHONDONTWRITEBYTECODE=1
    export CUDA_CACHE_PATH="$kit/cache/cuda" CUDA_CACHE_MAXSIZE=4294967296 OPTIX_CACHE_PATH="$kit/cache/optix"
}

case $what in
take)
    ls -l "$kit/parts"
    nvidia-smi --query-gpu=name,driver_version,memory.total,compute_cap --format=csv,noheader || :
    ;;
run)
    prepare
    exec python benchmarks/gpu/checks.py "$@"
    ;;
do)
    prepare
    exec "$@"
    ;;
*)
    echo "run.sh: expected take, run or do, got '$what'" >&2
    exit 2
    ;;
esac
