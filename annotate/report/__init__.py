"""The dataset's report: one HTML page of what is wrong, frames with labels, counts, and asked-for against drawn.

    write_report(root)                    # stats.json, report.html and the card, README.md, in root
    found = counted(dataset)
    render_report(dataset, statistics_of(dataset, found), found.listing)   # the page as text

The page holds small pictures of some frames in itself, and shows all others from the dataset's files where it lies
beside them. The same dataset gives the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from longtail.annotate.against.told import named
from longtail.annotate.card.facts import Facts
from longtail.annotate.card.write import write_card
from longtail.annotate.dataset.atomic import into, replacing
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.people import by_degree
from longtail.annotate.dataset.tars import Tars
from longtail.annotate.labels.draw import colour_of
from longtail.annotate.pixels.measure import PROPERTIES
from longtail.annotate.report import charts
from longtail.annotate.report.flags import flags_of
from longtail.annotate.report.gallery import MOST_PICTURES, gallery, offered, scale_of
from longtail.annotate.report.layers import css, filter_of
from longtail.annotate.report.rows import REASONS, CategoryRow, ParameterCard, filter_tables, grouped, percent, short
from longtail.annotate.report.table import table
from longtail.annotate.statistics import counted, dumps, statistics_of
from longtail.annotate.statistics.listing import Listing
from longtail.annotate.wording import counted as number_of

__all__ = ["REPORT", "STATISTICS", "render_report", "write_of", "write_report"]

STATISTICS, REPORT = "stats.json", "report.html"

_HERE = Path(__file__).parent

Flags = Mapping[int, Sequence[str]]
"""The names of each flagged frame's flags, by its index."""


def write_report(
    root: Path | Dataset,
    against: Path | None = None,
    output: Path | None = None,
    *,
    workers: int = 1,
    progress: Callable[[int], None] | None = None,
) -> Path:
    """Write stats.json and report.html of the dataset in `root`, into its own folder or into the folder `output`.

    In its own folder it gets a card, too (`annotate.card`). Returns the report's path. `against` is a real dataset's
    COCO annotations file, or a folder of pictures, to compare with; for `workers` and `progress` see `statistics`.
    DatasetError where something cannot be read or written, StorageError where the disk is full.
    """
    dataset = root if isinstance(root, Dataset) else Dataset.open(root)
    if against:
        stats, listing = _compared(dataset, against, workers, progress)
    else:
        found = counted(dataset, workers, progress)
        stats, listing = statistics_of(dataset, found, workers), found.listing
    return write_of(dataset, stats, listing, output, workers=workers)


def _compared(
    dataset: Dataset, against: Path, workers: int, progress: Callable[[int], None] | None
) -> tuple[dict[str, Any], Listing]:
    """The statistics, with how far they are from a real dataset, and what is listed."""
    from longtail.annotate.against.compare import against as compared  # which most reports do without
    from longtail.annotate.against.real import read_real

    # Read first: a wrong `against` must not cost an hour of reading records.
    real = read_real(against)
    found = counted(dataset, workers, progress)
    stats = statistics_of(dataset, found, workers)
    stats["against"] = compared(dataset, found.content.boxes, real, workers=workers)
    return stats, found.listing


def write_of(
    dataset: Dataset,
    stats: Mapping[str, Any],
    listing: Listing,
    output: Path | None = None,
    *,
    flags: Flags | None = None,
    pictures: int = MOST_PICTURES,
    workers: int = 1,
) -> Path:
    """As `write_report`, of statistics that are made, with so many pictures in the page itself.

    `flags` are the names of flags by frame; where they are not given, those that lie beside the dataset.
    """
    folder = output or dataset.root
    loose = not isinstance(dataset.files, Tars)
    beside = loose and folder.resolve() == dataset.root.resolve()
    page = render_report(dataset, stats, listing, flags, linked=beside, pictures=pictures, workers=workers)
    with into(folder):
        for name, data in ((STATISTICS, dumps(dict(stats))), (REPORT, page.encode("utf-8"))):
            with replacing(folder / name) as file:
                file.write(data)
        if output is None:
            write_card(dataset, Facts.of_statistics(stats))
    return folder / REPORT


def render_report(
    dataset: Dataset,
    stats: Mapping[str, Any],
    listing: Listing,
    flags: Flags | None = None,
    *,
    linked: bool = False,
    pictures: int = MOST_PICTURES,
    workers: int = 1,
) -> str:
    """The page. `linked` has it show the dataset's own files, which then must lie beside it."""
    program = (_HERE / "page.js").read_text("utf-8")
    info, scale = dataset.info, scale_of(dataset)
    flags = flags_of(dataset) if flags is None else flags
    held = gallery(dataset, scale, pictures, flags, workers)
    layers = offered(dataset, held)
    cards = [ParameterCard.of(row) for row in stats["parameters"]]
    seen = [CategoryRow.of(row) for row in stats["categories"] if row["images"] or row.get("in_scene")]
    return _template().render(
        info=info,
        stats=stats,
        style=(_HERE / "style.css").read_text("utf-8"),
        program=program,
        digest=base64.b64encode(hashlib.sha256(program.encode("utf-8")).digest()).decode("ascii"),
        data=_in_a_script(table(dataset, stats, listing, flags, held, scale, linked=linked)),
        listing=listing,
        held=len(held),
        linked=linked,
        layers=layers,
        scale=scale,
        filters=filter_tables({name: filter_of(dataset, name, scale) for name in layers} if linked else {}),
        flags=_by_flag(flags),
        apart=_apart(stats),
        groups=grouped([card for card in cards if card.chart]),
        constants=[card for card in cards if not card.chart],
        differing=[card.path for card in cards if card.differs],
        charted={card.path for card in cards if card.chart},
        categories=sorted(seen, key=lambda row: (-row.instances, -row.pixel_share, row.id)),
        unseen=[row["name"] for row in stats["categories"] if not (row["images"] or row.get("in_scene"))],
        colours={category.name: css(colour_of(category)) for _, category in info.taxonomy},
        things=sum(row.instances for row in seen),
        reasons={REASONS[name]: count for name, count in stats["ignored"]["reasons"].items()},
        kinds=sum(1 for row in seen if row.is_thing and row.instances),
        conditions=sorted(stats["conditions"].items(), key=lambda item: (-item[1]["frames"], item[0])),
        config=json.dumps(info.config, indent=2, ensure_ascii=True),
        by_degree=by_degree,
        charts=charts,
        goes=lambda key, values: [urlencode({key: value}) for value in values],
        named=named,
        property_words=PROPERTIES,
    )


@cache
def _template() -> Template:
    """The page's template, which takes longer to compile than most pages take to be made of it."""
    # Names, assets and conditions come from files that anyone may have written: escaped without exception.
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"short": short, "percent": percent, "counted": number_of}
    return environment.from_string((_HERE / "template.html.j2").read_text("utf-8"))


def _in_a_script(values: Any) -> Markup:
    """JSON that ends no element of the page, whatever its texts hold."""
    text = json.dumps(values, separators=(",", ":"), allow_nan=False)
    for letter in "<>&":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(text)


def _apart(stats: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What differs from reality by more than chance allows, the farthest first; of each property the farthest row."""
    first: dict[str, Mapping[str, Any]] = {}
    for row in stats["against"]["properties"] if "against" in stats else ():
        if row["differs"]:
            first.setdefault(named(row), row)
    return list(first.values())


def _by_flag(flags: Flags) -> dict[str, int]:
    """How many frames have each flag, the most frequent first."""
    counts: dict[str, int] = {}
    for names in flags.values():
        for name in names:
            counts[name] = counts.get(name, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
