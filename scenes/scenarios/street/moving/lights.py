"""The traffic lights of a street's junction, set to change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from longtail.scenes.assets.asset import Asset
from longtail.scenes.moving.traffic_light import Phase, TrafficSignal, beginning
from longtail.scenes.scenarios.street.ground import Street
from longtail.scenes.scenarios.street.moving.drivers import road_of
from longtail.scenes.scenarios.street.site import Rng
from longtail.scenes.scene import Scene

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


def _complete(light: Asset, every: Iterable[Asset]) -> bool:
    """Whether there is a light of its kind for each phase."""
    return {other.phase for other in every if other.tags == light.tags and other.phase} == {"red", "yellow", "green"}
