"""`longtail evaluate`, `supplement` and `turing`: options and help; their work is in longtail.render.commands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from longtail.options import LOCAL, PLACE, Renaming, speaks_plainly

if TYPE_CHECKING:
    from longtail.render.storage.place import Place


def _print_schema(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        from longtail.annotate.usefulness.schema import dumps_schema

        click.echo(dumps_schema(), nl=False)
        ctx.exit()


@click.command()
@click.option("--train", type=PLACE, multiple=True, required=True, metavar="A", help="What may help; repeatable.")
@click.option("--test", type=PLACE, multiple=True, required=True, metavar="B", help="What it is tried on; repeatable.")
@click.option("-o", "--output", type=LOCAL, default=None, metavar="FILE", help="Write the table as JSON, too.")
@click.option(
    "--shots", default="10,50,200", show_default=True, metavar="N,N", help="So many pictures of B, with A and without."
)
@click.option("--few-of", default="", metavar="CONDITION", help="These have this condition, as day; B is tested whole.")
@click.option("--repeats", type=click.IntRange(2, 100), default=10, show_default=True, help="Draws of folds.")
@click.option(
    "--pictures", type=click.IntRange(10), default=1000, show_default=True, help="So many of either set, evenly spread."
)
@click.option(
    "--detector",
    type=click.IntRange(0, 20),
    default=0,
    show_default=True,
    metavar="N",
    help="Train small detectors from scratch, too, in N draws of folds; needs PyTorch.",
)
@click.option("--steps", type=click.IntRange(1, 100_000), default=500, show_default=True, help="Of each detector.")
@click.option(
    "--rename",
    "renamed",
    type=Renaming(),
    multiple=True,
    metavar="OLD=NEW",
    help="What a category of either set is called, as in rider=person; repeatable.",
)
@click.option(
    "--schema",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_schema,
    help="Print the JSON Schema of the file and stop.",
)
@speaks_plainly
def evaluate(
    train: Sequence[Place],
    test: Sequence[Place],
    output: Path | None,
    shots: str,
    few_of: str,
    repeats: int,
    pictures: int,
    detector: int,
    steps: int,
    renamed: tuple[tuple[str, str], ...],
) -> int:
    """What a set is worth: a small classifier of crops is trained on A, on B, on both, and on few pictures of B.

    A and B are datasets (folders or URLs) or COCO files. Balanced accuracies come with 95 % intervals, by condition of
    B. With --detector the same is asked of small detectors, in AP50. Sets that share scenes or pictures are refused,
    and these named: exit status 1 (docs/usefulness.md).
    """
    from longtail.render.commands.evaluate import Evaluation, evaluate_sets, shots_of

    asked = Evaluation(repeats, shots_of(shots), few_of, pictures, detector, steps, dict(renamed))
    return evaluate_sets(train, test, asked, output)


@click.command()
@click.argument("dataset", type=PLACE)
@click.option("-n", "--frames", type=click.IntRange(1), required=True, help="How many frames the set is to have.")
@click.option(
    "-o", "--output", type=LOCAL, default=Path("supplement.yaml"), show_default=True, help="YAML file to write."
)
@click.option("--seed", type=int, default=None, help="Of the set; not DATASET's own [default: one more than that].")
@speaks_plainly
def supplement(dataset: Place, frames: int, output: Path, seed: int | None) -> int:
    """Write the config of a set that fills the gaps of DATASET: in weather, light, classes, sizes and people.

    Printed is how even each of these is before and then, from 0 to 1, with what there is least of.
    """
    from longtail.render.commands.supplement import supplement as write_supplement

    return write_supplement(dataset, frames, output, seed)


@click.command()
@click.argument("synthetic", type=PLACE)
@click.argument("real", type=LOCAL)
@click.option("-o", "--output", type=LOCAL, required=True, help="Folder to write, new or empty.")
@click.option("-n", "--pictures", type=click.IntRange(10, 400), default=40, show_default=True, help="Half are real.")
@click.option("--crops", is_flag=True, help="Show things by themselves, of the same classes.")
@click.option("--size", type=click.IntRange(32), default=None, metavar="PX", help="The longer side of pictures.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the choice of pictures.")
@speaks_plainly
def turing(synthetic: Place, real: Path, output: Path, pictures: int, crops: bool, size: int | None, seed: int) -> int:
    """Write a page on which people guess which pictures are real: REAL's, a COCO file or a folder, or SYNTHETIC's.

    It is one file that needs no network. It tells how many guesses were right, with an interval, and saves them.
    """
    from longtail.render.commands.turing import turing_page

    return turing_page(synthetic, real, output, count=pictures, crops=crops, size=size, seed=seed)


COMMANDS = (evaluate, supplement, turing)
