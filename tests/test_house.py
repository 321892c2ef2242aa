"""The house rules: imports run one way, Blender stays in its rooms, and nothing pure reads a clock or global chance."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parent.parent
LINKED = ("annotate", "scenes", "render")
FOLDERS = sorted({path.parent for room in (*LINKED, "longtail/distributions") for path in (ROOT / room).rglob("*.py")})
SOURCES = sorted({path for folder in (*FOLDERS, ROOT / "longtail") for path in folder.glob("*.py")})
PURE = [
    path
    for path in SOURCES
    if path.relative_to(ROOT).parts[0] in ("annotate", "scenes") or "distributions" in path.parts
]
# One test for each package, not for each of a thousand files: these would take longer to begin than to run.
BY_PACKAGE = [
    pytest.param([path for path in SOURCES if path.relative_to(ROOT).parts[0] == package], id=package)
    for package in (*LINKED, "longtail")
]
BLENDER = {"bpy", "mathutils", "bmesh", "gpu"}
BLENDER_ROOMS = (ROOT / "scenes" / "blender", ROOT / "render" / "blender")
# What makes two runs of one seed differ: the time, the machine, and state that anyone may have touched.
IMPURE_IMPORTS = {"time", "datetime", "uuid", "random", "secrets"}
IMPURE_CALLS = {"default_rng", "RandomState"}


def imports(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every imported module's dotted name and line, wherever it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_imports_run_one_way(capsys: pytest.CaptureFixture[str]) -> None:
    """Down the rooms in the order that pyproject.toml states, inside functions too."""
    status = lint_imports(str(ROOT / "pyproject.toml"), no_cache=True, no_logo=True)
    assert status == 0, capsys.readouterr().out


@pytest.mark.parametrize("paths", BY_PACKAGE)
def test_every_module_has_one_name(paths: list[Path]) -> None:
    """A module of two names is loaded twice."""
    wrong = [
        f"{name_of(path)}, line {line}: {name}"
        for path in paths
        for name, line in imports(parsed(path))
        if name.split(".")[0] in LINKED
    ]
    assert paths
    assert not wrong


def test_every_room_says_what_belongs_in_it() -> None:
    silent = [name_of(folder) for folder in FOLDERS if not ast.get_docstring(parsed(folder / "__init__.py"))]
    assert FOLDERS
    assert not silent


@pytest.mark.parametrize(("package", "loose"), [("scenes", 3), ("render", 1), ("annotate", 3)])
def test_hardly_anything_lies_loose(package: str, loose: int) -> None:
    assert len([path for path in (ROOT / package).glob("*.py") if path.name != "__init__.py"]) <= loose


@pytest.mark.parametrize("paths", BY_PACKAGE)
def test_blender_stays_in_its_rooms(paths: list[Path]) -> None:
    wrong, eager = [], []
    for path in paths:
        if any(path.is_relative_to(room) for room in BLENDER_ROOMS):
            continue
        tree = parsed(path)
        wrong += [
            f"{name_of(path)}, line {line}: {name}" for name, line in imports(tree) if name.split(".")[0] in BLENDER
        ]
        top_level = ast.Module([node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)], [])
        eager += [f"{name_of(path)}: {name}" for name, _ in imports(top_level) if "blender" in name.split(".")]
    assert paths
    assert not wrong
    assert not eager, "rooms outside may load Blender's only inside a function, when they need it"


def test_nothing_pure_reads_clocks_or_global_chance() -> None:
    wrong = [f"{name_of(path)}, {what}" for path in PURE for what in impure(parsed(path))]
    assert PURE
    assert not wrong


def impure(tree: ast.Module) -> Iterator[str]:
    """What makes a module's results depend on more than their arguments."""
    yield from (f"line {line}: {name}" for name, line in imports(tree) if name.split(".")[0] in IMPURE_IMPORTS)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called, seeded = node.func.attr, bool(node.args or node.keywords)
            global_state = called not in SEEDED and ast.unparse(node.func.value) == "np.random"
            if global_state or called == "urandom" or (not seeded and called in IMPURE_CALLS):
                yield f"line {node.lineno}: {ast.unparse(node.func)}"


def test_what_is_impure_is_seen() -> None:
    for text, seen in (
        ("import random", 1),
        ("def f():\n    from time import sleep", 1),
        ("np.random.normal(0, 1)", 1),
        ("np.random.default_rng()", 1),
        ("os.urandom(16)", 1),
        ("np.random.default_rng(3)\nrng.normal(0, 1)\nimport math", 0),
    ):
        assert len(list(impure(ast.parse(text)))) == seen, text


SEEDED = {"default_rng", "Generator", "PCG64", "SeedSequence"}
