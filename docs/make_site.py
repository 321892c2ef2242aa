"""Builds the site of the documentation in site/; `make docs` calls it.

Its pages lie as they do in the repository, so that a relative link leads to the same place in both: README.md, what
else is written at the top, docs/, and the files that they link to. For every public module there is a page of its
docstrings. Modules are found, not listed: those of the package and of the folders that it links to, but for the rooms
that need Blender and for names that start with an underscore.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
PACKAGE = "longtail"
API = "api"
SETTINGS = "mkdocs.yml"
STYLE = "docs/site.css"
FIRST = ("configuration", "conditions", "labels", "python", "formats", "running", "storage")
"""The pages of docs/ that are read first, in this order; the others follow by their names."""

_LINK = re.compile(r"\]\(([^)\s#]+)")


def main() -> int:
    """Build the site and put it in its place; 1 where a link or a reference leads nowhere."""
    work = ROOT / "build" / "docs"
    shutil.rmtree(work, ignore_errors=True)
    lay_out(work)
    if not build(work):
        sys.stderr.write(f"docs: no site was made, for the reasons above; its pages are in {work}\n")
        return 1
    shutil.rmtree(ROOT / "site", ignore_errors=True)
    (work / "site").rename(ROOT / "site")
    sys.stderr.write(f"docs: file://{ROOT}/site/index.html; searching takes a server: python -m http.server -d site\n")
    return 0


def lay_out(folder: Path) -> None:
    """Write the pages into `folder`/pages, where there are none yet, and the settings beside them."""
    pages, api = written(), reference()
    for path in [*pages, *sorted(linked(pages)), STYLE]:
        target = folder / "pages" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, target)
    for path, text in api.items():
        target = folder / "pages" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    # The settings hold tags of Python's, which PyYAML does not write back: the navigation goes below them.
    settings = (ROOT / SETTINGS).read_text(encoding="utf-8")
    (folder / SETTINGS).write_text(f"{settings}\n{yaml.safe_dump({'nav': navigation(api)}, sort_keys=False)}", "utf-8")


def build(folder: Path) -> bool:
    """Build `folder`/site of what was laid out in the folder, and say whether all that is linked to is there."""
    words = [sys.executable, "-m", "zensical", "build", "--strict", "--config-file", SETTINGS]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(words, cwd=folder, env=environment, check=False).returncode == 0


def written() -> list[str]:
    """The pages that are written by hand, by their paths in the repository."""
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


def linked(pages: list[str]) -> set[str]:
    """The files, other than pages, that pages link to."""
    found = set()
    for page in pages:
        for link in _LINK.findall((ROOT / page).read_text(encoding="utf-8")):
            target = (ROOT / page).parent.joinpath(link).resolve()
            if target.is_file() and target.suffix != ".md":
                found.add(target.relative_to(ROOT).as_posix())
    return found


def navigation(api: dict[str, str]) -> list[Any]:
    """What stands in the site's bar and beside its pages."""
    names = {Path(page).stem for page in written() if Path(page).parent == Path("docs")}
    guide = [f"docs/{name}.md" for name in (*FIRST, *sorted(names - set(FIRST)))]
    about = [page for page in written() if page not in guide and page != "README.md"]
    return [{"Home": "README.md"}, {"Guide": guide}, {"API": branch(f"{API}/{PACKAGE}", api)}, {"About": about}]


def branch(folder: str, api: dict[str, str]) -> list[Any]:
    """The page of a package, and below it those of what is in it."""
    below = [path.removeprefix(f"{folder}/") for path in api if path.startswith(f"{folder}/")]
    rows: list[Any] = [f"{folder}/index.md"]
    for name in sorted({path.partition("/")[0] for path in below} - {"index.md"}):
        whole = f"{folder}/{name}"
        rows.append({name.removesuffix(".md"): whole if whole in api else branch(whole, api)})
    return rows


def modules() -> dict[str, Path]:
    """The public modules by their dotted names."""
    found = {}
    for folder, inner, files in os.walk(ROOT / PACKAGE, followlinks=True):
        inner[:] = sorted(name for name in inner if name != "blender" and not name.startswith("_"))
        for file in sorted(files):
            if file.endswith(".py") and (file == "__init__.py" or not file.startswith("_")):
                path = Path(folder, file)
                name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                found[name.removesuffix(".__init__")] = path
    return found


def reference() -> dict[str, str]:
    """The text of each module's page by the page's path; a package's is the index of its folder."""
    found = modules()
    paths = {name: f"{API}/{name.replace('.', '/')}{_end(path)}" for name, path in found.items()}
    return {path: page(name, found, paths) for name, path in paths.items()}


def _end(module: Path) -> str:
    return "/index.md" if module.name == "__init__.py" else ".md"


def page(name: str, found: dict[str, Path], paths: dict[str, str]) -> str:
    """A module's page, with a table of the modules in it.

    A package inside the package shows what it defines itself: what it takes from its modules is on their pages.
    """
    lines = [f"# {name}", "", f"::: {name}"]
    if found[name].name == "__init__.py" and name != PACKAGE:
        lines += ["    options:", f"      members: {own(found[name]) or 'false'}"]
    inside = [other for other in found if other.rpartition(".")[0] == name]
    if inside:
        lines += ["", "## Modules", "", "| module | |", "|---|---|"]
    for other in inside:
        link = os.path.relpath(paths[other], Path(paths[name]).parent)
        lines.append(f"| [{other.rpartition('.')[2]}]({link}) | {first_paragraph(found[other])} |")
    return "\n".join([*lines, ""])


def own(module: Path) -> list[str]:
    """The public names that a module defines, and does not import."""
    names = []
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.append(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names += [target.id for target in targets if isinstance(target, ast.Name)]
    return [name for name in names if not name.startswith("_")]


def first_paragraph(module: Path) -> str:
    """The first paragraph of a module's docstring, on one line."""
    docstring = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    return " ".join(docstring.partition("\n\n")[0].split()).replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main())
