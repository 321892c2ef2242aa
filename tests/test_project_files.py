"""The files that stand around the code are what they say they are: citation, hooks of git, list of changes."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
HOOKS = ".pre-commit-config.yaml"


def read_yaml(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
    return found


def accepted(*words: str) -> bool:
    done = subprocess.run([sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode == 0


def test_the_citation_is_one_and_speaks_of_this_version(tmp_path: Path) -> None:
    schema = ("check_jsonschema", "--builtin-schema", "vendor.citation-file-format")
    assert accepted(*schema, "CITATION.cff")
    (tmp_path / "nobody.cff").write_text(re.sub(r"authors:\n.*\n", "", (ROOT / "CITATION.cff").read_text()))
    assert not accepted(*schema, str(tmp_path / "nobody.cff"))
    citation = read_yaml("CITATION.cff")
    # What is cited is the program: several licences in that file would be ones to choose among.
    program = PROJECT["license"].partition(" AND ")[0]
    assert (citation["version"], citation["license"]) == (PROJECT["version"], program)
    assert citation["keywords"] == PROJECT["keywords"]


def test_every_hook_of_git_runs_a_program_that_the_tests_bring(tmp_path: Path) -> None:
    assert accepted("pre_commit", "validate-config", HOOKS)
    (tmp_path / "hooks.yaml").write_text("repos: [{repo: local, hooks: [{id: nothing}]}]\n")
    assert not accepted("pre_commit", "validate-config", str(tmp_path / "hooks.yaml"))
    (local,) = read_yaml(HOOKS)["repos"]
    assert local["repo"] == "local"  # others would be downloaded
    for hook in local["hooks"]:
        program = Path(hook["entry"].split()[0])
        assert program.parent == Path(".venv/bin")
        assert (Path(sys.executable).parent / program.name).is_file(), program


def test_hooks_of_git_look_as_make_test_looks() -> None:
    target = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\ntest:\n")[2].partition("\ndocs:\n")[0]
    entries = " ".join(hook["entry"] for hook in read_yaml(HOOKS)["repos"][0]["hooks"])
    programs = re.findall(r"\$\(PYTHON_BIN\)/(ruff \w+|mypy --\w+)", target)
    assert len(programs) == 3
    for program in programs:
        assert f".venv/bin/{program}" in entries


def test_the_list_of_changes_tells_of_every_format_up_to_today() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `longtail\.(\w+)\.(\d+)` \|", text, re.MULTILINE)
    paths = (path for room in ("annotate", "scenes") for path in (ROOT / room).rglob("*.py"))
    sources = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    written = dict(re.findall(r'^FORMAT = "longtail\.(\w+)\.(\d+)"$', sources, re.MULTILINE))
    assert written.keys() == {kind for kind, _ in told}
    for kind, newest in written.items():
        assert [int(number) for name, number in told if name == kind] == [*range(1, int(newest) + 1)]


def test_the_list_of_changes_is_one() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    sections = re.findall(r"^## (.+)$", text, re.MULTILINE)
    days = sections[1:-1]
    assert (sections[0], sections[-1]) == ("Unreleased", "Formats")
    assert days == sorted(days, reverse=True)
    kinds = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert set(re.findall(r"^### (.+)$", text, re.MULTILINE)) <= kinds


def test_the_glossary_has_each_word_once_and_knows_where_it_lives() -> None:
    text = (ROOT / "docs/glossary.md").read_text(encoding="utf-8").partition("\n## ")[0]
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in re.findall(r"^\| .+", text, re.MULTILINE)]
    words = [word.replace("`", "").lower() for word, *_ in rows[1:]]
    assert words == sorted(set(words))
    for word, _, where in rows[1:]:
        for place in re.findall(r"`([\w/.]*/[\w/.]*)`", where):
            assert (ROOT / place).exists(), f"{word}: {place}"
