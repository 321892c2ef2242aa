"""The traffic lights of a street's junction, set to change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from longtail.scenes.assets.asset import Asset
from longtail.scenes.moving.traffic_light import Phase, TrafficSignal, beginning
from longtail.scenes.scenarios.street.ground import Street
from longtail.scenes.scenarios.street.moving.drivers import road_of
from longtail.scenes.scenarios.street.site import Rng
from longtail.scenes.scene import Scene

# Crossings nearer than that to the middle of a junction have its lights.
_OF_JUNCTION_M = 25.0
# How long either road has green, in seconds: shorter than most programs (RiLSA: cycles of 30 to 90 s, from memory).
_MAIN_GREEN_S, _CROSS_GREEN_S = (12.0, 28.0), (9.0, 18.0)


def with_changing_lights(scene: Scene, street: Street, assets: Mapping[str, Asset], rng: Rng) -> Scene:
    """`scene` with lights that change from what they show at its own moment on.

    Those without current stay dark, and so do those stay whose assets do not show every phase.
    """
    green_s, other_s, share = (
        float(rng.uniform(*_MAIN_GREEN_S)),
        float(rng.uniform(*_CROSS_GREEN_S)),
        float(rng.random()),
    )
    lights = {number: light for number, item in enumerate(scene.objects) if (light := assets[item.asset]).phase}
    if not lights or street.junction is None or scene.circuits.get("mains", 1.0) == 0.0:
        return scene
    roads = {number: road_of(scene.objects[number], street) for number in lights}
    main: set[Phase] = {light.phase for number, light in lights.items() if roads[number] == "main" and light.phase}
    if len(main) != 1 or not all(_complete(light, assets.values()) for light in lights.values()):
        return scene
    program = beginning(main.pop(), round(green_s, 3), round(other_s, 3), round(share, 6))
    objects = [
        replace(item, signal=TrafficSignal(program, roads[number])) if number in roads else item
        for number, item in enumerate(scene.objects)
    ]
    return replace(scene, objects=tuple(objects))


def on_crossings(scene: Scene, street: Street, assets: Mapping[str, Asset]) -> Callable[[float, float, float], bool]:
    """Whether somebody may be on the crossing at a station between two times, by the lights that are there.

    One steps off while walkers have green and is across before vehicles have. Where no lights work vehicles give way.
    """
    signal, phase = None, None
    for item in scene.objects:
        light = assets[item.asset]
        if light.phase and street.junction is not None and road_of(item, street) == "main":
            signal, phase = item.signal, light.phase
    dark = phase is None or scene.circuits.get("mains", 1.0) == 0.0

    def may(station_m: float, first_s: float, last_s: float) -> bool:
        if dark or street.junction is None or abs(station_m - street.junction.s_m) > _OF_JUNCTION_M:
            return True
        if signal is None:
            return phase == "red"
        looks = (first_s + share * (last_s - first_s) for share in (0.0, 0.25, 0.5, 0.75, 1.0))
        return signal.at(first_s).walkers == "green" and all(signal.at(time).vehicles == "red" for time in looks)

    return may


def _complete(light: Asset, every: Iterable[Asset]) -> bool:
    """Whether there is a light of its kind for each phase."""
    return {other.phase for other in every if other.tags == light.tags and other.phase} == {"red", "yellow", "green"}
