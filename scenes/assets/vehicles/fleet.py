"""How often each model of a vehicle is chosen among those of its kind: the fleet of a European town.

Of the cars registered in Germany on 1 January 2020 25.1 % were compact, 18.7 % small and 13.2 % of the middle class;
a year later 9.9 % were sport utility vehicles (Kraftfahrt-Bundesamt, as reported by the press), of which there are more
since: 29.3 % of those that were new in 2022, and 11.3 % off-roaders. The shares of the other classes are our estimate.
Within a class, models of packs are chosen more often, as they look better.
"""

from __future__ import annotations

from collections.abc import Mapping

# All together they weigh about 50, so that a model of one's own, whose weight is 4, is one car in thirteen.
CLASSES: Mapping[str, Mapping[str, float]] = {
    "compact": {
        "sh3f/scopia/seat_leon": 4.2,
        "sh3f/scopia/peugeot-308": 4.2,
        "sh3f/blend-swap-cc-by/fordFocus": 4.2,
        "car/hatchback": 1.6,
        "sh3f/kator-legaz/VW-new-beetle": 0.6,
    },
    "small": {"car/city": 5.5, "sh3f/scopia/smart-car": 4.0},
    "middle": {
        "sh3f/kator-legaz/concept-sedan-02": 3.0,
        "car/estate": 2.6,
        "car/sedan": 2.0,
        "sh3f/kator-legaz/concept-sedan-01v1": 1.4,
        "sh3f/kator-legaz/concept-sedan-01v2": 1.4,
    },
    "utility": {"sh3f/scopia/suv": 6.5, "car/suv": 3.5},
    "family van": {"sh3f/scopia/renault-scenic": 4.8},
    "sports": {"sh3f/scopia/chevrolet": 0.5, "sh3f/kator-legaz/concept-sedan-02-sport": 0.6},
    "pickup": {"car/pickup": 0.4},
}
"""Cars by class: weights by asset, beside 4 for a model of one's own that says nothing else."""

TRUCKS: Mapping[str, float] = {
    "sh3f/scopia/truck": 4.0,
    "truck/rigid": 2.5,
    "sh3f/blend-swap-cc-by/dafTruck": 2.5,
    "truck/tipper": 1.0,
    "truck/semitrailer": 0.8,
    # A cab behind a long bonnet, as in America.
    "sh3f/blend-swap-cc-0/peterbilt": 0.05,
}
"""Weights of trucks by asset (our estimate)."""

WEIGHTS: Mapping[str, float] = {
    **{name: weight for models in CLASSES.values() for name, weight in models.items()},
    **TRUCKS,
}
"""Weights of vehicles by asset, of those that are not chosen evenly."""
