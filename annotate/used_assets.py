"""Which assets a dataset shows, told from its records without reading all else that they hold."""

from __future__ import annotations

import json
import re
from functools import partial

from annotate.ahead import ahead
from annotate.dataset import Dataset
from annotate.layout import record_path
from annotate.record import rows_of, unseal

# As `annotate.record` writes an object: a JSON string in ASCII behind its key. Attributes are nested, and come later.
_ASSET = re.compile(rb'"asset": ("(?:[^"\\]|\\.)*")')


def used_assets(dataset: Dataset) -> frozenset[str]:
    """The names of all objects' assets; DatasetError where a record is damaged."""
    names: set[bytes] = set()
    for found in ahead(partial(_names, dataset), dataset.frames()):
        names |= found
    return frozenset(json.loads(name) for name in names)


def _names(dataset: Dataset, index: int) -> set[bytes]:
    rows = rows_of(unseal(dataset.record_bytes(index), dataset.files.at(record_path(index))), "objects")
    return {match[1] for row in rows if (match := _ASSET.search(row))}
