"""Several folders of one run, put together: the bytes of a run that was never split."""

from __future__ import annotations

import heapq
import io
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from longtail.annotate.agreement import disagreement
from longtail.annotate.ahead import ahead
from longtail.annotate.atomic import replacing
from longtail.annotate.dataset import Dataset
from longtail.annotate.documents import FrameLines
from longtail.annotate.errors import DatasetError
from longtail.annotate.files import Files, Folder, read
from longtail.annotate.layout import DATASET, TEMPORARY_SUFFIX, record_path
from longtail.annotate.merge import Merged, merge, write_documents
from longtail.annotate.stored import files_of
from longtail.annotate.tars import Tars, read_tar


def merge_datasets(inputs: Sequence[Path | Dataset], output: Path) -> Merged:
    """Put shards of one run into `output` and merge it. Files are hard-linked where the file system can.

    `output` is new, empty, or a folder of the same run, whose frames are kept. DatasetError names what differs between
    inputs that are not of one run, and the frame where two inputs disagree.
    """
    if not inputs:
        raise DatasetError("merge: expected at least one dataset, got none")
    shards = [shard if isinstance(shard, Dataset) else Dataset.open(shard) for shard in inputs]
    first = shards[0]
    for shard in shards[1:]:
        _require_same_run(first, shard)
    if (output / DATASET).exists():
        _require_same_run(first, Dataset.open(output))
    elif output.exists() and any(output.iterdir()):
        raise DatasetError(f"{output}: expected a new or empty folder, or a part of the same run; choose another one")
    output.mkdir(parents=True, exist_ok=True)
    if not (output / DATASET).exists():
        with replacing(output / DATASET) as file:
            file.write(first.info.dumps())
    target = Dataset.open(output)
    _share_credits(target, shards)
    tarred = [shard for shard in shards if isinstance(shard.files, Tars)]
    if tarred and not any(shard.frames() for shard in shards if shard not in tarred):
        _take_tars(tarred, output)
        return merge(output)
    return write_documents(target, ahead(partial(_bring, target), _sources(target, shards)))


def _sources(target: Dataset, shards: Sequence[Dataset]) -> Iterator[tuple[int, list[Dataset]]]:
    """Every frame with the datasets that have it, in ascending order, the target first."""
    others = [shard for shard in shards if not _is_folder(shard, target.root)]
    owned = ([(index, number) for index in part.frames()] for number, part in enumerate((target, *others)))
    for index, group in groupby(heapq.merge(*owned), key=itemgetter(0)):
        yield index, [(target, *others)[number] for _, number in group]


def _take_tars(shards: Sequence[Dataset], output: Path) -> None:
    """Bring whole tars over; DatasetError where two parts have frames of the same tar that differ."""
    here = Folder(output)
    for shard in shards:
        assert isinstance(shard.files, Tars)
        files = shard.files.base
        for path in shard.files.paths():
            if not (output / path).exists():
                _place(files, path, output)
            elif not _same_tar(read(here, path), read(files, path)):
                raise DatasetError(
                    f"{files.at(path)}: is already in {output} with other content; parts of tars are split by whole "
                    "tars, as `--format webdataset --shard I/N` does. Finish this part first, or leave it out"
                )


def _same_tar(one: bytes, other: bytes) -> bool:
    """Whether two tars hold the same frames, though perhaps not the same bytes of pictures."""
    if one == other:
        return True
    here, there = (read_tar(io.BytesIO(data)) for data in (one, other))
    return here.keys() == there.keys() and not any(
        disagreement(here[index][record_path(index)], there[index][record_path(index)], record_path(index))
        for index in here
    )


def _is_folder(dataset: Dataset, folder: Path) -> bool:
    return isinstance(dataset.files, Folder) and dataset.files.root.resolve() == folder.resolve()


def _bring(target: Dataset, source: tuple[int, list[Dataset]]) -> FrameLines:
    """See to it that a frame is in the target, and give its lines."""
    index, (first, *others) = source
    data = first.record_bytes(index)
    lines = FrameLines.of(index, data, first.files.at(record_path(index)))
    for other in others:
        _require_same_frame(first, other, index, data)
    if first is not target:
        _take(first, target, index, lines)
    return lines


def _require_same_run(one: Dataset, other: Dataset) -> None:
    # Each part credits the assets that its own frames show.
    here, there = (dict(_leaves(replace(part.info, assets=()).to_json())) for part in (one, other))
    differing = [path for path in here | there if here.get(path) != there.get(path)]
    if differing:
        shown = "; ".join(f"{path}: {here.get(path)!r} and {there.get(path)!r}" for path in differing[:5])
        more = f" and {len(differing) - 5} more" if len(differing) > 5 else ""
        raise DatasetError(f"{one.root} and {other.root}: expected parts of one run, but they differ in {shown}{more}")


def _share_credits(target: Dataset, shards: Sequence[Dataset]) -> None:
    """Credit in the merged dataset.json every asset that any part credits."""
    credited = {credit.name: credit for part in (target, *shards) for credit in part.info.assets}
    with replacing(target.root / DATASET) as file:
        file.write(replace(target.info, assets=tuple(credited[name] for name in sorted(credited))).dumps())


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


def _require_same_frame(one: Dataset, other: Dataset, index: int, data: bytes) -> None:
    """Records hold the digest of every file, so equal records mean equal frames. The first one's picture is taken."""
    if what := disagreement(data, other.record_bytes(index), record_path(index)):
        raise DatasetError(
            f"{other.root}: frame {index} is already in {one.root} with other content ({what}); "
            "the two were not made by the same run. Leave one of them out"
        )


def _take(shard: Dataset, target: Dataset, index: int, lines: FrameLines) -> None:
    """Bring one frame over, its record last: until then it does not exist in the target."""
    for path, entry in files_of(lines.files, shard.files.at(record_path(index))).items():
        if fault := shard.file_fault(path, entry, deep=False):
            raise DatasetError(f"{shard.files.at(path)}: expected {fault[0]}, got {fault[1]}")
        _place(shard.files, path, target.root)
    _place(shard.files, record_path(index), target.root)


def _place(files: Files, path: str, root: Path) -> None:
    """Link, or copy where links cannot go; an unfinished earlier merge may have left the name."""
    destination = root / path
    destination.parent.mkdir(parents=True, exist_ok=True)
    temporary = destination.with_name(destination.name + TEMPORARY_SUFFIX)
    temporary.unlink(missing_ok=True)
    try:
        if not isinstance(files, Folder):
            raise OSError("only files of folders can be linked")
        os.link(files.root / path, temporary)
    except OSError:
        with replacing(destination) as file, files.open(path) as original:
            shutil.copyfileobj(original, file, 1 << 20)
        return
    temporary.replace(destination)
    # Renaming one hard link over another of the same file does nothing and leaves the first name behind.
    temporary.unlink(missing_ok=True)
