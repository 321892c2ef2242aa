"""Longtail and BlenderProc on the same scenes, in turns: `python benchmarks/versus_blenderproc.py` prints the tables.

The first run installs BlenderProc into an environment of its own, in the user's cache. Each scene is built by Longtail
and saved for BlenderProc with all geometry, materials and light; both render it through the same cameras, at the same
size and samples, denoised, and write COCO. A turn is a process from its start to its end. The quality of each side's
first picture is measured against a long reference of its own; each side is timed once more at the samples that equal
the other's quality, and Longtail with its denoiser at the quality that is not the default of the scenario.
docs/performance.md has what was measured, and what each side does that the other does not.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path

import click
from versus.contest import EQUAL, LONGTAIL, Arena, Entry
from versus.environment import SetupError, blenderproc_python, cache
from versus.kinds import BY_NAME, SAMPLES, SIZE_PX
from versus.quality import entries, measure, otherwise_denoised
from versus.table import table
from versus.timing import Turn, TurnError

from longtail.render.machine.processor import processor


def take_turns(arena: Arena, who: list[Entry], rounds: int) -> tuple[dict[str, list[Turn]], dict[str, int]]:
    """A B A B: everybody once, then again. By names, the turns, and how many things each has annotated."""
    turns: dict[str, list[Turn]] = defaultdict(list)
    things: dict[str, int] = {}
    for number in range(rounds):
        for entry in who:
            turn = arena.turn(entry)
            things[entry.name] = arena.annotations()
            print(f"{arena.kind.name}, round {number + 1}, {entry.name}: {json.dumps(asdict(turn))}", file=sys.stderr)
            turns[entry.name].append(turn)
    return turns, things


def contest(arena: Arena, rounds: int, reference: int, scale: float) -> str:
    """Quality and turns on one scene, as text in Markdown."""
    scene = arena.export()
    likeness = measure(arena, scene["white"], reference, scale)
    turns, things = take_turns(arena, entries(likeness, otherwise_denoised(arena.kind)), rounds)
    raw = {name: [asdict(turn) for turn in each] for name, each in turns.items()}
    (arena.folder / "turns.json").write_text(json.dumps(raw, indent=1))
    counted = " and ".join(str(things[Entry(side).name]) for side in (LONGTAIL, EQUAL))
    return (
        f"**{arena.kind.name}**: {scene['objects']} objects, {scene['faces']:,} faces, {scene['lights']} lights, "
        f"{arena.kind.pictures} pictures a turn, {rounds} turns each. The two references differ by "
        f"{likeness['both']['psnr_db']:.1f} dB; Longtail's and BlenderProc's COCO files have {counted} things.\n\n"
        f"{table(turns, likeness)}\n"
    )


@click.command()
@click.argument("kinds", nargs=-1, type=click.Choice(list(BY_NAME)))
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(min=1), help="Turns of each side.")
@click.option("--pictures", default=4, show_default=True, type=click.IntRange(2, 4), help="Of a scene, in a turn.")
@click.option("--reference", default=256, show_default=True, type=click.IntRange(min=64), help="Its samples a pixel.")
@click.option("--scale", default=0.5, show_default=True, help="Size of the pictures whose quality is measured.")
@click.option("--work", type=click.Path(path_type=Path), help="Keep scenes, quality and turns here, to go on from.")
def main(kinds: tuple[str, ...], rounds: int, pictures: int, reference: int, scale: float, work: Path | None) -> None:
    """Hold Longtail against BlenderProc on KINDS of scenes (all by default)."""
    try:
        python = blenderproc_python(cache())
        with tempfile.TemporaryDirectory(prefix="longtail-versus-") as temporary:
            folder = (work or Path(temporary)).resolve()
            print(
                f"{SIZE_PX[0]}x{SIZE_PX[1]}, {SAMPLES} samples, {processor()}, {os.cpu_count()} threads\n", flush=True
            )
            for name in kinds or BY_NAME:
                arena = Arena(BY_NAME[name].first(pictures), folder / name, python)
                print(contest(arena, rounds, reference, scale), flush=True)
    except (SetupError, TurnError) as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
