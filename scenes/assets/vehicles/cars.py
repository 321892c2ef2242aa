"""Passenger cars as measures and feature lines: hatchback, city car, saloon, estate, SUV, pickup."""

from __future__ import annotations

from functools import partial

from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.assets.vehicles.car import build, car_lamps
from longtail.scenes.assets.vehicles.car_compacts import CITY, HATCHBACK
from longtail.scenes.assets.vehicles.car_saloons import ESTATE, SALOON
from longtail.scenes.assets.vehicles.car_tall import PICKUP, SUV
from longtail.scenes.assets.vehicles.palette import CAR_TINTS

_CARS = {
    "car/hatchback": HATCHBACK,
    "car/city": CITY,
    "car/sedan": SALOON,
    "car/estate": ESTATE,
    "car/suv": SUV,
    "car/pickup": PICKUP,
}
_SIZES: dict[str, tuple[float, float, float]] = {
    "car/hatchback": (4.254, 2.008, 1.462),
    "car/city": (3.577, 1.856, 1.501),
    "car/sedan": (4.727, 2.048, 1.435),
    "car/estate": (4.727, 2.05, 1.445),
    "car/suv": (4.518, 2.061, 1.635),
    "car/pickup": (5.323, 2.06, 1.635),
}

ASSETS: tuple[Asset, ...] = tuple(
    Procedural(
        name,
        "car",
        _SIZES[name],
        tags=frozenset({"driving", "parked"}),
        tints=CAR_TINTS,
        lamps=car_lamps(car),
        recipe=partial(build, car),
    )
    for name, car in _CARS.items()
)
