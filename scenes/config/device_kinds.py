"""The kinds of devices that Cycles renders on. Whoever asks Blender for them alone need not wait for all settings."""

from __future__ import annotations

DEVICE_KINDS = ("optix", "cuda", "hip", "oneapi", "metal", "cpu")
"""What a picture can be rendered on, best first: `auto` takes the first that is there."""
