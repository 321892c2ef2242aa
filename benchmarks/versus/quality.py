"""How good each side's pictures are, each against a long reference of its own, and how many samples make them equal."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import numpy as np

from longtail.scenes.config.loading import load
from versus.contest import DEFAULTS, EQUAL, LONGTAIL, Arena, Entry
from versus.kinds import SAMPLES, Kind

# Samples that each side is tried at, to find those that equal the other's quality.
LADDER = (8, 16, 32)
# How Longtail's reference is denoised: by no network that is fitted to such pictures, which would find its own errors.
_NEUTRAL = "high"
# What Longtail's denoiser may be asked for; of these, all but the scenario's default are shown beside it.
QUALITIES = ("balanced", "high")

Likeness = dict[str, float]


def otherwise_denoised(kind: Kind) -> list[Entry]:
    """Longtail with a denoiser of another quality than the scenario's default."""
    usual = load(kind.scenario).render.denoise_quality
    return [Entry(LONGTAIL, SAMPLES, quality) for quality in QUALITIES if quality != usual]


def measure(arena: Arena, white: float, reference: int, scale: float) -> dict[str, Likeness]:
    """Likeness of each entry to a picture of its own side of `reference` samples; "both" compares the two references.

    Kept in the arena's folder and read from there the next time.
    """
    others = otherwise_denoised(arena.kind)
    asked = [f"{reference} {scale:g} {_NEUTRAL}", *map(str, LADDER), *(entry.denoise_quality for entry in others)]
    kept = arena.folder / f"quality {' '.join(asked)}.json"
    if kept.exists():
        found: dict[str, Likeness] = json.loads(kept.read_text())
        return found
    pictures: dict[Entry, str] = {}
    references = {}
    ladder, long = [(str(samples), samples, True) for samples in LADDER], ("reference", reference, True)
    for side in (LONGTAIL, EQUAL, DEFAULTS):
        made = arena.pictures(Entry(side), [*ladder, long], scale)
        references[side] = made["reference"]
        pictures |= {Entry(side, samples): made[str(samples)] for samples in LADDER}
    for entry in others:
        neutral = entry.denoise_quality == _NEUTRAL
        made = arena.pictures(entry, [(str(SAMPLES), SAMPLES, True), *([long] if neutral else [])], scale)
        pictures[entry] = made[str(SAMPLES)]
        if neutral:
            references[LONGTAIL] = made["reference"]
    pairs = {entry.name: (picture, references[entry.side]) for entry, picture in pictures.items()}
    pairs["both"] = references[EQUAL], references[LONGTAIL]
    likeness = dict(zip(pairs, arena.compare(list(pairs.values()), white), strict=True))
    kept.write_text(json.dumps(likeness, indent=1))
    return likeness


def equal_samples(psnr_db: Mapping[int, float], wanted_db: float) -> int:
    """The samples at which a side whose quality is `psnr_db`, by samples, has `wanted_db`.

    Between two measurements PSNR is taken as linear in the logarithm of samples; beyond them the nearest is returned.
    Where more samples came out worse, which a noise threshold and chance do, they count as equal to fewer.
    """
    samples = sorted(psnr_db)
    best_db = np.maximum.accumulate([psnr_db[number] for number in samples])
    exponent = np.interp(wanted_db, best_db, np.log2(samples))
    return round(float(2**exponent))


def entries(likeness: Mapping[str, Likeness], others: Sequence[Entry] = ()) -> list[Entry]:
    """Who is to be timed: all at the same samples, `others` too, and each side at the other's quality where that needs
    other samples."""
    ladders = {
        side: {samples: likeness[Entry(side, samples).name]["psnr_db"] for samples in LADDER}
        for side in (LONGTAIL, EQUAL, DEFAULTS)
    }
    theirs = [Entry(side, equal_samples(ladders[side], ladders[LONGTAIL][SAMPLES])) for side in (EQUAL, DEFAULTS)]
    ours = [Entry(LONGTAIL, equal_samples(ladders[LONGTAIL], ladders[side][SAMPLES])) for side in (EQUAL, DEFAULTS)]
    return list(dict.fromkeys([Entry(LONGTAIL), *others, Entry(EQUAL), Entry(DEFAULTS), *theirs, *ours]))
