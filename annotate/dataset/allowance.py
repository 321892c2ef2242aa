"""How many frames of a run may be missing in the end."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction

from longtail.annotate.errors import ConfigError

_COUNT = re.compile(r"\d{1,12}")
_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,9})?) ?%")


@dataclass(frozen=True)
class Allowance:
    """A number of frames, or a share of those that were asked for; none by default."""

    count: int = 0
    share: Fraction = Fraction(0)

    @classmethod
    def parse(cls, text: str) -> Allowance:
        """ "5" is five frames, "0.5%" one of two hundred. ConfigError for anything else."""
        if _COUNT.fullmatch(text):
            return cls(count=int(text))
        if (match := _SHARE.fullmatch(text)) and Fraction(match[1]) <= 100:
            return cls(share=Fraction(match[1]) / 100)
        raise ConfigError(
            "--allow-failures: expected a number of frames, such as 5, or a share of them with its sign, such as 0.5%, "
            f"got {text!r}"
        )

    def of(self, frames: int) -> int:
        """How many of so many frames; a share is rounded up, so that the smallest shard may miss one.

        Examples:
            >>> Allowance.parse("5").of(1000), Allowance.parse("0.5%").of(1000), Allowance.parse("0.5%").of(10)
            (5, 5, 1)
        """
        return self.count + math.ceil(self.share * frames)

    def __str__(self) -> str:
        return str(self.count) if not self.share else f"{float(self.share * 100):g}%"


NO_FAILURES = Allowance()
"""Every frame must be there."""
