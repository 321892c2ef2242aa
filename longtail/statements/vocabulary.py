"""What statements may speak of: whoever reads them says which values there are, and of which kind."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal, Protocol

Kind = Literal["number", "word", "truth"]


class Vocabulary(Protocol):
    """The words of one kind of statements. What is no such word raises ValueError: "expected ..., got ..."."""

    @property
    def sections(self) -> Collection[str]:
        """The kinds of weather whose parameters can be absent, as `weather.fog`."""

    @property
    def categories(self) -> Mapping[str, tuple[str, ...]]:
        """Which categories each word for `count` and `share` stands for; none where nothing is seen yet."""

    @property
    def things(self) -> Collection[str]:
        """The categories that are counted."""

    @property
    def of_things(self) -> Mapping[str, Kind]:
        """What can be said of one thing, by word."""

    def kind_of(self, path: str) -> Kind:
        """What the values of a path are."""

    def option(self, path: str, word: str) -> str:
        """The word as the path has it."""

    def weather(self, word: str) -> None:
        """Nothing, for what can be asked to be `in weather`."""

    def flag(self, word: str) -> None:
        """Nothing, for what `flag` may ask for; "" stands for any flag."""

    def meaning(self, word: str) -> str | None:
        """The statement that a word by itself stands for; None where it stands for none."""
