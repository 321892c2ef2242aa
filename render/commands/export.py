"""A dataset in the format of another tool: `longtail export`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from longtail.annotate.choosing.chosen import ALL, Wanted, choose
from longtail.annotate.choosing.kept import kept
from longtail.annotate.choosing.splits import Splits
from longtail.annotate.dataset.atomic import of_disk
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.errors import ConfigError, StorageError
from longtail.annotate.exporters.exporter import Exporter
from longtail.annotate.exporters.selection import Selection
from longtail.annotate.exporters.table import EXPORTERS, all_exporters
from longtail.annotate.exporters.write import export, require_empty
from longtail.annotate.wording import counted
from longtail.distributions.grammar import shown, suggestion
from longtail.render.machine.limits import readers
from longtail.render.storage.place import Place, dataset_at, missing_note, run_note
from longtail.render.storage.store import require_writable
from longtail.render.watching.counting import counting
from longtail.render.watching.say import say


def export_dataset(
    where: Place,
    to: str,
    output: Path,
    split: tuple[float, float, float] | None,
    wanted: Wanted = ALL,
    *,
    with_rejected: bool = False,
) -> int:
    """Write what `wanted` takes of the dataset at `where` in the format `to` into `output`.

    Without shares to split by, the dataset's own splits are followed, and 0.8 0.1 0.1 where it has none. Frames that a
    review has rejected are left out, unless they are asked for.
    """
    exporter, asked = _exporter(to), None if split is None else Splits(*split)
    require_writable(output)
    require_empty(output)
    if note := run_note(where):
        say(f"{note}; only the frames that are there now are exported")
    found = dataset_at(where, output)
    if note := missing_note(where, found):
        say(f"{note}; those that are there are exported")
    whole, left_out = kept(found, with_rejected=with_rejected)
    dataset = _chosen(whole, wanted)
    splits = asked or Splits.decided(dataset) or Splits()
    try:
        with counting("reading records", len(dataset)) as tell:
            selection = Selection.of(dataset, splits, tell)
        with counting("exporting", len(dataset)) as tell:
            words = "; ".join(filter(None, [wanted.words(), left_out]))
            done = export(replace(selection, chosen=words, progress=tell), exporter, output)
    except OSError as error:
        raise StorageError(
            f"{output}: the export was not finished ({of_disk(error)}), and nothing of it is there; "
            "mend that, and run the same command again"
        ) from error
    if left_out:
        say(left_out)
    if wanted.words():
        say(f"chosen: {wanted.words()}")
    if splits.scenes is not None:
        say(f"split {splits.rule}")
    for sentence in done.said:
        say(sentence)
    if exporter.lacks:
        say(f"{exporter.name} does not hold: {exporter.lacks}")
    say(f"{output}: {counted(done.frames, 'frame')} as {exporter.name}")
    return 0


def _chosen(dataset: Dataset, wanted: Wanted) -> Dataset:
    if not wanted.where:
        return choose(dataset, wanted)
    with counting("looking at records", len(dataset.frames())) as tell:
        return choose(dataset, wanted, processes=readers(), progress=tell)


def _exporter(name: str) -> Exporter:
    """By name. Ours are found without looking at what other packages offer, which may be broken."""
    if name in EXPORTERS:
        return EXPORTERS[name]
    known = all_exporters()
    if name not in known:
        raise ConfigError(f"--to: expected one of {', '.join(known)}, got {shown(name)}{suggestion(name, known)}")
    return known[name]
