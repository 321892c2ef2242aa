"""People who do what few do: under umbrellas, behind prams, at work on the road, sitting and lying."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from longtail.scenes.assets.people import carried
from longtail.scenes.assets.people.figure import (
    BLACK,
    CHINOS,
    GREY,
    JEANS,
    JEANS_PALE,
    LEATHER_SHOE,
    LIME,
    LINEN,
    ORANGE,
    SOLE,
    TIGHTS,
    WHITE_SHOE,
    Outfit,
)
from longtail.scenes.assets.people.member import Member
from longtail.scenes.assets.people.poses import POSES, Arm, Pose
from longtail.scenes.assets.people.who import Who
from longtail.scenes.geometry.materials import Material, Principled, srgb

_NAVY, _RED = Principled(srgb("#242f45"), roughness=0.95), Principled(srgb("#7c2b2e"), roughness=0.95)
_UMBRELLA_ARM = Arm(hold=(0.62, 0.25, 0.09))
_TROUSERS: tuple[Material, ...] = (JEANS, BLACK, CHINOS, GREY, JEANS_PALE)


def specials() -> Iterator[Member]:
    """All of them."""
    yield from _under_umbrellas()
    yield from _with_prams()
    yield from _workers()
    yield from _sitters()
    yield from _lying()


def _who(words: str) -> Who:
    """Of "adult woman slim tall warm"."""
    age, sex, build, height, clothing = words.split()
    return Who(age, sex == "woman", build, height, clothing)


def _dressed(who: Who, number: int, **changes: Any) -> Outfit:
    """Plain clothes that suit any posture."""
    cut = {"light": "tee", "casual": "hoodie", "smart": "shirt", "warm": "jacket"}[who.clothing]
    style = ("long", "tail", "bun")[number % 3] if who.female else "short"
    if who.age_group == "elderly":
        style = "bun" if who.female else ("bald", "short")[number % 2]
    if who.clothing == "warm" and number % 2:
        style = "beanie"
    return replace(
        Outfit(
            cut, style, legs=_TROUSERS[number % 5], flare=0.85 if who.female else 1.0, shoes=LEATHER_SHOE, cap=_NAVY
        ),
        **changes,
    )


def _rows(prefix: str, rows: tuple[tuple[str, str], ...]) -> Iterator[tuple[int, str, Who, Pose]]:
    for number, (words, pose) in enumerate(rows):
        who = _who(words)
        kind = {"child": ("boy", "girl"), "adult": ("man", "woman"), "elderly": ("old-man", "old-woman")}[who.age_group]
        yield number, f"{kind[who.female]}-{who.height}-{who.build}-{prefix}-{number + 1}", who, POSES[pose]


def _under_umbrellas() -> Iterator[Member]:
    rows = (
        ("adult man slim tall casual", "walk-2"),
        ("adult man heavy average warm", "walk-1"),
        ("adult woman average short warm", "walk-3"),
        ("adult woman heavy tall smart", "walk-4"),
        ("adult man average short smart", "stand"),
        ("adult woman slim average casual", "stand"),
        ("elderly man average tall warm", "walk-4"),
        ("elderly woman slim short warm", "walk-3"),
        ("elderly woman heavy average smart", "stand"),
        ("child man average tall casual", "walk-1"),
        ("child woman slim average warm", "walk-3"),
        ("child man heavy short warm", "stand"),
    )
    covers = (BLACK, _RED, _NAVY, carried.NYLON_TEAL)
    for number, name, who, pose in _rows("umbrella", rows):
        held = replace(pose, arms=(pose.arms[0], _UMBRELLA_ARM))
        outfit = _dressed(who, number, carries=("umbrella",), bag=covers[number % 4])
        state = "standing" if rows[number][1] == "stand" else "walking"
        yield Member(name, who, held, outfit, frozenset({state, "umbrella"}))


def _with_prams() -> Iterator[Member]:
    rows = (
        ("adult woman average average casual", "pram"),
        ("adult man average tall casual", "pram"),
        ("adult woman heavy short warm", "pram"),
        ("adult man slim average smart", "pram"),
        ("elderly woman average average casual", "pram"),
    )
    covers = (carried.NYLON, carried.NYLON_TEAL, _RED, GREY, _NAVY)
    for number, name, who, pose in _rows("pram", rows):
        outfit = _dressed(who, number, carries=("pram",), bag=covers[number])
        yield Member(name, who, pose, outfit, frozenset({"walking", "pram"}))


def _workers() -> Iterator[Member]:
    rows = (
        ("adult man average average casual", "signal-stop"),
        ("adult woman average tall casual", "signal-side"),
        ("adult man heavy tall light", "stand"),
        ("adult woman slim short warm", "signal-stop"),
        ("adult man slim short warm", "walk-1"),
        ("adult man average tall light", "signal-side"),
    )
    for number, name, who, pose in _rows("worker", rows):
        vest, things = (LIME, ORANGE)[number % 2], ("paddle",) if rows[number][1] == "signal-stop" else ()
        helmet = (LINEN, ORANGE, Principled(srgb("#e0b814"), roughness=0.5))[number % 3]
        outfit = _dressed(
            who, number, style="helmet", cap=helmet, vest=vest, carries=things, legs=(_NAVY, ORANGE)[number % 2]
        )
        state = "walking" if rows[number][1].startswith("walk") else "standing"
        yield Member(name, who, pose, outfit, frozenset({state, "worker"}))


def _sitters() -> Iterator[Member]:
    seats = (
        ("adult man average average casual", "sit"),
        ("adult woman slim tall light", "sit-phone"),
        ("adult man heavy tall warm", "sit-phone"),
        ("adult woman average short smart", "sit"),
        ("adult woman heavy average warm", "sit"),
        ("elderly man average average smart", "sit"),
        ("elderly woman average short warm", "sit"),
        ("elderly man heavy tall casual", "sit"),
    )
    for number, name, who, pose in _rows("sitting", seats):
        outfit = _dressed(who, number, carries=("phone",) if seats[number][1] == "sit-phone" else ())
        yield Member(name, who, pose, outfit, frozenset({"sitting", "seat"}))
    ground = (
        ("adult man slim average warm", "sit-ground"),
        ("adult woman average average casual", "sit-ground"),
        ("adult man heavy short casual", "sit-ground"),
        ("child man average tall light", "sit-ground"),
        ("child woman slim short casual", "sit-ground"),
    )
    for number, name, who, pose in _rows("on-the-ground", ground):
        yield Member(name, who, pose, _dressed(who, number), frozenset({"sitting", "ground"}))


def _lying() -> Iterator[Member]:
    rows = (
        ("adult man average average casual", "lie-back"),
        ("adult woman slim average light", "lie-side"),
        ("adult man heavy tall warm", "lie-side"),
        ("elderly woman average average casual", "lie-back"),
        ("child woman average average casual", "lie-back"),
        ("elderly man average average warm", "lie-side"),
    )
    for number, name, who, pose in _rows("lying", rows):
        outfit = _dressed(who, number, shoes=WHITE_SHOE, sole=SOLE, legs=TIGHTS if who.female else JEANS)
        yield Member(name, who, pose, outfit, frozenset({"lying"}))
