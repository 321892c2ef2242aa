"""`longtail turing`: a page on which people guess what is real."""

from __future__ import annotations

from pathlib import Path

from longtail.annotate.against.real import read_real
from longtail.annotate.dataset.atomic import of_disk, replacing_folder
from longtail.annotate.dataset.files import Folder
from longtail.annotate.errors import ConfigError, DatasetError, StorageError
from longtail.annotate.turing.making import pictures, things
from longtail.annotate.turing.page import INDEX, page
from longtail.annotate.wording import counted
from longtail.render.storage.place import Place, dataset_at, run_note
from longtail.render.storage.store import require_writable
from longtail.render.watching.say import say

_MOST_TOLD = 5


def turing_page(
    synthetic: Place, real: Path, output: Path, *, count: int, crops: bool, size: int | None, seed: int
) -> int:
    """Write the page into the new or empty folder `output`, which is there whole or not at all; the exit status."""
    if output.exists() and (not output.is_dir() or Folder(output).names(".")):
        raise DatasetError(f"{output}: expected a new or empty folder, got one with files in it; choose another -o")
    if crops and size is not None:
        raise ConfigError("--size: expected pictures, got --crops beside it, which are all of one size")
    require_writable(output)
    there = read_real(real, "turing")
    if note := run_note(synthetic):
        say(f"{note}; only the frames that are there now are taken")
    dataset = dataset_at(synthetic, Path())
    pairs = max(count // 2, 1)
    shown = things(dataset, there, pairs, seed) if crops else pictures(dataset, there, pairs, size, seed)
    text = page(shown.shots, shown.size_px, "crops" if crops else "pictures", seed)
    try:
        with replacing_folder(output) as folder:
            (folder / INDEX).write_text(text, encoding="utf-8")
    except OSError as error:
        raise StorageError(f"{output}: the page was not written ({of_disk(error)})") from error
    left_out = [*there.left_out, *shown.left_out]
    for line in left_out[:_MOST_TOLD]:
        say(f"left out: {line}")
    if len(left_out) > _MOST_TOLD:
        say(f"left out: {len(left_out) - _MOST_TOLD} more")
    if len(shown.shots) < 2 * pairs:
        say(f"{2 * pairs} were asked for, but there are no more that are alike in condition or class on both sides")
    if not shown.matched:
        say("the real set says no conditions, so weather and light may tell the sides apart")
    say(
        f"{output / INDEX}: {counted(len(shown.shots), 'picture')} of {shown.size_px[0]}x{shown.size_px[1]} pixels, "
        "half of them real; it holds them, so give it to nobody who may not have these"
    )
    return 0
