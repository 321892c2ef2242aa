"""Writing an export: whole or not at all."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from longtail.annotate.card.page import CARD, card, table
from longtail.annotate.dataset.atomic import replacing_folder
from longtail.annotate.dataset.files import Files, Folder, read
from longtail.annotate.dataset.layout import is_inside
from longtail.annotate.errors import DatasetError
from longtail.annotate.exporters.exporter import Exporter, Made, Piece, Said, Taken
from longtail.annotate.exporters.selection import Selection


@dataclass(frozen=True)
class Exported:
    """How many frames were written, and what the exporter had to say of them."""

    frames: int
    said: tuple[str, ...]


def require_empty(output: Path) -> None:
    """DatasetError where something is at `output`: an export goes into a new or empty folder."""
    if output.exists() and (not output.is_dir() or Folder(output).names(".")):
        raise DatasetError(f"{output}: expected a new or empty folder, got one with files in it; choose another -o")


def export(selection: Selection, exporter: Exporter, output: Path) -> Exported:
    """Write what was selected of a dataset in another format into the new or empty folder `output`, with a card.

    Nothing is at `output` before all of it is: until then files lie in a folder beside it, which a killed export leaves
    behind and the next one begins by clearing. DatasetError, before anything is written, where `output` holds files or
    a layer is missing that the format needs; later, where a record is damaged or a file is missing.
    """
    require_empty(output)
    selection.require_layers(exporter.layers, exporter.name)
    said: list[str] = []
    with replacing_folder(output) as folder:
        writer = _Writer(selection.dataset.files, folder)
        for made in exporter.files(selection):
            if isinstance(made, Said):
                said.append(made.text)
            else:
                writer.write(made)
        writer.write(Made(CARD, _card(selection, exporter, said).encode("utf-8")))
    return Exported(len(selection.frames), tuple(said))


def _card(selection: Selection, exporter: Exporter, said: list[str]) -> str:
    about = [f"`{exporter.name}`: {exporter.summary}.", *said]
    if exporter.lacks:
        about.append(f"What this format does not hold: {exporter.lacks}.")
    if selection.chosen:
        about.append(f"Chosen of the dataset: {selection.chosen}.")
    splits = [
        f"Split {selection.splits.rule}:",
        table(("split", "pictures"), selection.counts.items()),
    ]
    page = card(selection.info, selection.facts, {"Format": about, "Splits": splits})
    return exporter.preface(selection) + page


class _Writer:
    """Writes files into `folder`. No file is written twice: it may be a link to one of the dataset's."""

    def __init__(self, files: Files, folder: Path) -> None:
        self._files = files
        self._folder = folder
        self._growing: set[str] = set()

    def write(self, file: Made | Taken | Piece) -> None:
        if not is_inside(file.path):
            raise DatasetError(f"export: expected a path inside the folder, got {file.path!r}")
        path = self._folder / file.path
        if file.path not in self._growing:
            if path.exists():
                raise DatasetError(f"export: expected each file once, got {file.path!r} again")
            path.parent.mkdir(parents=True, exist_ok=True)
        match file:
            case Made():
                path.write_bytes(file.data)
            case Piece():
                self._growing.add(file.path)
                with path.open("ab") as growing:
                    growing.write(file.data)
            case Taken():
                _take(self._files, file.source, path)


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
