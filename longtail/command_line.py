"""The command line: options, help, exit statuses, and nothing else; each command's work is in longtail.render."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from longtail.annotate.errors import LongtailError


def _speaks_plainly(command: Callable[..., int | None]) -> Callable[..., None]:
    """End with the command's status; an error of ours is one message and its status, never a traceback."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> None:
        try:
            status = command(*args, **options)
        except LongtailError as error:
            click.echo(f"longtail: {error}", err=True)
            status = error.exit_status
        except BrokenPipeError:  # click ends in silence where the reader of a pipe has left
            raise
        except OSError as error:  # of a disk, while results are written: frames are committed by then
            click.echo(f"longtail: {error}", err=True)
            status = 1
        except KeyboardInterrupt:
            click.echo("longtail: interrupted", err=True)
            status = 1
        sys.stdout.flush()
        sys.exit(status or 0)

    return run


class _Place(click.ParamType[Any]):
    """A folder, or the URL of an object store."""

    name = "folder or URL"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from longtail.render.place import place

        try:
            return place(value) if isinstance(value, str) else value
        except LongtailError as error:
            self.fail(str(error), param, ctx)


_OUT = click.Path(path_type=Path)
_PLACE = _Place()
_set = click.option(
    "--set", "changes", multiple=True, metavar="PATH=VALUE", help="Pin or replace a leaf of the config; repeatable."
)
_seed = click.option("--seed", type=int, default=None, help="Overrides the config's seed.")
_device = click.option(
    "--device",
    default=None,
    help="auto, cpu, cuda, optix, hip, oneapi or metal; cuda:0,2 takes some of them [default: the config's, auto].",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="longtail")
def main() -> None:
    """Render labelled synthetic images of streets, and check, merge and describe what came out."""


@main.command()
@click.argument("config")
@click.option(
    "-o", "--output", type=_PLACE, required=True, help="Dataset folder or URL (s3://...) to write, or to go on with."
)
@click.option("-n", "--frames", type=int, default=None, help="Overrides the config's number of frames.")
@_seed
@_set
@click.option(
    "--frame", "only", type=click.IntRange(0), multiple=True, metavar="INDEX", help="Make only this frame; repeatable."
)
@click.option("--workers", type=click.IntRange(1, 256), default=None, help="Worker processes [default: as fits].")
@click.option(
    "--workers-per-gpu",
    type=click.IntRange(1, 16),
    default=None,
    help="Workers that share each GPU: one builds its scene while another renders [default: 1].",
)
@click.option(
    "--frame-timeout",
    type=click.FloatRange(1),
    default=1800.0,
    show_default=True,
    metavar="SECONDS",
    help="A frame that takes longer is given up, and its worker replaced.",
)
@click.option(
    "--memory-limit",
    type=click.FloatRange(0.1),
    default=None,
    metavar="GB",
    help="A worker that takes more is replaced, and its frame tried again [default: a fair share of the machine's].",
)
@_device
@click.option(
    "--engine", type=click.Choice(["cycles", "eevee"]), default=None, help="Overrides the config's render engine."
)
@click.option(
    "--shard",
    default="0/1",
    metavar="I/N",
    help="Make every N-th frame, from I; merge the shards later. auto/N asks Slurm, Kubernetes or AWS Batch for I.",
)
@click.option(
    "--format",
    "layout",
    type=click.Choice(["files", "webdataset"]),
    default="files",
    show_default=True,
    help="Keep frames as loose files, or 100 to a tar that WebDataset reads.",
)
@click.option("--on", "where", default="local", show_default=True, help="local, or ray: a running Ray cluster.")
@click.option(
    "--log",
    type=click.Choice(["auto", "plain", "json"]),
    default="auto",
    show_default=True,
    help="auto draws on a terminal and writes lines elsewhere; json writes every event as a line of JSON.",
)
@click.option(
    "--metrics-port", type=click.IntRange(0, 65535), default=None, help="Serve Prometheus metrics here while it runs."
)
@click.option(
    "--dry-run", is_flag=True, help="Say what would be done, with the disk and the time that it takes, and stop."
)
@click.option("--estimate", is_flag=True, help="With --dry-run: make a few frames, and go by what they take.")
@_speaks_plainly
def render(config: str, **options: Any) -> int:
    """Render the dataset that CONFIG (a scenario's name or a YAML file) describes.

    On an existing output folder this goes on where the last run stopped.
    """
    from longtail.render.run import Request, render_dataset

    return render_dataset(Request(config, **options))


@main.command()
@click.argument("config")
@click.option("-o", "--output", type=_OUT, default=Path("sheet.png"), show_default=True, help="PNG to write.")
@click.option("-n", "--frames", type=click.IntRange(1, 48), default=6, show_default=True, help="Pictures to show.")
@_seed
@_set
@_device
@click.option("--conditions", is_flag=True, help="Show the first scene under every condition, at three strengths.")
@_speaks_plainly
def preview(config: str, **options: Any) -> int:
    """A contact sheet of a few small frames, with their labels drawn on."""
    from longtail.render.preview import preview_sheet

    return preview_sheet(config, **options)


@main.command()
@click.argument("inputs", nargs=-1, required=True, type=_PLACE)
@click.option("-o", "--output", type=_PLACE, required=True, help="Dataset folder or URL to write.")
@_speaks_plainly
def merge(inputs: tuple[Path, ...], output: Path) -> int:
    """Put the shards INPUTS of one run together."""
    from longtail.render.finish import merge_shards

    return merge_shards(inputs, output)


@main.command()
@click.argument("dataset", type=_PLACE)
@_speaks_plainly
def check(dataset: Path) -> int:
    """Check every invariant of a finished DATASET; exit status 1 and a list where one fails."""
    from longtail.annotate import check as check_dataset
    from longtail.render.place import dataset_at

    findings = check_dataset(dataset if isinstance(dataset, Path) else dataset_at(dataset, Path()))
    for finding in findings:
        click.echo(str(finding))
    click.echo(f"{dataset}: {len(findings) or 'no'} finding{'' if len(findings) == 1 else 's'}", err=True)
    return 1 if findings else 0


@main.command()
@click.argument("dataset", type=_PLACE)
@click.option("--against", type=_OUT, default=None, help="COCO annotations of a real dataset to compare with.")
@click.option(
    "-o", "--output", type=_OUT, default=None, help="Folder for stats.json and report.html [default: DATASET]."
)
@_speaks_plainly
def stats(dataset: Path, against: Path | None, output: Path | None) -> int:
    """Statistics of what was drawn against what was asked for: stats.json and report.html."""
    from longtail.render.finish import write_statistics

    return write_statistics(dataset, against, output)


@main.command()
@click.argument("dataset", type=_OUT)
@click.option("--to", "target", required=True, help="Format to write.")
@click.option("-o", "--output", type=_OUT, required=True, help="Folder to write.")
@_speaks_plainly
def export(dataset: Path, target: str, output: Path) -> int:
    """Write DATASET in another format. Not there yet: a dataset already holds COCO and COCO panoptic files."""
    from longtail.annotate.errors import ConfigError

    raise ConfigError(
        f"export: {target!r} is not there yet, and {output} was not written; "
        f"{dataset}/annotations holds COCO instances and COCO panoptic, which most tools read"
    )


@main.command("list")
@click.argument("what", required=False)
@_speaks_plainly
def list_(what: str | None) -> int:
    """List scenarios, weathers, assets, cameras or outputs: names, parameters, units, ranges."""
    from longtail.render.listing import listing

    click.echo(listing(what))
    return 0


@main.command()
@click.option("--eevee", is_flag=True, help="Have EEVEE make a picture even where only software would: a minute.")
@_speaks_plainly
def doctor(eevee: bool) -> int:
    """What works on this machine, and what to install for what does not."""
    from longtail.render.doctor import examine

    return examine(eevee=eevee)
