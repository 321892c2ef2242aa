"""Whether statements hold: the language of `require`, by its values. Its grammar is in `scenes.config.require`.

A parameter of a weather that does not occur is absent, and what is said of it neither true nor false. As in SQL, a
statement is broken where it is false, and not where it is undecided: `weather.fog.visibility_m < 100` says that fog is
thick where there is fog, and nothing of clear days. `"fog" in weather` and `present(weather.fog)` ask for fog itself.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from longtail.scenes.space.occurrence import WEATHER, kinds, occurs

MOST_LENGTH = 1000

Values = Mapping[str, Any]
Evaluator = Callable[[Values], Any]

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
CALLS = (*FUNCTIONS, "present")
TRUTH = {"true": True, "false": False}


def holds(statement: str, values: Values) -> bool:
    """Whether a statement that `read_require` let through is not false for drawn values."""
    return _compiled(statement)(values) is not False


def parsed(text: str) -> ast.expr:
    if len(text) > MOST_LENGTH:
        raise ValueError(f"expected at most {MOST_LENGTH} characters, got {len(text)}")
    try:
        return ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        place = f" at character {error.offset}" if error.offset else ""
        raise ValueError(f"expected a statement such as 'a.b < 3 and c.d > 0', got {error.msg}{place}") from error
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


@lru_cache(maxsize=256)
def _compiled(statement: str) -> Evaluator:
    return _evaluator(parsed(statement))


def _evaluator(node: ast.expr) -> Evaluator:
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
            return lambda values: values[path] if occurs(path, values) else None
        case ast.BoolOp(op=op, values=parts):
            return _joined([_evaluator(part) for part in parts], decisive=isinstance(op, ast.Or))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = _evaluator(operand)
            return lambda values: None if (truth := inner(values)) is None else not truth
        case ast.UnaryOp(op=op, operand=operand):
            return _with_present([operand], operator.neg if isinstance(op, ast.USub) else operator.pos)
        case ast.BinOp(left=left, op=op, right=right):
            return _with_present([left, right], ARITHMETIC[type(op)])
        case ast.Call(func=ast.Name(id="present"), args=[named]):
            path = path_of(named) or ""
            return lambda values: occurs(path, values)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _with_present(arguments, FUNCTIONS[name])
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            sides = [left, *comparators]
            links = [_link(a, op, b) for a, op, b in zip(sides, ops, comparators, strict=False)]
            return _joined(links, decisive=False)
    raise ValueError(f"not in the language: {ast.unparse(node)}")


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
    terms = [_evaluator(node) for node in nodes]

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
    first = _evaluator(left)
    if isinstance(op, ast.In | ast.NotIn):
        wanted = isinstance(op, ast.In)
        if is_weather(right):
            return lambda values: (kinds(first(values)) <= kinds(str(values[WEATHER]))) is wanted
        assert isinstance(right, ast.Tuple | ast.List)
        options = [_evaluator(element) for element in right.elts]
        return lambda values: (
            None if (found := first(values)) is None else (found in [option(values) for option in options]) is wanted
        )
    second, compare = _evaluator(right), COMPARISONS[type(op)]

    def evaluate(values: Values) -> bool | None:
        a, b = first(values), second(values)
        return None if a is None or b is None else bool(compare(a, b))

    return evaluate
