"""XML of strangers: read with bounded depth and size, and without a document type, whose entities could make much of
little."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from longtail.annotate.errors import AssetError
from longtail.annotate.wording import visible

_MOST_DEPTH = 40


def read_xml(
    path: Path, what: str, most_bytes: int, most_elements: int, refuse: Callable[[str], None] = lambda _: None
) -> ElementTree.Element:
    """The first element of a file, which messages call `what`. `refuse` is handed every element's name.

    AssetError, "expected ..., got ...", for what is none or is too large.
    """
    try:
        if path.stat().st_size > most_bytes:
            raise AssetError(f"expected {what} of at most {most_bytes >> 20} MiB, got a larger file")
        parser = ElementTree.XMLParser(target=_Builder(what, most_elements, refuse))
        parser.feed(path.read_bytes())
        root: ElementTree.Element = parser.close()
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise AssetError(f"expected {what}, got no sound XML ({visible(str(error))[:120]})") from error
    except OSError as error:
        raise AssetError(f"expected {what} that can be read, got {error.strerror}") from error
    return root


class _Builder(ElementTree.TreeBuilder):
    def __init__(self, what: str, most_elements: int, refuse: Callable[[str], None]) -> None:
        super().__init__()
        self._what, self._most, self._refuse = what, most_elements, refuse
        self._depth = self._count = 0

    def start(self, tag: Any, attrs: Any, /) -> Any:
        self._depth += 1
        self._count += 1
        if self._depth > _MOST_DEPTH or self._count > self._most:
            raise AssetError(f"expected XML of at most {_MOST_DEPTH} levels and {self._most:,} elements, got more")
        self._refuse(str(tag))
        return super().start(tag, attrs)

    def end(self, tag: Any, /) -> Any:
        self._depth -= 1
        return super().end(tag)

    def doctype(self, _name: str, _public: str | None, _system: str | None) -> None:
        raise AssetError(f"expected {self._what} without a document type, got one with <!DOCTYPE>")
