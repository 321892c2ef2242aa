"""Reading YAML from strangers: plain data only, YAML 1.2's scalars, every key once, and a limit to everything.

PyYAML follows YAML 1.1, in which `no` is false, `1e-3` a word and `010` eight; here they are a word, a number and ten.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import yaml

from longtail.annotate.errors import ConfigError

MOST_BYTES = 1 << 20
_MOST_NODES = 20_000
_TAG = "tag:yaml.org,2002:"


class TooLargeError(Exception):
    """More values than any configuration has."""


class _Loader(yaml.SafeLoader):
    """The safe loader with YAML 1.2's core schema and without duplicate keys."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 PyYAML's own interface

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._nodes = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        # Counted here as well as with aliases written out, because reading half a million takes half a minute.
        self._nodes += 1
        if self._nodes > _MOST_NODES:
            raise TooLargeError
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: dict[Any, int] = {}
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                problem = "a key that is no single value"
                raise yaml.constructor.ConstructorError(None, None, problem, key_node.start_mark)
            key = self.construct_object(key_node)
            if key in seen:
                problem = f"the key {key!r} twice (first in line {seen[key]})"
                raise yaml.constructor.ConstructorError(None, None, problem, key_node.start_mark)
            seen[key] = key_node.start_mark.line + 1
        return super().construct_mapping(node, deep=deep)

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """YAML 1.2 has no merge keys: `<<` is a key like any other, and as such unknown."""

    def whole(self, node: yaml.ScalarNode) -> int:
        text = str(node.value).lower()
        return int(text, 16 if "0x" in text else 8 if "0o" in text else 10)

    def number(self, node: yaml.ScalarNode) -> float:
        return float(str(node.value).lower().replace(".inf", "inf").replace(".nan", "nan"))


for name, pattern, first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", "~nN"),
    # Up to 30 digits: what is longer is no number that anyone meant, and slow to convert.
    ("int", r"[-+]?[0-9]{1,30}|0o[0-7]{1,30}|0x[0-9a-fA-F]{1,30}", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
     "-+0123456789."),
):  # fmt: skip
    letters = [*first, ""] if name == "null" else [*first]
    _Loader.add_implicit_resolver(_TAG + name, re.compile(f"^(?:{pattern})$"), letters)
_Loader.add_constructor(_TAG + "int", _Loader.whole)
_Loader.add_constructor(_TAG + "float", _Loader.number)


def read_file(path: Path) -> Any:
    """The data of a YAML file. ConfigError, one line, for whatever is wrong with it."""
    try:
        data = _bytes(path)
    except IsADirectoryError as error:
        raise ConfigError(f"{path}: expected a YAML file, got a folder; name a file in it") from error
    except OSError as error:
        raise ConfigError(f"{path}: expected a readable YAML file: {error.strerror or error}") from error
    if len(data) > MOST_BYTES:
        raise ConfigError(f"{path}: expected a configuration of at most {MOST_BYTES >> 20} MiB, got a larger file")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: expected text in UTF-8, got other bytes at offset {error.start}") from error
    if (node := read_text(text, str(path))) is None:
        raise ConfigError(f"{path}: expected keys with values, such as `scenario: street`, got an empty file")
    return node


def _bytes(path: Path) -> bytes:
    """What a file holds, as far as it may be long. A pipe with nobody at its other end is empty, not waited for."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb", buffering=0) as file:
        data = file.read(MOST_BYTES + 1) or b""
        os.set_blocking(file.fileno(), True)
        while len(data) <= MOST_BYTES and (more := file.read(MOST_BYTES + 1 - len(data))):
            data += more
    return data


def read_text(text: str, where: str) -> Any:
    """The data of a YAML text; `where` opens every message."""
    try:
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            if node is None:
                return None
            _measure(node, {}, where)
            return loader.construct_document(node)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise ConfigError(f"{where}: {place}expected plain YAML, got {_problem(error)}") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{where}: expected plain YAML, got {str(error).splitlines()[0]}") from error
    except TooLargeError:
        raise ConfigError(f"{where}: expected a configuration of at most {_MOST_NODES} values, got more") from None
    except RecursionError:
        raise ConfigError(f"{where}: expected a configuration, got lists or mappings nested too deeply") from None
    except (ValueError, TypeError) as error:
        raise ConfigError(f"{where}: expected plain YAML, got {error}") from error


def _problem(error: yaml.MarkedYAMLError) -> str:
    problem = " ".join(str(error.problem or error.context or error).split())
    if "could not determine a constructor for the tag" in problem:
        tag = problem.split("'")[1].replace(_TAG, "!!")
        return f"the tag {tag}; tags are not allowed, because files may come from anyone"
    return f"{problem} {error.context}" if error.context and error.problem else problem


def _measure(node: yaml.Node, sizes: dict[int, int], where: str) -> int:
    """The nodes below `node` with every alias written out; refuses what would be huge or endless."""
    if id(node) in sizes:
        if sizes[id(node)] < 0:
            raise ConfigError(f"{where}: line {node.start_mark.line + 1}: expected plain YAML, got an alias of itself")
        return sizes[id(node)]
    sizes[id(node)] = -1
    children: list[yaml.Node] = []
    if isinstance(node, yaml.SequenceNode):
        children = node.value
    elif isinstance(node, yaml.MappingNode):
        children = [child for pair in node.value for child in pair]
    size = 1 + sum(_measure(child, sizes, where) for child in children)
    if size > _MOST_NODES:
        raise TooLargeError
    sizes[id(node)] = size
    return size
