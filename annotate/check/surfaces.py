"""Materials, parts and albedo of a stored frame against the record's table, each other, and what is there at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.annotate.check.finding import Finding
from longtail.annotate.check.places import kinds_of
from longtail.annotate.check.void import lit
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.layers import passes_of
from longtail.annotate.dataset.layout import record_path
from longtail.annotate.dataset.stored import StoredFrame
from longtail.annotate.labels.links import NO_LINK, SeenLink, link_mask, seen_links
from longtail.annotate.labels.parts import NO_PART, PARTS
from longtail.annotate.labels.surfaces import BRIGHTEST_ALBEDO, NO_MATERIAL, part_mask
from longtail.annotate.labels.taxonomy import VOID, Taxonomy

Layers = Mapping[str, NDArray[Any]]
_Lie = tuple[str, str, str]

_RECORD = ""
_CLEAR = "glass"
"""The kind of material that scatters nothing."""

_MATT = frozenset(
    {
        *("asphalt", "bark", "brick", "carpet", "foliage", "grass", "paving", "plaster", "road paint", "roof tiles"),
        *("soil", "stone", "timber", "wall paint", "wood", "woven"),
    }
)
"""Kinds that scatter light wherever they are seen; others may be metals."""

_FEW_SHARE, _FEW_PX = 1e-4, 4
"""What a renderer may break, and could not mend."""


def check_surfaces(dataset: Dataset, stored: StoredFrame, arrays: Layers) -> Iterator[Finding]:
    """Findings of one frame, whose decoded layers are `arrays`, by name."""
    layers = dataset.info.layers()
    found = (
        *_table(dataset, stored),
        *_material(stored, arrays),
        *_parts(stored, arrays),
        *_links(stored, arrays),
        *_owners(dataset.info.taxonomy, arrays),
        *_there(dataset.info.taxonomy, arrays),
        *_albedo(stored, arrays),
    )
    for name, expected, came in found:
        path = record_path(stored.index) if name == _RECORD else layers[name].path(stored.index)
        yield Finding(path, stored.index, expected, came)


def _table(dataset: Dataset, stored: StoredFrame) -> Iterator[_Lie]:
    """Ids are places in the order of names, so that no frame depends on what was rendered before it."""
    names = [row.name for row in stored.materials]
    asked = "material" in passes_of(dataset.info.outputs)
    if names and not asked:
        yield _RECORD, "no materials, which nobody asked for", f"{len(names)} of them"
    if names != sorted(set(names)) or [row.id for row in stored.materials] != list(range(1, len(names) + 1)):
        rows = [(row.id, row.name) for row in stored.materials]
        yield _RECORD, "materials numbered from 1 in the order of their names", f"{rows[:4]}"
    if unknown := sorted({row.part for row in stored.materials} - PARTS.keys() - {""}):
        yield _RECORD, f"materials of the parts {', '.join(PARTS)}", f"{unknown}"


def _material(stored: StoredFrame, arrays: Layers) -> Iterator[_Lie]:
    if "material" not in arrays:
        return
    shown = set(np.unique(arrays["material"]).tolist()) - {NO_MATERIAL}
    listed = {row.id for row in stored.materials}
    if strange := sorted(shown - listed):
        yield "material", "ids of the record's materials", f"{strange[:8]} as well"
    if unseen := sorted(listed - shown):
        yield _RECORD, "materials that the picture shows", f"{unseen[:8]}, which no pixel has"


def _parts(stored: StoredFrame, arrays: Layers) -> Iterator[_Lie]:
    if "parts" not in arrays:
        return
    parts = arrays["parts"]
    shown = set(np.unique(parts).tolist()) - {NO_PART}
    ids = {part.id for part in PARTS.values()}
    if strange := sorted(shown - ids):
        yield "parts", "ids of the dataset's parts", f"{strange[:8]}"
        return
    named = {PARTS[row.part].id for row in stored.materials if row.part in PARTS}
    if shown != named:
        yield "parts", f"the parts {sorted(named)}, as the record's materials are", f"{sorted(shown)}"
    if "material" in arrays and all(not row.part or row.part in PARTS for row in stored.materials):
        truth = part_mask(arrays["material"], stored.materials)
        if differing := int(np.count_nonzero(truth != parts)):
            yield "parts", "the part of each pixel's material", f"another at {differing} pixels"


def _links(stored: StoredFrame, arrays: Layers) -> Iterator[_Lie]:
    """Links are of robots, each of its own, as its materials say and the record counts."""
    if "links" not in arrays:
        return
    links = arrays["links"]
    if "material" in arrays and (
        differing := int(np.count_nonzero(link_mask(arrays["material"], stored.materials) != links))
    ):
        yield "links", "the link of each pixel's material", f"another at {differing} pixels"
    if "instance" not in arrays:
        return
    robots = {item.id: item.links for item in stored.objects if item.links}
    for number in np.unique(arrays["instance"][links > NO_LINK]).tolist():
        most, own = int(links[arrays["instance"] == number].max()), robots.get(number, ())
        if most > len(own):
            has = f"one of its {len(own)} links" if own else "none, as it has no links"
            yield "links", f"on object {number} {has}", f"{most}"
    for thing in stored.instances:
        truth = seen_links(links, arrays["instance"] == thing.id, robots[thing.id]) if thing.id in robots else None
        if thing.links != truth:
            yield _RECORD, f"links of object {thing.id} as the mask has them, {_told(truth)}", _told(thing.links)


def _told(links: Sequence[SeenLink] | None) -> str:
    return "none" if links is None else ", ".join(f"{link.name} ({link.area} px)" for link in links[:6]) or "none seen"


def _owners(taxonomy: Taxonomy, arrays: Layers) -> Iterator[_Lie]:
    """Wheels are on vehicles."""
    kinds = kinds_of(arrays)
    if "parts" not in arrays or kinds is None:
        return
    parts = arrays["parts"]
    for part in PARTS.values():
        owners = np.unique(kinds[parts == part.id]).tolist()
        named = [taxonomy.categories[number] for number in owners if number in taxonomy.categories]
        if strange := sorted(kind.name for kind in named if kind.supercategory not in part.of):
            yield "parts", f"{part.name} on {' or '.join(part.of)} alone", f"on {', '.join(strange)}"


def _there(taxonomy: Taxonomy, arrays: Layers) -> Iterator[_Lie]:
    """A surface has a material, and nothing has none."""
    if "material" not in arrays:
        return
    made = arrays["material"] != NO_MATERIAL
    if "normals" in arrays and (differing := int(np.count_nonzero(lit(arrays["normals"]) != made))):
        yield "material", "a material exactly where there is a normal", f"another at {differing} pixels"
    if "depth" in arrays and (bare := int(np.count_nonzero(np.isfinite(arrays["depth"]) & ~made))):
        yield "material", "a material wherever there is a depth", f"none at {bare} pixels"
    kinds = kinds_of(arrays)
    if kinds is not None:
        nothing = (kinds == VOID) | (kinds == taxonomy.ids[taxonomy.background])
        if bare := int(np.count_nonzero(~nothing & ~made)):
            yield "material", "a material of every surface", f"none at {bare} pixels"


def _albedo(stored: StoredFrame, arrays: Layers) -> Iterator[_Lie]:
    if "albedo" not in arrays:
        return
    albedo = arrays["albedo"]
    sound = (albedo >= 0) & (albedo <= BRIGHTEST_ALBEDO)
    if not sound.all():
        worst = albedo[~sound].flat[0]
        yield "albedo", f"shares of 0 to {BRIGHTEST_ALBEDO:g}", f"{np.count_nonzero(~sound)} others, as {worst:.3g}"
        return
    scatters = albedo.any(axis=-1)
    matt = [row for row in stored.materials if row.kind in _MATT]
    if matt and not scatters.any():
        yield "albedo", f"light that {matt[0].kind} scatters", "none"
        return
    if "normals" in arrays and (beyond := int(np.count_nonzero(scatters & ~lit(arrays["normals"])))):
        yield "albedo", "0 where no surface is", f"more at {beyond} pixels"
    if "material" in arrays:
        clear = [row.id for row in stored.materials if row.kind == _CLEAR]
        nothing = (arrays["material"] == NO_MATERIAL) | np.isin(arrays["material"], clear)
        if beyond := int(np.count_nonzero(scatters & nothing)):
            yield "albedo", "0 on glass and where no surface is", f"more at {beyond} pixels"
        bare = int(np.count_nonzero(np.isin(arrays["material"], [row.id for row in matt]) & ~scatters))
        if bare > max(_FEW_PX, int(scatters.size * _FEW_SHARE)):
            kinds = sorted({row.kind for row in matt})
            yield "albedo", f"light that {', '.join(kinds[:3])} scatter", f"none at {bare} pixels"
