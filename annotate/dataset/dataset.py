"""A dataset folder: what was asked of it (dataset.json), which frames it has, and how to read them."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from longtail.annotate.dataset.encoders import DEPTH_RANGE_M, DEPTH_STEP_M
from longtail.annotate.dataset.files import Files, Folder, read
from longtail.annotate.dataset.glance import Glance
from longtail.annotate.dataset.layers import Layer, layers_of, point_formats_of
from longtail.annotate.dataset.layout import DATASET, FRAMES, frames_among, record_path
from longtail.annotate.dataset.part import Part, frames_of, from_json, to_json
from longtail.annotate.dataset.record_text import RecordText
from longtail.annotate.dataset.stored import FileEntry, StoredFrame, loads
from longtail.annotate.dataset.tars import Tars
from longtail.annotate.errors import ConfigError, DatasetError
from longtail.annotate.labels.parts import parts_to_json
from longtail.annotate.labels.taxonomy import Taxonomy
from longtail.annotate.wording import counted

FORMAT = "longtail.dataset.4"
_OLDER = "longtail.dataset.3"
"""Had the taxonomy of every dataset of its time, whose background was the sky, which it does not say."""
_FAMILY = "longtail.dataset."
_MOST_FRAMES = 10_000_000
"""Of a run, as configs have it: whoever reads a dataset counts through all that were asked for."""
# As fsspec and browsers have it; one letter is a drive.
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")

CONVENTIONS = {
    "world": "right-handed, Z up, metres",
    "camera": "OpenCV axes: X right, Y down, Z forward",
    "object": "X forward, Y left, Z up",
    "transforms": "target_from_source, 4x4, row by row",
    "pixels": "(0, 0) is the top-left corner of the first pixel, (0.5, 0.5) its centre",
    "boxes": "[x, y, width, height] in pixels",
    "semantic": "8-bit ids of `categories`, 0 = void: no ray of the lens reaches the pixel",
    "instance": "16-bit object ids of things, 0 = none",
    "panoptic": "red + 256 * green + 65536 * blue = category id * 65536 + object id; object id 0 for stuff; 0 = void",
    "depth": "16-bit, z along the optical axis = value * step_m, 0 = nothing at 0 < z <= range_m",
    "disparity": "16-bit, u in the left picture of a rectified pair - u in the right = value / 256 pixels, 0 = unknown",
    "normals": "8-bit, component = (value - 128) / 127 in the camera frame, black = nothing there",
    "distance": "16-bit, length of the ray = value * step_m of `depth`, 0 = nothing within range_m",
    "world layer": "OpenEXR, float32, R G B = X Y Z in the world in metres, not a number = nothing there",
    "albedo": "OpenEXR, float16, linear sRGB, share of light that a surface scatters diffusely, 0 = nothing there",
    "material": "16-bit ids of the record's `materials`, 0 = nothing there; ids are the frame's own, names last",
    "parts": "8-bit ids of `parts`, 0 = no named part",
    "links": "16-bit ids of the `links` of the record's object that owns the pixel, 0 = no link of a robot",
    "flow": "16-bit as KITTI's: red, green = 64 * pixels to the right, down in the next frame of the video + 32768, "
    "blue = 1 where it is known; `flow_backward` to the frame before",
    "occluded": "8-bit, 255 = known not to be seen in the next frame, hidden or beyond its border; "
    "`occluded_backward` in the frame before",
    "scene_flow": "OpenEXR, float32, R G B = X Y Z of the motion in the world until the next frame in metres, "
    "not a number = unknown",
    "video": "a scene under one condition from one camera; `video_id` from 1, `frame_id` from 0, "
    "`track_id` = 32768 * (video_id - 1) + instance_id",
    "lidar": "x y z in metres in the sensor's frame (X forward, Y left, Z up), intensity, ring from the lowest beam, "
    "instance = object id of things, 0 = none, category = id of `categories`, 0 = in the air",
    "lens": "8-bit, 255 = blocked or distorted by what lies on the lens, 0 = clear",
}


@dataclass(frozen=True)
class Licence:
    """The terms under which the dataset is used."""

    name: str
    url: str = ""


@dataclass(frozen=True)
class AssetCredit:
    """Whom an asset comes from."""

    name: str
    creator: str
    licence: str
    source: str


@dataclass(frozen=True)
class DatasetInfo:
    """What a dataset was asked to be: `dataset.json`. `frames` counts the frames of the whole run, over all shards.

    `part` says which of them this dataset was asked for, as a shard of the run is; None for all.
    """

    config: Mapping[str, Any]
    digest: str
    seed: int
    frames: int
    outputs: tuple[str, ...]
    image_format: str
    versions: Mapping[str, str]
    licence: Licence
    taxonomy: Taxonomy
    assets: tuple[AssetCredit, ...] = ()
    part: Part | None = None

    def layers(self) -> dict[str, Layer]:
        """The layers each frame has, by name."""
        return layers_of(self.outputs, self.image_format, point_formats_of(self.config))

    def asked(self) -> Sequence[int]:
        """The frames that this dataset was asked for, in ascending order."""
        return range(self.frames) if self.part is None else frames_of(self.part)

    def to_json(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "digest": self.digest,
            "seed": self.seed,
            "frames": self.frames,
            **({} if self.part is None else {"part": to_json(self.part)}),
            "outputs": list(self.outputs),
            "image_format": self.image_format,
            "versions": dict(sorted(self.versions.items())),
            "licence": asdict(self.licence),
            "depth": {"step_m": DEPTH_STEP_M, "range_m": DEPTH_RANGE_M},
            "conventions": CONVENTIONS,
            "background": self.taxonomy.background,
            "categories": self.taxonomy.to_json(),
            **({"parts": parts_to_json()} if "parts" in self.outputs else {}),
            "assets": [asdict(credit) for credit in sorted(self.assets, key=lambda credit: credit.name)],
            "config": self.config,
        }

    def dumps(self) -> bytes:
        """The bytes of dataset.json: the same info gives the same bytes."""
        return (json.dumps(self.to_json(), indent=2, allow_nan=False) + "\n").encode("ascii")

    @classmethod
    def loads(cls, data: bytes, where: str) -> DatasetInfo:
        """Read dataset.json; DatasetError, naming the file as `where`, for anything unexpected."""
        try:
            raw = json.loads(data)
            found = raw.get("format") if isinstance(raw, dict) else None
            if found not in (FORMAT, _OLDER) and isinstance(found, str) and found.startswith(_FAMILY):
                raise ValueError(
                    f"expected a Longtail dataset of format {FORMAT}, got {found}, which another version of Longtail "
                    "wrote; read it with that version, or render it anew"
                )
            if found not in (FORMAT, _OLDER):
                raise ValueError(f"expected a Longtail dataset of format {FORMAT}, got another file")
            info = cls(
                config=dict(raw["config"]),
                digest=str(raw["digest"]),
                seed=int(raw["seed"]),
                frames=int(raw["frames"]),
                outputs=tuple(raw["outputs"]),
                image_format=str(raw["image_format"]),
                versions=dict(raw["versions"]),
                licence=Licence(**raw["licence"]),
                taxonomy=Taxonomy.from_json(raw["categories"], raw["background"] if found == FORMAT else "sky"),
                assets=tuple(AssetCredit(**credit) for credit in raw["assets"]),
                part=from_json(raw["part"]) if "part" in raw else None,
            )
            if not 0 <= info.frames <= _MOST_FRAMES:
                raise ValueError(f"frames: expected 0..{_MOST_FRAMES}, got {info.frames}")
            info.layers()
        except KeyError as error:
            raise DatasetError(f"{where}: expected a key {error}, got none") from error
        except (ValueError, TypeError, RecursionError, ConfigError) as error:
            raise DatasetError(f"{where}: {error}") from error
        return info


@dataclass(frozen=True)
class Dataset:
    """A dataset. Opening it reads dataset.json and nothing else.

    `root` is the folder that the dataset's own documents are written to. `files` is where all else is read from: that
    folder, an object store or tar files.

    As a sequence, it has the records of the frames that were there when its length or one of them was first asked for:
    `dataset[-1]` is the last frame's, whatever its index. Frames that are missing leave no gap.
    """

    root: Path
    info: DatasetInfo
    files: Files

    @classmethod
    def open(cls, root: Path | str) -> Dataset:
        """The dataset in a folder; DatasetError where `root` is none."""
        if isinstance(root, str) and _SCHEME.match(root):
            raise DatasetError(
                f"{root}: expected a folder, got a URL; `longtail merge {root} -o FOLDER` brings the dataset into one"
            )
        root = Path(root)
        try:
            return cls.of(Folder(root), root)
        except OSError as error:
            reason = f"{DATASET} cannot be read: {error.strerror}"
            # Unlike a Path's, these answer for places that may not be looked at, and for names that are too long.
            if not os.path.isdir(root):  # noqa: PTH112
                missing = error.errno in (errno.ENOENT, errno.ENOTDIR)
                reason = "there is no such folder" if missing else f"there is none: {error.strerror}"
                reason = "it is a file" if os.path.exists(root) else reason  # noqa: PTH110
            raise DatasetError(f"{root}: expected a dataset that `longtail render` made, but {reason}") from error

    @classmethod
    def of(cls, files: Files, root: Path) -> Dataset:
        """The dataset among `files`; OSError where it has no dataset.json, DatasetError where that is damaged."""
        info = DatasetInfo.loads(read(files, DATASET), files.at(DATASET))
        return cls(root, info, Tars.among(files) or files)

    @property
    def place(self) -> str:
        """Where it lies, as messages name it: a folder or a URL."""
        return self.files.at("").rstrip("/")

    def frames(self) -> list[int]:
        """The frames that exist, in ascending order; DatasetError where their folder cannot be read."""
        try:
            return frames_among(self.files.names(FRAMES))
        except OSError as error:
            raise DatasetError(f"{self.files.at(FRAMES)}: expected frame records, but {_reason(error)}") from error

    def beside(self, path: str) -> bytes | None:
        """One of the files that people and commands keep beside the frames; None where there is none.

        DatasetError where it cannot be read.
        """
        try:
            return read(self.files, path)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise DatasetError(f"{self.files.at(path)}: expected a file, but {_reason(error)}") from error

    @cached_property
    def _found(self) -> tuple[int, ...]:
        return tuple(self.frames())

    def __len__(self) -> int:
        """How many frames there are."""
        return len(self._found)

    def __getitem__(self, position: int) -> StoredFrame:
        """The record of the frame at a position, which is its index where no frame is missing; IndexError beyond."""
        return self.record(self._found[position])

    def __iter__(self) -> Iterator[StoredFrame]:
        return map(self.record, self._found)

    def record_bytes(self, index: int) -> bytes:
        """A frame's record as stored; DatasetError where there is none."""
        path = record_path(index)
        try:
            return read(self.files, path)
        except OSError as error:
            raise DatasetError(f"{self.files.at(path)}: expected a frame record, but {_reason(error)}") from error

    def record_text(self, index: int) -> RecordText:
        """A frame's record as text; DatasetError where it is missing, damaged or another frame's."""
        where = self.files.at(record_path(index))
        text = RecordText.of(self.record_bytes(index), where)
        try:
            number = text.line("frame")
        except ValueError as error:
            raise DatasetError(f"{where}: {error}") from error
        if number != b"%d" % index:
            shown = number.decode("ascii", "replace")
            raise DatasetError(f"{where}: expected the record of frame {index}, got that of frame {shown}")
        return text

    def record(self, index: int) -> StoredFrame:
        """A frame's record; DatasetError where it is missing or damaged."""
        where = self.files.at(record_path(index))
        stored = loads(self.record_bytes(index), where, self.info.taxonomy)
        if stored.index != index:
            raise DatasetError(f"{where}: expected the record of frame {index}, got that of frame {stored.index}")
        return stored

    def glance(self, index: int) -> Glance:
        """What a frame's record says of its picture; DatasetError where it is missing or damaged."""
        where = self.files.at(record_path(index))
        glance = Glance.of(self.record_bytes(index), where, self.info.taxonomy)
        if glance.index != index:
            raise DatasetError(f"{where}: expected the record of frame {index}, got that of frame {glance.index}")
        return glance

    def records(self) -> Iterator[StoredFrame]:
        """Every frame's record, in ascending order, one at a time."""
        return (self.record(index) for index in self.frames())

    def read(self, layer: str, index: int) -> NDArray[Any]:
        """One layer of a frame as the array its encoder took ("images", "semantic", "depth", ...)."""
        layers = self.info.layers()
        if layer not in layers:
            raise DatasetError(f"{self.root}: expected one of the layers {', '.join(layers)}, got {layer!r}")
        path = layers[layer].path(index)
        try:
            return layers[layer].decode(read(self.files, path))
        except OSError as error:
            raise DatasetError(f"{self.files.at(path)}: expected a file of {layer}, but {_reason(error)}") from error
        except ValueError as error:
            raise DatasetError(f"{self.files.at(path)}: {error}") from error

    def file_fault(self, path: str, entry: FileEntry, *, deep: bool) -> tuple[str, str] | None:
        """What was expected and what came where a stored file is not the one recorded; None where it is.

        The quick look compares sizes; the deep one reads the file and compares its SHA-256.
        """
        try:
            if outside := self.files.led_outside(path):
                return "a file inside the dataset", f"a link to {outside}"
            size = self.files.size(path)
            if size != entry.size_bytes:
                return counted(entry.size_bytes, "byte"), counted(size, "byte")
            if deep:
                digest = hashlib.sha256(read(self.files, path)).hexdigest()
                if digest != entry.sha256:
                    return f"sha256 {entry.sha256}", f"sha256 {digest}"
        except OSError as error:
            return counted(entry.size_bytes, "byte"), f"no readable file ({_reason(error)})"
        return None


def _reason(error: OSError) -> str:
    # Object stores raise OSErrors without a number, and with a text of their own.
    return error.strerror or type(error).__name__
