"""Writing an export: whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from longtail.annotate.dataset.atomic import replacing_folder
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.files import Files, Folder, read
from longtail.annotate.dataset.layout import is_inside, record_path
from longtail.annotate.dataset.record_text import RecordText
from longtail.annotate.errors import DatasetError
from longtail.annotate.exporters.exporter import Exporter, Made, Taken
from longtail.annotate.exporters.splits import Splits
from longtail.annotate.labels.shown import Shown


def export(dataset: Dataset, exporter: Exporter, output: Path, splits: Splits) -> int:
    """Write a dataset in another format into the new or empty folder `output`; how many frames it has.

    Nothing is at `output` before all of it is: until then files lie in a folder beside it, which a killed export leaves
    behind and the next one begins by clearing. DatasetError, before anything is written, where `output` holds files or
    a split would get no scene; later, where a record is damaged or a file is missing.
    """
    if output.exists() and (not output.is_dir() or Folder(output).names(".")):
        raise DatasetError(f"{output}: expected a new or empty folder, got one with files in it; choose another -o")
    indices = dataset.frames()
    if not indices:
        raise DatasetError(f"{dataset.root}: expected a dataset with frames, got one without any")
    splits.require_scenes(dataset.info.seed, (_scene(dataset, index) for index in indices))
    with replacing_folder(output) as folder:
        for file in exporter.files(dataset, splits):
            _write(file, dataset.files, folder)
    return len(indices)


def _scene(dataset: Dataset, index: int) -> int:
    """Which scene a frame shows, without parsing the rest of its record."""
    where = dataset.files.at(record_path(index))
    return Shown.from_json(json.loads(RecordText.of(dataset.record_bytes(index), where).line("shown"))).scene


def _write(file: Made | Taken, files: Files, folder: Path) -> None:
    if not is_inside(file.path):
        raise DatasetError(f"export: expected a path inside the folder, got {file.path!r}")
    path = folder / file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(file, Made):
        path.write_bytes(file.data)
    else:
        _take(files, file.source, path)


def _take(files: Files, source: str, path: Path) -> None:
    """Link a dataset's file, or copy it where that cannot be; DatasetError where it has no such file of its own."""
    if outside := files.led_outside(source):
        raise DatasetError(f"{files.at(source)}: expected a file inside the dataset, got a link to {outside}")
    try:
        if (place := files.on_disk(source)) is not None:
            try:
                os.link(place.resolve(), path)
            except OSError:  # another file system, or one without links
                shutil.copyfile(place, path)
            return
        path.write_bytes(read(files, source))
    except FileNotFoundError as error:
        raise DatasetError(f"{files.at(source)}: expected a file of the dataset, got none; `longtail check` says what "
                           "else is missing") from error  # fmt: skip
