"""The people themselves: who walks, stands and runs in the streets."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.assets.people import carried
from longtail.scenes.assets.people.body import Build
from longtail.scenes.assets.people.crowd import crowd
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
    walking,
)
from longtail.scenes.assets.people.gait import AGED, PUSH, RUN, SHUFFLE, WALK, Gait, stand_phase, stride_m
from longtail.scenes.assets.people.member import Member
from longtail.scenes.assets.people.poses import POSES, Arm, Pose
from longtail.scenes.assets.people.sizes import SIZES_M
from longtail.scenes.assets.people.specials import specials
from longtail.scenes.assets.people.who import Facts, facts
from longtail.scenes.geometry.complexion import SKIN
from longtail.scenes.geometry.materials import Principled, Rgb, srgb

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
    ("man-walking-strike", "adult", MAN, _W1, Outfit("jacket"), False),
    ("man-walking-toe-off", "adult", MAN, _MIRROR[1],
     Outfit("hoodie", legs=JEANS_PALE, shoes=WHITE_SHOE, sole=SOLE, carries=("backpack",)), True),
    ("man-walking-swing", "adult", MAN, _W3,
     Outfit("coat", legs=GREY, hem_m=0.56, shoes=LEATHER_SHOE), False),
    ("man-walking-reach", "adult", MAN, _MIRROR[3],
     Outfit("shirt", legs=CHINOS, under=LINEN, shoes=LEATHER_SHOE), True),
    ("heavy-man-walking", "adult", HEAVY, _MIRROR[0],
     Outfit("jacket", "cap", legs=JEANS, flare=1.12, cap=_WOOL_NAVY), False),
    ("heavy-man-walking-shopping", "adult", HEAVY, replace(_W2, arms=(Arm(-4, 6, 12, 0), _W2.arms[1])),
     Outfit("tee", "bald", legs=CHINOS, shorts=True, shoes=WHITE_SHOE, sole=SOLE,
            carries=("shopping",)), True),
    ("man-standing", "adult", MAN, POSES["stand"], Outfit("jacket", legs=BLACK), False),
    ("man-standing-pockets", "adult", MAN, POSES["pockets"],
     Outfit("jacket", "beanie", cap=_WOOL_RED), False),
    ("man-standing-phone", "adult", MAN, POSES["phone"],
     Outfit("hoodie", legs=BLACK, shoes=WHITE_SHOE, sole=SOLE, carries=("phone",)), True),
    ("woman-walking-strike", "adult", WOMAN, _MIRROR[0],
     Outfit("coat", "long", legs=BLACK, hem_m=0.5, flare=0.85, carries=("handbag",),
            bag=carried.LEATHER), False),
    ("woman-walking-dress", "adult", WOMAN, _W2,
     Outfit("dress", "long", legs=None, hem_m=0.5, shoes=LEATHER_SHOE), True),
    ("woman-walking-skirt", "adult", SLIM, _W4,
     Outfit("shirt", "tail", legs=TIGHTS, skirt=_DENIM_SKIRT, hem_m=0.54, flare=0.78, under=SKIN,
            carries=("handbag",), bag=carried.NYLON_RED), True),
    ("woman-walking-swing", "adult", SLIM, _MIRROR[2],
     Outfit("jacket", "bun", legs=JEANS_PALE, flare=0.85, shoes=WHITE_SHOE, sole=SOLE), True),
    ("woman-walking-backpack", "adult", WOMAN, _MIRROR[3],
     Outfit("tee", "tail", legs=BLACK, flare=0.8, shoes=WHITE_SHOE, sole=SOLE,
            carries=("backpack",), bag=carried.NYLON_TEAL), True),
    ("woman-walking-umbrella", "adult", WOMAN, _under_umbrella(_W1),
     Outfit("coat", "bun", legs=BLACK, hem_m=0.52, flare=0.85, carries=("umbrella",),
            bag=_WOOL_RED), False),
    ("man-walking-umbrella", "adult", MAN, _under_umbrella(_MIRROR[3]),
     Outfit("jacket", legs=GREY, carries=("umbrella",), bag=BLACK), False),
    ("woman-standing", "adult", WOMAN, POSES["stand"].mirrored(),
     Outfit("shirt", "bun", legs=TIGHTS, skirt=_PLEATS, hem_m=0.45, flare=0.78,
            under=SKIN), True),
    ("woman-standing-phone", "adult", SLIM, POSES["phone"],
     Outfit("jacket", "long", legs=JEANS, flare=0.85, carries=("phone", "handbag"), bag=carried.NYLON),
     False),
    ("teen-walking", "adult", TEEN, _W2,
     Outfit("hoodie", "beanie", legs=BLACK, shoes=WHITE_SHOE, sole=SOLE, carries=("backpack",),
            cap=GREY), True),
    ("teen-standing-pockets", "adult", TEEN, POSES["pockets"],
     Outfit("hoodie", legs=JEANS_PALE, shoes=WHITE_SHOE, sole=SOLE), True),
    ("child-walking", "child", CHILD, _MIRROR[0],
     Outfit("jacket", legs=JEANS, carries=("backpack",), bag=carried.NYLON_TEAL), True),
    ("child-walking-swing", "child", SMALL, _W3,
     Outfit("jacket", "beanie", legs=GREY, cap=_WOOL_RED), True),
    ("child-running", "child", CHILD, POSES["run"],
     Outfit("tee", legs=JEANS, shorts=True, shoes=WHITE_SHOE, sole=SOLE), True),
    ("girl-running", "child", CHILD, POSES["run"].mirrored(),
     Outfit("dress", "tail", legs=None, hem_m=0.4, shoes=WHITE_SHOE, sole=SOLE), True),
    ("child-standing", "child", SMALL, POSES["stand"],
     Outfit("hoodie", "tail", legs=JEANS_PALE, shoes=WHITE_SHOE, sole=SOLE), True),
    ("old-man-walking-stick", "elderly", OLD_MAN, POSES["shuffle"],
     Outfit("jacket", "cap", legs=CHINOS, shoes=LEATHER_SHOE, cap=GREY, carries=("stick",)), False),
    ("old-woman-walking-stick", "elderly", OLD_WOMAN, POSES["shuffle"],
     Outfit("coat", legs=TIGHTS, flare=0.8, hem_m=0.36, carries=("stick",)), False),
    ("old-man-standing", "elderly", OLD_MAN, POSES["lean"],
     Outfit("coat", "bald", legs=GREY, hem_m=0.6, shoes=DARK_SHOE, sole=DARK_SOLE,
            carries=("stick",)), False),
)  # fmt: skip

_WORDS: dict[Build, tuple[str, str]] = {
    MAN: ("average", "average"),
    HEAVY: ("heavy", "average"),
    WOMAN: ("average", "average"),
    SLIM: ("slim", "tall"),
    TEEN: ("slim", "short"),
    CHILD: ("average", "average"),
    SMALL: ("average", "short"),
    OLD_MAN: ("average", "average"),
    OLD_WOMAN: ("average", "average"),
}
"""Build and height."""
_CLOTHING = {"tee": "light", "dress": "light", "hoodie": "casual", "jacket": "casual", "shirt": "smart", "coat": "warm"}


def _asset(
    number: int, name: str, build: Build, facts: Facts, pose: Pose, outfit: Outfit, stoop_deg: float, bright: bool,
    tags: frozenset[str],
) -> Procedural:  # fmt: skip
    gait = _gait(tags, outfit)
    return Procedural(
        f"person/{name}",
        "person",
        SIZES_M[name],
        tags=tags,
        tints=_BRIGHT if bright else _CALM,
        attributes=facts,
        recipe=partial(person, build, pose, outfit, stoop_deg=stoop_deg, seed=number),
        skeleton=partial(skeleton_of, build, pose, outfit, stoop_deg=stoop_deg, seed=number),
        gait=partial(walking, build, pose, outfit, gait, stoop_deg=stoop_deg, seed=number) if gait else None,
        stride_m=stride_m(build, gait) if gait else 0.0,
        strides_s=gait.strides_s if gait else 0.0,
        stand_phase=stand_phase(gait) if gait else None,
    )


def _gait(tags: frozenset[str], outfit: Outfit) -> Gait | None:
    """How somebody with these tags walks; None of who does not."""
    if "walking" not in tags:
        return None
    if "running" in tags:
        return RUN
    if "stick" in outfit.carries:
        return SHUFFLE
    if "pram" in outfit.carries:
        return PUSH
    return AGED if "elderly" in tags else WALK


def _of_row(number: int, entry: tuple[str, str, Build, Pose, Outfit, bool]) -> Procedural:
    name, age, build, pose, outfit, bright = entry
    tags = {"standing" if "standing" in name else "walking", age}
    tags |= {"umbrella"} if "umbrella" in outfit.carries else set()
    tags |= {"running"} if "running" in name else set()
    known = facts(age, *_WORDS[build], _CLOTHING[outfit.cut], build.stature_m)
    return _asset(number, name, build, known, pose, outfit, 26.0 if age == "elderly" else 3.0, bright, frozenset(tags))


def _of_member(number: int, member: Member) -> Procedural:
    who = member.who
    tags = member.tags | {who.age_group}
    return _asset(
        number, member.name, who.body, who.facts, member.pose, member.outfit, member.stoop_deg, member.bright, tags
    )


_MEMBERS: tuple[Member, ...] = (*crowd(), *specials())

ASSETS: tuple[Asset, ...] = (
    *(_of_row(number, entry) for number, entry in enumerate(_PEOPLE, start=1)),
    *(_of_member(number, member) for number, member in enumerate(_MEMBERS, start=101)),
)
