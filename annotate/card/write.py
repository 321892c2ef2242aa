"""The card of a dataset, in its own folder. A README.md that somebody has made their own is left alone."""

from __future__ import annotations

from longtail.annotate.card.facts import Facts
from longtail.annotate.card.page import CARD, card
from longtail.annotate.dataset.atomic import replacing
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.files import Files, Folder, read

_OURS = "<!-- Longtail writes this page anew with each report, as long as this line is in it. -->"


def write_card(dataset: Dataset, facts: Facts) -> None:
    """Write README.md where the dataset's own documents go, unless there is one without our mark."""
    if _is_somebodys(dataset.files) or _is_somebodys(Folder(dataset.root)):
        return
    with replacing(dataset.root / CARD) as file:
        file.write(f"{card(dataset.info, facts)}\n{_OURS}\n".encode())


def _is_somebodys(files: Files) -> bool:
    try:
        return _OURS.encode() not in read(files, CARD)
    except OSError:
        return False
