"""Several folders of one run, put together: the bytes of a run that was never split."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import groupby, repeat
from operator import itemgetter
from pathlib import Path
from typing import Any

from longtail.annotate.dataset.agreed_taxonomy import agreed_taxonomy
from longtail.annotate.dataset.agreement import disagreement
from longtail.annotate.dataset.ahead import ahead
from longtail.annotate.dataset.atomic import replacing
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.documents import FrameLines
from longtail.annotate.dataset.files import Folder
from longtail.annotate.dataset.free import is_free
from longtail.annotate.dataset.layout import DATASET, FAILED, failed_among, record_path
from longtail.annotate.dataset.merge import Merged, frame_lines, merge, write_documents
from longtail.annotate.dataset.part import joined, part_of
from longtail.annotate.dataset.removing import remove_frame
from longtail.annotate.dataset.tars import Tars
from longtail.annotate.dataset.transport import (
    bring_frame,
    bring_into_tars,
    remove_damaged_of_tars,
    require_sound,
    sound_lines,
    sound_record,
)
from longtail.annotate.errors import DatasetError


def merge_datasets(inputs: Sequence[Path | Dataset], output: Path) -> Merged:
    """Put shards of one run into `output` and merge it. Files are hard-linked where the file system can.

    `output` is new, empty, or a folder of the same run, whose frames are kept; what it holds of frames that could not
    be made (failed/) goes where such a frame comes. DatasetError, before anything is written, names what differs
    between inputs that are not of one run, and the frame where two of them disagree.

    A frame of which one part's files are damaged is taken from another part; where none has it whole it is left out,
    counts as missing, and what is wrong with it stands in the result's `damaged`; what `output` has of it is removed.
    StorageError where a disk or a network fails while a part is read.
    """
    if not inputs:
        raise DatasetError("merge: expected at least one dataset, got none")
    shards = [shard if isinstance(shard, Dataset) else Dataset.open(shard) for shard in inputs]
    there = Dataset.open(output) if (output / DATASET).exists() else None
    if there is None and not is_free(output):
        raise DatasetError(f"{output}: expected a new or empty folder, or a part of the same run; choose another one")
    others = [shard for shard in shards if not _is_folder(shard, output)]
    require_one_run(others if there is None else [*others, there])
    target = _begin(output, there, shards)
    damaged: list[str] = []
    tarred = [shard for shard in shards if isinstance(shard.files, Tars)]
    if isinstance(target.files, Tars) or (tarred and not any(s.frames() for s in shards if s not in tarred)):
        faults = remove_damaged_of_tars(target)
        for shard in others:
            faults |= bring_into_tars(shard, output)
        merged = merge(output)
        there_now = frozenset(Dataset.open(output).frames()) if faults else frozenset()
        damaged += (faults[index] for index in sorted(faults.keys() - there_now))
    else:
        brought = ahead(partial(_bring, target), _owners([target, *others]))
        merged = write_documents(target, _whole(brought, damaged))
    if damaged:
        _credit(Dataset.open(output))  # which may have tars now that it began without
    _release(output)
    return replace(merged, damaged=tuple(damaged))


def require_one_run(parts: Sequence[Dataset]) -> None:
    """DatasetError unless the datasets are of one run, and have the same content wherever they have the same frame."""
    for other in parts[1:]:
        _require_same_run(parts[0], other)
    agreed_taxonomy(parts)
    for index, owners in _owners(parts):
        if len(owners) > 1:
            for other in owners[1:]:
                _require_same_frame(owners[0], other, index)


def _begin(output: Path, there: Dataset | None, shards: Sequence[Dataset]) -> Dataset:
    """Write dataset.json: all frames that any part asks for, the credits of all parts, and a taxonomy that fits all."""
    parts = [*([] if there is None else [there]), *shards]
    info = parts[0].info
    credited = {credit.name: credit for part in parts for credit in part.info.assets}
    asked = joined([part_of(part.info.asked()) for part in parts], info.frames)
    sources = tuple(credited[name] for name in sorted(credited))
    with replacing(output / DATASET) as file:
        file.write(replace(info, assets=sources, part=asked, taxonomy=agreed_taxonomy(parts)).dumps())
    return Dataset.open(output)


def _credit(target: Dataset) -> None:
    """Take the credits of what only frames that were left out show from dataset.json."""
    info = target.info
    shown = frozenset[str]().union(*(frame_lines(target, index).assets() for index in target.frames()))
    with replacing(target.root / DATASET) as file:
        file.write(replace(info, assets=tuple(credit for credit in info.assets if credit.name in shown)).dumps())


def _release(output: Path) -> None:
    """Remove what is known of frames that could not be made, of those that are there now."""
    failed = Folder(output).names(FAILED)
    there = frozenset(Dataset.open(output).frames()) if failed else frozenset()
    for name in failed:
        if there.intersection(failed_among([name])):
            (output / FAILED / name).unlink(missing_ok=True)
    with suppress(OSError):  # others are still there, or there never were any
        (output / FAILED).rmdir()


def _owners(parts: Sequence[Dataset]) -> Iterator[tuple[int, list[Dataset]]]:
    """Every frame with the parts that have it, in ascending order."""
    owned = (zip(part.frames(), repeat(number)) for number, part in enumerate(parts))
    for index, group in groupby(heapq.merge(*owned), key=itemgetter(0)):
        yield index, [parts[number] for _, number in group]


def _is_folder(dataset: Dataset, folder: Path) -> bool:
    files = dataset.files.base if isinstance(dataset.files, Tars) else dataset.files
    return isinstance(files, Folder) and files.root.resolve() == folder.resolve()


def _bring(target: Dataset, source: tuple[int, list[Dataset]]) -> FrameLines | str:
    """See to it that a whole frame is in the target, and give its lines; what is wrong where no part has one.

    Then the target has none of it either.
    """
    index, owners = source
    faults = []
    for owner in owners:
        try:
            lines = sound_lines(owner, index)
            if owner is target:
                require_sound(owner, lines)
            else:
                bring_frame(owner, lines, target.root)
        except DatasetError as error:
            faults.append(str(error))
        else:
            return lines
    remove_frame(target.root, index)
    return "; ".join(faults)


def _whole(brought: Iterable[FrameLines | str], damaged: list[str]) -> Iterator[FrameLines]:
    """Those that are whole; what is wrong with the others is added to `damaged`."""
    for found in brought:
        if isinstance(found, str):
            damaged.append(found)
        else:
            yield found


def _require_same_run(one: Dataset, other: Dataset) -> None:
    # Each part has its own frames, and credits the assets that these show; taxonomies need agree only in these.
    alike = (replace(part.info, assets=(), part=None, taxonomy=one.info.taxonomy) for part in (one, other))
    here, there = (dict(_leaves(info.to_json())) for info in alike)
    differing = [path for path in here | there if here.get(path) != there.get(path)]
    if differing:
        shown = "; ".join(f"{path}: {here.get(path)!r} and {there.get(path)!r}" for path in differing[:5])
        more = f" and {len(differing) - 5} more" if len(differing) > 5 else ""
        raise DatasetError(
            f"{one.root} and {other.root}: expected parts of one run, but they differ in {shown}{more}; shards of one "
            "run (--shard I/N) become one set, sets of several runs stay apart: hand each to what trains on them"
        )


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every leaf of nested JSON with its dotted path; empty containers count as leaves."""
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from _leaves(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and value:
        for number, item in enumerate(value):
            yield from _leaves(item, f"{path}[{number}]")
    else:
        yield path, value


def _require_same_frame(one: Dataset, other: Dataset, index: int) -> None:
    """Records hold the digest of every file, so equal records mean equal frames. The first one's picture is taken.

    A damaged record says nothing, and its frame is not taken.
    """
    try:
        records = sound_record(one, index), sound_record(other, index)
        what = disagreement(*records, record_path(index), one.info.taxonomy)
    except DatasetError:
        return
    if what is not None:
        raise DatasetError(
            f"{other.root}: frame {index} is already in {one.root} with other content ({what}); "
            "the two were not made by the same run. Leave one of them out"
        )
