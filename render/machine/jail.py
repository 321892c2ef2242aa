"""A process that reads what a stranger made: bounded in time, memory and what it writes, and kept from other files.

Limits are the kernel's (man 2 setrlimit). So is Landlock (https://docs.kernel.org/userspace-api/landlock.html), which
every Linux from 5.13 on has unless it was switched off: from then on the process and its children open no file but
those that it has been granted, whoever they are, and cannot get that back.
"""

from __future__ import annotations

import ctypes
import os
import resource
import site
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import longtail

# man 2 landlock_create_ruleset and linux/landlock.h: numbers of the calls on every architecture, and of the rights.
_CREATE, _ADD, _RESTRICT = 444, 445, 446
_VERSION_FLAG, _PATH_BENEATH, _NO_NEW_PRIVS = 1, 1, 38
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_TRUNCATE, _IOCTL = 1 << 14, 1 << 15
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL
_ALL = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1}
_NEWEST = (1 << 16) - 1
_NET_ALL = 3


@dataclass(frozen=True)
class Limits:
    """What a process may take: bytes of address space, and bytes of any file that it writes."""

    memory_bytes: int = 8 << 30
    file_bytes: int = 1 << 30


class _RulesetAttr(ctypes.Structure):
    _fields_ = (("handled_access_fs", ctypes.c_uint64), ("handled_access_net", ctypes.c_uint64))


class _PathBeneathAttr(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def limited(limits: Limits) -> None:
    """Bound this process and its children. What was bounded more closely stays so."""
    for kind, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))


def more_time(cpu_s: int) -> None:
    """From now on this process may take so many seconds of its processors; the kernel ends it where it takes more."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    most = int(usage.ru_utime + usage.ru_stime) + 1 + cpu_s
    resource.setrlimit(resource.RLIMIT_CPU, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def confined(readable: Iterable[Path], writable: Iterable[Path]) -> bool:
    """Keep this thread, and all that it begins, from files outside these folders, Python's and the system's own.

    Whether the kernel does that; to be called before libraries start threads of their own. Network is cut where the
    kernel can do it (6.7).
    """
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_CREATE, None, 0, _VERSION_FLAG)
    if version < 1:
        return False
    handled = _ALL.get(version, _ALL[3] if version == 4 else _NEWEST)
    attributes = _RulesetAttr(handled, _NET_ALL if version >= 4 else 0)
    ruleset = libc.syscall(_CREATE, ctypes.byref(attributes), ctypes.sizeof(attributes) if version >= 4 else 8, 0)
    if ruleset < 0:
        return False
    try:
        _grant(libc, ruleset, [*_of_the_system(), *readable], _READ & handled)
        _grant(libc, ruleset, writable, handled)
        _grant(libc, ruleset, [Path("/dev")], (_READ | _WRITE_FILE | _IOCTL) & handled)
        if libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
            return False
        return bool(libc.syscall(_RESTRICT, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


def _grant(libc: ctypes.CDLL, ruleset: int, places: Iterable[Path], rights: int) -> None:
    for place in dict.fromkeys(places):
        try:
            descriptor = os.open(place, os.O_PATH | os.O_CLOEXEC)  # type: ignore[attr-defined, unused-ignore]
        except OSError:
            continue
        try:
            given = rights if place.is_dir() else rights & _OF_FILES
            libc.syscall(_ADD, ruleset, _PATH_BENEATH, ctypes.byref(_PathBeneathAttr(given, descriptor)), 0)
        finally:
            os.close(descriptor)


def _of_the_system() -> Sequence[Path]:
    """Where programs, libraries and Python's packages lie; no user's files."""
    names = ["/usr", "/lib", "/lib64", "/bin", "/opt", "/nix", "/proc", "/sys", "/etc/ld.so.cache", "/etc/localtime"]
    names += ["/etc/fonts", "/etc/OpenCL", "/etc/ssl", "/etc/alternatives"]
    names += [sys.prefix, sys.base_prefix, *site.getsitepackages(), *_of_packages()]
    home = Path(longtail.__file__).parent
    # annotate/, render/ and scenes/ are links where the package is worked on.
    parts = [(home / part).resolve() for part in ("annotate", "render", "scenes")]
    return [*map(Path, names), home, *parts]


def _of_packages() -> list[str]:
    """Where else packages were installed: by pip's --user or --target, and what PYTHONPATH and .pth files name.

    Folders with sources alone are not among them: what lies there may be anybody's.
    """
    return [entry for entry in sys.path if entry and any(Path(entry).glob("*.dist-info"))]
