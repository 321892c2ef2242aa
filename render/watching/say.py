"""Telling a person: one line on standard error, which leaves standard output to results."""

from __future__ import annotations

import sys

from longtail.annotate.wording import fitted


def say(text: str) -> None:
    """Write a sentence at once, whatever names and values of the user's are in it."""
    print(fitted(text), file=sys.stderr, flush=True)
