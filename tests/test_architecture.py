"""The pages for developers speak of the code that is there: rooms in their order, files, functions and types."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ARCHITECTURE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
GLOSSARY = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
ORDERS = {contract["id"]: contract["layers"] for contract in CONTRACTS}


def rows(page: str) -> list[list[str]]:
    """The rows of a page's tables, as cells."""
    return [[cell.strip() for cell in row.split(" | ")] for row in re.findall(r"^\| (.*) \|$", page, re.MULTILINE)]


def definitions(path: Path) -> Iterator[str]:
    """The functions, classes, methods and names of types in a file."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        if isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))
        if isinstance(node, ast.ClassDef):
            yield from (f"{node.name}.{inner.name}" for inner in node.body if isinstance(inner, ast.FunctionDef))


def defined(place: str) -> set[str]:
    """What is defined in a file, or anywhere in a folder."""
    path = ROOT / place
    files = path.rglob("*.py") if path.is_dir() else [path]
    return {name for file in files for name in definitions(file)}


def test_the_picture_of_the_rooms_is_the_order_that_is_kept() -> None:
    (picture,) = re.findall(r"^```text\n(.*?)^```$", ARCHITECTURE, re.DOTALL | re.MULTILINE)
    drawn: list[tuple[str, list[str]]] = []
    for line in filter(None, picture.splitlines()):
        room = re.split(r" {2,}", line.strip())[0]
        if line.startswith(" "):
            drawn[-1][1].append(room)
        else:
            drawn.append((room, []))
    (_, above), *packages, (_, floor) = drawn
    assert dict(packages) == {name: ORDERS[name] for name in ("render", "scenes", "annotate")}
    assert ["__main__", *above, *(name for name, _ in packages), *floor] == ORDERS["packages"]


@pytest.mark.parametrize("page", ["docs/architecture.md", "docs/glossary.md"])
def test_every_file_that_a_page_names_is_there(page: str) -> None:
    text = re.sub(r"^```.*?^```$", "", (ROOT / page).read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    for span in re.findall(r"`([\w.]+/[\w./]*)`", text):
        assert (ROOT / span).exists(), span


def test_each_step_of_a_frame_is_a_function_of_its_file() -> None:
    steps = [row for row in rows(ARCHITECTURE) if len(row) == 4 and row[0] != "step"]
    assert len(steps) > 15
    for step, by, where, makes in steps:
        assert by.strip("`") in defined(where.strip("`")), step
        for name in re.findall(r"`(.+)`", makes):
            assert re.search(rf"\b{name}\b", (ROOT / where.strip("`")).read_text(encoding="utf-8")), f"{step}: {name}"


def test_types_of_the_glossary_are_where_it_says() -> None:
    """A word that is written as a type, and a type in the last column beside its file or folder."""
    known = 0
    for word, _, where in (row for row in rows(GLOSSARY) if len(row) == 3):
        places = re.findall(r"`([\w.]+/[\w./]*)`", where)
        types = [name for cell in (word, where) for name in re.findall(r"`([A-Z]\w+(?:\.\w+)?)`", cell)]
        for name in types if places else ():
            known += 1
            assert any(name in defined(place) for place in places), f"{word}: {name} in {where}"
    assert known > 20
