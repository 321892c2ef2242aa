"""Who works in halls: in high-visibility vests (EN ISO 20471), on foot, with a load, at the wheel of a forklift."""

from __future__ import annotations

from functools import partial

from longtail.scenes.assets.asset import Asset, Procedural, Vector
from longtail.scenes.assets.people.figure import (
    BLACK,
    GREY,
    JEANS,
    LIME,
    LINEN,
    ORANGE,
    Outfit,
    person,
    skeleton_of,
    walking,
)
from longtail.scenes.assets.people.gait import WALK, stand_phase, stride_m
from longtail.scenes.assets.people.poses import POSES, Pose
from longtail.scenes.assets.people.who import Who
from longtail.scenes.geometry.materials import Principled, Rgb, srgb

_NAVY = Principled(srgb("#242f45"), roughness=0.95)
_HELMETS = (LINEN, Principled(srgb("#e0b814"), roughness=0.5), Principled(srgb("#2f5f96"), roughness=0.5))
_SHIRTS: tuple[Rgb, ...] = tuple(srgb(code) for code in ("#20242c", "#2b3a55", "#46505c", "#6b2f2f", "#5c5a52"))
_STOOP_DEG = 3.0

# Sex, build, height, clothing, pose, helmet; with the size that follows.
_ROWS: tuple[tuple[str, str, str, str, str, bool, Vector], ...] = (
    ("man", "average", "average", "light", "walk-1", False, (0.987, 0.505, 1.729)),
    ("man", "heavy", "tall", "casual", "stand", False, (0.491, 0.623, 1.848)),
    ("woman", "average", "average", "casual", "walk-2", False, (0.922, 0.445, 1.590)),
    ("woman", "slim", "tall", "light", "phone", False, (0.502, 0.537, 1.701)),
    ("man", "slim", "short", "warm", "walk-3 mirrored", True, (0.449, 0.528, 1.719)),
    ("woman", "heavy", "short", "warm", "walk-4", True, (0.741, 0.442, 1.594)),
    ("man", "average", "tall", "light", "stand mirrored", True, (0.458, 0.599, 1.867)),
    ("woman", "average", "short", "warm", "call", False, (0.467, 0.507, 1.563)),
    ("man", "heavy", "average", "light", "walk-4 mirrored", False, (0.836, 0.534, 1.775)),
    ("man", "average", "average", "casual", "pram", False, (0.852, 0.657, 1.750)),
    ("woman", "average", "tall", "casual", "pram", False, (0.825, 0.619, 1.686)),
    ("man", "average", "average", "casual", "sit", False, (0.815, 0.613, 1.388)),
    ("woman", "slim", "average", "casual", "sit", False, (0.746, 0.541, 1.282)),
    ("man", "slim", "average", "light", "lie-side", False, (1.540, 0.947, 0.481)),
)
_DOING = {"walk": "walking", "stand": "standing", "phone": "standing", "call": "standing", "pram": "pushing",
          "sit": "driver", "lie": "lying"}  # fmt: skip


def _asset(number: int, row: tuple[str, str, str, str, str, bool, Vector]) -> Procedural:
    sex, build, height, clothing, doing, helmet, size = row
    word, *mirrored = doing.split()
    who = Who("adult", sex == "woman", build, height, clothing)
    pose: Pose = POSES[word].mirrored() if mirrored else POSES[word]
    cut = {"light": "tee", "casual": "hoodie", "warm": "jacket"}[clothing]
    style = "helmet" if helmet else ("tail" if who.female else ("short", "cap")[number % 2])
    outfit = Outfit(
        cut,
        style,
        legs=(_NAVY, BLACK, JEANS, GREY)[number % 4],
        flare=0.88 if who.female else 1.0,
        cap=_HELMETS[number % 3] if helmet else _NAVY,
        vest=(LIME, ORANGE)[number % 3 == 1],
        carries=("phone",) if word == "phone" else ("phone at the ear",) if word == "call" else (),
    )
    walks = _DOING[word.split("-")[0]] == "walking"
    made = {"stoop_deg": _STOOP_DEG, "seed": 900 + number}
    return Procedural(
        f"staff/{sex}-{build}-{height}-{word}-{number}",
        "person",
        size,
        tags=frozenset({_DOING[word.split("-")[0]], "worker"}),
        tints=_SHIRTS,
        attributes={**who.facts, "vest": True},
        recipe=partial(person, who.body, pose, outfit, **made),  # type: ignore[arg-type]
        skeleton=partial(skeleton_of, who.body, pose, outfit, **made),  # type: ignore[arg-type]
        gait=partial(walking, who.body, pose, outfit, WALK, **made) if walks else None,  # type: ignore[arg-type]
        stride_m=stride_m(who.body, WALK) if walks else 0.0,
        strides_s=WALK.strides_s if walks else 0.0,
        stand_phase=stand_phase(WALK) if walks else None,
    )


ASSETS: tuple[Asset, ...] = tuple(_asset(number, row) for number, row in enumerate(_ROWS))
