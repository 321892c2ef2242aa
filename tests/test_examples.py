"""The examples in docstrings are run, and come to what they say."""

from __future__ import annotations

import doctest
import io
import os
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import longtail

PACKAGE = Path(longtail.__file__).parent


def with_examples() -> Iterator[str]:
    """The modules that have examples, by their dotted names; the package's folders are links."""
    for folder, inner, files in os.walk(PACKAGE, followlinks=True):
        inner.sort()
        for path in (Path(folder, file) for file in sorted(files) if file.endswith(".py")):
            if ">>> " in path.read_text(encoding="utf-8"):
                yield ".".join((PACKAGE.name, *path.relative_to(PACKAGE).with_suffix("").parts))


def run(module: ModuleType) -> tuple[doctest.TestResults, str]:
    """How many of a module's examples failed and were tried, and what is to be said of them."""
    said = io.StringIO()
    runner = doctest.DocTestRunner(verbose=False)
    for test in doctest.DocTestFinder(exclude_empty=True).find(module):
        runner.run(test, out=said.write)
    return runner.summarize(verbose=False), said.getvalue()


@pytest.mark.parametrize("name", list(with_examples()))
def test_examples_come_to_what_they_say(name: str) -> None:
    results, said = run(import_module(name))
    assert not results.failed, said
    assert results.attempted


@pytest.mark.parametrize("name", list(with_examples()))
def test_examples_stand_below_a_heading(name: str) -> None:
    """As Google's style has it. Elsewhere the API reference takes them for quotations, and `[0]` for a link."""
    for test in doctest.DocTestFinder(exclude_empty=True).find(import_module(name)):
        if test.examples:
            assert re.search(r"^ *Examples:\n(?s:.*)^ +>>> ", test.docstring or "", re.MULTILINE), test.name
            assert ">>> " not in (test.docstring or "").partition("Examples:\n")[0], test.name


def test_an_example_that_is_wrong_is_seen() -> None:
    module = ModuleType("module", ">>> 1 + 1\n2\n>>> 1 + 1\n3\n")
    results, said = run(module)
    assert (results.failed, results.attempted) == (1, 2)
    assert "Expected:\n    3\nGot:\n    2" in said
