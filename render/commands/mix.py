"""`longtail mix`: a real COCO set and one of ours, joined to train on both."""

from __future__ import annotations

from pathlib import Path

from longtail.annotate.choosing.kept import kept
from longtail.annotate.dataset.atomic import of_disk, replacing_folder
from longtail.annotate.dataset.files import Folder
from longtail.annotate.errors import DatasetError, StorageError
from longtail.annotate.mixing.mix import Mixture, Recipe
from longtail.annotate.mixing.real_set import RealSet
from longtail.annotate.wording import counted, listed
from longtail.render.storage.place import Place, dataset_at, missing_note, run_note
from longtail.render.storage.store import require_writable
from longtail.render.watching.say import say


def mix_sets(where: Place, real: Path, output: Path, recipe: Recipe, *, with_rejected: bool = False) -> int:
    """Write the mixture into the new or empty folder `output`, which is there whole or not at all.

    Frames that a review has rejected are left out, unless they are asked for.
    """
    if output.exists() and (not output.is_dir() or Folder(output).names(".")):
        raise DatasetError(f"{output}: expected a new or empty folder, got one with files in it; choose another -o")
    require_writable(output)
    if note := run_note(where):
        say(f"{note}; only the frames that are there now are taken")
    found = dataset_at(where, output)
    if note := missing_note(where, found):
        say(f"{note}; those that are there are taken")
    dataset, left_out = kept(found, with_rejected=with_rejected)
    mixture = Mixture.of(dataset, RealSet.read(real), recipe)
    try:
        with replacing_folder(output) as folder:
            for path, data in mixture.files():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(data)
    except OSError as error:
        raise StorageError(
            f"{output}: the mixture was not finished ({of_disk(error)}), and nothing of it is there; mend "
            "that, and run the same command again"
        ) from error
    if left_out:
        say(left_out)
    if mixture.of_split:
        say(f"synthetic pictures are those of the split {mixture.of_split}; --split all takes all")
    for source, names in mixture.left_out.items():
        if names:
            say(f"left out, as the other set does not have it: {listed(names)} of the {source} one")
    say(
        f"{output}: {counted(len(mixture.frames), 'synthetic picture')} and "
        f"{counted(len(mixture.real.pictures), 'real one')}, {counted(len(mixture.classes), 'class', 'classes')}: "
        f"{listed(mixture.classes)}"
    )
    return 0
