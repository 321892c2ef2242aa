"""A scene as one of its cameras has it."""

from __future__ import annotations

from dataclasses import replace

from longtail.scenes.scene import Scene

_STILL = (0.0, 0.0, 0.0)


def seen_from(scene: Scene, camera: str) -> Scene:
    """The scene with the camera of that name alone; "" where it has but one."""
    return replace(scene, cameras={camera: scene.cameras[camera]}) if camera else scene


def at_rest(scene: Scene, *, stands: bool) -> Scene:
    """The scene as a camera has it that `stands`: its carrier, which lights it, does not move that camera."""
    if not stands or scene.carrier is None:
        return scene
    return replace(scene, carrier=replace(scene.carrier, velocity_m_s=_STILL, yaw_rate_rad_s=0.0))
