"""Which key of a config moves a property of its pictures: the first one of these that the config has."""

from __future__ import annotations

from collections.abc import Mapping

_PIXELS = {
    "luminance": ("lighting.exposure_ev",),
    "brightness": ("lighting.exposure_ev",),
    "contrast": ("sensor.tone", "sensor.glare", "lighting.haze"),
    "entropy": ("lighting.exposure_ev",),
    "colour_temperature_k": ("sensor.white_balance_error_mired", "sensor.white_balance_k"),
    "sharpness": ("sensor.blur_px",),
    "noise": ("sensor.denoise", "sensor.read_noise_e"),
    "spectrum_slope": ("sensor.blur_px",),
}

COUNTS: Mapping[str, tuple[str, ...]] = {
    "person": ("objects.pedestrian.count",),
    "rider": ("objects.cyclist.count",),
    "bicycle": ("objects.cyclist.count",),
    **dict.fromkeys(("car", "van", "truck", "bus", "motorcycle"), ("objects.vehicle.count",)),
    **dict.fromkeys(("traffic sign", "traffic light", "pole", "bench"), ("objects.furniture.density",)),
    "": ("objects.vehicle.count", "objects.distractors"),
}
"""What says how many things of a category there are; of all things under ""."""

FIELD = ("camera.horizontal_fov_deg", "camera.kannala_brandt.horizontal_fov_deg")
PITCH = ("camera.pitch_deg",)


def key_of(name: str, category: str | None, config: Mapping[str, object]) -> str | None:
    """The key that moves a property, of things of a category where it is one of theirs; None where there is none."""
    wanted = _PIXELS.get(name, ())
    if name == "per_image":
        wanted = COUNTS.get(category or "", ())
    elif name == "size":
        wanted = FIELD
    elif name == "y":
        wanted = PITCH
    model = config.get("camera")
    fisheye = isinstance(model, Mapping) and model.get("model") == "kannala_brandt"
    found = [path for path in (wanted[::-1] if fisheye and name == "size" else wanted) if path in config]
    return found[0] if found else None
