"""One frame looked at: what is wrong with it, and what the checks of the whole dataset need of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from longtail.annotate.check.finding import Finding
from longtail.annotate.check.frames import check_frame
from longtail.annotate.check.models import Shapes, shapes_of
from longtail.annotate.check.rigs import Mounted
from longtail.annotate.check.siblings import Seen
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.documents import FrameLines
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.dataset.merge import frame_lines
from longtail.annotate.dataset.stored import StoredFrame
from longtail.annotate.errors import DatasetError


@dataclass(frozen=True)
class Checked:
    """What one look at a frame's files found, small enough to be handed from process to process.

    Attributes:
        findings: what is wrong with the frame alone
        seen: what its siblings must have too; None where it has no sound record
        shapes: of the models that it has
        mounted: its camera, for those of its sample; None where it has no sound record, or no rig
        lines: what documents are made of; None where its record is damaged
        assets: the names of all that it has; None where its record is damaged
    """

    findings: Sequence[Finding]
    seen: Seen | None
    lines: FrameLines | None
    assets: frozenset[str] | None
    shapes: Shapes = field(default_factory=dict)
    mounted: Mounted | None = None


def look(dataset: Dataset, index: int) -> Checked:
    """Every invariant of one frame; a damaged file is a finding and never an exception."""
    where = record_path(index)
    findings: list[Finding] = []
    stored: StoredFrame | None = None
    lines: FrameLines | None = None
    try:
        stored = dataset.record(index)
    except DatasetError as error:
        findings.append(Finding(where, index, "a sound record", str(error)))
    try:
        lines = frame_lines(dataset, index)
    except DatasetError as error:
        if stored is not None:
            findings.append(Finding(where, index, "a record laid out line by line", str(error)))
    if stored is not None and lines is not None:
        findings += check_frame(dataset, stored)
    seen = None if stored is None else Seen.of(stored, dataset)
    if lines is None:
        return Checked(findings, seen, None, None)
    # Documents have no use for the objects, which are most of a record.
    shapes = {} if stored is None else shapes_of(stored)
    mounted = None if stored is None else Mounted.of(stored, dataset.info)
    return Checked(findings, seen, replace(lines, objects=[], files=b""), lines.assets(), shapes, mounted)
