"""Exports read by others' software: `python benchmarks/read_back.py DATASET` prints the table of docs/formats.md.

DATASET is a folder of loose files, of a street or a tabletop seen by a pinhole camera, with all outputs and two scenes
or more; of a clip, what trackers read is read, too, and of one with LiDARs what reads points. The first run installs
the readers into an environment of their own, in the user's cache. Every format is exported, and read there, by what
people would read it with; what is read is held against the dataset's records and pictures. Ultralytics trains five
epochs. Ends with status 1 where a reader fails or finds something else.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from reading.registry import ITSELF
from versus.environment import SetupError, cache, python_with

from longtail.annotate.choosing.splits import Splits
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.errors import DatasetError
from longtail.annotate.exporters.selection import Selection
from longtail.annotate.exporters.table import EXPORTERS
from longtail.annotate.exporters.write import export

_REQUIREMENTS = Path(__file__).parent / "reading" / "requirements.txt"
_TRAINED = ("yolo", "yolo-segment", "yolo-obb")
_OF_CLIPS = ("mot", "kitti-tracking", "youtube-vis")
_SHARES = (0.8, 0.7, 0.6, 0.5, 0.4, 0.3)


def write_exports(dataset: Dataset, folder: Path) -> None:
    """Every format, with all frames to train on; what is trained on is there once more, split.

    Formats of videos take clips.
    """
    is_clip = dataset.record(dataset.frames()[0]).shown.video is not None
    for name, exporter in EXPORTERS.items():
        if name in _OF_CLIPS and not is_clip:
            continue
        export(Selection.of(dataset, Splits(1, 0, 0)), exporter, folder / name)
    for name in _TRAINED:
        export(Selection.of(dataset, _split(dataset)), EXPORTERS[name], folder / "trained" / name)


def _split(dataset: Dataset) -> Splits:
    """The first shares by which both sides get a scene."""
    scenes = {record.shown.scene for record in dataset.records()}
    for share in _SHARES:
        splits = Splits(share, 1 - share, 0)
        if len({splits.of(dataset.info.seed, scene) for scene in scenes}) == 2:
            return splits
    raise DatasetError(f"{dataset.root}: expected scenes on both sides of a split, got {len(scenes)}; render more")


def read(python: Path, dataset: Path, exports: Path, results: Path, names: Sequence[str]) -> list[dict[str, Any]]:
    """The rows of `reading.checks`."""
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    words = [str(python), "-m", "reading.checks", str(dataset), str(exports), str(results), *names]
    subprocess.run(words, env=here, stdout=sys.stderr, check=False)
    return [json.loads(line) for line in results.read_text().splitlines()]


def table(rows: Sequence[dict[str, Any]]) -> str:
    """The rows in the order of our formats, as Markdown."""
    ordered = sorted(rows, key=lambda row: [*EXPORTERS, ITSELF].index(row["format"]))
    lines = ["| format | read by | what was read |", "|---|---|---|"]
    for row in ordered:
        lines.append(f"| {row['format']} | {row['reader']} {row['version']} | {row.get('read') or row['failed']} |")
    return "\n".join(lines)


@click.command()
@click.argument("dataset", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--only", multiple=True, metavar="CHECK", help="Names of checks; all without it.")
@click.option("--keep", type=click.Path(path_type=Path), help="Folder for the exports, which are else thrown away.")
def main(dataset: Path, only: tuple[str, ...], keep: Path | None) -> None:
    """Read exports of DATASET with others' software."""
    try:
        python = python_with(cache("readers"), _REQUIREMENTS, "the readers", "7 GB, most of it torch")
    except SetupError as error:
        raise click.ClickException(str(error)) from error
    with tempfile.TemporaryDirectory() as scratch:
        exports = keep or Path(scratch) / "exports"
        # pyarrow, which Longtail takes for Parquet where it is there, is among the readers in any case.
        sys.path += [str(path) for path in (cache("readers") / "lib").glob("python*/site-packages")]
        write_exports(Dataset.open(dataset), exports)
        rows = read(python, dataset.resolve(), exports.resolve(), Path(scratch) / "results.jsonl", only)
    print(table(rows))
    failed = [row["check"] for row in rows if "failed" in row]
    print(f"{len(rows) - len(failed)} of {len(rows)} checks hold", file=sys.stderr)
    sys.exit(bool(failed) or not rows)


if __name__ == "__main__":
    main()
