"""Packs this environment for a GPU machine without a network, in pieces: `python benchmarks/gpu/pack.py -o .gpu`.

The interpreter, the packages, the system libraries that they need and the model packs, without what rendering never
opens; see README.md here. Takes minutes of both cores.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from importlib.metadata import distribution, distributions
from pathlib import Path

import click
from packaging.requirements import Requirement

from longtail.scenes.assets.packs.locate import find_packs

# What rendering street scenes never opens, of all that the packages bring.
_LEFT_OUT = re.compile(
    r"(^|/)(__pycache__|tests?|sample_data|testing/data|idlelib|tkinter|turtledemo|ensurepip|lib2to3)(/|$)"
    r"|(^|/)config-3[\d.]*-[^/]*/"
    r"|\.(pyi|pxd|pyx|pyc|a|h|hpp|c)$"
    r"|^bpy/[\d.]+/(python|datafiles/assets|datafiles/studiolights/(matcap|world)|datafiles/fonts/Noto)"
    r"|^bpy/.*/(cycles/source|rigify|templates_\w+)/|^bpy/.*(gfx\d|device_hip|device_sycl|kernel_rt_)"
)
# Another machine's own C library is the only one that works there, and its driver the only one for its GPU.
_THEIRS = re.compile(r"(libc|libm|libdl|librt|libpthread|libutil|libresolv|ld-linux-x86-64|libcuda|libnv\w+)\.so")
_OPENED_BY_NAME = ("libEGL.so.1", "libGL.so.1", "libOpenGL.so.0", "libGLX.so.0", "libGLdispatch.so.0")


@click.command()
@click.option("-o", "--out", type=click.Path(path_type=Path), required=True, help="a folder for the pieces")
@click.option("--piece-mib", default=40, show_default=True, help="as large as one transfer may be")
@click.option("--level", type=click.IntRange(0, 9), default=6, show_default=True, help="xz's: 0 is large and quick")
def main(out: Path, piece_mib: int, level: int) -> None:
    """Write part-00, part-01, ... and run.sh, which unpacks them and starts the checks."""
    stage = out / "stage"
    shutil.rmtree(out, ignore_errors=True)
    (stage / "lib").mkdir(parents=True)
    interpreter(stage / "python")
    packages(stage / "site")
    libraries(stage)
    for path in find_packs():
        copy(path, stage / "packs" / path.name)
    shutil.copy2(Path(__file__).with_name("run.sh"), out / "run.sh")
    tar = f"tar -C '{stage}' -cf - . | xz -T0 -{level} | split -d -b {piece_mib}M - '{out}/part-'"
    subprocess.run(["bash", "-o", "pipefail", "-c", tar], check=True)
    shutil.rmtree(stage)
    for part in sorted(out.glob("part-*")):
        print(f"{part}  {part.stat().st_size / 2**20:.1f} MiB")


def interpreter(target: Path) -> None:
    """Python itself, and its library, which it finds beside itself wherever both lie."""
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    copy(Path(os.path.realpath(sys.executable)), target / "bin/python")
    library = Path(sysconfig.get_paths()["stdlib"])
    for path in files_of(library):
        name = path.relative_to(library).as_posix()
        if not _LEFT_OUT.search(name) and "-packages" not in name:
            copy(path, target / "lib" / version / name)


def packages(target: Path) -> None:
    """Longtail's dependencies and theirs."""
    for name in sorted(needed_packages()):
        package = distribution(name)
        for path in package.files or ():
            place = path.as_posix()
            source = Path(str(path.locate()))
            # Of Longtail, which is a tree, what is known of it.
            wanted = ".dist-info/" in place if name == "longtail" else not place.startswith("..")
            if wanted and not _LEFT_OUT.search(place) and source.is_file():
                copy(source, target / place)


def needed_packages() -> set[str]:
    """The names of Longtail and of what it needs here, by its metadata."""
    installed = {found.name.lower().replace("_", "-"): found for found in distributions()}
    waiting, found = ["longtail"], {"longtail"}
    while waiting:
        for text in installed[waiting.pop()].requires or ():
            wanted = Requirement(text)
            name = wanted.name.lower().replace("_", "-")
            here = wanted.marker is None or wanted.marker.evaluate({"extra": ""})
            if here and name in installed and name not in found:
                found.add(name)
                waiting.append(name)
    return found


def libraries(stage: Path) -> None:
    """The system libraries that all this needs, but for the C library; run.sh takes what the machine lacks."""
    own = {path.name for path in files_of(stage)}
    said = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True).stdout
    known = dict(reversed(re.findall(r"(\S+) \(.*x86-64.*\) => (\S+)", said)))
    waiting = [name for path in files_of(stage) if ".so" in path.name or path.name == "python" for name in needs(path)]
    waiting += _OPENED_BY_NAME
    while waiting:
        name = waiting.pop()
        # The interpreter's own library may lie where the loader does not look.
        source = Path(sys.base_prefix, "lib", name)
        source = source if source.exists() else Path(known.get(name, "/nowhere"))
        if name not in own and not _THEIRS.match(name) and source.exists():
            own.add(name)
            copy(source, stage / "lib" / name)
            waiting += needs(source)


def needs(path: Path) -> list[str]:
    """The libraries that a library or program names."""
    said = subprocess.run(["readelf", "-d", path], capture_output=True, text=True, check=False).stdout
    return re.findall(r"\(NEEDED\).*\[(.+?)\]", said)


def files_of(folder: Path) -> Iterator[Path]:
    """All files below a folder."""
    return (path for path in folder.rglob("*") if path.is_file())


def copy(source: Path, target: Path) -> None:
    """A file with its mode, in folders that are made for it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    shutil.copymode(source, target)


if __name__ == "__main__":
    main()
