"""The street that a scene of the street scenario stands on."""

from __future__ import annotations

from longtail.scenes.scenarios.street.ground import Street
from longtail.scenes.scene import Scene

LEVEL = ("road.grade_percent=0", "road.grade_change_percent=0")
"""What a config says so that no street slopes."""


def street_of(scene: Scene) -> Street:
    assert isinstance(scene.ground, Street)
    return scene.ground


def beam_of(scene: Scene) -> str | None:
    assert scene.carrier is not None
    return scene.carrier.beam
