"""A crowd in which every age, build, height and clothing meets every other, each as often: so that none is a sign of
another. What they do goes round among them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from longtail.scenes.assets.people import carried
from longtail.scenes.assets.people.figure import (
    BLACK,
    CHINOS,
    GREY,
    JEANS,
    JEANS_PALE,
    LEATHER_SHOE,
    LINEN,
    SOLE,
    TIGHTS,
    WHITE_SHOE,
    Outfit,
)
from longtail.scenes.assets.people.member import Member
from longtail.scenes.assets.people.poses import POSES, Pose
from longtail.scenes.assets.people.who import AGE_GROUPS, BUILDS, CLOTHING, HEIGHTS, Who
from longtail.scenes.geometry.complexion import SKIN
from longtail.scenes.geometry.materials import Material, Principled, srgb

_WOOL = (Principled(srgb("#7c2b2e"), roughness=0.95), Principled(srgb("#242f45"), roughness=0.95))
_SKIRTS = (Principled(srgb("#3d4f6b"), roughness=0.9), Principled(srgb("#5b3a3e"), roughness=0.9))
_BAGS = (carried.NYLON, carried.NYLON_TEAL, carried.LEATHER, carried.NYLON_RED)
_TROUSERS: tuple[Material, ...] = (JEANS, BLACK, CHINOS, JEANS_PALE, GREY)

# Half of them walk. As many kinds as are prime to the numbers of all words, so that each word has all of them.
_DOINGS = (
    "walk-1", "stand", "walk-2 mirrored", "phone", "walk-3", "walk-4 mirrored", "pockets", "run", "walk-1 mirrored",
    "call", "walk-2", "stand mirrored", "walk-4",
)  # fmt: skip
_OLD_DOINGS = (
    "walk-1", "stick", "walk-3 mirrored", "stand", "shuffle", "walk-4", "lean", "walk-2", "stick mirrored", "phone",
    "shuffle mirrored", "stand mirrored", "walk-1 mirrored",
)  # fmt: skip
_LOOSE = {"run": "run-adult", "stick": "shuffle"}


def crowd() -> Iterator[Member]:
    """Every combination once, women and men in turn."""
    for age in AGE_GROUPS:
        doings = _OLD_DOINGS if age == "elderly" else _DOINGS
        for number, (height, build, clothing) in enumerate(product(HEIGHTS, BUILDS, CLOTHING)):
            # By all three, so that neither sex is a sign of any.
            female = bool((HEIGHTS.index(height) + BUILDS.index(build) + CLOTHING.index(clothing)) % 2)
            doing = doings[number % len(doings)]
            if doing == "run" and clothing in ("smart", "warm"):
                doing = "walk-3 mirrored"
            who = Who(age, female, build, height, clothing)
            yield Member(_name(who, doing), who, _pose(who, doing), _outfit(who, doing, number), _state(doing))


def _name(who: Who, doing: str) -> str:
    kind = {"child": ("boy", "girl"), "adult": ("man", "woman"), "elderly": ("old-man", "old-woman")}[who.age_group]
    return "-".join([kind[who.female], who.height, who.build, who.clothing, doing.split()[0]])


def _state(doing: str) -> frozenset[str]:
    word = doing.split()[0].split("-")[0]
    moving = word in ("walk", "run", "shuffle", "stick")
    return frozenset({"walking" if moving else "standing", *({"running"} if word == "run" else ())})


def _pose(who: Who, doing: str) -> Pose:
    word, *mirrored = doing.split()
    pose = POSES[_LOOSE.get(word, word) if who.age_group != "child" or word != "run" else "run"]
    # What a hand holds is drawn in the right one.
    return pose.mirrored() if mirrored and word != "stick" else pose


def _outfit(who: Who, doing: str, number: int) -> Outfit:
    dressed = {"light": _light, "casual": _casual, "smart": _smart, "warm": _warm}[who.clothing](who, number)
    bag, style = _BAGS[number % len(_BAGS)], _style(who, number)
    return replace(dressed, style=style, carries=_things(who, doing, number), bag=bag)


def _flare(who: Who) -> float:
    return 0.82 if who.female else 1.0


def _light(who: Who, number: int) -> Outfit:
    if who.female and number % 3:
        return Outfit("dress", legs=None, hem_m=0.27 * who.stature_m, shoes=WHITE_SHOE, sole=SOLE)
    trousers, shorts = _TROUSERS[number % len(_TROUSERS)], bool(number % 2)
    return Outfit("tee", legs=trousers, shorts=shorts, flare=_flare(who), shoes=WHITE_SHOE, sole=SOLE)


def _casual(who: Who, number: int) -> Outfit:
    trousers = _TROUSERS[number % len(_TROUSERS)]
    return Outfit("hoodie", legs=trousers, flare=_flare(who), shoes=WHITE_SHOE, sole=SOLE)


def _smart(who: Who, number: int) -> Outfit:
    if who.female and number % 2:
        skirt, hem_m = _SKIRTS[number % 4 // 2], 0.29 * who.stature_m
        return Outfit("shirt", legs=TIGHTS, skirt=skirt, hem_m=hem_m, flare=0.78, under=SKIN, shoes=LEATHER_SHOE)
    cut, trousers = "shirt" if number % 3 else "jacket", CHINOS if number % 2 else GREY
    return Outfit(cut, legs=trousers, flare=_flare(who), under=LINEN, shoes=LEATHER_SHOE)


def _warm(who: Who, number: int) -> Outfit:
    cut = "coat" if number % 2 or who.female else "jacket"
    trousers, hem_m = BLACK if who.female else _TROUSERS[number % len(_TROUSERS)], 0.31 * who.stature_m
    return Outfit(cut, legs=trousers, hem_m=hem_m, flare=_flare(who), cap=_WOOL[number % 2])


def _style(who: Who, number: int) -> str:
    if who.clothing == "warm" and number % 3 != 1:
        return "cap" if who.age_group == "elderly" and not who.female else "beanie"
    if who.female:
        return (
            ("bun", "short", "bun")[number % 3] if who.age_group == "elderly" else ("long", "tail", "bun")[number % 3]
        )
    return "bald" if who.age_group != "child" and number % 4 == 2 else "short"


def _things(who: Who, doing: str, number: int) -> tuple[str, ...]:
    word = doing.split()[0]
    if word in ("phone", "call"):
        return ("phone" if word == "phone" else "phone at the ear",)
    if word == "stick":
        return ("stick",)
    if word == "run":
        return ()
    if who.age_group == "child":
        return ("backpack",) if number % 3 == 0 else ()
    return ((), ("backpack",), (), ("handbag",), ("shopping",))[number % 5]
