"""A record as the text that it is: sealed against damage, and laid out so that it need not be parsed to be merged.

People and diffs get one line per top-level key and one per object, annotation and segment. The merge takes these lines
as they are. The last line holds the SHA-256 of every byte before it, so that no damaged record is taken for a good one.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json

from longtail.annotate.errors import DatasetError
from longtail.annotate.wording import counted

BACKED_BY = "backed_by"
"""The key of a record's `extra` with the names of assets that are none of its objects: a sky's panorama, textures."""
_SEAL = b'"sha256": "'
_END = b'"\n}\n'

# As `annotate.dataset.record` writes rows: strings in ASCII, whose quotes are escaped, so that no value of another key
# reads like a key. An object's attributes are nested, and come last; so do an annotation's flags.
_ASSET = re.compile(rb'"asset": ("(?:[^"\\]|\\.)*")')
_BACKED = re.compile(rb'"backed_by": (\[(?:"(?:[^"\\]|\\.)*"(?:, )?)*\])')
_CATEGORY = re.compile(rb'"category_id": ([0-9]+)')
_CROWD = b', "iscrowd": '
_FLAGS = re.compile(rb', "iscrowd": ([01]), "ignored_for": \[("[a-z_]+"(, "[a-z_]+")*)?\]\}')


@dataclass(frozen=True)
class RecordText:
    """A record's bytes without their last line, which vouched for them."""

    body: bytes

    @classmethod
    def of(cls, data: bytes, where: str) -> RecordText:
        """What `sealed` gave; DatasetError, naming the file as `where`, for anything else."""
        start = len(data) - len(_SEAL) - 64 - len(_END)
        if start < 0 or not data.endswith(_END) or data[start : start + len(_SEAL)] != _SEAL:
            raise DatasetError(f"{where}: expected a frame record that ends in its sha256, got {_tail(data)}")
        body = data[:start]
        stated = data[start + len(_SEAL) : -len(_END)].decode("ascii", "replace")
        if hashlib.sha256(body).hexdigest() != stated:
            raise DatasetError(
                f"{where}: the record was changed after it was written (its sha256 does not match); "
                "delete it and render again to have this frame made anew"
            )
        return cls(body)

    def sealed(self) -> bytes:
        """With the line that vouches for it: what is stored."""
        return self.body + _SEAL + hashlib.sha256(self.body).hexdigest().encode("ascii") + _END

    def parsed(self) -> Any:
        """All of it as JSON values; ValueError where it is no JSON."""
        return from_json(self.body.rstrip(b",\n") + b"}")

    def rows(self, key: str) -> list[bytes]:
        """The lines of one of its lists, each a JSON object, not parsed; ValueError where there is no such list."""
        start = self._list(key)
        if self.body.startswith(b"],\n", start):
            return []
        return self.body[start + 1 : self.body.index(b"\n],\n", start)].split(b",\n")

    def without_objects(self) -> tuple[bytes, bytes]:
        """The rows of the list of objects, each between line breaks, and the JSON of all else; ValueError without it.

        Most of a record is objects, and most of them are out of sight.
        """
        start, follows = self._list("objects"), self._list("annotations")
        end = self.body.rindex(b"],\n", start, follows)
        return self.body[start:end], self.body[:start] + self.body[end:].rstrip(b",\n") + b"}"

    def line(self, key: str) -> bytes:
        """The value of one of its other keys, not parsed; ValueError where there is no such key."""
        start = self.body.find(b'\n"%b": ' % key.encode("ascii"))
        if start < 0:
            raise ValueError(f"expected a key {key}, got none")
        start += len(key) + 5
        return self.body[start : self.body.index(b",\n", start)]

    def _list(self, key: str) -> int:
        """Where the rows of a list begin."""
        # Objects come first and take most of the text, so that looking for the other lists from the end is quick.
        look = self.body.find if key == "objects" else self.body.rfind
        start = look(b'\n"%b": [' % key.encode("ascii"))
        if start < 0:
            raise ValueError(f"expected a list {key}, got none")
        return start + len(key) + 6

    @staticmethod
    def without_flags(annotation: bytes) -> bytes | None:
        """A row of annotations as trainers take it, without the reasons why it is ignored; None where it is.

        ValueError where the row does not end in its flags.
        """
        start = annotation.rfind(_CROWD)
        match = _FLAGS.fullmatch(annotation, start) if start >= 0 else None
        if match is None:
            raise ValueError(f"expected an annotation that ends in iscrowd and ignored_for, got one ending in "
                             f"{annotation[-24:]!r}")  # fmt: skip
        return None if match[1] == b"1" else annotation[: match.end(1)] + b"}"

    @staticmethod
    def assets(objects: Iterable[bytes]) -> frozenset[str]:
        """The names of the assets that rows of objects have."""
        found = {match[1] for row in objects if (match := _ASSET.search(row))}
        return frozenset(json.loads(name) for name in found)

    @staticmethod
    def backed_by(extra: bytes) -> frozenset[str]:
        """The names of the assets that a frame shows and that are none of its objects, of the line of its `extra`."""
        match = _BACKED.search(extra)
        return frozenset(json.loads(match[1])) if match else frozenset()

    @staticmethod
    def categories(rows: Iterable[bytes]) -> frozenset[int]:
        """The ids of the categories that rows of objects or segments have."""
        return frozenset(int(match[1]) for row in rows if (match := _CATEGORY.search(row)))


def _tail(data: bytes) -> str:
    return f"{counted(len(data), 'byte')} ending in {data[-24:]!r}" if data else "an empty file"
