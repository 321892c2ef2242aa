"""Broad-leaved trees: habits of species after street-tree lists (GALK Strassenbaumliste), grown variant by variant."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from longtail.scenes.assets.asset import Asset, Procedural
from longtail.scenes.assets.vegetation.leaves import fitted, kites, shades, sprays
from longtail.scenes.assets.vegetation.skeleton import Points, Rng, Skeleton, grow, skin, thicken, unit
from longtail.scenes.geometry.materials import Bark, Principled, Rgb, Wood
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import convex_hull, tube


@dataclass(frozen=True)
class Species:
    """How a kind of tree grows. `profile` is the crown's radius from its base to its top as shares of the widest.

    `leader` is how far up the crown the trunk runs through; `clumps` how many boughs carry the foliage; `lift` bends
    branches up; `leaf_m` and `leaf_width` are length and width as a share of it; `heart` counts the dark
    sprays deep in the crown, larger than leaves, that stand for the many leaves behind those that one sees.
    """

    kind: str
    tags: tuple[str, ...]
    height_m: float
    radius_m: float
    clear_stem_m: float
    trunk_m: float
    profile: tuple[float, ...]
    bark: Rgb
    leaf_rgb: Rgb
    leader: float = 0.5
    clumps: int = 60
    clump_m: float = 0.34
    lift: float = 0.12
    heart: int = 520
    gnarl: float = 0.16
    leaves: int = 5600
    leaf_m: float = 0.15
    leaf_width: float = 0.85
    shoot_m: float = 0.5
    per_shoot: int = 7
    droop: float = 0.1
    lean_m: float = 0.12
    fruit: Rgb | None = None
    staked: bool = False


_ROUND = (0.42, 0.78, 0.95, 1.0, 0.97, 0.86, 0.68, 0.3)
LINDEN = Species(
    "linden", ("street tree",), 9.8, 3.05, 2.5, 0.15, _ROUND, (0.12, 0.1, 0.08), (0.06, 0.15, 0.025), leaves=5200,
    leaf_m=0.165, clumps=110
)  # fmt: skip
PLANE = Species(
    "plane", ("street tree",), 10.6, 3.3, 3.2, 0.18, (0.35, 0.7, 0.92, 1.0, 0.93, 0.8, 0.6, 0.25), (0.27, 0.25, 0.18),
    (0.08, 0.17, 0.032), clumps=90, clump_m=0.42, gnarl=0.24, leaves=5000, leaf_m=0.19, leaf_width=0.95, leader=0.45,
)  # fmt: skip
BIRCH = Species(
    "birch", ("street tree", "garden"), 9.6, 2.2, 2.3, 0.11, (0.5, 0.85, 1.0, 0.96, 0.8, 0.6, 0.4, 0.12),
    (0.48, 0.46, 0.42), (0.082, 0.18, 0.035), leader=0.93, clumps=90, clump_m=0.26, lift=0.14, leaves=5800, leaf_m=0.11,
    leaf_width=0.75, shoot_m=0.85, per_shoot=12, droop=0.75,
)  # fmt: skip
HORNBEAM = Species(
    "hornbeam", ("street tree",), 8.8, 1.35, 1.9, 0.11, (0.55, 0.86, 1.0, 0.98, 0.88, 0.7, 0.42, 0.1),
    (0.15, 0.14, 0.12), (0.062, 0.145, 0.022), leader=0.95, clumps=130, clump_m=0.22, lift=0.3, leaves=6000, heart=700,
    leaf_m=0.13, leaf_width=0.7, shoot_m=0.4, droop=0.0,
)  # fmt: skip
POPLAR = replace(
    HORNBEAM, kind="poplar", height_m=13.0, radius_m=1.25, clear_stem_m=1.2, trunk_m=0.16, bark=(0.17, 0.15, 0.11),
    leaf_rgb=(0.07, 0.165, 0.03), lift=0.6, leaves=6400, leaf_m=0.13, leaf_width=0.9, shoot_m=0.5, clumps=140,
)  # fmt: skip
YOUNG = Species(
    "young", ("street tree", "garden"), 4.7, 1.15, 1.9, 0.045, (0.5, 0.85, 1.0, 0.95, 0.8, 0.6, 0.3),
    (0.14, 0.11, 0.08), (0.072, 0.175, 0.03), leader=0.85, clumps=60, clump_m=0.2, lift=0.25, leaves=2600, leaf_m=0.11,
    leaf_width=0.8, shoot_m=0.34, lean_m=0.04, staked=True,
)  # fmt: skip
APPLE = Species(
    "apple", ("garden",), 4.6, 2.1, 1.35, 0.1, (0.6, 0.92, 1.0, 0.98, 0.88, 0.68, 0.35), (0.12, 0.1, 0.085),
    (0.062, 0.14, 0.03), leader=0.35, clumps=70, gnarl=0.3, leaves=4200, leaf_m=0.1, leaf_width=0.65, shoot_m=0.42,
    fruit=(0.42, 0.05, 0.03), lean_m=0.15,
)  # fmt: skip
SPECIES = (LINDEN, PLANE, BIRCH, HORNBEAM, POPLAR, YOUNG, APPLE)


def _crown(rng: Rng, species: Species) -> Points:
    """Attractors: clumps spread through the crown, denser at its skin, each the foliage of one bough."""
    profile = np.array(species.profile)
    share = np.linspace(0, 1, len(profile))
    crown_m = species.height_m - species.clear_stem_m - species.shoot_m * 0.4
    reach = species.radius_m - 0.5 * species.shoot_m
    centres = np.zeros((0, 3))
    while len(centres) < species.clumps:
        # The best of a dozen candidates is the one farthest from all others: clumps keep apart.
        t = rng.choice(np.linspace(0, 1, 64), 12, p=_weights(profile))
        around, out = rng.uniform(0, 2 * np.pi, 12), np.sqrt(rng.uniform(0.12, 1.0, 12))
        radius = reach * np.interp(t, share, profile) * out
        tries = np.stack(
            [radius * np.cos(around), radius * np.sin(around), species.clear_stem_m + 0.3 + t * (crown_m - 0.3)], axis=1
        )
        gaps = np.linalg.norm(tries[:, None] - centres[None], axis=2).min(axis=1, initial=9.0)
        centres = np.concatenate([centres, tries[gaps.argmax()][None]])
    spread = rng.normal(0, species.clump_m, (len(centres), 4, 3)) * (1.0, 1.0, 0.6)
    return np.concatenate([centres, (centres[:, None] + spread).reshape(-1, 3)])


def _weights(profile: Points) -> Points:
    weights = np.interp(np.linspace(0, 1, 64), np.linspace(0, 1, len(profile)), profile) ** 1.5
    return np.asarray(weights / weights.sum())


def _skeleton(rng: Rng, species: Species) -> Skeleton:
    top = species.clear_stem_m + species.leader * (species.height_m - species.clear_stem_m)
    heights = np.concatenate([[0.0, 0.07, 0.18, 0.4], np.arange(0.75, top, 0.35)])
    way = rng.uniform(0, 2 * np.pi)
    bow = species.lean_m * np.sin(np.pi * heights / (top * 1.3))
    wander = np.cumsum(rng.normal(0, 0.012, (len(heights), 2)), axis=0) * (heights > 0.5)[:, None]
    trunk = np.column_stack([bow * np.cos(way) + wander[:, 0], bow * np.sin(way) + wander[:, 1], heights])
    points, parents = grow(rng, trunk, _crown(rng, species), lift=species.lift, gnarl=species.gnarl)
    return thicken(points, parents, species.trunk_m)


def _leaf_shoots(rng: Rng, species: Species, skeleton: Skeleton, count: int) -> tuple[Points, Points, Points]:
    """Where shoots start, which way they point, and how deep in the crown they are (0 skin, 1 heart)."""
    points, ahead = skeleton.points_m, skeleton.directions
    ends = np.flatnonzero((skeleton.radii_m < 0.022) & (points[:, 2] > species.clear_stem_m - 0.3))
    tip = ~np.isin(ends, skeleton.parents)
    weight = np.where(tip, 2.2, 1.0)
    # Low-discrepancy rather than random picks: every twig gets its share, none is left bald.
    picks = ends[np.searchsorted(np.cumsum(weight) / weight.sum(), (np.arange(count) + rng.uniform(0, 1)) / count)]
    axis = np.column_stack([np.zeros((count, 2)), np.full(count, species.clear_stem_m)])
    axis[:, 2] += 0.4 * (points[picks, 2] - axis[:, 2])
    out = points[picks] - axis
    depth = 1 - np.linalg.norm(out[:, :2], axis=1) / species.radius_m - 0.25
    depth -= 0.6 * (points[picks, 2] - species.clear_stem_m) / (species.height_m - species.clear_stem_m) - 0.3
    along = unit(out) * 0.6 + ahead[picks] * 0.55 + rng.normal(0, 0.45, (count, 3)) + (0, 0, species.lift)
    start = points[picks] + rng.uniform(-0.16, 0.1, (count, 1)) * ahead[picks]
    return start, along, np.clip(depth, 0, 1)


_STAKES_M = (0.792, 0.74, 1.752)


def _stakes() -> Mesh:
    """Three posts of 8 cm about the stem, joined by laths, with a tie of webbing: the usual support of new trees."""
    wood, webbing = Wood((0.3, 0.2, 0.11)), Principled((0.05, 0.045, 0.035), roughness=0.9)
    turns = 2 * np.pi * np.arange(3) / 3 + 0.4
    foot = np.column_stack([0.42 * np.cos(turns), 0.42 * np.sin(turns)])
    posts = [tube([[x, y, 0.0], [0.9 * x, 0.9 * y, 1.75]], 0.035, wood, sides=8) for x, y in foot]
    laths = [
        tube([[*(0.92 * foot[i]), 1.6 + 0.03 * i], [*(0.92 * foot[(i + 1) % 3]), 1.6 + 0.03 * i]], 0.022, wood, sides=6)
        for i in range(3)
    ]
    ties = [tube([[0.88 * x, 0.88 * y, 1.5], [0.0, 0.0, 1.47]], 0.014, webbing, sides=4) for x, y in foot]
    return join([*posts, *laths, *ties])


def _heart(rng: Rng, species: Species, skeleton: Skeleton) -> Mesh:
    start, along, depth = _leaf_shoots(rng, species, skeleton, species.heart)
    centre = start * (0.86, 0.86, 1.0) + rng.normal(0, 0.08, start.shape)
    size = species.leaf_m * rng.uniform(1.8, 2.9, species.heart)
    dark, body, _ = shades(species.leaf_rgb)
    slots = (rng.random(species.heart) > 0.6 + depth).astype(np.float64)
    ahead = along + rng.normal(0, 0.8, start.shape)
    return kites(centre, ahead, rng.normal(0, 1, start.shape) + (0, 0, 0.5), size, 0.7, (dark, body), slots)


def _twigs(rng: Rng, species: Species, start: Points, along: Points) -> Mesh:
    """Winter's twigs as slender kites: shoots, and side shoots from two thirds of each."""
    dark = Bark((species.bark[0] * 0.7, species.bark[1] * 0.65, species.bark[2] * 0.6))
    long = 1.4 * species.shoot_m * rng.uniform(0.5, 1.1, len(start))
    bases, ways, lengths = [start], [unit(along)], [long]
    for share in (0.3, 0.6):
        bases.append(start + share * long[:, None] * ways[0])
        ways.append(unit(ways[0] + rng.normal(0, 0.55, start.shape) + (0, 0, 0.15)))
        lengths.append(long * 0.6)
    base, way = np.concatenate(bases), np.concatenate(ways)
    facing = rng.normal(0, 1, base.shape)
    none = np.zeros(len(base))
    return kites(base, way, facing, np.concatenate(lengths), 0.022, (dark,), none, fold=0.4, curl=-0.1)


def _tree(species: Species, seed: int, size_m: tuple[float, float, float], bare: bool) -> Mesh:
    rng = np.random.default_rng(seed)
    skeleton = _skeleton(rng, species)
    # What leaves hide needs no wood.
    parts = [skin(skeleton, Bark(species.bark), thinnest_m=0.0 if bare else 0.013)]
    count = 1500 if bare else species.leaves // species.per_shoot
    start, along, depth = _leaf_shoots(rng, species, skeleton, count)
    if bare:
        parts.append(_twigs(rng, species, start, along + (0, 0, 0.3)))
    else:
        parts.append(
            sprays(
                rng, start, along, species.shoot_m, species.per_shoot, species.leaf_m, species.leaf_width,
                species.leaf_rgb, depth, droop=species.droop,
            )
        )  # fmt: skip
        parts.append(_heart(rng, species, skeleton))
    if species.fruit is not None and not bare:
        apple = convex_hull(
            0.04 * np.concatenate([np.eye(3), -np.eye(3)]), Principled(species.fruit, 0.35), smooth=True
        )
        hang = start[rng.choice(count, 45, replace=False)] + (0.0, 0.0, -0.12)
        parts += [apple.moved(*spot) for spot in hang]
    return fitted(join(parts), size_m)


def _asset(species: Species, variant: int, *, bare: bool = False) -> Procedural:
    """Variants differ by seed and by a tenth in height and girth, as plants of one year do."""
    rng = np.random.default_rng(100 * variant + 7)
    grown = replace(
        species,
        height_m=species.height_m * rng.uniform(0.93, 1.07),
        radius_m=species.radius_m * rng.uniform(0.94, 1.04),
    )
    size = (
        round(2 * grown.radius_m, 2),
        round(2 * grown.radius_m * rng.uniform(0.94, 1.0), 2),
        round(grown.height_m, 2),
    )
    stem = 1.0 if species.staked else round(max(0.3, 3.2 * species.trunk_m), 2)
    kind = f"{species.kind}-bare" if bare else species.kind
    stakes = Procedural(f"tree/{kind}-{variant}/stakes", "pole", _STAKES_M, carries=True, recipe=_stakes)
    return Procedural(
        f"tree/{kind}-{variant}",
        "vegetation",
        size,
        tags=frozenset((*species.tags, "bare") if bare else species.tags),
        species=kind,
        footprint_m=(stem, stem),
        attached=(stakes,) if species.staked else (),
        recipe=partial(_tree, grown, 1000 * variant + sum(map(ord, species.kind)), size, bare),
    )


ASSETS: tuple[Asset, ...] = (
    *(_asset(species, variant) for species in SPECIES for variant in (1, 2, 3)),
    *(_asset(LINDEN, variant, bare=True) for variant in (1, 2, 3)),
)
