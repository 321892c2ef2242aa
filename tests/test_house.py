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
BLENDER = {"bpy", "mathutils", "bmesh", "gpu"}
BLENDER_ROOMS = (ROOT / "scenes" / "blender", ROOT / "render" / "blender")
# What makes two runs of one seed differ: the time, the machine, and state that anyone may have touched.
IMPURE_IMPORTS = {"time", "datetime", "uuid", "random", "secrets"}
IMPURE_CALLS = {"urandom", "default_rng", "RandomState"}


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


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_every_module_has_one_name(path: Path) -> None:
    for name, line in imports(parsed(path)):
        assert name.split(".")[0] not in LINKED, f"line {line}: a module of two names is loaded twice"


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_every_room_says_what_belongs_in_it(folder: Path) -> None:
    assert ast.get_docstring(parsed(folder / "__init__.py"))


@pytest.mark.parametrize(("package", "loose"), [("scenes", 3), ("render", 1), ("annotate", 3)])
def test_hardly_anything_lies_loose(package: str, loose: int) -> None:
    assert len([path for path in (ROOT / package).glob("*.py") if path.name != "__init__.py"]) <= loose


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_blender_stays_in_its_rooms(path: Path) -> None:
    if any(path.is_relative_to(room) for room in BLENDER_ROOMS):
        return
    tree = parsed(path)
    wrong = [f"line {line}: {name}" for name, line in imports(tree) if name.split(".")[0] in BLENDER]
    top_level = ast.Module([node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)], [])
    eager = [name for name, _ in imports(top_level) if "blender" in name.split(".")]
    assert not wrong
    assert not eager, "rooms outside may load Blender's only inside a function, when they need it"


@pytest.mark.parametrize("path", PURE, ids=name_of)
def test_nothing_pure_reads_clocks_or_global_chance(path: Path) -> None:
    tree = parsed(path)
    wrong = [name for name, _ in imports(tree) if name.split(".")[0] in IMPURE_IMPORTS]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called = ast.unparse(node.func)
            seeded = bool(node.args or node.keywords)
            global_state = ast.unparse(node.func.value) == "np.random" and called.rsplit(".", 1)[1] not in SEEDED
            if global_state or (not seeded and node.func.attr in IMPURE_CALLS):
                wrong.append(f"line {node.lineno}: {called}")
    assert not wrong


SEEDED = {"default_rng", "Generator", "PCG64", "SeedSequence"}
