"""Which frames are to train on, to validate and to test. Pictures of one scene stay together, or a network is tested on
streets that it was trained on."""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.errors import ConfigError, DatasetError
from longtail.annotate.wording import counted, listed

NAMES = ("train", "val", "test")
SPLITS = "splits.json"
"""The file of a dataset that says which scene is in which split, where somebody has decided that."""
FORMAT = "longtail.splits.1"


@dataclass(frozen=True)
class Splits:
    """Shares of the scenes that each of `NAMES` gets, which add up to 1. ConfigError for other shares.

    With `scenes` each scene's split is decided; without, a hash decides it.
    """

    train: float = 0.8
    val: float = 0.1
    test: float = 0.1
    scenes: Mapping[int, str] | None = field(default=None, hash=False)

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
        return tuple(name for name, share in self.shares.items() if share > 0)

    @property
    def shares(self) -> dict[str, float]:
        """By name."""
        return dict(zip(NAMES, self._shares(), strict=True))

    @property
    def rule(self) -> str:
        """By what a scene comes into its split, in words."""
        if self.scenes is None:
            return "by scene, by a hash of the seed and the scene's number"
        return f"by scene, as {SPLITS} of the dataset says: in equal shares of conditions and classes"

    def of(self, seed: int, scene: int) -> str:
        """The split of a scene. DatasetError where splits were decided, but not for this scene.

        A hash of the run's seed and the scene's number gives the same in every longer run. So shares are met as by
        chance, and two runs that show the same scenes split them alike.
        """
        if self.scenes is not None:
            if scene not in self.scenes:
                raise DatasetError(
                    f"{SPLITS}: expected a split for scene {scene}, got none: it was rendered after they were decided; "
                    "run longtail split again, or give --split"
                )
            return self.scenes[scene]
        digest = hashlib.blake2b(f"{seed} {scene}".encode("ascii"), digest_size=8).digest()
        place = int.from_bytes(digest, "big") / 2**64
        for name in self.names:
            if place < self.shares[name]:
                return name
            place -= self.shares[name]
        return self.names[-1]

    def require_scenes(self, seed: int, scenes: Iterable[int]) -> None:
        """DatasetError where a split that was asked for would get none of the scenes."""
        known = frozenset(scenes)
        found = Counter(self.of(seed, scene) for scene in known)
        if empty := [name for name in self.names if not found[name]]:
            # A hash deals out few scenes badly; what is decided of all of them at once does not.
            dealt = self.scenes is None and len(known) >= len(self.names)
            way = "`longtail split` deals them out so that each has one; or render more" if dealt else "render more"
            raise DatasetError(
                f"--split: expected a scene for each of {', '.join(self.names)}, but {' and '.join(empty)} would have "
                f"none of {counted(len(known), 'scene')}; {way}, or give other shares (--split 1 0 0: no split)"
            )

    def dumps(self) -> bytes:
        """The bytes of `SPLITS`: shares, and the numbers of the scenes of each split."""
        if self.scenes is None:
            raise ValueError("expected splits that are decided")
        rows = {name: sorted(n for n, split in self.scenes.items() if split == name) for name in NAMES}
        lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(numbers)}" for name, numbers in rows.items())
        head = f'"format": {json.dumps(FORMAT)},\n"shares": {json.dumps(self.shares)}'
        return f'{{\n{head},\n"scenes": {{\n{lines}\n}}\n}}\n'.encode("ascii")

    @classmethod
    def loads(cls, data: bytes, where: str) -> Splits:
        """What `dumps` wrote; DatasetError, naming the file as `where`, for anything else."""
        try:
            raw = json.loads(data)
            if raw["format"] != FORMAT:
                raise ValueError(f"format: expected {FORMAT}, got {raw['format']!r}")
            pairs = [(int(scene), name) for name in NAMES for scene in raw["scenes"][name]]
            shares = {name: float(raw["shares"][name]) for name in NAMES}
        except KeyError as error:
            raise DatasetError(f"{where}: expected a key {error}, got none") from error
        except (ValueError, TypeError, RecursionError) as error:
            raise DatasetError(f"{where}: expected splits of a dataset, got another file: {error}") from error
        twice = sorted(scene for scene, count in Counter(scene for scene, _ in pairs).items() if count > 1)
        if twice:
            raise DatasetError(f"{where}: expected every scene in one split, got {listed(twice)} in several")
        return cls(**shares, scenes=dict(pairs))

    @classmethod
    def decided(cls, dataset: Dataset) -> Splits | None:
        """Those that the dataset's own file says; None where it has none."""
        data = dataset.beside(SPLITS)
        return None if data is None else cls.loads(data, dataset.files.at(SPLITS))
