"""The chance in one picture, keyed by what it belongs to, so that pictures share what they would share in the world.

Who shares what:

    what                                        the same in all pictures of
    the world: where things stand, their looks  a scene
    drops and dirt on the glass                 a scene and a camera
    rain and all else that flies                a scene and a moment
    what falls on through a clip                a scene
    the chip's fixed pattern                    a camera
    shot noise, the path tracer's grain         this picture alone
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from longtail.scenes.drawing.plan import Picture
from longtail.scenes.drawing.sampling import stream


@dataclass(frozen=True)
class Chance:
    """The random streams of `picture` in a run with this seed; each call begins the stream anew."""

    seed: int
    picture: Picture

    def of_glass(self, name: str) -> np.random.Generator:
        """A stream of what lies on the glass before a camera."""
        return stream(self.seed, self.picture.scene, f"{name}, {self._camera}")

    def of_moment(self, name: str) -> np.random.Generator:
        """A stream of what is in the air at a moment, whichever camera sees it."""
        return stream(self.seed, self.picture.scene, f"{name}, at {self.picture.time_s!r} s")

    def of_air(self, name: str) -> np.random.Generator:
        """A stream of what drifts on through the air of a scene, whichever moment and camera sees it."""
        return stream(self.seed, self.picture.scene, f"{name}, in the air")

    def of_camera(self, name: str) -> np.random.Generator:
        """A stream of what a camera's build has, in every scene."""
        return stream(self.seed, 0, f"{name}, built into {self._camera}")

    def of_picture(self, name: str) -> np.random.Generator:
        """A stream of what happens in this picture alone."""
        return stream(self.seed, self.picture.frame, f"{name}, once")

    @property
    def path_tracing(self) -> int:
        """The path tracer's seed, 31 bits: another picture of the same scene has other grain."""
        entropy = np.random.SeedSequence(self.seed, spawn_key=(self.picture.frame, 0x5EED))
        return int(entropy.generate_state(1)[0] >> 1)

    @property
    def _camera(self) -> str:
        return f"camera {self.picture.camera!r}"
