"""The denoiser's own network: `python benchmarks/fit_denoiser.py pictures`, then `fit`, then `measure`.

`pictures` renders scenes with their grain, some four a minute on a core; `fit` takes the library's network of high
quality on from where its makers left it, and writes the one that Longtail denoises with on CPUs; `measure` tells how
near each quality comes to long pictures of scenes that none was fitted to. `fit` needs PyTorch (the extra `detector`).
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import get_args

import click

from longtail.scenes.scenarios.render_defaults import DenoiseQuality

FITTED = Path(__file__).resolve().parents[1] / "render" / "blender" / "fitted.tza"


@click.group()
def main() -> None:
    """Fit the denoiser to Longtail's own scenes."""


@main.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--first", default=0, show_default=True, type=click.IntRange(0), help="Number of the first scene.")
@click.option("-n", "--scenes", default=250, show_default=True, type=click.IntRange(1), help="How many scenes.")
@click.option(
    "--step", default=1, show_default=True, type=click.IntRange(1), help="Every how manieth: for several at once."
)
@click.option("--seed", default=770001, show_default=True, type=click.IntRange(0), help="Of the scenes.")
def pictures(folder: Path, first: int, scenes: int, step: int, seed: int) -> None:
    """Render scenes with their grain into FOLDER; those that are there stay."""
    from denoiser.noisy import make

    folder.mkdir(parents=True, exist_ok=True)
    make(folder, range(first, first + scenes * step, step), seed)


@main.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--steps", default=2400, show_default=True, type=click.IntRange(1), help="Of eight pieces of 128 x 128 each."
)
@click.option("--rate", default=6e-5, show_default=True, help="How fast it learns at most.")
@click.option("--start", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A network to go on with.")
@click.option("-o", "--output", default=FITTED, show_default="the one in use", type=click.Path(path_type=Path))
def fit(folder: Path, steps: int, rate: float, start: Path | None, output: Path) -> None:
    """Fit the network to the scenes in FOLDER."""
    if find_spec("torch") is None:
        raise click.UsageError("expected PyTorch, found none: pip install torch")
    from denoiser.archive import archives, read
    from denoiser.fitting import fit as fitted
    from denoiser.network import HIGH

    if not any(folder.glob("*.npz")):
        raise click.UsageError(f"{folder}: expected scenes (*.npz), found none; `pictures` makes them")
    network = read(start.read_bytes()) if start else list(archives(_library().read_bytes()))[HIGH]
    fitted(network, folder, steps, rate, output)


@main.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--samples", default="8,16,32", show_default=True, help="Whose pictures to denoise, with commas between them."
)
def measure(folder: Path, samples: str) -> None:
    """Print how near each quality comes to long pictures, which are kept in FOLDER."""
    from denoiser.likeness import table

    counts = [int(count) for count in samples.split(",") if count.strip().isdecimal()]
    if len(counts) != samples.count(",") + 1 or min(counts) < 1:
        raise click.BadParameter(f"expected whole numbers from 1 on with commas between them, got {samples!r}")
    for row in table(counts, get_args(DenoiseQuality), folder):
        click.echo(row)


def _library() -> Path:
    """Open Image Denoise's core, which has its networks, as bpy brings it along."""
    bpy = find_spec("bpy")
    if bpy is None or bpy.origin is None:
        raise click.UsageError("expected bpy, found none")
    (found,) = Path(bpy.origin).parent.glob("lib/libOpenImageDenoise_core.so.*")
    return found


if __name__ == "__main__":
    main()
