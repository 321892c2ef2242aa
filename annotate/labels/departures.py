"""Where a frame is not as its configuration declares, counted by what made it so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

_REQUIRE = "require: "
_COUNTED = ("clamped", "rejected", "misfits")


@dataclass(frozen=True)
class Departures:
    """What of a frame did not come out as declared; empty where all did.

    Attributes:
        clamped: by parameter, 1 where the rules of the world left its distribution nothing, so that it has the nearest
            value that they allow
        rejected: by statement of `require`, how many draws of the scene it rejected before the one that is shown
        misfits: by kind of object, how many places were proposed that were taken or did not fit; another was tried
            then, or the object left out
        overridden: by parameter, why its constant stands against a rule of the world: what is pinned stays
    """

    clamped: Mapping[str, int] = field(default_factory=dict)
    rejected: Mapping[str, int] = field(default_factory=dict)
    misfits: Mapping[str, int] = field(default_factory=dict)
    overridden: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, dict[str, Any]]:
        """Each by name, with keys in alphabetical order."""
        return {name: dict(sorted(found.items())) for name, found in asdict(self).items()}

    @classmethod
    def from_json(cls, data: Mapping[str, Mapping[str, Any]]) -> Departures:
        """What `to_json` wrote; KeyError, TypeError or ValueError for anything else."""
        counts = {name: {str(key): int(n) for key, n in data[name].items()} for name in _COUNTED}
        return cls(**counts, overridden={str(path): str(reason) for path, reason in data["overridden"].items()})

    @classmethod
    def from_retries(cls, retries: Mapping[str, int], parameters: Mapping[str, Any]) -> Departures:
        """What records of the format before tell, which counted all of it in one mapping and no overridden constants.

        Statements are marked, a path of a parameter was clamped, and any other path is a kind of object.
        """
        rest = {key: int(count) for key, count in retries.items() if not key.startswith(_REQUIRE)}
        return cls(
            {path: count for path, count in rest.items() if path in parameters},
            {key.removeprefix(_REQUIRE): int(n) for key, n in retries.items() if key.startswith(_REQUIRE)},
            {path: count for path, count in rest.items() if path not in parameters},
        )
