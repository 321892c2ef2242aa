"""What one should know of a model that is sound enough to be used: a line each, with what to do."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from longtail.annotate.wording import counted, listed
from longtail.render.importing.fitting import Fitted
from longtail.render.importing.guesses import OTHER, SMALL_M, Guess
from longtail.render.importing.pack_file import Stated
from longtail.render.importing.plausible import home_of
from longtail.render.importing.reader import Read
from longtail.scenes.assets.library.description import SkySeen
from longtail.scenes.assets.packs.fitting import weld
from longtail.scenes.atmosphere.panorama import LEAST_SUN_DEG, REACH_DEG
from longtail.scenes.geometry.mesh import Mesh

# Of its edges; a few at seams are no matter.
_OPEN = 0.02


def remarks(read: Read, guess: Guess, made: Fitted, stated: Stated) -> Iterator[str]:
    """What is to be said of a model."""
    size = " x ".join(f"{side:.3g}" for side in guess.size_m)
    if guess.fits is False:
        yield f"{size} m is not plausible for {guess.category}: state size_m, units, up or category"
    if guess.fits is None and stated.size_m is None and guess.category != OTHER:
        yield f"how large a {guess.category} is nobody has said, so its size was not looked at: state size_m"
    yield from _unplaced(guess)
    if guess.category == OTHER and stated.category is None and guess.family == "household":
        yield "its name tells no category, so it is an 'other object': state category"
    if stated.licence is None:
        yield "no licence is stated, so datasets will credit it as unknown: state licence and creator"
    if read.missing:
        count = counted(len(read.missing), "texture")
        yield f"{count} not there ({listed(read.missing, most=3)}): put them beside the model"
    yield from read.notes
    if "panorama" in guess.tags:
        yield _sky(read.sky)
    triangles = len(made.mesh.triangles)
    if read.before > 1.2 * triangles and read.before - triangles > 10_000:
        yield f"reduced from {read.before:,} to {counted(triangles, 'triangle')}"
    if guess.family == "household" and (share := open_share(weld(made.mesh))) > _OPEN:
        yield f"{share:.0%} of its edges are open (holes, or sheets): physics takes its convex parts for solid"
    if _cabin_ahead(made.mesh) and stated.front is None and (guess.serves or guess.category) == "car":
        yield "its cabin lies ahead of the middle: if `longtail assets show` has it drive backwards, state front"


def _sky(sky: SkySeen | None) -> str:
    """Which skies it may be."""
    if sky is None:
        return (
            "it is no sky of streets: it shows neither a sun 5 degrees up or more nor an even cover of clouds, or "
            "houses and trees before these"
        )
    if sky.sun_elevation_deg is None:
        return "it may be a covered sky (lighting.panorama)"
    low, high = max(sky.sun_elevation_deg - REACH_DEG, LEAST_SUN_DEG), min(sky.sun_elevation_deg + REACH_DEG, 90.0)
    return f"it may be the sky where the sun is {low:.0f} to {high:.0f} degrees up (lighting.panorama)"


def _unplaced(guess: Guess) -> Iterator[str]:
    """That no scenario but random, which takes anything, has a place for a thing, and what to do."""
    if guess.family == "household" and max(guess.size_m) >= SMALL_M:
        yield f"it is longer than {SMALL_M} m, so it does not lie on tables, and random alone places it: state size_m"
    elif guess.category != OTHER and home_of(guess.serves or guess.category) is None and guess.family != "household":
        new = f"category: {{name: {guess.category}, supercategory: ..., like: ...}}"
        yield f"no scenario but random places a {guess.category}: state in whose place it is to be put, {new}"
    elif guess.category == OTHER and guess.family != "household":
        yield "no scenario but random places an 'other object' of its size: state category"


def open_share(mesh: Mesh) -> float:
    """The share of the edges that border one face only, 0..1."""
    edges = np.sort(np.concatenate([mesh.triangles[:, pair] for pair in ((0, 1), (1, 2), (2, 0))]), axis=1)
    _, counts = np.unique(edges, axis=0, return_counts=True)
    return float((counts == 1).sum() / len(counts))


def _cabin_ahead(mesh: Mesh) -> bool:
    """Whether the upper third lies mostly ahead of the middle; cars have their cabins behind it, or all along."""
    corners = mesh.vertices_m[mesh.triangles].astype(np.float64)
    middles = corners.mean(axis=1)
    areas = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    high = middles[:, 2] > 0.67 * float(mesh.size_m[2])
    if not high.any() or areas[high].sum() <= 0:
        return False
    return bool(np.average(middles[high, 0], weights=areas[high]) > 0.05 * float(mesh.size_m[0]))
