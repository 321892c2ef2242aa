"""A street set in motion for the length of a clip, so that nobody walks or drives through anything.

Who would meet something stays where it is instead, walkers before drivers, and the carrier of the camera last of all:
at the scene's own moment nothing meets, so that an end is always found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from longtail.annotate.labels.relief import Relief
from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.drawing.sampling import Draw
from longtail.scenes.moment import moving
from longtail.scenes.moving.motion import Motion, Stride
from longtail.scenes.moving.pace import Pace
from longtail.scenes.moving.path import Array
from longtail.scenes.moving.signals import FASTEST_HZ, SLOWEST_HZ, WARNING_HZ, Flasher, Signals
from longtail.scenes.scenarios.street.ground import Street
from longtail.scenes.scenarios.street.hills.standing import CARRIER_HALF_M, half_base_m, under
from longtail.scenes.scenarios.street.moving.crossing import Crossings
from longtail.scenes.scenarios.street.moving.drivers import Chances, held_by, movers, sharing, standing
from longtail.scenes.scenarios.street.moving.following import Walker, paces
from longtail.scenes.scenarios.street.moving.lights import on_crossings, with_changing_lights
from longtail.scenes.scenarios.street.moving.meeting import EVERY_S, Corners, meetings
from longtail.scenes.scenarios.street.moving.mover import EGO, Mover
from longtail.scenes.scenarios.street.moving.someone import Someone, abreast, on_foot
from longtail.scenes.scenarios.street.moving.walking import walkers as walkers_of
from longtail.scenes.scenarios.street.signalling import SPEAKS
from longtail.scenes.scene import Placed, Scene

SLOWER = "camera.speed_m_s"
"""Under which misfits count a carrier that could not begin as fast as drawn: what is before it is too near."""
STAYED = "walking"
"""Under which misfits count those who would walk and find no way."""

_BANKING = ("bicycle", "motorcycle", "rider")
"""What leans to the inside of curves."""

# So many of those who come to a crossing would use it (our estimate).
_CROSS = 0.6


def set_in_motion(scene: Scene, draw: Draw, assets: Mapping[str, Asset], seconds: float) -> Scene:
    """`scene`, a street, with a motion for whoever has one."""
    scene = _blinking(scene, assets, draw)
    street = scene.ground
    assert isinstance(street, Street)
    stands, scene = scene, _over_its_ground(scene, assets, street.relief)
    scene = with_changing_lights(scene, street, assets, draw.stream("clip.signals"))
    chances = Chances(*(draw.stream(f"clip.{name}") for name in ("drivers", "left", "carrier", "joining", "lanes")))
    drivers = movers(scene, street, assets, chances)
    seconds = max(seconds, EVERY_S)
    crowd = list(on_foot(scene, assets, draw.stream("clip.walkers")))
    everybody = list(crowd)
    gone = frozenset({*sharing(drivers), *(someone.number for someone in crowd)})
    everything = standing(scene, assets, gone)
    users, may = _users(crowd, draw), on_crossings(scene, street, assets)
    walkers = walkers_of(crowd, street, Crossings(users, may), everything, seconds)
    # Each round somebody more stays, who stays for good, or walks on instead of over the road.
    while True:
        taken = frozenset({*sharing(drivers), *walkers})
        stood = standing(scene, assets, taken)
        held = [replace(mover, stop_m=min(mover.stop_m, held_by(mover, stood))) for mover in drivers]
        found = paces(held, list(walkers.values()), seconds)
        culprits = _culprits(held, found, walkers, stood, seconds)
        if not culprits:
            break
        if off := {-number - 1 for number in culprits if number < 0 and _steps_off(walkers[-number - 1])} & users:
            users -= off
            walkers = walkers_of(crowd, street, Crossings(users, may), everything, seconds)
            continue
        drivers = [_stopped(mover) if number in culprits else mover for number, mover in enumerate(drivers)]
        for number in culprits:
            if walkers.pop(-number - 1, None) is not None:
                crowd = [someone for someone in crowd if someone.number != -number - 1]
    if stayed := len(everybody) - len(walkers):
        misfits = {**scene.departures.misfits, STAYED: stayed}
        scene = replace(scene, departures=replace(scene.departures, misfits=misfits))
    stand = {one.number: one.standing for one in everybody if one.number not in walkers}
    afoot = {**stand, **{number: walker.motion for number, walker in walkers.items()}}
    flashers = _flashers(scene, assets, draw)
    return _with(_on_its_ground(_signalling(scene), stands), held, found, afoot, flashers, assets, scene.objects)


def _over_its_ground(scene: Scene, assets: Mapping[str, Asset], relief: Relief) -> Scene:
    """`scene` with the heights of its things as they are over the ground."""
    if relief.is_level:
        return scene
    heights = [item.z_m - under(item, assets[item.asset], relief).height_m for item in scene.objects]
    objects = (replace(item, z_m=round(z, 9)) for item, z in zip(scene.objects, heights, strict=True))
    return replace(scene, objects=tuple(objects))


def _on_its_ground(scene: Scene, stands: Scene) -> Scene:
    """`scene` with the heights of its things as they are in the world, where these `stand`."""
    heights = (item.z_m for item in stands.objects)
    return replace(scene, objects=tuple(replace(i, z_m=z) for i, z in zip(scene.objects, heights, strict=True)))


def _users(crowd: Sequence[Someone], draw: Draw) -> frozenset[int]:
    """Who of those on the pavements would cross where they come to a crossing; of two abreast both or neither."""
    rng = draw.stream("clip.crossings")
    found: set[int] = set()
    before: Someone | None = None
    for someone in crowd:
        would = float(rng.random()) < _CROSS
        if before is not None and abreast(before.item, someone.item):
            would = before.number in found
        found |= {someone.number} if would and not someone.crosses else set()
        before = someone
    return frozenset(found)


def _steps_off(walker: Walker) -> bool:
    """Whether somebody steps off a kerb."""
    return walker.motion.on_road_m is not None and walker.motion.on_road_m[0] > 0


def _blinking(scene: Scene, assets: Mapping[str, Asset], draw: Draw) -> Scene:
    """`scene` with warning lamps that blink, each barrier at a rate of its own."""
    rng = draw.stream("clip.warning")
    objects = [
        replace(item, blinks=Flasher(round(float(rng.uniform(*WARNING_HZ)), 3), round(float(rng.random()), 3)))
        if "blinking" in assets[item.asset].tags
        else item
        for item in scene.objects
    ]
    return replace(scene, objects=tuple(objects))


def _culprits(
    drivers: Sequence[Mover],
    found: Sequence[Pace],
    walkers: Mapping[int, Walker],
    stood: Sequence[Array],
    seconds: float,
) -> set[int]:
    """Who has to stay because of whom they meet: places of drivers, or minus one minus the numbers of walkers."""
    shapes: list[Corners] = [_corners(mover, pace) for mover, pace in zip(drivers, found, strict=True)]
    shapes += [walker.corners_m for walker in walkers.values()]
    names = [*range(len(drivers)), *(-number - 1 for number in walkers)]
    still = {n for n, (mover, pace) in enumerate(zip(drivers, found, strict=True)) if not any(pace.speeds_m_s)}
    guilty: set[int] = set()
    for one, other in meetings(shapes, stood, seconds):
        pair = [one] if other is None else [one, other]
        free = [names[place] for place in pair if names[place] not in still]
        if not free:
            continue
        on_foot = [name for name in free if name < 0]
        others = [name for name in free if name >= 0 and EGO not in drivers[name].things]
        guilty.add((on_foot or others[::-1] or free)[0])
    return guilty


def _corners(mover: Mover, pace: Pace) -> Corners:
    return lambda time_s: mover.corners_m(pace.travelled_m(time_s))


def _stopped(mover: Mover) -> Mover:
    """The mover on another way where it has one, else where it stands."""
    return mover.instead or replace(mover, speed_m_s=0.0)


def _signalling(scene: Scene) -> Scene:
    """Whoever waits stands on the brake, for as long as nothing moves it."""
    waits = Signals(brake=True)
    objects = (replace(item, signals=waits) if item.signals else item for item in scene.objects)
    return replace(scene, objects=tuple(objects))


def _flashers(scene: Scene, assets: Mapping[str, Asset], draw: Draw) -> list[Flasher | None]:
    """What has the indicators blink of each object that is driven or ridden and may have some."""
    rng = draw.stream("clip.flashers")
    found: list[Flasher | None] = []
    for item in scene.objects:
        flasher = Flasher(round(float(rng.uniform(SLOWEST_HZ, FASTEST_HZ)), 3), round(float(rng.random()), 3))
        drives = item.attributes.get("state") in SPEAKS
        found.append(flasher if drives and assets[item.asset].category != "bicycle" else None)
    return found


def _with(
    scene: Scene,
    drivers: Sequence[Mover],
    found: Sequence[Pace],
    afoot: Mapping[int, Motion | None],
    flashers: Sequence[Flasher | None],
    assets: Mapping[str, Asset],
    over_ground: Sequence[Placed],
) -> Scene:
    motions: list[Motion | None] = [None] * len(scene.objects)
    carrier = None
    departures = scene.departures
    for mover, pace in zip(drivers, found, strict=True):
        for thing in mover.things:
            if thing == EGO:
                carrier = Motion(mover.path, pace, rests_m=CARRIER_HALF_M)
                if pace.speeds_m_s[0] < float(np.hypot(*scene.velocity_m_s[:2])) - 1e-6:
                    departures = replace(departures, misfits={**departures.misfits, SLOWER: 1})
            else:
                heights = ((0.0, over_ground[thing].z_m),)
                asset = assets[scene.objects[thing].asset]
                stride = Stride(asset.stride_m) if isinstance(asset, Procedural) and asset.gait is not None else None
                motions[thing] = Motion(
                    mover.path,
                    pace,
                    mover.ahead_m,
                    mover.turned_rad,
                    heights,
                    stride=stride,
                    flasher=flashers[thing],
                    steers=mover.steers,
                    banks=asset.category in _BANKING,
                    rests_m=half_base_m(over_ground[thing], asset),
                )
    for number, motion in afoot.items():
        motions[number] = motion
    return moving(replace(scene, departures=departures), motions, carrier)
