"""The people themselves: who walks, stands and runs in the streets."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.assets.people import carried
from longtail.scenes.assets.people.body import Build
from longtail.scenes.assets.people.figure import (
    BLACK,
    CHINOS,
    DARK_SHOE,
    DARK_SOLE,
    GREY,
    JEANS,
    JEANS_PALE,
    LEATHER_SHOE,
    LINEN,
    SOLE,
    TIGHTS,
    WHITE_SHOE,
    Outfit,
    person,
    skeleton_of,
)
from longtail.scenes.assets.people.poses import POSES, Arm, Pose
from longtail.scenes.geometry.materials import Principled, Rgb, srgb

# Spread over the Fitzpatrick scale; the brightest real skin has an albedo near 0.55 (Angelopoulou 1999).
_PALE, _FAIR, _OLIVE, _TAN, _BROWN, _DEEP = (
    Principled(srgb(code), roughness=0.55, subsurface=0.08)
    for code in ("#c99a80", "#bd8a6c", "#a97a58", "#8f5f40", "#6a432d", "#3f281c")
)
_BLOND, _CHESTNUT, _BROWN_HAIR, _DARK_HAIR, _GREY_HAIR, _WHITE_HAIR = (
    Principled(srgb(code), roughness=0.6) for code in ("#8f6f42", "#5a3420", "#33231a", "#15110f", "#77736e", "#b5b2ab")
)
_WOOL_RED, _WOOL_NAVY = Principled(srgb("#7c2b2e"), roughness=0.95), Principled(srgb("#242f45"), roughness=0.95)
_DENIM_SKIRT, _PLEATS = Principled(srgb("#3d4f6b"), roughness=0.9), Principled(srgb("#5b3a3e"), roughness=0.9)

_CALM: tuple[Rgb, ...] = tuple(
    srgb(c) for c in ("#20242c", "#2b3a55", "#5c5a52", "#3d4a3c", "#6b2f2f", "#8b8578", "#101114", "#9a7b52", "#46505c")
)
_BRIGHT: tuple[Rgb, ...] = tuple(
    srgb(c) for c in ("#2f5d8c", "#b03a3a", "#d6a52c", "#3f7f5a", "#c96a8c", "#e0dcd2", "#5d4a86", "#d9772e", "#1f2a3a")
)

MAN = Build(1.78, shoulders=1.04)
HEAVY = Build(1.76, girth=1.16, belly_m=0.09, waist=1.1)
WOMAN = Build(1.66, girth=0.92, shoulders=0.94, hips=1.06, waist=0.9, bust_m=0.03)
SLIM = Build(1.71, girth=0.88, shoulders=0.96, hips=1.04, waist=0.88, bust_m=0.025)
TEEN = Build(1.62, girth=0.88, shoulders=0.96, head=0.138)
CHILD = Build(1.2, girth=1.0, shoulders=0.9, hips=0.94, waist=1.0, leg=0.5, head=0.168)
SMALL = Build(1.1, girth=1.03, shoulders=0.88, hips=0.94, leg=0.487, head=0.178)
OLD_MAN = Build(1.72, girth=1.02, waist=1.06, belly_m=0.03)
OLD_WOMAN = Build(1.6, girth=1.0, shoulders=0.9, hips=1.06, bust_m=0.02)

_UMBRELLA_ARM = Arm(10, 110, 6, 14, hold=(0.62, 0.25, 0.09))


def _under_umbrella(pose: Pose) -> Pose:
    return replace(pose, arms=(pose.arms[0], _UMBRELLA_ARM))


_W1, _W2, _W3, _W4 = (POSES[f"walk-{i}"] for i in (1, 2, 3, 4))
_AHEAD = (_W1, _W2, _W3, _W4)
_MIRROR = tuple(pose.mirrored() for pose in _AHEAD)

# Name, age group, build, pose, outfit, bright colours.
_PEOPLE: tuple[tuple[str, str, Build, Pose, Outfit, bool], ...] = (
    ("man-walking-strike", "adult", MAN, _W1, Outfit(_FAIR, _BROWN_HAIR, "jacket"), False),
    ("man-walking-toe-off", "adult", MAN, _MIRROR[1],
     Outfit(_BROWN, _DARK_HAIR, "hoodie", legs=JEANS_PALE, shoes=WHITE_SHOE, sole=SOLE, carries=("backpack",)), True),
    ("man-walking-swing", "adult", MAN, _W3,
     Outfit(_OLIVE, _DARK_HAIR, "coat", legs=GREY, hem_m=0.56, shoes=LEATHER_SHOE), False),
    ("man-walking-reach", "adult", MAN, _MIRROR[3],
     Outfit(_PALE, _BLOND, "shirt", legs=CHINOS, under=LINEN, shoes=LEATHER_SHOE), True),
    ("heavy-man-walking", "adult", HEAVY, _MIRROR[0],
     Outfit(_FAIR, _GREY_HAIR, "jacket", "cap", legs=JEANS, flare=1.12, cap=_WOOL_NAVY), False),
    ("heavy-man-walking-shopping", "adult", HEAVY, replace(_W2, arms=(Arm(-4, 6, 12, 0), _W2.arms[1])),
     Outfit(_TAN, _DARK_HAIR, "tee", "bald", legs=CHINOS, shorts=True, shoes=WHITE_SHOE, sole=SOLE,
            carries=("shopping",)), True),
    ("man-standing", "adult", MAN, POSES["stand"], Outfit(_DEEP, _DARK_HAIR, "jacket", legs=BLACK), False),
    ("man-standing-pockets", "adult", MAN, POSES["pockets"],
     Outfit(_PALE, _CHESTNUT, "jacket", "beanie", cap=_WOOL_RED), False),
    ("man-standing-phone", "adult", MAN, POSES["phone"],
     Outfit(_TAN, _DARK_HAIR, "hoodie", legs=BLACK, shoes=WHITE_SHOE, sole=SOLE, carries=("phone",)), True),
    ("woman-walking-strike", "adult", WOMAN, _MIRROR[0],
     Outfit(_FAIR, _CHESTNUT, "coat", "long", legs=BLACK, hem_m=0.5, flare=0.85, carries=("handbag",),
            bag=carried.LEATHER), False),
    ("woman-walking-dress", "adult", WOMAN, _W2,
     Outfit(_OLIVE, _DARK_HAIR, "dress", "long", legs=None, hem_m=0.5, shoes=LEATHER_SHOE), True),
    ("woman-walking-skirt", "adult", SLIM, _W4,
     Outfit(_PALE, _BLOND, "shirt", "tail", legs=TIGHTS, skirt=_DENIM_SKIRT, hem_m=0.54, flare=0.78, under=_PALE,
            carries=("handbag",), bag=carried.NYLON_RED), True),
    ("woman-walking-swing", "adult", SLIM, _MIRROR[2],
     Outfit(_DEEP, _DARK_HAIR, "jacket", "bun", legs=JEANS_PALE, flare=0.85, shoes=WHITE_SHOE, sole=SOLE), True),
    ("woman-walking-backpack", "adult", WOMAN, _MIRROR[3],
     Outfit(_TAN, _BROWN_HAIR, "tee", "tail", legs=BLACK, flare=0.8, shoes=WHITE_SHOE, sole=SOLE,
            carries=("backpack",), bag=carried.NYLON_TEAL), True),
    ("woman-walking-umbrella", "adult", WOMAN, _under_umbrella(_W1),
     Outfit(_PALE, _BROWN_HAIR, "coat", "bun", legs=BLACK, hem_m=0.52, flare=0.85, carries=("umbrella",),
            bag=_WOOL_RED), False),
    ("man-walking-umbrella", "adult", MAN, _under_umbrella(_MIRROR[3]),
     Outfit(_FAIR, _BROWN_HAIR, "jacket", legs=GREY, carries=("umbrella",), bag=BLACK), False),
    ("woman-standing", "adult", WOMAN, POSES["stand"].mirrored(),
     Outfit(_BROWN, _DARK_HAIR, "shirt", "bun", legs=TIGHTS, skirt=_PLEATS, hem_m=0.45, flare=0.78,
            under=_BROWN), True),
    ("woman-standing-phone", "adult", SLIM, POSES["phone"],
     Outfit(_FAIR, _BLOND, "jacket", "long", legs=JEANS, flare=0.85, carries=("phone", "handbag"), bag=carried.NYLON),
     False),
    ("teen-walking", "adult", TEEN, _W2,
     Outfit(_OLIVE, _DARK_HAIR, "hoodie", "beanie", legs=BLACK, shoes=WHITE_SHOE, sole=SOLE, carries=("backpack",),
            cap=GREY), True),
    ("teen-standing-pockets", "adult", TEEN, POSES["pockets"],
     Outfit(_BROWN, _DARK_HAIR, "hoodie", legs=JEANS_PALE, shoes=WHITE_SHOE, sole=SOLE), True),
    ("child-walking", "child", CHILD, _MIRROR[0],
     Outfit(_FAIR, _BLOND, "jacket", legs=JEANS, carries=("backpack",), bag=carried.NYLON_TEAL), True),
    ("child-walking-swing", "child", SMALL, _W3,
     Outfit(_TAN, _DARK_HAIR, "jacket", "beanie", legs=GREY, cap=_WOOL_RED), True),
    ("child-running", "child", CHILD, POSES["run"],
     Outfit(_BROWN, _DARK_HAIR, "tee", legs=JEANS, shorts=True, shoes=WHITE_SHOE, sole=SOLE), True),
    ("girl-running", "child", CHILD, POSES["run"].mirrored(),
     Outfit(_PALE, _CHESTNUT, "dress", "tail", legs=None, hem_m=0.4, shoes=WHITE_SHOE, sole=SOLE), True),
    ("child-standing", "child", SMALL, POSES["stand"],
     Outfit(_PALE, _CHESTNUT, "hoodie", "tail", legs=JEANS_PALE, shoes=WHITE_SHOE, sole=SOLE), True),
    ("old-man-walking-stick", "elderly", OLD_MAN, POSES["shuffle"],
     Outfit(_PALE, _WHITE_HAIR, "jacket", "cap", legs=CHINOS, shoes=LEATHER_SHOE, cap=GREY, carries=("stick",)), False),
    ("old-woman-walking-stick", "elderly", OLD_WOMAN, POSES["shuffle"],
     Outfit(_FAIR, _WHITE_HAIR, "coat", legs=TIGHTS, flare=0.8, hem_m=0.36, carries=("stick",)), False),
    ("old-man-standing", "elderly", OLD_MAN, POSES["lean"],
     Outfit(_OLIVE, _GREY_HAIR, "coat", "bald", legs=GREY, hem_m=0.6, shoes=DARK_SHOE, sole=DARK_SOLE,
            carries=("stick",)), False),
)  # fmt: skip

# What the figures measure with their clothes and what they carry, in metres (length, width, height).
_SIZES: dict[str, tuple[float, float, float]] = {
    "man-walking-strike": (0.998, 0.513, 1.749),
    "man-walking-toe-off": (0.997, 0.532, 1.736),
    "man-walking-swing": (0.527, 0.556, 1.798),
    "man-walking-reach": (0.846, 0.516, 1.795),
    "heavy-man-walking": (0.987, 0.513, 1.734),
    "heavy-man-walking-shopping": (0.986, 0.624, 1.709),
    "man-standing": (0.449, 0.595, 1.783),
    "man-standing-pockets": (0.369, 0.805, 1.818),
    "man-standing-phone": (0.550, 0.592, 1.781),
    "woman-walking-strike": (0.930, 0.520, 1.632),
    "woman-walking-dress": (0.929, 0.444, 1.619),
    "woman-walking-skirt": (0.813, 0.508, 1.725),
    "woman-walking-swing": (0.459, 0.496, 1.728),
    "woman-walking-backpack": (0.789, 0.452, 1.675),
    "woman-walking-umbrella": (1.264, 1.040, 2.115),
    "man-walking-umbrella": (1.188, 1.040, 2.249),
    "woman-standing": (0.396, 0.548, 1.662),
    "woman-standing-phone": (0.571, 0.595, 1.711),
    "teen-walking": (0.906, 0.444, 1.601),
    "teen-standing-pockets": (0.324, 0.700, 1.636),
    "child-walking": (0.645, 0.314, 1.185),
    "child-walking-swing": (0.283, 0.315, 1.132),
    "child-running": (0.727, 0.318, 1.157),
    "girl-running": (0.727, 0.318, 1.158),
    "child-standing": (0.285, 0.343, 1.107),
    "old-man-walking-stick": (0.804, 0.583, 1.678),
    "old-woman-walking-stick": (0.747, 0.511, 1.557),
    "old-man-standing": (0.660, 0.625, 1.688),
}


def _asset(index: int, entry: tuple[str, str, Build, Pose, Outfit, bool]) -> Procedural:
    name, age, build, pose, outfit, bright = entry
    gait = "standing" if "standing" in name else "walking"
    more = {"umbrella"} if "umbrella" in outfit.carries else set()
    more |= {"running"} if "running" in name else set()
    stoop = 26.0 if age == "elderly" else 3.0
    return Procedural(
        f"person/{name}",
        "person",
        _SIZES[name],
        tags=frozenset({gait, age, *more}),
        tints=_BRIGHT if bright else _CALM,
        recipe=partial(person, build, pose, outfit, stoop_deg=stoop, seed=index + 1),
        skeleton=partial(skeleton_of, build, pose, outfit, stoop_deg=stoop, seed=index + 1),
    )


ASSETS: tuple[Asset, ...] = tuple(_asset(index, entry) for index, entry in enumerate(_PEOPLE))
