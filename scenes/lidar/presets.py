"""LiDARs as they are built, by a word. What a config says beside the word stands in the place of theirs.

Of published data sheets, where * marks what is from memory; near gain, drop-out and noise of intensities are our
estimates:

    spinning_64     Velodyne HDL-64E: 32 beams of +2 to -8 1/3 deg by 1/3 deg and 32 of -8.83 to -24.33 deg by 1/2 deg,
                    "50 m (pavement, about 0.10 reflectivity), 120 m (cars and foliage, about 0.80)", 2 cm; 2 mrad*
    spinning_32     Velodyne HDL-32E: +10.67 to -30.67 deg by 1 1/3 deg (user's manual, table of the firing order);
                    70 m*, 40 m at 10 %*, 2 cm*, 3 mrad*, 1/3 deg of azimuth at 20 Hz*
    spinning_16     Velodyne VLP-16: +15 to -15 deg by 2 deg, 100 m (data sheet 63-9229, as Isaac Lab cites it); 40 m at
                    10 %*, 3 cm*, 3 mrad* (what the same maker's manual says of the VLS-128, across)
    spinning_128    Ouster OS1-128, first generation: +22.5 to -22.5 deg, 1,024 columns, 40 m at 10 % and 120 m at 80 %
                    from 0.8 m on, 3 cm at an SNR of 100, steps of 1.2 cm, 10 mm wide, 0.18 deg (FWHM)
    solid_state     RoboSense M1: 25 deg high (M1P user guide: 25.2 deg); 120 deg wide*, 0.2 deg each way*, 150 m at
                    10 %*, 200 m at most*, 3 cm*, 1 mrad*
    flat            one level beam of a safety scanner, SICK S300: 270 deg (telegram listing 8015791) by 0.5 deg*,
                    30 m*, 2 cm*; 8 mrad*
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from longtail.distributions.scalar import Scalar


@dataclass(frozen=True)
class Preset:
    """`elevations_deg` of the beams, in any order, and the values of other leaves."""

    elevations_deg: tuple[float, ...]
    summary: str
    values: Mapping[str, Scalar] = field(default_factory=dict, hash=False)


def _even(high_deg: float, step_deg: float, count: int) -> tuple[float, ...]:
    return tuple(round(high_deg - number * step_deg, 6) for number in range(count))


PRESETS: dict[str, Preset] = {
    "spinning_64": Preset(
        (*_even(2.0, 1 / 3, 32), *_even(-8.83, 0.5, 32)),
        "64 beams of +2 to -24 deg all around, 120 m",
    ),
    "spinning_32": Preset(
        _even(10.67, 4 / 3, 32),
        "32 beams of +11 to -31 deg all around, 70 m",
        {"azimuth_step_deg": 0.332, "range_m": 70.0, "range_10_m": 40.0, "divergence_mrad": 3.0, "z_m": 1.84},
    ),
    "spinning_16": Preset(
        _even(15.0, 2.0, 16),
        "16 beams of +15 to -15 deg all around, 100 m",
        {"range_m": 100.0, "range_10_m": 40.0, "range_noise_m": 0.03, "divergence_mrad": 3.0},
    ),
    "spinning_128": Preset(
        _even(22.5, 45 / 127, 128),
        "128 beams of +22.5 to -22.5 deg all around, 120 m",
        {
            "azimuth_step_deg": 0.3515625,
            "near_m": 0.8,
            "range_10_m": 40.0,
            "range_noise_m": 0.03,
            "range_step_m": 0.012,
            "divergence_mrad": 3.14,
            "aperture_mm": 10.0,
        },
    ),
    "solid_state": Preset(
        _even(12.5, 0.2, 126),
        "126 lines of +12.5 to -12.5 deg, 120 deg wide, 200 m",
        {
            "azimuth_low_deg": -60.0,
            "azimuth_high_deg": 60.0,
            "range_m": 200.0,
            "range_10_m": 150.0,
            "range_noise_m": 0.03,
            "divergence_mrad": 1.0,
            "near_m": 0.5,
            "near_gain_m": 60.0,
        },
    ),
    "flat": Preset(
        (0.0,),
        "one level beam, 270 deg wide, 30 m",
        {
            "azimuth_low_deg": -135.0,
            "azimuth_high_deg": 135.0,
            "azimuth_step_deg": 0.5,
            "range_m": 30.0,
            "range_10_m": 30.0,
            "near_m": 0.1,
            "near_gain_m": 3.0,
            "divergence_mrad": 8.0,
            "z_m": 0.3,
        },
    ),
}
