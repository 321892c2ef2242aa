"""`longtail find`: the frames of a dataset of which a statement is true."""

from __future__ import annotations

from pathlib import Path

from longtail.annotate.choosing.kept import kept
from longtail.annotate.choosing.search import search
from longtail.annotate.wording import counted, visible
from longtail.render.machine.limits import readers
from longtail.render.storage.place import Place, dataset_at, run_note
from longtail.render.watching.counting import counting
from longtail.render.watching.say import say


def find_frames(where: Place, query: str, *, with_rejected: bool = False) -> int:
    """Print where the pictures of these frames lie, a line each; 0, also where there are none.

    What a review has rejected is left out, unless it is asked for.
    """
    dataset, left_out = kept(dataset_at(where, Path()), with_rejected=with_rejected)
    if note := run_note(where):
        say(f"{note}; only the frames that are there now are looked at")
    count = len(dataset.frames())
    with counting("looking at records", count) as tell:
        found = search(dataset, query, processes=readers(), progress=tell)
    picture = dataset.info.layers()["images"]
    for index in found:
        print(visible(dataset.files.at(picture.path(index))))
    if left_out:
        say(left_out)
    say(f"{where}: {len(found):,} of {counted(count, 'frame')}")
    return 0
