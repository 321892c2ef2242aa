"""stats.json as one long table, a row per number, for whoever asks of many datasets at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from longtail.annotate.dataset.atomic import replacing
from longtail.annotate.errors import ConfigError

COLUMNS = ("section", "subject", "condition", "statistic", "value")

_NAMES = ("path", "name", "category", "property")
_WORDS = frozenset({"said", "asked", "kind", "scale", "supercategory"})


def rows(stats: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str, float]]:
    """Every number of stats.json as (section, subject, condition, statistic, value).

    The subject is a parameter, a category or a property where a row is about one, and else ""; the statistic is what is
    left of the number's way, joined by dots, as in "realised.mean". Booleans are 0 and 1; texts and nulls are left out.
    """
    for section, value in stats.items():
        yield from _under(section, "", "", "", value)


def _under(section: str, subject: str, condition: str, way: str, value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        subject = next((str(value[name]) for name in _NAMES if isinstance(value.get(name), str)), subject)
        if isinstance(value.get("condition"), str):
            condition = value["condition"]
        for name, item in value.items():
            if name not in _WORDS:
                yield from _under(section, subject, condition, f"{way}.{name}" if way else name, item)
    elif isinstance(value, list):
        nameless = not all(isinstance(item, Mapping) and not item.keys().isdisjoint(_NAMES) for item in value)
        for number, item in enumerate(value):
            yield from _under(section, subject, condition, f"{way}[{number}]" if nameless else way, item)
    elif isinstance(value, bool | int | float):
        yield section, subject, condition, way or section, float(value)


def require_pyarrow() -> Any:
    """The package; ConfigError where it is not installed."""
    try:
        import pyarrow
    except ImportError as error:
        raise ConfigError("--parquet: expected the package pyarrow; pip install 'longtail[parquet]'") from error
    return pyarrow


def write_parquet(stats: Mapping[str, Any], path: Path) -> None:
    """Write `rows` as a Parquet file; ConfigError where pyarrow is not installed."""
    pyarrow = require_pyarrow()
    from pyarrow import parquet

    columns = zip(*rows(stats), strict=True)
    table = pyarrow.Table.from_pydict({name: list(column) for name, column in zip(COLUMNS, columns, strict=True)})
    with replacing(path) as file:
        parquet.write_table(table, file, compression="zstd")
