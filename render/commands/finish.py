"""What is written once frames are there: credits, COCO files, statistics and the report; shards put together."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from longtail.annotate import Dataset, DatasetInfo, merge_datasets
from longtail.annotate.against.compare import against as compared
from longtail.annotate.against.feature_distance import distances_of_files
from longtail.annotate.against.real import read_real
from longtail.annotate.against.told import told as told_against
from longtail.annotate.check.check import check
from longtail.annotate.check.finding import Finding
from longtail.annotate.choosing.decisions import REVIEW, joined_decisions, keep_decisions
from longtail.annotate.dataset.allowance import NO_FAILURES, Allowance
from longtail.annotate.dataset.atomic import into, replacing
from longtail.annotate.dataset.documents import AllInstancesDocument
from longtail.annotate.dataset.layout import DATASET, record_path
from longtail.annotate.dataset.rendered_on import mixture
from longtail.annotate.dataset.shards import require_one_run
from longtail.annotate.errors import ConfigError, DatasetError
from longtail.annotate.flags.scoring import FrameScores, scored
from longtail.annotate.flags.writing import section, write_flags
from longtail.annotate.flags.writing import told as told_flags
from longtail.annotate.report import REPORT, write_of, write_report
from longtail.annotate.report.gallery import MOST_PICTURES
from longtail.annotate.statistics import Closely, statistics_of
from longtail.annotate.statistics import counted as counted_records
from longtail.annotate.statistics.histogram import json_safe
from longtail.annotate.statistics.listing import Listing
from longtail.annotate.statistics.parquet import require_pyarrow, write_parquet
from longtail.annotate.statistics.told import told
from longtail.annotate.wording import counted, listed, visible
from longtail.render.commands.known_models import known_models
from longtail.render.commands.redraw import redrawing
from longtail.render.machine.limits import readers
from longtail.render.storage.lock import require_nobody_at_work
from longtail.render.storage.patience import patiently
from longtail.render.storage.place import Place, beside, dataset_at, held, run_note, staged
from longtail.render.storage.remote import Remote
from longtail.render.storage.remote_store import dataset_or_nothing, refused_at_once
from longtail.render.storage.store import ANOTHER, disk_error, require_file, require_writable
from longtail.render.watching.counting import counting
from longtail.render.watching.say import say

_MOST_TOLD = 20


def check_dataset(where: Place, allowed: Allowance = NO_FAILURES) -> int:
    """Print what is wrong with a dataset, a line each; 1 where anything is but missing frames that are `allowed`."""
    dataset: Dataset | Path
    try:
        dataset = dataset_at(where, Path())
    except DatasetError:
        if isinstance(where, Remote):
            raise
        dataset = where  # what is wrong with it is a finding
    running = run_note(where)
    findings = _findings(dataset, running=running is not None)
    for finding in findings:
        print(visible(str(finding)))
    if running:
        say(f"{running}; only the frames that are there now were checked")
    elif note := run_note(where):
        say(f"{note}; it began while this was checked: check again when it has ended")
    if isinstance(dataset, Dataset) and dataset.info.part is not None:
        say(_part_of(where, dataset.info))
    say(f"{where}: {counted(len(findings), 'finding') if findings else 'no findings'}")
    missing = sum(finding.missing for finding in findings)
    if missing and isinstance(dataset, Dataset) and missing <= allowed.of(len(dataset.info.asked())):
        say(_admitted(missing, allowed, "missing"))
        return 1 if any(not finding.missing for finding in findings) else 0
    return 1 if findings else 0


def merge_shards(inputs: Sequence[Place], output: Place, allowed: Allowance = NO_FAILURES) -> int:
    """Put shards together; 1 where more frames of the run are missing than `allowed`."""
    for part in inputs:
        _tell_of_a_run(part)
    if isinstance(output, Path):
        require_writable(output)
        require_nobody_at_work(output)
    with staged(output) as root, ExitStack() as stack:
        shards = [dataset_at(part, root) for part in inputs]
        begun = _begun_at(output, root, shards) if isinstance(output, Remote) else []
        if isinstance(output, Path):
            failing = stack.enter_context(held(root))
            stack.enter_context(failing())
        there = [Dataset.open(root)] if (root / DATASET).exists() else begun
        decided = joined_decisions([*there, *shards])
        stored = frozenset(index for old in begun for index in old.frames())
        try:
            merged = merge_datasets([*shards, *begun], root)
            merged_dataset = Dataset.open(root)
            for old in begun:
                _stage_decisions(old, root)
            kept = keep_decisions(merged_dataset, decided)
        except OSError as error:
            raise disk_error(root, error) from error
        for fault in merged.damaged[:_MOST_TOLD]:
            say(f"damaged, and left out: {fault}")
        if len(merged.damaged) > _MOST_TOLD:
            say(f"damaged, and left out: {len(merged.damaged) - _MOST_TOLD} more")
        if merged.damaged:
            say("the command that made such a part makes its damaged frames anew; then merge it again")
        if isinstance(output, Remote) and (gone := sorted(stored.intersection(merged.missing))):
            # As in a folder: what was left out is no frame there either.
            patiently(partial(output.remove, [record_path(index) for index in gone]))
        report(merged_dataset)
        info = merged_dataset.info
    flagged = f", {merged.ignored} of them in {AllInstancesDocument.path} alone" if merged.ignored else ""
    say(f"{output}: {counted(merged.frames, 'frame')}, {counted(merged.annotations, 'annotation')}{flagged}")
    if line := mixture(merged.rendered_on):
        say(line)
    if kept:
        say(f"{beside(output, REVIEW)}: {counted(kept, 'decision')} of the parts added")
    if merged.missing:
        say(f"not there: {counted(len(merged.missing), 'frame')} ({listed(merged.missing)})")
    if info.part is not None:
        say(f"{_part_of(output, info)}; merge it with the rest")
    elif merged.missing and len(merged.missing) <= allowed.of(info.frames):
        say(_admitted(len(merged.missing), allowed, "missing"))
        return 0
    return 1 if merged.missing or info.part is not None else 0


def _begun_at(output: Remote, root: Path, shards: Sequence[Dataset]) -> list[Dataset]:
    """Make an object store ours to merge into, unless it is; what is there of the run already, as one more shard."""
    with refused_at_once():
        there = dataset_or_nothing(output, root)
        found = [] if there is None else [there]
        require_one_run([*shards, *found])
        if there is None:
            output.put(DATASET, shards[0].info.dumps())
    return found


def _stage_decisions(there: Dataset, root: Path) -> None:
    """Go on with the decisions of an object store's dataset in the folder whose file will take their place."""
    if (data := there.beside(REVIEW)) is not None:
        with replacing(root / REVIEW) as file:
            file.write(data)


@dataclass(frozen=True)
class Look:
    """How closely `longtail stats` looks.

    Attributes:
        pictures: so many are measured, of either side
        parquet: a file that it writes, too
        features: of a network, of our pictures and of real ones; goes with `against`
        shown: so many pictures the report holds in itself
        flags: whether every frame is scored for its quality
    """

    pictures: int = 256
    parquet: Path | None = None
    features: tuple[Path, Path] | None = None
    shown: int = MOST_PICTURES
    flags: bool = True


def write_statistics(dataset: Place, against: Path | None, output: Place | None, look: Look | None = None) -> int:
    """stats.json and report.html of a dataset, into it, with its card, or into `output`; what is wrong is printed."""
    look, target = look or Look(), output or dataset
    if isinstance(target, Path):
        require_writable(target, ANOTHER if output else "-o FOLDER writes them elsewhere")
    if look.parquet is not None:
        require_pyarrow()
        require_file(look.parquet, "stats.parquet", "choose another --parquet")
    _tell_of_a_run(dataset)
    with staged(target) as root:
        described = dataset_at(dataset, root)
        stats, listing = _looked_at(described, against, look)
        flags = None
        if look.flags:
            found = _scored(described)
            stats["flags"] = json_safe(section(found))
            write_flags(described, found, root)
            flags = {one.index: one.names for one in found if one.raised}
        elsewhere = None if target == dataset else root
        write_of(described, stats, listing, elsewhere, pictures=look.shown, flags=flags, workers=readers())
    if look.parquet is not None:
        with into(look.parquet, "choose another --parquet"):
            write_parquet(stats, look.parquet)
    if described.info.part is not None:
        say(_part_of(dataset, described.info))
    flagged = told_flags(stats["flags"]) if look.flags else ()
    for line in (*flagged, *told(stats), *(told_against(stats["against"]) if "against" in stats else ())):
        print(visible(line))
    say(f"statistics and report: {beside(target, REPORT)}")
    return 0


def _looked_at(dataset: Dataset, against: Path | None, look: Look) -> tuple[dict[str, Any], Listing]:
    """The statistics of a closer look and a row of each frame, on all cores, while a person is told how far it is."""
    # Read first: a wrong --against must not cost an hour of reading records.
    if look.features is not None and against is None:
        raise ConfigError("--features: expected --against beside it, as they are of our pictures and of real ones")
    real = read_real(against) if against else None
    features = distances_of_files(*look.features) if look.features else None
    closely = Closely(look.pictures, redrawing(dataset.info))
    with counting("reading records", len(dataset.info.asked())) as tell:
        found = counted_records(dataset, readers(), tell, closely)
    stats = statistics_of(dataset, found, readers(), closely)
    if real is not None:
        boxes, most = found.content.boxes, look.pictures
        stats["against"] = compared(dataset, boxes, real, pictures=most, workers=readers())
        if features is not None:
            stats["against"]["features"] = json_safe(features)
    return stats, found.listing


def _scored(dataset: Dataset) -> list[FrameScores]:
    """The quality of every frame, on all cores, while a person is told how far it is."""
    with counting("scoring frames", len(dataset.frames())) as tell:
        return scored(dataset, readers(), tell)


def report(dataset: Dataset, against: Path | None = None, output: Path | None = None) -> None:
    """As `write_report`, on all cores, while a person is told how far it is."""
    with counting("reading records", len(dataset.info.asked())) as tell:
        write_report(dataset, against, output, workers=readers(), progress=tell)


def _findings(dataset: Dataset | Path, *, running: bool) -> list[Finding]:
    frames = len(dataset.info.asked()) if isinstance(dataset, Dataset) else 0
    with counting("checking", frames) as tell:
        known = known_models(dataset.info) if isinstance(dataset, Dataset) else {}
        redraw = redrawing(dataset.info) if isinstance(dataset, Dataset) else None
        return check(dataset, tell, readers(), running=running, known=known, redraw=redraw)


def _admitted(count: int, allowed: Allowance, what: str) -> str:
    return f"{counted(count, 'frame')} {what}, and --allow-failures {allowed} admits that"


def _part_of(where: Place, info: DatasetInfo) -> str:
    asked = len(info.asked())
    verb = "was" if asked == 1 else "were"
    return f"{where}: a part of a run of {counted(info.frames, 'frame')}, of which {asked} {verb} asked for here"


def _tell_of_a_run(where: Place) -> None:
    if note := run_note(where):
        say(f"{note}; this is of the frames that are there now")
