"""Which statements there are: each is read, checked and put in one spelling, or refused in words."""

from __future__ import annotations

import ast
from typing import Any

from longtail.distributions.distribution import LARGEST
from longtail.distributions.grammar import shown, suggestion
from longtail.occurrence import kind_of
from longtail.statements.grammar import (
    ARITHMETIC,
    CALLS,
    COMPARISONS,
    COUNT,
    FLAG,
    PRESENT,
    SEEN,
    TRUTH,
    call_of,
    is_weather,
    parsed,
    path_of,
)
from longtail.statements.vocabulary import Kind, Vocabulary


def checked(text: str, words: Vocabulary) -> str:
    """A statement in these words, in one spelling. ValueError: "TEXT: expected ..., got ..."."""
    try:
        tree = _SpelledOut(words).visit(parsed(text))
        kind = _Checker(words).kind_of(tree)
        if kind != "truth":
            raise ValueError(f"expected a statement that is true or false, got a {kind}")
        return ast.unparse(tree)
    except RecursionError:
        raise ValueError(f"{shown(text)}: expected a statement, got one that is nested too deeply") from None
    except ValueError as error:
        raise ValueError(f"{shown(text)}: {error}") from error


class _SpelledOut(ast.NodeTransformer):
    """Puts statements in the place of words that stand for them, and categories in the place of their words."""

    def __init__(self, words: Vocabulary) -> None:
        self._words = words

    def visit_Name(self, node: ast.Name) -> ast.expr:
        meaning = self._words.meaning(node.id)
        return node if meaning is None else parsed(meaning)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        return node  # a path, whose first word stands for nothing by itself

    def visit_Call(self, node: ast.Call) -> ast.expr:
        if call_of(node) == FLAG:
            node.args = [_as_word(argument) for argument in node.args]
            return node
        if call_of(node) not in SEEN or not node.args or not self._words.categories:
            return node if call_of(node) == PRESENT else self._arguments(node, 0)
        names: list[ast.expr] = [ast.Constant(name) for name in self._categories(node)]
        node.args[0] = names[0] if len(names) == 1 else ast.Tuple(names, ast.Load())
        return self._arguments(node, 1)

    def _arguments(self, node: ast.Call, start: int) -> ast.Call:
        node.args[start:] = [self.visit(argument) for argument in node.args[start:]]
        return node

    def _categories(self, node: ast.Call) -> list[str]:
        """The categories that the first argument names: a word, one in quotes, or several in brackets."""
        first = node.args[0]
        known = self._words.categories
        found: dict[str, None] = {}
        for part in first.elts if isinstance(first, ast.Tuple | ast.List) else [first]:
            word = part.value if isinstance(part, ast.Constant) else path_of(part)
            name = str(word) if word in known else str(word).replace("_", " ")
            if not isinstance(word, str) or name not in known:
                raise ValueError(f"expected a category of the dataset, got {shown(ast.unparse(part))}"
                                 f"{suggestion(str(word), known)}")  # fmt: skip
            members = known[name]
            if call_of(node) == COUNT:
                members = tuple(member for member in members if member in self._words.things)
            if not members:
                raise ValueError(f"expected things to count, got {name}, which has no instances; share({word}) is how "
                                 "much of the picture it has")  # fmt: skip
            found |= dict.fromkeys(members)
        return list(found)


class _Checker:
    """Types of expressions, and a refusal of all that is not in the language."""

    def __init__(self, words: Vocabulary) -> None:
        self._words = words
        self._of_a_thing = False

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
                         f"{', '.join(self._calls)}; got {shown(ast.unparse(node))}")  # fmt: skip

    @property
    def _calls(self) -> tuple[str, ...]:
        return (*CALLS, *SEEN) if self._words.categories else CALLS

    def _expect(self, node: ast.expr, kind: Kind) -> None:
        got = self.kind_of(node)
        if got != kind:
            wanted = "a statement that is true or false" if kind == "truth" else f"a {kind}"
            raise ValueError(f"expected {wanted}, got {shown(ast.unparse(node))}, a {got}")

    def _parameter(self, node: ast.expr) -> Kind:
        path = path_of(node)
        if path is None:
            raise ValueError(f"expected a parameter's path, got {shown(ast.unparse(node))}")
        if self._of_a_thing and path in self._words.of_things:
            return self._words.of_things[path]
        try:
            return self._words.kind_of(path)
        except ValueError as error:
            of_things = self._words.of_things
            if not self._of_a_thing and path in of_things:
                raise ValueError(
                    f"expected {path} of a thing, as in count(car, {path} ...), got it by itself"
                ) from error
            if self._of_a_thing and "." not in path:
                raise ValueError(f"expected one of {', '.join(of_things)} of a thing, got {shown(path)}"
                                 f"{suggestion(path, of_things)}") from error  # fmt: skip
            raise

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
        if path is None or path in TRUTH or (self._of_a_thing and path in self._words.of_things):
            return
        if not isinstance(other, ast.Constant) or not isinstance(other.value, str):
            return
        try:
            other.value = self._words.option(path, other.value)
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
        self._words.weather(left.value)

    def _call(self, node: ast.Call) -> Kind:
        name = call_of(node)
        if name == FLAG:
            return self._flag(node)
        if name in SEEN and not self._words.categories:
            raise ValueError(f"expected a statement about the scene, got {shown(ast.unparse(node))}: what is seen is "
                             "not known before there is a picture; longtail find looks for it in labels")  # fmt: skip
        if name not in self._calls or node.keywords or not node.args:
            raise ValueError(f"expected one of the functions {', '.join(self._calls)}, got {shown(ast.unparse(node))}"
                             f"{suggestion(name, self._calls)}")  # fmt: skip
        if name == PRESENT:
            return self._present(node)
        if name in SEEN:
            return self._seen(node, name)
        if (len(node.args) == 1) != (name == "abs"):
            raise ValueError(f"expected abs(a), min(a, b, ...) or max(a, b, ...), got {shown(ast.unparse(node))}")
        for argument in node.args:
            self._expect(argument, "number")
        return "number"

    def _present(self, node: ast.Call) -> Kind:
        path = path_of(node.args[0])
        sections = self._words.sections
        if len(node.args) > 1 or path is None or path not in sections:
            known = sorted(s for s in sections if s.count(".") == 1 and kind_of(s))
            raise ValueError(f"expected present(weather.fog) or another weather, got {shown(ast.unparse(node))}"
                             f"{suggestion(path or '', known)}")  # fmt: skip
        return "truth"

    def _flag(self, node: ast.Call) -> Kind:
        if node.keywords or len(node.args) > 1:
            raise ValueError(f"expected flag() or flag(near_duplicate), got {shown(ast.unparse(node))}")
        if self._of_a_thing:
            raise ValueError(f"expected a condition on one thing, got {shown(ast.unparse(node))}, which is the frame's")
        self._words.flag("".join(str(ast.literal_eval(argument)) for argument in node.args))
        return "truth"

    def _seen(self, node: ast.Call, name: str) -> Kind:
        if self._of_a_thing:
            raise ValueError(f"expected a condition on one thing, got {shown(ast.unparse(node))} inside of another")
        if len(node.args) > (2 if name == COUNT else 1):
            usage = "count(car) or count(car, visible > 0.5)" if name == COUNT else "share(road)"
            raise ValueError(f"expected {usage}, got {len(node.args)} arguments")
        self._of_a_thing = True
        for condition in node.args[1:]:
            self._expect(condition, "truth")
        self._of_a_thing = False
        return "number"


def _as_word(node: ast.expr) -> ast.expr:
    """A bare word as one in quotes."""
    word = node.value if isinstance(node, ast.Constant) else path_of(node)
    if not isinstance(word, str):
        raise ValueError(f"expected the name of a flag, got {shown(ast.unparse(node))}")
    return ast.Constant(word)


def _kind_of_value(value: Any) -> Kind:
    if isinstance(value, bool):
        return "truth"
    if isinstance(value, int | float) and abs(value) <= LARGEST:
        return "number"
    if isinstance(value, str):
        return "word"
    raise ValueError(f"expected a number, a word in quotes, true or false, got {shown(value)}")
