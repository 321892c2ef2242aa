"""The processor by its model and its instructions, which decide how numbers are rounded."""

from __future__ import annotations

import platform
import re
from functools import lru_cache
from pathlib import Path

_CPUINFO = Path("/proc/cpuinfo")
# What the levels of x86-64 add (System V ABI, AMD64 supplement, table 3.1), by the flags that Linux shows; where
# libraries choose their code, they look at these.
_LEVELS = (
    ("x86-64-v4", frozenset({"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"})),
    ("x86-64-v3", frozenset({"avx2", "bmi1", "bmi2", "f16c", "fma", "movbe"})),
    ("x86-64-v2", frozenset({"cx16", "popcnt", "sse4_1", "sse4_2", "ssse3"})),
)


@lru_cache(maxsize=1)
def processor() -> str:
    """This machine's processor: "Intel Xeon Gold 6248 (x86-64-v4)", or its architecture where Linux does not say."""
    try:
        return described(_CPUINFO.read_text("utf-8", "replace"), platform.machine())
    except OSError:
        return platform.processor() or platform.machine()


def described(cpuinfo: str, machine: str) -> str:
    """The processor that /proc/cpuinfo tells of, without clock rates and trade marks; `machine` is its architecture."""
    given = dict(re.findall(r"^(model name|flags)[ \t]*:[ \t]*(.*)$", cpuinfo, re.MULTILINE))
    name = re.sub(r"\((?:R|TM|r|tm)\)|\bCPU\b|@.*|\b\d+-Core\b|\bProcessor\b", " ", given.get("model name", ""))
    flags = set(given.get("flags", "").split())
    level = next((level for level, needs in _LEVELS if needs <= flags), machine)
    return f"{' '.join(name.split())} ({level})".strip() if name.split() else level
