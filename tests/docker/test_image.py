"""The Dockerfile and what it reads: linted, complete, and pinned to what pyproject.toml asks for."""

from __future__ import annotations

import fnmatch
import json
import re
import subprocess
import sysconfig
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[2]
DOCKER = ROOT / "docker"
DOCKERFILE = (DOCKER / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
LOCKS = sorted(path.name for path in DOCKER.glob("requirements*.lock"))
# A pinned line: name, version and, where it is not for every Python, the marker.
PINNED = re.compile(r"^([a-z0-9][a-z0-9-]*)==([^ ;\\]+)(?: ; ([^\\]+?))? \\$", re.MULTILINE)


def pins(name: str, python: str) -> dict[str, Version]:
    """The packages that a lock file brings to this Python."""
    environment = {"python_version": python, "python_full_version": f"{python}.0"}
    found = {}
    for package, version, marker in PINNED.findall((DOCKER / name).read_text(encoding="utf-8")):
        requirement = Requirement(f"{package}=={version}" + (f" ; {marker}" if marker else ""))
        if requirement.marker is None or requirement.marker.evaluate(environment):
            assert package not in found
            found[package] = Version(version)
    return found


def copied() -> list[str]:
    """Everything that the build takes from its context: COPY without --from, and bind mounts."""
    lines = re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
    sources = [source for line in lines for source in line.split()[:-1]]
    return sources + re.findall(r"--mount=type=bind,source=([^,]+),", DOCKERFILE)


def admitted(path: str) -> bool:
    """Whether .dockerignore lets a path into the context: the last pattern that fits the path or a parent decides."""
    decision = True
    names = [path, *(str(parent) for parent in Path(path).parents if str(parent) != ".")]
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            pattern = line.removeprefix("!").removeprefix("**/")
            if any(fnmatch.fnmatchcase(name, pattern) for name in names):
                decision = line.startswith("!")
    return decision


def test_hadolint_finds_nothing() -> None:
    hadolint = Path(sysconfig.get_path("scripts")) / "hadolint"
    answer = subprocess.run([hadolint, DOCKER / "Dockerfile"], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_sources_exist_and_are_in_the_context() -> None:
    assert copied()
    assert [source for source in copied() if not (ROOT / source).exists()] == []
    assert [source for source in copied() if not admitted(source)] == []


def test_the_context_leaves_out_what_the_image_does_not_need() -> None:
    assert not any(admitted(name) for name in (".git", ".venv", ".packs", "out", "demo", "tests", "docs", "docker"))


def test_the_wheel_gets_all_it_is_made_of() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (package,) = build["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    linked = [path.readlink().name for path in (ROOT / package).iterdir() if path.is_symlink()]
    assert len(linked) == 3
    needed = [package, *linked, build["project"]["readme"]]
    needed += [*build["project"]["license-files"], "pyproject.toml"]
    assert set(needed) <= set(copied())


def test_system_packages_are_those_of_libraries_txt() -> None:
    runtime = DOCKERFILE.split(" AS runtime\n")[1].split("\nFROM ")[0]
    installed = re.findall(r"sh /tmp/install-packages\.sh (.+)", runtime)
    assert " ".join(installed).split() == ["sweethome3d-furniture", "python3", "tini", "/tmp/libraries.txt"]


def test_any_user_may_run_it() -> None:
    final = DOCKERFILE.split(" AS runtime\n")[1].split("\nFROM ")[0]
    assert re.findall(r"^USER (\S+)", final, re.MULTILINE) == ["1000:1000"]
    assert 'ENTRYPOINT ["tini", "-s", "--", "longtail"]' in final
    written = re.findall(r"(?:HOME|MPLCONFIGDIR|_PATH|_DIR)=(/\S+)", final)
    assert len(written) >= 7
    assert all(folder in final.partition("install -d")[2] for folder in written if folder.startswith("/cache/"))
    assert all(path == "/tmp" or path.startswith("/cache/") for path in written if not path.startswith("/opt"))


def test_the_image_names_the_egl_of_a_gpus_driver() -> None:
    """As NVIDIA's own images do: github.com/NVIDIA/libglvnd, src/EGL/icd_enumeration.md."""
    named = json.loads((DOCKER / "10_nvidia.json").read_text(encoding="ascii"))
    assert named == {"file_format_version": "1.0.0", "ICD": {"library_path": "libEGL_nvidia.so.0"}}
    assert "COPY docker/10_nvidia.json /usr/share/glvnd/egl_vendor.d/10_nvidia.json" in DOCKERFILE


def test_the_image_takes_no_gpus_that_nobody_granted() -> None:
    assert "NVIDIA_VISIBLE_DEVICES=" not in re.sub(r"^#.*$", "", DOCKERFILE, flags=re.MULTILINE)


@pytest.mark.parametrize("python", ["3.11", "3.13"])
def test_the_lock_satisfies_pyproject(python: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = pins("requirements.lock", python)
    for text in project["dependencies"]:
        wanted = Requirement(text)
        if wanted.marker is not None and not wanted.marker.evaluate({"python_version": python}):
            continue
        assert wanted.specifier.contains(found[wanted.name.lower()], prereleases=True), f"{text}: run docker/lock.sh"


@pytest.mark.parametrize("python", ["3.11", "3.13"])
def test_ray_changes_no_version(python: str) -> None:
    base, ray = pins("requirements.lock", python), pins("requirements-ray.lock", python)
    assert {name: version for name, version in ray.items() if base.get(name, version) != version} == {}


@pytest.mark.parametrize("name", LOCKS)
def test_locks_pin_every_file(name: str) -> None:
    text = (DOCKER / name).read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[a-z0-9])", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE), flags=re.MULTILINE)
    assert all("--hash=sha256:" in block for block in blocks if block.strip())
    assert "://" not in text
