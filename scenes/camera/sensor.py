"""The camera behind the lens: what a scenario draws of exposure, optics' flaws, noise, colour and encoding.

Every term is a parameter, and 0, `false` or `off` switches it off. Ranges are those of driving and action cameras:
fixed apertures around f/2, small pixels, and processing that cannot be turned off.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, Self

from longtail.annotate.camera import Lens
from longtail.distributions import Choice, LogUniform, Normal, Uniform
from longtail.scenes.space.parameters import Parameter

Exposing = Literal["auto", "manual"]
Metering = Literal["road", "average", "centre"]
Balancing = Literal["auto", "manual", "off"]
Tone = Literal["filmic", "linear", "srgb"]

SPEED = "camera.speed_m_s"
"""The path of the camera's own speed along the street: it smears what stands while the shutter is open."""


@dataclass(frozen=True)
class Sensor:
    """One camera's settings and flaws. The defaults are those of a good one, with every random error at 0.

    Attributes:
        exposure: "auto" meters the picture; "manual" takes `ev100`, the exposure value at ISO 100
        metering: what "auto" looks at: "road" counts the upper third, where the sky is, a quarter; "average" counts the
            whole picture evenly; "centre" counts the middle most, and takes dark pictures as bright as others
        f_number: of the fixed aperture
        max_shutter_s, max_iso: how long the shutter stays open before gain is raised, and how far gain is raised
        motion_blur: whether the camera's own motion smears the picture
        blur_px: standard deviation of the lens's blur, in pixels
        focus_m: distance that is in focus; 0 leaves the depth of field without end
        width_mm: width of the chip, which turns circles of confusion into pixels
        chromatic_aberration: how much larger red is than green, and blue smaller, as a share
        glare: share of the light that the lens scatters
        flare, starburst: shares of a light's flux in its ghosts and in its rays
        vignetting: exponent on the natural fall-off of light: 1 is the cos^4 law
        noise: whether there is any of the next five
        full_well_e: electrons of a white pixel at ISO 100
        read_noise_e, dsnu_e: standard deviations of the dark signal in time and over pixels, in electrons
        prnu: standard deviation over pixels of their response, as a share
        denoise: share of the noise that the camera's own processing removes; 0 keeps the law of EMVA 1288
        bit_depth: of the analogue-digital converter; 0 does not quantise
        white_balance: "auto" estimates the light's colour, wrong by `white_balance_error_mired`; "manual" takes it to
            be `white_balance_k`; "off" leaves colours as they are under D65
        white_balance_share: how much of a light's distance from white "auto" corrects: at 0.35 dusk stays blue and
            lamplight stays warm
        tone: "filmic", "srgb" (that encoding and nothing else) or "linear" (no encoding at all)
        jpeg_quality: 0..100; 0 does not compress
    """

    exposure: Exposing = "auto"
    metering: Metering = "road"
    ev100: float = 12.0
    f_number: float = 1.8
    max_shutter_s: float = 1 / 60
    max_iso: float = 3200.0
    motion_blur: bool = True
    blur_px: float = 0.3
    focus_m: float = 0.0
    width_mm: float = 5.76
    chromatic_aberration: float = 2e-4
    glare: float = 0.01
    flare: float = 2e-4
    starburst: float = 1e-3
    vignetting: float = 0.35
    noise: bool = True
    full_well_e: float = 9000.0
    read_noise_e: float = 3.0
    dsnu_e: float = 1.0
    prnu: float = 0.008
    denoise: float = 0.65
    bit_depth: int = 16
    white_balance: Balancing = "auto"
    white_balance_share: float = 0.35
    white_balance_k: float = 6500.0
    white_balance_error_mired: float = 0.0
    tone: Tone = "filmic"
    jpeg_quality: int = 0

    @classmethod
    def drawn(cls, values: Mapping[str, Any]) -> Self:
        """The sensor of drawn values by dotted path; what the space does not declare is a good camera's."""
        paths = {field.name: f"sensor.{field.name}" for field in fields(cls)}
        return cls(**{name: values[path] for name, path in paths.items() if path in values})

    def focal_m(self, lens: Lens) -> float:
        """The focal length of `lens` before this chip: its pixels per radian on the axis times their pitch."""
        return lens.fx_px * self.width_mm / 1000 / lens.width_px

    def pupil_m(self, lens: Lens) -> float:
        """The diameter of the entrance pupil of `lens`: focal length over f-number, by the definition of the latter.

        Whatever is out of focus is blurred over it: depth of field, what flies before the lens, what lies on the glass.
        """
        return self.focal_m(lens) / self.f_number


_BOTH = (True, False)

PARAMETERS: tuple[Parameter, ...] = (
    # Town traffic between standing and 60 km/h.
    Parameter(SPEED, Normal(8, 4.5, low=0, high=16.5), "m/s", 0, 70, "of the vehicle that carries the camera"),
    Parameter(
        "sensor.exposure",
        "auto",
        "",
        None,
        None,
        "auto meters, and errs by lighting.exposure_ev; manual takes sensor.ev100",
        choices=("auto", "manual"),
    ),
    Parameter(
        "sensor.metering",
        "road",
        "",
        None,
        None,
        "what auto looks at: road counts the upper third a quarter, average all evenly, centre the middle most",
        choices=("road", "average", "centre"),
    ),
    Parameter("sensor.ev100", 12.0, "EV", -6, 20, "exposure value at ISO 100, for manual exposure"),
    Parameter("sensor.f_number", Uniform(1.6, 2.0), "", 0.95, 22, "of the fixed aperture"),
    Parameter(
        "sensor.max_shutter_s",
        LogUniform(1 / 100, 1 / 40),
        "s",
        1e-4,
        0.2,
        "the longest exposure; what is darker gets gain",
    ),
    Parameter("sensor.max_iso", 3200.0, "", 100, 102400, "the highest gain, as ISO speed"),
    Parameter(
        "sensor.motion_blur",
        True,
        "",
        None,
        None,
        "whether camera.speed_m_s smears the picture while the shutter is open",
        choices=_BOTH,
    ),
    Parameter("sensor.blur_px", Uniform(0, 0.6), "px", 0, 10, "standard deviation of the lens's blur; 0 is off"),
    Parameter("sensor.focus_m", 0.0, "m", 0, 1000, "distance in focus; 0: everything is"),
    Parameter("sensor.width_mm", 5.76, "mm", 1, 60, "width of the chip, 5.76 for 1/2.5 inch"),
    Parameter(
        "sensor.chromatic_aberration",
        Uniform(0, 5e-4),
        "",
        0,
        0.01,
        "lateral: by which share red is larger than green, and blue smaller; 0 is off",
    ),
    Parameter("sensor.glare", LogUniform(0.004, 0.03), "", 0, 0.1, "share of light that the lens scatters; 0 is off"),
    Parameter("sensor.flare", LogUniform(3e-5, 5e-4), "", 0, 0.01, "share of a light's flux in its ghosts; 0 is off"),
    Parameter("sensor.starburst", LogUniform(2e-4, 3e-3), "", 0, 0.05, "share of a light in its rays; 0 is off"),
    Parameter("sensor.vignetting", Uniform(0.15, 0.5), "", 0, 2, "share of the natural fall-off, cos^4; 0 is off"),
    Parameter("sensor.noise", True, "", None, None, "whether there is noise of any kind", choices=_BOTH),
    Parameter("sensor.full_well_e", LogUniform(6e3, 14e3), "", 500, 2e5, "electrons of white at ISO 100"),
    Parameter("sensor.read_noise_e", Uniform(2, 4), "", 0, 100, "electrons, standard deviation over time"),
    Parameter("sensor.dsnu_e", Uniform(0.5, 1.5), "", 0, 100, "electrons, standard deviation of the dark over pixels"),
    Parameter("sensor.prnu", Uniform(0.004, 0.012), "", 0, 0.1, "standard deviation of the response over pixels"),
    Parameter("sensor.denoise", Uniform(0.5, 0.8), "", 0, 1, "share of noise that processing removes; 0: the bare law"),
    Parameter("sensor.bit_depth", 16, "bit", 0, 24, "of the converter, over all exposures of an HDR chip; 0 is off"),
    Parameter(
        "sensor.white_balance",
        "auto",
        "",
        None,
        None,
        "auto estimates the light's colour, manual takes sensor.white_balance_k",
        choices=("auto", "manual", "off"),
    ),
    Parameter(
        "sensor.white_balance_share",
        0.35,
        "",
        0,
        1,
        "how much of a light's distance from white auto corrects: little, and dusk stays blue and lamplight warm",
    ),
    Parameter("sensor.white_balance_k", 6500.0, "K", 1500, 15000, "the light that comes out white, if manual"),
    Parameter(
        "sensor.white_balance_error_mired",
        Normal(0, 10, low=-30, high=30),
        "",
        -300,
        300,
        "error of the automatic white balance, in 1e6/K; warmer above 0",
    ),
    Parameter(
        "sensor.tone", "filmic", "", None, None, "how light becomes a code value", choices=("filmic", "linear", "srgb")
    ),
    Parameter(
        "sensor.jpeg_quality",
        Choice({0: 0.7, 92: 0.2, 80: 0.1}),
        "",
        0,
        100,
        "compression in the camera; 0 is off",
    ),
)
