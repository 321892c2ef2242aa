"""Datasets of any size, made of a small one that was rendered: `python benchmarks/generated.py SET -o OUT -n 100000`.

Each frame is a copy of one of SET's, with indices, scene and drawn values of its own, so that records differ as a
run's do. Pictures and masks are links to few files. `longtail merge OUT -o OUT` writes the documents that are missing,
and then `longtail check OUT` finds nothing.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Container
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
import numpy as np

from longtail.annotate import Dataset
from longtail.annotate.dataset.layout import DATASET, FRAMES, frame_name, record_path
from longtail.annotate.dataset.record import dump_line, dumps
from longtail.annotate.dataset.record_text import RecordText
from longtail.annotate.report import REPORT

# An index that no other number of a record looks like, to be replaced by each frame's own.
_STAND_IN = 987_654_321
# Drawn values that a record shows elsewhere too, where the check compares them.
_SHOWN = ("camera.", "lighting.sun_", "sensor.", "weather.")
# ext4 takes 65,000 names for one file.
_LINKS = 50_000


@dataclass(frozen=True)
class _Template:
    """A record under the index `_STAND_IN`, cut where its parameters stand; its files by path under that index."""

    before: bytes
    parameters: dict[str, Any]
    after: bytes
    files: dict[str, Path]

    @classmethod
    def of(cls, dataset: Dataset, index: int) -> _Template:
        raw = json.loads(dataset.record_bytes(index))
        del raw["sha256"]
        name, stand_in = frame_name(index), frame_name(_STAND_IN)
        files = {path.replace(name, stand_in): dataset.root / path for path in raw["files"]}
        raw["files"] = {path.replace(name, stand_in): entry for path, entry in raw["files"].items()}
        raw["image"] |= {"id": _STAND_IN + 1, "frame": _STAND_IN, "scene": _STAND_IN}
        raw["image"]["file_name"] = raw["image"]["file_name"].replace(name, stand_in)
        raw["shown"] |= {"scene": _STAND_IN, "siblings": []}
        raw["annotations"] = [row | {"image_id": _STAND_IN + 1} for row in raw["annotations"]]
        parameters = raw["parameters"]
        text = RecordText.of(dumps(raw | {"frame": _STAND_IN, "parameters": {}}), name).body
        before, after = text.split(b'"parameters": {}', 1)
        return cls(before, parameters, after, files)

    def record(self, index: int, rng: np.random.Generator) -> bytes:
        """The record under another index, with other drawn values."""
        scales = iter(rng.uniform(0.9, 1.1, len(self.parameters)).tolist())
        drawn = {
            key: value * next(scales) if isinstance(value, float) and not key.startswith(_SHOWN) else value
            for key, value in self.parameters.items()
        }
        text = self.before + b'"parameters": ' + dump_line(drawn).encode("ascii") + self.after
        text = text.replace(b"%d" % (_STAND_IN + 1), b"%d" % (index + 1))
        text = text.replace(b"%d." % _STAND_IN, frame_name(index).encode("ascii") + b".")
        return RecordText(text.replace(b"%d" % _STAND_IN, b"%d" % index)).sealed()


def generate(source: Dataset, root: Path, frames: int, *, pictured: Container[int] | None = None) -> Dataset:
    """Write a dataset of `frames` frames; only those `pictured` get pictures and masks, all where it is None."""
    templates = [_Template.of(source, index) for index in source.frames()]
    for folder in {FRAMES, *(str(Path(path).parent) for template in templates for path in template.files)}:
        (root / folder).mkdir(parents=True)
    info = replace(source.info, frames=frames, part=None, config={**source.info.config, "frames": frames})
    (root / DATASET).write_bytes(info.dumps())
    rng = np.random.default_rng(1)
    for index in range(frames):
        again, kind = divmod(index, len(templates))
        (root / record_path(index)).write_bytes(templates[kind].record(index, rng))
        if pictured is None or index in pictured:
            _link(templates[kind].files, root, index, anew=again % _LINKS == 0)
    return Dataset.open(root)


def rendered(folder: Path, *changes: str, frames: int = 3) -> Dataset:
    """A street of so many frames at 160x90, rendered into a folder unless it is there."""
    if not (folder / REPORT).exists():
        pins = ("camera.size_px=[160, 90]", "render.samples=1", *changes)
        words = ["render", "street", "-n", str(frames), "-o", str(folder), "--seed", "11", "--device", "cpu"]
        words += [word for pin in pins for word in ("--set", pin)]
        subprocess.run([sys.executable, "-m", "longtail", *words], check=True, stderr=subprocess.DEVNULL)
    return Dataset.open(folder)


def _link(files: dict[str, Path], root: Path, index: int, *, anew: bool) -> None:
    """A frame's files: links to those that were copied last."""
    for path, file in files.items():
        own = root / path.replace(str(_STAND_IN), frame_name(index))
        if anew:
            own.write_bytes(file.read_bytes())
            files[path] = own
        else:
            own.hardlink_to(file)


@click.command()
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("-n", "--frames", default=1000, show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="A new folder.")
def main(source: Path, frames: int, output: Path) -> None:
    """Write a dataset of so many frames, made of those of SOURCE."""
    made = generate(Dataset.open(source), output, frames)
    click.echo(f"{made.root}: {frames} frames, records of {len(made.record_bytes(0)) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
