"""Whether a frame has the same bytes each time: `python benchmarks/same_bytes.py -o results.jsonl`, 50 times 21 frames.

Each time a process makes all of them one after another, in another order, with one thread or two; and of some of them
a process of its own makes each, alone. Compared are the digests of each frame's files and of its record. Results are
added to the file, whose sum is printed; several may run at once. Give the machine other work meanwhile: races show
under load.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click

# (seed, frame, what is set): whatever brings another piece of code into play. The first two were seen to differ.
SHOTS: tuple[tuple[int, int, tuple[str, ...]], ...] = (
    (5, 2, ("camera.size_px=[320, 180]",)),
    (5, 2, ("camera.size_px=[320, 180]", "render.denoise=false")),
    (5, 2, ("weather=rain",)),
    (1, 0, ("weather=clear",)),
    (1, 1, ("weather=snow",)),
    (1, 2, ("weather=snow_cover",)),
    (1, 3, ("weather=flood",)),
    (1, 4, ("weather=fog",)),
    (1, 5, ("weather=tornado",)),
    (1, 6, ("weather=dust",)),
    (2, 0, ("lighting.sun_elevation_deg=-20",)),
    (2, 1, ("lighting.sun_elevation_deg=-20", "weather=rain")),
    (2, 2, ("lighting.sun_elevation_deg=5",)),
    (2, 3, ("road.tunnel=true",)),
    (2, 4, ("camera.model=kannala_brandt",)),
    (2, 5, ("camera.model=brown_conrady",)),
    (3, 0, ("assets.packs=false",)),
    (3, 1, ("lens.drops.count=80",)),
    (3, 2, ("road.district=suburb",)),
    (3, 3, ("render.engine=eevee",)),
    (3, 4, ("lighting.sun_elevation_deg=-8", "weather=snow")),
)
_COMMON = (
    "camera.size_px=[160, 90]",
    "render.samples=2",
    "outputs=[images, panoptic, semantic, instance, depth, normals]",
)
# Shots of other settings need sessions of their own, and are only made alone.
_OF_THEIR_OWN = ("render.denoise", "render.engine")
# Shots that are made alone each time.
_ALONE = 5
_MARK = "[same bytes]"

Digests = dict[str, str]


def make_shots(numbers: Sequence[int], threads: int) -> Iterator[tuple[int, Digests]]:
    """(number, SHA-256 of every file and of the record) of shots that this process makes one after another."""
    from longtail.render.blender.session import Session
    from longtail.render.frame import make_frame
    from longtail.render.machine.devices import Device
    from longtail.scenes.composing import catalogue_of
    from longtail.scenes.config.loading import load

    session = None
    for number in numbers:
        seed, index, changes = SHOTS[number]
        config = load("street", [*_COMMON, *changes], seed=seed)
        session = session or Session(config.render, Device("cpu", "CPU"), threads)
        made = make_frame(session, config, index, catalogue_of(config))
        files = {path.rpartition("/")[0]: data for path, data in made.files.items()} | {"frames": made.record}
        yield number, {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}


def made_apart(numbers: Sequence[int], threads: int) -> Iterator[tuple[int, Digests]]:
    """`make_shots` in a new process."""
    command = [sys.executable, __file__, "--make", json.dumps(numbers), "--threads", str(threads)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith(_MARK):
                number, digests = json.loads(line.removeprefix(_MARK))
                yield number, digests
    if process.returncode:
        raise click.ClickException(f"the process of shots {list(numbers)} ended with status {process.returncode}")


def orders(times: int) -> Iterator[tuple[Sequence[int], int]]:
    """The processes to start: which shots each makes, in order, and with how many threads."""
    count = len(SHOTS)
    together = [number for number, shot in enumerate(SHOTS) if not any(c.startswith(_OF_THEIR_OWN) for c in shot[2])]
    for turn in range(times):
        threads = 1 + turn % 2
        yield random.Random(turn).sample(together, len(together)), threads
        alone = [(turn // 2 * _ALONE + place) % count for place in range(_ALONE)]
        yield from (([number], threads) for number in alone)


def sum_up(rows: Iterable[tuple[int, int, bool, Digests]]) -> None:
    """Print, for each kind of file, how many were made, and how many of them came out otherwise than most."""
    seen: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    ways: Counter[str] = Counter()
    for number, threads, alone, digests in rows:
        ways[f"{'alone' if alone else 'after others'}, {threads} thread{'s' if threads > 1 else ''}"] += 1
        for name, digest in digests.items():
            seen[number, name][digest] += 1
    click.echo("; ".join(f"{way}: {count}" for way, count in sorted(ways.items())))
    click.echo(f"{'file':<20}{'shots':>7}{'made':>7}{'differ':>8}   shots that differ")
    for name in sorted({name for _, name in seen}):
        counts = {number: found for (number, of), found in seen.items() if of == name}
        odd = {number: found.total() - max(found.values()) for number, found in counts.items() if len(found) > 1}
        which = ", ".join(f"{number} ({count} of {counts[number].total()})" for number, count in sorted(odd.items()))
        made = sum(found.total() for found in counts.values())
        click.echo(f"{name:<20}{len(counts):>7}{made:>7}{sum(odd.values()):>8}   {which}")


@click.command()
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Results, which are added to those there.")
@click.option("--times", default=50, show_default=True, help="How often each shot is made after others.")
@click.option("--skip", default=0, show_default=True, help="Turns to leave out, for a second run beside this one.")
@click.option("--minutes", default=600.0, show_default=True, help="No process is started after this time.")
@click.option("--make", "given", hidden=True)
@click.option("--threads", default=1, hidden=True)
def main(output: Path | None, times: int, skip: int, minutes: float, given: str | None, threads: int) -> None:
    """Make every shot again and again, and compare."""
    if given is not None:
        for row in make_shots(json.loads(given), threads):
            click.echo(f"\n{_MARK}{json.dumps(row)}")
        return
    if output is None:
        raise click.UsageError("expected -o with a file for the results, got none")
    end = time.monotonic() + 60 * minutes
    turns = orders(times)
    for numbers, count in itertools.takewhile(lambda _: time.monotonic() < end, itertools.islice(turns, skip, None)):
        for number, digests in made_apart(numbers, count):
            with output.open("a") as file:
                file.write(json.dumps((number, count, len(numbers) == 1, digests)) + "\n")
        load, _, _ = os.getloadavg()
        click.echo(f"shots {list(numbers)}, {count} threads, load {load:.1f}", err=True)
    with output.open() as file:
        sum_up(map(json.loads, file))


if __name__ == "__main__":
    main()
