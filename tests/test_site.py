"""The pages around the code: every link leads somewhere, at a code host and in the site that `make docs` builds."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote

import pytest
from pymdownx.slugs import slugify

ROOT = Path(__file__).parents[1]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
ROOMS = [ROOT / "longtail", *(path.resolve() for path in (ROOT / "longtail").iterdir() if path.is_symlink())]
SOURCES = sorted(path for room in ROOMS for path in room.rglob("*.py"))
_FENCE = re.compile(r"^( *)```.*?^\1```$", re.DOTALL | re.MULTILINE)
_SPAN = re.compile(r"`[^`\n]+`")
# [text](target), ![text](target "title"), and [name]: target on a line of its own.
_LINKS = re.compile(r"\]\(<?([^)\s>]+)>?(?: +\"[^\"]*\")?\)|^\[[^\]]+\]: +(\S+)", re.MULTILINE)


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def prose(page: Path) -> str:
    """A page's text without its blocks of code."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def headings(page: Path) -> list[str]:
    """A page's headings as they are read: without marks of code, and of links their text."""
    found = re.findall(r"^#+ +(.+?) *$", prose(page), re.MULTILINE)
    return [re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", heading).replace("`", "") for heading in found]


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub and GitLab make of headings; of two equal ones that of the first, as others differ."""
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings(page)}


def broken(page: Path) -> Iterator[str]:
    """The relative links of a page that lead nowhere, and those that only this machine can follow."""
    for inline, defined in _LINKS.findall(_SPAN.sub("", prose(page))):
        link = unquote(inline or defined)
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if re.match(r"\w+:", link):
            continue
        inside = not path.startswith("/") and target.is_relative_to(ROOT) and target.is_file()
        if not inside or (anchor and (target.suffix != ".md" or anchor not in anchors(target))):
            yield link


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    assert not list(broken(page))


@pytest.mark.parametrize(
    "link", ["none.md", "labels.md#none", "#none", "../none.jpg", "/README.md", "../../README.md", "labels"]
)
def test_a_link_that_leads_nowhere_is_seen(link: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/labels.md").write_text("# Labels\n\n## Masks, and `boxes`\n")
    (tmp_path / "README.md").write_text("# Here\n")
    page = tmp_path / "docs/page.md"
    page.write_text(f"[a](labels.md#masks-and-boxes) [b]({link}) `[c](code.md)`\n\n[d]: ../README.md#here\n")
    assert list(broken(page)) == [link]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_the_site_makes_the_anchors_that_code_hosts_make(page: Path) -> None:
    assert {slugify(case="lower")(heading, "-") for heading in headings(page)} == anchors(page)


@pytest.fixture(scope="module")
def make_site() -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "docs"))
        import make_site

    return make_site


def test_the_site_has_every_page_and_every_public_module(make_site: ModuleType, tmp_path: Path) -> None:
    make_site.lay_out(tmp_path)
    found = {path.relative_to(tmp_path / "pages").as_posix() for path in (tmp_path / "pages").rglob("*")}
    assert {name_of(page) for page in PAGES} <= found
    links = [path.name for path in (ROOT / "longtail").iterdir() if path.is_symlink()]
    assert links
    for room in links:
        for source in (ROOT / "longtail" / room).resolve().rglob("*.py"):
            inside = source.relative_to((ROOT / "longtail" / room).resolve())
            public = "blender" not in inside.parts and not inside.name.startswith("_")
            assert (f"api/longtail/{room}/{inside.with_suffix('.md').as_posix()}" in found) == public, inside
    settings = (tmp_path / "mkdocs.yml").read_text(encoding="utf-8")
    for path in found:
        assert not path.endswith(".md") or path in settings, f"{path}: expected in the navigation"


def test_the_site_is_built_and_loads_nothing_from_elsewhere(make_site: ModuleType, tmp_path: Path) -> None:
    make_site.lay_out(tmp_path)
    assert make_site.build(tmp_path)
    site = tmp_path / "site"
    for page in ("index", "docs/labels", "CHANGELOG", "api/longtail/index", "api/longtail/command_line"):
        assert (site / f"{page}.html").is_file()
    loads = re.compile(r"<(?:script|img|iframe|source)[^>]+src=\"?https?:[^\s>]*|<link[^>]+href=\"?https?:[^\s>]*")
    for page_path in site.rglob("*.html"):
        assert not loads.findall(page_path.read_text(encoding="utf-8")), page_path
    for style in site.rglob("*.css"):
        assert not re.findall(r"(?:@import|url\()\s*[\"']?https?:", style.read_text(encoding="utf-8")), style


@pytest.mark.parametrize(
    "text", ["[a](none.md)", "[a](README.md#none)", "::: longtail.none", "[a][longtail.none]"], ids=str
)
def test_a_site_with_a_loose_end_is_not_built(text: str, make_site: ModuleType, tmp_path: Path) -> None:
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    (tmp_path / "mkdocs.yml").write_text(f"{settings}\nnav: [README.md]\n", encoding="utf-8")
    (tmp_path / "pages/docs").mkdir(parents=True)
    (tmp_path / "pages/docs/site.css").touch()
    (tmp_path / "pages/README.md").write_text(f"# Here\n\n{text}\n")
    assert not make_site.build(tmp_path)


def misread(docstring: str) -> Iterator[str]:
    """Columns and lists need a blank line before, and an indent or a mark: Markdown takes all else for one sentence."""
    for paragraph in re.split(r"\n\s*\n", docstring):
        if not paragraph.startswith(("    ", "Attributes:\n", "Examples:\n")):
            if re.search(r"\S {2,}\S", paragraph):
                yield f"expected columns indented, or fields below `Attributes:`, got {paragraph}"
            if re.search(r"^[*-] ", paragraph, re.MULTILINE) and paragraph[0] not in "*-":
                yield f"expected a blank line before a list, got {paragraph}"


def test_docstrings_read_well_as_markdown() -> None:
    wrong = [
        f"{name_of(source)}: {what}"
        for source in SOURCES
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        for what in misread(ast.get_docstring(node) or "")
    ]
    assert SOURCES
    assert not wrong


def test_what_is_misread_is_seen() -> None:
    assert len(list(misread("One.\n\nname  what it is\n* a list"))) == 2
    assert not list(misread("One.\n\n    name  what it is\n\n* a list\n* of two"))


def test_the_extra_for_the_site_is_among_those_for_the_tests() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert "longtail[docs]" in extras["dev"]  # docker/setup.sh takes an environment for the tests for one for all else
