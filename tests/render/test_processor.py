"""What /proc/cpuinfo says of a processor, in the words of real machines."""

from __future__ import annotations

import pytest

from longtail.render.machine.processor import described, processor

V2 = "fpu cx16 popcnt sse4_1 sse4_2 ssse3"
V3 = f"{V2} avx avx2 bmi1 bmi2 f16c fma movbe"
V4 = f"{V3} avx512f avx512bw avx512cd avx512dq avx512vl"


@pytest.mark.parametrize(
    ("name", "flags", "expected"),
    [
        ("Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz", V4, "Intel Xeon Platinum 8481C (x86-64-v4)"),
        ("Intel(R) Core(TM) i7-8700 CPU @ 3.20GHz", V3, "Intel Core i7-8700 (x86-64-v3)"),
        ("AMD EPYC 7763 64-Core Processor", V3, "AMD EPYC 7763 (x86-64-v3)"),
        ("Intel(R) Xeon(R) CPU           X5650  @ 2.67GHz", V2, "Intel Xeon X5650 (x86-64-v2)"),
        ("QEMU Virtual CPU version 2.5+", "fpu", "QEMU Virtual version 2.5+ (x86_64)"),
    ],
)
def test_names_and_levels(name: str, flags: str, expected: str) -> None:
    text = f"processor\t: 0\nmodel name\t: {name}\nflags\t\t: {flags}\n\nprocessor\t: 1\nmodel name\t: {name}\n"
    assert described(text, "x86_64") == expected


def test_a_processor_without_a_name_is_its_architecture() -> None:
    assert described("processor\t: 0\nBogoMIPS\t: 50\n", "aarch64") == "aarch64"
    assert processor()
