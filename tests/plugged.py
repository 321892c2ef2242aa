"""Installed packages that offer plug-ins, made in a folder."""

from __future__ import annotations

from pathlib import Path


def installed(folder: Path, package: str, entries: str, modules: dict[str, str]) -> Path:
    """`folder` as a place on the import path in which `package` lies, as pip leaves it.

    entries   its entry_points.txt
    modules   source by module name
    """
    about = folder / f"{package}-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n", encoding="utf-8")
    (about / "entry_points.txt").write_text(entries, encoding="utf-8")
    for name, source in modules.items():
        (folder / f"{name}.py").write_text(source, encoding="utf-8")
    return folder
