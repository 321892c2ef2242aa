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
from typing import Any, Literal

from longtail.distributions.distribution import LARGEST
from longtail.distributions.grammar import shown, suggestion
from longtail.scenes.atmosphere.light_presets import light_hint
from longtail.scenes.config.settings import parameter_of
from longtail.scenes.drawing.require import ARITHMETIC, CALLS, COMPARISONS, TRUTH, is_weather, parsed, path_of
from longtail.scenes.space.occurrence import WEATHER, kind_of, kinds
from longtail.scenes.space.space import Space

MOST_STATEMENTS = 100

Kind = Literal["number", "word", "truth"]


def read_require(node: Any, space: Space) -> tuple[str, ...]:
    """The statements that plain data spells, each checked and in one spelling. ValueError: "expected ..., got ..."."""
    if node is None:
        return ()
    statements = [node] if isinstance(node, str) else node
    if not isinstance(statements, list | tuple) or not all(isinstance(text, str) for text in statements):
        raise ValueError(f"expected a list of statements, such as ['camera.height_m > 1.2'], got {shown(node)}")
    if len(statements) > MOST_STATEMENTS:
        raise ValueError(f"expected at most {MOST_STATEMENTS} statements, got {len(statements)}")
    return tuple(dict.fromkeys(_checked(text, space) for text in statements))


def _checked(text: str, space: Space) -> str:
    try:
        tree = parsed(text)
        kind = _Checker(space).kind_of(tree)
        if kind != "truth":
            raise ValueError(f"expected a statement that is true or false, got a {kind}")
    except RecursionError:
        raise ValueError(f"{shown(text)}: expected a statement, got one that is nested too deeply") from None
    except ValueError as error:
        raise ValueError(f"{shown(text)}: {error}") from error
    return ast.unparse(tree)


class _Checker:
    """Types of expressions, and a refusal of all that is not in the language."""

    def __init__(self, space: Space) -> None:
        self._space = space

    def kind_of(self, node: ast.expr) -> Kind:
        match node:
            case ast.Constant(value=value):
                return _kind_of_value(value)
            case ast.Name(id=word) if word in TRUTH:
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
            case ast.BinOp(left=left, op=op, right=right) if type(op) in ARITHMETIC:
                self._expect(left, "number")
                self._expect(right, "number")
                return "number"
            case ast.Compare():
                return self._comparison(node)
            case ast.Call():
                return self._call(node)
        raise ValueError("expected parameters, numbers, words, + - * /, comparisons, in, and, or, not, "
                         f"{', '.join(CALLS)}; got {shown(ast.unparse(node))}")  # fmt: skip

    def _expect(self, node: ast.expr, kind: Kind) -> None:
        got = self.kind_of(node)
        if got != kind:
            wanted = "a statement that is true or false" if kind == "truth" else f"a {kind}"
            raise ValueError(f"expected {wanted}, got {shown(ast.unparse(node))}, a {got}")

    def _parameter(self, node: ast.expr) -> Kind:
        path = path_of(node)
        if path is None:
            raise ValueError(f"expected a parameter's path, got {shown(ast.unparse(node))}")
        parameter = parameter_of(self._space, path)
        return "number" if parameter.choices is None else _kind_of_value(parameter.choices[0])

    def _comparison(self, node: ast.Compare) -> Kind:
        sides = [node.left, *node.comparators]
        for left, op, right in zip(sides, node.ops, node.comparators, strict=False):
            if isinstance(op, ast.In | ast.NotIn):
                self._membership(left, right)
                continue
            if type(op) not in COMPARISONS:
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
        path = path_of(named)
        if path is None or path in TRUTH or not isinstance(other, ast.Constant) or not isinstance(other.value, str):
            return
        try:
            other.value = str(parameter_of(self._space, path).checked(other.value))
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
        if not is_weather(right) or not isinstance(left, ast.Constant) or not isinstance(left.value, str):
            raise ValueError(f"expected 'fog' in weather, or a value in (a, b, ...), got "
                             f"{shown(ast.unparse(left))} in {shown(ast.unparse(right))}")  # fmt: skip
        choices = parameter_of(self._space, WEATHER).choices or ()
        known = sorted({name for choice in choices for name in kinds(str(choice))})
        if strangers := sorted(kinds(left.value) - set(known)):
            raise ValueError(f"weather: expected one of {', '.join(known)}, got {shown(left.value)}"
                             f"{light_hint(strangers[0]) or suggestion(strangers[0], known)}")  # fmt: skip

    def _call(self, node: ast.Call) -> Kind:
        name = node.func.id if isinstance(node.func, ast.Name) else ast.unparse(node.func)
        if name not in CALLS or node.keywords or not node.args:
            raise ValueError(f"expected one of the functions {', '.join(CALLS)}, got {shown(ast.unparse(node))}"
                             f"{suggestion(name, CALLS)}")  # fmt: skip
        if name != "present":
            if (len(node.args) == 1) != (name == "abs"):
                raise ValueError(f"expected abs(a), min(a, b, ...) or max(a, b, ...), got {shown(ast.unparse(node))}")
            for argument in node.args:
                self._expect(argument, "number")
            return "number"
        path = path_of(node.args[0])
        sections = {p.rsplit(".", n)[0] for p in self._space.paths for n in range(p.count(".") + 1)}
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
