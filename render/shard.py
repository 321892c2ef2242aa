"""Which frames a run makes: all of them, or every N-th of a share of the work."""

from __future__ import annotations

from dataclasses import dataclass

from annotate.errors import ConfigError


@dataclass(frozen=True)
class Shard:
    """Part `number` (from 0) of `count` interleaved parts: frames number, number + count, ..."""

    number: int = 0
    count: int = 1

    @classmethod
    def parse(cls, text: str) -> Shard:
        """ "2/8" is the third of eight parts; ConfigError for anything else."""
        number, slash, count = text.partition("/")
        if not slash or not number.isdecimal() or not count.isdecimal() or not int(number) < int(count):
            raise ConfigError(f"--shard: expected I/N with 0 <= I < N, such as 0/4, got {text!r}")
        return cls(int(number), int(count))

    def indices(self, frames: int) -> range:
        """The frames of this part, of `frames` in all."""
        return range(self.number, frames, self.count)
