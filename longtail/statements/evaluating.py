"""Whether statements hold for values by path. `longtail.statements.checking` has let them through before."""

from __future__ import annotations

import ast
import math
import operator
from collections import ChainMap
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from longtail.occurrence import WEATHER, kinds, occurs
from longtail.statements.grammar import (
    ARITHMETIC,
    CATEGORY,
    COMPARISONS,
    COUNT,
    FLAG,
    FUNCTIONS,
    IGNORED,
    PRESENT,
    RAISED,
    SHARE,
    SHARES,
    THINGS,
    TRUTH,
    is_weather,
    names_in,
    path_of,
)

Values = Mapping[str, Any]
"""By path. Of a labelled frame also `THINGS`, a sequence of values by word, `SHARES`, numbers by category, and
`RAISED`, the set of its flags' names."""
Evaluator = Callable[[Values], Any]


def holds(statement: str, values: Values) -> bool:
    """Whether a statement is not false: what `require` asks of a scene."""
    return _compiled(statement)(values) is not False


def is_true(statement: str, values: Values) -> bool:
    """Whether a statement is true, and not just undecided: what a search asks of a frame."""
    return _compiled(statement)(values) is True


@lru_cache(maxsize=256)
def _compiled(statement: str) -> Evaluator:
    return evaluator(ast.parse(statement, mode="eval").body)


def evaluator(node: ast.expr) -> Evaluator:
    """A function of the drawn values. None stands for what is absent, and for what is neither true nor false."""
    match node:
        case ast.Constant(value=value):
            constant = float(value) if isinstance(value, int) and not isinstance(value, bool) else value
            return lambda _: constant
        case ast.Name(id=word) if word in TRUTH:
            truth = TRUTH[word]
            return lambda _: truth
        case ast.Name() | ast.Attribute():
            path = path_of(node) or ""
            return lambda values: values.get(path) if occurs(path, values) else None
        case ast.BoolOp(op=op, values=parts):
            return _joined([evaluator(part) for part in parts], decisive=isinstance(op, ast.Or))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = evaluator(operand)
            return lambda values: None if (truth := inner(values)) is None else not truth
        case ast.UnaryOp(op=op, operand=operand):
            return _with_present([operand], operator.neg if isinstance(op, ast.USub) else operator.pos)
        case ast.BinOp(left=left, op=op, right=right):
            return _with_present([left, right], ARITHMETIC[type(op)])
        case ast.Call(func=ast.Name(id=name), args=[named]) if name == PRESENT:
            path = path_of(named) or ""
            return lambda values: occurs(path, values)
        case ast.Call(func=ast.Name(id=name), args=[named, *conditions]) if name == COUNT:
            return _counter(words_of(named), conditions)
        case ast.Call(func=ast.Name(id=name), args=[named]) if name == SHARE:
            wanted = words_of(named)
            return lambda values: sum(values[SHARES].get(category, 0.0) for category in wanted)
        case ast.Call(func=ast.Name(id=name), args=named_flags) if name == FLAG:
            asked = frozenset(word for argument in named_flags for word in words_of(argument))
            return lambda values: bool(values[RAISED] & asked if asked else values[RAISED])
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _with_present(arguments, FUNCTIONS[name])
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            sides = [left, *comparators]
            links = [_link(a, op, b) for a, op, b in zip(sides, ops, comparators, strict=False)]
            return _joined(links, decisive=False)
    raise ValueError(f"not in the language: {ast.unparse(node)}")


def _counter(categories: frozenset[str], conditions: list[ast.expr]) -> Evaluator:
    """How many things of these categories meet a condition for sure.

    What no human could annotate is counted where the condition speaks of it.
    """
    meets = evaluator(conditions[0]) if conditions else None
    ignored_too = bool(conditions) and IGNORED in names_in(conditions[0])

    def count(values: Values) -> int:
        things = [thing for thing in values[THINGS] if thing[CATEGORY] in categories]
        if not ignored_too:
            things = [thing for thing in things if not thing[IGNORED]]
        return sum(meets is None or meets(ChainMap(thing, values)) is True for thing in things)  # type: ignore[arg-type]

    return count


def words_of(node: ast.expr) -> frozenset[str]:
    """The word, or the words of a tuple, that the check has written."""
    words = ast.literal_eval(node)
    return frozenset([words] if isinstance(words, str) else words)


def _joined(terms: list[Evaluator], *, decisive: bool) -> Evaluator:
    """`or` (one true term decides) or `and` (one false term does) of three-valued logic (Kleene 1938)."""

    def evaluate(values: Values) -> bool | None:
        truths = [term(values) for term in terms]
        if any(truth is decisive for truth in truths):
            return decisive
        return None if any(truth is None for truth in truths) else not decisive

    return evaluate


def _with_present(nodes: list[ast.expr], apply: Callable[..., Any]) -> Evaluator:
    """`apply` to the values of `nodes`; absent where one is, or where the result is no finite number."""
    terms = [evaluator(node) for node in nodes]

    def evaluate(values: Values) -> Any:
        operands = [term(values) for term in terms]
        if any(value is None for value in operands):
            return None
        try:
            result = apply(*operands)
        except (ZeroDivisionError, OverflowError):
            return None
        return result if math.isfinite(result) else None

    return evaluate


def _link(left: ast.expr, op: ast.cmpop, right: ast.expr) -> Evaluator:
    """One link of a comparison, undecided where a side is absent."""
    first = evaluator(left)
    if isinstance(op, ast.In | ast.NotIn):
        wanted = isinstance(op, ast.In)
        if is_weather(right):
            return lambda values: (
                None
                if (drawn := values.get(WEATHER)) is None
                else (kinds(first(values)) <= kinds(str(drawn))) is wanted
            )
        assert isinstance(right, ast.Tuple | ast.List)
        options = [evaluator(element) for element in right.elts]
        return lambda values: (
            None if (found := first(values)) is None else (found in [option(values) for option in options]) is wanted
        )
    second, compare = evaluator(right), COMPARISONS[type(op)]

    def evaluate(values: Values) -> bool | None:
        a, b = first(values), second(values)
        return None if a is None or b is None else bool(compare(a, b))

    return evaluate
