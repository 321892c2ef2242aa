"""`longtail split`: which scenes are to train on, to validate and to test, decided once for all exports."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from longtail.annotate.choosing.kept import kept
from longtail.annotate.choosing.splits import NAMES, SPLITS, Splits
from longtail.annotate.choosing.stratified import stratified
from longtail.annotate.dataset.atomic import replacing
from longtail.annotate.wording import counted
from longtail.render.storage.place import Place, beside, dataset_at, missing_note, run_note, staged
from longtail.render.storage.store import refused, require_writable
from longtail.render.watching.say import say

_WAY = "splits are kept in the dataset: copy it to where you may write, or export it with --split"


def split_dataset(where: Place, shares: tuple[float, float, float], *, with_rejected: bool = False) -> int:
    """Write the splits of a dataset beside its dataset.json; frames that a review has rejected count for nothing."""
    splits = Splits(*shares)
    if isinstance(where, Path):
        require_writable(where, _WAY)
    if note := run_note(where):
        say(f"{note}; scenes that are still to come will have no split")
    with staged(where) as root:
        found = dataset_at(where, root)
        if note := missing_note(where, found):
            say(f"{note}; scenes that are still to come will have no split")
        dataset, left_out = kept(found, with_rejected=with_rejected)
        decided = stratified(dataset, splits)
        with refused(root / SPLITS, _WAY), replacing(root / SPLITS) as file:
            file.write(decided.dumps())
    if left_out:
        say(left_out)
    counts = Counter((decided.scenes or {}).values())
    said = ", ".join(f"{name} {counted(counts[name], 'scene')}" for name in NAMES if counts[name])
    say(f"{beside(where, SPLITS)}: {said}")
    return 0
