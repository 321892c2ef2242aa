"""The card as Markdown. What comes from files of others is made harmless: no cell ends its table, no name is a link."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from longtail.annotate.card.facts import Facts
from longtail.annotate.dataset.dataset import DatasetInfo
from longtail.annotate.dataset.people import by_degree
from longtail.annotate.wording import counted, fitted

CARD = "README.md"

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#])")

_LIMITS = (
    "All pictures are rendered. What a network learns on them has to be measured on real ones.",
    "Labels are exact where a human's are not, and show what no human could see: whoever trains on them should leave "
    "out the ignored things, and whoever evaluates should count them neither as hits nor as misses.",
    "Pictures of one scene (variants, points of a sweep, moments of a clip, cameras of a rig) show the same things. "
    "They belong on the same side of a split.",
    "Nothing here is a measure of how often anything happens in the world: the distributions were chosen.",
)


def card(info: DatasetInfo, facts: Facts, sections: Mapping[str, Sequence[str]] | None = None) -> str:
    """README.md of a dataset, or of an export with further `sections`: paragraphs by their headings."""
    blocks = [
        f"# {_scenario(info).capitalize()}: {counted(facts.frames, 'synthetic picture')} with labels",
        f"Made with Longtail {_plain(info.versions.get('longtail', ''))}, seed {info.seed}, config "
        f"{_plain(info.digest[:16])}.",
        "## What it shows",
        *_shows(facts),
        *(block for title, texts in (sections or {}).items() for block in (f"## {title}", *texts)),
        "## How it was made",
        *_made(info, facts),
        "## Licence and credits",
        *_credits(info),
        "## Known limits",
        "\n".join(f"* {limit}" for limit in _limits(info, facts)),
    ]
    return "\n\n".join(blocks) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table of Markdown, whose cells may hold anything."""
    lines = [" | ".join(_plain(str(cell)) for cell in row) for row in rows]
    return "\n".join([f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *(f"| {line} |" for line in lines)])


def _plain(text: str) -> str:
    """Text on one line that Markdown and HTML leave as it is."""
    return _SPECIAL.sub(r"\\\1", " ".join(fitted(text).split()))


def _scenario(info: DatasetInfo) -> str:
    return _plain(str(info.config.get("scenario", "scenes")))


def _shows(facts: Facts) -> list[str]:
    sizes = ", ".join(
        f"{counted(count, 'picture')} of {_plain(size)} px" for size, count in sorted(facts.sizes.items())
    )
    conditions = sorted(facts.conditions.items(), key=lambda pair: (-pair[1], pair[0]))
    things = [row for row in facts.categories if row.is_thing and (row.things or row.ignored)]
    stuff = [row for row in facts.categories if not row.is_thing and row.frames]
    unseen = [row.name for row in facts.categories if row.is_thing and not (row.things or row.ignored)]
    blocks = [
        f"{sizes or 'No pictures'}, in these conditions:",
        table(("condition", "pictures"), conditions),
        "Things; *ignored* are those that no human could annotate, by the rule in each frame's record:",
        table(
            ("thing", "pictures", "annotated", "ignored"),
            [(row.name, row.frames, row.things, row.ignored) for row in sorted(things, key=lambda row: -row.things)],
        ),
    ]
    blocks += _people(facts)
    if stuff:
        blocks.append("Stuff: " + ", ".join(f"{_plain(row.name)} in {row.frames}" for row in stuff) + ".")
    if unseen:
        blocks.append("Never seen: " + ", ".join(map(_plain, unseen)) + ".")
    return blocks


def _people(facts: Facts) -> list[str]:
    """Who is seen: words with how many people each is true of."""
    rows = [
        (name.replace("_", " "), ", ".join(f"{word} {count}" for word, count in by_degree(name, words).items()))
        for name, words in facts.people.items()
        if words
    ]
    if not rows:
        return []
    return ["People that count, pedestrians and riders, as they were drawn:", table(("attribute", "people"), rows)]


def _made(info: DatasetInfo, facts: Facts) -> list[str]:
    drawn = sorted(path for path, node in info.config.items() if isinstance(node, dict) and "." in path)
    fixed = sorted(path for path, node in info.config.items() if not isinstance(node, dict | list) and "." in path)
    machines = ", ".join(f"{counted(count, 'picture')} on {_plain(name)}" for name, count in facts.machines.items())
    versions = ", ".join(f"{_plain(name)} {_plain(version)}" for name, version in info.versions.items())
    sentences = [
        f"Each scene is one draw of the scenario `{_scenario(info)}`, from distributions of "
        f"{counted(len(drawn), 'parameter')} with {len(fixed)} more fixed.",
        "Blender renders it; labels come from one ray through the centre of each pixel.",
        f"Versions: {versions}.",
        *([f"Rendered: {machines}."] if machines else []),
    ]
    blocks = [" ".join(sentences)]
    if rows := [(key, _short(_listed(key, info.config[key]))) for key in _JOINT if info.config.get(key)]:
        blocks += ["What was asked of the draws beside that:", table(("key", "value"), rows)]
    return [*blocks, _folded("The whole config", info.config)]


def _folded(title: str, value: Any) -> str:
    """JSON that is shown when one asks for it. In its strings no mark of Markdown ends the block."""
    text = json.dumps(value, indent=1).replace("`", "\\u0060")
    return f"<details>\n<summary>{title}</summary>\n\n```json\n{text}\n```\n\n</details>"


_LONGEST_VALUE = 300
_JOINT = ("variants", "sweep", "quotas", "require", "correlations", "clip", "cameras", "lidar")


def _listed(key: str, value: Any) -> Any:
    """LiDARs stand by their names, and a config has all numbers of each: what a rig's cameras are as a list."""
    return [{"name": name} for name in value] if key == "lidar" and isinstance(value, Mapping) else value


def _short(value: Any) -> str:
    """The names of what has names, else JSON."""
    named = [item["name"] for item in value if isinstance(item, dict) and "name" in item]
    text = ", ".join(map(str, named)) if named else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]} ..."


def _credits(info: DatasetInfo) -> list[str]:
    licence = _plain(info.licence.name) + (f" ({_plain(info.licence.url)})" if info.licence.url else "")
    # Licences that ask for credit ask for the work's name and source, too: every one of them has its row.
    by = Counter((credit.creator, credit.licence, credit.source) for credit in info.assets)
    rows = [(count, *credit) for credit, count in sorted(by.items(), key=lambda pair: (-pair[1], pair[0]))]
    blocks = [f"Licence of the pictures and labels: {licence}."]
    if rows:
        blocks += ["Models that the pictures show:", table(("models", "by", "licence", "source"), rows)]
    return blocks


def _limits(info: DatasetInfo, facts: Facts) -> list[str]:
    asked = len(info.asked())
    missing = [f"Of {counted(asked, 'frame')}, {facts.frames:,} are there."] if facts.frames < asked else []
    return [*_LIMITS, *missing]
