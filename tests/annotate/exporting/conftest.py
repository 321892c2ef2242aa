"""Exports of the traps, each made once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from longtail.annotate.choosing.splits import Splits
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.exporters.selection import Selection
from longtail.annotate.exporters.table import EXPORTERS
from longtail.annotate.exporters.write import export
from tests.annotate.exporting.traps import traps

Exports = Callable[[str], Path]


@pytest.fixture(scope="package")
def trapped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dataset."""
    return traps(tmp_path_factory.mktemp("traps") / "data")


@pytest.fixture(scope="package")
def exported(trapped: Path) -> Exports:
    """The folder of an export by the name of its format, all frames in `train`."""

    def folder(name: str) -> Path:
        place = trapped.parent / name
        if not place.exists():
            export(Selection.of(Dataset.open(trapped), Splits(1, 0, 0)), EXPORTERS[name], place)
        return place

    return folder
