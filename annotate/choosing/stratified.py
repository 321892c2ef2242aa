"""Splits in which every condition and class has its share, scenes being kept whole."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from longtail.annotate.choosing.frame_values import LIGHT, FrameValues
from longtail.annotate.choosing.splits import Splits
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.errors import DatasetError
from longtail.annotate.wording import counted
from longtail.occurrence import WEATHER, kinds
from longtail.statements.grammar import CATEGORY, IGNORED, THINGS

Counts = Mapping[int, Counter[str]]
"""By scene, how often it shows what: pictures of a condition, things of a class."""


def stratified(dataset: Dataset, splits: Splits, indices: Sequence[int] | None = None) -> Splits:
    """Splits of these shares, decided for every scene of the dataset, or of those frames.

    As many scenes as the shares say come into each, to the scene; among them kinds of weather, lights and the things of
    every class are dealt out in the same shares as well as whole scenes allow. The same frames give the same splits.
    DatasetError where there are fewer scenes than splits.
    """
    counts: dict[int, Counter[str]] = {}
    for index in dataset.frames() if indices is None else indices:
        values = FrameValues(dataset, index)
        counts.setdefault(values["scene"], Counter()).update(_shown(values))
    if len(counts) < len(splits.names):
        raise DatasetError(
            f"{dataset.place}: expected a scene for each of {', '.join(splits.names)}, got "
            f"{counted(len(counts), 'scene')}; render more, or give other shares"
        )
    shares = {name: splits.shares[name] for name in splits.names}
    return replace(splits, scenes=deal(counts, sizes_of(len(counts), shares), dataset.info.seed))


def _shown(values: FrameValues) -> Counter[str]:
    shown = Counter(f"class {thing[CATEGORY]}" for thing in values[THINGS] if not thing[IGNORED])
    shown.update(f"weather {kind}" for kind in kinds(str(values.get(WEATHER, ""))) if kind)
    shown[f"light {values[LIGHT]}"] += 1
    return shown


def sizes_of(scenes: int, shares: Mapping[str, float]) -> dict[str, int]:
    """How many scenes each split gets: by largest remainders, and one at least.

    Examples:
        >>> sizes_of(12, {"train": 0.8, "val": 0.1, "test": 0.1})
        {'train': 10, 'val': 1, 'test': 1}
    """
    exact = {name: scenes * share for name, share in shares.items()}
    sizes = {name: max(1, math.floor(size + 1e-9)) for name, size in exact.items()}
    while (left := scenes - sum(sizes.values())) != 0:
        # What is behind its share most gets one more; where ones at least were too many, what is above it gives one.
        behind = sorted(shares, key=lambda name: (sizes[name] - exact[name], name))
        name = behind[0] if left > 0 else next(name for name in reversed(behind) if sizes[name] > 1)
        sizes[name] += 1 if left > 0 else -1
    return sizes


def deal(counts: Counts, sizes: Mapping[str, int], seed: int) -> dict[int, str]:
    """The split of every scene, so that each split has so many scenes and its share of everything that is counted.

    Iterative stratification: what fewest scenes show is dealt out first, each scene to the split that still lacks most
    of it (Sechidis, Tsoumakas and Vlahavas, "On the Stratification of Multi-Label Data", ECML PKDD 2011), here with
    counts for presence. Ties go by how much room a split has, and among scenes by a hash.
    """
    total = sum(sizes.values())
    room = dict(sizes)
    whole: Counter[str] = Counter()
    for shown in counts.values():
        whole.update(shown)
    lacks = {what: {name: whole[what] * size / total for name, size in sizes.items()} for what in whole}
    showing: dict[str, set[int]] = {what: {scene for scene in counts if counts[scene][what]} for what in whole}
    dealt: dict[int, str] = {}

    def put(scene: int, name: str) -> None:
        dealt[scene] = name
        room[name] -= 1
        for what, count in counts[scene].items():
            lacks[what][name] -= count
            showing[what].discard(scene)

    while any(showing.values()):
        what = min((what for what in showing if showing[what]), key=lambda what: (len(showing[what]), what))
        for scene in sorted(showing[what], key=lambda scene: (-counts[scene][what], _hash(seed, scene))):
            free = [name for name in sizes if room[name]]
            put(scene, max(free, key=lambda name: (lacks[what][name], room[name])))
    for scene in sorted(counts.keys() - dealt.keys(), key=lambda scene: _hash(seed, scene)):
        put(scene, max(sizes, key=lambda name: room[name]))
    return dealt


def _hash(seed: int, scene: int) -> bytes:
    return hashlib.blake2b(f"stratified {seed} {scene}".encode("ascii"), digest_size=8).digest()
