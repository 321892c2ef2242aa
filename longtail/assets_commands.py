"""`longtail assets`: options and help of its commands; their work is in longtail.render.commands.assets."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from longtail.options import LOCAL, speaks_plainly


def _library(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--library",
        default=None,
        metavar="FOLDER",
        help="Where models are kept [default: LONGTAIL_LIBRARY, else ~/.local/share/longtail/library].",
    )(command)


@click.group()
def assets() -> None:
    """Models of your own: bring them in once, and every scenario that has a place for them shows them.

    They are kept in a library, a folder that may be copied or shared between machines; docs/own-models.md tells more.
    """


@assets.command()
@click.argument("path", type=LOCAL)
@_library
@click.option("--yes", is_flag=True, help="Keep them without asking. Nobody is asked where there is no terminal.")
@click.option("--dry-run", is_flag=True, help="Say what they are taken for, and keep nothing.")
@click.option(
    "--faces",
    type=click.IntRange(100, 2_000_000),
    default=None,
    help="Reduce models of more triangles to so many [default: 250,000; 30,000 for what lies on tables].",
)
@speaks_plainly
def add(path: Path, library: str | None, yes: bool, dry_run: bool, faces: int | None) -> int:
    """Bring in the models at PATH: a folder, a .zip, one file, or a .sh3f library.

    glTF, OBJ, PLY, STL, FBX, USD and .blend are read. A pack.yaml beside them may state category, size, axes, paint,
    licence and more; what it does not is guessed, and shown before it counts. Exit status 1 where a model is broken: it
    is named, and the others are kept.
    """
    from longtail.render.commands.assets import Adding, add

    asks = sys.stdin.isatty() and sys.stdout.isatty()
    return add(path, library, Adding(yes, dry_run, faces), lambda text: not asks or click.confirm(text, default=True))


@assets.command("list")
@_library
@speaks_plainly
def list_(library: str | None) -> int:
    """The models of the library, with category, size, licence, family, tags and digest."""
    from longtail.render.commands.assets import listing

    return listing(library)


@assets.command()
@click.argument("name")
@click.option("-o", "--output", type=LOCAL, default=Path("model.png"), show_default=True, help="PNG to write.")
@click.option("--width", type=click.IntRange(64, 2048), default=360, show_default=True, help="Of one view, in pixels.")
@_library
@speaks_plainly
def show(name: str, output: Path, width: int, library: str | None) -> int:
    """A picture of the model NAME from six sides, each named, so that its front can be seen to be right."""
    from longtail.render.commands.assets import show

    return show(name, library, output, width)


@assets.command()
@click.argument("names", nargs=-1)
@_library
@speaks_plainly
def check(names: tuple[str, ...], library: str | None) -> int:
    """Look at the models NAMES, or all: files byte by byte, sizes, licences. Exit status 1 where anything is found."""
    from longtail.render.commands.assets import check

    return check(names, library)


@assets.command()
@click.argument("names", nargs=-1, required=True)
@_library
@speaks_plainly
def remove(names: tuple[str, ...], library: str | None) -> int:
    """Take the models NAMES out of the library. Datasets that show them cannot be gone on with then."""
    from longtail.render.commands.assets import remove

    return remove(names, library)
