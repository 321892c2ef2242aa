"""`longtail find`, `split`, `export` and `mix`: options and help; their work is in longtail.render.commands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from longtail.options import LOCAL, PLACE, Renaming, speaks_plainly

if TYPE_CHECKING:
    from longtail.render.storage.place import Place

with_rejected = click.option(
    "--with-rejected", is_flag=True, help="Take the frames that a review has rejected, too; else they are left out."
)


@click.command()
@click.argument("dataset", type=PLACE)
@click.argument("query")
@with_rejected
@speaks_plainly
def find(dataset: Place, query: str, with_rejected: bool) -> int:
    """List the pictures of DATASET of which QUERY is true.

    QUERY speaks of drawn values by their paths, of weathers and lights, and of what the labels hold, as in 'flood and
    night and count(person, visible > 0.5) >= 2'; docs/python.md has all of it. flag(near_duplicate) finds frames with
    that flag, flag() those with any, decision == 'rejected' what a review has rejected, with --with-rejected.
    """
    from longtail.render.commands.find import find_frames

    return find_frames(dataset, query, with_rejected=with_rejected)


@click.command()
@click.argument("dataset", type=PLACE)
@click.argument("shares", type=float, nargs=3, metavar="TRAIN VAL TEST")
@with_rejected
@speaks_plainly
def split(dataset: Place, shares: tuple[float, float, float], with_rejected: bool) -> int:
    """Decide which scenes of DATASET are to train on, to validate and to test, for all exports that follow.

    TRAIN, VAL and TEST are shares of the scenes, as in 0.8 0.1 0.1. All pictures of a scene stay in one split;
    conditions and classes come into all of them in these shares. splits.json in the dataset says which.
    """
    from longtail.render.commands.split import split_dataset

    return split_dataset(dataset, shares, with_rejected=with_rejected)


@click.command()
@click.argument("dataset", type=PLACE)
@click.option("--to", required=True, metavar="FORMAT", help="What to write; longtail list exporters shows all.")
@click.option("-o", "--output", type=LOCAL, required=True, help="Folder to write, new or empty.")
@click.option(
    "--split",
    type=float,
    nargs=3,
    default=None,
    metavar="TRAIN VAL TEST",
    help="Shares of the scenes; all pictures of a scene stay in one [default: as longtail split has said, else "
    "0.8 0.1 0.1].",
)
@click.option("--where", default="", metavar="QUERY", help="Only frames of which this is true; see longtail find.")
@click.option("--classes", default="", metavar="A,B", help="Only things of these categories; others become void.")
@click.option("--min-area", type=click.IntRange(0), default=0, metavar="PX", help="Ignore things of fewer pixels.")
@click.option(
    "--min-visible",
    type=click.FloatRange(0, 1),
    default=0.0,
    metavar="SHARE",
    help="Ignore things of which a smaller part is visible.",
)
@with_rejected
@speaks_plainly
def export(
    dataset: Place,
    to: str,
    output: Path,
    split: tuple[float, float, float] | None,
    where: str,
    classes: str,
    min_area: int,
    min_visible: float,
    with_rejected: bool,
) -> int:
    """Write DATASET (a folder or URL) in the format of another tool."""
    from longtail.annotate.choosing.chosen import Wanted
    from longtail.render.commands.export import export_dataset

    names = tuple(name.strip() for name in classes.split(",") if name.strip())
    wanted = Wanted(where, names, min_area, min_visible)
    return export_dataset(dataset, to, output, split, wanted, with_rejected=with_rejected)


@click.command()
@click.argument("synthetic", type=PLACE)
@click.argument("real", type=LOCAL)
@click.option("--ratio", type=float, required=True, help="Synthetic pictures for each real one.")
@click.option("-o", "--output", type=LOCAL, required=True, help="Folder to write, new or empty.")
@click.option("--size", type=int, default=None, metavar="PX", help="The longer side of any picture is at most this.")
@click.option(
    "--rename",
    "renamed",
    type=Renaming(),
    multiple=True,
    metavar="OLD=NEW",
    help="What a category of either set is called in the mixture, as in van=car; repeatable.",
)
@click.option(
    "--split",
    type=click.Choice(["train", "val", "test", "all"]),
    default=None,
    help="Take synthetic scenes of this split alone [default: train where longtail split has decided, else all].",
)
@with_rejected
@speaks_plainly
def mix(
    synthetic: Place,
    real: Path,
    ratio: float,
    output: Path,
    size: int | None,
    renamed: tuple[tuple[str, str], ...],
    split: str | None,
    with_rejected: bool,
) -> int:
    """Join the dataset SYNTHETIC with REAL, a COCO instances file with its pictures, to train on both.

    Pictures of both go through the same steps, classes are those that both have, and every image says its source.
    """
    from longtail.annotate.mixing.mix import Recipe
    from longtail.render.commands.mix import mix_sets

    recipe = Recipe(ratio, size, dict(renamed), split)
    return mix_sets(synthetic, real, output, recipe, with_rejected=with_rejected)


COMMANDS = (find, split, export, mix)
