"""Which frames are to train on, to validate and to test. Pictures of one scene stay together, or a network is tested on
streets that it was trained on."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from longtail.annotate.errors import ConfigError, DatasetError
from longtail.annotate.wording import counted

NAMES = ("train", "val", "test")


@dataclass(frozen=True)
class Splits:
    """Shares of the scenes that each of `NAMES` gets, which add up to 1. ConfigError for other shares."""

    train: float = 0.8
    val: float = 0.1
    test: float = 0.1

    def __post_init__(self) -> None:
        shares = self._shares()
        if not all(0 <= share <= 1 for share in shares) or not math.isclose(sum(shares), 1.0, abs_tol=1e-9):
            raise ConfigError(
                f"--split: expected shares of {', '.join(NAMES)} that add up to 1, as in 0.8 0.1 0.1, got "
                f"{' '.join(f'{share:g}' for share in shares)}"
            )

    def _shares(self) -> tuple[float, float, float]:
        return self.train, self.val, self.test

    @property
    def names(self) -> tuple[str, ...]:
        """The splits that get any scenes at all."""
        return tuple(name for name, share in zip(NAMES, self._shares(), strict=True) if share > 0)

    def of(self, seed: int, scene: int) -> str:
        """The split of a scene, by a hash of the run's seed and the scene's number: the same in every longer run.

        So shares are met as by chance, and two runs that show the same scenes split them alike.
        """
        digest = hashlib.blake2b(f"{seed} {scene}".encode("ascii"), digest_size=8).digest()
        place = int.from_bytes(digest, "big") / 2**64
        shares = dict(zip(NAMES, self._shares(), strict=True))
        for name in self.names:
            if place < shares[name]:
                return name
            place -= shares[name]
        return self.names[-1]

    def require_scenes(self, seed: int, scenes: Iterable[int]) -> None:
        """DatasetError where a split that was asked for would get none of the scenes."""
        known = frozenset(scenes)
        found = Counter(self.of(seed, scene) for scene in known)
        if empty := [name for name in self.names if not found[name]]:
            raise DatasetError(
                f"--split: expected a scene for each of {', '.join(self.names)}, but {' and '.join(empty)} would have "
                f"none of {counted(len(known), 'scene')}; render more, or give other shares (--split 1 0 0: no split)"
            )
