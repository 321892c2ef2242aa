"""One of our people before it is an asset: who, how, in what."""

from __future__ import annotations

from dataclasses import dataclass

from longtail.scenes.assets.people.figure import Outfit
from longtail.scenes.assets.people.poses import Pose
from longtail.scenes.assets.people.who import Who


@dataclass(frozen=True)
class Member:
    """`tags` tell what somebody can do; `bright` clothes have the colours of summer."""

    name: str
    who: Who
    pose: Pose
    outfit: Outfit
    tags: frozenset[str]

    @property
    def bright(self) -> bool:
        return self.who.clothing in ("light", "casual")

    @property
    def stoop_deg(self) -> float:
        """How far the upper back is bent: more with age."""
        if self.who.age_group != "elderly":
            return 3.0
        return {"short": 26.0, "average": 17.0, "tall": 11.0}[self.who.height]
