"""What a preview asks its workers for: what they read back of a config must show the same pictures."""

from __future__ import annotations

from longtail.render.commands.preview import small, under_conditions
from longtail.scenes.config.loading import load
from longtail.scenes.config.resolving import resolve


def test_conditions_are_shown_at_one_moment_as_one_camera_has_it() -> None:
    asked = under_conditions(load("street", ["clip={frames: 4}", "cameras=stereo", "outputs=[coco, flow]"], frames=6))
    assert asked.plan.pictures_per_scene == len(asked.plan.variants)
    again = resolve(small(asked).to_json())
    assert again.plan == asked.plan
    assert [picture.camera for picture in again.plan.pictures(0)] == ["left"] * again.plan.pictures_per_scene


def test_nobody_waits_for_lidars_that_a_preview_does_not_show() -> None:
    asked = small(load("street", ["lidar={top: spinning_64}"]))
    assert resolve(asked.to_json()).outputs == asked.outputs == ("coco", "semantic")
