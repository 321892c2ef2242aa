"""From text to a tree, and the words that mean the same everywhere."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from longtail.occurrence import WEATHER

MOST_LENGTH = 1000
_SPACED = re.compile(r"\b(?:count|share)\(\s*\w+\s+\w")

ARITHMETIC: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
COMPARISONS: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
FUNCTIONS: Mapping[str, Callable[..., Any]] = {"min": min, "max": max, "abs": abs}
PRESENT, COUNT, SHARE, FLAG = "present", "count", "share", "flag"
CALLS = (*FUNCTIONS, PRESENT)
SEEN = (COUNT, SHARE)
"""What can be asked of labels alone."""
TRUTH = {"true": True, "false": False}

THINGS, SHARES, RAISED = "the things that are seen", "the shares of the picture", "the flags that are raised"
"""Under what the values of a labelled frame have them; no path has blanks."""
CATEGORY, IGNORED = "category", "ignored"
"""What the values of a thing have always: its category, and whether no human could annotate it."""


def parsed(text: str) -> ast.expr:
    """The tree of a statement. ValueError: "expected ..., got ...", also for what is too long."""
    if len(text) > MOST_LENGTH:
        raise ValueError(f"expected at most {MOST_LENGTH} characters, got {len(text)}")
    try:
        return ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        place = f" at character {error.offset}" if error.offset else ""
        quoted = "; names of several words stand in quotes: count('traffic light')" if _SPACED.search(text) else ""
        raise ValueError(
            f"expected a statement such as 'a.b < 3 and c.d > 0', got {error.msg}{place}{quoted}"
        ) from error
    except (ValueError, MemoryError) as error:  # a NUL in the text; too deep for the parser
        raise ValueError(f"expected a statement in plain text, got {error or 'too much nesting'}") from error


def path_of(node: ast.expr) -> str | None:
    """The dotted path that a name or a chain of attributes spells; None for anything else."""
    words: list[str] = []
    while isinstance(node, ast.Attribute):
        words.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(words)]) if isinstance(node, ast.Name) else None


def is_weather(node: ast.expr) -> bool:
    return path_of(node) == WEATHER


def call_of(node: ast.Call) -> str:
    """The name of what is called, as it is written."""
    return node.func.id if isinstance(node.func, ast.Name) else ast.unparse(node.func)


def speaks_of_labels(node: ast.AST) -> bool:
    """Whether an expression asks what is seen, and not only what is drawn."""
    return any(isinstance(inner, ast.Call) and call_of(inner) in SEEN for inner in ast.walk(node))


def names_in(node: ast.expr) -> frozenset[str]:
    """All single words of an expression."""
    return frozenset(inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name))
