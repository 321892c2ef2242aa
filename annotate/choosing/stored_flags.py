"""Which frames of a dataset are flagged, as `flags.jsonl` beside it says: what `longtail stats` scored.

The first line says which flags there are and from which score on each is raised; then comes a line for each frame, with
all of its scores and the flags that are raised. It is a file of its own, as a search must not have to score pictures,
and as a line for each of a million frames has no place in stats.json.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from longtail.annotate.dataset.dataset import Dataset, DatasetInfo
from longtail.annotate.errors import DatasetError

FLAGS = "flags.jsonl"
FORMAT = "longtail.flags.1"


@dataclass(frozen=True)
class Raised:
    """One flag of one frame: its name, its score in the flag's own unit, how many times the threshold that is, and a
    sentence why."""

    name: str
    score: float
    times: float
    said: str

    def to_json(self) -> dict[str, Any]:
        return {"name": self.name, "score": self.score, "times": self.times, "said": self.said}


@dataclass(frozen=True, eq=False)
class StoredFlags:
    """What the file says.

    Attributes:
        rows: of the flags: name, what it says, unit, threshold, where that is from
        scored: the frames that were scored
        raised: the flags of those that have any, most telling first
    """

    rows: Sequence[Mapping[str, Any]]
    scored: frozenset[int]
    raised: Mapping[int, tuple[Raised, ...]]

    @property
    def names(self) -> list[str]:
        """Of all flags, most serious first."""
        return [str(row["name"]) for row in self.rows]

    @classmethod
    def among(cls, dataset: Dataset) -> StoredFlags | None:
        """Those of a dataset; None where it has none. DatasetError where they are damaged, or another dataset's."""
        data = dataset.beside(FLAGS)
        return None if data is None else cls.loads(data, dataset.files.at(FLAGS), dataset.info)

    @classmethod
    def loads(cls, data: bytes, where: str, info: DatasetInfo) -> StoredFlags:
        """What `dumps` wrote of a dataset; DatasetError, naming the file as `where`, for anything else."""
        try:
            lines = map(json.loads, data.splitlines())
            head: dict[str, Any] = next(lines, {})
            if head["format"] != FORMAT:
                raise ValueError(f"format: expected {FORMAT}, got {head['format']!r}")
            if (head["digest"], head["seed"]) != (info.digest, info.seed):
                raise ValueError("expected flags of this dataset, got those of another config or seed")
            frames: set[int] = set()
            raised: dict[int, tuple[Raised, ...]] = {}
            for line in lines:
                frames.add(line["frame"])
                if line["flags"]:
                    raised[line["frame"]] = tuple(Raised(**row) for row in line["flags"])
            return cls(list(head["flags"]), frozenset(frames), raised)
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise DatasetError(f"{where}: expected flags of frames, got another file ({error}); longtail stats writes "
                               "it anew") from error  # fmt: skip

    def of(self, frame: int) -> tuple[Raised, ...]:
        """The flags of a frame; DatasetError where it was not scored."""
        if frame not in self.scored:
            raise DatasetError(f"{FLAGS}: expected scores of frame {frame}, got none: it was rendered after the others "
                               "were scored; run longtail stats again")  # fmt: skip
        return self.raised.get(frame, ())


def dumps(
    info: DatasetInfo, rows: Sequence[Mapping[str, Any]], frames: Iterable[tuple[int, Mapping[str, Any], list[Raised]]]
) -> Iterator[bytes]:
    """The file's lines: `rows` say which flags there are, `frames` are (index, scores by name, flags), ascending."""
    yield _line({"format": FORMAT, "digest": info.digest, "seed": info.seed, "flags": list(rows)})
    for index, scores, raised in frames:
        yield _line({"frame": index, "scores": dict(scores), "flags": [flag.to_json() for flag in raised]})


def _line(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, allow_nan=False).encode("ascii") + b"\n"
