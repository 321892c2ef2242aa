"""What a scenario in a file of one's own is made of, in one import; docs/extending.md makes one.

Nothing is defined here, and everything is documented where it is from.
"""

from __future__ import annotations

from longtail.annotate.camera import Camera, Lens
from longtail.distributions import (
    Beta,
    Choice,
    Integers,
    LogUniform,
    NegativeBinomial,
    Normal,
    Poisson,
    Triangular,
    Uniform,
)
from longtail.scenes.assets.asset import Asset, Credit, Lamp, Procedural
from longtail.scenes.camera.looking import looking
from longtail.scenes.drawing.sampling import Draw
from longtail.scenes.geometry.materials import CarPaint, Glass, Material, Principled, Stone, srgb
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box, cylinder, ellipsoid, lathe, polygon, prism, tube, wall
from longtail.scenes.geometry.surface import Surface
from longtail.scenes.scenarios.complexions import with_looks
from longtail.scenes.scenarios.occupancy import Occupancy, footprint
from longtail.scenes.scenarios.outdoors import OPEN_SKY, OUTDOOR_IMPOSSIBLE, outdoor_scene, outdoor_space
from longtail.scenes.scenarios.recorded import recorded
from longtail.scenes.scenarios.scenario import Scenario
from longtail.scenes.scene import Carrier, Ground, Placed, Scene
from longtail.scenes.space.parameters import Parameter, Rule, option
from longtail.scenes.space.space import Space

__all__ = [
    "OPEN_SKY",
    "OUTDOOR_IMPOSSIBLE",
    "Asset",
    "Beta",
    "Camera",
    "CarPaint",
    "Carrier",
    "Choice",
    "Credit",
    "Draw",
    "Glass",
    "Ground",
    "Integers",
    "Lamp",
    "Lens",
    "LogUniform",
    "Material",
    "Mesh",
    "NegativeBinomial",
    "Normal",
    "Occupancy",
    "Parameter",
    "Placed",
    "Poisson",
    "Principled",
    "Procedural",
    "Rule",
    "Scenario",
    "Scene",
    "Space",
    "Stone",
    "Surface",
    "Triangular",
    "Uniform",
    "box",
    "cylinder",
    "ellipsoid",
    "footprint",
    "join",
    "lathe",
    "looking",
    "option",
    "outdoor_scene",
    "outdoor_space",
    "polygon",
    "prism",
    "recorded",
    "srgb",
    "tube",
    "wall",
    "with_looks",
]
