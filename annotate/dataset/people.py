"""Who the pictures show: how many people of each age, build, height, clothing, skin tone and state.

People are those that a human could annotate, riders among them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from longtail.annotate.dataset.glance import Glance
from longtail.annotate.labels.keypoints import CATEGORIES
from longtail.annotate.labels.taxonomy import Taxonomy

NAMES = ("age_group", "build", "height", "clothing", "skin_tone", "state")
"""The attributes that are counted."""

_IN_ORDER = {
    "age_group": ("child", "adult", "elderly"),
    "build": ("slim", "average", "heavy"),
    "height": ("short", "average", "tall"),
    "skin_tone": ("very_light", "light", "intermediate", "tan", "brown", "dark"),
}
"""Words that are degrees of something."""


def by_degree(name: str, words: Mapping[str, int]) -> dict[str, int]:
    """The counts of an attribute for people to read: words that are degrees in their order, others by count; unknown
    last."""
    known = {word: place for place, word in enumerate(_IN_ORDER.get(name, ()))}

    def rank(word: str) -> tuple[bool, int, int, str]:
        return word == "unknown", known.get(word, len(known)), -words[word], word

    return {word.replace("_", " "): words[word] for word in sorted(words, key=rank)}


class People:
    """Takes records one at a time; keeps a number for each word."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._ids = frozenset(taxonomy.ids[name] for name in CATEGORIES if name in taxonomy)
        self._words: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def add(self, glance: Glance) -> None:
        for row in glance.annotations:
            if not row["iscrowd"] and row["category_id"] in self._ids and "attributes" in row:
                for name in NAMES:
                    self._words[name][str(row["attributes"].get(name, "unknown"))] += 1

    def join(self, later: People) -> None:
        """Add what others counted."""
        for name, words in later._words.items():
            self._words[name].update(words)

    def to_json(self) -> dict[str, Any]:
        """Counts by attribute and word, "unknown" of those who do not say; nothing where nobody does."""
        if not self._words:
            return {}
        return {"people": {name: dict(sorted(self._words[name].items())) for name in NAMES}}
