"""What varies in a place of the user's: which of its viewpoints, how many things of each region, light, weather, lens.

Parameters follow from the file: one for each group of things that are swapped, and one for each group of regions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from longtail.distributions import LogUniform, Normal, Poisson, Uniform
from longtail.scenes.camera import lenses, sensor, soiling
from longtail.scenes.camera.lenses import FIELD
from longtail.scenes.camera.soiling import OnGlass
from longtail.scenes.scenarios.outdoors import outdoor_space
from longtail.scenes.scenarios.own_place.above_water import rules_of
from longtail.scenes.scenarios.own_place.place import Place
from longtail.scenes.scenarios.own_place.words import ANYWHERE, regions_by_group, swapped, viewpoint_regions
from longtail.scenes.space.parameters import Parameter, option
from longtail.scenes.space.space import Space

_USUAL_COUNT = 4.0


def space_of(place: Place) -> Space:
    """The space of a place's scenes. Those of one under the open sky know every weather, but floods only where the file
    says from which height on they are measured."""
    own = (*_camera(place), *_objects(place), *_lamps(place))
    if place.sky:
        if place.floods:
            return outdoor_space(*own, rules=rules_of(place), own_heights=True)
        return outdoor_space(*own, without=("flood",))
    indoors = (
        Parameter("lighting.exposure_ev", Normal(0, 0.3, low=-1, high=1), "EV", -6, 6, "error of the auto-exposure"),
        *lenses.PARAMETERS,
        *soiling.PARAMETERS,
        *sensor.PARAMETERS,
    )
    numbered = tuple(parameter.path for parameter in own)
    return Space((*own, *indoors), tuple(soiling.rules(_dry)), numbered)


def _dry(_values: Mapping[str, Any]) -> OnGlass:
    """Nothing rains indoors."""
    return OnGlass()


def _camera(place: Place) -> Iterator[Parameter]:
    weights = {view.name: 1.0 for view in place.viewpoints}
    if viewpoint_regions(place):
        weights[ANYWHERE] = 1.0
    yield option("camera.viewpoint", weights, f"a camera of the file; {ANYWHERE}: somewhere in its region: viewpoint")
    fields = sorted({round(view.horizontal_fov_deg, 3) for view in place.viewpoints}) or [50.0, 80.0]
    usual = fields[0] if len(fields) == 1 else Uniform(fields[0], fields[-1])
    yield Parameter(FIELD, usual, "deg", 1, 170, "between the picture's left and right border")
    yield Parameter("camera.shift_m", Uniform(0, 0.05), "m", 0, 5, "how far it is moved, to any side")
    yield Parameter("camera.turn_deg", Normal(0, 2, low=-8, high=8), "deg", -180, 180, "positive turns it to the left")
    yield Parameter("camera.tilt_deg", Normal(0, 1.5, low=-6, high=6), "deg", -90, 90, "positive looks further up")
    if viewpoint_regions(place):
        yield Parameter("camera.height_m", Uniform(1.2, 1.8), "m", 0.05, 30, f"over its region, where it is {ANYWHERE}")


def _objects(place: Place) -> Iterator[Parameter]:
    for name, marks in swapped(place).items():
        words = ", ".join(marks[0].categories)
        yield Parameter(f"objects.{name}.share", 1.0, "", 0, 1, f"chance of each thing to be swapped for: {words}")
    for name, regions in regions_by_group(place).items():
        said = [region.count for region in regions if region.count is not None]
        words = ", ".join(regions[0].categories)
        usual = Poisson(sum(said) if said else _USUAL_COUNT)
        yield Parameter(f"objects.{name}.count", usual, "", 0, 500, f"how many stand in their regions: {words}")


def _lamps(place: Place) -> Iterator[Parameter]:
    if place.bulbs:
        usual = LogUniform(0.4, 1.6)
        yield Parameter("lighting.lamps", usual, "", 0, 100, "how far the file's lamps burn; 1 is as they are in it")
