"""`longtail check A B`: whether two datasets, such as one to train on and one to test on, share scenes."""

from __future__ import annotations

from pathlib import Path

from longtail.annotate.choosing.shared_scenes import shared_scenes
from longtail.annotate.dataset.allowance import Allowance
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.wording import counted, visible
from longtail.render.commands.finish import check_dataset
from longtail.render.storage.place import Place, dataset_at
from longtail.render.watching.say import say


def check_with(where: Place, other: Place, allowed: Allowance) -> int:
    """Check the dataset at `where`, and whether it shares scenes with `other`; 1 where anything is found.

    DatasetError where there is no `other`, before anything is checked, which may take long.
    """
    two = dataset_at(other, Path())
    return max(check_dataset(where, allowed), check_against(where, other, two))


def check_against(where: Place, other: Place, two: Dataset) -> int:
    """Print the scenes that the dataset at `where` and `two`, which lies at `other`, both show, a line each; 1 where
    there are any."""
    one = dataset_at(where, Path())
    found = shared_scenes(one, two)
    for scene in found:
        first, second = (
            dataset.files.at(record_path(frame)) for dataset, frame in ((one, scene.frame), (two, scene.other_frame))
        )
        print(visible(f"{first}: expected a scene of its own, got that of {second} ({scene.share:.0%} of its things)"))
    if not found:
        say(f"{where} and {other} share no scene")
        return 0
    say(f"{where} and {other} share {counted(len(found), 'scene')}; a set to validate or test on takes another --seed")
    return 1
