"""Whether statements hold where not all of what they speak of is known yet: of a frame before its picture is taken.

A thing's number that is not known is None, and so is its `ignored`. A count is then between what is counted for sure
and what may be; numbers are intervals (Moore, "Interval Analysis", 1966), and what is said of them is true, false or
not known. What is found true or false here stays so, whatever the unknown turns out to be; what is undecided by the
language itself (a weather that does not occur) is told apart, as it holds.
"""

from __future__ import annotations

import ast
import math
import operator
from collections import ChainMap
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from longtail.statements.evaluating import evaluator, words_of
from longtail.statements.grammar import (
    CATEGORY,
    COMPARISONS,
    COUNT,
    IGNORED,
    SEEN,
    THINGS,
    names_in,
    speaks_of_labels,
)

Values = Mapping[str, Any]
Interval = tuple[float, float]
Bounder = Callable[[Values], Any]

UNKNOWN: Final = object()
"""Neither true nor false nor undecided: it depends on what is not known."""


def surely_holds(statement: str, values: Values) -> bool | None:
    """Whether a statement is not false, whatever is unknown among `values`; None where that depends on it."""
    truth = _compiled(statement)(values)
    return None if truth is UNKNOWN else truth is not False


@lru_cache(maxsize=256)
def _compiled(statement: str) -> Bounder:
    return _truth(ast.parse(statement, mode="eval").body)


def _truth(node: ast.expr) -> Bounder:
    """True, False, None (undecided by the language) or UNKNOWN."""
    if not speaks_of_labels(node):
        return evaluator(node)
    match node:
        case ast.BoolOp(op=op, values=parts):
            return _joined([_truth(part) for part in parts], decisive=isinstance(op, ast.Or))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = _truth(operand)
            return lambda values: (not found) if isinstance(found := inner(values), bool) else found
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            sides = [left, *comparators]
            return _joined([_link(a, op, b) for a, op, b in zip(sides, ops, comparators, strict=False)], decisive=False)
    return lambda _: UNKNOWN


def _joined(terms: list[Bounder], *, decisive: bool) -> Bounder:
    def found(values: Values) -> Any:
        truths = [term(values) for term in terms]
        if any(truth is decisive for truth in truths):
            return decisive
        if any(truth is UNKNOWN for truth in truths):
            return UNKNOWN
        return None if any(truth is None for truth in truths) else not decisive

    return found


def _link(left: ast.expr, op: ast.cmpop, right: ast.expr) -> Bounder:
    if type(op) not in COMPARISONS:
        return lambda _: UNKNOWN
    first, second = _number(left), _number(right)

    def found(values: Values) -> Any:
        a, b = first(values), second(values)
        if a is UNKNOWN or b is UNKNOWN:
            return UNKNOWN
        if a is None or b is None:
            return None
        return _compared(op, a, b)

    return found


def _compared(op: ast.cmpop, a: Interval, b: Interval) -> Any:
    """What holds of all numbers of one interval and all of the other."""
    match op:
        case ast.Gt() | ast.GtE():
            return _compared(ast.Lt() if isinstance(op, ast.Gt) else ast.LtE(), b, a)
        case ast.Lt():
            return True if a[1] < b[0] else False if a[0] >= b[1] else UNKNOWN
        case ast.LtE():
            return True if a[1] <= b[0] else False if a[0] > b[1] else UNKNOWN
    same = True if a[0] == a[1] == b[0] == b[1] else False if a[1] < b[0] or b[1] < a[0] else UNKNOWN
    return same if isinstance(op, ast.Eq) or same is UNKNOWN else not same


_ENDS: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}


def _number(node: ast.expr) -> Bounder:
    """An interval, None where a number is absent, UNKNOWN where nothing can be said."""
    if not speaks_of_labels(node):
        exact = evaluator(node)
        return lambda values: None if (value := exact(values)) is None else (value, value)
    match node:
        case ast.Call(func=ast.Name(id=name), args=[named, *conditions]) if name == COUNT:
            return _counter(words_of(named), conditions)
        case ast.Call(func=ast.Name(id=name)) if name in SEEN:
            exact = evaluator(node)
            return lambda values: (value := exact(values), value)
        case ast.UnaryOp(op=op, operand=operand) if isinstance(op, ast.USub | ast.UAdd):
            inner, turned = _number(operand), isinstance(op, ast.USub)
            return lambda values: (-found[1], -found[0]) if _known(found := inner(values)) and turned else found
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _ENDS:
            return _combined([_number(left), _number(right)], lambda pair: _corners(_ENDS[type(op)], *pair))
        case ast.Call(func=ast.Name(id=name), args=arguments) if name in ("min", "max"):
            pick = min if name == "min" else max
            numbers = [_number(argument) for argument in arguments]
            return _combined(numbers, lambda found: (pick(a for a, _ in found), pick(b for _, b in found)))
    return lambda _: UNKNOWN


def _known(found: Any) -> bool:
    return found is not None and found is not UNKNOWN


def _combined(numbers: list[Bounder], combine: Callable[[list[Interval]], Interval]) -> Bounder:
    def found(values: Values) -> Any:
        intervals = [number(values) for number in numbers]
        if any(interval is None for interval in intervals):
            return None
        if any(interval is UNKNOWN for interval in intervals):
            return UNKNOWN
        result = combine(intervals)
        return result if all(map(math.isfinite, result)) else UNKNOWN

    return found


def _corners(apply: Callable[[float, float], float], a: Interval, b: Interval) -> Interval:
    ends = [apply(x, y) for x in a for y in b]
    return min(ends), max(ends)


def _counter(categories: frozenset[str], conditions: list[ast.expr]) -> Bounder:
    """How many things are counted for sure, and how many may be."""
    spoken = names_in(conditions[0]) if conditions else frozenset()
    meets = evaluator(conditions[0]) if conditions else None

    def count(values: Values) -> Interval:
        surely = maybe = 0
        for thing in values[THINGS]:
            if thing[CATEGORY] not in categories:
                continue
            counts = True if IGNORED in spoken else _not(thing[IGNORED])
            if counts is False:
                continue
            # What a thing's number may be is not known: the condition is asked only where it speaks of none of these.
            unknown = thing.get("unknown", frozenset())
            met = None if spoken & unknown else meets is None or meets(ChainMap(thing, values)) is True  # type: ignore[arg-type]
            if met is False:
                continue
            maybe += 1
            surely += counts is True and met is True
        return float(surely), float(maybe)

    return count


def _not(truth: bool | None) -> bool | None:
    return None if truth is None else not truth
