"""Real pictures and ours in one COCO set: the same classes, the same preprocessing, and where each came from."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from longtail.annotate.choosing.frame_values import FrameValues
from longtail.annotate.choosing.splits import NAMES, SPLITS, Splits
from longtail.annotate.dataset.dataset import Dataset
from longtail.annotate.dataset.encoders import encode_jpg
from longtail.annotate.errors import ConfigError, DatasetError
from longtail.annotate.mixing.real_set import RealSet
from longtail.annotate.mixing.scaled import annotation
from longtail.annotate.pixels.scaled import picture, size_of
from longtail.annotate.wording import counted, listed
from longtail.distributions.grammar import shown, suggestion

ANNOTATIONS = "annotations/instances.json"
ALL = "all"
"""In the place of a split: whatever was decided, all scenes."""
SYNTHETIC, REAL = "synthetic", "real"


@dataclass(frozen=True)
class Recipe:
    """How two sets are joined.

    Attributes:
        ratio: synthetic pictures for each real one
        longest_px: the most that a picture's longer side may have; None leaves sizes as they are
        renamed: names of categories in either set, and what they are called in the mixture
        split: the scenes of which split are taken, or `ALL`; None takes those to train on where that was decided
    """

    ratio: float = 1.0
    longest_px: int | None = None
    renamed: Mapping[str, str] = field(default_factory=dict)
    split: str | None = None

    def __post_init__(self) -> None:
        if not 0 < self.ratio < 1e6:
            raise ConfigError(f"--ratio: expected synthetic pictures for each real one, over 0, got {self.ratio:g}")
        if self.longest_px is not None and self.longest_px < 16:
            raise ConfigError(f"--size: expected 16 pixels or more, got {self.longest_px}")

    def name(self, name: str) -> str:
        """A category's in the mixture."""
        plain = name.strip().lower()
        return self.renamed.get(plain, plain)


@dataclass(frozen=True)
class Mixture:
    """What is joined.

    Attributes:
        frames: the synthetic frames that are taken
        classes: names that both sets have, in the order of the real set's ids: 1 to K in the mixture
        left_out: by source, names that the other has not, whose things are left out
        of_split: which split's scenes are taken alone; "" for all
    """

    dataset: Dataset
    real: RealSet
    recipe: Recipe
    frames: tuple[int, ...]
    classes: tuple[str, ...]
    left_out: Mapping[str, tuple[str, ...]]
    of_split: str = ""

    @classmethod
    def of(cls, dataset: Dataset, real: RealSet, recipe: Recipe) -> Mixture:
        """All real pictures, and as many of ours as the ratio says: of as many scenes as there are, chosen by a hash.

        ConfigError for a name to be changed that neither set has, DatasetError where the sets share no class, one of
        them has too few pictures, or a split is asked for that was not decided.
        """
        ours = [category.name for _, category in dataset.info.taxonomy if category.is_thing]
        theirs = [real.categories[number] for number in sorted(real.categories)]
        for name in recipe.renamed:
            if name not in (*ours, *theirs):
                raise ConfigError(f"--rename: expected a category of one of the sets, got {shown(name)}"
                                  f"{suggestion(name, [*ours, *theirs])}")  # fmt: skip
        named = {recipe.name(name) for name in ours}
        classes = tuple(dict.fromkeys(name for name in map(recipe.name, theirs) if name in named))
        if not classes:
            raise DatasetError(
                f"{real.name}: expected a category that {dataset.place} has too ({listed(sorted(named))}), got "
                f"{listed(theirs)}; --rename says which are the same"
            )
        left_out = {
            SYNTHETIC: tuple(name for name in ours if recipe.name(name) not in classes),
            REAL: tuple(name for name in theirs if recipe.name(name) not in classes),
        }
        wanted = round(recipe.ratio * len(real.pictures))
        scenes, of_split = _scenes(dataset, recipe.split)
        chosen = _chosen(dataset, scenes, of_split, wanted, len(real.pictures))
        return cls(dataset, real, recipe, chosen, classes, left_out, of_split)

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Each file's path and bytes, pictures first. DatasetError where one of either set cannot be read."""
        document = _Document(self)
        for index in self.frames:
            yield from document.synthetic(index)
        for number in range(len(self.real.pictures)):
            yield from document.real(number)
        yield ANNOTATIONS, document.dumps()


def _scenes(dataset: Dataset, split: str | None) -> tuple[dict[int, int], str]:
    """The scene of each frame that may be taken, by the frame's index, and the split that they are of ("" for any)."""
    scenes = {index: int(FrameValues(dataset, index)["scene"]) for index in dataset.frames()}
    splits = None if split == ALL else Splits.decided(dataset)
    if splits is None:
        if split not in (None, ALL):
            raise DatasetError(
                f"{dataset.place}: expected {SPLITS}, which says what is of the split {split}, got none; run longtail "
                "split first, or leave --split out"
            )
        return scenes, ""
    wanted, seed = split or NAMES[0], dataset.info.seed
    return {index: scene for index, scene in scenes.items() if splits.of(seed, scene) == wanted}, wanted


def _chosen(dataset: Dataset, scenes: Mapping[int, int], of_split: str, wanted: int, real: int) -> tuple[int, ...]:
    """So many of the frames that have `scenes`, first one of each scene, then a second one, and so on."""
    if not 0 < wanted <= len(scenes):
        most, where = len(scenes) / max(1, real), f" of the split {of_split}" if of_split else ""
        more = ", or --split all" if of_split else ""
        raise DatasetError(
            f"{dataset.place}: expected {counted(wanted, 'frame')} beside {counted(real, 'real picture')}, got "
            f"{counted(len(scenes), 'frame')}{where}; render more, or ask for a --ratio of up to {most:.3g}{more}"
        )
    turns: Counter[int] = Counter()
    ranked: list[tuple[int, int, int]] = []
    for index in sorted(scenes, key=lambda index: _hash(dataset.info.seed, index)):
        scene = scenes[index]
        ranked.append((turns[scene], len(ranked), index))
        turns[scene] += 1
    return tuple(sorted(index for _, _, index in sorted(ranked)[:wanted]))


def _hash(seed: int, index: int) -> bytes:
    return hashlib.blake2b(f"mixed {seed} {index}".encode("ascii"), digest_size=8).digest()


class _Document:
    """The annotations file in the making."""

    def __init__(self, mixture: Mixture) -> None:
        self._of = mixture
        self._ids = {name: number for number, name in enumerate(mixture.classes, start=1)}
        self._images: list[dict[str, Any]] = []
        self._annotations: list[dict[str, Any]] = []

    def synthetic(self, index: int) -> Iterator[tuple[str, bytes]]:
        dataset = self._of.dataset
        record = dataset.record(index)
        rows = [
            {
                "category": row.category.name,
                "bbox": row.bbox,
                "area": row.area,
                "segmentation": {"size": list(row.size), "counts": row.counts},
            }
            for row in record.instances
            if not row.ignore
        ]
        path = dataset.info.layers()["images"].path(index)
        about = {key: record.image[key] for key in ("frame", "scene", "condition") if key in record.image}
        rgb = dataset.read("images", index)
        yield self._add(SYNTHETIC, f"{index:06d}", path, record.camera.size_px, rows, rgb, about)

    def real(self, number: int) -> Iterator[tuple[str, bytes]]:
        real = self._of.real
        one = real.pictures[number]
        rows = [{**row, "category": real.categories[row["category_id"]]} for row in one.annotations]
        licences = {row.get("id"): place for place, row in enumerate(real.licences, start=2)}
        about = {"license": licences.get(one.image.get("license"), 0)}
        yield self._add(REAL, f"{number:06d}", str(one.image["file_name"]), one.size_px, rows, one.read(), about)

    def _add(
        self,
        source: str,
        name: str,
        source_file: str,
        size_px: tuple[int, int],
        rows: Sequence[Mapping[str, Any]],
        rgb: Any,
        about: Mapping[str, Any],
    ) -> tuple[str, bytes]:
        after = size_of(size_px, self._of.recipe.longest_px)
        number, path = len(self._images) + 1, f"{source}/{name}.jpg"
        self._images.append(
            {
                "id": number,
                "file_name": path,
                "width": after[0],
                "height": after[1],
                "source": source,
                "source_file": source_file,
                "license": 1,
                **about,
            }
        )
        for row in rows:
            category = self._ids.get(self._of.recipe.name(row["category"]))
            try:
                made = annotation(row, size_px, after) if category else None
            except (KeyError, TypeError, ValueError) as error:
                raise DatasetError(f"{source_file}: expected an annotation as COCO has it, but {error}") from error
            if made is not None:
                about_it = {"id": len(self._annotations) + 1, "image_id": number, "category_id": category}
                self._annotations.append({**about_it, **made})
        return f"images/{path}", encode_jpg(picture(rgb, after))

    def dumps(self) -> bytes:
        info, recipe = self._of.dataset.info, self._of.recipe
        licences = [{"id": 1, "name": info.licence.name, "url": info.licence.url}]
        licences += [{**row, "id": place} for place, row in enumerate(self._of.real.licences, start=2)]
        about = {
            "description": f"{len(self._of.frames)} synthetic and {len(self._of.real.pictures)} real pictures",
            SYNTHETIC: {"digest": info.digest, "seed": info.seed},
            REAL: {"file_name": self._of.real.name},
            "ratio": recipe.ratio,
            "longest_px": recipe.longest_px,
            "renamed": dict(recipe.renamed),
            **({"split": self._of.of_split} if self._of.of_split else {}),
        }
        document = {
            "info": about,
            "licenses": licences,
            "categories": [{"id": number, "name": name} for name, number in self._ids.items()],
            "images": self._images,
            "annotations": self._annotations,
        }
        return json.dumps(document, allow_nan=False).encode("ascii")
