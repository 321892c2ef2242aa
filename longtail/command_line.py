"""The command line: options, help, exit statuses, and nothing else; each command's work is in longtail.render."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from longtail import choosing_commands, usefulness_commands
from longtail.annotate.wording import fitted, visible
from longtail.assets_commands import assets
from longtail.options import CONFIG, LOCAL, PLACE, AllowanceWords, refused_by_disk, speaks_plainly
from longtail.render.machine.stopping import StoppedError, stoppable
from longtail.render.machine.streams import outliving_readers
from longtail.render.watching.say import say
from longtail.review_commands import review

if TYPE_CHECKING:
    from longtail.annotate.dataset.allowance import Allowance
    from longtail.render.storage.place import Place


def _allow_failures(text: str) -> Callable[[Any], Any]:
    return click.option(
        "--allow-failures", type=AllowanceWords(), default="0", show_default=True, metavar="NUMBER|SHARE%", help=text
    )


_set = click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="PATH=VALUE",
    help="Set a key of the config, as in weather=rain or 'camera.height_m={uniform: [1, 2]}'; repeatable. "
    "longtail list scenarios and longtail list settings show the keys.",
)
_seed = click.option("--seed", type=int, default=None, help="Seed of all chance [default: the config's, 0].")
_device = click.option(
    "--device",
    default=None,
    help="auto, cpu, cuda, optix, hip, oneapi or metal; cuda:0,2 takes some of them [default: the config's, auto].",
)


class _Commands(click.Group):
    """All commands: from their first moment on they end when they are told to, whoever listens to what they say.

    Complaints about options quote what was typed in a form that is safe to show.
    """

    def main(self, *arguments: Any, **options: Any) -> Any:
        with stoppable(), outliving_readers():
            return super().main(*arguments, **options)

    def make_context(self, *arguments: Any, **options: Any) -> click.Context:
        with _fit_to_show():
            return super().make_context(*arguments, **options)

    def invoke(self, ctx: click.Context) -> Any:
        with _fit_to_show():
            return super().invoke(ctx)


@contextmanager
def _fit_to_show() -> Iterator[None]:
    try:
        yield
    except StoppedError as stopped:  # while options are read, where click would say "Aborted!"
        say(f"longtail: stopped by {stopped}")
        sys.exit(1)
    except BrokenPipeError:  # click ends in silence where the reader of a pipe has left
        raise
    except OSError as error:  # of a disk, while help or a schema is printed
        sys.exit(refused_by_disk(error))
    except click.UsageError as error:
        said = error.format_message()
        if fitted(said) == said:
            raise
        raise click.UsageError(fitted(said), error.ctx) from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="longtail")
def main() -> None:
    """Render labelled synthetic images of streets, and check, merge and describe what came out.

    First steps: longtail preview street, then longtail render street -o out -n 20. Exit status: 0 done, 1 something
    failed or was found, 2 the request is wrong and would be anywhere.
    """


@main.command()
@click.argument("config", type=CONFIG, required=False)
@click.option(
    "--scene", type=LOCAL, default=None, metavar="FILE", help="In the place of CONFIG: the scene that this file holds."
)
@click.option(
    "-o", "--output", type=PLACE, required=True, help="Dataset folder or URL (s3://...) to write, or to go on with."
)
@click.option("-n", "--frames", type=int, default=None, help="How many frames [default: the config's, 100].")
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
    help="A try that takes longer has failed, and its worker is replaced; a frame has three.",
)
@click.option(
    "--memory-limit",
    type=click.FloatRange(0.1),
    default=None,
    metavar="GB",
    help="A worker that takes more is replaced, and its frame tried again [default: a fair share of the machine's].",
)
@_allow_failures("So many frames may fail, 5 or 1%, and the run still ends with status 0.")
@_device
@click.option(
    "--engine",
    type=click.Choice(["cycles", "eevee"]),
    default=None,
    help="What makes the pictures [default: the config's, cycles].",
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
@click.option(
    "--on",
    "where",
    default="local",
    show_default=True,
    metavar="[local|ray]",
    help="Render on this machine, or on the Ray cluster that is running.",
)
@click.option(
    "--log",
    type=click.Choice(["auto", "plain", "json"]),
    default="auto",
    show_default=True,
    help="auto draws on a terminal and writes lines elsewhere; json writes every event as a line of JSON.",
)
@click.option(
    "--metrics-port",
    type=click.IntRange(0, 65535),
    default=None,
    help="Serve Prometheus metrics here while it runs; 0 takes a free port.",
)
@click.option(
    "--dry-run", is_flag=True, help="Say what would be done, with the disk and the time that it takes, and stop."
)
@click.option("--estimate", is_flag=True, help="With --dry-run: make a few frames, and go by what they take.")
@speaks_plainly
def render(config: str | None, **options: Any) -> int:
    """Render the dataset that CONFIG (a scenario's name, a YAML or a Python file) describes, or one scene.

    With --scene the scene is that of a file, which `longtail scene` has written.

    On an existing output folder this goes on where the last run stopped.
    """
    from longtail.render.commands.run import Request, render_dataset

    return render_dataset(Request(config, **options))


@main.command()
@click.argument("config", type=CONFIG)
@click.option("-o", "--output", type=LOCAL, default=None, help="PNG to write [default: sheet.png], or MP4 [clip.mp4].")
@click.option("-n", "--frames", type=click.IntRange(1, 1000), default=None, help="Pictures to show [default: 6].")
@_seed
@_set
@_device
@click.option("--conditions", is_flag=True, help="Show the first scene under every condition, at three strengths.")
@click.option("--clip", is_flag=True, help="Show the first scene as a video, all moments of its clip.")
@speaks_plainly
def preview(config: str, clip: bool, **options: Any) -> int:
    """A contact sheet of the first frames of CONFIG (a scenario's name, a YAML or a Python file), with labels.

    They are at most 480 pixels wide and of few samples. With --clip it is a video.
    """
    from longtail.render.commands.preview_clip import preview

    return preview(config, clip=clip, **options)


@main.command()
@click.argument("config", type=CONFIG)
@click.option("--frame", type=click.IntRange(0), default=0, show_default=True, help="Which frame's scene.")
@click.option("-o", "--output", type=LOCAL, default=Path("scene.json"), show_default=True, help="JSON file to write.")
@_seed
@_set
@speaks_plainly
def scene(config: str, **options: Any) -> int:
    """Write the scene of one frame of CONFIG to a file, which longtail render --scene makes.

    Everything that stands in it may be changed there: objects, light, weather, camera, sensor.
    """
    from longtail.render.commands.scene import write_scene

    return write_scene(config, **options)


@main.command()
@click.argument("inputs", nargs=-1, required=True, type=PLACE)
@click.option("-o", "--output", type=PLACE, required=True, help="Dataset folder or URL to write.")
@_allow_failures("So many frames may be missing, 5 or 1%, and the status still is 0.")
@speaks_plainly
def merge(inputs: tuple[Place, ...], output: Place, allow_failures: Allowance) -> int:
    """Put the shards INPUTS (folders or URLs) of one run together; exit status 1 where frames are missing."""
    from longtail.render.commands.finish import merge_shards

    return merge_shards(inputs, output, allow_failures)


@main.command()
@click.argument("dataset", type=PLACE)
@click.argument("other", type=PLACE, required=False)
@_allow_failures("So many frames may be missing, 5 or 1%, and the status still is 0.")
@speaks_plainly
def check(dataset: Place, other: Place | None, allow_failures: Allowance) -> int:
    """Check every invariant of a finished DATASET; exit status 1 and a list where one fails.

    With OTHER, the scenes that both datasets show are listed too: none may be in a set to train on and one to test on.
    """
    from longtail.render.commands.check_against import check_with
    from longtail.render.commands.finish import check_dataset

    return check_dataset(dataset, allow_failures) if other is None else check_with(dataset, other, allow_failures)


def _print_schema(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        from longtail.annotate.statistics import FORMAT
        from longtail.annotate.statistics.schema import dumps_schema

        click.echo(dumps_schema(FORMAT), nl=False)
        ctx.exit()


@main.command()
@click.argument("dataset", type=PLACE)
@click.option(
    "--against",
    type=LOCAL,
    default=None,
    help="Compare with a real dataset: a COCO instances file, or a folder of pictures.",
)
@click.option(
    "-o", "--output", type=PLACE, default=None, help="Folder or URL for stats.json and report.html [default: DATASET]."
)
@click.option(
    "--pictures",
    type=click.IntRange(0),
    default=256,
    show_default=True,
    help="Measure the pixels of so many pictures, evenly spread.",
)
@click.option(
    "--shown",
    type=click.IntRange(0),
    default=24,
    show_default=True,
    help="Pictures that the report holds in itself, evenly spread; the rest it shows where it lies beside them.",
)
@click.option(
    "--features",
    type=LOCAL,
    nargs=2,
    default=None,
    metavar="OURS REAL",
    help="With --against: .npy or .npz files of a network's features (pictures, length), for KID and FID.",
)
@click.option("--parquet", type=LOCAL, default=None, metavar="FILE", help="Write the numbers as a Parquet table, too.")
@click.option("--no-flags", is_flag=True, help="Do not score the quality of every frame, into flags.jsonl.")
@click.option(
    "--schema",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_schema,
    help="Print the JSON Schema of stats.json and stop.",
)
@speaks_plainly
def stats(
    dataset: Place,
    against: Path | None,
    output: Place | None,
    pictures: int,
    shown: int,
    features: tuple[Path, Path] | None,
    parquet: Path | None,
    no_flags: bool,
) -> int:
    """Statistics of what was drawn against what was asked for: stats.json and report.html.

    Frames that look wrong are said first (docs/review.md). Then what is wrong with the draws is printed, most telling
    first: a parameter that never varied, joint cells without a picture, correlations that nobody asked for. With
    --against a table follows of what is farthest from reality, with the key of the config that moves it, and whether a
    classifier can tell (docs/statistics.md).
    """
    from longtail.render.commands.finish import Look, write_statistics

    look = Look(pictures, parquet, features, shown, flags=not no_flags)
    return write_statistics(dataset, against, output, look)


@main.command()
@click.argument("config", type=CONFIG)
@click.option("--to", "real", type=LOCAL, required=True, metavar="REAL", help="COCO file, or a folder of pictures.")
@click.option(
    "--by",
    type=PLACE,
    default=None,
    metavar="OUT",
    help="Frames of CONFIG that were rendered [default: some are, here].",
)
@click.option(
    "-n", "--frames", type=click.IntRange(8), default=60, show_default=True, help="So many are, without --by."
)
@click.option("-o", "--output", type=LOCAL, default=Path("fitted.yaml"), show_default=True, help="YAML file to write.")
@_set
@speaks_plainly
def fit(config: str, real: Path, by: Place | None, frames: int, output: Path, changes: tuple[str, ...]) -> int:
    """Write CONFIG moved towards REAL: exposure, tone curve, field of view, how many things there are of which kind.

    Only what differs by more than chance is moved, by the distances between frames of CONFIG and the real pictures.
    Without --by frames are rendered small into a folder beside FILE, which the same command goes on with.
    """
    from longtail.render.commands.fit import fit as write_fitted

    return write_fitted(config, real, by, output, changes, frames)


@main.command("list")
@click.argument("what", required=False)
@speaks_plainly
def list_(what: str | None) -> int:
    """What can be asked for, with units, ranges and defaults.

    WHAT is scenarios, settings, distributions, weathers, lights, categories, assets, cameras, lidars, outputs or
    exporters, or the Python file of a scenario of yours; without it, what each of them lists.
    """
    from longtail.render.commands.listing import listing

    click.echo(visible(listing(what)))
    return 0


@main.command()
@click.option("--eevee", is_flag=True, help="Have EEVEE make a picture even where only software would: a minute.")
@speaks_plainly
def doctor(eevee: bool) -> int:
    """What works on this machine, and what to install for what does not."""
    from longtail.render.commands.doctor import examine

    return examine(eevee=eevee)


main.add_command(assets)
main.add_command(review)
for command in (*choosing_commands.COMMANDS, *usefulness_commands.COMMANDS):
    main.add_command(command)
