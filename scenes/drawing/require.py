"""The `require` of a config: statements that must hold in every picture.

    require:
      - weather.fog.visibility_m < 100 or lighting.sun_elevation_deg > 0
      - weather.rain.rate_mm_h / 10 <= objects.pedestrian.count
      - '"flood" not in weather or "rain" in weather'

The language is a small part of Python's expressions: parameters by their paths, numbers, words in quotes, true and
false; + - * /, comparisons, `in`, and, or, not; min, max, abs and present.

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
from typing import Any, Literal

from longtail.distributions.distribution import LARGEST
from longtail.distributions.grammar import shown, suggestion
from longtail.scenes.config.light_presets import light_hint
from longtail.scenes.scenarios.scenario import Scenario
from longtail.scenes.space.occurrence import WEATHER, kind_of, kinds, occurs

MOST_LENGTH = 1000
MOST_STATEMENTS = 100

Kind = Literal["number", "word", "truth"]
Values = Mapping[str, Any]
Evaluator = Callable[[Values], Any]

_ARITHMETIC: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_COMPARISONS: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_FUNCTIONS: Mapping[str, Callable[..., Any]] = {"min": min, "max": max, "abs": abs}
_CALLS = (*_FUNCTIONS, "present")
_TRUTH = {"true": True, "false": False}


def read_require(node: Any, scenario: Scenario) -> tuple[str, ...]:
    """The statements that plain data spells, each checked and in one spelling. ValueError: "expected ..., got ..."."""
    if node is None:
        return ()
    statements = [node] if isinstance(node, str) else node
    if not isinstance(statements, list | tuple) or not all(isinstance(text, str) for text in statements):
        raise ValueError(f"expected a list of statements, such as ['camera.height_m > 1.2'], got {shown(node)}")
    if len(statements) > MOST_STATEMENTS:
        raise ValueError(f"expected at most {MOST_STATEMENTS} statements, got {len(statements)}")
    return tuple(dict.fromkeys(_checked(text, scenario) for text in statements))


def holds(statement: str, values: Values) -> bool:
    """Whether a statement that `read_require` let through is not false for drawn values."""
    return _compiled(statement)(values) is not False


def _checked(text: str, scenario: Scenario) -> str:
    try:
        tree = _parsed(text)
        kind = _Checker(scenario).kind_of(tree)
        if kind != "truth":
            raise ValueError(f"expected a statement that is true or false, got a {kind}")
    except RecursionError:
        raise ValueError(f"{shown(text)}: expected a statement, got one that is nested too deeply") from None
    except ValueError as error:
        raise ValueError(f"{shown(text)}: {error}") from error
    return ast.unparse(tree)


def _parsed(text: str) -> ast.expr:
    if len(text) > MOST_LENGTH:
        raise ValueError(f"expected at most {MOST_LENGTH} characters, got {len(text)}")
    try:
        return ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        place = f" at character {error.offset}" if error.offset else ""
        raise ValueError(f"expected a statement such as 'a.b < 3 and c.d > 0', got {error.msg}{place}") from error
    except (ValueError, MemoryError) as error:  # a NUL in the text; too deep for the parser
        raise ValueError(f"expected a statement in plain text, got {error or 'too much nesting'}") from error


def _path(node: ast.expr) -> str | None:
    """The dotted path that a name or a chain of attributes spells; None for anything else."""
    words: list[str] = []
    while isinstance(node, ast.Attribute):
        words.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(words)]) if isinstance(node, ast.Name) else None


class _Checker:
    """Types of expressions, and a refusal of all that is not in the language."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario

    def kind_of(self, node: ast.expr) -> Kind:
        match node:
            case ast.Constant(value=value):
                return _kind_of_value(value)
            case ast.Name(id=word) if word in _TRUTH:
                return "truth"
            case ast.Name() | ast.Attribute():
                return self._parameter(node)
            case ast.BoolOp(values=parts):
                for part in parts:
                    self._expect(part, "truth")
                return "truth"
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                self._expect(operand, "truth")
                return "truth"
            case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
                self._expect(operand, "number")
                return "number"
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
                self._expect(left, "number")
                self._expect(right, "number")
                return "number"
            case ast.Compare():
                return self._comparison(node)
            case ast.Call():
                return self._call(node)
        raise ValueError("expected parameters, numbers, words, + - * /, comparisons, in, and, or, not, "
                         f"{', '.join(_CALLS)}; got {shown(ast.unparse(node))}")  # fmt: skip

    def _expect(self, node: ast.expr, kind: Kind) -> None:
        got = self.kind_of(node)
        if got != kind:
            wanted = "a statement that is true or false" if kind == "truth" else f"a {kind}"
            raise ValueError(f"expected {wanted}, got {shown(ast.unparse(node))}, a {got}")

    def _parameter(self, node: ast.expr) -> Kind:
        path = _path(node)
        if path is None:
            raise ValueError(f"expected a parameter's path, got {shown(ast.unparse(node))}")
        parameter = self._scenario.parameter(path)
        return "number" if parameter.choices is None else _kind_of_value(parameter.choices[0])

    def _comparison(self, node: ast.Compare) -> Kind:
        sides = [node.left, *node.comparators]
        for left, op, right in zip(sides, node.ops, node.comparators, strict=False):
            if isinstance(op, ast.In | ast.NotIn):
                self._membership(left, right)
                continue
            if type(op) not in _COMPARISONS:
                raise ValueError(f"expected <, <=, >, >=, ==, != or in, got {shown(ast.unparse(node))}")
            first, second = self.kind_of(left), self.kind_of(right)
            if first != second:
                raise ValueError(f"expected to compare like with like, got {shown(ast.unparse(node))}, "
                                 f"a {first} and a {second}")  # fmt: skip
            if first != "number" and not isinstance(op, ast.Eq | ast.NotEq):
                raise ValueError(f"expected == or != between {first}s, got {shown(ast.unparse(node))}")
            self._option(left, right)
            self._option(right, left)
        return "truth"

    def _option(self, named: ast.expr, other: ast.expr) -> None:
        """A word that is compared with a parameter is one of its options."""
        path = _path(named)
        if path is None or path in _TRUTH or not isinstance(other, ast.Constant) or not isinstance(other.value, str):
            return
        try:
            other.value = str(self._scenario.parameter(path).checked(other.value))
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error

    def _membership(self, left: ast.expr, right: ast.expr) -> None:
        if isinstance(right, ast.Tuple | ast.List) and right.elts:
            first = self.kind_of(left)
            for element in right.elts:
                if self.kind_of(element) != first:
                    raise ValueError(f"expected a list of {first}s, got {shown(ast.unparse(right))}")
                self._option(left, element)
            return
        if not _is_weather(right) or not isinstance(left, ast.Constant) or not isinstance(left.value, str):
            raise ValueError(f"expected 'fog' in weather, or a value in (a, b, ...), got "
                             f"{shown(ast.unparse(left))} in {shown(ast.unparse(right))}")  # fmt: skip
        choices = self._scenario.parameter(WEATHER).choices or ()
        known = sorted({name for choice in choices for name in kinds(str(choice))})
        if strangers := sorted(kinds(left.value) - set(known)):
            raise ValueError(f"weather: expected one of {', '.join(known)}, got {shown(left.value)}"
                             f"{light_hint(strangers[0]) or suggestion(strangers[0], known)}")  # fmt: skip

    def _call(self, node: ast.Call) -> Kind:
        name = node.func.id if isinstance(node.func, ast.Name) else ast.unparse(node.func)
        if name not in _CALLS or node.keywords or not node.args:
            raise ValueError(f"expected one of the functions {', '.join(_CALLS)}, got {shown(ast.unparse(node))}"
                             f"{suggestion(name, _CALLS)}")  # fmt: skip
        if name != "present":
            if (len(node.args) == 1) != (name == "abs"):
                raise ValueError(f"expected abs(a), min(a, b, ...) or max(a, b, ...), got {shown(ast.unparse(node))}")
            for argument in node.args:
                self._expect(argument, "number")
            return "number"
        path = _path(node.args[0])
        sections = {p.rsplit(".", n)[0] for p in self._scenario.paths for n in range(p.count(".") + 1)}
        if len(node.args) > 1 or path is None or kind_of(path) is None or path not in sections:
            known = sorted(s for s in sections if s.count(".") == 1 and kind_of(s))
            raise ValueError(f"expected present(weather.fog) or another weather, got {shown(ast.unparse(node))}"
                             f"{suggestion(path or '', known)}")  # fmt: skip
        return "truth"


def _kind_of_value(value: Any) -> Kind:
    if isinstance(value, bool):
        return "truth"
    if isinstance(value, int | float) and abs(value) <= LARGEST:
        return "number"
    if isinstance(value, str):
        return "word"
    raise ValueError(f"expected a number, a word in quotes, true or false, got {shown(value)}")


def _is_weather(node: ast.expr) -> bool:
    return _path(node) == WEATHER


@lru_cache(maxsize=256)
def _compiled(statement: str) -> Evaluator:
    return _evaluator(_parsed(statement))


def _evaluator(node: ast.expr) -> Evaluator:
    """A function of the drawn values. None stands for what is absent, and for what is neither true nor false."""
    match node:
        case ast.Constant(value=value):
            constant = float(value) if isinstance(value, int) and not isinstance(value, bool) else value
            return lambda _: constant
        case ast.Name(id=word) if word in _TRUTH:
            truth = _TRUTH[word]
            return lambda _: truth
        case ast.Name() | ast.Attribute():
            path = _path(node) or ""
            return lambda values: values[path] if occurs(path, values) else None
        case ast.BoolOp(op=op, values=parts):
            return _joined([_evaluator(part) for part in parts], decisive=isinstance(op, ast.Or))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = _evaluator(operand)
            return lambda values: None if (truth := inner(values)) is None else not truth
        case ast.UnaryOp(op=op, operand=operand):
            return _with_present([operand], operator.neg if isinstance(op, ast.USub) else operator.pos)
        case ast.BinOp(left=left, op=op, right=right):
            return _with_present([left, right], _ARITHMETIC[type(op)])
        case ast.Call(func=ast.Name(id="present"), args=[named]):
            path = _path(named) or ""
            return lambda values: occurs(path, values)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _with_present(arguments, _FUNCTIONS[name])
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
        if _is_weather(right):
            return lambda values: (kinds(first(values)) <= kinds(str(values[WEATHER]))) is wanted
        assert isinstance(right, ast.Tuple | ast.List)
        options = [_evaluator(element) for element in right.elts]
        return lambda values: (
            None if (found := first(values)) is None else (found in [option(values) for option in options]) is wanted
        )
    second, compare = _evaluator(right), _COMPARISONS[type(op)]

    def evaluate(values: Values) -> bool | None:
        a, b = first(values), second(values)
        return None if a is None or b is None else bool(compare(a, b))

    return evaluate
