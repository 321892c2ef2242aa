"""What of a LiDAR may be drawn: every leaf with its unit and range, and what it is where nobody says."""

from __future__ import annotations

from longtail.scenes.space.parameters import Parameter

PLACE: tuple[Parameter, ...] = (
    Parameter("x_m", 0.0, "m", -20.0, 20.0, "ahead of the drawn camera's place on the ground"),
    Parameter("y_m", 0.0, "m", -10.0, 10.0, "to the left of it"),
    Parameter("z_m", 1.73, "m", -4.0, 20.0, "above the ground; of a sensor that nothing carries, above the camera"),
    Parameter("yaw_deg", 0.0, "deg", -180.0, 180.0, "turned to the left"),
    Parameter("pitch_deg", 0.0, "deg", -90.0, 90.0, "turned upwards"),
    Parameter("roll_deg", 0.0, "deg", -180.0, 180.0, "leaning to the right"),
)

EVEN: tuple[Parameter, ...] = (
    Parameter("beams", 64, "", 1, 256, "how many, evenly spread between two elevations"),
    Parameter("elevation_low_deg", -25.0, "deg", -90.0, 90.0, "of the lowest beam"),
    Parameter("elevation_high_deg", 15.0, "deg", -90.0, 90.0, "of the highest one"),
)
"""In the place of a list of elevations."""

BUILD: tuple[Parameter, ...] = (
    Parameter("azimuth_low_deg", -180.0, "deg", -180.0, 180.0, "where it looks from"),
    Parameter("azimuth_high_deg", 180.0, "deg", -180.0, 180.0, "where it looks to"),
    Parameter("azimuth_step_deg", 0.2, "deg", 0.02, 30.0, "between two pulses of a beam"),
    Parameter("near_m", 1.0, "m", 0.06, 20.0, "nearer things are not told"),
    Parameter("range_m", 120.0, "m", 1.0, 1000.0, "farther things are not told"),
    Parameter("range_10_m", 50.0, "m", 0.5, 1000.0, "where it finds nine of ten surfaces that reflect 10 %"),
    Parameter("divergence_mrad", 2.0, "mrad", 0.0, 50.0, "full angle of a beam"),
    Parameter("aperture_mm", 12.0, "mm", 0.0, 200.0, "width of a beam where it begins"),
    Parameter("rays", 1, "", doc="that stand for a beam's footprint", choices=(1, 5)),
    Parameter("pulse_m", 0.75, "m", 0.01, 10.0, "half a pulse's length; 5 ns are 0.75 m"),
    Parameter("near_gain_m", 20.0, "m", 0.0, 200.0, "up to there the receiver makes up for the distance"),
    Parameter("returns", "strongest", doc="which return of a beam is told", choices=("strongest", "first")),
    Parameter("range_noise_m", 0.02, "m", 0.0, 1.0, "standard deviation of distances"),
    Parameter("range_step_m", 0.0, "m", 0.0, 1.0, "distances are whole steps of that; 0 leaves them"),
    Parameter("intensity_noise", 0.05, "", 0.0, 1.0, "standard deviation of intensities, as a share of them"),
    Parameter("drop_out", 0.005, "", 0.0, 1.0, "share of the returns that are lost for no reason"),
)

PARAMETERS: dict[str, Parameter] = {parameter.path: parameter for parameter in (*PLACE, *EVEN, *BUILD)}
"""By their words in a config, without the sensor's name."""

ELEVATION = Parameter("elevations_deg", 0.0, "deg", -90.0, 90.0)
