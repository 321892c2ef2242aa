"""`longtail review`: options and help."""

from __future__ import annotations

from pathlib import Path

import click

from longtail.options import LOCAL, speaks_plainly


def _refuse(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    if value is not None:
        raise click.BadParameter(
            "expected nothing: the page is for this machine alone. From another one, "
            "ssh -L 8000:127.0.0.1:8000 THIS_MACHINE and longtail review OUT --port 8000 bring it there",
            ctx,
            param,
        )


@click.command()
@click.argument("dataset", type=LOCAL)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="On which to serve [default: a free one].")
@click.option(
    "--random",
    "unflagged",
    type=click.IntRange(0),
    default=100,
    show_default=True,
    help="So many frames without a flag are shown behind those with one, drawn at random.",
)
@click.option("--host", default=None, hidden=True, expose_value=False, callback=_refuse)
@speaks_plainly
def review(dataset: Path, port: int, unflagged: int) -> int:
    """Look through DATASET's flagged frames in a browser, and accept, reject or comment each by keyboard.

    The page is served to this machine alone, at a URL that is printed and has a secret in it, until Ctrl-C. Decisions
    are kept in review.jsonl in the dataset; export, find, split and mix leave out what is rejected.
    """
    from longtail.render.commands.review import review_dataset

    return review_dataset(dataset, port, unflagged)
