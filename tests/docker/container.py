"""Namespaces such as a container engine makes, around the real command: no engine is needed, and no right of root.

The command is process 1 of its own, has a uid without an entry in passwd and no HOME, sees no network, writes to /tmp
and OUT alone, and has a /dev/shm of 64 MB, as Docker gives by default.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest

UID = 54321
OUT = Path("/tmp/out")
"""Where the command sees the folder that it may write to."""
ROOT = Path(__file__).parents[2]

# $1 is the folder for OUT; the next words, up to "--", must stay where they are though /tmp is another one.
_NAMESPACES = """
set -e
mount --make-rprivate /
mount -t tmpfs -o size=2g,mode=0755 room /mnt
mkdir -m 1777 /mnt/tmp
mkdir /mnt/tmp/out
mount --bind "$1" /mnt/tmp/out
shift
while [ "$1" != -- ]; do
    case "$1" in /tmp/*) mkdir -p "/mnt$1"; mount --rbind "$1" "/mnt$1" ;; esac
    shift
done
shift
mount --rbind /mnt/tmp /tmp
mount -t tmpfs -o size=64m,mode=1777 shm /dev/shm
# Some of the kernel's own mounts cannot be changed; what counts is asked below.
findmnt -rno TARGET | while read -r mounted; do
    case $mounted in /tmp | /tmp/out | /dev/shm | /proc*) continue ;; esac
    mount -o remount,bind,ro "$(printf %b "$mounted")" 2>/dev/null || :
done
for folder in / "$SOURCES"; do [ ! -w "$folder" ] || { echo "$folder stays writable"; exit 1; }; done >&2
cd /
exec unshare --user --map-user="$UID_INSIDE" --map-group="$UID_INSIDE" -- \
    env -i PATH="$PATH" PYTHONPATH="$PYTHONPATH" "$@"
"""
_KEPT = tuple(dict.fromkeys(map(str, (ROOT, sys.prefix, sys.base_prefix))))


def contained(out: Path, words: Sequence[str], python_path: Sequence[Path] = ()) -> subprocess.Popen[str]:
    """The command, begun in namespaces of its own."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(map(str, (*python_path, ROOT))),
        "SOURCES": str(ROOT),
        "UID_INSIDE": str(UID),
    }
    namespaces = ["--user", "--map-root-user", "--mount", "--net", "--ipc", "--pid", "--fork", "--mount-proc"]
    return subprocess.Popen(
        ["unshare", *namespaces, "--kill-child", "sh", "-c", _NAMESPACES, "sh", str(out), *_KEPT, "--", *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip


def first_process(container: subprocess.Popen[str]) -> psutil.Process:
    """Process 1 of its namespace, as it is called outside."""
    (first,) = psutil.Process(container.pid).children()
    return first


def require_namespaces(folder: Path) -> None:
    """Skip the test where the kernel makes no such namespaces, and say so."""
    probe = contained(folder, ["true"])
    _, said = probe.communicate(timeout=60)
    if probe.returncode:
        pytest.skip(f"this kernel lets nobody make a container's namespaces: {said.strip()}")
