"""What a config requires of labels, against the first picture of each scene, which has decided it."""

from __future__ import annotations

from collections.abc import Iterator

from longtail.annotate.check.finding import Finding
from longtail.annotate.choosing.frame_values import FrameValues
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.dataset.stored import StoredFrame
from longtail.statements.evaluating import holds
from longtail.statements.grammar import parsed, speaks_of_labels


def check_required(dataset: Dataset, stored: StoredFrame) -> Iterator[Finding]:
    """Findings of one frame."""
    asked = dataset.info.config.get("require")
    statements = [text for text in asked if isinstance(text, str)] if isinstance(asked, list) else []
    seen = [text for text in statements if speaks_of_labels(parsed(text))]
    if not seen or min((stored.index, *stored.shown.siblings)) < stored.index:
        return
    values = FrameValues(dataset, stored.index)
    for text in seen:
        if not holds(text, values):
            expected = f"a frame of which {text!r} holds, as the config requires"
            yield Finding(record_path(stored.index), stored.index, expected, "one of which it does not")
