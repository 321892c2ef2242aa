#!/bin/sh
# Makes the image's lock files anew from pyproject.toml: newest releases that fit, every file pinned by hash.
#
# Needs uv (pip install uv). One lock serves Python 3.11 and 3.13: where their packages differ, lines carry markers.
set -eu

cd "$(dirname -- "$0")/.."

# Locks the requirements of $1 (a file, or - for standard input) in docker/$2; further arguments go to uv.
lock() {
    source=$1
    target=docker/$2
    shift 2
    # uv would keep the versions of an existing output file, and would write where this was run from into it.
    uv pip compile --quiet --universal --generate-hashes --no-header "$@" "$source" >"$target.part"
    {
        echo "# Pinned with hashes for Python 3.11 and 3.13. Made by docker/lock.sh; do not edit by hand."
        cat "$target.part"
    } >"$target"
    rm "$target.part"
}

lock pyproject.toml requirements.lock
# What builds Longtail's own wheel; it stays out of the image.
echo 'hatchling>=1.26' | lock - requirements-build.lock
# What --on ray needs beside the rest, at the versions that the rest has.
echo 'ray[default]>=2.50' | lock - requirements-ray.lock --constraint docker/requirements.lock
